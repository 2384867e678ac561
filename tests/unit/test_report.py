"""A report: how figures come into it, in which words, what makes it a draft, and whether it is read back."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.language import LANGUAGES
from orchestration.report import content, rendering
from orchestration.report.document import Document, Writer, wording
from orchestration.report.figures import Figure, Figures, months_before
from tests.small_release import ABOUT, DEATHS, RELEASE, add, fill


@pytest.fixture
def figures() -> Iterator[Figures]:
    """The figures of a small release."""
    with duckdb.connect() as connection:
        fill(connection)
        yield Figures(connection)


def text_of(document: Document) -> str:
    words = []
    for block in document.blocks:
        words += [run.text for run in block.get("runs", [])] + [block.get("text", "")]
        words += [run.text for row in block.get("rows", []) for run in row]
    return " ".join(words)


class TestFigures:
    def test_no_figure_is_another_thing_than_zero(self, figures: Figures) -> None:
        assert figures.number("massacres", "2025-01") == Figure(0, "number massacres 2025-01 total")
        assert figures.number("massacres", "2024-12") is None
        assert figures.number("deaths", "2025-01", governorate="SY01") is None

    def test_a_finer_breakdown_lists_what_occurred(self, figures: Figures) -> None:
        israel = figures.number("deaths", "2025-01", "children", party="other", sub_party="israel")
        assert israel == Figure(0, "number deaths 2025-01 children party=other sub_party=israel")

    def test_a_share_is_of_the_total(self, figures: Figures) -> None:
        share = figures.share("deaths", "2025-01", governorate="SY12")
        assert share == Figure(0.1, "share deaths 2025-01 total governorate=SY12")
        assert figures.share("massacres", "2025-01") is None

    def test_members_stand_largest_first(self, figures: Figures) -> None:
        assert figures.members("deaths", "2025-01", "party") == ["other", "sdf"]
        assert figures.members("deaths", "2025-01", "sub_party", party="other") == ["isis", "israel"]
        assert figures.members("deaths", "2025-01", "governorate") == ["SY02", "SY12"]
        assert figures.members("deaths", "2024-12", "party") == []

    @given(place=st.sampled_from(range(len(DEATHS))), is_share=st.booleans())
    def test_an_address_leads_back_to_its_number(self, place: int, is_share: bool) -> None:
        with duckdb.connect() as connection:
            connection.execute(RELEASE)
            for members, values in DEATHS:
                add(connection, "deaths", members, values, "2025-01")
            figures, members = Figures(connection), DEATHS[place][0]
            ask = figures.share if is_share else figures.number
            found = ask("deaths", "2025-01", **members)
            assert found is not None and figures.at(found.address) == found.value

    def test_months_of_a_period(self) -> None:
        assert months_before("2025-01", 3) == ["2024-11", "2024-12", "2025-01"]
        assert months_before("2024-H2", 3)[0::5] == ["2024-07", "2024-12"]
        assert len(months_before("2024", 3)) == 12


class TestWords:
    @pytest.mark.parametrize(
        ("language", "number", "told"),
        [
            ("en", 0, "0 children"),
            ("en", 1, "1 child"),
            ("en", 2, "2 children"),
            ("en", 1203, "1,203 children"),
            ("ar", 0, "لا أطفال"),
            ("ar", 1, "طفل واحد"),
            ("ar", 2, "طفلان"),
            ("ar", 3, "3 أطفال"),
            ("ar", 10, "10 أطفال"),
            ("ar", 11, "11 طفلاً"),
            ("ar", 99, "99 طفلاً"),
            ("ar", 100, "100 طفل"),
            ("ar", 103, "103 أطفال"),
        ],
    )
    def test_each_number_has_the_form_of_its_language(
        self, figures: Figures, language: str, number: int, told: str
    ) -> None:
        assert Writer(figures, "2025-01", language).counted("children", Figure(number, "x")).text == told

    def test_what_nobody_has_to_count_has_words_of_its_own(self, figures: Figures) -> None:
        said = Writer(figures, "2025-01", "en").counted("massacres", Figure(0, "x")).text
        assert said == "No massacre was documented"

    def test_both_languages_say_the_same_things(self) -> None:
        english, arabic = (wording()[language] for language in LANGUAGES)
        assert english.keys() == arabic.keys()
        assert {key: len(value) for key, value in english.items() if isinstance(value, list)} == {
            key: len(value) for key, value in arabic.items() if isinstance(value, list)
        }
        changes = [f"{way}_{what}" for way in ("more", "fewer") for what in ("deaths", "children", "women")]
        counted = (
            *changes,
            "deaths",
            "children",
            "women",
            "torture_deaths",
            "massacres",
            "massacre_deaths",
            "facility_attacks",
        )
        for key in counted:
            assert arabic[key].keys() == {"zero", "one", "two", "few", "many", "other"}, key
            assert {"one", "other"} <= english[key].keys() <= {"zero", "one", "other"}, key

    def test_a_period_is_called_by_its_months(self, figures: Figures) -> None:
        assert Writer(figures, "2024-H2", "en").document.title == "Civilian deaths in Syria: July 2024 – December 2024"
        assert Writer(figures, "2025-01", "ar").name_of("2025-01") == "كانون الثاني 2025"
        assert Writer(figures, "2025", "ar").name_of("2025") == "2025"


class TestContent:
    def test_the_lead_tells_the_headline_figures(self, figures: Figures) -> None:
        document = content.write(figures, "2025-01", "en", ABOUT, False)
        assert text_of(document).startswith(
            "In  January 2025 ,  1,203 civilians were documented killed , among them  11 children  and  2 women ."
        )
        assert "1 person died due to torture" in text_of(document)
        assert document.draft == ""

    def test_parties_stand_in_the_order_and_under_the_names_of_their_list(self, figures: Figures) -> None:
        add(figures.connection, "deaths", {"party": "list_changed"}, {"total": 0}, "2025-01")
        document = content.write(figures, "2025-01", "en", ABOUT, False)
        (table,) = [block for block in document.blocks if block["kind"] == "table" and "Men" in block["head"]]
        assert [row[0].text for row in table["rows"]] == [
            "SDF",
            "Other",
            "Lines that the list of parties did not have throughout",
            "In all",
        ]

    def test_a_place_that_is_not_known_is_called_so(self, figures: Figures) -> None:
        add(figures.connection, "deaths", {"governorate": "unknown"}, {"total": 4}, "2025-01")
        assert "Not known 4" in text_of(content.write(figures, "2025-01", "en", ABOUT, False))
        assert "غير معروف 4" in text_of(content.write(figures, "2025-01", "ar", ABOUT, False))

    def test_a_period_without_figures_has_no_report(self, figures: Figures) -> None:
        with pytest.raises(LookupError):
            content.write(figures, "2019-01", "en", ABOUT, False)

    @pytest.mark.parametrize(
        ("standing", "is_asked", "draft", "told"),
        [
            ("final", False, "", "final."),
            ("provisional", False, "", "provisional until 17 March 2025"),
            ("final", True, "DRAFT", "A draft"),
            ("held", False, "DRAFT", "The month is held"),
        ],
    )
    def test_a_month_that_is_held_is_a_draft(
        self, figures: Figures, standing: str, is_asked: bool, draft: str, told: str
    ) -> None:
        figures.connection.execute("update marts.dim_months set standing = ?", [standing])
        document = content.write(figures, "2025-01", "en", ABOUT, is_asked)
        assert document.draft == draft
        assert told in text_of(document)

    def test_a_sum_of_some_months_says_so(self, figures: Figures) -> None:
        figures.connection.execute(
            "insert into marts.fct_figures (measure, period_kind, period_start, period_end, months_present, "
            "months_expected, category, value) select 'deaths', 'year', '2025-01-01', '2025-12-31', 1, 12, "
            "unnest(['total', 'children', 'women']), 7"
        )
        year = text_of(content.write(figures, "2025", "en", ABOUT, False))
        assert "1 of 12 months have sheets: this is no figure of the whole period." in year
        assert "months have sheets" not in text_of(content.write(figures, "2025-01", "en", ABOUT, False))

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            (
                "en",
                "Compared with  December 2024 ,  1,196 more civilians were documented killed ;  10 more children ,  "
                "1 woman more .",
            ),
            (
                "ar",
                "مقارنةً بشهر  كانون الأول 2024 ،  ارتفع عدد القتلى المدنيين بمقدار 1,196 قتيلاً ،  "
                "وارتفع عدد الأطفال بمقدار 10 أطفال ،  وارتفع عدد السيدات بمقدار سيدة واحدة .",
            ),
        ],
    )
    def test_a_month_is_compared_with_the_one_before(self, figures: Figures, language: str, told: str) -> None:
        assert told in text_of(content.write(figures, "2025-01", language, ABOUT, False))

    def test_a_change_has_a_direction(self, figures: Figures) -> None:
        add(figures.connection, "deaths", {}, {"total": 7, "children": 2}, "2024-11")
        assert figures.change("deaths", "2024-12") == Figure(0, "more deaths 2024-12 total")
        assert figures.change("deaths", "2024-12", "children") == Figure(1, "fewer deaths 2024-12 children")
        assert figures.change("deaths", "2024-11") is None
        assert figures.at("fewer deaths 2024-12 children") == 1
        assert figures.at("more deaths 2024-12 children") is None

    def test_what_was_revised_and_what_is_open_is_told(self, figures: Figures) -> None:
        before = text_of(content.write(figures, "2025-01", "en", ABOUT, False))
        assert "No figure of this period that had been published has changed." in before
        assert "None." in before
        figures.connection.execute("insert into history.releases values (2, ?, '2025-02-01')", [ABOUT["release"]])
        figures.connection.execute(
            "insert into history.revisions values "
            "(2, '2025-01-01', 'deaths', 'documented', null, '235', '1203', 'a sheet came'),"
            "(1, '2025-01-01', 'deaths', 'documented', null, '234', '235', 'an earlier release'),"
            "(2, '2025-01-01', 'deaths', 'occurred', null, '1', '2', 'by month of death')"
        )
        figures.connection.execute(
            "insert into marts.fct_findings values"
            "('one sum is off', 'مجموع خاطئ', 'open', '2025-01-01', '2025-01-31', 'deaths', 'A', 'I75', 'a'),"
            "('healed', 'x', 'resolved', '2025-01-01', '2025-01-31', 'deaths', 'A', 'I75', 'b'),"
            "('of another month', 'x', 'open', '2024-12-01', '2024-12-31', 'deaths', 'A', 'I75', 'c')"
        )
        after = text_of(content.write(figures, "2025-01", "en", ABOUT, False))
        assert "Civilian deaths 235 1203 a sheet came" in after
        assert "one sum is off" in after
        for left_out in ("an earlier release", "by month of death", "healed", "of another month"):
            assert left_out not in after
        assert "مجموع خاطئ" in text_of(content.write(figures, "2025-01", "ar", ABOUT, False))


@pytest.mark.parametrize("language", LANGUAGES)
class TestReadBack:
    def made(self, figures: Figures, language: str) -> tuple[str, bytes]:
        document = content.write(figures, "2025-01", language, ABOUT, True)
        return rendering.as_html(document), rendering.as_pdf(document)

    def test_a_report_that_says_what_the_release_has(self, figures: Figures, language: str) -> None:
        assert rendering.read_back(*self.made(figures, language), figures) == []

    def test_a_report_with_a_year_of_months_beside_each_other(self, figures: Figures, language: str) -> None:
        for month in months_before("2024-11", 12):
            add(figures.connection, "deaths", {}, {"total": 1264, "children": 242, "women": 118}, month)
        assert rendering.read_back(*self.made(figures, language), figures) == []

    def test_a_figure_that_has_changed_since(self, figures: Figures, language: str) -> None:
        made = self.made(figures, language)
        figures.connection.execute("update marts.fct_figures set value = 4 where party = 'sdf' and category = 'total'")
        found = rendering.read_back(*made, figures)
        assert "number deaths 2025-01 total party=sdf: 3 is printed, the release has 4" in found

    def test_a_number_that_is_shown_and_not_meant(self, figures: Figures, language: str) -> None:
        html, pdf = self.made(figures, language)
        changed = html.replace('total">1,203<', 'total">1,302<')
        assert changed != html
        assert "number deaths 2025-01 total: 1,302 is shown, 1203 is meant" in rendering.read_back(
            changed, pdf, figures
        )

    def test_a_pdf_that_says_otherwise(self, figures: Figures, language: str) -> None:
        html, _ = self.made(figures, language)
        figures.connection.execute("update marts.fct_figures set value = 1204 where value = 1203")
        _, pdf = self.made(figures.anew(), language)
        figures.connection.execute("update marts.fct_figures set value = 1203 where value = 1204")
        found = rendering.read_back(html, pdf, figures)
        assert any(each.startswith("1,204 stands") for each in found)

    def test_a_page_without_figures(self, figures: Figures, language: str) -> None:
        _, pdf = self.made(figures.anew(), language)
        assert "no number of the page says what it is" in rendering.read_back("<main></main>", pdf, figures)


def test_a_page_needs_no_other_file(figures: Figures, tmp_path: Path) -> None:
    html = rendering.as_html(content.write(figures, "2025-01", "ar", ABOUT, False))
    assert 'lang="ar" dir="rtl"' in html
    assert "http" not in html.replace("http://www.w3.org", "")
    assert "<script" not in html

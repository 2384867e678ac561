"""The table of words: whole in both languages, each form of a number that a language has, and no code in a sentence."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from babel import Locale

from orchestration.findings import unclear_exceptions
from orchestration.findings.names import Names, wording
from orchestration.findings.sentences import Sentences, period
from orchestration.intake import contract, duckdb_session
from orchestration.judge.rules import declared_rules
from orchestration.language import LANGUAGES, digits, isolated, plural
from orchestration.settings import DBT_PROJECT, Settings
from tests.spoken import AS_IT_IS


def entries(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pair of words of the table, with where it stands."""
    if isinstance(node, dict) and "en" in node:
        yield path, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from entries(child, f"{path}/{key}")


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


ENTRIES = list(entries(wording()))
RULES = {rule.id: rule.finds for rule in declared_rules() if rule.finds} | {
    f"{rule.id} name": rule.name for rule in declared_rules()
}


@pytest.mark.parametrize(
    ("path", "entry"), [*ENTRIES, *RULES.items()], ids=lambda each: each if isinstance(each, str) else ""
)
def test_words_are_whole_in_both_languages(path: str, entry: dict[str, Any]) -> None:
    assert set(LANGUAGES) <= entry.keys()
    for language in LANGUAGES:
        forms = entry[language].values() if isinstance(entry[language], dict) else [entry[language]]
        for text in (text for form in forms for text in ([form] if isinstance(form, str) else form)):
            said = re.sub(r"`[^`]*`|\{[^}]*\}", "", text)
            assert not re.search(r"[a-z]_[a-z]", said)
            assert language == "en" or not re.search("[A-Za-z]", said)


def test_a_subject_says_what_varies_in_it_in_both_languages() -> None:
    """But where Arabic says a thing in one word, that English tells in the words of whoever wrote it."""
    for phrase in wording()["subjects"]:
        assert slots(phrase["en"]) - slots(phrase["ar"]) <= {"words", "file3"}, phrase["is"]
        assert slots(phrase["ar"]) <= slots(phrase["en"]) | {"rule", "rule_id"}, phrase["is"]


def test_every_kind_of_sheet_and_every_list_of_words_has_a_name() -> None:
    with duckdb_session.shared() as connection:
        kinds = contract.load(connection).kinds
    assert set(wording()["called"]["kind"]) == set(kinds)
    lists = {name for kind in kinds.values() for name in kind.code_lists.values()}
    assert set(wording()["called"]["list"]) == lists | {"measures", "categories"}


def test_every_noun_has_each_form_its_language_has() -> None:
    for noun, forms in wording()["nouns"].items():
        for language in LANGUAGES:
            tags = set(Locale(language).plural_form.tags) | {"other"}
            assert tags <= forms[language].keys() <= tags | {"zero"}, noun


@pytest.mark.parametrize(
    ("number", "english", "arabic"),
    [
        (0, "0 rows", "لا صفوف"), (1, "1 row", "صف واحد"), (2, "2 rows", "صفان"), (3, "3 rows", "3 صفوف"),
        (11, "11 rows", "11 صفًا"), (100, "100 rows", "100 صف"), (1264, "1,264 rows", "1,264 صفًا"),
    ],
)  # fmt: skip
def test_what_is_counted_takes_the_form_of_its_number(number: int, english: str, arabic: str) -> None:
    forms = wording()["nouns"]["rows"]
    assert (plural(forms["en"], number, "en"), plural(forms["ar"], number, "ar")) == (english, arabic)


@pytest.mark.parametrize(
    ("number", "told"), [(38.2, "38.2"), (38.0, "38"), (1264, "1,264"), (0.333, "0.33"), (-5, "-5")]
)
def test_a_number_is_told_with_as_many_decimals_as_it_has(number: float, told: str) -> None:
    assert digits(number) == told


@pytest.mark.parametrize(
    ("kind", "first", "last", "english", "arabic"),
    [
        ("month", "2023-07-01", "2023-07-31", "July 2023", "تموز 2023"),
        ("year", "2024-01-01", "2024-12-31", "2024", "2024"),
        ("half_year", "2024-07-01", "2024-12-31", "second half of 2024", "النصف الثاني من 2024"),
        ("year_to_date", "2023-01-01", "2023-07-31", "January – July 2023", "كانون الثاني – تموز 2023"),
        ("other", "2025-03-06", "2025-03-10", "6 March 2025 – 10 March 2025", "6 آذار 2025 – 10 آذار 2025"),
        ("other", "2024-12-01", "2025-01-31", "December 2024 – January 2025", "كانون الأول 2024 – كانون الثاني 2025"),
        ("day", "2025-03-06", "2025-03-06", "", ""),
    ],
)
def test_a_period_is_told_in_words(kind: str, first: str, last: str, english: str, arabic: str) -> None:
    told = [period(kind, date.fromisoformat(first), date.fromisoformat(last), language) for language in LANGUAGES]
    assert told == [english, arabic]


def test_what_is_written_in_latin_letters_is_set_apart_in_arabic_alone() -> None:
    assert isolated("SYN-1", "ar") == "\u2066SYN-1\u2069"
    assert isolated("SYN-1", "en") == "SYN-1"
    assert isolated("004", "ar") == "004"


def finding(**other: Any) -> dict[str, Any]:
    return {
        "rule_id": "I79", "severity": "A", "subject": "deaths", "measure": "deaths", "category": "total",
        "period_kind": "month", "period_start": date(2023, 7, 1), "period_end": date(2023, 7, 31), "document": None,
        "published_on": None, "expected": 2.0, "observed": 3.0, "signature": None,
    } | other  # fmt: skip


@pytest.mark.parametrize(
    ("location", "english", "arabic"),
    [
        ("table 3", "table 3", "الجدول 3"),
        ("IV.B", "chapter IV.B", "الفصل \u2066IV.B\u2069"),
        ("body", "the text", "المتن"),
        ("place 1a2b3c", "the place (1a2b3c)", "الموضع (\u20661a2b3c\u2069)"),
    ],
)
def test_where_a_number_stands_is_told_in_words(tmp_path: Any, location: str, english: str, arabic: str) -> None:
    told = finding(rule_id="I78", subject=f"figures of 2023-06 in {location}", period_kind="run")
    said = [Sentences(Names(Settings(tmp_path))).sentence(told, language) for language in LANGUAGES]
    assert f" in {english}: " in said[0] and f" في {arabic}: " in said[1]


@pytest.mark.parametrize(
    ("subject", "english", "arabic"),
    [
        ("deaths, party sdf, governorate SY02", "Syrian Democratic Forces, Aleppo", "قوات سوريا الديمقراطية، حلب"),
        ("deaths, party other", "other parties", "جهات أخرى"),
        ("deaths, governorate unknown", "governorate not known", "محافظة غير معروفة"),
        ("deaths, month 2023-03", "March 2023", "آذار 2023"),
        ("deaths, place unknown_1a2b3c", "a place on no list (1a2b3c)", "مكان غير مدرج (\u20661a2b3c\u2069)"),
        (
            "deaths, by unknown_1a2b3c",
            "according to a claimant on no list (1a2b3c)",
            "بحسب جهة راصدة غير مدرجة (\u20661a2b3c\u2069)",
        ),
        ("deaths, by SOHR", "according to Syrian Observatory for Human Rights", "بحسب المرصد السوري لحقوق الإنسان"),
        ("deaths, by sdf", "according to Syrian Democratic Forces", "بحسب قوات سوريا الديمقراطية"),
        ("deaths, place Fahel", "Fahel", "\u2066Fahel\u2069"),
        ("deaths, party Invented Guard", "Invented Guard", "\u2066Invented Guard\u2069"),
        ("deaths, party unknown_7c4af8", "a party on no list (7c4af8)", "جهة غير مدرجة (\u20667c4af8\u2069)"),
        ("deaths of category unknown_7c4af8", "a category on no list (7c4af8)", "فئة غير مدرجة (\u20667c4af8\u2069)"),
        ("deaths, by its quarters", "quarter by quarter", "ربعًا بربع"),
        ("deaths, by its half years", "half year by half year", "نصف سنة بنصف سنة"),
        (
            "deaths, from toll to toll, by its quarters",
            "rise from toll to toll, quarter by quarter",
            "الزيادة من حصيلة إلى أخرى، ربعًا بربع",
        ),
        (
            "deaths, from toll to toll, by its half years",
            "rise from toll to toll, half year by half year",
            "الزيادة من حصيلة إلى أخرى، نصف سنة بنصف سنة",
        ),
    ],
)
def test_members_are_told_by_their_names(tmp_path: Any, subject: str, english: str, arabic: str) -> None:
    sentences = Sentences(Names(Settings(tmp_path)))
    assert f"Civilian deaths, {english}, July 2023: " in sentences.sentence(finding(subject=subject), "en")
    assert f"القتلى المدنيون، {arabic}، تموز 2023: " in sentences.sentence(finding(subject=subject), "ar")


@pytest.mark.parametrize(
    ("signature", "english", "arabic"),
    [
        (
            "exactly what is printed of 2023-01/2023-03", "exactly what is printed of January 2023 to March 2023",
            "وهو بالضبط المنشور عن كانون الثاني 2023 – آذار 2023",
        ),
        (
            "exactly what is printed of 2023-05", "exactly what is printed of May 2023",
            "وهو بالضبط المنشور عن أيار 2023",
        ),
        (
            "line sdf is as far from its parts the other way", "Syrian Democratic Forces: as far off the other way",
            "قوات سوريا الديمقراطية: بالفرق نفسه في الاتجاه المعاكس",
        ),
        (
            "line other/jordan is as far from its parts the other way",
            "other parties, Jordanian forces: as far off the other way",
            "جهات أخرى، القوات الأردنية: بالفرق نفسه في الاتجاه المعاكس",
        ),
        (
            "line other/unknown_7c4af8 is as far from its parts the other way",
            "other parties, a sub-party on no list (7c4af8): as far off the other way",
            "جهات أخرى، جهة فرعية غير مدرجة (\u20667c4af8\u2069): بالفرق نفسه في الاتجاه المعاكس",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_told_by_what_explains_it(tmp_path: Any, signature: str, english: str, arabic: str) -> None:
    sentences = Sentences(Names(Settings(tmp_path)))
    assert sentences.sentence(finding(signature=signature), "en").endswith(f"({english})")
    assert sentences.sentence(finding(signature=signature), "ar").endswith(f"({arabic})")


@pytest.mark.parametrize(
    ("found", "english", "arabic"),
    [
        # of places in an order no difference is told
        (
            {"rule_id": "I57", "subject": "deaths, governorate SY12: rank", "expected": 4.0, "signature": "one off"},
            "Civilian deaths, Daraa, July 2023: printed as number 3, its number puts it at 4",
            "القتلى المدنيون، درعا، تموز 2023: منشور في المرتبة 3 ورقمه يضعه في المرتبة 4",
        ),
        (
            {"rule_id": "I75", "subject": "deaths by girls and boys", "category": "children"},
            "Civilian deaths, children, July 2023: the girls and boys add up to 3, the total says 2; 1 more",
            "القتلى المدنيون، الأطفال، تموز 2023: مجموع الفتيات والفتيان 3، والإجمالي 2؛ بزيادة 1",
        ),
        # not of civilians alone; and a bound of parts names them
        (
            {"rule_id": "I56.stated", "subject": "deaths, counting all by civilians and combatants"},
            "Deaths, civilians and others, July 2023: the civilians and combatants add up to 3, the total says 2",
            "القتلى، المدنيون وغيرهم، تموز 2023: مجموع المدنيين والمقاتلين 3، والإجمالي 2",
        ),
        (
            {"rule_id": "I55.stated", "subject": "deaths by category"},
            "Civilian deaths, July 2023: the categories add up to 3, the total says 2",
            "القتلى المدنيون، تموز 2023: مجموع الفئات 3، والإجمالي 2",
        ),
        (
            {"rule_id": "I55.stated", "subject": "torture_deaths among deaths"},
            "Deaths due to torture among civilian deaths, July 2023: 3 found, at most 2 possible",
            "الوفيات بسبب التعذيب ضمن الكل (القتلى المدنيون)، تموز 2023: الموجود 3، والحد الأعلى 2",
        ),
    ],
)
def test_what_is_found_is_told_by_what_it_is_of(
    tmp_path: Any, found: dict[str, Any], english: str, arabic: str
) -> None:
    sentences = Sentences(Names(Settings(tmp_path)))
    assert [sentences.sentence(finding(**found), language) for language in LANGUAGES] == [english, arabic]


def test_a_document_is_told_whatever_its_name_is(tmp_path: Any) -> None:
    sentences, found = Sentences(Names(Settings(tmp_path))), finding(subject="deaths, first printed in June, corrected")
    assert sentences.sentence(found, "en").startswith("Civilian deaths, compared with document June, corrected, July")


def test_a_line_is_called_as_in_the_list_of_its_days(tmp_path: Any) -> None:
    sentences, found = Sentences(Names(Settings(tmp_path))), finding(subject="deaths, party assad_regime")
    old = found | {"period_start": date(2012, 1, 1), "period_end": date(2012, 1, 31)}
    assert "Government forces" in sentences.sentence(old, "en")
    assert "Government forces" not in sentences.sentence(found, "en")


def test_a_party_of_the_data_root_has_the_names_given_to_it(tmp_path: Any) -> None:
    line = "coast_guard,Guard of the Invented Coast,حرس الساحل المخترع,non_state,,,,,,,\n"
    heading = "party,name_en,name_ar,kind,from,until,parent_party,lines,who,when,note\n"
    (tmp_path / "own_parties.csv").write_text(heading + line, "utf-8")
    sentences = Sentences(Names(Settings(tmp_path)))
    found = finding(subject="deaths, party other, sub-party coast_guard")
    assert "other parties, Guard of the Invented Coast" in sentences.sentence(found, "en")
    assert "حرس الساحل المخترع" in sentences.sentence(found, "ar")


@pytest.mark.parametrize("text", ["", "title\n", "document,title_en,title_ar\n004,The report,\n"])
def test_titles_that_are_not_whole_are_none(tmp_path: Any, text: str) -> None:
    (tmp_path / "documents.csv").write_text(text, "utf-8")
    assert Names(Settings(tmp_path)).title("004", "en") is None


def reasons() -> list[str]:
    """Why a line of a file kept by hand is not clear, as dbt's unit tests expect it of every reason there is."""
    told = "\n".join(
        (DBT_PROJECT / "models" / "staging" / f"stg_{name}.yml").read_text("utf-8")
        for name in ("expected_months", "own_parties", "sources", "taught_spellings")
    )
    return sorted({" ".join(found.split()) for found in re.findall(r'"(\w+\.csv(?:, row \d+)?[,:][^"]*)"', told)})


@pytest.mark.parametrize("subject", reasons())
def test_why_a_line_is_not_clear_is_told_in_both_languages(tmp_path: Any, subject: str) -> None:
    told = finding(rule_id="I05.taught", subject=subject, expected=0.0, observed=1.0, period_kind="day")
    english, arabic = (Sentences(Names(Settings(tmp_path))).sentence(told, language) for language in LANGUAGES)
    assert english == subject.replace("means sdf", "means Syrian Democratic Forces")
    assert wording()["frames"]["unclear"]["ar"] not in arabic
    assert not re.search("[A-Za-z]", AS_IT_IS.sub("", arabic))


@pytest.mark.parametrize(
    "line",
    ["x,a,1,r,w,2026-01-01", "I75,,1,r,w,2026-01-01", "I75,a,one,r,w,2026-01-01", "I75,a,,r,w,2026-01-01",
     "I75,a,1,,w,2026-01-01", "I75,a,1,r,,2026-01-01", "I75,a,1,r,w,soon"],
)  # fmt: skip
def test_an_exception_that_is_not_clear_says_why_in_both_languages(tmp_path: Any, line: str) -> None:
    settings = Settings(tmp_path)
    settings.accepted_exceptions.write_text(f"rule,subject,observed,reason,who,until\n{line}\n")
    (arabic,) = unclear_exceptions(settings, "ar")
    assert wording()["frames"]["unclear"]["ar"] not in arabic
    assert not re.search("[A-Za-z]", AS_IT_IS.sub("", arabic))

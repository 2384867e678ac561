"""The site: its scripts hold the figures of the release and no others, and it takes its place whole or not at all."""

import fcntl
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import report, site
from orchestration.files import PlaceError, new_folder
from orchestration.language import LANGUAGES
from orchestration.open_data import EarlierReleaseError, opened
from orchestration.publish import periods
from orchestration.report.figures import Figures
from orchestration.settings import Settings
from orchestration.site import data, pages
from tests.small_release import ABOUT, add, fill

GOVERNORATES = "LA TA RA HL HM HI ID HA DY SU RD QU DR DI"
# what a reader of the first view is to wait for
MOST_BYTES = 300_000
YEARS = """
    insert into marts.fct_figures by name
    select
        * exclude (month, n)
        replace (
            month as period_start,
            last_day(month) as period_end,
            'g' || n as sub_party,
            -- of most of so many a month has none, and hardly two numbers are alike
            1 + hash(month, n, category) % 90 as value
        )
    from (from marts.fct_figures where sub_party = 'israel' or (sub_party = 'isis' and category = 'children'))
    cross join (select unnest(generate_series(date '2010-01-01', date '2024-11-01', interval 1 month))::date as month)
    cross join (select unnest(range(400)) as n)
    where hash(month, n) % 3 = 0;
    insert into marts.fct_figures by name
    select distinct on (period_start) * replace (null as sub_party, null as party) from marts.fct_figures
    where period_start < date '2024-12-01'
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data root with a small release."""
    place = Settings(tmp_path)
    (place.published / ABOUT["release"]).mkdir(parents=True)
    place.current.symlink_to(ABOUT["release"])
    (place.current / "release.json").write_text(json.dumps(ABOUT))
    with duckdb.connect(place.release) as connection:
        fill(connection)
    return place


@pytest.fixture
def found() -> Iterator[Figures]:
    with duckdb.connect() as connection:
        fill(connection)
        yield Figures(connection)


def change(settings: Settings, sql: str) -> None:
    with duckdb.connect(settings.release) as connection:
        connection.execute(sql)


def script(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / "data" / name).read_text().partition(", {")[2].join(["{", ""]).removesuffix(");\n"))


class TestScripts:
    def test_a_line_has_a_cell_a_period_and_a_cell_a_number_a_category(self, settings: Settings) -> None:
        told = script(site.write(settings).parent, "deaths-month.js")
        assert [each["period"] for each in told["periods"]] == ["2024-12", "2025-01"]
        assert told["periods"][0] == {
            "period": "2024-12", "scheme": "now", "present": 1, "expected": 1, "release": "2025-02-01-synthetic",
        }  # fmt: skip
        assert told["lines"][""] == [[7, 1, 1, 0, 0], [1203, 11, 2, 1190, 0]]
        # no figure is another thing than 0, and a category without a row is 0
        assert told["lines"]["party=other sub_party=israel"] == [None, [100, 0, 0, 0, 0]]
        assert told["versions"] == {}

    def test_a_measure_without_categories_has_the_total_alone(self, settings: Settings) -> None:
        assert script(site.write(settings).parent, "massacres-month.js")["lines"] == {"": [[0]]}

    def test_a_version_is_told_of_each_number_that_had_another_value(self, settings: Settings) -> None:
        where = "where party = 'sdf' and category in ('total', 'women') and measure = 'deaths' and role is null"
        change(settings, f"update marts.fct_figures set version = 3 {where}")
        told = script(site.write(settings).parent, "deaths-month.js")
        assert told["versions"] == {"party=sdf": [None, [3, 1, 3, 1, 1]]}

    def test_what_is_not_open_is_not_on_the_site(self, settings: Settings) -> None:
        not_open = "select * replace ('children' as category) from marts.fct_figures where governorate = 'SY12'"
        change(settings, f"insert into marts.fct_figures by name {not_open}")
        page = site.write(settings)
        assert script(page.parent, "deaths-month.js")["lines"]["governorate=SY12"] == [None, [1]]
        assert "SY12,,,,,children" not in (page.parent / "figures-2025.csv").read_text()

    def test_figures_by_month_of_death_are_not_shown(self, settings: Settings) -> None:
        change(settings, "update marts.fct_figures set basis = 'occurred' where measure = 'massacres'")
        others = "select * replace ('occurred' as basis, value + 1 as value) from marts.fct_figures"
        change(settings, f"insert into marts.fct_figures by name {others} where measure = 'deaths'")
        folder = site.write(settings).parent
        assert not list((folder / "data").glob("massacres*"))
        assert script(folder, "deaths-month.js")["lines"][""] == [[7, 1, 1, 0, 0], [1203, 11, 2, 1190, 0]]

    @pytest.mark.parametrize("period", ["2025-01", "2025-01/2025-07", "2025-H1", "2025-H2", "2025"])
    def test_a_period_is_spelled_as_it_is_read(self, period: str) -> None:
        kind, start, last = periods.parse_period(period)
        asked = f"select {periods.SPELLED} from (select $kind as period_kind, $start as period_start, "
        asked += "last_day($last::date) as period_end)"
        assert duckdb.execute(asked, {"kind": kind, "start": start, "last": last}).fetchall() == [(period,)]


class TestReadBack:
    def test_a_site_that_says_what_the_release_has(self, settings: Settings) -> None:
        folder = site.write(settings).parent
        with opened(settings.release, settings.memory) as found:
            assert data.otherwise(folder, Figures(found)) == []

    @pytest.mark.parametrize(
        ("sql", "told"),
        [
            (
                "update marts.fct_figures set value = 4 where party = 'sdf' and category = 'total' and role is null",
                "deaths 2025-01 party=sdf: [3, 0, 2, 1, 0] is written, and not in the other",
            ),
            (
                "delete from marts.fct_figures where governorate = 'SY12'",
                "deaths 2025-01 governorate=SY12: [1] is written, and not in the other",
            ),
            (
                "insert into marts.fct_figures by name select * replace ('SY03' as governorate) from marts.fct_figures "
                "where governorate = 'SY12'",
                "deaths 2025-01 governorate=SY03: [1] is in the release, and not in the other",
            ),
            (
                "update marts.fct_figures set value = 1204 where value = 1203",
                "number deaths 2025-01 total: 1203 is printed, the release has 1204",
            ),
        ],
    )
    def test_a_site_that_says_otherwise(self, settings: Settings, sql: str, told: str) -> None:
        folder = site.write(settings).parent
        change(settings, sql)
        with opened(settings.release, settings.memory) as found:
            assert told in data.otherwise(folder, Figures(found))


class TestPlace:
    def test_a_new_site_takes_the_place_of_the_one_before(self, settings: Settings) -> None:
        page = site.write(settings)
        (page.parent / "left.txt").touch()
        change(settings, "update marts.fct_figures set value = 1204 where value = 1203")
        assert site.write(settings) == page == settings.site / "index.html"
        assert "1,204 civilians" in page.read_text()
        assert {path.name for path in page.parent.iterdir()} == {
            "index.html", "ar.html", "site.css", "site.js", "site.json", "data",
            "figures-2024.csv", "figures-2025.csv", "revisions.csv",
        }  # fmt: skip
        assert {path.name for path in settings.root.iterdir()} == {"published", "site", ".site.lock"}

    def test_what_a_killed_run_left_is_removed(self, settings: Settings) -> None:
        for left in (".site.new", ".site.old"):
            (settings.root / left / "data").mkdir(parents=True)
        site.write(settings)
        assert {path.name for path in settings.root.iterdir()} == {"published", "site", ".site.lock"}

    def test_who_else_would_write_waits(self, settings: Settings) -> None:
        with new_folder(settings.site, "mark") as beside, (settings.root / ".site.lock").open("w") as other:
            (beside / "mark").touch()
            with pytest.raises(BlockingIOError):
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert (settings.site / "mark").exists()

    def test_one_that_was_taken_away_when_a_run_was_killed_comes_back(self, settings: Settings) -> None:
        page = site.write(settings)
        settings.site.rename(settings.root / ".site.old")
        change(settings, "delete from marts.fct_figures where measure = 'deaths'")
        with pytest.raises(LookupError):
            site.write(settings)
        assert page.exists()

    def test_where_none_can_be_written_the_one_before_stays(self, settings: Settings) -> None:
        page = site.write(settings)
        before = page.read_bytes()
        change(settings, "delete from marts.fct_figures where measure = 'deaths'")
        with pytest.raises(LookupError, match="the release has no month of deaths yet"):
            site.write(settings)
        assert page.read_bytes() == before
        assert {path.name for path in settings.root.iterdir()} == {"published", "site", ".site.lock"}

    def test_a_folder_of_something_else_stays_as_it_is(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        assert site.write(settings, tmp_path / "mine").exists()  # it was empty
        (tmp_path / "mine" / "site.json").unlink()
        for place in (tmp_path / "mine", settings.release):
            with pytest.raises(PlaceError, match=r"holds something else: name a folder that is empty"):
                site.write(settings, place)

    def test_a_release_of_an_earlier_version_is_told_as_one(self, settings: Settings) -> None:
        change(settings, "alter table marts.fct_figures drop column version")
        with pytest.raises(EarlierReleaseError, match=r"the release is of an earlier version"):
            site.write(settings)

    def test_before_the_first_release_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            site.write(Settings(tmp_path))


class TestBeside:
    """What lies beside the site and is linked to."""

    def linked(self, settings: Settings, language: str) -> list[tuple[str, str]]:
        page = (site.write(settings).parent / pages.PAGES[language]).read_text()
        return re.findall(r'href="(\.\./[^"]+)">([^<]+)<', page)

    def test_reports_of_the_language_latest_first_and_no_drafts(self, settings: Settings) -> None:
        settings.reports.mkdir()
        for name in ("2024-12-en.pdf", "2025-01-en.pdf", "2025-01-en.html", "2025-01-ar.pdf", "mine-en.pdf",
                     "2023-07-en-draft.pdf"):  # fmt: skip
            (settings.reports / name).touch()
        assert self.linked(settings, "en") == [
            ("../reports/2025-01-en.pdf", "January 2025 (PDF)"),
            ("../reports/2025-01-en.html", "January 2025 (HTML)"),
            ("../reports/2024-12-en.pdf", "December 2024 (PDF)"),
        ]
        assert self.linked(settings, "ar") == [("../reports/2025-01-ar.pdf", "كانون الثاني 2025 (PDF)")]

    @pytest.mark.parametrize("version", [ABOUT["release"], "another one"])
    def test_open_data_of_the_same_release(self, settings: Settings, version: str) -> None:
        assert self.linked(settings, "en") == []
        settings.open_data.mkdir()
        (settings.open_data / "datapackage.json").write_text(json.dumps({"version": version}))
        linked = [address for address, _ in self.linked(settings, "en")]
        assert ("../open/open-data.xlsx" in linked) == (version == ABOUT["release"])


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_page_asks_for_its_own_files_alone(self, settings: Settings, language: str) -> None:
        folder = site.write(settings).parent
        page = (folder / pages.PAGES[language]).read_text()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in page
        assert "http" not in page.replace("http-equiv", "")
        asked = set(re.findall(r'(?:src|href)="([^#"][^"]*)"', page)) - {"data:,"}
        assert asked and all((folder / each).exists() for each in asked)

    def test_the_ledger_tells_the_latest_first(self, settings: Settings) -> None:
        for number in (1, 2):
            change(settings, f"insert into history.releases values ({number}, 'r{number}', '2025-02-0{number}')")
            change(
                settings,
                "insert into history.revisions values "
                f"({number}, '2025-01-01', 'deaths', 'documented', null, '{number}', '{number + 1}', 'new')",
            )
        page = site.write(settings).read_text()
        assert re.findall(r'<th scope="row">(r\d)</th>', page) == ["r2", "r1"]
        lines = (settings.site / "revisions.csv").read_text().splitlines()
        assert lines[1:] == [
            "2025-02-01,r1,2025-01-01,deaths,documented,,1,2,new",
            "2025-02-02,r2,2025-01-01,deaths,documented,,2,3,new",
        ]

    def test_the_map_has_the_fourteen_governorates(self, settings: Settings) -> None:
        codes = re.findall(r'data-iso="SY-(\w\w)" d="M', site.write(settings).read_text())
        assert sorted(codes) == sorted(
            ["LA", "TA", "RA", "HL", "HM", "HI", "ID", "HA", "DY", "SU", "RD", "QU", "DR", "DI"]
        )

    def test_what_the_script_is_told_cannot_end_its_element(self, settings: Settings) -> None:
        change(settings, "update marts.dim_roles set role_name = '</script><b>' where role = 'media'")
        assert "</script><b>" not in site.write(settings).read_text()

    def test_the_first_view_of_fifteen_years_is_small(self, settings: Settings) -> None:
        change(settings, YEARS)
        folder = site.write(settings).parent
        first = [
            "index.html",
            "site.css",
            "site.js",
            *(f"data/{each}-month.js" for each in ("deaths", "torture_deaths")),
        ]
        assert len(script(folder, "deaths-month.js")["periods"]) == 181
        assert sum(len(gzip.compress((folder / name).read_bytes())) for name in first) < MOST_BYTES


class TestReportsOfARun:
    def test_each_month_of_the_run_has_one_and_a_held_one_keeps_its_own(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report, "MOST", 1)
        with duckdb.connect(settings.release) as connection:
            add(connection, "deaths", {}, {"total": 4, "children": 0, "women": 0}, "2024-11")
            connection.execute(
                "update marts.dim_months set standing = 'held';"
                "insert into marts.dim_months values ('2024-12-01', 'final', '2025-01-15'), "
                "('2024-11-01', 'final', '2024-12-15'), ('2024-10-01', 'final', '2024-11-15');"
                "insert into received.run values ('2025-01-01'), ('2024-12-01'), ('2024-11-01'), ('2024-10-01')"
            )
        written = report.write_of_run(settings)
        assert {path.name for path in written.files} == {
            "2024-12-en.html", "2024-12-en.pdf", "2024-12-ar.html", "2024-12-ar.pdf",
        }  # fmt: skip
        assert (written.held, written.left_out, written.problems) == (["2025-01"], ["2024-11"], [])

    def test_one_stays_until_it_would_say_something_else_or_its_files_are_no_more_what_they_were(
        self, settings: Settings
    ) -> None:
        change(settings, "insert into received.run values ('2025-01-01')")
        english = [settings.reports / "2025-01-en.html", settings.reports / "2025-01-en.pdf"]
        first = report.write_of_run(settings)
        assert (len(first.files), first.unchanged) == (4, [])
        told = settings.current / "release.json"
        told.write_text(told.read_text().replace('"business_date": "2025-02-01"', '"business_date": "2025-02-02"'))
        again = report.write_of_run(settings)
        assert (again.files, len(again.unchanged)) == ([], 4)
        assert "for 1 February 2025" in english[0].read_text()
        english[1].write_bytes(b"another one")
        mended = report.write_of_run(settings)
        assert (mended.files, len(mended.unchanged)) == (english, 2)
        assert "for 2 February 2025" in english[0].read_text()
        change(settings, "update marts.dim_months set standing = 'revised'")
        assert len(report.write_of_run(settings).files) == 4

    def test_a_year_of_months_is_written_at_once(self) -> None:
        assert report.MOST == 12


def test_a_month_without_deaths_is_not_the_last(found: Figures) -> None:
    add(found.connection, "massacres", {}, {"total": 1}, "2025-02")
    assert pages.latest(found) == "2025-01"

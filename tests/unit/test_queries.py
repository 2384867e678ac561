"""The periods a person asks for, and rows as JSON; what SQL has counted is the integration tests' business."""

import json
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.render import held_responsible
from orchestration.dimensions import DIMENSIONS, only_by
from orchestration.publish import export, queries
from orchestration.publish.periods import parse_period
from orchestration.settings import DBT_PROJECT, Settings

FIGURES_SQL = DBT_PROJECT / "macros" / "figures.sql"


@pytest.mark.parametrize(
    ("written", "kind", "first", "last"),
    [
        ("2025-01", "month", date(2025, 1, 1), date(2025, 1, 1)),
        ("2024-12", "month", date(2024, 12, 1), date(2024, 12, 1)),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 1)),
        ("2024-H1", "half_year", date(2024, 1, 1), date(2024, 6, 1)),
        ("2024-H2", "half_year", date(2024, 7, 1), date(2024, 12, 1)),
        ("2024-01/2024-07", "year_to_date", date(2024, 1, 1), date(2024, 7, 1)),
        ("2024-01/2024-01", "year_to_date", date(2024, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_period(written: str, kind: str, first: date, last: date) -> None:
    assert parse_period(written) == (kind, first, last)


@pytest.mark.parametrize(
    "written",
    ["", "january", "2025-1", "2025-13", "2025-00", "0000", "2025-H3", "2025-h1", "24", "2025-01-01",
     "2024-02/2024-07", "2024-01/2025-07", "2024-01/2024-13", "2025-01 ", "2024-01/"],
)  # fmt: skip
def test_no_period(written: str) -> None:
    with pytest.raises(ValueError, match=r"is no period: expected 2025-01, 2025, 2025-H1 or 2025-01/2025-07"):
        parse_period(written)


def test_rows_as_json_keep_numbers_and_arabic_and_write_days_as_iso() -> None:
    told = queries.as_json([{"month": date(2025, 1, 1), "value": 3, "name": "حلب", "nothing": None}])
    assert json.loads(told) == [{"month": "2025-01-01", "value": 3, "name": "حلب", "nothing": None}]
    assert "حلب" in told


def test_a_reading_before_the_first_night_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="casebook nightly"):
        queries.status(Settings(tmp_path))


def test_a_run_that_judged_nothing_has_no_verdicts(tmp_path: Path) -> None:
    assert queries.verdicts(Settings(tmp_path), "none") == []


def test_rows_as_csv_end_their_lines_and_quote_as_the_standard_has_it() -> None:
    rows = [
        {"month": date(2025, 1, 1), "name": 'حلب, "Aleppo"', "value": 3},
        {"month": None, "name": "=1+1", "value": 0},
    ]
    assert export.as_csv(rows) == 'month,name,value\r\n2025-01-01,"حلب, ""Aleppo""",3\r\n,=1+1,0\r\n'


def test_the_same_rows_are_the_same_workbook() -> None:
    rows, about = [{"party": "=1+1", "value": 3}], {"business date": date(2025, 2, 1)}
    assert export.as_xlsx(rows, about) == export.as_xlsx(rows, about)


def test_the_dimensions_are_those_that_figures_are_made_by() -> None:
    [of_models] = re.findall(r"macro dimensions\(\) %\}(.*?)\{% endmacro", FIGURES_SQL.read_text("utf-8"), re.DOTALL)
    assert sorted(re.findall(r'"(\w+)"', of_models)) == sorted(DIMENSIONS)


@pytest.mark.parametrize(
    ("names", "values"), [((), [1]), (("party",), [1, 2]), (("sex", "party"), [1, 2, 3]), (("role",), [1])]
)
def test_figures_are_by_nothing_but_what_is_named(names: tuple[str, ...], values: list[int]) -> None:
    """Also of a version that did not know of roles."""
    figures = """(
        values (1, null, null, null), (2, 'sdf', null, null), (3, 'sdf', 'f', null), (4, null, null, 'SY02')
    ) as figures (value, party, sex, governorate)"""
    found = duckdb.sql(f"select value from {figures} where {only_by(names)} order by value").fetchall()
    assert [value for (value,) in found] == values


# a case without statements, one with, one of which two statements of a day name two parties, and one no sheet brought
FACTS = """
    create schema marts;
    create table marts.fct_deaths as
    select case_id, date '2025-01-05' as documented_on, party
    from (
        values ('plain', 'sdf'), ('stated', 'sdf'), ('tied', 'pending_two_party'), ('of_incident', 'sdf')
    ) as deaths (case_id, party);
    create table marts.fct_torture as
    select 'plain' as torture_id, 'death_due_to_torture' as torture_kind, date '2025-01-05' as documented_on,
        'sdf' as party;
"""
STATEMENTS = """
    create table marts.fct_attributions as
    select 'deaths' as about_kind,
        * replace (stated_on::date as stated_on, held_from::date as held_from, held_until::date as held_until),
        stated_on::date as documented_on, if(about_id = 'of_incident', 'I', null) as by_incident,
        null as candidates, null as attribution_status, true as is_counted,
        'isis' as sheet_party
    from (values
        (
            'a', 'stated', '2025-02-01', 'ours', 'claim', 'coalition', 'witness;document', '2025-02-01',
            '2025-02-09', null
        ),
        ('b', 'stated', '2025-02-05', 'accused', 'denial', 'coalition', null, null, null, null),
        ('c', 'stated', '2025-02-10', 'ours', 'claim', 'sdf', null, '2025-02-10', null, null),
        ('d', 'stated', '2025-02-11', 'ours', 'claim', 'aof', null, null, null, 'I31'),
        ('e', 'tied', '2025-02-01', 'ours', 'claim', 'sdf', null, '2025-02-01', null, null),
        ('f', 'tied', '2025-02-01', 'ours', 'claim', 'coalition', null, '2025-02-01', null, null),
        ('g', 'unknown', '2025-02-01', 'official', 'claim', 'sdf', null, null, null, null),
        ('h', 'of_incident', '2025-02-01', 'ours', 'claim', 'sdf', null, '2025-02-01', null, null)
    ) as said (attribution_id, about_id, stated_on, stated_by, stance, party, basis, held_from, held_until, unfit_by);
"""


@pytest.fixture
def released(tmp_path: Path) -> Settings:
    """A release of four cases."""
    settings = Settings(tmp_path)
    settings.release.parent.mkdir(parents=True)
    with duckdb.connect(settings.release) as connection:
        connection.execute(FACTS)
        for fact, number in (value for kind, value in queries.FACTS.items() if kind not in ("deaths", "torture")):
            connection.execute(f"create table marts.{fact} (documented_on date, party varchar, {number} varchar)")
    return settings


@pytest.mark.parametrize(
    ("record", "day", "line", "said"),
    [
        ("plain", None, "plain  deaths: sdf, by its sheet", []),
        ("plain", date(2025, 1, 5), "plain  deaths: sdf, by its sheet", []),
        ("plain", date(2025, 1, 4), "plain  deaths: not documented yet", []),
        # before the first of ours as its own sheet has it
        ("stated", date(2025, 1, 31), "stated  deaths: isis, by its sheet", []),
        ("stated", date(2025, 2, 1), "stated  deaths: coalition, since 2025-02-01, by what we said", ["a"]),
        ("stated", date(2025, 2, 9), "stated  deaths: coalition, since 2025-02-01, by what we said", ["a", "b"]),
        ("stated", date(2025, 2, 10), "stated  deaths: sdf, since 2025-02-10, by what we said", ["a", "b", "c"]),
        ("stated", None, "stated  deaths: sdf, since 2025-02-10, by what we said", ["a", "b", "c", "d"]),
        (
            "tied", None,
            "tied  deaths: coalition and sdf, since 2025-02-01, by what we said, pending between them", ["e", "f"],
        ),
        ("unknown", None, "unknown  deaths: not documented yet", ["g"]),
        (
            "of_incident", None,
            "of_incident  deaths: sdf, since 2025-02-01, by what we said of incident I", ["h"],
        ),
    ],
)  # fmt: skip
def test_who_was_held_responsible_on_a_day(
    released: Settings, record: str, day: date | None, line: str, said: list[str]
) -> None:
    with duckdb.connect(released.release) as connection:
        connection.execute(STATEMENTS)
    (found,) = queries.attributions(released, record, day)
    assert next(held_responsible(found, record)) == line
    assert [statement["attribution_id"] for statement in found["statements"]] == said


def test_a_statement_is_told_on_a_line(released: Settings) -> None:
    with duckdb.connect(released.release) as connection:
        connection.execute(STATEMENTS)
    assert list(held_responsible(queries.attributions(released, "stated")[0], "stated"))[1:] == [
        "  2025-02-01  ours  claim  coalition  by witness, document  held from 2025-02-01 until 2025-02-09  a",
        "  2025-02-05  accused  denial  coalition  b",
        "  2025-02-10  ours  claim  sdf  held from 2025-02-10  c",
        "  2025-02-11  ours  claim  aof  holds nobody: I31  d",
    ]
    assert list(held_responsible(queries.attributions(released, "of_incident")[0], "of_incident"))[1:] == [
        "  2025-02-01  ours  claim  sdf  of incident I  held from 2025-02-01  h",
    ]


def test_of_whom_nothing_is_known_nobody_is_held_responsible(released: Settings) -> None:
    with pytest.raises(LookupError, match="the next night tells of them"):
        queries.attributions(released, "plain")
    with duckdb.connect(released.release) as connection:
        connection.execute(STATEMENTS)
    with pytest.raises(LookupError, match="no record that was released is called nobody"):
        queries.attributions(released, "nobody")

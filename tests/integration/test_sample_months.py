"""`casebook nightly` on the sample months: every printed count comes out, and every row is accounted for."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.dimensions import DIMENSIONS
from orchestration.judge.rules import declared_rules
from orchestration.report import LANGUAGES
from tests.integration.breaks_stated import CONTRADICTIONS
from tests.integration.house import SAMPLE_MONTHS, House

PRINTED = list(csv.DictReader(Path(__file__).with_name("printed_counts.csv").read_text("utf-8").splitlines()))
FIGURE_COLUMNS = [
    "measure", "basis", "period_kind", "period_start", "period_end", "months_present", "months_expected", "scheme",
    "party", "sub_party", "governorate", "cause_group", "role", "facility_type", "mechanism", "sex", "age_group",
    "origin_governorate", "category", "value", "standing", "figures_from", "version",
]  # fmt: skip
STATUS_COLUMNS = [
    "month", "kind", "received", "accepted", "quarantined", "counted", "excluded", "superseded", "withdrawn",
]  # fmt: skip
# the bad rows of the sample, and the rule that keeps each out
EXPECTED_PROBLEMS = {
    "2023-07": ["I06", "I12", "I14"],
    "2024-12": ["I05", "I11", "I21", "I32"],
    "2025-01": ["I05", "I11", "I14", "I32"],
}


def test_the_night_does_its_work_and_ends_with_a_table(sample_night) -> None:
    house, done = sample_night
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    rows = {
        line[0]: " ".join(line[1:]) for line in lines if line and line[0] in SAMPLE_MONTHS and "(" in " ".join(line)
    }
    assert "55 (16 · 4)" in rows["2023-07"]
    assert "503 (96 · 49)" in rows["2024-12"]
    assert "236 (32 · 18)" in rows["2025-01"]
    # the documents beside the sheets contradict themselves in eight places, by seven rules, and nobody knows one word
    assert f"{len(declared_rules())} rules: " in done.stdout
    assert re.search(r" 8 failed, \d+ not judged", done.stdout)
    assert done.stdout.count("finding (alert)") + done.stdout.count("finding (warning)") == len(CONTRADICTIONS)
    assert "casebook figures" in done.stdout
    # both are where the last line says
    assert done.stdout.count("/site/index.html") == done.stdout.count("/reports\n") == 1
    assert (house.place.site / "index.html").exists()
    kinds = [
        f"{month}-{language}.{kind}" for month in SAMPLE_MONTHS for language in LANGUAGES for kind in ("html", "pdf")
    ]
    assert sorted(path.name for path in house.place.reports.iterdir()) == sorted(kinds)


@pytest.mark.parametrize("month", SAMPLE_MONTHS)
def test_every_printed_count_comes_out(sample_house: House, month: str) -> None:
    told = sample_house.json("figures", "--period", month)
    assert list(told[0]) == FIGURE_COLUMNS
    values = {
        tuple(row[name] or "" for name in DIMENSIONS) + (row["measure"], row["category"]): row["value"]
        for row in told
        if (row["basis"], row["period_kind"]) == ("documented", "month")
    }
    assert len(values) == len(told)  # a figure stands once
    printed = {
        tuple(row.get(name, "") for name in DIMENSIONS) + (row["measure"], row["category"]): int(row["value"])
        for row in PRINTED
        if row["period"] == month
    }
    assert {key: values.get(key) for key in printed} == printed


def test_a_printed_total_is_the_sum_of_its_printed_parties() -> None:
    """The file itself adds up: a slip of the pen in it would otherwise be searched for in the house."""
    parts, totals = Counter(), {}
    for row in PRINTED:
        key = (row["period"], row["measure"], row["category"])
        if not any(row[name] for name in FIGURE_COLUMNS[9:15] if name in row):
            if row["party"]:
                parts[key] += int(row["value"])
            else:
                totals[key] = int(row["value"])
    checked = {key: parts[key] for key in totals if key in parts}
    assert {key: totals[key] for key in checked} == checked
    assert len(checked) >= 14


def test_the_combatants_of_january_are_kept_and_not_counted(sample_house: House) -> None:
    assert sample_house.rows(
        "select count(*), bool_or(is_counted) from marts.fct_deaths "
        "where exclusion_reason = 'combatant' and death_date = '2025-01-23'"
    ) == [(15, False)]


def test_the_two_releases_of_january(sample_house: House) -> None:
    released = sample_house.rows(
        "select persons, persons_hedge, released, cast(released_on as varchar) from marts.fct_detentions "
        "where month = '2025-01-01' order by persons"
    )
    assert released == [(7, "exact", 7, "2025-01-30"), (31, "at_least", 31, "2025-01-30")]


def test_the_anonymous_are_kept_and_not_counted(sample_house: House) -> None:
    ((kept, counted),) = sample_house.rows(
        "select count(*), count_if(is_counted) from marts.fct_deaths where archive = 'anonymous'"
    )
    assert kept > 0
    assert counted == 0


def test_status_accounts_for_every_row(sample_house: House) -> None:
    rows = sample_house.json("status")
    assert {tuple(row) for row in rows} == {tuple(STATUS_COLUMNS)}
    assert {row["month"] for row in rows if row["kind"] != "stated_figures"} == set(SAMPLE_MONTHS)
    for row in rows:
        assert {type(row[name]) for name in STATUS_COLUMNS[2:]} == {int}, row
        assert row["received"] == row["accepted"] + row["quarantined"], row
        parts = ("counted", "excluded", "superseded", "withdrawn")
        assert row["accepted"] == sum(row[name] for name in parts), row
    cases = {row["month"]: [row[name] for name in STATUS_COLUMNS[2:]] for row in rows if row["kind"] == "deaths"}
    assert cases == {
        "2023-07": [62, 59, 3, 55, 4, 0, 0],
        "2024-12": [520, 516, 4, 503, 9, 3, 1],
        "2025-01": [260, 256, 4, 236, 20, 0, 0],
    }


def test_the_bad_rows_and_only_they_are_in_quarantine(sample_house: House) -> None:
    problems = sample_house.json("quarantine")
    by_month = {month: sorted(row["rule_id"] for row in problems if row["month"] == month) for month in SAMPLE_MONTHS}
    assert by_month == EXPECTED_PROBLEMS
    quarantined = sum(row["quarantined"] for row in sample_house.json("status"))
    assert len({(row["file_name"], row["tab"], row["row_number"]) for row in problems}) == len(problems) == quarantined
    assert sample_house.set_aside() == {}


def test_a_problem_names_the_row_as_a_person_counts_it(sample_house: House) -> None:
    """The row number leads to the cell complained of in the file itself."""
    (problem,) = [row for row in sample_house.json("quarantine", "--month", "2023-07") if row["rule_id"] == "I14"]
    path = sample_house.root / "raw" / problem["month"] / problem["file_name"]
    cells = list(csv.reader(path.open(encoding="utf-8")))
    written = cells[problem["row_number"] - 1][cells[0].index(problem["column"])]
    assert written in problem["sentence"]


def test_every_column_of_the_marts_is_described(sample_house: House) -> None:
    """What dbt's files say of the marts is what the tables hold, no more and no less."""
    with sample_house.entered():
        from orchestration.build import dbt

        nodes = dbt.manifest()["nodes"].values()
    documented = {
        node["name"]: {name for name, column in node["columns"].items() if column["description"]}
        for node in nodes
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }
    held = {table: set(sample_house.columns(f"marts.{table}")) for table in documented}
    assert documented == held


def test_a_release_holds_codes_as_text(sample_house: House) -> None:
    """In the warehouse codes are a type of their own, which no reader should have to know."""
    of_codes = "select count(*) from duckdb_columns() where schema_name = 'marts' and data_type like 'ENUM%'"
    assert sample_house.rows(of_codes) != [(0,)]
    with duckdb.connect(sample_house.place.published / "current" / "casebook.duckdb", read_only=True) as released:
        assert released.execute(of_codes).fetchall() == [(0,)]
        for fact in ("fct_deaths", "fct_figures"):
            columns = ", ".join(f"{name}::varchar" for name in sample_house.columns(f"marts.{fact}"))
            every_row = f"select {columns} from marts.{fact} order by all"
            assert released.execute(every_row).fetchall() == sample_house.rows(every_row)


@pytest.mark.parametrize("place", ["published/current", "warehouse"])
def test_a_reader_of_an_earlier_duckdb_opens_what_is_written(sample_house: House, place: str) -> None:
    with duckdb.connect(sample_house.root / place / "casebook.duckdb", read_only=True) as connection:
        [(tags,)] = connection.execute(
            "select tags from duckdb_databases() where database_name = 'casebook'"
        ).fetchall()
    assert tags["storage_version"] == "v1.3.0+"


def test_a_month_nobody_sent_rows_for_has_no_rows_and_not_no_problems(sample_house: House) -> None:
    assert sample_house.cli("quarantine", "--month", "2030-01").stdout == (
        "release of 2025-02-01\nno rows have been received for 2030-01\n"
    )
    assert "no rows" in sample_house.cli("quarantine", "--month", "2025-02").stdout
    assert sample_house.cli("quarantine", "--month", "2025-01").stdout.endswith(
        "4 problems keep rows out of the counts\n"
    )


def test_a_sum_says_of_how_many_of_its_months_it_is_and_which_it_lacks(sample_house: House) -> None:
    lines = [" ".join(line.split()) for line in sample_house.cli("figures", "--period", "2024").stdout.splitlines()]
    assert lines[0] == "release of 2025-02-01"
    assert lines[1].endswith("unknown covers")
    assert "deaths 503 96 49 358 0 1 of 12 months" in lines
    assert any(line.startswith("without 2024-01 … 2024-11: deaths, ") for line in lines)
    assert "covers" not in sample_house.cli("figures", "--period", "2025-01").stdout
    months = {
        (row["months_present"], row["months_expected"]) for row in sample_house.json("figures", "--period", "2024")
    }
    assert months == {(1, 12)}


def test_a_table_of_figures_has_names_and_its_json_codes(sample_house: House) -> None:
    for dimensions, line in (
        (["party"], "deaths Syrian Democratic Forces 21 7 6 8 0"),
        (["party", "sub_party"], "deaths Other parties Gunfire of unidentified source 59 6 – 53 –"),
        (["cause_group"], "deaths Landmines and cluster bomblets 71 7 3 61 –"),
        (["governorate"], "deaths Aleppo 83 16 13 54 0"),
    ):
        asked = ["figures", "--period", "2025-01", *(word for name in dimensions for word in ("--by", name))]
        assert line in [" ".join(told.split()) for told in sample_house.cli(*asked).stdout.splitlines()]
        assert all(" " not in row[dimensions[-1]] for row in sample_house.json(*asked))


def test_figures_are_told_as_csv_and_as_a_workbook(sample_house: House, tmp_path: Path) -> None:
    asked = ["figures", "--period", "2025-01", "--by", "governorate"]
    told = sample_house.json(*asked)
    text = sample_house.cli(*asked, "--csv").stdout
    assert list(csv.DictReader(text.splitlines())) == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in told
    ]

    path = tmp_path / "january.xlsx"
    assert sample_house.cli(*asked, "--xlsx", str(path)).stdout == f"{path}\n"
    workbook = openpyxl.load_workbook(path)
    heading, *rows = workbook["figures"].values
    read = [
        {name: value.date() if isinstance(value, datetime) else value for name, value in zip(heading, row, strict=True)}
        for row in rows
    ]
    assert json.loads(json.dumps(read, default=str)) == told
    assert {type(row["value"]) for row in read} == {int}
    assert {type(row["period_start"]) for row in read} == {date}
    about = dict(workbook["about"].values)
    assert about["release"] == sample_house.place.current.resolve().name
    assert (about["business date"], about["period"]) == (datetime(2025, 2, 1), "2025-01")

    done = sample_house.cli(*asked, "--xlsx", str(tmp_path / "nowhere" / "january.xlsx"))
    assert done.returncode == 1
    assert done.stderr.endswith("january.xlsx cannot be written (No such file or directory)\n")

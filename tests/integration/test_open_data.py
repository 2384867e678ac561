"""Open data of the sample, through the command: what is open, that its files agree, and that no cell follows."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import openpyxl
import pytest
from jsonschema import Draft4Validator

from orchestration import files
from orchestration.build import dbt
from orchestration.definitions import build_definitions
from orchestration.open_data import problems_of, tables
from orchestration.open_data.package import DESCRIPTOR, SUMS
from orchestration.pipeline.publications import open_data_asset
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator
from orchestration.publish import release
from tests.integration.house import House

TERMS = """
publisher: A documentation department that is invented
licence: {name: CC-BY-4.0, title: Creative Commons Attribution 4.0, path: "https://creativecommons.org/licenses/by/4.0/"}
"""
# what a tabular data package is by Frictionless's own JSON schema, as its package datapackage 1.15.4 has it (MIT)
PROFILE = Draft4Validator(
    json.loads(Path(__file__).parents[1].joinpath("tabular-data-package.json").read_text("utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)
# all that is open of one event; a column more is a decision (I89)
OF_EVENTS = {
    "massacres": "month occurred_on governorate governorate_name governorate_name_ar scheme party party_name "
    "party_name_ar deaths",
    "facility_attacks": "month attacked_on governorate governorate_name governorate_name_ar facility_type "
    "facility_type_name facility_type_name_ar scheme party party_name party_name_ar",
}


@pytest.fixture(scope="module")
def folder(sample_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open data of the sample; only to be read or copied."""
    place = tmp_path_factory.mktemp("open") / "data"
    terms = sample_house.root / "open_data.yml"
    terms.write_text(TERMS)
    done = sample_house.cli("open-data", "--out", str(place))
    terms.unlink()
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def rows(folder: Path, sql: str, suffix: str = "parquet") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        for path in (folder / suffix).iterdir():
            connection.execute(f"create view {path.stem} as from '{path}'")
        return connection.execute(sql).fetchall()


def sign(folder: Path) -> None:
    """Let the checksums be those of the files as they are now."""
    names = [line.split("  ", 1)[1] for line in (folder / SUMS).read_text().splitlines()]
    (folder / SUMS).write_text("".join(f"{files.sha256(folder / name)}  {name}\n" for name in names))


def test_printed_totals_are_what_rows_add_up_to(folder: Path) -> None:
    printed = [("2023-07", 55), ("2024-12", 503), ("2025-01", 236)]
    for table, of in (("deaths_by_place", "deaths"), ("figures_safe_to_sum", "value")):
        where = "where measure = 'deaths'" if of == "value" else ""
        sql = f"select strftime(month, '%Y-%m'), sum({of})::int from {table} {where} group by all order by all"
        assert rows(folder, sql) == printed
    assert rows(
        folder,
        "select category, sum(value)::int from figures_safe_to_sum "
        "where measure = 'deaths' and month = date '2025-01-01' and value > 0 group by all order by all",
    ) == [("children", 32), ("men", 186), ("women", 18)]


def test_parties_are_told_together_where_a_cell_could_be_worked_out(folder: Path) -> None:
    sql = "select parties, sum(deaths)::int from deaths_by_place where month >= '2024-12-01' group by all"
    told = rows(folder, sql)
    assert sorted(told) == [
        ("aof_sna;other;russia;sdf", 280),
        ("assad_regime", 223),
        ("assad_regime;coalition;other;sdf;sna", 236),
    ]


def test_nothing_of_a_person_is_open(folder: Path) -> None:
    """Neither a record, nor a number of one, nor place with age and sex (I89, I90)."""
    for table, columns in OF_EVENTS.items():
        assert (folder / "csv" / f"{table}.csv").read_text().splitlines()[0] == columns.replace(" ", ",")
    for path in (path for path in folder.rglob("*") if path.is_file() and path.suffix in (".csv", ".json", ".txt")):
        assert "SYN-" not in path.read_text("utf-8"), path
    placed = "select count(*) from figures where governorate is not null"
    assert rows(folder, placed)[0][0] != 0
    assert rows(folder, f"{placed} and (category != 'total' or coalesce(party, role, mechanism) is not null)") == [(0,)]


def test_every_code_has_its_names(folder: Path) -> None:
    for name in ("measure", "party", "sub_party", "governorate", "cause_group", "mechanism", "role", "facility_type"):
        for language in ("name", "name_ar"):
            sql = f"select distinct {name} from figures where {name} is not null and {name}_{language} is null"
            assert rows(folder, sql) == []
    for table in ("deaths_by_place", "figures_safe_to_sum", *OF_EVENTS):
        named = [name for (name, *_) in rows(folder, f"describe {table}") if str(name).endswith(("_name", "_name_ar"))]
        for name in named:
            assert rows(folder, f"select count(*) from {table} where {name} is null") == [(0,)], (table, name)


def test_every_column_is_described_and_every_table_in_every_format(sample_house: House, folder: Path) -> None:
    descriptor = json.loads((folder / DESCRIPTOR).read_text())
    assert descriptor["profile"] == "tabular-data-package"
    assert [error.message for error in PROFILE.iter_errors(descriptor)] == []
    assert descriptor["licenses"] == [
        {
            "name": "CC-BY-4.0",
            "title": "Creative Commons Attribution 4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
        }
    ]
    assert {path.stem for path in (folder / "csv").iterdir()} == {each["name"] for each in descriptor["resources"]}
    with sample_house.entered():
        manifest = dbt.manifest()["nodes"]["model.casebook.fct_figures"]["columns"]
    for resource in descriptor["resources"]:
        fields = {field["name"]: field["description"] for field in resource["schema"]["fields"]}
        assert all(fields.values()), resource["name"]
        assert resource["hash"] == f"sha256:{files.sha256(folder / resource['path'])}"
        if resource["name"] == "figures":
            assert fields["basis"] == manifest["basis"]["description"].strip()
    told = (folder / "CITATION.txt").read_text()
    assert "2025-01: 236 civilians documented killed in Syria (provisional until 2025-03-17)" in told


def test_the_workbook_says_what_the_files_say(folder: Path) -> None:
    workbook = openpyxl.load_workbook(folder / "open-data.xlsx", read_only=True)
    for path in (folder / "csv").iterdir():
        with path.open(encoding="utf-8", newline="") as stream:
            written = list(csv.reader(stream))
        shown = list(workbook[path.stem].iter_rows(values_only=True))
        assert len(shown) == len(written), path.stem
        for cells, texts in zip(shown[:200], written[:200], strict=True):
            assert [_text(cell) for cell in cells] == [text.split(" 00:")[0] for text in texts]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).split(" 00:")[0]


def test_hxl_stands_beneath_the_heading(folder: Path) -> None:
    with (folder / "hxl" / "deaths_by_place.csv").open(encoding="utf-8", newline="") as stream:
        heading, tags, *others = csv.reader(stream)
    assert dict(zip(heading, tags, strict=True))["deaths"] == "#affected+killed"
    assert dict(zip(heading, tags, strict=True))["governorate"] == "#adm1+code+v_pcode"
    assert all(tag.startswith("#") for tag in tags)
    with (folder / "csv" / "deaths_by_place.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream))[1:] == others


def test_the_shapes_of_others_add_up_to_our_figures(folder: Path) -> None:
    by_year = "select year, sum(deaths)::int from sdg_16_1_2 where breakdown = '{}' group by all order by all"
    assert rows(folder, by_year.format("cause")) == rows(folder, by_year.format("status")) == [(2023, 55), (2024, 503)]
    ours = """
        select sum(value) from figures where measure = 'deaths' and basis = 'occurred' and period_kind = 'month'
        and category = 'total' and party is null and governorate is null
    """
    assert rows(folder, "select sum(best) from ucdp_ged") == rows(folder, ours)


def test_aid_workers_are_told_as_figures_of_their_role_have_them(one_place: duckdb.DuckDBPyConnection) -> None:
    [(killed, other, of_the_un)] = one_place.execute(
        'select sum("Total killed")::int, sum("Other")::int, sum("UN")::int from awsd where "Year" = 2025'
    ).fetchall()
    assert (killed, other, of_the_un) == (4, 4, 0)


def test_what_was_changed_afterwards_is_told(folder: Path, tmp_path: Path) -> None:
    assert problems_of(folder) == []
    copy = shutil.copytree(folder, tmp_path / "copy")
    path = copy / "csv" / "deaths_by_place.csv"
    path.write_text(path.read_text().replace(",83,", ",84,").replace(",21,", ",22,"))
    assert problems_of(copy) == ["csv/deaths_by_place.csv is not what it was"]
    sign(copy)
    assert problems_of(copy) == [
        f"deaths_by_place is another in {suffix} than in CSV: {count} rows"
        for suffix, count in zip(("parquet", "json"), [_changed(folder, copy)] * 2, strict=True)
    ]
    for suffix in ("parquet", "json"):
        target = copy / suffix / f"deaths_by_place.{suffix}"
        array = ", array" if suffix == "json" else ""
        rows(copy, f"copy deaths_by_place to '{target}' (format {suffix}{array})", "csv")
    sign(copy)
    assert problems_of(copy) == [
        "not so: deaths by place add up to the deaths of each month",
        "not so: deaths by place add up to the deaths of each governorate",
    ]
    (copy / "csv" / "codes.csv").unlink()
    assert problems_of(copy) == ["csv/codes.csv is not there"]


def test_a_cell_that_could_be_worked_out_is_told(folder: Path, tmp_path: Path) -> None:
    """One of many parties that are told together is told alone: all still adds up."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    alone = """
        select * replace (
            if(month >= '2025-01-01' and governorate = 'SY01' and parties like '%sna%', 'coalition', parties) as parties
        ) from deaths_by_place order by all
    """
    for suffix, options in (("parquet", ""), ("json", ", array"), ("csv", ", header")):
        target = copy / suffix / f"deaths_by_place.{suffix}"
        rows(folder, f"copy ({alone}) to '{target}' (format {suffix}{options})")
    sign(copy)
    assert problems_of(copy) == ["2025-01, coalition: a cell can be worked out"]


def _changed(folder: Path, copy: Path) -> int:
    one, other = (set((each / "csv" / "deaths_by_place.csv").read_text().splitlines()) for each in (folder, copy))
    return len(one ^ other)


@pytest.fixture
def one_place(sample_copy: House) -> Iterator[duckdb.DuckDBPyConnection]:
    """The open tables of a release in whose December everybody was killed in one place, and aid workers in January."""
    with duckdb.connect(sample_copy.place.release) as connection:
        connection.execute("""
            update marts.fct_figures set governorate = 'SY02'
            where measure = 'deaths' and basis = 'documented' and period_start <= date '2024-12-01'
                and period_end >= date '2024-12-31' and governorate is not null
        """)
        connection.execute("update marts.fct_figures set role = 'aid' where role = 'medical'")
        connection.execute("""
            create or replace table marts.fct_figures as
            select * replace (value::bigint as value) from (
                select * exclude (value), sum(value) as value from marts.fct_figures group by all
            )
        """)
    with tables.made(sample_copy.place, release.about(sample_copy.place) or {}) as connection:
        yield connection


def test_a_month_whose_totals_give_a_cell_away_has_no_places(one_place: duckdb.DuckDBPyConnection) -> None:
    placed = """
        select distinct period_kind || ' ' || period_start || ' ' || period_end from figures
        where measure = 'deaths' and governorate is not null and period_end >= '2024-01-01' order by 1
    """
    assert [row for (row,) in one_place.execute(placed).fetchall()] == [
        "month 2025-01-01 2025-01-31",
        "year_to_date 2025-01-01 2025-01-31",
    ]
    told = one_place.execute("""
        select governorate, sum(deaths)::int from deaths_by_place where month = date '2024-12-01' group by all
    """)
    assert told.fetchall() == [("not_shown", 503)]


def test_a_release_without_a_month_is_open_too(empty_house: House, tmp_path: Path) -> None:
    done = empty_house.cli("open-data", "--out", str(tmp_path / "data"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No licence is given" in (tmp_path / "data" / "LICENCE.txt").read_text()


def test_what_cannot_be_written_is_one_sentence(sample_copy: House, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    mine = "holds something else: name a folder"
    for place, told in ((tmp_path, mine), (tmp_path / "mine", mine), (tmp_path / "mine" / "x", "File exists")):
        done = sample_copy.cli("open-data", "--out", str(place))
        assert (done.returncode, told in done.stderr + done.stdout) == (1, True)
    (sample_copy.root / "open_data.yml").write_text("licence: free\n")
    done = sample_copy.cli("open-data")
    assert done.returncode == 1
    assert "open_data.yml: licence" in done.stderr + done.stdout
    (sample_copy.root / "open_data.yml").unlink()
    with duckdb.connect(sample_copy.place.release) as connection:
        connection.execute("drop table history.revisions")
    done = sample_copy.cli("open-data")
    assert (done.returncode, "of an earlier version" in done.stderr + done.stdout) == (1, True)
    assert not sample_copy.place.open_data.exists()


def test_a_data_root_that_says_who_publishes_gets_them_with_each_release(sample_copy: House) -> None:
    with sample_copy.entered():
        assert dg.AssetKey("open_data") not in _asset_keys()
        sample_copy.place.open_data_terms.write_text(TERMS)
        assert dg.AssetKey("open_data") in _asset_keys()
        asset = open_data_asset(Translator(dbt.manifest(), sample_copy.place))
        with dg.DagsterInstance.ephemeral() as instance:
            done = dg.materialize([asset], resources={"run_context": RunContext()}, instance=instance)
    assert [each.passed for each in done.get_asset_check_evaluations()] == [True]
    assert problems_of(sample_copy.place.open_data) == []


def _asset_keys() -> set[dg.AssetKey]:
    """Of the definitions as they would be in a process that begins now."""
    with dg.DagsterInstance.ephemeral():  # else it asks the last, which another test has closed
        return set(build_definitions.__wrapped__().resolve_all_asset_keys())

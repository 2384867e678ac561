"""Layouts: other people's headings and values, declared."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.intake import take_in
from orchestration.intake.contract import ALIASES, load
from orchestration.intake.duckdb_session import connect
from orchestration.settings import REPOSITORY

LAYOUT = """
name: other
kind: deaths
identified_by: [Ref, Day]
dates: mdy
columns:
  Ref: case_id
  Day: documented_on
  Where: [killed_place, {column: killed_governorate, before: ":", values: {Alep: Aleppo}, otherwise: null}]
  Who: {column: party, values: {"": unidentified, The SDF: sdf}}
  Years: age
constants: {archive: named}
not_known: {Years: ["0"]}
ignore: [Extra]
"""
SHEET = "Ref,Day,Where,Who,Years,Extra,notes,Odd\n1,07/05/2023,Alep: x,the sdf,0,e,n,o\n2,07/06/2023,y,,3,e,n,\n"


def test_a_layout_maps_headings_and_values(house):
    house.layout(LAYOUT)
    house.drop("whatever.csv", SHEET)
    first, second = house.rows()
    assert (first["killed_place"], first["killed_governorate"], second["killed_governorate"]) == (
        "Alep: x",
        "Aleppo",
        None,
    )
    assert (first["party"], second["party"], first["age"], second["age"]) == ("sdf", "unidentified", None, "3")
    assert (first["archive"], first["notes"], first["unknown_columns"]) == ("named", "n", '{"Odd":"o"}')
    assert first["received_month"] == date(2023, 7, 1) and first["date_style"] == "mdy"
    assert first["layout"].startswith("other ")


def test_a_changed_layout_is_applied_again(house):
    house.layout(LAYOUT)
    house.drop("whatever.csv", SHEET)
    house.night()
    house.layout(LAYOUT.replace("Alep: Aleppo", "Alep: Idlib"))
    assert house.rows()[0]["killed_governorate"] == "Idlib"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("kind: people", "the kind people is not one of"),
        ("dates: late", "dates late is none of iso, dmy, mdy"),
        ("colour: red", "key colour"),
        ("constants: {shoe: 1}", "shoe is no column of deaths"),
        ("constants: {case_id: 1}", "case_id is given by more than one"),
        ("not_known: {Nobody: [x]}", "nobody"),
        ("ignore: Extra", "ignore is not a list"),
        ("columns: [Ref]", "columns is not a mapping"),
        ("name: [", "no readable YAML"),
    ],
)
def test_a_wrong_layout_sets_itself_aside(house, wrong, words):
    key = wrong.split(":")[0]
    kept = LAYOUT.split("columns:")[0] if key == "columns" else LAYOUT
    house.layout("\n".join([line for line in kept.splitlines() if not line.startswith(f"{key}:")] + [wrong]))
    house.drop("deaths.csv", house.csv())
    intake = house.night()
    [reason] = house.set_aside(intake)
    assert reason.startswith("layout own.yml: ") and words in reason and len(house.rows(intake)) == 1


def test_heading_aliases_are_unambiguous():
    with connect() as con:
        con.execute(f"create table aliases as from read_csv('{ALIASES}', all_varchar = true)")
        twice = con.execute("select fold(alias), kind from aliases group by all having count(*) > 1").fetchall()
        given = con.execute("select column_name, kind from aliases").fetchall()
        contract = load(con)
    assert twice == []
    for column, kind in given:
        assert any(column in each.columns for each in contract.kinds.values() if kind in ("", None, each.name)), (
            column,
            kind,
        )


def test_the_public_sheet_of_2011_to_2013(tmp_path: Path):
    sheet = REPOSITORY.parent / "shared" / "real" / "vdc_cases_2011_2013.csv"
    if not sheet.exists():
        pytest.skip("the real sheet is not here")
    (tmp_path / "raw" / "any").mkdir(parents=True)
    (tmp_path / "raw" / "any" / sheet.name).write_bytes(sheet.read_bytes())
    intake = take_in(tmp_path, datetime(2025, 2, 3, tzinfo=UTC), date(2025, 2, 3))
    assert intake.sheets["received_rows"].to_pylist() == [18386]
    [august] = [str(path) for month, path in intake.files["deaths"] if month == date(2012, 8, 1)]
    counted = duckdb.execute(
        """select count(*), count(*) filter (civilian), count(*) filter (civilian and age_class = 'child'),
               count(*) filter (civilian and age_class = 'adult' and sex = 'f')
           from (select *, civilian_status = 'civilian' as civilian from read_parquet(?))""",
        [august],
    ).fetchone()
    assert counted == (1012, 868, 94, 86)
    everything = f"{tmp_path}/lake/received/deaths/*/*.parquet"
    places = duckdb.execute(f"select distinct killed_governorate from '{everything}'").fetchall()
    assert len(places) == 15  # fourteen governorates, and not known

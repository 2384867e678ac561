"""Layouts: other people's headings and values, declared."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import jsonschema
import pytest
import yaml

from orchestration.intake import layouts, take_in
from orchestration.intake.contract import ALIASES, load
from orchestration.intake.duckdb_session import shared
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


def laid_out(house, more: str, sheet: str, name: str = "whatever.csv", folder: str = "2023-07") -> list[dict]:
    """The rows of a sheet under a layout with further keys, the others being those of every death."""
    house.layout(
        "name: made\nkind: deaths\nidentified_by: [Ref]\ndates: iso\nconstants: {party: sdf}\n"
        f"columns: {{Day: documented_on}}\n{more}"
    )
    house.drop(name, sheet, folder)
    return house.rows()


def test_a_value_is_put_together_of_headings_the_row_and_the_names_of_file_and_folder(house):
    more = """
made:
  case_id: "{Ref}-{Nr}"
  submission_id: "{row}"
  death_date: "{day}"
  killed_governorate: "{folder}"
  notes: "{file}: {Note}"
values: {killed_governorate: {2023-07/Homs office: Homs}}
"""
    sheet = "Ref,Nr,Day,Note\nA,1,2023-07-05,x\nA,,2023-07-05,\n,,2023-07-06,\n"
    first, second, third = laid_out(house, more, sheet, "list 7 of 2023-07-04.csv", "2023-07/Homs office")
    assert [row["case_id"] for row in (first, second, third)] == ["A-1", "A-", None]
    assert (first["submission_id"], third["submission_id"]) == ("2", "4")
    assert (first["killed_governorate"], first["notes"], third["notes"]) == (
        "Homs", "list 7 of 2023-07-04: x", "list 7 of 2023-07-04: ",
    )  # fmt: skip
    assert {row["death_date"] for row in (first, second, third)} == {"2023-07-04"}
    assert first["unknown_columns"] is None


NUMBERS = """
constants: {party: sdf, killed_governorate: Aleppo}
columns:
  Ref: {column: case_id, is_number: yes}
  Group: {column: incident_id, is_number: no}
  Day: documented_on
"""


def test_a_layout_says_which_columns_hold_numbers_whatever_they_look_like(house):
    (row,) = laid_out(house, NUMBERS, "Ref,Group,Day\nAlpha Beta,Gamma Delta,2023-07-05\n")
    assert (row["case_id"], row["incident_id"], row["numbers"]) == ("Alpha Beta", "Gamma Delta", "case_id")


MORE = """
made: {case_id: "{Ref}"}
constants: {party: sdf, killed_governorate: Aleppo}
columns:
  Day: documented_on
  Where: {column: killed_place, after_last: ","}
  Note: {column: notes, before: ["(", " - "]}
  Work: {column: roles, separator: "/", values: {Journalist: media, Teacher: null}}
  Killed: [{column: age, number: low}, {column: declared_victims, number: high}]
  Born: {column: birth_date, dates: mdy, unreadable: not_known}
"""


def test_a_cell_is_cut_parted_and_read_as_its_column_says(house):
    sheet = (
        "Ref,Day,Where,Note,Work,Killed,Born\n"
        '1,2023-07-05,"Homs, Zahra",one - two (three),Journalist / nurse/Teacher,10-15,03/04/1999\n'
        '2,2023-07-05,Homs,(four),Teacher,"1,200+",1999\n'
        "3,2023-07-05,,,,some,April of 1999\n"
    )
    first, second, third = laid_out(house, MORE, sheet)
    assert [row["killed_place"] for row in (first, second, third)] == ["Zahra", "Homs", None]
    assert (first["notes"], second["notes"]) == ("one", None)
    assert (first["roles"], second["roles"], third["roles"]) == ("media;nurse", None, None)
    assert (first["age"], first["declared_victims"]) == ("10", "15")
    assert (second["age"], second["declared_victims"], third["age"]) == ("1200", None, "some")
    assert [row["birth_date"] for row in (first, second, third)] == ["1999-03-04", "1999", None]
    (notes,) = house.night().sheets["reading_notes"].to_pylist()
    assert notes == "the layout takes what is no birth_date as not known (1)"


def test_a_day_that_is_none_in_its_style_is_no_day_in_another(house):
    more = (
        "made: {case_id: '{Ref}', killed_governorate: '{Ref}'}\n"
        "columns: {Day: documented_on, Born: {column: birth_date, dates: mdy}}\n"
    )
    (row,) = laid_out(house, more, "Ref,Day,Born\n1,2023-07-05,13/04/1999\n")
    assert row["birth_date"] == "13/04/1999 [mdy]"


def test_rows_are_left_out_by_their_words_and_a_layout_may_be_for_some_tabs_only(house):
    more = (
        "made: {case_id: '{Ref}', killed_governorate: '{Ref}'}\n"
        "skip: {Ref: ['Total*', المجموع], Day: [n/a]}\ntabs: ['', Victims*]\n"
    )
    sheet = "Ref,Day\n1,2023-07-05\nTotals (2),\nالمجموع,2\n2,n/a\n"
    (row,) = laid_out(house, more, sheet)
    assert row["case_id"] == "1"
    (notes,) = house.night().sheets["reading_notes"].to_pylist()
    assert notes == "the layout leaves out rows it does not speak of (3)"
    house.layout((house.root / "layouts" / "own.yml").read_text().replace("'', ", ""))
    assert "of no known kind" in house.set_aside()[0]


def test_a_row_for_several_people_is_a_row_for_each(house):
    more = (
        "made: {case_id: '{Ref}'}\nconstants: {party: sdf, killed_governorate: Aleppo}\npeople: Killed\n"
        "columns: {Day: documented_on, Where: killed_place}\n"
    )
    sheet = (
        "Ref,Day,Where,Killed\nA,2023-07-05,x,2\nB,2023-07-05,y,1\nC,2023-07-05,z,0\nD,2023-07-05,z,\nE,2023-07-05,z,some\n"
        "F,2023-07-05,z,1001\nG,2023-07-05,z,1000\n"
    )
    *rows, last = sorted(laid_out(house, more, sheet), key=lambda row: (row["row_number"], row["row_part"]))
    assert (last["case_id"], len(rows)) == ("G-1000", 6 + 999)
    rows = rows[:6]
    assert [(row["case_id"], row["row_number"], row["row_part"]) for row in rows] == [
        ("A-1", 2, 1), ("A-2", 2, 2), ("B-1", 3, 1), ("D-1", 5, 1), ("E-1", 6, 1), ("F-1", 7, 1),
    ]  # fmt: skip
    # what nobody can count is refused for it (I04, I05)
    assert [row["declared_victims"] for row in rows] == [None, None, None, "?", "some", "1001"]
    assert house.night().sheets["reading_notes"].to_pylist() == ["the layout leaves out rows it does not speak of (1)"]
    assert rows[0]["unknown_columns"] is None


WIDE = """
name: wide
kind: stated_figures
identified_by: [Report, Killed]
dates: iso
columns: {Report: document, From: period_start, To: period_end}
constants: {party: ALL, unit: count, hedge: exact}
unpivot:
  Killed: {measure: deaths, category: total}
  Of them women: {measure: deaths, category: women}
"""


def test_several_figures_in_a_row_are_a_row_each(house):
    house.layout(WIDE)
    sheet = "Report,From,To,Killed,Of them women\nX,2023-07-01,2023-07-31,12,3\nY,2023-07-01,2023-07-31,, \n"
    house.drop("wide.csv", sheet + "Z,2023-07-01,2023-07-31,,4\n")
    rows = house.rows(kind="stated_figures")
    columns = ("document", "measure", "category", "value", "row_number", "row_part")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("X", "deaths", "total", "12", 2, 1), ("X", "deaths", "women", "3", 2, 2), ("Z", "deaths", "women", "4", 4, 2),
    ]  # fmt: skip
    assert {row["unknown_columns"] for row in rows} == {None}
    house.layout(WIDE.replace("stated_figures", "detentions"))
    assert "unpivot is for stated_figures" in house.set_aside()[0]


def test_a_cell_is_cut_behind_a_mark_and_what_nobody_knows_may_be_ignored(house):
    more = """
made: {case_id: "{Ref}"}
columns: {Day: documented_on, Where: {column: killed_governorate, after: "(", before: ")"}}
ignore: ["*"]
"""
    house.layout("name: made\nkind: deaths\nidentified_by: [Ref]\ndates: iso\nconstants: {party: sdf}\n" + more)
    house.drop("list.csv", "Ref,Day,Where,Odd\nA,2023-07-05,Town (Homs),e\nB,2023-07-05,Homs,e\n")
    first, second = house.rows()
    assert (first["killed_governorate"], second["killed_governorate"]) == ("Homs", None)
    assert first["unknown_columns"] is None


@pytest.mark.parametrize(("ignore", "is_told"), [("[]", True), ("[witnesses]", False), ('["*"]', False)])
def test_lists_inside_that_a_layout_ignores_are_not_told(house, ignore, is_told):
    more = f'made: {{case_id: "{{Ref}}", killed_governorate: "{{folder}}"}}\nignore: {ignore}'
    submission = [{"Ref": "A", "Day": "2023-07-05", "witnesses": [{"x": 1}]}]
    assert len(laid_out(house, more, json.dumps(submission), "list.json")) == 1
    assert ["the lists witnesses inside are not read" in sentence for sentence in house.set_aside()] == [True] * is_told


def test_a_heading_of_which_a_value_is_made_must_be_there(house):
    more = 'made: {case_id: "{Ref}-{Nr}", killed_governorate: "{folder}"}'
    assert laid_out(house, more, "Ref,Day\nA,2023-07-05\n") == []
    assert "the heading nr, of which the layout makes a value, is missing" in house.set_aside()[0]


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
        ("dates: late", "dates late is none of iso, dmy, mdy (line 14, column 1)"),
        ("colour: red", "key colour (line 15, column 1)"),
        ("constants: {shoe: 1}", "shoe is no column of deaths"),
        ("constants: {case_id: 1}", "case_id is given by more than one"),
        ("not_known: {Nobody: [x]}", "nobody"),
        ("made: {case_id: '{Ref}'}", "case_id is given by more than one"),
        ("made: {sex: male}", "made: sex names nothing in braces"),
        ("ignore: Extra", "ignore is not a list"),
        ("columns: [Ref]", "columns is not a mapping"),
        ("columns: {Ref: {column: party, unreadable: not_known}}", "unreadable speaks of party, which is no date"),
        ("columns: {Ref: {column: party, is_number: yes}}", "is_number speaks of party, which is no number"),
        ("name: [", "no readable YAML in UTF-8 (line 15, column 1)"),
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
    with shared() as con:
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


def test_editors_know_the_layout_language(tmp_path: Path):
    """The schema that lies beside the layouts is that of the code; layouts keep to it, as far as a schema can say."""
    with shared() as con:
        schema = layouts.json_schema(load(con))
    assert json.loads((layouts.SHIPPED / "layout.schema.json").read_text()) == schema
    check = jsonschema.Draft202012Validator(schema)
    check.check_schema(schema)
    for text in (LAYOUT, (layouts.SHIPPED / "vdc.yml").read_text("utf-8")):
        assert list(check.iter_errors(yaml.safe_load(text))) == []
    for wrong in ("kind: people", "colour: red", "columns: {Ref: shoe}", "constants: {shoe: 1}", "dates: late"):
        assert list(check.iter_errors(yaml.safe_load(LAYOUT) | yaml.safe_load(wrong))) != []

"""Packed files: tables that belong together, as form tools pack them, and what may lie beside them."""

import io
import json

import openpyxl
import pytest

from orchestration.intake.packed import SHEETS
from tests.badfiles import zipped

SUBMISSIONS = (
    "SubmissionDate,general-incident_id,general-governorate,general-documented_on,general-date_from,SET-OF-deaths,KEY\n"
    "2025-01-20T10:00:00Z,SYN-I1,Homs,2025-01-20,2025-01-18,uuid:1/deaths,uuid:1\n"
    "2025-01-21T10:00:00Z,SYN-I2,Idlib,2025-01-21,2025-01-19,uuid:2/deaths,uuid:2\n"
)
DEATHS = (
    "victim-case_id,victim-killed_governorate,victim-party,PARENT_KEY,KEY\n"
    "SYN-1,Homs,sdf,uuid:1,uuid:1/deaths[1]\nSYN-2,Homs,sdf,uuid:1,uuid:1/deaths[2]\nSYN-3,Idlib,sdf,uuid:2,uuid:2/deaths[1]\n"
)


# how the list of parts tells of one, up to whether it is encrypted
PART = b"PK\x01\x02\x14\x03\x14\x00\x00"


def test_tables_of_a_form_are_read_together(house):
    parts = {"Case form.csv": SUBMISSIONS, "Case form-deaths.csv": DEATHS, "media/1.jpg": b"x", "__MACOSX/x.csv": b"x"}
    house.drop("export.zip", zipped(**parts), folder="any")
    taken = house.night()
    assert house.set_aside(taken) == []
    assert [row["incident_id"] for row in house.rows(taken, "incidents")] == ["SYN-I1", "SYN-I2"]
    dead = [(row["case_id"], row["documented_on"], row["unknown_columns"]) for row in house.rows(taken)]
    assert dead == [("SYN-1", "2025-01-20", None), ("SYN-2", "2025-01-20", None), ("SYN-3", "2025-01-21", None)]
    assert set(taken.sheets["tab"].to_pylist()) == {"Case form", "Case form-deaths"}


def test_a_table_of_parts_by_itself_is_told_to_come_with_its_submissions(house):
    house.drop("Case form-deaths.csv", DEATHS)
    told = "the table of which its rows are parts was expected beside it, or in one ZIP"
    assert f"documented_on of deaths is missing; {told}" in house.set_aside()[0]


LIST = (
    "documented_on,killed_governorate,party,KEY\n2025-01-20,Homs,sdf,uuid:1\n",
    "case_id,PARENT_KEY\nSYN-1,uuid:1\nSYN-2,uuid:1\n",
)


def test_a_table_of_no_kind_that_only_has_parts_is_not_set_aside(house):
    for name, content in zip(("form.csv", "form-deaths.csv"), LIST, strict=True):
        house.drop(name, content)
    house.drop("packed.zip", zipped(**{"other.csv": LIST[0], "other-deaths.csv": LIST[1].replace("SYN", "Z")}))
    taken = house.night()
    assert house.set_aside(taken) == []
    assert [row["case_id"] for row in house.rows(taken)] == ["SYN-1", "SYN-2", "Z-1", "Z-2"]
    notes = [note for note in taken.sheets["notes"].to_pylist() if note]
    assert ["read with the tables beside it" in note for note in notes] == [True]
    # without its parts it is of no kind
    (house.root / "raw/2023-07/form-deaths.csv").unlink()
    assert ["of no known kind" in reason for reason in house.set_aside()] == [True]


def days(house) -> list[tuple[str, str]]:
    return [(row["case_id"], row["documented_on"]) for row in house.rows()]


def test_tables_of_a_form_that_lie_side_by_side_are_read_together(house):
    """Whichever came first, and whatever the one of the submissions says since."""
    house.drop("Case form-deaths.csv", DEATHS)
    assert days(house) == []
    mains = house.drop("Case form.csv", SUBMISSIONS)
    assert days(house) == [("SYN-1", "2025-01-20"), ("SYN-2", "2025-01-20"), ("SYN-3", "2025-01-21")]
    mains.write_text(SUBMISSIONS.replace("Homs,2025-01-20", "Homs,2025-01-19"))
    assert days(house)[:2] == [("SYN-1", "2025-01-19"), ("SYN-2", "2025-01-19")]
    mains.rename(mains.with_name("Another form.csv"))
    assert days(house) == []


def test_parts_of_parts_are_parts_of_their_submission(house):
    group = "group-killed_governorate,PARENT_KEY,KEY\nHoms,uuid:1,uuid:1/g[1]\nIdlib,uuid:2,uuid:2/g[1]\n"
    dead = "case_id,party,PARENT_KEY,KEY\nSYN-1,sdf,uuid:1/g[1],a\nSYN-2,sdf,uuid:2/g[1],b\n"
    for name, table in {"form": SUBMISSIONS, "form-g": group, "form-g-deaths": dead}.items():
        house.drop(f"{name}.csv", table)
    found = [(row["case_id"], row["documented_on"], row["killed_governorate"]) for row in house.rows()]
    assert found == [("SYN-1", "2025-01-20", "Homs"), ("SYN-2", "2025-01-21", "Idlib")]


@pytest.mark.parametrize("mains", [SUBMISSIONS.replace("KEY", "Number"), "", "\0" * 40])
def test_a_table_beside_that_knows_nothing_of_its_rows_leaves_them_alone(house, mains):
    house.drop("Case form.csv", mains)
    house.drop(
        "Case form-deaths.csv",
        DEATHS.replace("victim-party", "documented_on,victim-party").replace(",sdf", ",2023-07-01,sdf"),
    )
    assert [row["documented_on"] for row in house.rows()] == ["2023-07-01"] * 3


def test_a_table_that_is_called_like_another_is_no_part_of_it(house):
    house.drop("deaths.csv", house.csv())
    house.drop("deaths-aleppo.csv", house.csv(["SYN-2", *house.row[1:]]))
    assert sorted(row["case_id"] for row in house.rows()) == ["SYN-1", "SYN-2"]


def test_one_bad_part_is_told_and_the_others_are_read(house):
    parts = {"deaths.csv": house.csv(), "deaths.tsv": house.csv(delimiter="\t").replace("SYN-1", "SYN-2")}
    parts |= {"incidents.xlsx": "no workbook", "list.docx": "x"}
    house.drop("export.zip", zipped(**parts))
    taken = house.night()
    # two of one name cannot be told apart in what is known of a row
    assert [row["case_id"] for row in house.rows(taken)] == ["SYN-1"]
    told = [sentence.removeprefix("raw/2023-07/export.zip, tab ") for sentence in house.set_aside(taken)]
    assert [sentence.split(":")[0] for sentence in told] == ["deaths", "incidents.xlsx", "list.docx"]
    why = ("of this name", "dropped by itself", ".docx")
    assert all(words in sentence for words, sentence in zip(why, told, strict=True))


def form(tabs: dict[str, list[list[object]]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    del book[book.active.title]
    for tab, rows in tabs.items():
        book.create_sheet(tab)
        for row in rows:
            book[tab].append(row)
    book.save(out)
    return out.getvalue()


WORKBOOK = form(
    {
        "incidents": [
            [
                "form/incident_id",
                "form/governorate",
                "form/documented_on",
                "form/date_from",
                "_id",
                "_index",
            ],
            ["SYN-I1", "Idlib", "2015-01-03", "2015-01-02", 901, 1],
        ],
        "deaths": [
            ["victims/case_id", "victims/killed_governorate", "victims/party", "_parent_table_name", "_parent_index"],
            ["SYN-1", "Idlib", "sdf", "incidents", 1],
        ],
    }
)
SUBMITTED = json.dumps(
    [
        {
            "_id": 901, "incident_id": "SYN-I1", "governorate": "Idlib", "documented_on": "2015-01-03",
            "date_from": "2015-01-02", "deaths": [{"case_id": "SYN-1", "killed_governorate": "Idlib", "party": "sdf"}],
        }
    ]
)  # fmt: skip


@pytest.mark.parametrize(("name", "content"), [("incidents.xlsx", WORKBOOK), ("incidents.json", SUBMITTED)])
def test_a_sheet_with_tabs_of_its_own_is_read_as_if_it_were_not_packed(house, name, content):
    """Tabs name each other: under other names, no victim would be of any submission (I03)."""
    plain = house.drop(name, content, folder="any")

    def received() -> list[dict]:
        rows = (*house.rows(), *house.rows(None, "incidents"))
        return [{name: row[name] for name in row.keys() - {"sheet_hash", "file_name"}} for row in rows]

    read = received()
    assert len(read) == 2
    plain.unlink()
    house.drop("incidents.zip", zipped(**{name: content, "media/1.jpg": b"x"}), folder="any")
    assert received() == read and house.set_aside() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04nothing", "the packed file is damaged"),
        (zipped(), "it holds 0 sheets; from 1 to 200"),
        (zipped(**{f"{n}.csv": "x" for n in range(SHEETS + 1)}), "it holds 201 sheets"),
        (
            zipped(**{"a.csv": "x"}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
            "encrypted",
        ),
    ],
)
def test_what_is_no_packed_sheet_is_set_aside(house, content, sentence):
    house.drop("export.zip", content)
    assert sentence in house.set_aside()[0]


def test_what_is_packed_in_a_packed_file_is_told_and_the_others_are_read(house):
    house.drop("deaths.zip", zipped(**{"deaths.csv": house.csv(), "inner.zip": zipped(**{"a.csv": house.csv()})}))
    intake = house.night()
    assert len(house.rows(intake)) == 1
    assert house.set_aside(intake) == [
        "raw/2023-07/deaths.zip, tab inner.zip: it is packed itself; dropped by itself it is read."
    ]


def test_names_of_old_archives_are_read(house):
    packed = zipped(**{"xxxxx.csv": house.csv()}).replace(b"xxxxx", "ضحايا".encode("cp1256"))
    house.drop("deaths.zip", packed)
    taken = house.night()
    assert taken.sheets["tab"].to_pylist() == ["ضحايا"] and len(house.rows(taken)) == 1

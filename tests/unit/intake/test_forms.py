"""Sheets as form tools write them, and the headings people write around ours."""

import json

import pytest

from tests.unit.intake.test_workbook import workbook

SUBMISSION = {
    "_index": 1, "_id": 901, "_uuid": "u", "_status": "submitted_via_web", "_notes": "", "start": "2015-01-03",
    "general/incident_id": "KX-1", "general/documented_on": "2015-01-03", "general/date_from": "2015-01-02",
    "general/governorate": "Idlib", "general/party": "Assad regime", "_validation_status": "Approved",
}  # fmt: skip
VICTIM = {
    "victims/case_id": "KXV-1", "victims/sex": "m", "victims/photo": "a.jpg", "victims/photo_URL": "https://example.org/a",
    "victims/roles/medical": "1", "victims/roles/media": "0", "_index": 1, "_parent_index": 1,
}  # fmt: skip


@pytest.mark.parametrize("heading", ["victims/Age (years)", "Victims/Age*", "general-Age (in years):", "age"])
def test_a_heading_may_stand_in_a_group_and_have_a_unit(house, heading):
    headings = ["_id", *(f"victims/{name}" for name in house.headings[:-1]), heading]
    house.drop("deaths.csv", house.csv(["7", *house.row[:-1], "12"], headings=headings))
    [row] = house.rows()
    assert (row["case_id"], row["age"], row["unknown_columns"]) == (house.row[0], "12", None)


def sheet(*rows: dict) -> list[list]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def read(house, submissions: list[dict], victims: list[dict]) -> list[dict]:
    tabs = {"incidents": sheet(*submissions), "deaths": sheet(*victims)}
    workbook(house.root / "raw/any/export.xlsx", tabs)
    intake = house.night()
    assert house.set_aside(intake) == []
    return house.rows(intake)


def test_a_victim_has_what_its_submission_says(house):
    [row] = read(house, [SUBMISSION], [VICTIM])
    told = ("case_id", "documented_on", "killed_governorate", "party", "sex", "parent_tab", "parent_index", "status")
    assert [row[name] for name in told] == [
        "KXV-1", "2015-01-03", "Idlib", "Assad regime", "m", "incidents", "1", None,
    ]  # fmt: skip
    # what the tool notes, and the addresses of media, are nothing unknown
    assert row["unknown_columns"] is None


def test_a_victim_of_another_submission_has_what_that_says(house):
    other = SUBMISSION | {"_index": 2, "_id": 902, "general/governorate": "Homs"}
    linked = {name: cell for name, cell in VICTIM.items() if name != "_parent_index"} | {"_submission__id": 902}
    assert [row["killed_governorate"] for row in read(house, [SUBMISSION, other], [linked])] == ["Homs"]


def test_a_victim_without_its_submission_has_nothing_of_any(house):
    [row] = read(house, [SUBMISSION], [VICTIM | {"_parent_index": 7}])
    assert (row["killed_governorate"], row["parent_index"]) == (None, "7")


def test_the_answers_to_one_question_in_a_column_each_are_a_list(house):
    rows = read(
        house, [SUBMISSION], [VICTIM, VICTIM | {"victims/roles/media": "1"}, VICTIM | {"victims/roles/medical": "0"}]
    )
    assert [row["roles"] for row in rows] == ["medical", "medical;media", None]


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (["roles.medical", "roles.media"], ["True", "False"]),
        (["roles[medical]", "roles[media]"], ["Y", "N"]),
        (["roles/1", "roles/2"], ["medical", "-"]),
    ],
)
def test_answers_are_ticked_or_written_under_a_heading_each(house, headings, cells):
    house.drop("deaths.csv", house.csv([*house.row, *cells], headings=[*house.headings, *headings]))
    assert [row["roles"] for row in house.rows()] == ["medical"]


def test_a_question_answered_in_one_column_too_is_read_there(house):
    [row] = read(house, [SUBMISSION], [VICTIM | {"victims/roles": "media"}])
    assert (row["roles"], row["unknown_columns"]) == ("media", None)


@pytest.mark.parametrize(
    ("status", "verification"),
    [("Approved", None), ("validation_status_approved", None), ("Not approved", "preliminary"), ("", "preliminary")],
)
def test_a_submission_that_is_not_approved_is_not_verified(house, status, verification):
    [row] = read(house, [SUBMISSION | {"_validation_status": status}], [VICTIM])
    assert row["verification"] == verification


def test_what_a_row_says_of_its_verification_stands_where_it_is_approved(house):
    submissions = [SUBMISSION, SUBMISSION | {"_index": 2, "_validation_status": "On hold"}]
    victims = [VICTIM | {"verification": "verified", "_parent_index": index} for index in (1, 2)]
    assert [row["verification"] for row in read(house, submissions, victims)] == ["verified", "preliminary"]


def test_json_says_the_same(house):
    review = {"uid": "validation_status_on_hold", "label": "On Hold"}
    document = SUBMISSION | {"_validation_status": review, "deaths": [{"deaths/case_id": "KJ-1"}]}
    house.drop("incidents.json", json.dumps({"results": [document]}), folder="any")
    [row] = house.rows()
    assert (row["case_id"], row["killed_governorate"], row["verification"]) == ("KJ-1", "Idlib", "preliminary")
    assert (row["status"], row["unknown_columns"]) == (None, None)


def test_marks_and_units_of_a_heading_do_not_matter(house):
    headings = ["Case ID:", "Date documented*", "Governorate *", "Party :", "Age (years)", "_sex", "City/Governorate"]
    house.drop("deaths.csv", house.csv(["SYN-1", "2023-07-05", "Homs", "sdf", "4", "m", "x"], headings=headings))
    [row] = house.rows()
    assert (row["case_id"], row["killed_governorate"], row["party"], row["age"], row["sex"]) == (
        "SYN-1", "Homs", "sdf", "4", None,
    )  # fmt: skip
    # without the marks of a form tool, neither is cut nor passed over
    assert json.loads(row["unknown_columns"]) == {"_sex": "m", "City/Governorate": "x"}


def test_a_heading_with_a_unit_gives_way_to_the_one_without(house):
    headings = [*house.headings, "age", "Age (months)"]
    house.drop("deaths.csv", house.csv([*house.row, "4", "50"], headings=headings))
    [row] = house.rows()
    assert (row["age"], json.loads(row["unknown_columns"])) == ("4", {"Age (months)": "50"})


def test_a_row_of_tags_says_what_a_heading_is_that_nobody_knows(house):
    headings = ["case_id", "documented_on", "Region", "party", "mood"]
    tags = ["#meta+id", "#date +reported", "#adm1+name", "#group", "#x_mood"]
    house.drop("deaths.csv", house.csv(tags, ["SYN-1", "2023-07-05", "Homs", "sdf", "calm"], headings=headings))
    [row] = house.rows()
    assert (row["row_number"], row["killed_governorate"], row["party"]) == (3, "Homs", "sdf")
    assert json.loads(row["unknown_columns"]) == {"mood": "calm"}


def test_tags_may_be_the_heading(house):
    tags = ["#meta+id", "#date+reported", "#adm1+name", "#group"]
    house.drop("deaths.csv", house.csv(["SYN-1", "2023-07-05", "Homs", "sdf"], headings=tags))
    assert [row["killed_governorate"] for row in house.rows()] == ["Homs"]


CASUALTIES = """
name: casualties
kind: deaths
identified_by: [ref, day, fate]
dates: iso
columns: {ref: case_id, day: documented_on, where: killed_governorate, who: party}
rows: {fate: [Killed]}
"""


def test_a_layout_says_which_rows_it_is_for(house):
    house.layout(CASUALTIES)
    rows = [["a", "2023-07-05", "Homs", "sdf", fate] for fate in ("killed", "Injured", "")]
    house.drop("list.csv", house.csv(*rows, headings=["ref", "day", "where", "who", "fate"]))
    intake = house.night()
    assert [row["row_number"] for row in house.rows(intake)] == [2]
    assert intake.sheets["reading_notes"].to_pylist() == ["the layout leaves out rows it does not speak of (2)"]
    assert house.rows(intake)[0]["unknown_columns"] is None


def test_a_layout_says_of_which_numbers_one_must_be_above_none(house):
    house.layout(CASUALTIES.replace("rows: {fate: [Killed]}", "any_of: [men, women]"))
    headings = ["ref", "day", "where", "who", "fate", "men", "women"]
    counts = [("0", ""), ("", "٢"), ("1", "0"), ("several", "0"), ("-", "0.0")]
    rows = [[str(number), "2023-07-05", "Homs", "sdf", "x", *of] for number, of in enumerate(counts)]
    house.drop("list.csv", house.csv(*rows, headings=headings))
    intake = house.night()
    assert [row["case_id"] for row in house.rows(intake)] == ["1", "2", "3"]
    assert intake.sheets["reading_notes"].to_pylist() == ["the layout leaves out rows it does not speak of (2)"]


def test_a_sheet_without_the_heading_rows_are_chosen_by_is_set_aside(house):
    house.layout(CASUALTIES.replace("day, fate]", "day]"))
    house.drop("list.csv", house.csv(["a", "2023-07-05", "Homs", "sdf"], headings=["ref", "day", "where", "who"]))
    [reason] = house.set_aside()
    assert "the heading fate, by which the layout chooses rows, is missing" in reason


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        (["ID", "Start time", "Completion time", "Email", "Name"], "Name"),
        (["المعرف", "وقت البدء", "وقت الإكمال", "البريد الإلكتروني", "الاسم"], "الاسم"),
        (["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"], "Nom"),
    ],
)
def test_whoever_filled_in_a_form_is_not_the_victim(house, marks, name):
    headings = [*marks, *house.headings[:4], "Victim name"]
    house.drop("deaths.csv", house.csv([*(mark[0] for mark in marks), *house.row[:4], "Victim"], headings=headings))
    (row,) = house.rows()
    assert (row["name_en"], row.get("name_ar")) == ("Victim", None)
    assert name not in row["unknown_columns"]


def test_a_name_beside_a_time_is_that_of_the_victim(house):
    house.drop(
        "deaths.csv",
        house.csv([*house.row[:4], "Victim", "9:00"], headings=[*house.headings[:4], "Name", "Start time"]),
    )
    assert [row["name_en"] for row in house.rows()] == ["Victim"]


def test_a_form_of_cases_is_read_without_its_groups(house):
    headings = ["formid", "form.case.@case_id", *(f"form.{heading}" for heading in house.headings), "form_link"]
    house.drop("deaths.csv", house.csv(["f", "x-1", *house.row, "http"], headings=headings))
    (row,) = house.rows()
    assert [row[heading] for heading in house.headings] == house.row

"""What the names of sheets say that their rows may not: copies and earlier states, lists of women, men and children."""

import pytest

SAYS_NOT = "it is called like a list of women, men or children, and rows do not say so, or say otherwise (row"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *(
            ("Deaths (old).csv", "old"),
            ("deaths_old.csv", "old"),
            ("deaths - Copy.csv", "Copy"),
            ("deaths (1).csv", "(1)"),
            ("deaths.sync-conflict-20230705-120000-ABCDEF.csv", "sync-conflict"),
        ),
        *(("Copy of deaths.csv", "Copy"), ("نسخة من القتلى.csv", "نسخة"), ("القتلى القديم.csv", "القديم")),
        *(("old/deaths.csv", "old"), ("deaths__مسودة.csv", "مسودة"), ("deaths taslak.csv", "taslak")),
        ("conflict deaths.csv", ""),
        *(
            (name, "")
            for name in (
                "deaths.csv",
                "deaths_v2.csv",
                "deaths 12 year olds.csv",
                "deaths (Homs).csv",
            )
        ),
    ],
)
def test_a_sheet_that_is_called_a_copy_or_an_earlier_state_is_read_and_told(house, name: str, said: str):
    house.drop(name, house.csv())
    intake = house.night()
    assert len(house.rows(intake)) == 1
    (note,) = intake.sheets["notes"].to_pylist()
    assert f"an earlier state of another sheet ({said})" in note if said else note is None


def test_what_a_layout_reads_is_no_copy_for_its_name(house):
    house.layout("name: own\nkind: deaths\nidentified_by: [case_id]\ndates: iso\ncolumns: {case_id: case_id}\n")
    house.drop("old women.csv", house.csv())
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("name", "headings", "cells", "rows"),
    [
        ("Women.csv", [], [[], []], "2, 3"),
        ("نساء.csv", ["sex"], [["أنثى"], ["m"], [""], ["woman"]], "3, 4"),
        ("deaths__civilian women.csv", ["sex"], [["f"], ["female"]], ""),
        ("Men.csv", ["sex"], [["m"], ["girl"]], "3"),
        # of men and women each row says which
        ("men and women.csv", ["sex"], [["m"], ["f"], [""]], "4"),
        ("women and children.csv", ["sex", "age"], [["m", "3"], ["f", "30"], ["", "5"], ["f", ""]], "4, 5"),
        ("Children.csv", ["age"], [["17"], ["18"], ["6 months"], [""], ["under 10"], ["130"]], "3, 5, 7"),
        ("أطفال.csv", ["age", "age_class"], [["", "child"], ["", "طفل"], ["", "adult"]], "4"),
        ("kids.csv", ["sex"], [["boy"], ["m"]], "3"),
        ("children.csv", ["birth_date"], [["2015-01-01"]], ""),
        ("deaths.csv", [], [[]], ""),
        ("Deaths in Jinderes.csv", ["sex"], [["m"]], ""),
    ],
)
def test_rows_that_do_not_say_what_their_sheet_is_called_are_told(house, name, headings, cells, rows):
    written = [[f"SYN-{i}", *house.row[1:], *each] for i, each in enumerate(cells)]
    house.drop(name, house.csv(*written, headings=[*house.headings, *headings]))
    intake = house.night()
    assert len(house.rows(intake)) == len(cells)
    (note,) = intake.sheets["notes"].to_pylist()
    assert f"{SAYS_NOT} {rows})" in note if rows else note is None


def test_people_are_of_no_sheet_of_attacks(house):
    headings = ["attack_id", "documented_on", "attacked_on", "facility_type", "governorate", "party"]
    house.drop("women.csv", house.csv(["A-1", "2023-07-05", "2023-07-01", "school", "Homs", "sdf"], headings=headings))
    assert house.night().sheets["notes"].to_pylist() == [None]

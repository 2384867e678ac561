"""Cells whose column tells what they are: several numbers of records in one cell."""

import pytest


def _numbers(house, written: list[str]) -> list[str]:
    house.drop("deaths.csv", house.csv(*([each, *house.row[1:]] for each in written)))
    return [row["case_id"] for row in house.rows()]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1", "2", "3", "4-5"], "4 to 5"),
        (["1", "2", "3", "12 – 15"], "12 to 15"),
        (["1", "2", "3", "4/5"], "4 & 5"),
        (["١", "٢", "٣", "٤-٥"], "٤ to ٥"),
        (["1.0", "2.0", "3.0", "4/5"], "4 & 5"),
        (["1", "2", "3", "TBD", "6?", "4/5"], "4 & 5"),
    ],
)
def test_two_numbers_among_plain_ones_are_several(house, written, read):
    assert _numbers(house, written) == [*written[:-1], read]


@pytest.mark.parametrize(
    "written",
    [
        # too few plain ones to tell, or others that are neither
        ["1", "2", "4-5"],
        ["1", "2", "3", "4", "5", "6-7", "8-9"],
        ["1", "2", "3", "A-1", "4-5"],
        ["1", "2", "3", "3B", "4-5"],
        # victims of one incident, and numbers of a year
        ["1", "2", "3", "4-1"],
        ["1", "2", "3", "4", "5", "6", "4-1", "4-5"],
        ["1", "2", "3", "4-4"],
        ["1", "2", "3", "4/2024"],
        ["1", "2", "3", "4/1900"],
        ["2024-1", "2024-2", "2024-3"],
        ["1", "2", "3", "4-5-6"],
    ],
)
def test_two_numbers_may_be_one(house, written):
    assert _numbers(house, written) == written


def test_bounds_of_years(house):
    assert _numbers(house, ["1", "2", "3", "1898-1899"])[-1] == "1898 to 1899"
    assert _numbers(house, ["1", "2", "3", "2098-2100"])[-1] == "2098 to 2100"


def test_a_layout_says_what_its_numbers_look_like(house):
    house.layout("name: own\nkind: deaths\nidentified_by: [case_id, party]\ndates: iso\ncolumns: {case_id: case_id}\n")
    assert _numbers(house, ["1", "2", "3", "4-5"]) == ["1", "2", "3", "4-5"]

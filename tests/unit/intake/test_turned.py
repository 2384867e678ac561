"""Sheets whose headings stand one below the other: a form for each victim, or a column for each."""

import openpyxl
import pytest

TOLD = "its headings stand one below the other"
SECOND = ["SYN-2", "2023-07-06", "Homs", "isis", "شخص", "more"]


def turned(rows: list[list[str]]) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)]


def as_text(rows: list[list[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


@pytest.mark.parametrize("before", [[], [[""] * 6], [["Victims", *[""] * 5], [""] * 6]])
def test_a_sheet_with_a_column_for_each_victim_is_read_and_told(house, before):
    house.drop("deaths.csv", as_text(turned([*before, house.headings, house.row, [""] * 6, SECOND])))
    intake = house.night()
    rows = house.rows(intake)
    assert [[row[name] for name in house.headings] for row in rows] == [house.row, SECOND]
    assert [row["row_number"] for row in rows] == [len(before) + 2, len(before) + 4]
    assert intake.sheets["notes"].to_pylist()[0].startswith(TOLD)


def test_a_form_on_each_tab_is_read(house):
    book = openpyxl.Workbook()
    for name, row in (("one", house.row), ("two", SECOND)):
        tab = book.create_sheet(name)
        for cells in [["Form of a victim"], [], *turned([house.headings, row])]:
            tab.append(cells)
    book.remove(book.worksheets[0])
    (house.root / "raw/2023-07").mkdir(parents=True)
    book.save(house.root / "raw/2023-07/forms.xlsx")
    assert [row["case_id"] for row in house.rows()] == ["SYN-1", "SYN-2"]


@pytest.mark.parametrize(
    "columns",
    [
        # what the headings mean, and nothing of a victim
        [["number", "day", "where", "who", "name", "more"]],
        [["SYN-1", "2023-07-05", "Aleppo", "sdf", "", ""], ["number", "day", "where", "who", "name", "more"]],
        [[""] * 6],
    ],
)
def test_a_list_of_headings_and_what_they_mean_is_no_form(house, columns):
    house.drop("deaths.csv", as_text(turned([house.headings, *columns])))
    intake = house.night()
    assert house.rows(intake) == [] and len(house.set_aside(intake)) == 1


def test_a_long_sheet_without_headings_is_none_of_forms(house):
    house.drop("deaths.csv", as_text(turned([[*house.headings, *("x" for _ in range(400))], ["1"] * 406])))
    assert len(house.set_aside()) == 1

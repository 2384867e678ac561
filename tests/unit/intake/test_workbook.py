"""XLSX: tabs, typed cells, title rows, damaged files."""

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font


def workbook(path: Path, tabs: dict[str, list[list]], start: tuple[int, int] = (0, 0), title: str = "") -> Path:
    """Write a workbook; dates as date cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in tabs.items():
            tab = book.add_worksheet(name)
            if title:
                tab.merge_range(0, 0, 0, 4, title)
            for i, row in enumerate(rows):
                tab.write_row(start[0] + i, start[1], row)
    return path


# as days, and as text
TAKEN = ["2023-05-01", "2023-06-01", "2023-07-01", "2023-08-01"]
LEFT = ["13/01/2023", "14/01/2023", "15/01/2023", "16/01/2023"]


@pytest.mark.parametrize(
    ("dates", "is_told"),
    [
        ([*TAKEN, *LEFT], True),
        (["2023-05-13", *TAKEN[1:], *LEFT], False),
        ([*TAKEN, "12/01/2023", *LEFT[1:]], False),
        ([*TAKEN, "13/13/2023", *LEFT[1:]], False),
        ([*TAKEN[:3], *LEFT], False),
    ],
)
def test_dates_of_which_a_spreadsheet_took_days_for_months_are_told(house, dates, is_told):
    cells = [date.fromisoformat(written) if written[4] == "-" else written for written in dates]
    rows = [[f"SYN-{number}", *house.row[1:], cell] for number, cell in enumerate(cells)]
    workbook(house.root / "raw/2023-07/deaths.xlsx", {"deaths": [[*house.headings, "death_date"], *rows]})
    (note,) = house.night().sheets["notes"].to_pylist()
    assert ("took days for months (row 2, 3, 4, 5)" in note) if is_told else note is None


def test_typed_cells_become_text(house):
    headings = [*house.headings[:4], "death_date", "age", "sources", "evidence", "consent_awsd"]
    row = ["SYN-1", date(2023, 7, 5), "Aleppo", "sdf", datetime(2023, 7, 4, 13, 5), 34.0, 0.5, 12, True]
    workbook(house.root / "raw/2023-07/deaths.xlsx", {"Sheet1": [headings, row]})
    [read] = house.rows()
    expected = ["SYN-1", "2023-07-05", "Aleppo", "sdf", "2023-07-04 13:05:00", "34", "0.5", "12", "yes"]
    assert [read[heading] for heading in headings] == expected
    assert (read["tab"], read["row_number"], read["reader"]) == ("Sheet1", 2, "xlsx-9")


def test_cells_of_several_types_in_one_column_become_text(house):
    ages = [34.0, "unknown", None, True, 0.5, 1e300]
    rows = [[*house.row, age] for age in ages]
    workbook(house.root / "raw/2023-07/deaths.xlsx", {"deaths": [[*house.headings, "age"], *rows]})
    assert [read["age"] for read in house.rows()] == ["34", "unknown", None, "yes", "0.5", "1E+300"]


def test_large_and_broken_numbers_become_text(house):
    rows = [[*house.row, number] for number in (12, 0.5, 2.0**60)]
    workbook(house.root / "raw/2023-07/deaths.xlsx", {"deaths": [[*house.headings, "age"], *rows]})
    assert [read["age"] for read in house.rows()] == ["12", "0.5", "1.15292150460685E+18"]


def test_each_tab_is_a_sheet_and_pages_about_it_are_not(house):
    attacks = [
        ["attack_id", "documented_on", "attacked_on", "facility_type", "governorate", "party"],
        ["A-1", "2023-07-05", "2023-07-04", "school", "Idlib", "russia"],
    ]
    tabs = {
        "Deaths": [house.headings, house.row],
        "facility attacks": attacks,
        "About": [["x"]],
        "empty": [],
        "strange": [["a", "b"], ["1", "2"]],
    }
    workbook(house.root / "raw/2023-07/field.xlsx", tabs)
    intake = house.night()
    assert dict(zip(intake.sheets["tab"].to_pylist(), intake.sheets["kind"].to_pylist(), strict=True)) == {
        "Deaths": "deaths",
        "facility attacks": "facility_attacks",
        "strange": None,
    }
    [reason] = house.set_aside(intake)
    assert "raw/2023-07/field.xlsx, tab strange: it is of no known kind" in reason
    assert len(house.rows(intake)) == len(house.rows(intake, "facility_attacks")) == 1


def test_rows_are_numbered_as_in_the_spreadsheet(house):
    rows = [house.headings, house.row, [""] * 6, house.row]
    workbook(house.root / "raw/2023-07/deaths.xlsx", {"deaths": rows}, start=(4, 2), title="Sheet of July")
    assert [row["row_number"] for row in house.rows()] == [6, 8]


def test_a_damaged_workbook_is_set_aside(house):
    house.drop("deaths.xlsx", b"PK\x03\x04 not a workbook")
    assert "damaged or encrypted" in house.set_aside()[0]


def test_tabs_of_one_kind_keep_the_columns_that_only_one_of_them_has(house):
    tabs = {
        "one": [[*house.headings[:4], "age"], [*house.row[:4], 30]],
        "two": [[*house.headings[:4], "sex"], ["SYN-2", *house.row[1:4], "f"]],
    }
    workbook(house.root / "raw/2023-07/deaths.xlsx", tabs)
    assert [(row["age"], row["sex"]) for row in house.rows()] == [("30", None), (None, "f")]


def test_rows_that_are_struck_out_are_read_and_told(house):
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "deaths"
    for row in (house.headings, house.row, ["SYN-2", *house.row[1:]]):
        book.active.append(row)
    book.active["A1"].font = book.active["B3"].font = Font(strike=True)
    book.active["B4"].font = Font(strike=True)  # of an empty cell nothing is struck
    book.save(out)
    house.drop("deaths.xlsx", out.getvalue())
    intake = house.night()
    assert len(house.rows(intake)) == 2
    assert intake.sheets["notes"].to_pylist() == [
        "rows are struck out, in whole or in part (3): they were read, and count"
    ]


def test_a_row_in_which_a_word_is_struck_out_is_read_and_told(house):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        tab, struck, bold = book.add_worksheet("deaths"), *map(book.add_format, ({"font_strikeout": 1}, {"bold": 1}))
        for i, row in enumerate((house.headings, house.row, ["SYN-2", *house.row[1:]], ["SYN-3", *house.row[1:]])):
            tab.write_row(i, 0, row)
        tab.write_rich_string(2, 5, struck, "not", " the same")
        tab.write_rich_string(3, 5, bold, "not", " the same")
    house.drop("deaths.xlsx", out.getvalue())
    intake = house.night()
    assert [row["notes"] for row in house.rows(intake)] == [house.row[5], "not the same", "not the same"]
    assert intake.sheets["notes"].to_pylist() == [
        "rows are struck out, in whole or in part (3): they were read, and count"
    ]

"""What a workbook has beside values: merged, hidden and error cells, formulas without values, a second table."""

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.intake import cells
from tests.badfiles import zipped

SECOND = "is a second heading; one table was expected: each on a tab, or in a file, of its own."
HEADINGS = ["case_id", "documented_on", "killed_governorate", "party", "age"]


def save(path: Path, change: Callable[[Worksheet], object], rows: int = 3) -> None:
    """A workbook with rows of deaths, changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    tab = book.active
    tab.title = "Deaths"
    tab.append(HEADINGS)
    for number in range(1, rows + 1):
        tab.append([f"SYN-{number}", "2023-07-05", "Homs", "SDF", 30])
    change(tab)
    book.save(path)


@pytest.fixture
def workbook(house):
    def drop(change: Callable[[Worksheet], object], name: str = "deaths.xlsx", **more: int) -> None:
        save(house.root / "raw/2023-07" / name, change, **more)

    return drop


def column(house, name: str) -> list:
    return [row[name] for row in house.rows()]


def test_a_cell_merged_downward_speaks_for_every_row_it_spans(house, workbook):
    def merge(tab: Worksheet) -> None:
        tab["C3"] = tab["C4"] = None
        tab.merge_cells("C2:C3")

    workbook(merge)
    assert column(house, "killed_governorate") == ["Homs", "Homs", None]


def test_a_cell_merged_over_columns_is_read_under_its_first_and_the_others_are_told(house, workbook):
    workbook(lambda tab: tab.merge_cells("C3:D3"))
    assert column(house, "killed_governorate") == ["Homs"] * 3
    assert column(house, "party") == ["SDF", "#MERGED!", "SDF"]


def test_merged_titles_and_empty_merged_cells_say_nothing(house, workbook):
    def merge(tab: Worksheet) -> None:
        tab.insert_rows(1)
        tab["A1"] = "Sheet of July"
        tab.merge_cells("A1:E1")
        tab["C3"] = tab["D3"] = None
        tab.merge_cells("C3:D3")

    workbook(merge)
    assert column(house, "party") == [None, "SDF", "SDF"]


def test_errors_and_formulas_nobody_calculated_are_no_empty_cells(house, workbook):
    def change(tab: Worksheet) -> None:
        tab["D2"], tab["E3"], tab["C4"] = "#REF!", "=15+15", "#N/A"
        tab["A5"] = "=A4"

    workbook(change)
    assert column(house, "party") == ["#REF!", "SDF", "SDF", None]
    assert column(house, "age") == ["30", "=15+15", "30", None]
    assert column(house, "killed_governorate")[2] == "#N/A"
    # also below the last row that has a value
    assert column(house, "case_id")[3] == "=A4"


def test_a_formula_that_came_to_an_empty_text_is_an_empty_cell(house, workbook):
    path = house.root / "raw/2023-07/deaths.xlsx"
    workbook(lambda tab: tab.cell(3, 5, "=IF(A1=1,1,)"))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    changed = parts[sheet].replace(b'<c r="E3"><f>', b'<c r="E3" t="str"><f>')
    assert changed != parts[sheet]
    with zipfile.ZipFile(path, "w") as book:
        for name, part in (parts | {sheet: changed}).items():
            book.writestr(name, part)
    assert column(house, "age") == ["30", None, "30"]


def test_what_is_hidden_is_read_and_told(house, workbook):
    def hide(tab: Worksheet) -> None:
        tab.row_dimensions[3].hidden = True
        # nothing is in it
        tab.row_dimensions[9].hidden = True
        tab.column_dimensions["E"].hidden = True
        tab.parent.create_sheet("x")
        tab.sheet_state = "veryHidden"

    workbook(hide)
    intake = house.night()
    assert len(house.rows(intake)) == 3
    assert intake.sheets["notes"].to_pylist()[0].split("\n") == [
        "the tab is hidden: it was read, and its rows count",
        "rows are hidden (3): they were read, and count",
        "columns are hidden (E): they were read",
    ]


@pytest.mark.parametrize(
    ("number", "epoch", "is_told"),
    [(43_000, CALENDAR_MAC_1904, True), (43, CALENDAR_MAC_1904, False), (43_000, CALENDAR_WINDOWS_1900, False)],
)
def test_bare_numbers_that_may_be_days_since_1904_are_told(house, workbook, number, epoch, is_told):
    def count(tab: Worksheet) -> None:
        tab.parent.epoch = epoch
        tab.cell(3, 2, number)

    workbook(count)
    [note] = house.night().sheets["notes"].to_pylist()
    assert (note or "").startswith("the workbook counts its days from 1904") is is_told
    assert not is_told or "(B)" in note


def test_a_tab_without_anything_hidden_is_not_noted(house, workbook):
    workbook(lambda tab: None)
    assert house.night().sheets["notes"].to_pylist() == [None]


def test_a_second_heading_sets_the_tab_aside_and_no_other(house, workbook):
    def add(tab: Worksheet) -> None:
        tab.append(["Injured"])
        tab.append(["case_id", "documented_on", "sex", "killed_governorate", "age"])
        tab.append(["SYN-9", "2023-07-05", "m", "Homs", 4])
        other = tab.parent.create_sheet("incidents")
        other.append(["incident_id", "documented_on", "date_from", "governorate"])
        other.append(["INC-1", "2023-07-05", "2023-07-05", "Homs"])

    workbook(add)
    intake = house.night()
    assert house.rows(intake) == []
    assert len(house.rows(intake, "incidents")) == 1
    assert house.set_aside(intake) == [f"raw/2023-07/deaths.xlsx, tab Deaths: row 6 {SECOND}"]


def test_the_heading_on_each_page_is_left_out(house):
    rows = [[f"SYN-{number}", *house.row[1:]] for number in range(4)]
    spaced = [f" {heading} " for heading in house.headings]
    house.drop("deaths.csv", house.csv(rows[0], house.headings, rows[1], spaced, *rows[2:]))
    intake = house.night()
    assert [(row["case_id"], row["row_number"]) for row in house.rows(intake)] == [
        ("SYN-0", 2), ("SYN-1", 4), ("SYN-2", 6), ("SYN-3", 7),
    ]  # fmt: skip
    [notes] = intake.sheets["reading_notes"].to_pylist()
    assert notes == "the heading stands there again (row 3, 5), as on each page of a printed list: it was left out"


@pytest.mark.parametrize("above", ["Injured,,,,,", ",,,,,", ""])
def test_the_same_heading_below_a_title_or_a_gap_is_of_another_table(house, above: str):
    house.drop("deaths.csv", f"{house.csv()}{above}\n{house.csv()}")
    assert house.set_aside() == [f"raw/2023-07/deaths.csv: row 4 {SECOND}"]


def test_another_heading_in_csv_sets_it_aside(house):
    house.drop("deaths.csv", house.csv(house.row, [*house.headings[:-1], "weapon"], house.row))
    assert house.set_aside() == [f"raw/2023-07/deaths.csv: row 3 {SECOND}"]


@pytest.mark.parametrize(
    "units", [["text", "dd/mm/yyyy", "", "", "", "years"], ["Required", "required", "required", "", "", ""]]
)
def test_a_row_of_units_is_a_part_of_the_heading(house, units: list[str]):
    headings = [*house.headings[:-1], "age"]
    house.drop("deaths.csv", house.csv(units, [*house.row[:-1], "30"], headings=headings))
    assert [(row["case_id"], row["row_number"]) for row in house.rows()] == [("SYN-1", 3)]


@pytest.mark.parametrize(
    "row", [["A", "", "Homs", "sdf", "", "m"], ["", "", "", "", "", "m"], ["text", "2023-07-05", "", "", "", "m/f"]]
)
def test_a_row_that_may_be_more_than_units_is_a_row(house, row: list[str]):
    headings = [*house.headings[:-1], "sex"]
    house.drop("deaths.csv", house.csv(row, headings=headings))
    assert len(house.rows()) == 1


@pytest.mark.parametrize(
    ("headings", "is_read"),
    [
        (["case_id", "status"], True),
        (["رقم الحالة", "الحالة", "revision", "notes", "documented_on"], True),
        (["case_id", "status", "age"], False),
        (["case_id", "revision"], False),
        (["status", "revision"], False),
    ],
)
def test_a_sheet_of_withdrawals_alone_needs_to_say_no_more(house, headings: list[str], is_read: bool):
    house.drop("deaths__taken_back.csv", house.csv(["x"] * len(headings), headings=headings))
    intake = house.night()
    assert (len(house.rows(intake)), len(house.set_aside(intake))) == ((1, 0) if is_read else (0, 1))
    assert is_read or "a layout that says which column it is" in house.set_aside(intake)[0]


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("injured.csv", False),
        ("list of wounded_2023.csv", False),
        ("قائمة الجرحى.csv", False),
        ("المفقودون.csv", False),
        ("detainees.csv", False),
        ("arrests 2023.csv", False),
        ("kidnapping cases.csv", False),
        ("displaced.csv", False),
        ("معتقلين.csv", False),
        ("patients of July.csv", False),
        ("المرضى.csv", False),
        ("patients who died.csv", True),
        ("قائمة المعتقلات.csv", False),
        ("detainees who died.csv", True),
        ("deaths of detainees.csv", True),
        ("معتقلون قضوا.csv", True),
        ("arresting.csv", True),
        ("deaths and injured.csv", True),
        ("killed_and_wounded.csv", True),
        ("deaths__missing.csv", True),
        ("uninjured.csv", True),
        ("list.csv", True),
        ("injured/list.csv", False),
        ("killed/injured.csv", False),
        ("injured/deaths.csv", True),
    ],
)
def test_a_list_that_is_called_one_of_wounded_or_missing_is_none_of_deaths(house, name: str, is_read: bool):
    house.drop(name, house.csv())
    intake = house.night()
    assert len(house.rows(intake)) == is_read
    assert is_read or "it is called like a list of people who did not die" in house.set_aside(intake)[0]


@pytest.mark.parametrize(
    ("tab", "name", "is_read"),
    [
        ("Sheet1", "injured in July.xlsx", False),
        ("ورقة1", "الجرحى.xlsx", False),
        ("Killed", "injured in July.xlsx", True),
        ("Injured", "deaths.xlsx", False),
        ("Sheet1", "killed and injured.xlsx", True),
        ("Sheet1", "deaths.xlsx", True),
    ],
)
def test_a_workbook_that_is_called_one_of_wounded_is_none_of_deaths_whatever_its_tab_is_called(
    house, workbook, tab: str, name: str, is_read: bool
):
    def title(sheet: Worksheet) -> None:
        sheet.title = tab

    workbook(title, name)
    intake = house.night()
    assert bool(house.rows(intake)) == is_read
    assert is_read or "it is called like a list of people who did not die" in house.set_aside(intake)[0]


@pytest.mark.parametrize(
    ("name", "more", "why"),
    [
        ("duplicates deaths.csv", [], "(duplicates)"),
        ("deaths__excluded.csv", [], "(excluded)"),
        ("rejected/deaths.csv", [], "(rejected)"),
        ("حالات مكررة.csv", [], "(مكررة)"),
        ("combatants.csv", [], "(combatants)"),
        ("natural_deaths.csv", [], "(natural_deaths)"),
        ("deaths template.csv", [], "called a template"),
        ("deaths template.csv", ["status"], "called a template"),
        ("deaths_do_not_use.csv", [], "(do_not_use)"),
        ("قتلى لا تستخدم.csv", [], "(لا تستخدم)"),
        ("superseded/deaths.csv", [], "(superseded)"),
        ("deaths test.csv", [], "or a test"),
        ("قتلى تجربة.csv", [], "or a test"),
        ("contested deaths.csv", [], ""),
        ("duplicates.csv", ["status"], ""),
        ("excluded.csv", ["exclusion_reason"], ""),
        ("combatants.csv", ["civilian_status"], ""),
        ("deaths by month.csv", [], ""),
        ("contemplated.csv", [], ""),
    ],
)
def test_a_list_that_is_called_one_of_what_does_not_count_is_set_aside_unless_its_rows_say_so(
    house, name: str, more: list[str], why: str
):
    house.drop(name, house.csv([*house.row, *["x" for _ in more]], headings=[*house.headings, *more]))
    intake = house.night()
    assert len(house.rows(intake)) == (not why)
    assert why in (house.set_aside(intake) or [""])[0]


def test_a_tab_that_is_called_one_of_wounded_is_none_of_deaths_unless_a_layout_says_so(house, workbook):
    def title(tab: Worksheet) -> None:
        tab.title = "Injured"

    workbook(title)
    assert "it is called like a list of people who did not die (Injured)" in house.set_aside()[0]
    identified = "identified_by: [case_id]\ncolumns: {case_id: case_id}"
    house.layout(f"name: own\nkind: deaths\n{identified}\ndates: iso\n")
    assert len(house.rows()) == 3


def test_a_row_with_a_word_of_a_heading_is_a_row(house):
    house.drop("deaths.csv", house.csv(["SYN-1", "2023-07-05", "Governorate", "party", "", ""]))
    assert len(house.rows()) == 1


def test_a_number_longer_than_a_spreadsheet_keeps_is_no_number(house, workbook):
    def write(tab: Worksheet) -> None:
        tab["A2"], tab["A3"] = 10**15 - 1, 10**15

    workbook(write)
    assert column(house, "case_id") == [str(10**15 - 1), "1E+15", "SYN-3"]


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROWS = """
<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>A1&amp;"x"</f><v>5</v></c></row>
<row r="3" hidden="1"/><row r="4" hidden="1"><c r="A4" t="inlineStr"><is><t>t="e" a:f hidden="1"</t></is></c></row>
<row r="5"><c r="A5"/><c r="AB5" s="1"><f t="shared" si="0"/></c><c r="AC5"><v></v><f>A1&lt;2</f></c></row>
<row r="6"><c r="A6" t="str"><f>A1</f><v></v></c><c r='B6' t = 'e'/><c r="C6"><f>A/></f><v>1</v></c></row>
"""
TEXTS = {(1, 0): "#REF!", (4, 27): "=", (4, 28): "=A1<2", (5, 1): "#ERROR!"}


def in_other_words(rows: str, prefix: str) -> str:
    """The same rows with a prefix before the name of each tag."""
    return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", rows)


def told(path: Path, rows: str, prefix: str = "", before: str = "") -> cells.Cells:
    """What the tab `x` of a workbook with these rows tells."""
    tab = '<sheets><sheet name="x" id="a" r:id="r1" xmlns:r="r"/></sheets>'
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    sheet = f"<{prefix}sheetData>{in_other_words(rows, prefix)}</{prefix}sheetData>"
    content = {
        "xl/workbook.xml": f"<workbook>{tab}</workbook>",
        "xl/_rels/workbook.xml.rels": '<all><one Id="r1" Target="x.xml"/></all>',
        "xl/x.xml": f'<?xml version="1.0"?><{prefix}worksheet {name}="{MAIN}">{before}{sheet}</{prefix}worksheet>',
    }
    path.write_bytes(zipped(**content))
    return cells.of_workbook(path)["x"]


@pytest.mark.parametrize("block", [64, 1 << 20])
@pytest.mark.parametrize("prefix", ["", "x:", "a-b:"])
def test_cells_tell_the_same_however_their_xml_is_written(tmp_path, monkeypatch, prefix, block):
    monkeypatch.setattr(cells, "BLOCK", block)
    found = told(
        tmp_path / "x.xlsx", ROWS, prefix, f'<{prefix}cols><{prefix}col min="2" max="3" hidden="1"/></{prefix}cols>'
    )
    assert found == cells.Cells(TEXTS, hidden_rows=["4"], hidden_columns=["B to C"])


def test_what_looks_like_a_cell_in_a_comment_or_a_text_as_it_is_is_none(tmp_path):
    text = '<c r="C2" t="inlineStr"><is><t><![CDATA[<c r="D2" t="e"></c></row>]]></t></is></c></row>'
    assert (
        told(tmp_path / "x.xlsx", ROWS.replace("</row>", text, 1), before="<!-- <c r='A9' t='e'/> -->").texts == TEXTS
    )


def test_cells_without_a_number_are_counted(tmp_path):
    rows = re.sub(r""" r=["']\w+["']""", "", ROWS)
    assert told(tmp_path / "x.xlsx", rows).texts == {(0, 0): "#REF!", (3, 1): "=", (3, 2): "=A1<2", (4, 1): "#ERROR!"}


def test_comments_are_told_and_not_read(house, workbook):
    def comment(tab: Worksheet) -> None:
        for cell in ("A2", "E3"):
            tab[cell].comment = Comment("synthetic words", "nobody")

    workbook(comment)
    assert house.night().sheets["notes"].to_pylist() == ["cells have comments (A2, E3), which are not read"]


def test_what_is_shown_as_a_percentage_is_that_percentage(house, workbook):
    def show(tab: Worksheet) -> None:
        for row, (value, shown) in enumerate([(0.3, "0%"), (0.055, "0.00 %"), (30, '0"%"')], start=2):
            tab.cell(row, 5, value).number_format = shown
        tab["A4"].number_format = "0%"

    workbook(show)
    assert column(house, "age") == ["30%", "5.5%", "30"]
    assert column(house, "case_id")[2] == "SYN-3"


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ('"SYN-"0', "SYN-7"),
        ('"SYN-"000', "SYN-007"),
        ("0000", "0007"),
        ('"رقم "0', "رقم 7"),
        # a mark is none of a number, nor are words behind it
        ("0", "7"),
        ('"#"0', "7"),
        ('0" persons"', "7"),
        ("0.00", "7"),
        ("#,##0", "7"),
    ],
)
def test_a_number_that_is_shown_with_a_word_or_digits_is_read_as_it_is_shown(house, workbook, shown: str, read: str):
    def show(tab: Worksheet) -> None:
        tab["A2"] = 7
        tab["A2"].number_format = shown

    workbook(show)
    assert column(house, "case_id") == [read, "SYN-2", "SYN-3"]


@pytest.mark.parametrize(
    ("shown", "day", "is_told"),
    [
        ("mmm-yy", date(2023, 7, 1), True),
        ("mmmm yyyy", date(2023, 7, 1), True),
        ("[$-D000401]mmmm yyyy;@", date(2023, 7, 1), True),
        ("yyyy", date(2023, 1, 1), True),
        ("mmm-yy", date(2023, 7, 2), False),
        ("dd/mm/yyyy", date(2023, 7, 1), False),
        ("[$-D]d mmmm yyyy;@", date(2023, 7, 1), False),
    ],
)
def test_a_day_that_is_shown_as_a_month_is_told(house, workbook, shown: str, day: date, is_told: bool):
    def show(tab: Worksheet) -> None:
        tab["B2"] = day
        tab["B2"].number_format = shown

    workbook(show)
    [notes] = house.night().sheets["notes"].to_pylist()
    assert ("days are shown as months or years (B2)" in notes) if is_told else notes is None


def test_no_part_of_a_workbook_is_read_as_xml_twice(house, workbook, monkeypatch):
    parts: list[str] = []
    opened = zipfile.ZipFile.read
    monkeypatch.setattr(
        zipfile.ZipFile, "read", lambda book, name, *more: parts.append(name) or opened(book, name, *more)
    )
    workbook(lambda tab: None)
    parts.clear()
    assert cells.of_workbook(house.root / "raw/2023-07/deaths.xlsx")
    assert sorted(parts) == sorted({*parts})

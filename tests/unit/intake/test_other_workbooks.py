"""Workbooks of other programs than write XLSX: ODS, XLSB and XLS, written here byte by byte: no library writes all."""

import io
import struct
import zipfile
from collections.abc import Callable, Collection
from html import escape
from pathlib import Path

import pytest

from orchestration.intake import binary_cells, cells
from tests.badfiles import zipped

Rows = list[list[str | float | None]]
# the first row and column of a merged cell, and the last
Range = tuple[int, int, int, int]

OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ERRORS = {text: code for code, text in binary_cells.ERRORS.items()}
# formulas that come to a number and to a text, in the steps of binary records
NOT_CALCULATED = {
    "=1+2": bytes([0x1E, 1, 0, 0x1E, 2, 0, 0x03]),
    "=30": bytes([0x1E, 30, 0]),
    "=(1-2)": bytes([0x1E, 1, 0, 0x1E, 2, 0, 0x04, 0x15]),
}
CALCULATED = {'=""': bytes([0x17, 0, 0]), "=A1": bytes([0x44, 0, 0, 0, 0xC0])}
FORMULAS = NOT_CALCULATED | CALCULATED
# what comes to 0: as long as it is not calculated, and when it is
OF_LATER, OF_NOW = "=A1 later", "=A1 now"
SECTOR, END, FREE, NO_STREAM = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF


def ods(rows: Rows, hidden: Collection[int] = (), before: str = "", merged: Collection[Range] = ()) -> bytes:
    """A day is a date cell there, which says itself what it is; rows may be hidden, and columns said before."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merged}

    def spanning(cell: str, place: tuple[int, int]) -> str:
        down, across = spans.get(place, (1, 1))
        said = f'table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
        return cell.replace("<table:table-cell", f"<table:table-cell {said}", 1) if place in spans else cell

    def cell(value: str | float | None) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if value in ERRORS:
            of_error = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
            return f'<table:table-cell table:formula="of:=1" {of_error}><text:p>{value}</text:p></table:table-cell>'
        if value.startswith("="):
            of_text = "" if value in NOT_CALCULATED else ' office:value-type="string" office:string-value=""'
            return f'<table:table-cell table:formula="of:{escape(value)}"{of_text}/>'
        if value.startswith("2023-"):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        kind = f'percentage" office:value="{float(value[:-1]) / 100}' if value.endswith("%") else "string"
        return f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'

    tags = [
        '<table:table-row table:visibility="filter">' if i in hidden else "<table:table-row>" for i in range(len(rows))
    ]
    table = before + "".join(
        f"{tag}{''.join(spanning(cell(value), (i, j)) for j, value in enumerate(row))}</table:table-row>"
        for i, (tag, row) in enumerate(zip(tags, rows, strict=True))
    )
    names = " ".join(f'xmlns:{name}="{OPEN_DOCUMENT}:{name}:1.0"' for name in ("office", "table", "text"))
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="deaths">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{OPEN_DOCUMENT}:manifest:1.0"/>'
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(mimetype=mimetype, **{"content.xml": content, "META-INF/manifest.xml": manifest})


STRUCK = (
    '<office:automatic-styles xmlns:style="s"><style:style style:name="ce2"><style:text-properties '
    'style:text-line-through-style="solid"/></style:style></office:automatic-styles>'
)


def shown_as(book: bytes, text: str, cell: str, styles: str = "") -> bytes:
    """An ODS in which the cell of a text is another one, and styles come first."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        content = {name: parts.read(name).decode() for name in parts.namelist()}
    of_text = f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    assert content["content.xml"].count(of_text) == 1
    return zipped(
        **content
        | {
            "content.xml": content["content.xml"]
            .replace(of_text, cell)
            .replace("<office:body>", f"{styles}<office:body>")
        }
    )


def xlsb(
    rows: Rows, hidden: Collection[int] = (), hidden_columns: Collection[int] = (), merged: Collection[Range] = ()
) -> bytes:
    """Records of [MS-XLSB]: a number of seven bits a byte, a length of the same, and what is in it."""

    def record(number: int, content: bytes = b"") -> bytes:
        return sevens(number) + sevens(len(content)) + content

    def sevens(number: int) -> bytes:
        low, high = number & 0x7F, number >> 7
        return bytes([low | 0x80]) + sevens(high) if high else bytes([low])

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    sheet = record(129) + record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1))
    columns = (record(60, struct.pack("<4IH", i, i, 2304, 0, i in hidden_columns)) for i in range(len(rows[0])))
    sheet += record(390) + b"".join(columns) + record(391) + record(145)
    for number, row in enumerate(rows):
        hides = 0x10 * (number in hidden)
        sheet += record(0, struct.pack("<2IH3BI2I", number, 0, 300, 0, hides, 0, 1, 0, len(row) - 1))
        for column, value in enumerate(row):
            at = struct.pack("<2I", column, 0)
            if value in ERRORS:
                sheet += record(3, at + bytes([ERRORS[value]]))
            elif isinstance(value, str) and value[0] == "=":
                of, result, steps = (
                    (8, wide(""), FORMULAS[value])
                    if value in FORMULAS
                    else (11, bytes([ERRORS[value[1:]]]), bytes([0x1E, 0, 0]))
                )
                sheet += record(of, at + result + struct.pack("<HI", 0, len(steps)) + steps + bytes(4))
            elif isinstance(value, str):
                sheet += record(6, at + wide(value))
            elif value is not None:
                sheet += record(5, at + struct.pack("<d", value))
    sheet += record(146) + record(177, struct.pack("<I", len(merged)))
    sheet += b"".join(record(176, struct.pack("<4I", a, c, b, d)) for a, b, c, d in merged) + record(178) + record(130)
    tab = struct.pack("<2I", 0, 1) + wide("rId1") + wide("deaths")
    links = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    return zipped(
        **{
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "xl/workbook.bin": record(131) + record(143) + record(156, tab) + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def xls(
    rows: Rows, hidden: Collection[int] = (), hidden_columns: Collection[int] = (), merged: Collection[Range] = ()
) -> bytes:
    """Records of [MS-XLS], in the one stream of a compound file, [MS-CFB]."""

    def record(number: int, content: bytes = b"") -> bytes:
        return struct.pack("<2H", number, len(content)) + content

    def wide(text: str, length: str) -> bytes:
        return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")

    cells = b"".join(
        record(0x7D, struct.pack("<6H", i, i, 2304, 0, i in hidden_columns, 0)) for i in range(len(rows[0]))
    )
    for number, row in enumerate(rows):
        hides = 0x20 * (number in hidden)
        cells += record(0x208, struct.pack("<6H2BH", number, 0, len(row) * any(row), 300, 0, 0, hides, 1, 0))
        for column, value in enumerate(row):
            at = struct.pack("<3H", number, column, 0)
            if value in ERRORS:
                cells += record(0x205, at + bytes([ERRORS[value], 1]))
            elif isinstance(value, str) and value[0] == "=":
                error = ERRORS.get(value[1:])
                result = bytes([3 if error is None else 2, 0, error or 0, 0, 0, 0, 0xFF, 0xFF])
                result = bytes(8) if value in (OF_LATER, OF_NOW) else result
                steps = FORMULAS.get(value, bytes([0x44, 0, 0, 0, 0xC0]))
                cells += record(0x6, at + result + struct.pack("<HIH", 2 * (value == OF_LATER), 0, len(steps)) + steps)
            elif isinstance(value, str):
                cells += record(0x204, at + wide(value, "H"))
            elif value is not None:
                cells += record(0x203, at + struct.pack("<d", value))
    spans = b"".join(struct.pack("<4H", a, c, b, d) for a, b, c, d in merged)
    cells += record(0xE5, struct.pack("<H", len(merged)) + spans) if merged else b""
    size = record(0x200, struct.pack("<2I3H", 0, len(rows), 0, len(rows[0]), 0))
    begins, ends = [record(0x809, struct.pack("<4H2I", 0x600, of, 0, 0, 0, 0)) for of in (0x5, 0x10)], record(0xA)
    name = wide("deaths", "B")
    to_sheet = len(begins[0]) + 4 + 6 + len(name) + len(ends)
    stream = begins[0] + record(0x85, struct.pack("<I2B", to_sheet, 0, 0) + name) + ends
    stream += begins[1] + size + cells + ends
    # a short stream lies elsewhere, in which there is none
    stream = stream.ljust(-(-max(len(stream), 4096) // SECTOR) * SECTOR, b"\0")
    return compound(stream)


def compound(stream: bytes) -> bytes:
    """A compound file of the one stream `Workbook`: header, a sector of the chain, one of the directory, the stream."""
    count = len(stream) // SECTOR
    chain = [0xFFFFFFFD, END, *range(3, count + 2), END]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        letters = name.encode("utf-16-le")
        about = struct.pack("<H2B3I", len(letters) + 2, kind, 1, NO_STREAM, NO_STREAM, child)
        return letters.ljust(64, b"\0") + about + bytes(36) + struct.pack("<IQ", first, size)

    directory = entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, NO_STREAM, 2, len(stream))
    return header + struct.pack("<128I", *chain, *[FREE] * (128 - len(chain))) + directory.ljust(SECTOR, b"\0") + stream


@pytest.mark.parametrize("write", [ods, xlsb, xls])
def test_workbooks_of_other_programs_are_read_alike(house, write: Callable[[Rows], bytes]):
    rows: Rows = [
        ["A title above the table", None, None, None, None, None, None],
        [*house.headings, "age"],
        [*house.row, 30.0],
        ["SYN-2", "2023-07-06", None, "sdf", None, "line\ttab", 0.5],
    ]
    house.drop(f"list.{write.__name__}", write(rows))
    assert house.set_aside() == []
    first, second = house.rows()
    assert [first[heading] for heading in house.headings] == house.row
    assert (first["age"], first["tab"], first["row_number"], second["age"]) == ("30", "deaths", 3, "0.5")
    assert (second["killed_governorate"], second["notes"].split()) == (None, ["line", "tab"])


def test_what_is_hidden_in_an_open_document_is_told_and_a_percentage_is_none_of_its_years(house):
    columns = (
        "<table:table-column/>" + '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    )
    rows: Rows = [[*house.headings, "age"], [*house.row, "30%"], ["SYN-2", "2023-07-06", None, "sdf", None, None, 31.0]]
    house.drop("list.ods", ods(rows, hidden=(2,), before=columns))
    intake = house.night()
    assert [row["age"] for row in house.rows(intake)] == ["30%", "31"]
    (notes,) = intake.sheets["notes"].to_pylist()
    assert notes.splitlines() == [
        "rows are hidden (3): they were read, and count",
        "columns are hidden (B to C): they were read",
    ]


@pytest.mark.parametrize("write", [xlsb, xls])
def test_what_is_hidden_among_binary_records_is_told(house, write: Callable[..., bytes]):
    written = [[f"SYN-{number}", *house.row[1:]] for number in range(3)]
    rows: Rows = [["A hidden title", *[None] * 5], house.headings, *written]
    house.drop(f"list.{write.__name__}", write(rows, hidden=(0, 3), hidden_columns=(1, 4)))
    house.drop(f"other.{write.__name__}", write([house.headings, ["SYN-9", *house.row[1:]]]))
    told, nothing = house.night().sheets["notes"].to_pylist()
    assert told.splitlines() == [
        "rows are hidden (4): they were read, and count",
        "columns are hidden (B, E): they were read",
    ]
    assert nothing is None


@pytest.mark.parametrize("write", [ods, xlsb, xls])
def test_a_cell_merged_downward_speaks_for_each_of_its_rows(house, write: Callable[..., bytes]):
    rows: Rows = [["A title", *[None] * 5], house.headings]
    rows += [[f"SYN-{i}", "2023-07-06", "Homs" if i == 1 else None, "sdf", "x", "y"] for i in (1, 2, 3)]
    rows[3][3:5] = ["isis", None]
    house.drop(f"list.{write.__name__}", write(rows, merged=[(0, 0, 0, 5), (2, 2, 3, 2), (3, 3, 3, 4)]))
    found = [(row["killed_governorate"], row["party"], row["name_ar"]) for row in house.rows()]
    assert found == [("Homs", "sdf", "x"), ("Homs", "isis", cells.MERGED), (None, "sdf", "x")]


@pytest.mark.parametrize("write", [ods, xlsb, xls])
def test_an_error_is_none_that_is_not_known(house, write: Callable[[Rows], bytes]):
    errors = ["#REF!", "#N/A"] if write is ods else ["#REF!", "=#DIV/0!"]
    rows: Rows = [["A title"], [*house.headings, "sex"], *([*house.row, error] for error in [*errors, "m", None])]
    house.drop(f"list.{write.__name__}", write(rows))
    assert [row["sex"] for row in house.rows()] == [*(error.lstrip("=") for error in errors), "m", None]


@pytest.mark.parametrize("write", [ods, xlsb, xls])
def test_a_formula_without_a_value_is_none_that_is_not_known(house, write: Callable[[Rows], bytes]):
    rows: Rows = [[*house.headings, "age", "notes"], *([*house.row[:-1], None, formula, "x"] for formula in FORMULAS)]
    rows[0] = [*house.headings[:-1], "weapon", "age", "notes"]
    house.drop(f"list.{write.__name__}", write(rows))
    ages = [row["age"] for row in house.rows()]
    told = list(NOT_CALCULATED) if write is ods else [cells.FORMULA] * len(NOT_CALCULATED)
    assert ages == [*told, *[None] * len(CALCULATED)]


def test_a_formula_that_is_0_until_it_is_calculated_has_no_value(house):
    rows: Rows = [[*house.headings, "age"], *([*house.row, value] for value in (OF_LATER, OF_NOW, 0.0))]
    house.drop("list.xls", xls(rows))
    assert [row["age"] for row in house.rows()] == [cells.FORMULA, "0", "0"]


def test_an_error_that_has_a_number_alone_is_one(house):
    written = ods([[*house.headings, "sex"], [*house.row, "#N/A"]])
    with zipfile.ZipFile(io.BytesIO(written)) as book:
        parts = {name: book.read(name).decode().replace("#N/A", "Err:502") for name in book.namelist()}
    house.drop("list.ods", zipped(**parts))
    assert [row["sex"] for row in house.rows()] == ["#ERROR!"]


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        ("7", "SYN-007", "SYN-007"), ("7", "007", "007"), ("7", "رقم 7", "رقم 7"), ("7.0", "S-7", "S-7"),
        ("7", "<text:span>S-7</text:span>", "S-7"), ("7", "7", "7"), ("0", "0", "0"), ("7", "# 7", "7"),
        ("7", "7 persons", "7"), ("7", "7.00", "7"), ("1234", "1,234", "1234"), ("7.5", "SYN-7", "7.5"),
        ("8", "SYN-7", "8"),
    ],
)  # fmt: skip
def test_a_number_that_an_open_document_shows_with_a_word_or_zeros_is_as_it_is_shown(house, value, shown, read):
    number = f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{shown}</text:p>'
    book = shown_as(ods([house.headings, ["@", *house.row[1:]]]), "@", f"{number}</table:table-cell>")
    house.drop("deaths.ods", book)
    assert [row["case_id"] for row in house.rows()] == [read]


@pytest.mark.parametrize(
    ("day", "shown", "is_told"),
    [
        ("2023-07-01", "July 2023", True), ("2023-07-01", "07/2023", True), ("2023-07-01", "Jul-23", True),
        ("2023-01-01", "2023", True), ("2023-07-02", "July 2023", False), ("2023-07-01", "01/07/2023", False),
        ("2023-07-01", "1 July 2023", False), ("2023-07-01", "July 01", False), ("2023-07-01", "01/07", False),
        ("2023-07-01", "", False),
    ],
)  # fmt: skip
def test_a_day_that_an_open_document_shows_as_a_month_is_told(house, day, shown, is_told):
    cell = f'<table:table-cell office:value-type="date" office:date-value="{day}"><text:p>{shown}</text:p>'
    row = [house.row[0], "@", *house.row[2:]]
    house.drop("deaths.ods", shown_as(ods([house.headings, row]), "@", f"{cell}</table:table-cell>"))
    [notes] = house.night().sheets["notes"].to_pylist()
    assert ("days are shown as months or years (B2)" in notes) if is_told else notes is None


def test_what_stands_twice_in_an_open_document_is_said_once(house):
    of_error = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
    cell = f'<table:table-cell table:number-columns-repeated="2" {of_error}><text:p>#REF!</text:p>'
    rows = [house.headings, [*house.row[:2], "@", *house.row[4:]]]
    house.drop("deaths.ods", shown_as(ods(rows), "@", f"{cell}</table:table-cell>"))
    assert [(row["killed_governorate"], row["party"], row["notes"]) for row in house.rows()] == [
        ("#REF!", "#REF!", house.row[5])
    ]


def test_comments_and_what_is_struck_out_in_an_open_document_are_told(house):
    rows = [house.headings, house.row, ["SYN-2", "@", *house.row[2:]]]
    comment = "<office:annotation><text:p>SYN-7 is the same man</text:p></office:annotation>"
    cell = f'<table:table-cell table:style-name="ce2" office:value-type="string">{comment}<text:p>2023-07-05</text:p>'
    book = shown_as(ods(rows), "@", f"{cell}</table:table-cell>", STRUCK)
    house.drop("deaths.ods", book)
    intake = house.night()
    assert [row["documented_on"] for row in house.rows(intake)] == ["2023-07-05"] * 2
    assert intake.sheets["notes"].to_pylist()[0].split("\n") == [
        "rows are struck out, in whole or in part (3): they were read, and count",
        "cells have comments (B3), which are not read",
    ]


def test_a_row_without_cells_hides_nothing(house):
    rows: Rows = [house.headings, [None] * len(house.headings), house.row]
    house.drop("list.xls", xls(rows, hidden=(1,)))
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    "broken", [xls([["a"]])[:2048], xls([["a"]])[:700], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_of_a_damaged_workbook_nothing_is_told_of_what_is_hidden(tmp_path: Path, broken: bytes):
    (tmp_path / "list.xls").write_bytes(broken)
    assert all(not each.hidden_rows for each in binary_cells.of_workbook(tmp_path / "list.xls").values())

"""What is hidden, merged, an error, or a formula without a value in a workbook of binary records.

That is XLS ([MS-XLS]) and XLSB ([MS-XLSB]), whose reader tells none of these. They are looked for in the bytes of a
tab: to go from record to record takes a hundred times as long.
"""

import re
import struct
import zipfile
from bisect import bisect
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import olefile

from orchestration.intake.cells import FORMULA, Cells, span

# a bit in a byte, as a set of bytes of a regular expression: 0x20 and 1
BIT_5, ODD = (b"[" + b"".join(b"\\x%02x" % byte for byte in range(256) if byte & bit) + b"]" for bit in (0x20, 0x01))
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
ERROR = b"([" + re.escape(bytes(ERRORS)) + b"])"
STREAM = "Workbook"
# the numbers of XLS's records of a tab, and of the end of what is said of all; of a tab in XLSB
TAB, END, TAB_OF_XLSB = 0x85, 0x0A, 156
# Row of XLS: its number, its first column and the one behind its last, a height, two words of which one is 0, what
# hides it, and a byte that is always 1. ColInfo: the first column, the last, width and format, what hides them.
ROW = re.compile(rb"(?s)\x08\x02\x10\x00(..)(..)(..)..\x00\x00..%s\x01" % BIT_5)
COLUMNS = re.compile(rb"(?s)\x7d\x00\x0c\x00(..)(..)....%s" % ODD)
# BrtRowHdr of XLSB: the length of the record, the row's number, format, height, a byte, what hides it, a byte, and how
# many stretches of cells it has, of eight bytes each, by which the length is known. BrtColInfo is as that of XLS.
ROW_OF_XLSB = re.compile(
    rb"(?s)\x00([\x19-\x79])(..[\x00-\x0f]\x00)..\x00\x00..[\x00-\x03](.)[\x00\x01]([\x01-\x0d])\x00\x00\x00"
)
HIDES = 0x10
COLUMNS_OF_XLSB = re.compile(rb"(?s)\x3c\x12(..\x00\x00)(..\x00\x00)....(?:..\x00\x00)%s" % ODD)
# BrtMergeCell of XLSB: the first row and the last, the first column and the last; of XLS the reader tells the like.
MERGED_OF_XLSB = re.compile(rb"(?s)\xb0\x01\x10(..[\x00-\x0f]\x00)(..[\x00-\x0f]\x00)(..\x00\x00)(..\x00\x00)")
# BoolErr and Formula of XLS: row, column, format, and the error, of which the latter says that it is one. BrtCellError
# and BrtFmlaError of XLSB: the column, a format, a byte, and the error; the row is that of the BrtRowHdr before.
ERRORS_OF_XLS = re.compile(
    rb"(?s)(?:\x05\x02\x08\x00(....)..%s\x01|\x06\x00..(....)..\x02.%s...\xff\xff)" % (ERROR, ERROR)
)
ERRORS_OF_XLSB = re.compile(
    rb"(?s)(?:\x03\x09|\x0b(?:[\x0f-\x7f]|[\x80-\xff][\x01-\x7f]))(..\x00\x00)..\x00[\x00\x01]%s" % ERROR
)
# Formula of XLS that comes to an empty text, or to 0 until it is worked out when the workbook is opened (as its flags
# say), and BrtFmlaString of XLSB that does: the length of the record, the cell, the flags, and the length of the steps
# that follow, by which it is worked out.
BLANKS_OF_XLS = re.compile(rb"(?s)\x06\x00(..)(....)..(?:\x03.....\xff\xff|(\x00{8}))(..)....(..)")
BLANKS_OF_XLSB = re.compile(
    rb"(?s)\x08(?:[\x16-\x7f]|[\x80-\xff][\x01-\x7f])(..\x00\x00)..\x00[\x00\x01]\x00{4}..(..\x00\x00)"
)
BEFORE_FORMULA, LATER = 22, 0x02
# the last step of a formula that comes to a number, brackets left out, is an operator of numbers; a number alone has so
# many bytes and begins so
OPERATORS, BRACKET = frozenset(b"\x03\x04\x05\x06\x07\x09\x0a\x0b\x0c\x0d\x0e\x12\x13\x14"), b"\x15"
NUMBER_ALONE = {3: 0x1E, 9: 0x1F}
# what bytes that are none of its bring a reader to
DAMAGED = (OSError, ValueError, TypeError, LookupError, struct.error)
MAIN, RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"


def of_workbook(path: Path) -> dict[str, Cells]:
    """What is hidden on each tab of an XLS or XLSB file, and its errors, by the tab's name; none of other files.

    Of a damaged one nothing is said: whoever reads its cells finds out.
    """
    try:
        if olefile.isOleFile(path):
            with olefile.OleFileIO(path) as file:
                return _of_xls(file.openstream(STREAM).read()) if file.exists(STREAM) else {}
        with zipfile.ZipFile(path) as book:
            return _of_xlsb(book) if {MAIN, RELATIONS} <= {*book.namelist()} else {}
    except (*DAMAGED, ElementTree.ParseError, zipfile.BadZipFile):
        return {}


def _of_xls(stream: bytes) -> dict[str, Cells]:
    tabs = sorted(_tabs(stream))
    ends = pairwise([*(begin for begin, _ in tabs), len(stream)])
    found = {}
    for (_, name), (begin, end) in zip(tabs, ends, strict=True):
        rows = ([_number(word) for word in row.groups()] for row in ROW.finditer(stream, begin, end))
        columns = _spans(COLUMNS.finditer(stream, begin, end))
        hidden = [str(row + 1) for row, first, last in rows if last > first]
        found_errors = (
            [word for word in error.groups() if word is not None]
            for error in ERRORS_OF_XLS.finditer(stream, begin, end)
        )
        errors = {struct.unpack("<2H", place): ERRORS[error[0]] for place, error in found_errors}
        errors |= {place: FORMULA for place in _blanks_of_xls(stream, begin, end)}
        found[name] = Cells(errors=errors, hidden_rows=hidden, hidden_columns=columns)
    return found


def _tabs(stream: bytes) -> Iterator[tuple[int, str]]:
    """Where what is said of each tab begins, and its name."""
    at, number = 0, None
    while at < len(stream) and number != END:
        number, length = struct.unpack_from("<2H", stream, at)
        if number == TAB:
            begin, letters, is_wide = struct.unpack_from("<I2x2B", stream, at + 4)
            name = stream[at + 12 : at + 12 + letters * (1 + is_wide)]
            yield begin, name.decode("utf-16-le" if is_wide else "latin-1")
        at += 4 + length


def _of_xlsb(book: zipfile.ZipFile) -> dict[str, Cells]:
    targets = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(book.read(RELATIONS))}
    found = {}
    for relation, name in _tabs_of_xlsb(book.read(MAIN)):
        tab = book.read(str(PurePosixPath("xl", targets[relation])).removeprefix("/"))
        sized = (row for row in ROW_OF_XLSB.finditer(tab) if row[1][0] == 17 + 8 * row[4][0])
        rows = [(row.start(), _number(row[2]), row[3][0]) for row in sized]
        begins, numbers = [begin for begin, _, _ in rows], [number for _, number, _ in rows]
        errors = ((numbers[bisect(begins, each.start()) - 1], each) for each in ERRORS_OF_XLSB.finditer(tab) if rows)
        found[name] = Cells(
            errors={(row, _number(each[1])): ERRORS[each[2][0]] for row, each in errors}
            | {(numbers[bisect(begins, at) - 1], column): FORMULA for at, column in _blanks_of_xlsb(tab) if rows},
            hidden_rows=[str(number + 1) for _, number, flags in rows if flags & HIDES],
            hidden_columns=_spans(COLUMNS_OF_XLSB.finditer(tab)),
            merged=list(_merged_of_xlsb(tab)),
        )
    return found


def _merged_of_xlsb(tab: bytes) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The first and the last cell of each merged one; bytes that cannot be one are none."""
    for each in MERGED_OF_XLSB.finditer(tab):
        top, bottom, left, right = map(_number, each.groups())
        if top <= bottom and left <= right:
            yield (top, left), (bottom, right)


def _blanks_of_xls(stream: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Row and column of the formulas of a tab that nobody has calculated."""
    for each in BLANKS_OF_XLS.finditer(stream, begin, end):
        length, place, zero, flags, size = each.groups()
        is_later = zero is None or _number(flags) & LATER
        formula = stream[each.end() : each.end() + _number(size)]
        if is_later and _number(length) >= BEFORE_FORMULA + len(formula) and (zero or _is_of_number(formula)):
            yield struct.unpack("<2H", place)


def _blanks_of_xlsb(tab: bytes) -> Iterator[tuple[int, int]]:
    """Where the formulas are that nobody has calculated, and their columns."""
    for each in BLANKS_OF_XLSB.finditer(tab):
        if _is_of_number(tab[each.end() : each.end() + _number(each[2])]):
            yield each.start(), _number(each[1])


def _is_of_number(formula: bytes) -> bool:
    """Whether a formula comes to a number, as far as its last step tells: an empty text is no value of it.

    Args:
        formula: Its steps, in the order in which they are done.
    """
    steps = formula.rstrip(BRACKET)
    return bool(steps) and (steps[-1] in OPERATORS or NUMBER_ALONE.get(len(steps)) == steps[0])


def _tabs_of_xlsb(main: bytes) -> Iterator[tuple[str, str]]:
    """The relation of each tab, and its name."""
    at = 0
    while at < len(main):
        number, at = _of_sevens(main, at)
        length, at = _of_sevens(main, at)
        if number == TAB_OF_XLSB:
            relation, begin = _text(main, at + 8)
            yield relation, _text(main, begin)[0]
        at += length


def _of_sevens(record: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    number, shift = record[at] & 0x7F, 7
    while record[at] & 0x80:
        at += 1
        number, shift = number | (record[at] & 0x7F) << shift, shift + 7
    return number, at + 1


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text that its length stands before, and where it ends."""
    end = at + 4 + 2 * _number(record[at : at + 4])
    return record[at + 4 : end].decode("utf-16-le"), end


def _spans(columns: Iterator[re.Match[bytes]]) -> list[str]:
    return [span(_number(first), _number(last)) for first, last in (each.groups() for each in columns)]


def _number(word: bytes) -> int:
    return int.from_bytes(word, "little")

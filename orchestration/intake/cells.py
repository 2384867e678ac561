"""What cells of a workbook are that its reader cannot tell from empty ones: errors, formulas, merged and hidden cells.

Only of XLSX: the parts of one are looked through for what may be such a cell, and read as XML only where there is one.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from orchestration.intake.sheet import SheetError

BLOCK = 1 << 20
# an error, a formula, something hidden
TELLING = re.compile(rb"""\bt=["']e["']|<(?:\w+:)?f[\s/>]|\bhidden=["'](?:1|true)["']""")
# longer than what is looked for, which may be cut by the end of a block
OVERLAP = 64
MAIN, PACKAGE = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MERGED = "#MERGED!"


@dataclass
class Cells:
    """What a tab has beside values: texts by row and column from 0, and hidden rows and columns, as people say."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)


def of_workbook(path: Path) -> dict[str, Cells]:
    """The cells of each tab of an XLSX file that are told apart, by the tab's name; none of another kind of file.

    Raises:
        SheetError: a part of it is no XML.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as book:
            return {name: _cells(book, part) for name, part in _parts(book) if _tells(book, part)}
    except (ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise SheetError("the workbook is damaged; a readable one was expected") from error


def column_of(reference: str) -> int:
    """The column of a cell such as `AB12`, from 0."""
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def letters_of(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0."""
    before, last = divmod(column, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + last)


def _parts(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each tab, and the part of the package it is in."""
    parts = set(book.namelist())
    if not {MAIN, PACKAGE} <= parts:
        return
    places = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(book.read(PACKAGE))}
    for tab in (each for each in ElementTree.fromstring(book.read(MAIN)).iter() if _tag(each) == "sheet"):
        place = next((places.get(value, "") for name, value in tab.items() if name.endswith("}id")), "")
        part = place.removeprefix("/") if place.startswith("/") else f"xl/{place}"
        if part in parts:
            yield tab.get("name", ""), part


def _tells(book: zipfile.ZipFile, part: str) -> bool:
    """Whether a part may have anything to tell."""
    rest = b""
    with book.open(part) as stream:
        while block := stream.read(BLOCK):
            if TELLING.search(rest + block):
                return True
            rest = block[-OVERLAP:]
    return False


def _cells(book: zipfile.ZipFile, part: str) -> Cells:
    """Go through the rows of a part."""
    cells, row = Cells(), -1
    with book.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            tag = _tag(element)
            if tag == "col" and _is_hidden(element):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                cells.hidden_columns.append(
                    letters_of(first - 1) + (f" to {letters_of(last - 1)}" if last > first else "")
                )
            elif tag == "row":
                row = int(element.get("r", row + 2)) - 1
                cells.texts |= {(row, column): text for column, text in _told(element)}
                if _is_hidden(element) and any(_tag(each) in ("v", "t") for each in element.iter()):
                    cells.hidden_rows.append(str(row + 1))
                element.clear()
    return cells


def _told(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    """Column and text of the cells of a row that hold an error, or a formula nobody has calculated."""
    column = -1
    for cell in row:
        column = column_of(cell.get("r", "")) if cell.get("r") else column + 1
        parts = {_tag(each): each for each in cell}
        value = parts["v"].text if "v" in parts else None
        if cell.get("t") == "e":
            yield column, value or "#ERROR!"
        # a formula may come to an empty text, which is a value
        elif "f" in parts and not value and not (cell.get("t") == "str" and "v" in parts):
            yield column, f"={parts['f'].text or ''}"


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get("hidden") in ("1", "true")

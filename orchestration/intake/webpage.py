"""Reads web pages: the tables of one, as portals export them under the name of a workbook."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from orchestration.intake.cells import MERGED
from orchestration.intake.encoding import BLOCK, encoding_of, texts
from orchestration.intake.sheet import HEADING_SEARCH, Piece, RawSheet, Score, SheetError, heading_row, text_rows

if TYPE_CHECKING:
    from bs4 import Tag

VERSION = "page-1"
CELLS = ("td", "th")
# as far as browsers go
SPAN = 1000
NO_TABLE = "it is a web page; the table itself, or the page saved from a spreadsheet program as XLSX, was expected"


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read those tables of a page that have headings somebody knows; tables that hold tables only lay it out.

    Args:
        path: Where its bytes lie.
        score: Tells how many cells of a row are known headings.

    Raises:
        SheetError: It has no such table.
        OSError: It cannot be read.
    """
    from bs4 import BeautifulSoup  # whoever reads begins without it: few sheets are pages

    text = b"".join(texts(path, encoding_of(path), BLOCK)).decode(errors="replace")
    tables = [_rows(table) for table in BeautifulSoup(text, "html.parser")("table") if not table("table")]
    known = [rows for rows in tables if max(map(score, rows[:HEADING_SEARCH]), default=0) > 1]
    if not known:
        raise SheetError(NO_TABLE)
    others = len(tables) - len(known)
    notes = (f"{others} more of the page's tables have no heading that is known, and are not read",) if others else ()
    named = [f"table {number}" if len(known) > 1 else "" for number, _ in enumerate(known, start=1)]
    return [_sheet(tab, rows, score, notes) for tab, rows in zip(named, known, strict=True)]


def _sheet(tab: str, rows: list[list[str]], score: Score, notes: tuple[str, ...]) -> RawSheet:
    top = [["" if cell == MERGED else cell for cell in row] for row in rows[:HEADING_SEARCH]]
    index, headings, _ = heading_row(top, score)
    cells = list(zip(*rows[index + 1 :], strict=True)) or [()] * len(headings)
    columns = [pa.array([cell or None for cell in column], pa.string()) for column in cells]
    table = text_rows(columns, np.arange(index + 2, len(rows) + 1))
    return RawSheet(tab, headings, [Piece(table, len(rows))], VERSION, notes=notes)


def _rows(table: "Tag") -> list[list[str]]:
    """The rows of a table, all as wide as the widest; a cell that spans rows speaks for each, as a merged one does."""
    rows, grid = table("tr"), dict[tuple[int, int], str]()
    for number, row in enumerate(rows):
        column = 0
        for cell in (each for each in row(CELLS) if each.find_parent("tr") is row):
            while (number, column) in grid:
                column += 1
            # a page need not say where a cell or a row ends: what is in the next one is not in this one
            own = (each.get_text() for each in cell(string=True) if each.find_parent(CELLS) is cell)
            text = " ".join(" ".join(own).split())
            across = [text, *[MERGED if text else ""] * (_span(cell, "colspan", SPAN) - 1)]
            for down in range(_span(cell, "rowspan", len(rows) - number)):
                grid |= {(number + down, column + i): each for i, each in enumerate(across)}
    width = max((column + 1 for _, column in grid), default=0)
    return [[grid.get((number, column), "") for column in range(width)] for number in range(len(rows))]


def _span(cell: "Tag", name: str, most: int) -> int:
    """How many rows or columns a cell spans."""
    number = re.fullmatch(r"\s*([0-9]{1,5})\s*", str(cell.get(name)))
    return max(1, min(int(number[1]), most)) if number else 1

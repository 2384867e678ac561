"""Reads XLSX workbooks: every tab, cells as the text a person sees, rows numbered as in the spreadsheet."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from orchestration.intake.sheet import HEADING_SEARCH, RawSheet, Score, SheetError, heading_row, text_rows

# Measured on 100,000 rows by 20 columns: calamine 1.5 s, fastexcel 1.0 s; but fastexcel does not tell in which row a
# sheet begins, nor a boolean from the word "true".
VERSION = "xlsx-1"


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read the tabs of a workbook that hold anything; raises SheetError where it is damaged or encrypted."""
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = [tab.name for tab in book.sheets_metadata if tab.typ == calamine.SheetTypeEnum.WorkSheet]
        grids = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (calamine.CalamineError, OSError) as error:
        raise SheetError("the workbook is damaged or encrypted; a readable XLSX file was expected") from error
    return [_sheet(name, grid, score) for name, grid in grids.items() if any(any(map(_written, row)) for row in grid)]


def _sheet(tab: str, grid: Sequence[Sequence[object]], score: Score) -> RawSheet:
    """Take heading and rows out of a grid that starts in the sheet's first row and column."""
    index, _ = heading_row([[as_text(cell) or "" for cell in row] for row in grid[:HEADING_SEARCH]], score)
    headings = [as_text(cell) or "" for cell in grid[index]]
    numbers = np.arange(index + 2, len(grid) + 1)
    columns = [_text_column(cells) for cells in zip(*grid[index + 1 :], strict=True)] or [
        pa.array([], pa.string()) for _ in headings
    ]
    return RawSheet(tab, tuple(headings), text_rows(columns, numbers), VERSION, len(grid))


def _text_column(cells: Sequence[object]) -> pa.Array:
    """A column of text; a column of one type, which most are, is converted as a whole."""
    if "" in cells:
        cells = [None if cell == "" else cell for cell in cells]
    types = set(map(type, cells)) - {type(None)}
    if types <= {str}:
        return pa.array(cells, pa.string())
    if types == {date}:
        return pa.array(cells, pa.date32()).cast(pa.string())
    return pa.array(list(map(as_text, cells)), pa.string())


def _written(cell: object) -> bool:
    return cell != ""


def as_text(cell: object) -> str | None:
    """The text of a cell: dates ISO, whole numbers without a fraction, booleans yes and no; null where empty."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return None if cell is None else str(cell)

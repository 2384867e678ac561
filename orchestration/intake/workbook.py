"""Reads XLSX workbooks: every tab, cells as the text a person sees, rows numbered as in the spreadsheet."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from orchestration.intake.sheet import HEADING_SEARCH, Piece, RawSheet, Score, SheetError, heading_row, text_rows

# Measured on 100,000 rows by 20 columns: calamine 1.5 s, fastexcel 1.0 s; but fastexcel does not tell in which row a
# sheet begins, nor a boolean from the word "true".
VERSION = "xlsx-1"
BATCH = 4096
# above it a floating number need not be the whole one it looks like
WHOLE = 2.0**53


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read the tabs of a workbook that hold anything; raises SheetError where it is damaged or encrypted."""
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = [tab.name for tab in book.sheets_metadata if tab.typ == calamine.SheetTypeEnum.WorkSheet]
        sheets = [_sheet(book.get_sheet_by_name(name), score) for name in names]
    except (calamine.CalamineError, OSError) as error:
        raise SheetError("the workbook is damaged or encrypted; a readable XLSX file was expected") from error
    return [sheet for sheet in sheets if sheet]


def _sheet(tab: calamine.CalamineSheet, score: Score) -> RawSheet | None:
    """Take heading and rows out of a tab; None where nothing is written in it."""
    rows = tab.iter_rows()
    top = list(itertools.islice(rows, HEADING_SEARCH))
    index, _ = heading_row([[as_text(cell) or "" for cell in row] for row in top], score)
    columns = _columns(itertools.chain(top[index + 1 :], rows), len(top[0]) if top else 0)
    count = len(columns[0]) if columns else 0
    if not any(cell != "" for row in top for cell in row) and all(cells.null_count == count for cells in columns):
        return None
    # rows are given from the sheet's first row on, but from the first column on that is written in
    left = (tab.start or (0, 0))[1]
    headings = [""] * left + [as_text(cell) or "" for cell in top[index]]
    table = text_rows([pa.nulls(count, pa.string())] * left + columns, np.arange(index + 2, index + 2 + count))
    return RawSheet(tab.name, tuple(headings), [Piece(table, index + 1 + count)], VERSION)


def _columns(rows: Iterator[list[Any]], width: int) -> list[pa.ChunkedArray]:
    """Turn rows into columns of text, some thousand at a time, so that the cells are never all there as objects."""
    batches = iter(lambda: list(itertools.islice(rows, BATCH)), [])
    chunks = [[_text_column(cells) for cells in zip(*batch, strict=True)] for batch in batches]
    return [pa.chunked_array([batch[i] for batch in chunks], pa.string()) for i in range(width)]


def _text_column(cells: tuple[object, ...]) -> pa.Array:
    """Cells of a column as text; those of one type, which most are, are converted as a whole."""
    blank = cells.count("")
    if blank == len(cells):
        return pa.nulls(blank, pa.string())
    written = [None if cell == "" else cell for cell in cells] if blank else cells
    kinds = set(map(type, written)) - {type(None)}
    if kinds == {str}:
        return pa.array(written, pa.string())
    if kinds == {date}:
        return pa.array(written, pa.date32()).cast(pa.string())
    if kinds == {float}:
        numbers = pa.array(written, pa.float64())
        if pc.all(pc.and_(pc.equal(numbers, pc.trunc(numbers)), pc.less(pc.abs(numbers), WHOLE))).as_py():
            return numbers.cast(pa.int64()).cast(pa.string())
    return pa.array(list(map(as_text, written)), pa.string())


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

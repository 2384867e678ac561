"""Reads workbooks, XLSX and others: every tab, cells as the text a person sees, rows numbered as in the spreadsheet."""

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from orchestration.intake import binary_cells, cells, forms
from orchestration.intake.cells import Cells
from orchestration.intake.sheet import HEADING_SEARCH, Piece, RawSheet, Score, SheetError, heading_row, text_rows

# Measured on 100,000 rows by 20 columns: calamine 1.5 s, fastexcel 1.0 s; but fastexcel does not tell in which row a
# sheet begins, nor a boolean from the word "true".
VERSION = "xlsx-9"
BATCH = 1024
# a spreadsheet keeps fifteen digits: a longer number need not be the whole one it looks like
WHOLE = 1e15
# a bare number that may be a day of some sixty years around ours, as spreadsheets count them
DAY = r"^[345]\d{4}$"
# so many hidden rows or columns are named
FEW = 5


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read the tabs of a workbook that hold anything; raises SheetError where it is damaged, encrypted or too large."""
    cells.require_size_of(path)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        tabs = [tab for tab in book.sheets_metadata if tab.typ == calamine.SheetTypeEnum.WorkSheet]
        with ThreadPoolExecutor(1) as beside:  # calamine leaves Python to others while it reads a tab
            of_tabs = beside.submit(lambda: cells.of_workbook(path) or binary_cells.of_workbook(path))
            sheets = [_sheet(book.get_sheet_by_name(tab.name), tab, of_tabs, score) for tab in tabs]
    except (calamine.CalamineError, OSError) as error:
        raise SheetError("the workbook is damaged or encrypted; a readable XLSX file was expected") from error
    return forms.with_parents([sheet for sheet in sheets if sheet])


def _sheet(
    tab: calamine.CalamineSheet, about: calamine.SheetMetadata, of_tabs: "Future[dict[str, Cells]]", score: Score
) -> RawSheet | None:
    """Take heading and rows out of a tab; None where nothing is written in it."""
    rows = tab.iter_rows()
    top = list(itertools.islice(rows, HEADING_SEARCH))
    index, headings, _ = heading_row([[as_text(cell) or "" for cell in row] for row in top], score)
    columns = _columns(itertools.chain(top[index + 1 :], rows), len(top[0]) if top else 0)
    count = len(columns[0]) if columns else 0
    if not any(cell != "" for row in top for cell in row) and all(each.null_count == count for each in columns):
        return None
    # rows are given from the sheet's first row on, but from the first column on that is written in
    left, of_tab = (tab.start or (0, 0))[1], of_tabs.result().get(tab.name, Cells())
    columns = _filled([pa.chunked_array([pa.nulls(count, pa.string())])] * left + columns, index + 1, of_tab, tab)
    table = text_rows(columns, np.arange(index + 2, index + 2 + len(columns[0])))
    pieces = [Piece(table, index + 1 + len(columns[0]))]
    notes = (*_notes(about, of_tab, index + 1), *_comments(of_tab), *(_calendar(columns) if of_tab.is_of_1904 else ()))
    return RawSheet(tab.name, ("",) * left + headings, pieces, VERSION, notes=notes)


def _filled(
    columns: list[pa.ChunkedArray], first: int, of_tab: Cells, tab: calamine.CalamineSheet
) -> list[pa.ChunkedArray]:
    """Put into columns what a workbook has beside values: errors, formulas, and what a merged cell says of its span.

    Rows are counted from the first below the heading. A cell merged over several columns is read under its first.
    """
    texts = {(row - first, column): text for (row, column), text in of_tab.texts.items() if row >= first}
    errors = {(row - first, column): text for (row, column), text in of_tab.errors.items() if row >= first}
    texts |= {place: text for place, text in errors.items() if _is_blank(columns, *place, text[:1] == "=")}
    longest = max((row + 1 for row, column in texts if column < len(columns)), default=0) - len(columns[0])
    if longest > 0:
        columns = [pa.chunked_array([*each.chunks, pa.nulls(longest, pa.string())]) for each in columns]
    for (top, left), (bottom, right) in [*(tab.merged_cell_ranges or ()), *of_tab.merged]:
        if top < first or left >= len(columns) or top - first >= len(columns[0]):
            continue
        value = texts.get((top - first, left)) or columns[left][top - first].as_py()
        # one that goes on below the last row, or behind the last column, speaks for none there
        below, behind = min(bottom - first + 1, len(columns[0])), min(right + 1, len(columns))
        span = itertools.product(range(top - first, below), range(left, behind)) if value else ()
        texts |= {(row, column): value if column == left else cells.MERGED for row, column in span}
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in texts.items():
        if column < len(columns) and row < len(columns[0]):
            by_column.setdefault(column, {})[row] = text
    return [_replaced(each, by_column[i]) if i in by_column else each for i, each in enumerate(columns)]


def _is_blank(columns: list[pa.ChunkedArray], row: int, column: int, is_formula: bool) -> bool:
    if column >= len(columns):
        return False
    found = columns[column][row].as_py() if row < len(columns[column]) else None
    return found is None or (is_formula and found == "0")


def _replaced(column: pa.ChunkedArray, texts: dict[int, str]) -> pa.ChunkedArray:
    """A column with other texts in some of its rows."""
    rows = sorted(texts)
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([texts[row] for row in rows], pa.string()))


def _notes(about: calamine.SheetMetadata, of_tab: Cells, first: int) -> Iterator[str]:
    """What is hidden or struck out, as sentences: it was read all the same."""
    if about.visible != calamine.SheetVisibleEnum.Visible:
        yield "the tab is hidden: it was read, and its rows count"
    for state, rows in (("hidden", of_tab.hidden_rows), ("struck out, in whole or in part", of_tab.struck_rows)):
        below = [row for row in rows if int(row) > first]
        if below:
            yield f"rows are {state} ({_few(below)}): they were read, and count"
    if of_tab.hidden_columns:
        yield f"columns are hidden ({', '.join(of_tab.hidden_columns[:FEW])}): they were read"


def _comments(of_tab: Cells) -> Iterator[str]:
    """What people wrote on cells, or typed, that nobody reads: a comment may say that a row shall not count."""
    if of_tab.comments:
        yield f"cells have comments ({_few(of_tab.comments)}), which are not read"
    if of_tab.months:
        yield (
            f"days are shown as months or years ({_few(of_tab.months)}): they were read as the first day of these; "
            "where no more is known, text as 2025-01 or 2025 was expected"
        )


def _few(named: list[str]) -> str:
    return ", ".join(named[:FEW]) + (f" and {len(named) - FEW} more" if len(named) > FEW else "")


def _calendar(columns: list[pa.ChunkedArray]) -> Iterator[str]:
    """That bare numbers may be days since 1904, where they may: nobody can tell them from others, and 1900 is usual."""
    may_be = [pc.any(pc.match_substring_regex(column, DAY)).as_py() for column in columns]
    if named := ", ".join(cells.letters_of(i) for i, is_day in enumerate(may_be) if is_day):
        yield (
            f"the workbook counts its days from 1904, and bare numbers stand in some columns ({named}): "
            "read as days they are four years early; cells of dates are to be formatted as such"
        )


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
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE else f"{cell:.15G}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return None if cell is None else str(cell)

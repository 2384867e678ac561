"""Cells that mean what stands above them, as lists by hand write it: `"`, do., idem, كذلك."""

import re

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.duckdb_session import pattern
from orchestration.intake.mapping import Plan

# a list by hand has such a mark among its first rows
HEAD = 2_000
REPEATED = "marks say of a cell that it means what stands above it (row {}): they were read so"


def filled_down(con: duckdb.DuckDBPyConnection, rows: pa.Table, plan: Plan) -> tuple[pa.Table, list[int]]:
    """The rows with what is meant instead of such marks; and the numbers of the rows that had one.

    A mark stays, and its row is refused, where nothing stands above it, and where its column begins with one: then the
    rows have lost their order.

    Args:
        con: The session that knows the functions of cells.
        rows: The rows, as a reader gives them.
        plan: How they are read. What cells of a layout mean it says itself.
    """
    said_again = pattern(con, "said_again")
    columns = [i for i, rule in plan.targets if not plan.layout and plan.kind.types[rule.column] in ("date", "code")]
    found: set[int] = set()
    for name in (f"c{i}" for i in columns):
        cells = rows.column(name)
        if not _marks(cells.slice(0, HEAD), said_again):
            continue
        is_mark = pc.is_in(cells, pa.array(_marks(cells, said_again))).to_numpy()
        of_row = _above(rows, cells, is_mark)
        rows = rows.set_column(rows.column_names.index(name), name, cells.take(pa.array(of_row)))
        found |= {*rows.column("row_number").to_numpy()[of_row != np.arange(len(of_row))].tolist()}
    return rows, sorted(found)


def _marks(cells: pa.ChunkedArray, said_again: re.Pattern[str]) -> list[str]:
    return [word for word in pc.unique(cells).to_pylist() if word and said_again.fullmatch(word.strip())]


def _above(rows: pa.Table, cells: pa.ChunkedArray, is_mark: np.ndarray) -> np.ndarray:
    """Of each row the index of the one whose cell it means: its own, or the last above it without a mark."""
    own = np.arange(len(is_mark))
    if is_mark[0]:
        return own
    above = np.maximum.accumulate(np.where(is_mark, 0, own))
    numbers = rows.column("row_number").to_numpy()
    is_known = cells.is_valid().to_numpy()[above] & (numbers - numbers[above] == own - above)
    return np.where(is_known, above, own)

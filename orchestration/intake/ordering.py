"""Puts gathered rows in the order of their months, in the form in which they are stored."""

import itertools
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SAMPLE = 1024
UNDATED = np.iinfo(np.int32).max
MONTH = "received_month"
WORDS = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Gathered:
    """Rows under our columns, their months among them, and the provenance that all of them share, by column."""

    rows: pa.Table
    shared: dict[str, Any]

    def cells(self, column: pa.Field) -> pa.Array:
        """A column, or the value that is shared; a text as a dictionary of one word, which costs less room."""
        if column.name in self.rows.column_names:
            return self.rows[column.name].combine_chunks()
        value, count = self.shared.get(column.name), self.rows.num_rows
        if isinstance(value, str):
            return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), [value])
        return pa.nulls(count, column.type) if value is None else pa.repeat(pa.scalar(value), count)


def as_stored(schema: pa.Schema, pieces: list[Gathered]) -> pa.Schema:
    """The schema rows are put in order under: where words repeat within a month, by some rows, a dictionary of them.

    Numbers instead of words take a third of the time to put in order and to write, and less than half of the memory.
    Words that hardly ever come twice, such as names, stay as they are: a dictionary of them only takes time.
    """
    rows = pieces[0].rows
    top = rows.take(pc.array_sort_indices(rows[MONTH])[:SAMPLE])
    few = {c.name for c in schema if c.name not in top.column_names or len(top[c.name].unique()) <= top.num_rows // 2}
    return pa.schema([c.with_type(WORDS) if c.type == pa.string() and c.name in few else c for c in schema])


def by_month(pieces: list[Gathered], schema: pa.Schema, threads: Executor) -> Iterator[tuple[date | None, pa.Table]]:
    """Rows month by month, undated ones last; within a month they keep their order.

    Args:
        pieces: The rows.
        schema: What they are to be, by `as_stored`.
        threads: Where columns are put in order.
    """
    days = np.concatenate([np.asarray(pc.fill_null(each.rows[MONTH].cast(pa.int32()), UNDATED)) for each in pieces])
    if not len(days):
        return
    order = np.argsort(days, kind="stable")
    columns = threads.map(lambda c: _in_order([each.cells(c) for each in pieces], c.type, order), schema)
    table, days = pa.table(list(columns), schema=schema), days[order]
    words = {c.name: len(table[c.name].chunk(0).dictionary) for c in schema if c.type == WORDS}
    for first, last in itertools.pairwise([0, *(np.flatnonzero(np.diff(days)) + 1), len(days)]):
        day = int(days[first])
        month = date(1970, 1, 1) + timedelta(days=day) if day != UNDATED else None
        yield month, _compact(table.slice(first, last - first), words)


def _in_order(pieces: list[pa.Array], kind: pa.DataType, order: np.ndarray) -> pa.Array:
    if all(cells.null_count == len(cells) for cells in pieces):
        return pa.nulls(len(order), kind)
    stored = [cells.dictionary_encode() if kind == WORDS else cells.cast(kind) for cells in pieces]
    return pa.concat_arrays(stored).take(pa.array(order))


def _compact(rows: pa.Table, words: dict[str, int]) -> pa.Table:
    """Rows of a month without the words that only other months have, where these would be many beside the rows."""
    for i, column in enumerate(rows.schema.names):
        if words.get(column, 0) > rows.num_rows // 8:
            rows = rows.set_column(i, column, rows[i].cast(pa.string()).dictionary_encode())
    return rows

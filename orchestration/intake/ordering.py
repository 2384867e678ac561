"""Puts gathered rows in the order of their months, in the form in which they are stored."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SAMPLE = 1024
FEW = 100
# a dictionary of so few words is no burden to a month of few rows
FEW_WORDS = 64
# so many columns are put in order before what they were is given back, where rows are so many
AT_ONCE = 16
MANY = 100_000
UNDATED = np.iinfo(np.int32).max
MONTH = "received_month"
WORDS = pa.dictionary(pa.int32(), pa.string())

Run = Callable[..., Iterator[Any]]
"""Does something with each of some things, as `map` does, in threads or one after the other."""


def as_stored(schema: pa.Schema, rows: pa.Table) -> pa.Schema:
    """The schema rows are gathered under: where words repeat within a month, by some rows, a dictionary of them.

    Numbers instead of words take a third of the time to put in order and to write, and less than half of the memory.
    Words that hardly ever come twice, such as names, stay as they are: a dictionary of them only takes time. So it does
    where rows are few.
    """
    if rows.num_rows < FEW:
        return schema
    top = rows.take(pc.array_sort_indices(rows[MONTH])[:SAMPLE])
    few = {c.name for c in schema if c.name not in top.column_names or len(top[c.name].unique()) <= top.num_rows // 2}
    return pa.schema([c.with_type(WORDS) if c.type == pa.string() and c.name in few else c for c in schema])


def completed(rows: pa.Table, shared: dict[str, Any], schema: pa.Schema, run: Run) -> pa.Table:
    """Rows under the columns of a schema by `as_stored` that they or the shared values have."""
    there = {*rows.column_names}

    def column(field: pa.Field) -> pa.Array:
        if field.name in there:
            cells = rows[field.name]
            if field.type == WORDS:
                return cells.dictionary_encode().combine_chunks()
            return (cells if cells.type == field.type else cells.cast(field.type)).combine_chunks()
        value = shared[field.name]
        if field.type == WORDS:
            return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows.num_rows), [value])
        return pa.repeat(pa.scalar(value, field.type), rows.num_rows)

    filled = {*there, *(name for name, value in shared.items() if value is not None)}
    fields = [field for field in schema if field.name in filled]
    return pa.table(list(run(column, fields)), schema=pa.schema(fields))


def filled(rows: pa.Table) -> pa.Table:
    """The columns that some of the rows have something in, and their month."""
    return rows.select([name for name in rows.column_names if name == MONTH or rows[name].null_count < rows.num_rows])


def by_month(rows: pa.Table, run: Run) -> Iterator[tuple[date | None, Callable[[], pa.Table]]]:
    """What makes the rows of each month, month by month, undated ones last; within a month they keep their order.

    Args:
        rows: The rows, completed.
        run: How columns are put in order.
    """
    days = pc.fill_null(rows[MONTH].cast(pa.int32()), UNDATED).to_numpy()
    if not len(days):
        return
    is_in_order = bool(np.all(days[:-1] <= days[1:]))
    if is_in_order and days[0] == days[-1]:
        yield _month(days[0]), rows.combine_chunks
        return
    order = np.argsort(days, kind="stable")

    def in_order(cells: pa.ChunkedArray) -> pa.Array:
        empty = cells.null_count == len(cells)
        return pa.nulls(len(cells), cells.type) if empty else cells.combine_chunks().take(pa.array(order))

    schema, columns = rows.schema, rows.combine_chunks().columns if is_in_order else rows.columns
    del rows
    ordered: list[pa.Array] = columns if is_in_order else []
    while len(ordered) < len(schema):  # some at a time, each of which is let go of, so that they do not lie there twice
        ordered += run(in_order, [columns.pop(0) for _ in range(min(AT_ONCE, len(columns)))])
        give_back(len(days))
    table, days = pa.table(ordered, schema=schema), days[order]
    words = {i: table.column(i).chunk(0).dictionary for i, field in enumerate(table.schema) if field.type == WORDS}
    wordy = [i for i, different in words.items() if len(different) > FEW_WORDS]
    for first, last in itertools.pairwise([0, *(np.flatnonzero(np.diff(days)) + 1), len(days)]):
        yield _month(days[first]), partial(_compact, table.slice(first, last - first), wordy)


def _month(day: np.int32) -> date | None:
    """First day of the month that is so many days after 1970 began; None where there is none."""
    return date(1970, 1, 1) + timedelta(days=int(day)) if day != UNDATED else None


def give_back(rows: int) -> None:
    """Have the system's allocator give back what was let go of: it counts as in use, and is soon more than what is.

    Args:
        rows: What it was let go of after; where these are few, it is not worth the time.
    """
    if rows >= MANY:
        pa.default_memory_pool().release_unused()


def _compact(rows: pa.Table, wordy: list[int]) -> pa.Table:
    """Rows of a month without the words that only other months have, where these would be many beside the rows."""
    for i in wordy:
        cells = rows.column(i).chunk(0)
        if len(cells.dictionary) > len(cells) // 2:
            rows = rows.set_column(i, rows.schema.field(i), cells.dictionary_decode().dictionary_encode())
    return rows

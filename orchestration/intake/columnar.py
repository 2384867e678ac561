"""Reads Parquet: columns of any type, as text, some rows at a time."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.bounds import require_heading_count
from orchestration.intake.sheet import IsAnswer, Piece, RawSheet, SheetError, last_of, text_rows
from orchestration.sql import identifier, literal

VERSION = "parquet-4"
BATCH = 1 << 16
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
# what a data frame calls its own numbering
NUMBERING = "__index_level_"
LISTS = "columns hold lists of records ({}): they are not read; a table of their own, or JSON, was expected"
WORLD_TIME = frozenset(("UTC", "Etc/UTC", "GMT", "Z", "+00:00"))


def read(path: Path, con: duckdb.DuckDBPyConnection, is_answer: IsAnswer) -> list[RawSheet]:
    """Read a Parquet file into one sheet; raises SheetError where it is damaged.

    Args:
        path: The file.
        con: Where values are made text.
        is_answer: Tells which columns of a structure are answers of several to one question.
    """
    try:
        file = pq.ParquetFile(path)
        schema = _own(file.schema_arrow.empty_table()).schema
        fields = list(_flat(schema.empty_table()).schema)
    except (pa.ArrowException, OSError) as error:
        raise SheetError("the file is damaged; readable Parquet was expected") from error
    require_heading_count(len(fields))
    headings = _headings([path for field in schema for path in _paths(field)], is_answer)
    lists = [heading for heading, field in zip(headings, fields, strict=True) if _is_of_records(field.type)]
    notes = (LISTS.format(", ".join(lists)),) if lists else ()
    return [RawSheet("", headings, _pieces(file, fields, con), VERSION, notes=notes)]


def _paths(field: pa.Field) -> list[tuple[str, ...]]:
    """The names that lead to each column of a field, which are several where it is a structure."""
    if not pa.types.is_struct(field.type):
        return [(field.name,)]
    return [(field.name, *path) for inner in field.type for path in _paths(inner)]


def _headings(paths: list[tuple[str, ...]], is_answer: IsAnswer) -> tuple[str, ...]:
    """What columns are called: by their last name, as in JSON, where no other has it."""
    last = [path[-1] if len(path) == 1 else last_of(path, is_answer) for path in paths]
    times = Counter(last)
    return tuple(name if times[name] == 1 else "/".join(path) for name, path in zip(last, paths, strict=True))


def _own(table: pa.Table) -> pa.Table:
    """A table without what a data frame numbers its rows by, which is no column of the sheet."""
    return table.select([i for i, name in enumerate(table.column_names) if not name.startswith(NUMBERING)])


def _flat(table: pa.Table) -> pa.Table:
    """A table with a column for each part of a structure, of types that DuckDB knows."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    # it knows no floats of two bytes
    halves = [pa.float32() if pa.types.is_float16(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema(zip(table.column_names, halves, strict=True)))


def _is_of_records(kind: pa.DataType) -> bool:
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return is_list and pa.types.is_struct(kind.value_type)


def _pieces(file: pq.ParquetFile, fields: list[pa.Field], con: duckdb.DuckDBPyConnection) -> Iterator[Piece]:
    """The rows of a file, piece by piece; one without rows has one piece."""
    texts = ", ".join(f"nullif({_text(f'c{i}', field.type)}, '') as c{i}" for i, field in enumerate(fields))
    before = 0
    for batch in file.iter_batches(BATCH):
        table = _flat(_own(pa.Table.from_batches([batch]))).rename_columns([f"c{i}" for i in range(len(fields))])
        read = con.from_arrow(table).project(texts).to_arrow_table() if fields else table
        yield Piece(text_rows(read.columns, np.arange(before + 1, before + batch.num_rows + 1)), batch.num_rows)
        before += batch.num_rows
    if not before:
        none = [pa.chunked_array([], pa.string()) for _ in fields]
        yield Piece(text_rows(none, np.arange(0)), 0)


def _text(name: str, kind: pa.DataType) -> str:
    """The SQL that writes a column as text: dates ISO, whole numbers without fraction, lists joined with `;`."""
    cell = identifier(name)
    types = pa.types
    if types.is_dictionary(kind):
        return _text(name, kind.value_type)
    if types.is_boolean(kind):
        return f"case when {cell} then 'yes' when not {cell} then 'no' end"
    if types.is_decimal(kind):
        return f"case when {cell} = trunc({cell}) then {cell}::hugeint::varchar else {cell}::varchar end"
    if types.is_floating(kind):
        whole = f"{cell}::hugeint::varchar"
        return (
            f"case when isnan({cell}) then null when abs({cell}) < 1e15 and {cell} = trunc({cell}) then {whole} "
            f"else {cell}::varchar end"
        )
    if types.is_timestamp(kind):
        return f"regexp_replace({_moment(cell, kind.tz)}, ' 00:00:00Z?$', '')"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return f"to_json({cell})::varchar" if _is_of_records(kind) else f"array_to_string({cell}, ';')"
    if types.is_map(kind):
        return f"to_json({cell})::varchar"
    return f"{cell}::varchar"


def _moment(cell: str, zone: str | None) -> str:
    """The SQL that writes a moment as a clock of its zone shows it; one of world time says so, as text of it does."""
    if not zone:
        return f"{cell}::varchar"
    if zone in WORLD_TIME:
        return f"(({cell} at time zone 'UTC')::varchar || 'Z')"
    if offset := OFFSET.fullmatch(zone):
        sign, hours, minutes = offset.groups()
        return f"(({cell} at time zone 'UTC') {sign} interval '{hours}:{minutes}:00')::varchar"
    return f"({cell} at time zone {literal(zone)})::varchar"

"""Reads Parquet: columns of any type, as text, some rows at a time."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.bounds import require_heading_count
from orchestration.intake.sheet import Piece, RawSheet, SheetError, text_rows
from orchestration.sql import identifier, literal

VERSION = "parquet-2"
BATCH = 1 << 16
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
WORLD_TIME = frozenset(("UTC", "Etc/UTC", "GMT", "Z", "+00:00"))


def read(path: Path, con: duckdb.DuckDBPyConnection) -> list[RawSheet]:
    """Read a Parquet file into one sheet; raises SheetError where it is damaged."""
    try:
        file = pq.ParquetFile(path)
        # a data frame's own numbering is no column of the sheet
        fields = [(i, f) for i, f in enumerate(file.schema_arrow) if not f.name.startswith("__index_level_")]
    except (pa.ArrowException, OSError) as error:
        raise SheetError("the file is damaged; readable Parquet was expected") from error
    require_heading_count(len(fields))
    return [RawSheet("", tuple(field.name for _, field in fields), _pieces(file, fields, con), VERSION)]


def _pieces(
    file: pq.ParquetFile, fields: list[tuple[int, pa.Field]], con: duckdb.DuckDBPyConnection
) -> Iterator[Piece]:
    """The rows of a file, piece by piece; one without rows has one piece."""
    texts = ", ".join(f"nullif({_text(f'c{i}', field.type)}, '') as c{i}" for i, (_, field) in enumerate(fields))
    before = 0
    for batch in file.iter_batches(BATCH):
        table = pa.table([batch.column(i) for i, _ in fields], names=[f"c{i}" for i in range(len(fields))])
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
    if types.is_floating(kind):
        whole = f"{cell}::hugeint::varchar"
        return (
            f"case when isnan({cell}) then null when abs({cell}) < 1e15 and {cell} = trunc({cell}) then {whole} "
            f"else {cell}::varchar end"
        )
    if types.is_timestamp(kind):
        return f"regexp_replace({_moment(cell, kind.tz)}, ' 00:00:00Z?$', '')"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return f"array_to_string({cell}, ';')"
    if types.is_struct(kind) or types.is_map(kind):
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

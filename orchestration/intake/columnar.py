"""Reads Parquet: columns of any type, as text."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.sheet import Piece, RawSheet, SheetError, text_rows
from orchestration.sql import identifier

VERSION = "parquet-1"


def read(path: Path, con: duckdb.DuckDBPyConnection) -> list[RawSheet]:
    """Read a Parquet file into one sheet; raises SheetError where it is damaged."""
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise SheetError("the file is damaged; readable Parquet was expected") from error
    table = table.select([i for i, name in enumerate(table.column_names) if not name.startswith("__index_level_")])
    headings = tuple(table.column_names)
    table = table.rename_columns([f"c{i}" for i in range(len(headings))])
    texts = [f"nullif({_text(f'c{i}', field.type)}, '') as c{i}" for i, field in enumerate(table.schema)]
    view = con.from_arrow(table)
    read_as_text = view.project(", ".join(texts)).to_arrow_table() if headings else table
    rows = text_rows(read_as_text.columns, np.arange(1, table.num_rows + 1))
    return [RawSheet("", headings, [Piece(rows, table.num_rows)], VERSION)]


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
        instant = f"({cell} at time zone 'UTC')" if kind.tz else cell
        return f"regexp_replace({instant}::varchar, ' 00:00:00$', '')"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return f"array_to_string({cell}, ';')"
    if types.is_struct(kind) or types.is_map(kind):
        return f"to_json({cell})::varchar"
    return f"{cell}::varchar"

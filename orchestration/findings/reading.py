"""Reading the log: the rows of findings, and one row a run that says when it was judged and whether it was held back.

Years of nights are thousands of files. What was read of them is kept in one file beside them, which may be deleted.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration import files
from orchestration.settings import Settings

# so many new files are read before what they say is kept
MANY = 60
KEPT = "read_before/rows"
ROWS = """
    with written as (
        select
            * exclude (filename, months), parse_filename(filename) as file,
            -- until November 2026 a run was one stretch of months, from the first to the last
            coalesce(months, generate_series(first_month, last_month, interval 1 month)::date[]) as months
        from (
            select *, null::varchar as filename, null::date as first_month, null::date as last_month from no_rows
            union all by name
            from read_parquet($files, union_by_name = true, filename = true)
        )
    )
    from written where finding_id is not null
    union all by name
    select
        file, any_value(run_id) as run_id, max(noted_at) filter (where finding_id is null) as noted_at,
        bool_or(is_blocked) as is_blocked
    from written group by file
"""


def read(
    connection: duckdb.DuckDBPyConnection, settings: Settings, schema: pa.Schema, further: Iterable[Path] = ()
) -> pa.Table:
    """The rows that findings follow from.

    Args:
        connection: Reads the files; opening another costs more than most of them.
        settings: Where the log lies.
        schema: The columns of the log; what older files lack is null.
        further: Files that do not lie in the log yet.
    """
    files_of_log = [*settings.evaluations.glob("*.parquet"), *further]
    paths = {f"{path.name} {path.stat().st_mtime_ns}": path for path in files_of_log}
    kept = _kept(settings, schema)
    kept = kept.filter(pc.is_in(kept["file"], pa.array(list(paths), pa.string())))
    known = set(kept["file"].to_pylist())
    fresh = {path.name: key for key, path in paths.items() if key not in known}
    if not fresh:
        return kept
    rows = files.undamaged(map(paths.__getitem__, fresh.values()), lambda some: _read(connection, some, schema))
    names = pa.array([fresh[name] for name in rows["file"].to_pylist()], pa.string())
    together = pa.concat_tables([kept, rows.set_column(rows.schema.get_field_index("file"), "file", names)])
    if len(fresh) > MANY:
        _keep(settings, together)
    return together


def _read(connection: duckdb.DuckDBPyConnection, paths: list[Path], schema: pa.Schema) -> pa.Table:
    columns = _with_file(schema)
    if not paths:
        return columns.empty_table()
    connection.register("no_rows", schema.empty_table())
    found = connection.execute(
        f"select {', '.join(columns.names)} from ({ROWS})", {"files": [str(path) for path in paths]}
    )
    return found.to_arrow_table().cast(columns)


def _kept(settings: Settings, schema: pa.Schema) -> pa.Table:
    path, columns = settings.evaluations / KEPT, _with_file(schema)
    try:
        kept = pq.read_table(path)
    except (OSError, pa.ArrowException):  # there is none, or a disk damaged it: all is read anew
        return columns.empty_table()
    return kept if kept.schema.equals(columns) else columns.empty_table()


def _keep(settings: Settings, rows: pa.Table) -> None:
    path = settings.evaluations / KEPT
    try:
        files.write(path, lambda beside: pq.write_table(rows, beside))
    except OSError:  # who may only read, reads them all again
        return


def _with_file(schema: pa.Schema) -> pa.Schema:
    return schema.append(pa.field("file", pa.string()))

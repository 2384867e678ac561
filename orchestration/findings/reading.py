"""Reading the log: the rows of findings, and one row a run that says when it was judged and whether it was held back.

Years of nights are thousands of files. What was read of them is kept in one file beside them, which may be deleted; of
nights that say the same of a finding the first and the last are kept, with how often it was said.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import files
from orchestration.settings import Settings

# so many new files are read before what they say is kept
MANY = 20
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
    select *, 1 as times from written where finding_id is not null
    union all by name
    select
        file, any_value(run_id) as run_id, max(noted_at) filter (where finding_id is null) as noted_at,
        bool_or(is_blocked) as is_blocked, 1 as times
    from written group by file
"""
# what is the same in all nights that say the same of a finding
SAID = ("verdict", "is_accepted", "severity", "expected", "observed")
SHORTENED = f"""
    with followed as (
        select *, {" or ".join(f"{name} is distinct from lag({name}) over nights" for name in SAID)} as is_new
        from read where finding_id is not null
        window nights as (partition by finding_id order by noted_at, run_id)
    ), spans as (
        select *, sum(is_new::integer) over (partition by finding_id order by noted_at, run_id) as span
        from followed
    )
    from read where finding_id is null
    union all by name
    select * exclude (is_new, span) replace (
        -- the first stands for itself, the last for all the others
        if(row_number() over nights = 1, 1, sum(times) over span - 1)::integer as times
    )
    from spans
    window nights as (partition by finding_id, span order by noted_at, run_id), span as (partition by finding_id, span)
    qualify row_number() over nights in (1, count(*) over span)
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
    known = set(kept["file"].to_pylist())
    if not known <= set(paths):  # what was read of a file is kept together with what others say
        kept, known = kept.schema.empty_table(), set()
    fresh = {path.name: key for key, path in paths.items() if key not in known}
    if not fresh:
        return kept
    rows = files.undamaged(map(paths.__getitem__, fresh.values()), lambda some: _read(connection, some, schema))
    names = pa.array([fresh[name] for name in rows["file"].to_pylist()], pa.string())
    together = pa.concat_tables([kept, rows.set_column(rows.schema.get_field_index("file"), "file", names)])
    if len(fresh) > MANY:
        _keep(settings, _shortened(connection, together))
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


def _shortened(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
    """Of nights that say the same of a finding the first, and the last with how many it stands for."""
    connection.register("read", rows)
    shortened = connection.execute(f"select {', '.join(rows.column_names)} from ({SHORTENED})").to_arrow_table()
    connection.unregister("read")
    return shortened.cast(rows.schema)


def _with_file(schema: pa.Schema) -> pa.Schema:
    """The columns of the log, the file a row is of, and how many nights it stands for."""
    return schema.append(pa.field("file", pa.string())).append(pa.field("times", pa.int32()))

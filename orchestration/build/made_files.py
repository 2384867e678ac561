"""Tables of the draft that an engine made: views over Parquet files, a file for each month, beside the warehouse.

Which files they are stands in the draft itself. So they come into force with it, in the one step in which it becomes
the warehouse; those of a run that was killed are referred to by nothing, and go before the next one.
"""

import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from orchestration.settings import Settings
from orchestration.sql import identifier, literals

# what the run laid out, with the month of each file
RECEIVED = "engine.received_files"
FILES = "engine.made_files"
COLUMNS = "engine.made_columns"


def folder(settings: Settings) -> Path:
    """Where the files lie, in the restricted zone; a folder for each part that was made."""
    return settings.warehouse.parent / "parts"


def lay_out(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    received: Mapping[str, Iterable[tuple[date | None, Path]]],
) -> None:
    """Make room for what an engine makes in a draft, and point its views to where the data root lies now.

    Args:
        connection: The draft.
        settings: Where the files lie.
        received: Month and file of received rows, by kind.
    """
    connection.execute("create schema if not exists engine")
    connection.execute(f"create or replace table {RECEIVED} (kind varchar, month date, file varchar)")
    _insert(connection, RECEIVED, [(kind, month, path) for kind, files in received.items() for month, path in files])
    connection.execute(f"create table if not exists {FILES} (relation varchar, month date, file varchar)")
    connection.execute(
        f"create table if not exists {COLUMNS} (relation varchar, position integer, name varchar, type varchar)"
    )
    for (relation,) in connection.execute(f"select distinct relation from {COLUMNS}").fetchall():
        _point(connection, settings, relation)


def replace(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    relation: str,
    columns: Sequence[tuple[str, str]],
    months: Collection[date | None],
    made: Iterable[tuple[date | None, Path]],
) -> None:
    """Put the files of some months of a table in the place of those it had.

    Args:
        connection: The draft.
        settings: Where the files lie.
        relation: The table, with its schema.
        columns: Name and type of each.
        months: The months that were made anew; one without a file is empty now. None stands for rows without a month.
        made: Month and file.
    """
    connection.execute(
        f"delete from {FILES} where relation = ? and list_contains(?::varchar[], coalesce(month::varchar, ''))",
        [relation, [str(month or "") for month in months]],
    )
    _insert(connection, FILES, [(relation, month, path.relative_to(folder(settings))) for month, path in made])
    connection.execute(f"delete from {COLUMNS} where relation = ?", [relation])
    connection.executemany(
        f"insert into {COLUMNS} values (?, ?, ?, ?)",
        [(relation, position, *column) for position, column in enumerate(columns)],
    )
    _point(connection, settings, relation)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[str, date | None, Path]]) -> None:
    """Insert all rows at once: there is one for each month of each kind."""
    names, months, paths = [name for name, *_ in rows], [month for _, month, _ in rows], [str(row[2]) for row in rows]
    connection.execute(
        f"insert into {table} select unnest(?::varchar[]), unnest(?::date[]), unnest(?::varchar[])",
        [names, months, paths],
    )


def of(connection: duckdb.DuckDBPyConnection, settings: Settings, relation: str) -> list[tuple[date | None, Path]]:
    """The files that a table lies in, with the month of each."""
    found = connection.execute(f"select month, file from {FILES} where relation = ? order by file", [relation])
    return [(month, folder(settings) / file) for month, file in found.fetchall()]


def has_any(database: Path) -> bool:
    """Whether a draft or warehouse refers to any file."""
    return bool(_referred_to(database))


def are_there(settings: Settings, database: Path) -> bool:
    """Whether every file that a draft or warehouse refers to is where it was."""
    return all((folder(settings) / file).exists() for file in _referred_to(database))


def clean(settings: Settings) -> None:
    """Remove the parts that neither a draft refers to nor the warehouse: those of runs that left nothing."""
    if not (runs := list(folder(settings).glob("*"))):
        return
    places = (settings.draft, settings.warehouse, settings.held)
    kept = {Path(file).parts[0] for place in places for file in _referred_to(place)}
    for run in runs:
        if run.name not in kept:
            shutil.rmtree(run)


def _referred_to(database: Path) -> list[str]:
    if not database.exists():
        return []
    with duckdb.connect(database, read_only=True) as connection:
        try:
            return [file for (file,) in connection.execute(f"select file from {FILES}").fetchall()]
        except duckdb.CatalogException:  # no engine has made anything of it
            return []


def select(columns: Iterable[tuple[str, str]], files: Iterable[object]) -> str:
    """A select of a table that lies in Parquet files, which know less of types; without a row where there is no file.

    Args:
        columns: Name and type of each column.
        files: The files.
    """
    listed = literals(files)
    value = "cast({name} as {kind}) as {name}" if listed else "cast(null as {kind}) as {name}"
    typed = ", ".join(value.format(name=identifier(name), kind=kind) for name, kind in columns)
    if not listed:
        return f"select {typed} where false"
    # what a folder is called by says nothing that does not stand in its files
    return f"select {typed} from read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


def _point(connection: duckdb.DuckDBPyConnection, settings: Settings, relation: str) -> None:
    columns = connection.execute(f"select name, type from {COLUMNS} where relation = ? order by position", [relation])
    rows = select(columns.fetchall(), [path for _, path in of(connection, settings, relation)])
    connection.execute(f"create schema if not exists {relation.split('.')[0]}")
    connection.execute(f"create or replace view {relation} as {rows}")

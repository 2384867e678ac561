"""From an audited build to what everybody reads: a copy without restricted content, switched in at once.

Readers open `published/current` and are never in a run's way, nor a run in theirs: a copy that is open stays as it is
until it is closed. What goes into the copy is said here; what it means is SQL's business.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files, findings
from orchestration.settings import Settings
from orchestration.sql import literal

# so many releases stay, for who has one open and for who wants to look back
KEPT = 5
# a release is written in one go, not saved again and again while it grows
AT_ONCE: dict[str, Any] = {"checkpoint_threshold": "1TB"}
# codes become text: a type of two hundred words is nothing to hand to a reader, and pandas makes a category of it
TABLES = """
    select
        schema_name,
        table_name,
        string_agg(
            if(data_type like 'ENUM%', column_name || '::varchar as ' || column_name, column_name), ', '
            order by column_index
        ) as columns
    from duckdb_columns()
    semi join duckdb_tables() using (database_name, schema_name, table_name)
    where database_name = 'warehouse'
    group by all
    order by all
"""
# sheets and problems are told without what stood in the cells
WITHOUT_CELLS = {
    "received_sheets": "from warehouse.received.received_sheets",
    "problems": "select * exclude (row_key, written, sentence) from warehouse.restricted.int_problems",
}


def cut(settings: Settings, stamp: str) -> Path:
    """Copy what may be read from the draft to `published/<stamp>/`.

    Args:
        settings: Where the draft lies; nobody may be writing it.
        stamp: The name of the release.

    Returns:
        The DuckDB file of the release.
    """
    folder = settings.published / stamp
    draft = settings.published / f".{stamp}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with duckdb.connect(draft / "casebook.duckdb", config=AT_ONCE) as connection:
        connection.execute(f"attach {literal(settings.draft)} as warehouse (read_only)")
        listed = connection.execute(TABLES).fetchall()
        for schema, table, columns in (each for each in listed if is_released(*each[:2])):
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as select {columns} from warehouse.{schema}.{table}")
        findings.publish(settings, connection)
        connection.execute("create schema received")
        for table, select in WITHOUT_CELLS.items():
            connection.execute(f"create table received.{table} as {select}")
    for path in [*draft.iterdir(), draft]:
        files.settle(path)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return folder / "casebook.duckdb"


def is_released(schema: str, table: str) -> bool:
    """Whether a release copies a table: the marts, and of the residuals the one table that holds them all."""
    return schema == "marts" or table == "recon_residuals"


def switch(settings: Settings, stamp: str) -> None:
    """Make a release the current one in one step: a reader finds the one before or this one, never none."""
    link = settings.current
    draft = link.with_name(f".{link.name}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(stamp)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)  # a data root copied with its links followed
    draft.replace(link)


def forget(settings: Settings) -> None:
    """Remove all but the last few releases; who has one open keeps it until it is closed."""
    releases = [path for path in settings.published.iterdir() if path.is_dir() and not path.is_symlink()]
    for old in sorted(releases, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)

"""From an audited build to what everybody reads: a copy without restricted content, switched in at once.

Readers open `published/current` and are never in a run's way, nor a run in theirs: a copy that is open stays as it is
until it is closed. What goes into the copy is said here; what it means is SQL's business.
"""

import json
import shutil
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files, findings
from orchestration.build import dbt, draft
from orchestration.publish import editions
from orchestration.publish.holds import Holds
from orchestration.settings import Settings
from orchestration.sql import literal

SQL = Path(__file__).with_name("release.sql")
# what a release says of itself
ABOUT = "release.json"

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
# sheets and problems are told without what stood in the cells, and without what people call folders, files, tabs and
# headings: these may be names
WITHOUT_CELLS = {
    "received_sheets": "select * exclude (folder, file_name, tab, headings, notes, reading_notes, set_aside), "
    "set_aside is not null as is_set_aside from warehouse.received.received_sheets",
    "problems": "select * exclude (file_name, tab, heading, row_key, written, sentence) "
    "replace (if(row_key is null, null, column_name) as column_name) from warehouse.restricted.int_problems",
}

# what a decision holds back (publish.holds)
HELD = ("held_months", "held_sums", "permitted_months")
# what is made by release.sql, of the draft and of the release before
OF_LAST = {"fct_deaths": "deaths", "fct_figures": "figures", "dim_months": "months"}
# what others printed is what it is, whatever our own figures of the month are
NEVER_HELD = ("fct_stated_figures",)
INPUTS = """
    select sha256(string_agg(distinct sheet_hash, '' order by sheet_hash)) from warehouse.received.received_sheets
"""


def cut(settings: Settings, stamp: str, business_date: date, holds: Holds) -> Path:
    """Copy what may be read from the draft to `published/<stamp>/`; of months that are held, from the release before.

    Args:
        settings: Where the draft and the last release lie; nobody may be writing it.
        stamp: The name of the release.
        business_date: The day it is for.
        holds: What it holds back.

    Returns:
        The DuckDB file of the release.
    """
    folder = settings.published / stamp
    unfinished = settings.published / f".{stamp}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    path = unfinished / "casebook.duckdb"
    with duckdb.connect(path, config=AT_ONCE) as connection:
        connection.execute(f"attach {literal(settings.draft)} as warehouse (read_only)")
        listed = connection.execute(TABLES).fetchall()
        _attach_last(connection, settings, bool(holds.months or holds.sums))
        for schema, table, columns in listed:
            if schema == "marts" and (name := OF_LAST.get(table)):
                connection.execute(f"create temp view draft_{name} as select {columns} from warehouse.marts.{table}")
        for schema, table, columns in (each for each in listed if is_released(*each[:2])):
            connection.execute(f"create schema if not exists {schema}")
            _copy(connection, schema, table, columns)
        _set_variables(connection, release=stamp, holds_incomplete_years=settings.holds_incomplete_years)
        connection.execute(SQL.read_text())
        findings.publish(settings, connection)
        connection.execute("create schema received")
        for table, select in WITHOUT_CELLS.items():
            connection.execute(f"create table received.{table} as {select}")
        for table in (*HELD, "held_everything", "run"):
            connection.execute(f"create table received.{table} as from warehouse.received.{table}")
        inputs = connection.execute(INPUTS).fetchall()[0][0]
    about = {
        "release": stamp,
        "business_date": business_date,
        "casebook": version("casebook"),
        "models": dbt.fingerprint(),
        "inputs": inputs,
        "sha256": {path.name: files.sha256(path)},
        "held": {"months": holds.months, "sums": holds.sums},
    }
    (unfinished / ABOUT).write_text(json.dumps(about, default=str, indent=1))
    for each in [*unfinished.iterdir(), unfinished]:
        files.settle(each)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return folder / "casebook.duckdb"


def _set_variables(connection: duckdb.DuckDBPyConnection, **values: str | bool) -> None:
    for name, value in values.items():
        connection.execute(f"set variable {name} = ?", [value])


def _attach_last(connection: duckdb.DuckDBPyConnection, settings: Settings, is_needed: bool) -> None:
    """Attach the release before as `last`, where anything is held and it can be read; else something empty."""
    try:
        connection.execute(f"attach {literal(settings.release if is_needed else ':memory:')} as last (read_only)")
    except duckdb.Error:  # there is none, or none that can be read: what is held has no figures then
        connection.execute("attach ':memory:' as last")
    name = settings.current.resolve().name
    for table in HELD:
        connection.execute(f"create temp view {table} as from warehouse.received.{table}")
    for fact, table in OF_LAST.items():
        known, common = _columns(connection, "last", "marts", fact), _columns(connection, "warehouse", "marts", fact)
        shared = [each for each in common if each in known]
        figures_from = "figures_from" if "figures_from" in known else literal(name)
        source = f"last.marts.{fact}" if shared else f"(from warehouse.marts.{fact} limit 0)"
        select = f"select {', '.join(shared or common)}, {figures_from} as figures_from from {source}"
        connection.execute(f"create temp table last_{table} as {select}")


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: str) -> None:
    """One table from the draft; of months that are held, the rows the release before has."""
    if table in OF_LAST and table != "fct_deaths":  # these say how they stand: release.sql makes them
        return
    known = _columns(connection, "warehouse", schema, table)
    if schema != "marts" or "month" not in known or table in NEVER_HELD:
        connection.execute(f"create table {schema}.{table} as select {columns} from warehouse.{schema}.{table}")
        return
    connection.execute(
        f"create table {schema}.{table} as select {columns} from warehouse.{schema}.{table} "
        "where month is null or month not in (select month from held_months)"
    )
    if shared := ", ".join(each for each in _columns(connection, "last", schema, table) if each in known):
        connection.execute(
            f"insert into {schema}.{table} by name select {shared} from last.{schema}.{table} "
            "where month in (select month from held_months)"
        )


def _columns(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> list[str]:
    sql = """
        select column_name from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ? order by column_index
    """
    return [name for (name,) in connection.execute(sql, [database, schema, table]).fetchall()]


def about(settings: Settings) -> dict[str, Any] | None:
    """What the current release says of itself; of one cut by an earlier version its name and day; None without one."""
    if not settings.release.exists():
        return None
    path = settings.current / ABOUT
    if path.exists():
        return json.loads(path.read_text())
    name = settings.current.resolve().name
    return {"release": name, "business_date": name[:10], "held": {"months": [], "sums": []}}


def is_released(schema: str, table: str) -> bool:
    """Whether a release copies a table: the marts, and of the residuals the one table that holds them all."""
    return schema == "marts" or table == "recon_residuals"


def publish(settings: Settings, stamp: str, run_id: str, business_date: date, noted_at: datetime) -> None:
    """Make a release the current one, and what a run found, changed and knows part of the house: in this order.

    A run may be killed between any two of these. Readers have then the release before or this one whole, no finding is
    logged of a release they do not have, and the run's months still count as changed: they come again.

    Args:
        settings: Where the draft and the release lie.
        stamp: The name of the release, cut from the draft.
        run_id: The run.
        business_date: The day it is for.
        noted_at: When, in UTC.
    """
    switch(settings, stamp)
    findings.promote(settings, run_id)
    editions.record(settings, run_id, business_date, noted_at)
    draft.keep(settings, dbt.fingerprint())
    forget(settings)


def switch(settings: Settings, stamp: str) -> None:
    """Make a release the current one in one step: a reader finds the one before or this one, never none."""
    link = settings.current
    beside = link.with_name(f".{link.name}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(stamp)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)  # a data root copied with its links followed
    beside.replace(link)


def forget(settings: Settings) -> None:
    """Remove what killed runs left, and all but the last few releases; who has one open keeps it until it is closed."""
    folders = [path for path in settings.published.iterdir() if path.is_dir() and not path.is_symlink()]
    unfinished = [path for path in folders if path.name.startswith(".")]
    releases = sorted((path for path in folders if path not in unfinished), key=lambda path: path.stat().st_mtime)
    for old in [*unfinished, *releases[:-KEPT]]:
        shutil.rmtree(old)

"""From an audited build to what everybody reads: a copy without restricted content, switched in at once.

Readers open `published/current` and are never in a run's way, nor a run in theirs: a copy that is open stays as it is
until it is closed. What goes into the copy is said here; what it means is SQL's business.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files, findings
from orchestration.build import dbt, draft
from orchestration.publish import editions, history
from orchestration.publish.holds import Holds
from orchestration.settings import Settings
from orchestration.sql import STORAGE, literal

SQL = Path(__file__).with_name("release.sql")
# what a release says of itself
ABOUT = "release.json"

# so many releases stay, for who has one open and for who wants to look back
KEPT = 5
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
    where database_name = 'casebook'
    group by all
    order by all
"""
# sheets and problems are published without what stood in the cells, and without what people call folders, files, tabs
# and headings: these may be names
WITHOUT_CELLS = {
    "received_sheets": "select * exclude (folder, file_name, tab, headings, notes, reading_notes, set_aside), "
    "set_aside is not null as is_set_aside from casebook.received.received_sheets",
    "problems": "select * exclude (file_name, tab, heading, row_key, written, sentence) "
    "replace (if(row_key is null, null, column_name) as column_name) from casebook.restricted.int_problems",
}

# what a decision holds back (publish.holds)
HELD = ("held_months", "held_sums", "permitted_months")
# what is made by release.sql, of the draft and of the release before
OF_LAST = {
    "fct_deaths": "marts.fct_deaths",
    "fct_figures": "marts.fct_figures",
    "dim_months": "marts.dim_months",
    "fct_counted_records": "intermediate.int_counted_records",
}
# what others printed is what it is, whatever our own figures of the month are
NEVER_HELD = ("fct_stated_figures",)
# what a release stands on: its sheets, and the code lists of the house and of the data root
INPUTS = """
    select
        (select sha256(string_agg(distinct sheet_hash, '' order by sheet_hash)) from casebook.received.received_sheets),
        (
            select sha256(string_agg(file_name || sha256, '' order by file_name))
            from casebook.received.received_given_files
            where file_name not in ('expected_months.csv', 'accepted_exceptions.csv')
        )
"""

# what an earlier release says becomes what the new one says; where its numbers were its own, they are of the new one
RESTORED = """
    create temp view settled_figures as
    select
        * exclude (version)
        replace (if(figures_from = getvariable('restored'), getvariable('release'), figures_from) as figures_from)
    from casebook.marts.fct_figures;
    update marts.dim_months set figures_from = getvariable('release') where figures_from = getvariable('restored');
    create temp table record_states as
    select null::varchar as kind, null::varchar as record_id, null::varchar as state limit 0;
"""
SAID = "select casebook, models, code_lists, inputs from casebook.history.releases where release = $release"


def cut(settings: Settings, stamp: str, business_date: date, holds: Holds, published_at: datetime) -> Path:
    """Copy what may be read from the draft to `published/<stamp>/`; of months that are held, from the release before.

    Args:
        settings: Where the draft and the last release lie; nobody may be writing it.
        stamp: The name of the release.
        business_date: The day it is for.
        holds: What it holds back.
        published_at: When, in UTC.

    Returns:
        The DuckDB file of the release.
    """
    about = {
        "release": stamp,
        "business_date": business_date,
        "casebook": version("casebook"),
        "models": dbt.project_fingerprint(),
    }
    with _begun(settings, stamp, settings.draft) as connection:
        _copy_tables(connection, settings, stamp)
        about["inputs"], code_lists = connection.execute(INPUTS).fetchall()[0]
        edition = about | {"models": dbt.models_fingerprint(), "code_lists": code_lists}
        history.append(connection, settings, edition, published_at)
    return _finished(settings, stamp, about | {"held": {"months": holds.months, "sums": holds.sums}})


def roll_back(settings: Settings, release: str, stamp: str, business_date: date, published_at: datetime) -> str:
    """Give readers what an earlier release said, as a release whose history goes on from the current one.

    The warehouse stays as it is, and with it what the next run is compared with.

    Args:
        settings: Where both lie; no run may be publishing.
        release: The name of the earlier one, which must be kept whole.
        stamp: The name of the new one.
        business_date: The day it is for.
        published_at: When, in UTC.

    Returns:
        The name of the new one.

    Raises:
        LookupError: The release is not kept, is the current one, or was made before histories were kept.
    """
    source = settings.published / release / "casebook.duckdb"
    if not source.exists():
        raise LookupError(f"{release} is not kept whole: `casebook release list` says which are")
    if source.resolve() == settings.release.resolve():
        raise LookupError(f"{release} is what readers have")
    restored = {"release": stamp, "business_date": business_date, "restores": release}
    with _begun(settings, stamp, source) as connection:
        listed = [(schema, table) for schema, table, _ in connection.execute(TABLES).fetchall()]
        if ("history", "releases") not in listed:
            raise LookupError(f"{release} was made before histories were kept")
        for schema, table in listed:
            if schema != "history" and table != "fct_figures":
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create table {schema}.{table} as from casebook.{schema}.{table}")
        # one of an earlier version told on which row of a sheet a record stands
        connection.execute("alter table marts.fct_counted_records drop column if exists row_key")
        for name, value in (("restored", release), ("release", stamp)):
            connection.execute(f"set variable {name} = ?", [value])
        connection.execute(RESTORED)
        edition = connection.execute(SAID, {"release": release}).to_arrow_table().to_pylist()[0]
        history.append(connection, settings, edition | restored, published_at)
    about = json.loads((settings.published / release / ABOUT).read_text())
    _finished(settings, stamp, about | restored)
    switch(settings, stamp)
    history.record(settings)
    forget(settings)
    return stamp


@contextmanager
def _begun(settings: Settings, stamp: str, source: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A release that is made in a folder nobody reads, of a draft or an earlier release.

    Where the release before cannot be read, what is held has no figures, and what was published is taken from the log.

    Args:
        settings: Where releases lie.
        stamp: The name of the new one.
        source: What it is made of: attached as `casebook`, the name by which the views of a draft know it.

    Yields:
        The new release in use, with the one before attached as `last`, or something empty.
    """
    unfinished = settings.published / f".{stamp}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    last = "':memory:' as last"
    if _is_readable(settings):
        last = f"{literal(settings.release)} as last (read_only)"
        history.record(settings)  # of a run that was killed after it had published
    config: dict[str, Any] = {
        # written in one go, not saved again and again while it grows
        "checkpoint_threshold": "1TB",
        "memory_limit": f"{settings.memory}MiB",
        # what does not fit may be restricted
        "temp_directory": str(settings.draft.parent / "spilled"),
    }
    with duckdb.connect(config=config) as connection:
        connection.execute(f"attach {literal(unfinished / 'casebook.duckdb')} as release (storage_version '{STORAGE}')")
        connection.execute(f"attach {literal(source)} as casebook (read_only)")
        connection.execute(f"attach {last}")
        connection.execute("use release")
        yield connection
        connection.execute("use memory")
        connection.execute("detach release")  # on disk as a whole


def _finished(settings: Settings, stamp: str, about: dict[str, Any]) -> Path:
    """Write what a release says of itself beside its DuckDB file, and give its folder its name."""
    folder, unfinished = settings.published / stamp, settings.published / f".{stamp}"
    about["sha256"] = {path.name: files.sha256(path) for path in unfinished.iterdir()}
    (unfinished / ABOUT).write_text(json.dumps(about, default=str, indent=1))
    for each in [*unfinished.iterdir(), unfinished]:
        files.settle(each)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return folder / "casebook.duckdb"


def _copy_tables(connection: duckdb.DuckDBPyConnection, settings: Settings, stamp: str) -> None:
    """Copy what the draft and the release before have for a release that is begun, but for its history."""
    listed = connection.execute(TABLES).fetchall()
    _lay_out_both(connection, {f"{schema}.{table}": columns for schema, table, columns in listed}, settings)
    for schema, table, columns in (each for each in listed if is_released(*each[:2])):
        connection.execute(f"create schema if not exists {schema}")
        _copy(connection, schema, table, columns)
    for name, value in (("release", stamp), ("holds_incomplete_years", settings.holds_incomplete_years)):
        connection.execute(f"set variable {name} = ?", [value])
    connection.execute(SQL.read_text())
    findings.publish(settings, connection)
    connection.execute("create schema received")
    for table, select in WITHOUT_CELLS.items():
        connection.execute(f"create table received.{table} as {select}")
    for table in (*HELD, "held_everything", "run"):
        connection.execute(f"create table received.{table} as from casebook.received.{table}")


def _is_readable(settings: Settings) -> bool:
    """Whether the current release can be read; what somebody has changed in it can be."""
    left = (about(settings) or {}).get("sha256", {})
    return files.is_readable(settings.release, left.get(settings.release.name))


def _lay_out_both(
    connection: duckdb.DuckDBPyConnection, columns_in_draft: Mapping[str, str], settings: Settings
) -> None:
    """Lay out what is held, and what the draft and the release before have of it, as release.sql takes them."""
    last = settings.current.resolve().name
    for table in HELD:
        connection.execute(f"create temp view {table} as from casebook.received.{table}")
    for table, of_draft in OF_LAST.items():
        name = table.partition("_")[2]
        draft_select = f"select {columns_in_draft[of_draft]} from casebook.{of_draft}"
        connection.execute(f"create temp view draft_{name} as {draft_select}")
        known = history.columns_of(connection, f"last.marts.{table}")
        common = history.columns_of(connection, f"casebook.{of_draft}")
        shared = [each for each in common if each in known]
        figures_from = "figures_from" if "figures_from" in known else literal(last)
        source = f"last.marts.{table}" if shared else f"(from casebook.{of_draft} limit 0)"
        select = f"select {', '.join(shared or common)}, {figures_from} as figures_from from {source}"
        connection.execute(f"create temp view last_{name} as {select}")


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: str) -> None:
    """One table from the draft; of months that are held, the rows the release before has."""
    if table in OF_LAST and table != "fct_deaths":  # these say how they stand: release.sql makes them
        return
    known = history.columns_of(connection, f"casebook.{schema}.{table}")
    if schema != "marts" or "month" not in known or table in NEVER_HELD:
        connection.execute(f"create table {schema}.{table} as select {columns} from casebook.{schema}.{table}")
        return
    connection.execute(
        f"create table {schema}.{table} as select {columns} from casebook.{schema}.{table} "
        "where month is null or month not in (select month from held_months)"
    )
    if shared := ", ".join(each for each in history.columns_of(connection, f"last.{schema}.{table}") if each in known):
        connection.execute(
            f"insert into {schema}.{table} by name select {shared} from last.{schema}.{table} "
            "where month in (select month from held_months)"
        )


def about(settings: Settings) -> dict[str, Any] | None:
    """What the current release says of itself; of one cut by an earlier version its name and day; None without one."""
    if not settings.release.exists():
        return None
    path = settings.current / ABOUT
    if path.exists():
        return json.loads(path.read_text())
    name = settings.current.resolve().name
    return {"release": name, "business_date": name[:10], "held": {"months": [], "sums": []}}


class ReadBackError(Exception):
    """What was made of a release says otherwise than the release, or than itself; the message says what."""


def required(settings: Settings) -> dict[str, Any]:
    """What the current release says of itself.

    Raises:
        FileNotFoundError: Nothing has been released yet.
    """
    found = about(settings)
    if found is None:
        raise FileNotFoundError("nothing has been released yet: start with `casebook nightly`")
    return found


def file_of(settings: Settings, about: Mapping[str, Any]) -> Path:
    """The file of the release that says this of itself: `current` may lead to another one by now.

    Args:
        settings: Where releases lie.
        about: What `required` has given.
    """
    return settings.published / about["release"] / settings.release.name


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
    history.record(settings)
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

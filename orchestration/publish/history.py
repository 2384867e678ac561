"""What was known when: which sheets each release stood on, and what it changed beside the one before, kept for ever.

A release holds its whole history as tables of the schema `history`, so that whoever has the file has it. The log beside
`evaluations/` is the same, a folder for each release, written once and never changed: from it the tables are made again
where no release can be read. What a change is, and the reason for it, is SQL's business (history.sql).
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files
from orchestration.dimensions import DIMENSIONS, TOTAL
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.sql import literal, literals

MEASURES_CSV = DBT_PROJECT / "seeds" / "measures.csv"
SQL = Path(__file__).with_name("history.sql")
# each table of a history as it is without a row
TABLES = {
    "releases": """
        select null::integer as number, null::varchar as release, null::date as business_date,
            null::timestamp as published_at, null::varchar as restores, null::varchar as casebook,
            null::varchar as models, null::varchar as code_lists, null::varchar as inputs,
            null::varchar[] as figure_columns, null::varchar[] as month_columns
    """,
    "sheets": """
        select null::integer as number, null::integer as sign, null::varchar as sheet_hash, null::varchar as layout
    """,
    "figures": """
        select null::integer as number, null::integer as sign, *, null::integer as version from settled_figures
    """,
    "months": "select null::integer as number, null::integer as sign, * from marts.dim_months",
    "record_changes": """
        select null::integer as number, null::varchar as change, null::varchar as reason, *
        from marts.fct_counted_records
    """,
    "revisions": """
        select null::integer as number, null::date as month, null::varchar as measure, null::varchar as basis,
            null::varchar as dimension, null::varchar as "from", null::varchar as "to", null::integer as n,
            null::varchar as change, null::varchar as reason
    """,
}
# the facts that records stand on, with what else may say why one of them changed
FACTS = """
    select 'deaths' as kind, case_id as record_id, row_key, incident_id, archive, exclusion_reason, party
    from {schema}.fct_deaths
    union all
    select 'facility_attacks', attack_id, row_key, null, null, exclusion_reason, party
    from {schema}.fct_facility_attacks
    union all
    select 'detentions', detention_id, row_key, null, null, exclusion_reason, party from {schema}.fct_detentions
    union all
    select 'incidents', incident_id, row_key, null, null, exclusion_reason, party from {schema}.fct_incidents
    union all
    select 'torture', torture_id, row_key, null, null, exclusion_reason, party from {schema}.fct_torture
"""
# the statements of ours by which somebody is held responsible for a record, in place of its own sheet
STATEMENTS = """
    select about_kind as kind, about_id as record_id, string_agg(row_key, ' ' order by row_key) as stands_on
    from {table} where is_current group by all
"""
NO_STATEMENTS = "select null::varchar as kind, null::varchar as record_id, null::varchar as stands_on limit 0"
# the kind of sheet that each measure is counted from
MEASURES = f"create temp view measures as select measure, kind from read_csv({literal(MEASURES_CSV)})"
# the last release for a day or an earlier one
OF_DAY = """
    select * from current.history.releases where business_date <= ? order by number desc limit 1
"""
# what figures are shown with
NAMES = """
    select table_name from duckdb_tables()
    where database_name = 'current' and schema_name = 'marts' and table_name like 'dim_%'
"""


def append(
    connection: duckdb.DuckDBPyConnection, settings: Settings, about: Mapping[str, Any], published_at: datetime
) -> None:
    """Add its history to a release: what is known of those before, and what it changes beside the last.

    Args:
        connection: The release, which has every other table but `marts.fct_figures`: that is made here, of the
            temporary table `settled_figures` and of the history; with the release before as the database `last`,
            empty where there is none that can be read, and the table `record_states`.
        settings: Where the log is.
        about: What the release says of itself, under columns of `history.releases`.
        published_at: When, in UTC.
    """
    _take_over(connection, settings)
    last = settings.current.resolve().name
    if columns_of(connection, "last.marts.fct_figures") and not _value(
        connection, "select count(*) from history.releases"
    ):
        _begin_with(connection, last)
    number = _value(connection, "select coalesce(max(number), 0) + 1 from history.releases")
    _insert(connection, {"number": number, "published_at": published_at.replace(tzinfo=None), **about})
    is_restored = about.get("restores") is not None
    values = {"number": number, "last": last, "release": about["release"], "is_restored": is_restored}
    for name, value in values.items():
        connection.execute(f"set variable {name} = ?", [value])
    for name, select in _before(connection).items():
        connection.execute(f"create temp view before_{name} as {select}")
    for name, database in (("before", "last"), ("now", "release")):
        connection.execute(f"create temp view {name}_statements as {_statements(connection, database)}")
    connection.execute(f"create temp view now_records as {_comparable(connection)}")
    connection.execute(f"create temp view now_facts as {FACTS.format(schema='marts')}")
    connection.execute(MEASURES)
    connection.execute(SQL.read_text().format(total=TOTAL, **_of_dimensions(connection)))


def record(settings: Settings) -> None:
    """Write to the log what releases changed that do not stand there yet, up to the current one; nothing is touched."""
    if not settings.release.exists():
        return
    with duckdb.connect(settings.release, read_only=True) as connection:
        if not columns_of(connection, f"{settings.release.stem}.history.releases"):
            return
        known = connection.execute("select number, release from history.releases order by number").fetchall()
        for number, release in known:
            if not (settings.history / release).exists():
                _write(connection, settings, number, release)


@contextmanager
def as_of(settings: Settings, day: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what was published on a day: figures and months as the last release for that day or an earlier one had them.

    Everything else is as the current release has it: names, and no more.

    Args:
        settings: Where the current release is, which holds the history of those before.
        day: The day.

    Raises:
        LookupError: Nothing had been published by then, or nobody can say any more what.
    """
    with duckdb.connect() as connection:
        attach(connection, settings)
        release = release_of(connection, day)
        connection.execute("create schema marts")
        for (name,) in connection.execute(NAMES).fetchall():
            connection.execute(f"create view marts.{name} as from current.marts.{name}")
        for table, of, columns in (
            ("figures", "fct_figures", release["figure_columns"]),
            ("months", "dim_months", release["month_columns"]),
        ):
            if not columns:  # the release was older than the table
                continue
            named = f"replace (coalesce(figures_from, {literal(release['release'])}) as figures_from)"
            had = folded(table, release["number"], "current.")
            had = f"select * {named if 'figures_from' in columns else ''} from ({had})"
            connection.execute(f"create or replace view marts.{of} as select {', '.join(columns)} from ({had})")
        yield connection


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Attach the current release as the database `current`."""
    connection.execute(f"attach {literal(settings.release)} as current (read_only)")


def release_of(connection: duckdb.DuckDBPyConnection, day: date) -> dict[str, Any]:
    """The last release for a day or an earlier one, as `history.releases` of the database `current` has it.

    Raises:
        LookupError: There is none.
    """
    if not columns_of(connection, "current.history.releases"):
        raise LookupError("the release was made before histories were kept: the next night begins one")
    found = connection.execute(OF_DAY, [day]).to_arrow_table().to_pylist()
    if not found:
        [(first,)] = connection.execute("select min(business_date) from current.history.releases").fetchall()
        raise LookupError(f"nothing that is known was published by {day}: the first release known is that of {first}")
    return found[0]


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a table or view, named with its database and schema; none where there is none."""
    try:  # one table is bound; the list of all columns binds every view of every database
        return [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
    except duckdb.CatalogException:
        return []


def folded(table: str, number: int | None = None, database: str = "") -> str:
    """A select of the figures, months or sheets that a release had, or the last one.

    Args:
        table: `figures`, `months` or `sheets`.
        number: The number of the release, as `history.releases` has it; the last one where None.
        database: The database the history is in, with a dot, where it is not the one in use.
    """
    until = "" if number is None else f"where number <= {number}"
    return f"select * exclude (number, sign) from {database}history.{table} {until} group by all having sum(sign) > 0"


def _write(connection: duckdb.DuckDBPyConnection, settings: Settings, number: int, release: str) -> None:
    """Write what one release changed to the log, in one step."""
    unfinished = settings.history / f".{release}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for table in TABLES:
        rows = f"from history.{table} where number = {number}"
        if _value(connection, f"select count(*) from ({rows})"):
            path = unfinished / f"{table}.parquet"
            connection.execute(f"copy ({rows}) to {literal(path)} (format parquet, compression zstd)")
            files.settle(path)
    unfinished.rename(settings.history / release)
    files.settle(settings.history)


def _take_over(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the tables of the history as the release before has them, or else as the log has."""
    connection.execute("create schema history")
    is_in_last = bool(columns_of(connection, "last.history.releases"))
    for table, empty in TABLES.items():
        before = ""
        if is_in_last:
            before = f"union all by name from last.history.{table}"
        elif log := _readable(settings.history.glob(f"*/{table}.parquet")):
            before = f"union all by name from read_parquet([{literals(log)}], union_by_name = true)"
        connection.execute(f"create table history.{table} as ({empty} limit 0) {before}")


def _readable(paths: Iterable[Path]) -> list[Path]:
    """Those files of the log that no disk has damaged."""
    given = sorted(paths)
    return sorted(set(given) - set(files.damaged(given)))


def _begin_with(connection: duckdb.DuckDBPyConnection, last: str) -> None:
    """Begin the history with the release before, which is of a version that kept none."""
    values: dict[str, Any] = {"number": 1, "release": last, "business_date": last[:10]}
    for table, of, more in (("figures", "fct_figures", ", 1 as version"), ("months", "dim_months", "")):
        columns = columns_of(connection, f"last.marts.{of}")
        if not columns:  # the release is older than the table
            continue
        values[f"{table.removesuffix('s')}_columns"] = columns
        own = f"replace (nullif(figures_from, {literal(last)}) as figures_from)"
        connection.execute(
            f"insert into history.{table} by name select 1 as number, 1 as sign, "
            f"* {own if 'figures_from' in columns else ''}{more} from last.marts.{of}"
        )
    _insert(connection, values)
    # how its sheets were read stands in no release of such a version
    connection.execute(
        "insert into history.sheets by name select distinct 1 as number, 1 as sign, sheet_hash "
        "from last.received.received_sheets where sheet_hash != ''"
    )


def _before(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What readers had, as selects: of the release before, or as the history tells where that cannot be read.

    Records are as they are now where it is not known how they were: then nothing is said of them.
    """
    sheets = {"sheets": folded("sheets")}
    if not columns_of(connection, "last.marts.fct_counted_records"):
        return sheets | {
            "figures": folded("figures"),
            "months": folded("months"),
            "records": "from marts.fct_counted_records",
            "facts": FACTS.format(schema="marts"),
        }
    return sheets | {
        "figures": "from last.marts.fct_figures",
        "months": "from last.marts.dim_months",
        # an earlier version told which row of a sheet a record stands on
        "records": "select columns(lambda name: name != 'row_key') from last.marts.fct_counted_records",
        "facts": FACTS.format(schema="last.marts"),
    }


def _comparable(connection: duckdb.DuckDBPyConnection) -> str:
    """Where records count now, as a select, in what the release before knew too: what only one can say is no change."""
    known = columns_of(connection, "last.marts.fct_counted_records")
    own = columns_of(connection, "release.marts.fct_counted_records")
    later = ", ".join(f"null as {name}" for name in own if known and name not in known)
    now = f"select * {f'replace ({later})' if later else ''} from marts.fct_counted_records"
    return f"({now}) union all by name (from before_records limit 0)"


def _of_dimensions(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is said of the dimensions that either release knows, of figures and records; roles stand by themselves."""
    figures = columns_of(connection, "release.history.figures")
    tables = [f"{database}.marts.fct_counted_records" for database in ("last", "release")]
    records = {name for table in tables for name in columns_of(connection, table)}
    known = [name for name in DIMENSIONS if name in records]
    return {
        "dimensions": ", ".join(name for name in DIMENSIONS if name in figures),
        "are_known": ", ".join(f"bool_and({name} is not null) as is_known_{name}" for name in known),
        "if_known": ", ".join(f"if(is_known_{name}, {name}, null) as {name}" for name in known),
        # a sub-party moves with its party
        "members": ", ".join(
            f"{{'dimension': '{name}', 'member': {name}::varchar}}" for name in known if name != "sub_party"
        ),
    }


def _statements(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    """The statements that a release stands on, as a select; none where it is of a version that knew of none."""
    table = f"{database}.marts.fct_attributions"
    return STATEMENTS.format(table=table) if columns_of(connection, table) else NO_STATEMENTS


def _insert(connection: duckdb.DuckDBPyConnection, release: Mapping[str, Any]) -> None:
    connection.execute(
        f"insert into history.releases ({', '.join(release)}) values ({', '.join('?' * len(release))})",
        list(release.values()),
    )


def _value(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]

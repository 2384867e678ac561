"""What a run is compared with, kept in the draft before it builds: what was known before, and what readers have now.

`previous_*` is what the warehouse knew before the run: by it a build shows that it changed nothing but its months (I67,
I68), finds the months it has to rebuild (int_months), and what was not taken in before (I96). `released_*` is what
readers have: the same, but for months that are held, of which they have the last good figures. By it no released record
gets lost (I08, I15, I38, I62.versions, I69), and a massacre keeps its month. What is compared, and how, is SQL's
business.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.sql import literal, literals

SCHEMA = "received"
HELD_MONTHS = "month date, since date, rules varchar[], finding_ids varchar[], caused_by date"
# each with its columns and where a draft that was not begun empty has them; what readers have of these is by month
TABLES = {
    "cells": (
        "month date, measure varchar, basis varchar, is_part boolean, coordinates varchar, category varchar, "
        "value integer",
        "from reconciliation.recon_monthly_cells",
    ),
    "records": (
        "measure varchar, record_id varchar, month date, stands_on varchar, value integer",
        "from reconciliation.recon_records",
    ),
    "attributions": (
        "kind varchar, record_id varchar, month date, party varchar, candidates varchar, attribution_status varchar, "
        "post_fall_channel varchar, stands_on varchar",
        "from intermediate.int_attributions",
    ),
    "rows": (
        "kind varchar, record_id varchar, state varchar, month date, sheet_hash varchar, place varchar, "
        "row_key varchar, age integer, party varchar, bucket varchar, traits varchar[]",
        "select records.kind, records.record_id, records.state, records.month, records.sheet_hash, sheets.place, "
        "records.row_key, deaths.age, deaths.party, deaths.bucket, written.traits "
        "from intermediate.int_records as records inner join intermediate.int_rows as written "
        "on records.kind = written.kind and records.row_key = written.row_key left join "
        "(select sheet_hash, min(concat_ws('/', folder, file_name)) as place from received.received_sheets "
        "group by sheet_hash) as sheets on records.sheet_hash = sheets.sheet_hash left join "
        # the kind as a column to join by: as a condition on one side DuckDB would compare each row with each
        "(select 'deaths' as kind, row_key, age, party, bucket from marts.fct_deaths) as deaths "
        "on records.kind = deaths.kind and records.row_key = deaths.row_key "
        "where records.state in ('current', 'withdrawn')",
    ),
}
SHEETS = (
    "sheet_hash varchar, kind varchar, row_count integer",
    "select sheet_hash, kind, count(*) from intermediate.int_records group by all",
)
# what the warehouse knew of months that were held, carried into a draft that is begun empty
CARRIED = {"held_months": HELD_MONTHS} | {f"held_{table}": columns for table, (columns, _) in TABLES.items()}


class Previous(NamedTuple):
    """The run before: the day it was for, and the one it was started on; None where the draft was begun empty."""

    day: date | None = None
    started_on: date | None = None


def snapshot_previous(connection: duckdb.DuckDBPyConnection, is_new: bool, warehouse: Path) -> Previous:
    """Lay out what was known and what was released before, as source tables; empty where nothing can be compared.

    Args:
        connection: The draft, as it was copied from the warehouse.
        is_new: Whether the draft was begun empty.
        warehouse: Where a draft that was begun empty finds the months that were held.

    Returns:
        What run it was.
    """
    for table, columns in CARRIED.items():
        connection.execute(f"create table if not exists {SCHEMA}.{table} ({columns})")
    if is_new:
        _carry_over(connection, warehouse)
    for table, (columns, select) in (TABLES | {"sheets": SHEETS}).items():
        connection.execute(f"create or replace table {SCHEMA}.previous_{table} ({columns})")
        if not is_new:
            connection.execute(f"insert into {SCHEMA}.previous_{table} {select}")
    for table in TABLES:
        connection.execute(
            f"create or replace view {SCHEMA}.released_{table} as from {SCHEMA}.previous_{table} as previous "
            f"where not exists (from {SCHEMA}.held_months as held where held.month = previous.month) "
            f"union all from {SCHEMA}.held_{table}"
        )
    if is_new:
        return Previous()
    run = f"select max(business_date), max(started_on) from {SCHEMA}.run"
    return Previous(*connection.execute(run).fetchall()[0])


def snapshot_released_massacres(connection: duckdb.DuckDBPyConnection, release: Path) -> None:
    """Lay out the months that readers have massacres under: of the release, since a draft may be begun empty.

    Args:
        connection: The draft.
        release: The DuckDB file of the current release.
    """
    connection.execute(f"create or replace table {SCHEMA}.released_massacres (incident_id varchar, month date)")
    with suppress(duckdb.Error):  # there is none, or none that can be read
        connection.execute(f"attach {literal(release)} as released (read_only)")
        connection.execute(
            f"insert into {SCHEMA}.released_massacres select incident_id, month from released.marts.fct_massacres"
        )
        connection.execute("detach released")


def hold(connection: duckdb.DuckDBPyConnection, months: str) -> None:
    """Note which months are held, and keep what readers have of them: the release made now leaves them as they are.

    Args:
        connection: The draft, built and judged.
        months: A table with the months that are held, under the columns of `held_months` (see publish.holds).
    """
    # what readers have follows from the months that were held before: it is read before these are replaced
    for table in TABLES:
        connection.execute(
            f"create temp table kept_{table} as from {SCHEMA}.released_{table} semi join {months} using (month)"
        )
    connection.execute(f"create or replace table {SCHEMA}.held_months as from {months}")
    for table in TABLES:
        connection.execute(f"create or replace table {SCHEMA}.held_{table} as from kept_{table}")


def snapshot_given_files(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> None:
    """Note what the files hold that people keep by hand, and lay out a view of what they hold whenever it is read.

    Args:
        connection: The draft.
        files: Code lists, and what is expected; none of two has the same name.
    """
    connection.execute(
        f"create or replace view {SCHEMA}.received_given_files_now as "
        f"select parse_filename(filename) as file_name, sha256(content) as sha256 "
        f"from read_blob([{literals(files)}])"
    )
    connection.execute(
        f"create or replace table {SCHEMA}.received_given_files as from {SCHEMA}.received_given_files_now"
    )


def _carry_over(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Take over the months that were held, where the warehouse of an earlier version knows of any."""
    with suppress(duckdb.Error):  # there is none, or none that can be read
        connection.execute(f"attach {literal(warehouse)} as earlier (read_only)")
        known = "select table_name from duckdb_tables() where database_name = 'earlier' and schema_name = ?"
        there = {name for (name,) in connection.execute(known, [SCHEMA]).fetchall()}
        for table in CARRIED.keys() & there:
            connection.execute(f"insert into {SCHEMA}.{table} by name from earlier.{SCHEMA}.{table}")
        connection.execute("detach earlier")
    # earlier versions told a printed figure by its words, of which later ones have a key (stg_stated_figures)
    connection.execute(
        f"update {SCHEMA}.held_rows set record_id = left(md5(record_id), 12) "
        "where kind = 'stated_figures' and contains(record_id, '|')"
    )

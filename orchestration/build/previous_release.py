"""What readers have now, kept in the draft before a run builds over it: what the run is compared with.

That is for I08, I15, I38, I67 to I69 and I96. So are the files that say what is expected (I100). Copies tables as they
are. What is compared, and how, is SQL's business (recon_conservation, recon_victims, recon_changes, recon_versions,
recon_operations, recon_codes), and so is which months that makes anew (int_months).
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from orchestration.sql import literals

# the source tables, each with its columns and where a draft that was not begun empty has them
RELEASED = {
    "released_cells": (
        "month date, measure varchar, basis varchar, is_part boolean, coordinates varchar, category varchar, "
        "value integer",
        "from reconciliation.recon_monthly_cells",
    ),
    "released_sheets": (
        "sheet_hash varchar, kind varchar, row_count integer",
        "select sheet_hash, kind, count(*) from intermediate.int_records group by all",
    ),
    "released_records": (
        "measure varchar, record_id varchar, month date, stands_on varchar, value integer",
        "from reconciliation.recon_records",
    ),
    "released_rows": (
        "kind varchar, record_id varchar, state varchar, month date, sheet_hash varchar, row_key varchar, age integer, "
        "party varchar, bucket varchar",
        "select records.kind, records.record_id, records.state, records.month, records.sheet_hash, records.row_key, "
        "deaths.age, deaths.party, deaths.bucket from intermediate.int_records as records left join "
        # the kind as a column to join by: as a condition on one side DuckDB would compare each row with each
        "(select 'deaths' as kind, row_key, age, party, bucket from marts.fct_deaths) as deaths "
        "on records.kind = deaths.kind and records.row_key = deaths.row_key "
        "where records.state in ('current', 'withdrawn')",
    ),
}


def snapshot_previous(connection: duckdb.DuckDBPyConnection, schema: str, is_new: bool) -> date | None:
    """Lay out what the last release was made of, as source tables; empty ones where nothing can be compared.

    Args:
        connection: The draft, as it was copied from the warehouse.
        schema: The schema of the source tables.
        is_new: Whether the draft was begun empty.

    Returns:
        The business date of the last release; None where the draft was begun empty.
    """
    for table, (columns, select) in RELEASED.items():
        connection.execute(f"create or replace table {schema}.{table} ({columns})")
        if not is_new:
            connection.execute(f"insert into {schema}.{table} {select}")
    found = None if is_new else connection.execute(f"select max(business_date) from {schema}.run").fetchone()
    return found[0] if found else None


def snapshot_given_files(connection: duckdb.DuckDBPyConnection, schema: str, files: Iterable[Path]) -> None:
    """Note what the files hold that people keep by hand, and lay out a view of what they hold whenever it is read.

    Args:
        connection: The draft.
        schema: The schema of the source tables.
        files: Code lists, and what is expected; none of two has the same name.
    """
    connection.execute(
        f"create or replace view {schema}.received_given_files_now as "
        f"select parse_filename(filename) as file_name, sha256(content) as sha256 "
        f"from read_blob([{literals(files)}])"
    )
    connection.execute(
        f"create or replace table {schema}.received_given_files as from {schema}.received_given_files_now"
    )

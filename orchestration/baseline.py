"""What readers have now, kept in the draft before a run builds over it: what the run is held against (I67, I68, I96).

Copies tables as they are. What is compared, and how, is SQL's business (recon_operations).
"""

from datetime import date

import duckdb

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
}


def keep_released(connection: duckdb.DuckDBPyConnection, schema: str, is_new: bool) -> date | None:
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

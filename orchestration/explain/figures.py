"""Where one record counts.

That is not said here: the models that add figures up are run again, as dbt compiled them, over facts that hold this
record and nothing else. What comes out is what it adds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dimensions import DIMENSIONS
from orchestration.publish.queries import FACTS, Row
from orchestration.sql import literal, literals

MODELS = (
    "intermediate/int_incident_dead.sql", "marts/fct_massacres.sql", "intermediate/int_counted_records.sql",
    "intermediate/int_cells.sql", "intermediate/int_monthly_figures.sql",
)  # fmt: skip
PEOPLE = ("deaths", "named", "anonymous", "children", "women", "men", "unknown")
SCHEMAS = ("codes", "marts", "received", "restricted")
TABLES = """
    select schema_name, table_name from duckdb_tables()
    where database_name = 'kept' and list_contains($schemas, schema_name)
"""
# what the models read besides; an earlier version may have called it otherwise
FOR_THESE = ("int_records", "int_unlisted_incidents", "int_disappeared")
KEPT = "select distinct table_name from duckdb_columns() where database_name = 'kept' and schema_name = 'intermediate'"
# a massacre as it stands, with this record as its only dead
AS_ONE_OF_THE_DEAD = f"""
    select massacres.* replace ({", ".join(f"alone.{name} as {name}" for name in PEOPLE)})
    from kept.marts.fct_massacres as massacres inner join casebook.marts.alone using (incident_id)
"""


def counts_in(
    connection: duckdb.DuckDBPyConnection, dbt: Path, kind: str, record_id: str, keys: list[str]
) -> list[Row] | None:
    """The monthly figures that one record adds to, with what it adds.

    Args:
        connection: A memory of its own, with the warehouse attached as `kept`.
        dbt: Where dbt has left its compiled SQL.
        kind: The kind of the record.
        record_id: Its number.
        keys: The keys of its rows.

    Returns:
        Rows of monthly figures; None where no build of this version has left its SQL and its tables.
    """
    models = dbt / "compiled" / "casebook" / "models"
    dead, massacres, counted, cells, figures = (models / name for name in MODELS)
    if not all(model.exists() for model in (dead, massacres, counted, cells, figures)):
        return None
    if not {*FOR_THESE} <= {row["table_name"] for row in fetched(connection, KEPT)}:
        return None
    is_incident = kind == "incidents"
    its_own = f"from kept.marts.fct_massacres where incident_id = {literal(record_id)}"
    with _alone(connection, keys):
        connection.execute(f"create view casebook.intermediate.int_incident_dead as {dead.read_text()}")
        connection.execute(f"create table casebook.marts.alone as {massacres.read_text()}")
        _view(connection, "marts", "fct_massacres", its_own if is_incident else AS_ONE_OF_THE_DEAD)
        connection.execute(f"create view casebook.intermediate.int_counted_records as {counted.read_text()}")
        connection.execute(f"create table casebook.intermediate.int_cells as {cells.read_text()}")
        # a massacre counts once, for its incident
        return fetched(
            connection,
            f"""
            select * replace (strftime(month, '%Y-%m') as month) from ({figures.read_text()})
            where value > 0 and (measure != 'massacres' or {is_incident})
            order by measure, basis, month, {", ".join(f"{name} nulls first" for name in DIMENSIONS)}, category
            """,
        )


@contextmanager
def _alone(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> Iterator[None]:
    """A warehouse in memory: code lists as they are, but facts with no rows but these, and no month known for zeros."""
    connection.execute("attach ':memory:' as casebook")
    for schema in (*SCHEMAS, "intermediate"):
        connection.execute(f"create schema casebook.{schema}")
    for table in fetched(connection, TABLES, {"schemas": list(SCHEMAS)}):
        _view(connection, table["schema_name"], table["table_name"], f"from kept.{'.'.join(table.values())}")
    for fact, _ in FACTS.values():
        _view(connection, "marts", fact, f"from kept.marts.{fact} where list_contains([{literals(keys)}], row_key)")
    _view(connection, "intermediate", "int_records", "from kept.intermediate.int_records where false")
    _view(connection, "intermediate", "int_unlisted_incidents", "from kept.intermediate.int_unlisted_incidents")
    missing = f"from kept.intermediate.int_disappeared where list_contains([{literals(keys)}], row_key)"
    _view(connection, "intermediate", "int_disappeared", missing)
    # one dead is enough to tell whether this one is among the dead of its incident
    lines = "select * replace (1 as massacre_threshold) from kept.restricted.stg_scheme_parties"
    _view(connection, "restricted", "stg_scheme_parties", lines)
    yield
    connection.execute("detach casebook")


def _view(connection: duckdb.DuckDBPyConnection, schema: str, name: str, select: str) -> None:
    connection.execute(f"create or replace view casebook.{schema}.{name} as {select}")


def fetched(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> list[Row]:
    """Rows of a query."""
    return connection.execute(sql, parameters).to_arrow_table().to_pylist()

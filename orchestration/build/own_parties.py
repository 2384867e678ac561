"""The parties that a data root has besides the code lists, in `own_parties.csv`: which hold, and what is remembered.

What a line means, and whether it is clear, is SQL's business (stg_own_parties).
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration import intake
from orchestration.build import last_read

# what of a line decides; who added it, and why, changes nothing
DECIDING = ("party", "name_en", "name_ar", "kind", "from", "until", "parent_party", "lines")
MODEL = Path("compiled", "casebook", "models", "staging", "stg_own_parties.sql")
SOURCE = '"casebook"."received"."received_parties"'


def in_force(root: Path, before: last_read.Lines) -> pa.Table:
    """The lines of `own_parties.csv`; where it cannot be read, those that were last, beside the reason.

    Args:
        root: The data root.
        before: The lines the warehouse was built with.
    """
    return last_read.in_force(intake.own_parties(root), before, DECIDING)


def lines(given: pa.Table) -> list[list[str | None]]:
    """What is remembered of the lines between runs: of each what decides, in order."""
    return last_read.lines(given, DECIDING)


def judged(connection: duckdb.DuckDBPyConnection, dbt: Path, given: pa.Table) -> pa.Table:
    """What the next night will make of lines: its model is run, as dbt compiled it for the last.

    Args:
        connection: The warehouse, whose code lists the lines are held against.
        dbt: Where dbt has left its compiled SQL.
        given: The lines, as intake reads them.

    Returns:
        The rows of `stg_own_parties`.

    Raises:
        FileNotFoundError: No night of this version has worked yet.
    """
    if not (dbt / MODEL).exists():
        raise FileNotFoundError("no night of this version has worked yet: start with `casebook nightly`")
    connection.register("lines_given", given)
    sql = (dbt / MODEL).read_text("utf-8").replace(SOURCE, "lines_given")
    return connection.execute(sql).to_arrow_table()

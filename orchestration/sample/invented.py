"""A DuckDB in memory that knows the invented people, the places and the code lists, and the contract of the sheets.

What is made of them belongs to `months` and `many`.
"""

from functools import cache
from pathlib import Path

import duckdb
import yaml

HERE = Path(__file__).parent
DBT_PROJECT = HERE.parents[1] / "dbt_project"


def connect() -> duckdb.DuckDBPyConnection:
    """A connection with the macros and tables of `people.sql`.

    Raises:
        duckdb.Error: a seed of the dbt project is missing or has lost a column.
    """
    con = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    con.execute(f"set variable here = '{HERE}'; set variable seeds = '{DBT_PROJECT / 'seeds'}'")
    run(con, "people.sql")
    return con


def run(con: duckdb.DuckDBPyConnection, script: str) -> None:
    """Run one of the package's SQL scripts."""
    con.execute((HERE / script).read_text(encoding="utf-8"))


@cache
def contract() -> dict[str, dict[str, dict[str, str]]]:
    """What each kind of sheet has for columns, in order, with the `meta` of each; without what is not the record's."""
    text = (DBT_PROJECT / "models" / "staging" / "received.yml").read_text(encoding="utf-8")
    tables = yaml.load(text, Loader=yaml.CSafeLoader)["sources"][0]["tables"]
    return {
        table["config"]["meta"]["kind"]: {
            column["name"]: column["config"]["meta"]
            for column in table["columns"]
            if "config" in column and "form" not in column["config"]["meta"]
        }
        for table in tables
        if "kind" in table["config"]["meta"]
    }

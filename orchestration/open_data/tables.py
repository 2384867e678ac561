"""The open tables, made from the release in a database of their own; what they are is said in SQL and in lists."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.build import dbt
from orchestration.dimensions import DIMENSIONS, only_by
from orchestration.publish import names
from orchestration.publish.release import file_of
from orchestration.settings import Settings
from orchestration.sql import literal

HERE = Path(__file__).parent
SMALL_CELLS, RELEASE, TABLES = (HERE / f"{name}.sql" for name in ("small_cells", "release", "tables"))
LISTS = {name: HERE / f"{name}.csv" for name in ("open_breakdowns", "sdg_causes")}
# how many were killed in a place and by a party, and of each kind that is given of a party: age and sex, cause, role
DEATHS = f"""
    create temp view deaths_of_months as
    select period_start as month, * from released.marts.fct_figures
    where measure = 'deaths' and basis = 'documented' and period_kind = 'month' and value > 0 and party is not null
        and {only_by(["party", "governorate", "cause_group", "role"])};
    create temp table cells as
    select month, governorate as place, party, value from deaths_of_months
    where governorate is not null and cause_group is null and role is null and category = 'total';
    create temp table of_party as
    select month, party, concat_ws(' ', cause_group, role, nullif(category, 'total')) as kind, value
    from deaths_of_months
    where governorate is null and (coalesce(cause_group, role) is null) = (category != 'total');
"""
# what a figure is broken down by
OF_DIMENSIONS = ", ".join(f"if({name} is not null, '{name}', null)" for name in sorted(DIMENSIONS))
BY = f"list_filter([{OF_DIMENSIONS}], lambda name: name is not null)"
# what Frictionless calls a type
TYPES = {"VARCHAR": "string", "DATE": "date", "BIGINT": "integer", "INTEGER": "integer", "BOOLEAN": "boolean"}


class EarlierReleaseError(Exception):
    """The release was made before releases held what is open; the message says what helps."""

    def __init__(self) -> None:
        super().__init__("the release is of an earlier version: the next `casebook nightly` cuts one anew")


@dataclass(frozen=True)
class Column:
    """A column of an open table: its name, its type as Frictionless calls it, and what it means."""

    name: str
    type: str
    description: str


@contextmanager
def opened(release: Path, memory: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A release as anybody may see it: a database that has figures, revisions and names where the release has them.

    Args:
        release: The file of the release.
        memory: So many MiB may be taken.

    Yields:
        The database; nothing but what is open can be read in its schemas `marts` and `history`.

    Raises:
        EarlierReleaseError: The release was made by a version that did not have all of it.
    """
    with duckdb.connect(config={"memory_limit": f"{memory}MiB"}) as connection:
        for name, path in LISTS.items():
            connection.execute(f"create temp table {name} as from read_csv({literal(path)}, header = true)")
        try:
            names.lay_out(connection, release)
            for sql in (DEATHS, SMALL_CELLS.read_text("utf-8"), RELEASE.read_text("utf-8").format(dimensions=BY)):
                connection.execute(sql)
        except (duckdb.CatalogException, duckdb.BinderException):
            raise EarlierReleaseError from None
        yield connection


@contextmanager
def made(settings: Settings, about: Mapping[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The open tables of the current release, as tables of a database in memory.

    Args:
        settings: Where the release lies.
        about: What it says of itself.

    Yields:
        The database.

    Raises:
        EarlierReleaseError: The release was made by a version that did not have all of it.
    """
    with opened(file_of(settings, about), settings.memory) as connection:
        connection.execute("set variable release = ?", [about["release"]])
        try:
            connection.execute(TABLES.read_text("utf-8"))
        except (duckdb.CatalogException, duckdb.BinderException):
            raise EarlierReleaseError from None
        yield connection


@cache
def descriptions() -> Mapping[str, Any]:
    """What columns.yml says: of tables, of columns that no model of dbt has, and which tags of HXL columns have."""
    return yaml.load((HERE / "columns.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[Column]:
    """The columns of an open table, with what dbt says they mean, or columns.yml of those that no model has.

    Raises:
        KeyError: Neither says what a column means.
    """
    described: dict[str, str] = {}
    for model in ("fct_deaths", "fct_figures", descriptions()["tables"][table].get("model")):
        if model:
            columns = dbt.manifest()["nodes"][f"model.casebook.{model}"]["columns"]
            described |= {name: column["description"] for name, column in columns.items()}
    described |= descriptions()["columns"] | descriptions()["tables"][table].get("columns", {})
    found = connection.execute(f"select column_name, column_type from (describe {table})")
    return [Column(name, TYPES[kind], described[name].strip()) for name, kind in found.fetchall()]

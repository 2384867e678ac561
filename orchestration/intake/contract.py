"""The contract of the sheets as intake needs it: kinds, columns, and the headings by which they are known."""

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml

from orchestration.intake.duckdb_session import FUNCTIONS, fold, heading_key
from orchestration.intake.store import digest
from orchestration.settings import REPOSITORY

RECEIVED = REPOSITORY / "dbt_project" / "models" / "staging" / "received.yml"
ALIASES = REPOSITORY / "dbt_project" / "seeds" / "heading_aliases.csv"
TYPES = {
    "varchar": pa.string(),
    "varchar[]": pa.list_(pa.string()),
    "date": pa.date32(),
    "integer": pa.int32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Kind:
    """One kind of sheet: its columns with their types, those required, its schema and known headings.

    `code_lists` says of which list the codes of a column are, and `of_forms` are the columns that a form tool fills
    (received.yml).
    """

    name: str
    types: dict[str, str]
    required: tuple[str, ...]
    schema: pa.Schema
    headings: dict[str, str]
    digest: str
    code_lists: dict[str, str]
    of_forms: frozenset[str]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Its columns, in order."""
        return tuple(self.types)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The columns that take several codes."""
        return frozenset(column for column, kind in self.types.items() if kind == "codes")

    @property
    def dated_by(self) -> str:
        """The column whose month a row is stored under."""
        return "documented_on" if "documented_on" in self.columns else "period_end"


@dataclass(frozen=True, eq=False)
class Contract:
    """All kinds by name, the folded names they go by, and the schemas of the lists of sheets and of their parts."""

    kinds: dict[str, Kind]
    names: dict[str, str]
    sheets: pa.Schema
    parts: pa.Schema

    def kind_named(self, folded: str) -> Kind | None:
        """The kind a folded tab name or file stem stands for, singular or plural."""
        name = self.names.get(folded.removesuffix("s"))
        return self.kinds[name] if name else None


# as this process read it, by the texts it was read from
_read: dict[tuple[str, ...], Contract] = {}


def load(con: duckdb.DuckDBPyConnection, received: Path = RECEIVED, aliases: Path = ALIASES) -> Contract:
    """The contract and the heading aliases, read anew only where a process does not know them as they are written."""
    texts = tuple(path.read_text("utf-8") for path in (received, aliases, FUNCTIONS))
    if texts not in _read:
        _read[texts] = _of(con, *texts)
    return _read[texts]


def _of(con: duckdb.DuckDBPyConnection, received: str, aliases: str, functions: str) -> Contract:
    tables = yaml.load(received, Loader=yaml.CSafeLoader)["sources"][0]["tables"]
    listed = [(row["alias"], row["column_name"], row["kind"]) for row in csv.DictReader(io.StringIO(aliases))]
    columns = [column["name"] for table in tables for column in table["columns"]]
    # those of the columns at once with these: a question takes longer than its answer
    folded = list(zip(heading_key(con, [*(alias for alias, _, _ in listed), *columns]), listed, strict=False))
    kinds = {}
    for table in tables:
        name = table.get("config", {}).get("meta", {}).get("kind")
        if name:
            named = [(key, column, of) for key, (_, column, of) in folded]
            kinds[name] = _kind(con, name, table["columns"], named, functions)
    names = {key.removesuffix("s"): name for key, name in zip(fold(con, list(kinds)), kinds, strict=True)}
    schemas = {table["name"]: _schema(table["columns"]) for table in tables}
    return Contract(kinds, names, schemas["received_sheets"], schemas["received_parts"])


def _kind(
    con: duckdb.DuckDBPyConnection, name: str, listed: list[dict], aliases: list[tuple[str, str, str]], functions: str
) -> Kind:
    """Build a kind; a column's own name comes before its kind's aliases, and these before those of every kind."""
    metas = {column["name"]: column.get("config", {}).get("meta", {}) for column in listed}
    types = {column: meta["type"] for column, meta in metas.items() if meta}
    general = {key: column for key, column, kind in aliases if not kind and column in types}
    special = {key: column for key, column, kind in aliases if kind == name}
    headings = general | special | dict(zip(heading_key(con, list(types)), types, strict=True))
    required = tuple(column for column in types if metas[column].get("required"))
    schema = _schema(listed)
    mark = digest(name, tuple(types), required, str(schema), functions)
    code_lists = {column: metas[column]["code_list"] for column in types if "code_list" in metas[column]}
    of_forms = frozenset(column for column in types if metas[column].get("form"))
    return Kind(name, types, required, schema, headings, mark, code_lists, of_forms)


def _schema(columns: list[dict]) -> pa.Schema:
    return pa.schema([(column["name"], TYPES[column["data_type"]]) for column in columns])

"""What the tables of a build hold: how many rows, and columns of which type, made of which others.

Dbt's properties say what a column means; its type and its origin stand in the SQL alone. They are worked out once a
change of the dbt project and kept beside dbt's manifest, since following SQL takes a second or two.
"""

import json
from collections.abc import Iterable
from typing import Any

import duckdb

from orchestration import files
from orchestration.build import draft, made_files
from orchestration.settings import Settings

RECORD = "columns.json"
DIALECT = "duckdb"
# those that dbt made, and those that an engine did, which are views over files
TABLES = f"""
    select schema_name, table_name from duckdb_tables()
    union
    select split_part(relation, '.', 1), split_part(relation, '.', 2) from {made_files.COLUMNS}
"""
COLUMNS = """
    select
        table_schema as schema, table_name as "table", column_name as "column",
        if(data_type like 'ENUM%', 'code', data_type) as type
    from information_schema.columns
    order by table_schema, table_name, ordinal_position
"""


def row_counts(settings: Settings) -> dict[str, int]:
    """How many rows each table of the draft has, by its name; a view has none of its own."""
    with duckdb.connect(settings.draft, read_only=True) as connection:
        counts = [
            f"select '{name}', count(*) from {schema}.{name}" for schema, name in connection.execute(TABLES).fetchall()
        ]
        return dict(connection.execute(" union all ".join(counts)).fetchall())


def recorded(settings: Settings) -> dict[str, dict[str, Any]]:
    """What was noted of the columns of each model at the last build of a changed project.

    Args:
        settings: Where the data root is.

    Returns:
        By model and column: `type`, as DuckDB names it, or `code` (dbt_project/codes.sql), and `origins`, a list of
        pairs of table and column; nothing where nothing has been built yet.
    """
    return _recorded(settings)["models"]


def record(settings: Settings, project: str, nodes: Iterable[Any]) -> None:
    """Note the columns of the models just built in the draft, unless this project's were noted before.

    Args:
        settings: Where the data root is; nobody may be writing the draft.
        project: The fingerprint of the dbt project.
        nodes: dbt's models with their compiled code.
    """
    if _recorded(settings)["project"] == project:
        return
    schemas: dict[str, Any] = {}
    for row in draft.query(settings.draft, COLUMNS).to_pylist():
        schemas.setdefault(row["schema"], {}).setdefault(row["table"], {})[row["column"]] = row["type"]
    models = _followed(nodes, schemas)
    path = settings.dbt / RECORD
    files.write(path, json.dumps({"project": project, "models": models}))


def _recorded(settings: Settings) -> dict[str, Any]:
    path = settings.dbt / RECORD
    return json.loads(path.read_text()) if path.exists() else {"project": None, "models": {}}


def _followed(nodes: Iterable[Any], schemas: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    # imported here: only the first build of a changed project needs it
    from sqlglot import MappingSchema

    schema = MappingSchema(schemas, dialect=DIALECT)
    models = {}
    for node in nodes:
        types, scope = schemas[node.schema][node.name], _scope(node.compiled_code, schema)
        models[node.name] = {name: {"type": kind, "origins": _origins(name, scope)} for name, kind in types.items()}
    return models


def _scope(sql: str, schema: Any) -> Any:
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    try:
        written = parse_one(sql, dialect=DIALECT)
        return build_scope(
            qualify(written, schema=schema, dialect=DIALECT, identify=False, validate_qualify_columns=False)
        )
    except SqlglotError:  # SQL that sqlglot does not know
        return None


def _origins(column: str, scope: Any) -> list[tuple[str, str]]:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage

    if scope is None:
        return []
    try:
        # sqlglot would copy the query at every step it trims: five times as long for the same answer
        last = lineage(column, scope.expression, {}, scope=scope, dialect=DIALECT, trim_selects=False, copy=False)
    except (SqlglotError, ValueError):  # SQL that sqlglot cannot follow: the origin is not known
        return []
    first = [step for step in last.walk() if not step.downstream and isinstance(step.expression, exp.Table)]
    return sorted({(step.expression.this.name, step.name.split(".")[-1]) for step in first})

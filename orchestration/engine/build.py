"""A build with an engine: dbt's stretches, and between them the tables that the engine makes by month."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import dbt, draft, made_files
from orchestration.engine import exchange, hops, spark
from orchestration.engine.parts import INPUTS, Input, Outcome, Part
from orchestration.settings import ENGINES, Settings
from orchestration.sql import literal

ROWS = 250_000
# how much memory a part may take, in MiB
MEMORY = 1024
# what the run's months of a model are, and how many rows there will be at most of each
MONTHS = {
    "run": f"""
        select run.month, coalesce(sum(files.num_rows), 0) as rows
        from received.run
        left join (
            select received.month, metadata.num_rows
            from parquet_file_metadata(getvariable('received_files')) as metadata
            inner join {made_files.RECEIVED} as received on metadata.file_name = received.file
        ) as files on run.month is not distinct from files.month
        group by run.month order by run.month nulls last
    """,
    "int_months": """
        select months.month, count(records.row_key) as rows
        from intermediate.int_months as months
        left join intermediate.int_records as records on months.month = records.month
        group by months.month order by months.month nulls last
    """,
}
COLUMNS = """
    select column_name, if(data_type like 'ENUM%', 'code', data_type) from information_schema.columns
    where table_schema = ? and table_name = ? order by ordinal_position
"""
# the months of records, with those in which these were received
RECEIVED_IN = "select distinct month, received_month from intermediate.int_records order by all"
# the files of received rows that a model reads
ITS_FILES = f"""
    set variable received_files =
        (select list(file) from {made_files.RECEIVED} where list_contains(?::varchar[], 'received_' || kind))
"""
LAID_OUT = f"select month, file from {made_files.RECEIVED} where 'received_' || kind = ? order by file"
VIEW = "select sql from duckdb_views() where schema_name = ? and view_name = ?"
# what is there of the rows without a month, as a folder of DuckDB's is called
UNDATED = "__HIVE_DEFAULT_PARTITION__"
Months = list[date | None]
Send = Callable[[Sequence[Part]], list[Outcome]]


@dataclass(frozen=True)
class BuildContext:
    """What a build with an engine needs to know.

    Attributes:
        settings: Where the draft lies.
        manifest: What dbt knows of the project.
        run_id: The run; its parts lie in a folder of this name.
        rows: As many as a part takes at most.
        send: Has parts made.
    """

    settings: Settings
    manifest: Mapping[str, Any]
    run_id: str
    rows: int
    send: Send

    @property
    def folder(self) -> Path:
        """Where the parts of the run are written."""
        return made_files.folder(self.settings) / self.run_id

    @property
    def inputs(self) -> Path:
        """Where parts find what they read of the draft, while the build lasts."""
        return self.folder / INPUTS


def build(
    settings: Settings,
    run_id: str,
    on_node: Callable[[str], None] = lambda node: None,
    engine: str | None = None,
    rows: int = ROWS,
) -> list[Any]:
    """Build the models with their tests in the draft, by an engine.

    Args:
        settings: Where the draft lies; it must have been prepared.
        run_id: The run whose draft it is.
        on_node: Told the name of each seed and model as it is done.
        engine: The engine; the one that the settings name where not given.
        rows: As many as a part takes at most, unless one month alone has more.

    Returns:
        dbt's run results, one a node; after a test that failed nothing more is built.

    Raises:
        dbt.BuildError: A model could not be built, or the engine cannot be reached.
    """
    engine = engine or settings.engine
    unfinished = [place.parent.name for place in made_files.folder(settings).glob(f"*/{INPUTS}")]
    made_files.clean(settings)
    if engine == ENGINES[0]:
        return dbt.build(settings, on_node)
    results: list[Any] = []
    with exchange.opened(settings, run_id, unfinished) as way, _sender(settings, engine, way) as send:
        context = BuildContext(settings, dbt.manifest(), run_id, rows, send)
        for stretch in hops.stretches(context.manifest, draft.is_new(settings)):
            results += dbt.build(settings, on_node, nodes=stretch.nodes) if stretch.nodes else []
            if any(result.status == "fail" for result in results):
                break
            results += _hop(context, stretch.models, on_node) if stretch.models else []
        shutil.rmtree(context.inputs, ignore_errors=True)
    return results


@contextmanager
def _sender(settings: Settings, engine: str, way: exchange.Exchange) -> Iterator[Send]:
    if engine == "spark":
        with spark.client(settings) as client:
            yield partial(exchange.make_all, way, work=client.work)
    else:
        yield partial(exchange.make_all, way, work=lambda places, _: [exchange.make_at(place) for place in places])


@dataclass(frozen=True)
class Table:
    """A model that is made in parts.

    Attributes:
        result: dbt's result of compiling it.
        columns: Name, type and constraint of each of its columns.
        months: The months that are made anew.
        parts: What makes them; none where there is nothing to make them of.
    """

    result: Any
    columns: list[tuple[str, str, str]]
    months: Months
    parts: list[Part]

    @property
    def relation(self) -> str:
        """Its name, with its schema."""
        return f"{self.result.node.schema}.{self.result.node.name}"


def _hop(context: BuildContext, models: Sequence[str], on_node: Callable[[str], None]) -> list[Any]:
    """Make models by the engine, all their parts at once, and point the draft to what was made."""
    settings = context.settings
    compiled = dbt.compiled(settings, [key.split(".")[-1] for key in models])
    with duckdb.connect(settings.draft) as connection:
        tables = [_table(context, connection, result) for result in compiled]
    outcomes = {each.target: each for each in context.send([part for table in tables for part in table.parts])}
    ended = [(part.model, outcomes[part.target].error) for table in tables for part in table.parts]
    if wrong := {f"{model}: {error}" for model, error in ended if error}:
        raise dbt.BuildError("; ".join(sorted(wrong)))
    with duckdb.connect(settings.draft) as connection:
        for table in tables:
            made = [file for part in table.parts for file in _files(part)]
            columns = [(name, kind) for name, kind, _ in table.columns]
            made_files.replace(connection, settings, table.relation, columns, table.months, made)
    for table in tables:
        table.result.execution_time = sum(outcomes[part.target].seconds for part in table.parts)
        on_node(table.result.node.name)
    return [table.result for table in tables]


def _table(context: BuildContext, connection: duckdb.DuckDBPyConnection, result: Any) -> Table:
    """Cut a model into parts, each of some months that follow each other."""
    node = result.node
    config = context.manifest["nodes"][node.unique_id]["config"]
    reads = list(hops.read_by(context.manifest, node.unique_id))
    sources = [_source(context, connection, each) for each in reads if not hops.is_view(each)]
    views = [
        connection.execute(VIEW, [each["schema"], each["name"]]).fetchall()[0][0]
        for each in reads
        if hops.is_view(each)
    ]
    codes = [code for (code,) in connection.execute("select unnest(enum_range(null::code))::varchar").fetchall()]
    connection.execute(ITS_FILES, [[each["name"] for each in reads]])
    rows = connection.execute(MONTHS[config["months_from"]]).fetchall()
    of_records = connection.execute(RECEIVED_IN).fetchall() if config["months_from"] == "int_months" else None
    columns = _columns(connection, node)
    parts = [
        Part(
            model=node.name,
            sql=node.compiled_code,
            columns=columns,
            month_column=config["month_column"],
            inputs=[each.of(months, _received_in(of_records, months)) for each in sources],
            views=views,
            codes=codes,
            target=str(context.folder / f"{node.name}-{number}"),
            memory=MEMORY,
        )
        for number, months in enumerate(batches(rows, context.rows))
    ]
    return Table(result, columns, [month for month, _ in rows], parts)


def batches(months: Sequence[tuple[date | None, int]], most: int) -> list[Months]:
    """Months that follow each other, as many in a batch as have no more than so many rows together; none without rows.

    Args:
        months: Each with how many rows it has at most.
        most: As many rows as a batch has, unless one month alone has more.
    """
    found: list[Months] = []
    together = 0
    for month, rows in months:
        if not rows:
            continue
        if not found or together + rows > most:
            found, together = [*found, []], 0
        found[-1].append(month)
        together += rows
    return found


def _columns(connection: duckdb.DuckDBPyConnection, node: Any) -> list[tuple[str, str, str]]:
    """The columns of a model: those of its contract, or where it has none, what its SQL gives."""
    if node.config.contract.enforced:
        return [(name, column.data_type, _constraints(column)) for name, column in node.columns.items()]
    connection.execute(f"create or replace temp view asked as {node.compiled_code}")
    return [(name, kind, "") for name, kind in connection.execute(COLUMNS, ["main", "asked"]).fetchall()]


def _constraints(column: Any) -> str:
    """What a contract asks of a column, as SQL."""
    constraints = [(each.type.value.replace("_", " "), each.expression) for each in column.constraints]
    return " ".join(f"{kind} ({expression})" if expression else kind for kind, expression in constraints)


@dataclass(frozen=True)
class Source:
    """A table that a model reads.

    Attributes:
        name: With its schema.
        columns: Name and type of each.
        files: The Parquet files it lies in, with the month of each; None where one holds several, or none.
    """

    name: str
    columns: list[tuple[str, str]]
    files: list[tuple[date | None, str]]

    def of(self, months: Months, received_in: Months) -> Input:
        """What a part reads of it: of a table whose rows are of months, those of the part's months alone.

        Args:
            months: The part's months.
            received_in: The months in which the rows were received that these are made of.
        """
        by = next((column for column in ("month", "received_month") if column in dict(self.columns)), None)
        wanted = received_in if by == "received_month" else months
        # a file without a month may be the empty one, of which the others have their columns
        files = [file for month, file in self.files if month is None or month in wanted]
        written = [None if month is None else str(month) for month in wanted]
        return Input(self.name, self.columns, files, by, written if by else ())


def _source(context: BuildContext, connection: duckdb.DuckDBPyConnection, node: Mapping[str, Any]) -> Source:
    name = f"{node['schema']}.{node['name']}"
    columns = connection.execute(COLUMNS, [node["schema"], node["name"]]).fetchall()
    if laid_out := connection.execute(LAID_OUT, [node["name"]]).fetchall():
        return Source(name, columns, laid_out)
    if hops.is_made_by_month(node):
        made = made_files.of(connection, context.settings, name)
        return Source(name, columns, [(month, str(path)) for month, path in made])
    return Source(name, columns, [(None, _exported(context, connection, name))])


def _received_in(of_records: Sequence[tuple[date | None, date | None]] | None, months: Months) -> Months:
    """The months in which the records of these were received; rows that are received are in their own."""
    if of_records is None:
        return months
    return list(dict.fromkeys(received for month, received in of_records if month in months))


def _exported(context: BuildContext, connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The Parquet file of a table of the draft, written once a build."""
    path = context.inputs / f"{name}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection.execute(f"copy (from {name}) to {literal(path)} (format parquet, compression zstd)")
    return str(path)


def _files(part: Part) -> Iterator[tuple[date | None, Path]]:
    """Month and file of what a part made."""
    for path in sorted(Path(part.target).rglob("*.parquet")):
        month = path.parent.name.split("=", 1)[1]
        yield None if month == UNDATED else date.fromisoformat(month), path

"""One part of one model: its SQL over some of its months, run by a DuckDB of its own, on whichever machine.

A part knows all it needs: the SQL dbt compiled, where its inputs lie as Parquet, and where to write. Nothing here asks
what the SQL means, so that there is no second meaning: every engine runs the same statement in the same database.
"""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb

from orchestration.build import made_files
from orchestration.intake import duckdb_session
from orchestration.sql import literal, literals

if TYPE_CHECKING:
    import fsspec

# what tables are called by in the SQL that dbt compiled: the name of the draft's file
DATABASE = "casebook"
# the folder, beside those of the parts, of what they read while a build lasts
INPUTS = "inputs"


@dataclass(frozen=True)
class Input:
    """A table that a part reads.

    Attributes:
        name: With its schema.
        columns: Name and type of each.
        files: The Parquet files it lies in.
        month_column: By which of its columns rows are left out that are of other months; None where all are read.
        months: Which months these are, as ISO dates; None stands for the rows without one.
    """

    name: str
    columns: Sequence[tuple[str, str]]
    files: Sequence[str]
    month_column: str | None = None
    months: Sequence[str | None] = ()


@dataclass(frozen=True)
class Part:
    """What makes one part of a model.

    Attributes:
        model: The name of the model.
        sql: Its select, as dbt compiled it.
        columns: Name, type and constraint of each column of its table.
        month_column: Which of them says of which month a row is: each month becomes a file.
        inputs: The tables it reads.
        views: The views it reads, as DuckDB made them, in an order in which they can be made.
        codes: Every code there is, in the order of the type `code`.
        target: The folder to write; it is there when the part is done, and whole.
        memory: How many MiB DuckDB may take; what does not fit is laid beside the target meanwhile.
    """

    model: str
    sql: str
    columns: Sequence[tuple[str, str, str]]
    month_column: str
    inputs: Sequence[Input]
    views: Sequence[str]
    codes: Sequence[str]
    target: str
    memory: int

    @property
    def name(self) -> str:
        """What it is called by in its run."""
        return Path(self.target).name


@dataclass(frozen=True)
class Outcome:
    """What became of a part.

    Attributes:
        target: The folder of the part.
        seconds: How long it took.
        error: What DuckDB has against it; another attempt would come to the same.
        files: Where what was made lies on a store, from the folder of all that the run makes there; none where it lies
            in the folder of the part.
    """

    target: str
    seconds: float
    error: str | None = None
    files: Sequence[str] = ()


def to_json(part: Part) -> str:
    """A part written down, for whichever machine makes it."""
    return json.dumps(asdict(part))


def from_json(written: str) -> Part:
    """A part as it was written down."""
    fields = json.loads(written)
    return Part(**fields | {"inputs": [Input(**each) for each in fields["inputs"]]})


def make(part: Part, store: "fsspec.AbstractFileSystem | None" = None) -> Outcome:
    """Make one part.

    It is written beside its place and moved there as a whole: of an attempt that dies nothing is seen, and of two
    attempts at once the first stays.

    Args:
        part: What is to be made.
        store: The filesystem of what it reads, where this is not on a disk.

    Returns:
        What became of it; DuckDB's complaint about the SQL or the rows is a part of that.

    Raises:
        OSError: The folder cannot be written, or a store not be read: another attempt may come to something else.
    """
    started, target = time.monotonic(), Path(part.target)
    if target.exists():
        return Outcome(part.target, 0.0)
    attempt = target.with_name(f".{target.name}-{uuid4().hex}")
    attempt.mkdir(parents=True, mode=0o700)
    try:
        _write(part, attempt, store)
        attempt.rename(target)
    except duckdb.Error as error:
        # what a filesystem of Python's raises is of no kind of DuckDB's
        if store and (isinstance(error, duckdb.IOException) or type(error) is duckdb.Error):
            raise OSError("what the part reads cannot be read") from None
        return Outcome(part.target, time.monotonic() - started, " ".join(str(error).split()))
    except OSError:
        if not target.exists():  # another attempt was first
            raise
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return Outcome(part.target, time.monotonic() - started)


def _write(part: Part, folder: Path, store: "fsspec.AbstractFileSystem | None") -> None:
    with duckdb_session.connect(folder / "spilled", part.memory) as connection:
        if store:
            connection.register_filesystem(store)
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}")
        connection.execute(duckdb_session.FUNCTIONS.read_text("utf-8"))
        connection.execute(f"create type code as enum ({literals(part.codes)})")
        for schema in sorted({name.split(".")[0] for name in _names(part)}):
            connection.execute(f"create schema {schema}")
        for each in part.inputs:
            connection.execute(f"create view {each.name} as {_rows(each)}")
        for view in part.views:
            connection.execute(view)
        columns = ", ".join(f'"{name}" {kind} {constraint}' for name, kind, constraint in part.columns)
        connection.execute(f"create table made ({columns})")
        connection.execute(f"insert into made by name {part.sql}")
        connection.execute(
            f"copy made to {literal(folder / 'rows')} "
            f"(format parquet, compression zstd, partition_by ({part.month_column}), write_partition_columns true)"
        )
        shutil.rmtree(folder / "spilled", ignore_errors=True)
    for file in (folder / "rows").rglob("*.parquet"):
        file.chmod(0o600)


def _names(part: Part) -> list[str]:
    return [each.name for each in part.inputs] + [view.split(maxsplit=3)[2] for view in part.views]


def _rows(table: Input) -> str:
    """A select of an input, with its types and of its months."""
    rows = made_files.select(table.columns, table.files)
    if table.month_column is None or not table.files:
        return rows
    known = [month for month in table.months if month]
    of_months = [f"{table.month_column} in (select unnest([{literals(known)}]::date[]))"] if known else []
    undated = [f"{table.month_column} is null"] if None in table.months else []
    return f"{rows} where {' or '.join(of_months + undated) or 'false'}"

"""The same sheets built by two engines, night after night, and every table of one looked for in the other."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration import intake
from orchestration.build import dbt, draft
from orchestration.build.trial import GIVEN
from orchestration.engine.build import build
from orchestration.files import copy_given
from orchestration.settings import ENGINES, Settings
from orchestration.sql import identifier, literal

SCHEMAS = ("restricted", "intermediate", "marts", "reconciliation")
# dbt's views say what the tables say; those over files are an engine's tables
TABLES = f"""
    select schema_name || '.' || table_name from duckdb_tables()
    where database_name = 'one' and schema_name in {SCHEMAS} order by 1
"""
# a whole build, one that empties months, and one that nothing has changed for
NIGHTS = ALL, LESS, ONE_MONTH = "all months", "a sheet less", "one month"
ROWS = 20_000
RECEIVED_AT, DAY = datetime(2025, 3, 1, 2, 0), date(2025, 3, 1)


@dataclass(frozen=True)
class Compared:
    """A table as two engines made it.

    Attributes:
        table: The table, with its schema.
        rows: How many rows it has.
        lost: How many of them the other engine does not have.
        new: How many the other has besides.
    """

    table: str
    rows: int
    lost: int
    new: int


@dataclass(frozen=True)
class Night:
    """What two engines made of the same night.

    Attributes:
        name: Which night it was.
        seconds: How long each engine built, by its name.
        tables: Every table that was made.
    """

    name: str
    seconds: Mapping[str, float]
    tables: Sequence[Compared]


def compare(
    given: Settings,
    sheets: Sequence[Path],
    engine: str,
    folder: Path,
    tables: Mapping[str, pa.Table],
    nights: Sequence[str] = NIGHTS,
    rows: int = ROWS,
) -> Iterator[Night]:
    """Build the same sheets by DuckDB alone and by an engine, night after night.

    Args:
        given: The data root by whose layouts and words they are read.
        sheets: Folders of sheets as `raw/` is one; those of the first that bear the same names as another's stay.
        engine: The engine.
        folder: Where the two data roots are made; empty, and left for the caller to remove.
        tables: What a draft is laid out with beside the sheets, of a data root that has never published.
        nights: Which of the nights.
        rows: As many as a part takes at most: what is made in one part shows nothing of parts.

    Yields:
        Each night, when both have made it.

    Raises:
        dbt.BuildError: A model could not be built.
    """
    raw = folder / "raw"
    for each in reversed(sheets):
        shutil.copytree(each, raw, dirs_exist_ok=True)
    places = {name: Settings(folder / name) for name in (ENGINES[0], engine)}
    for place in places.values():
        place.root.mkdir()
        copy_given(given.root, GIVEN, place.root)
    for night in nights:
        if night == LESS:
            smallest = min((path.stat().st_size, path) for path in raw.rglob("*") if path.is_file())
            smallest[1].unlink()
        seconds = {name: _night(place, raw, name, night, tables, rows) for name, place in places.items()}
        yield Night(night, seconds, list(_compared(*places.values())))


def _night(place: Settings, raw: Path, engine: str, night: str, tables: Mapping[str, pa.Table], rows: int) -> float:
    """What a night does up to its judgement: take in what has changed, build it, and keep it. How long it built."""
    project, run_id = engine, night.replace(" ", "-")
    draft.begin(place, project)
    processed = draft.processed_fingerprints(place, project)
    taken = intake.take_in(place.root, RECEIVED_AT, DAY, processed, raw, intake.Limits.of(place))
    known = sorted({month for files in taken.files.values() for month, _ in files if month})
    months = known[-1:] if night == ONE_MONTH else taken.changed_months
    draft.lay_out(place, draft.Run(run_id, DAY, DAY, months), taken, tables)
    started = time.monotonic()
    dbt.require_tests(build(place, run_id, engine=engine, rows=rows))
    took = time.monotonic() - started
    draft.keep(place, project)
    return took


def _compared(one: Settings, other: Settings) -> Iterator[Compared]:
    with duckdb.connect() as connection:
        for name, place in (("one", one), ("other", other)):
            connection.execute(f"attach {literal(place.warehouse)} as {name} (read_only)")
        for (table,) in connection.execute(TABLES).fetchall():
            yield differences(connection, table)


def differences(connection: duckdb.DuckDBPyConnection, table: str) -> Compared:
    """Look for every row of a table in another; one by one only where the sums over all rows differ.

    Args:
        connection: One in which the databases `one` and `other` are attached.
        table: The table in both, with its schema.
    """
    names = [name for name, *_ in connection.execute(f"describe one.{table}").fetchall()]
    cells = ", ".join(f"{identifier(name)}::varchar" for name in names)
    sums = f"select count(*), sum(hash({cells})::hugeint) from {{}}.{table}"
    one, other = (connection.execute(sums.format(name)).fetchall()[0] for name in ("one", "other"))
    if one == other:
        return Compared(table, one[0], 0, 0)
    rows = f"select {cells} from {{}}.{table}"
    either = f"select count(*) from ({rows} except all {rows})"
    lost, new = (
        connection.execute(either.format(*both)).fetchall()[0][0] for both in (("one", "other"), ("other", "one"))
    )
    return Compared(table, one[0], lost, new)

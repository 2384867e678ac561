"""The DuckDB file the pipeline writes: what dbt finds in it before it starts, and reading it afterwards.

No meaning belongs here (that is SQL's, in dbt_project) and no reading of sheets (that is intake's).
"""

import fcntl
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake import Intake, remember
from orchestration.settings import DBT_PROJECT, Settings

SOURCE_SCHEMA = "received"
STANDING = "standing.json"
TURN = "turn"
PROBLEMS = "problems.parquet"


def close_folder(settings: Settings) -> None:
    """Make the warehouse's folder, open to nobody but its owner, also where somebody else made it."""
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse.parent.chmod(0o700)


@contextmanager
def turn(settings: Settings, tell: Callable[[str], None]) -> Iterator[None]:
    """One writer at a time: wait until no other run works in this data root, and keep others waiting meanwhile.

    The system frees the turn when its process ends, however it ends, so that a killed run keeps nobody waiting.

    Args:
        settings: Where the warehouse lies.
        tell: Told once if there is somebody to wait for.
    """
    close_folder(settings)
    with settings.warehouse.with_name(TURN).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another run is working: this one waits for its turn")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare(
    settings: Settings,
    files: Mapping[str, Sequence[Path]],
    taken: Intake,
    months: Iterable[date],
    business_date: date,
) -> None:
    """Lay out what a run reads: the received rows of its months, its sheets, its months and its day.

    Args:
        settings: Where the warehouse lies; its folder is made, readable by its owner only.
        files: For each kind, the received Parquet files of the run's months; at least one, which may be empty.
        taken: What lies in raw/ now; what intake will remember of it is kept until the run has succeeded.
        months: First days of the months the run works on. Rows without a usable date are always worked on.
        business_date: The day the run is for.
    """
    close_folder(settings)
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute((DBT_PROJECT / "functions.sql").read_text())
        connection.execute(f"create schema if not exists {SOURCE_SCHEMA}")
        for kind, paths in files.items():
            listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
            connection.execute(
                f"create or replace view {SOURCE_SCHEMA}.received_{kind} as from read_parquet([{listed}])"
            )
        for table, rows in {"received_sheets": taken.sheets, "received_parts": taken.parts}.items():
            connection.register("rows", rows)
            connection.execute(f"create or replace table {SOURCE_SCHEMA}.{table} as from rows")
        connection.execute(
            f"create or replace table {SOURCE_SCHEMA}.run as "
            "select unnest(list_append(?::date[], null)) as month, ?::date as business_date",
            [sorted(set(months)), business_date],
        )
        fingerprints = [json.dumps(taken.state)]
        connection.execute(f"create or replace table {SOURCE_SCHEMA}.run_state as select ? as state", fingerprints)


def settled(settings: Settings, codes: str) -> dict[str, list[str]]:
    """Which received rows the facts were made from, as intake's fingerprints.

    Args:
        settings: Where the warehouse lies.
        codes: The fingerprint of the code lists; facts made with other code lists count as not made.
    """
    standing = _standing(settings)
    return standing["sheets"] if standing["codes"] == codes else {}


def settle(settings: Settings, months: Collection[date], codes: str) -> None:
    """Note that the facts of some months now stand on the received rows laid out for this run, and on these codes.

    What is wrong with rows is laid beside the warehouse, for people who may see sheets: it quotes cells.
    """
    problems = settings.warehouse.with_name(PROBLEMS)
    pq.write_table(query(settings, "from restricted.int_problems"), problems.with_suffix(".tmp"))
    problems.with_suffix(".tmp").replace(problems)
    state = json.loads(query(settings, f"from {SOURCE_SCHEMA}.run_state")["state"][0].as_py())
    sheets = remember(settled(settings, codes), state, months)
    place = settings.warehouse.with_name(STANDING)
    place.with_suffix(".tmp").write_text(json.dumps({"codes": codes, "sheets": sheets}))
    place.with_suffix(".tmp").replace(place)


def loaded_codes(settings: Settings) -> str | None:
    """The fingerprint of the code lists the facts were last made with; None where there are none."""
    return _standing(settings)["codes"]


def _standing(settings: Settings) -> dict[str, Any]:
    """What the warehouse stands on. A file beside it, so that planning a night needs no look into the warehouse."""
    place = settings.warehouse.with_name(STANDING)
    return json.loads(place.read_text()) if place.exists() else {"codes": None, "sheets": {}}


def query(settings: Settings, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
    """Read the warehouse.

    Raises:
        FileNotFoundError: There is no warehouse yet: no run has been here.
    """
    if not settings.warehouse.exists():
        raise FileNotFoundError(f"no run has filled {settings.root} yet: start with `casebook nightly`")
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(sql, list(parameters)).to_arrow_table()

"""The DuckDB file the pipeline writes: what dbt finds in it before it starts, and reading it afterwards.

No meaning belongs here (that is SQL's, in dbt_project) and no reading of sheets (that is intake's).
"""

import json
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import editions
from orchestration.baseline import keep_given, keep_released
from orchestration.intake import Intake, expected_months, remember, words
from orchestration.settings import DBT_PROJECT, Settings

SOURCE_SCHEMA = "received"
STANDING = "standing.json"
PROBLEMS = "problems.parquet"
# what people say is expected, in the data root
GIVEN = ("expected_months.csv", "accepted_exceptions.csv")


class NotReadError(Exception):
    """A run was asked to build, judge or publish what it has not read."""


def close_folder(settings: Settings) -> None:
    """Make the warehouse's folder, open to nobody but its owner, also where somebody else made it."""
    settings.draft.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse.parent.chmod(0o700)


def begin(settings: Settings, project: str) -> None:
    """Lay out the draft a run works in: a copy of the warehouse, or nothing where the dbt project has changed since.

    A run touches nothing but its draft. What it made becomes the warehouse when it is published (see `keep`), so that a
    run that is killed, cancelled or held back leaves everything as it was.

    Args:
        settings: Where the warehouse lies; the caller has its turn.
        project: The fingerprint of the dbt project the run builds with.
    """
    shutil.rmtree(settings.draft.parent, ignore_errors=True)
    close_folder(settings)
    if settings.warehouse.exists() and _standing(settings)["project"] == project:
        shutil.copyfile(settings.warehouse, settings.draft)


def prepare(
    settings: Settings,
    taken: Intake,
    months: Collection[date],
    business_date: date,
    run_id: str,
) -> dict[str, list[Path]]:
    """Lay out what a run reads: the received rows of its months, its sheets, its months and its day.

    Args:
        settings: Where the warehouse lies.
        taken: What lies in raw/ now; what intake will remember of it is kept until the run has succeeded.
        months: First days of the months the run is asked for. Rows without a usable date are always worked on, and
            where the draft is empty, every month there is.
        business_date: The day the run is for.
        run_id: Whose draft it is.

    Returns:
        The Parquet files laid out, by kind; at least one a kind, which may be empty.
    """
    from orchestration import alerts  # here: it brings Dagster, which reading commands do without

    is_new = not settings.draft.exists()
    is_unchanged = not is_new and not taken.changed_months and not taken.undated_changed
    known = {month for listed in taken.files.values() for month, _ in listed if month}
    worked_on = sorted({*months, *known} if is_new else set(months))
    files = {
        kind: [settings.root / "lake" / "received" / kind / "empty.parquet"]
        + [path for month, path in listed if month is None or month in worked_on]
        for kind, listed in taken.files.items()
    }
    with duckdb.connect(settings.draft) as connection:
        connection.execute((DBT_PROJECT / "functions.sql").read_text())
        if is_new:
            words.define_codes(connection)
        connection.execute(f"create schema if not exists {SOURCE_SCHEMA}")
        released_on = keep_released(connection, SOURCE_SCHEMA, is_new)
        given = [path for name in GIVEN if (path := settings.root / name).exists()]
        keep_given(connection, SOURCE_SCHEMA, [*DBT_PROJECT.glob("seeds/*.csv"), *given])
        told = {"sheets": taken.sheets, "parts": taken.parts, "expected_months": expected_months(settings.root)}
        told |= {"outbox": alerts.standing(settings, datetime.now(UTC)), "editions": editions.read(settings)}
        _lay_out(connection, files, told)
        connection.execute(
            f"create or replace table {SOURCE_SCHEMA}.run as "
            "select unnest(list_append(?::date[], null)) as month, ?::date as business_date, ? as is_new, "
            "? as is_unchanged, ?::date as released_on",
            [worked_on, business_date, is_new, is_unchanged, released_on],
        )
        connection.execute(
            f"create or replace table {SOURCE_SCHEMA}.run_state as select ? as run_id, ? as state",
            [run_id, json.dumps(taken.state)],
        )
    return files


def _lay_out(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]], told: Mapping[str, pa.Table]
) -> None:
    for kind, paths in files.items():
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        connection.execute(f"create or replace view {SOURCE_SCHEMA}.received_{kind} as from read_parquet([{listed}])")
    for table, rows in told.items():
        connection.register("rows", rows)
        connection.execute(f"create or replace table {SOURCE_SCHEMA}.received_{table} as from rows")


def is_new(settings: Settings) -> bool:
    """Whether the draft was begun empty, so that everything has to be built."""
    run = query(settings.draft, f"select bool_or(is_new) as is_new from {SOURCE_SCHEMA}.run")
    return bool(run["is_new"][0].as_py())


def require_draft_of(settings: Settings, run_id: str) -> None:
    """Make sure that a run works on what it read itself.

    Raises:
        NotReadError: It has read nothing: it was asked for some of the assets only.
    """
    if not settings.draft.exists() or _run_state(settings)["run_id"] != run_id:
        raise NotReadError(
            "this run was asked for some of the assets only, and has read no sheets: a run reads, builds, judges and "
            "publishes its months together; choose all assets, or the job nightly"
        )


def tell_problems(settings: Settings) -> None:
    """Lay what is wrong with rows beside the warehouse, for people who may see sheets: it quotes cells."""
    problems = settings.warehouse.with_name(PROBLEMS)
    pq.write_table(query(settings.draft, "from restricted.int_problems"), problems.with_suffix(".tmp"))
    problems.with_suffix(".tmp").replace(problems)


def keep(settings: Settings, project: str, switch: Callable[[], None]) -> None:
    """Make the draft the warehouse, and note which received rows its facts stand on.

    Whenever this is cut short, the months of the run still count as changed, and come again.

    Args:
        settings: Where the warehouse lies.
        project: The fingerprint of the dbt project it was built with.
        switch: Shows readers the release cut from the draft.
    """
    run = query(settings.draft, f"select month from {SOURCE_SCHEMA}.run where month is not null")
    state = json.loads(_run_state(settings)["state"])
    sheets = remember(settled(settings, project), state, run["month"].to_pylist())
    settings.draft.replace(settings.warehouse)
    switch()
    place = settings.warehouse.with_name(STANDING)
    place.with_suffix(".tmp").write_text(json.dumps({"project": project, "sheets": sheets}))
    place.with_suffix(".tmp").replace(place)


def settled(settings: Settings, project: str) -> dict[str, list[str]]:
    """Which received rows the facts were made from, as intake's fingerprints.

    Args:
        settings: Where the warehouse lies.
        project: The fingerprint of the dbt project; facts made with another one count as not made.
    """
    standing = _standing(settings)
    return standing["sheets"] if standing["project"] == project else {}


def _standing(settings: Settings) -> dict[str, Any]:
    """What the warehouse stands on. A file beside it, so that planning a night needs no look into the warehouse."""
    place = settings.warehouse.with_name(STANDING)
    nothing: dict[str, Any] = {"project": None, "sheets": {}}
    return nothing | json.loads(place.read_text()) if place.exists() else nothing


def _run_state(settings: Settings) -> dict[str, Any]:
    return query(settings.draft, f"from {SOURCE_SCHEMA}.run_state").to_pylist()[0]


def query(path: Path, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
    """Read the warehouse or the draft; no run may be writing it."""
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql, list(parameters)).to_arrow_table()

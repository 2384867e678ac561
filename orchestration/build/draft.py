"""The DuckDB file a run works in: laid out for dbt, read afterwards, and made the warehouse when it is published.

No meaning belongs here (that is SQL's, in dbt_project) and no reading of sheets (that is intake's).
"""

import gc
import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import files
from orchestration.build import made_files, own_parties, taught_words
from orchestration.build.previous_release import SCHEMA as SOURCE_SCHEMA
from orchestration.build.previous_release import (
    snapshot_given_files,
    snapshot_previous,
    snapshot_released_massacres,
)
from orchestration.intake import Intake, duckdb_session, expected_months, remember, sources
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.sql import STORAGE, literals

STATE = "warehouse_state.json"
# what it was called until November 2026
EARLIER_STATE = "standing.json"
RUN_STATE = f"from {SOURCE_SCHEMA}.run_state"
# what keeps rows waiting, beside the warehouse
PROBLEMS, UNKNOWN_WORDS = "problems.parquet", "unknown_words.parquet"
# what people say is expected, and what words mean, in the data root
GIVEN = ("expected_months.csv", "accepted_exceptions.csv", "spellings.csv", "sources.csv", "own_parties.csv")


class NotReadError(Exception):
    """A run was asked to build, judge or publish what it has not read."""


@dataclass(frozen=True)
class Run:
    """What a draft is laid out for.

    Attributes:
        run_id: Dagster's id of the run whose draft it is.
        business_date: The day it is for.
        started_on: The day it was started on, by the clock.
        months: First days of the months it is asked for. Rows without a usable date are always worked on, and where the
            draft is empty, every month there is.
    """

    run_id: str
    business_date: date
    started_on: date
    months: Collection[date]


def restrict_folder(settings: Settings) -> None:
    """Make the warehouse's folder, open to nobody but its owner, also where somebody else made it."""
    settings.draft.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse.parent.chmod(0o700)


def wait_until_closed(settings: Settings) -> None:
    """Return when nothing in this process holds the draft open for writing, or after half a minute.

    Whoever wrote it may be done and a reader still be refused: a connection lives on in a cycle of references, or in a
    thread of DuckDB's that is just ending.
    """
    for _ in range(300 if settings.draft.exists() else 0):
        try:
            return duckdb.connect(settings.draft, read_only=True).close()
        except duckdb.ConnectionException:
            gc.collect()
            time.sleep(0.1)
        except duckdb.Error:  # no database: whoever reads it will say so
            return None
    return None


def begin(settings: Settings, project: str, base: Settings | None = None) -> None:
    """Make the draft a run works in: a copy of the warehouse; nothing where that is damaged, or the project another.

    A run touches nothing but its draft. What it made becomes the warehouse when it is published (see `keep`), so that a
    run that is killed, cancelled or held back leaves everything as it was.

    Args:
        settings: Where the warehouse is; the caller holds the run lock.
        project: The fingerprint of the dbt project the run builds with.
        base: Where the warehouse is that is copied, if it is another one.
    """
    shutil.rmtree(settings.draft.parent, ignore_errors=True)
    restrict_folder(settings)
    base = base or settings
    is_of_project = base.warehouse.exists() and _state(base, project)["project"] == project
    # of another warehouse only what lies in its one file can be copied
    if is_of_project and not is_damaged(base) and (base == settings or not made_files.has_any(base.warehouse)):
        files.copy(base.warehouse, settings.draft)
        if base != settings:
            shutil.copyfile(base.warehouse.with_name(STATE), settings.warehouse.with_name(STATE))


def is_damaged(settings: Settings) -> bool:
    """Whether the warehouse cannot be read: every month is then made anew.

    One that is as the last run left it is whole. What somebody changed in it can be read, and a rule reports it (I67).
    """
    is_readable = files.is_readable(settings.warehouse, _state(settings)["sha256"])
    return not is_readable or not made_files.are_there(settings, settings.warehouse)


def lay_out(settings: Settings, run: Run, received: Intake, tables: Mapping[str, pa.Table]) -> dict[str, list[Path]]:
    """Lay out what a run reads: the received rows of its months, its sheets, its months and its day.

    Its months are those it is asked for; those where a word stands that was taught or taken back since the last kept
    run: whatever a run is asked for, a word is read the same in all months; and those that have begun since, whose rows
    were undated until then.

    Args:
        settings: Where the warehouse is.
        run: What the draft is laid out for.
        received: What is in raw/ now; what intake will remember of it is kept until the run has succeeded.
        tables: Further source tables, by name without `received_`.

    Returns:
        The Parquet files laid out, by kind; at least one a kind, which may be empty.
    """
    is_new = not settings.draft.exists()
    before = _state(settings)
    words_before, parties = before["spellings"], own_parties.in_force(settings.root, before["parties"])
    words = taught_words.in_force(settings.root, words_before)
    taught = [] if is_new else taught_words.months(settings.draft, words_before, taught_words.lines(words))
    is_unchanged = not is_new and not received.changed_months and not received.undated_changed and not taught
    known = {month for listed in received.files.values() for month, _ in listed if month}
    with duckdb.connect(settings.draft, config={"storage_compatibility_version": STORAGE}) as connection:
        connection.execute("".join((DBT_PROJECT / f"{name}.sql").read_text() for name in ("functions", "slips")))
        if is_new:
            duckdb_session.define_codes(connection, parties["party"].to_pylist())
        connection.execute(f"create schema if not exists {SOURCE_SCHEMA}")
        listed = _with_empty(settings, received)
        made_files.lay_out(connection, settings, listed)
        previous = snapshot_previous(connection, is_new, settings.warehouse)
        snapshot_released_massacres(connection, settings.release)
        begun = _begun_between(received.changed_months, previous.day, run.business_date)
        months = sorted({*run.months, *known} if is_new else {*run.months, *begun, *taught})
        parquet = {
            kind: [path for month, path in of_kind if month is None or month in months]
            for kind, of_kind in listed.items()
        }
        given = [path for name in GIVEN if (path := settings.root / name).is_file() and os.access(path, os.R_OK)]
        snapshot_given_files(connection, [*DBT_PROJECT.glob("seeds/*.csv"), *given])
        by_hand = {"spellings": words, "parties": parties, "sources": sources(settings.root)}
        by_hand["expected_months"] = expected_months(settings.root)
        sheets = {"sheets": received.sheets, "parts": received.parts}
        _lay_out_sources(connection, parquet, {**by_hand, **sheets, **tables})
        connection.execute(
            f"create or replace table {SOURCE_SCHEMA}.run as "
            "select unnest(list_append(?::date[], null)) as month, ?::date as business_date, ? as is_new, "
            "? as is_unchanged, ?::date as released_on, ?::date as started_on, ?::date as previous_started_on",
            [months, run.business_date, is_new, is_unchanged, previous.day, run.started_on, previous.started_on],
        )
        connection.execute(
            f"create or replace table {SOURCE_SCHEMA}.run_state as select ? as run_id, ? as state",
            [run.run_id, json.dumps(received.state)],
        )
    return parquet


def _with_empty(settings: Settings, received: Intake) -> dict[str, list[tuple[date | None, Path]]]:
    """Month and file of received rows, by kind; first one without rows, in which every column stands."""
    empty = settings.root / "lake" / "received"
    return {kind: [(None, empty / kind / "empty.parquet"), *listed] for kind, listed in received.files.items()}


def _begun_between(months: Collection[date], one_day: date | None, another: date) -> list[date]:
    """The months whose rows had no usable month on one of two days: those still to come are undated, whatever day."""
    if one_day is None:
        return []
    first, last = sorted((one_day, another))
    return [month for month in months if first.replace(day=1) < month <= last]


def _lay_out_sources(
    connection: duckdb.DuckDBPyConnection, parquet: Mapping[str, Sequence[Path]], tables: Mapping[str, pa.Table]
) -> None:
    for kind, paths in parquet.items():
        connection.execute(
            f"create or replace view {SOURCE_SCHEMA}.received_{kind} as "
            f"from read_parquet([{literals(paths)}], union_by_name = true)"
        )
    for table, rows in tables.items():
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
    if not settings.draft.exists() or query(settings.draft, RUN_STATE)["run_id"][0].as_py() != run_id:
        raise NotReadError(
            "this run was asked for some of the assets only, and has read no sheets: a run reads, builds, judges and "
            "publishes its months together; choose all assets, or the job nightly"
        )


def write_problems(settings: Settings) -> None:
    """Write what is wrong with rows beside the warehouse, for people who may see sheets: it quotes cells."""
    tables = queries(settings.draft, ["from restricted.int_problems", "from restricted.int_unknown_words"])
    for name, rows in zip((PROBLEMS, UNKNOWN_WORDS), tables, strict=True):
        files.write(settings.warehouse.with_name(name), partial(pq.write_table, rows))


def set_aside(settings: Settings) -> None:
    """Keep the draft of a run that is held as a whole where people can look at it, until the next release is made."""
    settings.held.parent.mkdir(parents=True, exist_ok=True)
    settings.draft.replace(settings.held)


def keep(settings: Settings, project: str) -> None:
    """Make the draft the warehouse, and remember which received rows its facts stand on.

    Whenever this is cut short, the months of the run still count as changed, and come again.

    Args:
        settings: Where the warehouse is.
        project: The fingerprint of the dbt project it was built with.
    """
    tables = [f"from {SOURCE_SCHEMA}.{name}" for name in ("received_sources", "received_parties", "received_spellings")]
    run = f"select month from {SOURCE_SCHEMA}.run where month is not null"
    worked_on, state, sources_used, parties, spellings = queries(settings.draft, [run, RUN_STATE, *tables])
    before, received = _state(settings, project), json.loads(state["state"][0].as_py())
    months = worked_on["month"].to_pylist()
    after = {
        "project": project,
        "sources": sources_used.to_pylist(),
        "parties": own_parties.lines(parties),
        "processed": remember(before["processed"], received, months),
        "months": sorted({*before["months"], *map(str, months)}),
        "spellings": taught_words.lines(spellings),
    }
    after["sha256"] = files.sha256(settings.draft)
    settings.draft.replace(settings.warehouse)
    shutil.rmtree(settings.held.parent, ignore_errors=True)
    files.write(settings.warehouse.with_name(STATE), json.dumps(after))
    settings.warehouse.with_name(EARLIER_STATE).unlink(missing_ok=True)


def processed_fingerprints(settings: Settings, project: str) -> dict[str, list[str]]:
    """Which received rows the facts were made from, as intake's fingerprints.

    Args:
        settings: Where the warehouse is.
        project: The fingerprint of the dbt project; facts made with another one count as not made.
    """
    return _state(settings, project)["processed"]


def months_of_taught_words(settings: Settings, project: str) -> list[date]:
    """First days of the months where a word stands that was taught, or taken back, since the last kept run.

    Args:
        settings: Where the data root is.
        project: The fingerprint of the dbt project; where another one built the warehouse, every month comes anyway.
    """
    state = _state(settings, project)
    if state["project"] is None or not settings.warehouse.exists():
        return []
    words = taught_words.in_force(settings.root, state["spellings"])
    try:
        return taught_words.months(settings.warehouse, state["spellings"], taught_words.lines(words))
    except duckdb.Error:  # a damaged warehouse: every month comes anyway
        return []


def published_months(settings: Settings, project: str) -> set[date]:
    """First days of the months that runs have published with this dbt project."""
    return set(map(date.fromisoformat, _state(settings, project)["months"]))


def _state(settings: Settings, project: str | None = None) -> dict[str, Any]:
    """What the warehouse stands on. A file beside it, so that planning a night needs no look into the warehouse.

    For a project it is nothing where the warehouse was built with another one, its records were numbered otherwise, or
    its own parties were others.
    """
    path = settings.warehouse.with_name(STATE)
    nothing: dict[str, Any] = {"project": None, "processed": {}, "months": []}
    nothing |= {"sources": [], "spellings": [], "parties": [], "sha256": None}
    try:
        state = nothing | json.loads(path.read_text())
    except (FileNotFoundError, ValueError, TypeError):  # none yet, or a torn one: as good as none
        state = nothing
    parties = own_parties.lines(own_parties.in_force(settings.root, state["parties"]))
    is_same = project == state["project"] and parties == state["parties"]
    is_same = is_same and state["sources"] == sources(settings.root).to_pylist()
    return state if project is None or is_same else nothing


def query(path: Path, sql: str) -> pa.Table:
    """Read the warehouse or the draft; no run may be writing it."""
    return queries(path, [sql])[0]


def queries(path: Path, questions: Iterable[str]) -> list[pa.Table]:
    """The same for several questions: opening the file takes longer than most answers."""
    with duckdb.connect(path, read_only=True) as connection:
        return [connection.execute(sql).to_arrow_table() for sql in questions]

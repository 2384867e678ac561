"""Who is told of what rules found: messages, the outbox they wait in, and the channels they leave by.

Telling fails no run and slows none by more than half a minute: what cannot be sent now is sent later.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa

from orchestration import findings
from orchestration.alerts import backfill, outbox, watch
from orchestration.alerts.messages import Told, of_run
from orchestration.settings import Settings

__all__ = ["deliver", "look_after", "standing", "tell", "tell_deaths", "tell_run"]

STANDING = pa.schema([("hours_unattended", pa.int32()), ("waiting", pa.int32()), ("has_channels", pa.bool_())])


def tell_run(
    settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun, business_date: date, log: Any
) -> None:
    """Tell what changed with a run that was judged just now, and look after the outbox.

    Args:
        settings: Where the log, the outbox and the draft are.
        instance: Dagster's instance.
        run: Dagster's run.
        business_date: The day it is for.
        log: Told what went wrong.
    """
    try:
        wrong = [*findings.unclear_exceptions(settings), *_tell_run(settings, instance, run, business_date)]
        for sentence in wrong:
            log.warning(sentence)
        outbox.beat(settings, datetime.now(UTC))
    except Exception as error:  # an alert that cannot be told fails no run; what it would tell stays in the log
        log.error(f"what changed could not be told, and will be with the next run: {type(error).__name__}")


def _tell_run(settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun, business_date: date) -> list[str]:
    first, last, months = _months(settings)
    told = Told(
        run.run_id,
        business_date,
        is_blocked=findings.is_held_back(settings, run.run_id),
        released_on=_released_on(settings),
        is_backfill=backfill.is_backfill(run, months),
        first_month=first,
        last_month=last,
    )
    if not told.is_backfill:
        return tell(settings, told)
    told = replace(told, months=backfill.changed_deaths(settings, first, last))
    if backfill.is_more_to_come(instance, run):
        backfill.hold(settings, told)
        return deliver(settings)
    wrong = tell(settings, backfill.together(settings, told))
    backfill.let_go(settings)
    return wrong


def tell_deaths(settings: Settings, runs: Iterable[dg.DagsterRun], business_date: date) -> list[str]:
    """Tell of runs that did not come to their end; returns what went wrong, in sentences."""
    dead = [run for run in runs if watch.note_death(settings, run, business_date, datetime.now(UTC))]
    return [sentence for run in dead for sentence in tell(settings, _outside(settings, run.run_id, business_date))]


def _outside(settings: Settings, run_id: str, business_date: date) -> Told:
    return Told(run_id, business_date, is_blocked=True, released_on=_released_on(settings))


def tell(settings: Settings, told: Told) -> list[str]:
    """Put what nobody was told of into the outbox, and send it; returns what went wrong, in sentences."""
    now = datetime.now(UTC)
    try:
        for message in of_run(settings, told, now):
            outbox.put(settings, message)
    except OSError as error:
        return [f"the outbox cannot be written: {type(error).__name__}"]
    return deliver(settings, now)


def deliver(settings: Settings, now: datetime | None = None) -> list[str]:
    """Send what waits in the outbox and is due; returns what went wrong, in sentences."""
    try:
        return outbox.deliver(settings, now or datetime.now(UTC))
    except OSError as error:
        return [f"the outbox cannot be read or written: {type(error).__name__}"]


def look_after(settings: Settings, business_date: date, now: datetime) -> list[str]:
    """What the daemon does every minute: send what waits, and tell where no night was judged for more than a day."""
    wrong = deliver(settings, now)
    if watch.note_silence(settings, business_date, now):
        wrong += tell(settings, _outside(settings, "", business_date))
    outbox.beat(settings, now)
    return wrong


def standing(settings: Settings, now: datetime) -> pa.Table:
    """How the alerts stand, as the one row of the source table `received_outbox` (I98)."""
    beat, late = outbox.last_beat(settings), (now - timedelta(hours=1)).isoformat()
    told = {
        "hours_unattended": math.ceil((now - beat).total_seconds() / 3600) if beat else None,
        "waiting": sum(row["written_at"] < late for row in outbox.undelivered(settings)),
        "has_channels": settings.channels.exists(),
    }
    return pa.Table.from_pylist([told], schema=STANDING)


def _months(settings: Settings) -> tuple[date, date, int]:
    """The first and the last month of a run, and how many they are."""
    with duckdb.connect(settings.draft, read_only=True) as connection:
        return connection.execute("select min(month), max(month), count(month) from received.run").fetchall()[0]


def _released_on(settings: Settings) -> str | None:
    current = settings.published / "current"
    return current.resolve().name[:10] if current.exists() else None

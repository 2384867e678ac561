"""Who is alerted of what rules found: messages, the outbox they wait in, and the channels they leave by.

Telling fails no run and slows none by more than half a minute: what cannot be sent now is sent later.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from orchestration import findings
from orchestration.alerts import backfill, outbox, watch
from orchestration.alerts.backfill import changed_totals
from orchestration.alerts.messages import RunNews, messages_of, rollback_message
from orchestration.alerts.watch import FailedRun
from orchestration.settings import Settings

__all__ = ["FailedRun", "RunNews", "changed_totals", "deliver", "look_after", "news_of_run", "outbox_status",
           "tell_of_dead_runs", "tell_of_rollback", "tell_of_run"]  # fmt: skip

OUTBOX_STATUS = pa.schema([("hours_unattended", pa.int32()), ("waiting", pa.int32()), ("has_channels", pa.bool_())])
MONTHS_OF_RUN = "select min(month), max(month), count(month) from received.run"


def news_of_run(
    settings: Settings,
    run_id: str,
    business_date: date,
    is_blocked: bool,
    held: Mapping[str, Sequence[str]],
    is_backfill: bool,
) -> RunNews:
    """What a message will say of a run that was judged just now; asked before anything of it is published.

    Args:
        settings: Where the draft and the last release are.
        run_id: Dagster's id of the run.
        business_date: The day it is for.
        is_blocked: Whether nothing of it will be published.
        held: By language, what is held back and by what, a sentence each.
        is_backfill: Whether somebody asked for its months to be rebuilt.
    """
    with duckdb.connect(settings.draft, read_only=True) as connection:
        first, last, count = connection.execute(MONTHS_OF_RUN).fetchall()[0]
    news = RunNews(
        run_id,
        business_date,
        is_blocked=is_blocked,
        held=held,
        released_on=_released_on(settings),
        is_backfill=backfill.is_reported_as_one(is_backfill, count),
        first_month=first,
        last_month=last,
    )
    if not news.is_backfill:
        return news
    try:
        changed = backfill.changed_totals(settings, first, last)
        of_deaths = [row for row in changed if row["measure"] == "deaths"]
        return replace(news, months=[{name: row[name] for name in ("month", "before", "after")} for row in of_deaths])
    except duckdb.Error:  # a release that cannot be read is compared with nothing, and keeps no run from replacing it
        return news


def tell_of_run(settings: Settings, news: RunNews, log: Any) -> None:
    """Tell what changed with a run whose verdicts are in the log of evaluations, and look after the outbox.

    Args:
        settings: Where the log and the outbox are.
        news: What a message says of the run.
        log: A logger, for what went wrong.
    """
    try:
        sentences = [*findings.unclear_exceptions(settings), *outbox.faults(settings), *_tell(settings, news)]
        for sentence in dict.fromkeys(sentences):
            log.warning(sentence)
        outbox.beat(settings, datetime.now(UTC))
    except Exception as error:  # an alert that cannot be written fails no run; what it would tell stays in the log
        log.error(f"what changed could not be told, and will be with the next run: {type(error).__name__}")


def tell_of_dead_runs(settings: Settings, runs: Iterable[FailedRun], business_date: date) -> list[str]:
    """Tell of runs that did not come to their end; returns what went wrong, in sentences."""
    dead = [run for run in runs if watch.note_death(settings, run, business_date, datetime.now(UTC))]
    return [sentence for run in dead for sentence in _tell(settings, _no_run(settings, run.run_id, business_date))]


def tell_of_rollback(
    settings: Settings,
    release: str,
    day: date,
    revisions: Sequence[Mapping[str, Any]],
    who: str,
    why: str,
    business_date: date,
) -> list[str]:
    """Tell that readers have an earlier release again; returns what went wrong, in sentences.

    Args:
        settings: Where the outbox is.
        release: The name of the release that gives it back.
        day: The day the earlier one was for.
        revisions: What it changes, as lines of the ledger.
        who: Who decided.
        why: Why.
        business_date: The day it is given back on.
    """
    now = datetime.now(UTC)
    try:
        outbox.put(settings, rollback_message(release, day, revisions, (who, why), business_date, now))
    except OSError as error:
        return [f"the outbox cannot be written: {type(error).__name__}"]
    return deliver(settings, now)


def _no_run(settings: Settings, run_id: str, business_date: date) -> RunNews:
    """What a message says where no run has been judged."""
    return RunNews(run_id, business_date, is_blocked=True, released_on=_released_on(settings))


def _tell(settings: Settings, news: RunNews) -> list[str]:
    """Put what nobody was alerted of into the outbox, and send it; returns what went wrong, in sentences."""
    now = datetime.now(UTC)
    try:
        for message in messages_of(settings, news, now):
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
        wrong += _tell(settings, _no_run(settings, "", business_date))
    outbox.beat(settings, now)
    return wrong


def outbox_status(settings: Settings, now: datetime) -> pa.Table:
    """How the outbox stands, as the one row of the source table `received_outbox` (I98)."""
    beat, late = outbox.last_beat(settings), (now - timedelta(hours=1)).isoformat()
    row = {
        "hours_unattended": math.ceil((now - beat).total_seconds() / 3600) if beat else None,
        "waiting": sum(row["written_at"] < late for row in outbox.undelivered(settings)),
        "has_channels": settings.channels.exists(),
    }
    return pa.Table.from_pylist([row], schema=OUTBOX_STATUS)


def _released_on(settings: Settings) -> str | None:
    return settings.current.resolve().name[:10] if settings.current.exists() else None

"""What starts runs by itself: the night's schedule, and a sensor that sees what is dropped in raw/."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from orchestration import alerts, intake
from orchestration.alerts import outbox
from orchestration.instance import forget_runs
from orchestration.night import changed_months, end_dead_runs, months_of_night, run_requests
from orchestration.partitions import key_of
from orchestration.settings import settings

UNFINISHED = dg.RunsFilter(statuses=NOT_FINISHED_STATUSES)
EVERY = 15
EVERY_MINUTE = 60


@dg.schedule(
    job_name="nightly",
    cron_schedule=settings().cron,
    execution_timezone=settings().time_zone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night: the running month, the two before it, and every month whose sheets changed.",
)
def every_night(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """Ask for the runs of a night, of the day the tick falls on."""
    place = settings()
    day = place.business_date or context.scheduled_execution_time.astimezone(ZoneInfo(place.time_zone)).date()
    end_dead_runs(context.instance, place)
    forget_runs(context.instance, datetime.now(UTC) - timedelta(days=place.keep_runs_days))
    yield from run_requests(months_of_night(place, day), day, f"night of {day}")


@dg.sensor(
    job_name="nightly",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="New, changed and removed files in raw/: asks for their months once the files lie still.",
)
def new_sheets(context: dg.SensorEvaluationContext) -> dg.SkipReason | list[dg.RunRequest]:
    """Ask for the months whose sheets changed, where nothing in raw/ has moved since the last look.

    The cursor is what lay there at the last look, and the months asked for since; null once none is left to ask for.
    Months are asked for once; if their run does not succeed, the night asks again.
    """
    place, day = settings(), settings().today()
    end_dead_runs(context.instance, place)
    try:
        lying = hashlib.sha256(repr(intake.listing(place.raw)).encode()).hexdigest()
        seen, asked = json.loads(context.cursor) if context.cursor else (None, [])
        if seen != lying:
            context.update_cursor(json.dumps([lying, []]))
            return dg.SkipReason("raw/ has changed: its months are asked for once it lies still")
        if asked is None:
            return dg.SkipReason("nothing in raw/ has changed since it was last worked on")
        if context.instance.get_runs_count(UNFINISHED):
            return dg.SkipReason("a run is working or waiting: it may be what takes in what is new")
        months = [month for month in changed_months(place, day) if key_of(month) not in asked]
    except intake.RawError as error:
        return dg.SkipReason(str(error))
    if not months:
        context.update_cursor(json.dumps([lying, None]))
        return dg.SkipReason("nothing in raw/ has changed since it was last worked on")
    context.update_cursor(json.dumps([lying, sorted([*asked, *map(key_of, months)])]))
    return run_requests(months, day, f"sheets {lying[:16]}")


@dg.sensor(
    minimum_interval_seconds=EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends the alerts that wait in the outbox, and tells when no night was judged for more than a day.",
)
def waiting_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Look after the outbox: what could not be sent before is tried again, each time after twice as long."""
    place = settings()
    wrong = alerts.look_after(place, place.today(), datetime.now(UTC))
    waiting = outbox.undelivered(place)
    for sentence in wrong:
        context.log.warning(sentence)
    told = "; ".join(f"message {row['message_id']} to {row['channel']}: {row['last_error']}" for row in waiting)
    return dg.SkipReason(f"{len(waiting)} alerts wait to be sent: {told}" if waiting else "no alert waits to be sent")


@dg.run_failure_sensor(
    minimum_interval_seconds=EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of a run that did not come to its end, unless its rules stopped it or it is tried once more.",
)
def dead_runs(context: dg.RunFailureSensorContext) -> None:
    """Make a finding of a run that died (I96)."""
    place = settings()
    run = context.instance.get_run_by_id(context.dagster_run.run_id) or context.dagster_run
    for sentence in alerts.tell_deaths(place, [run], _day_of(run) or place.today()):
        context.log.warning(sentence)


def _day_of(run: dg.DagsterRun) -> date | None:
    """The business date a run was asked for, where it was asked for one."""
    config: Any = run.run_config
    for key in ("resources", "night", "config", "business_date"):
        config = config.get(key) or {}
    return date.fromisoformat(config) if config else None

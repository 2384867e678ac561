"""What starts runs by itself: the night's schedule, a sensor that sees what is dropped in raw/, and two that watch."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration import alerts, intake
from orchestration.alerts import outbox
from orchestration.months import key_of
from orchestration.pipeline.instance import UNFINISHED, forget_runs
from orchestration.pipeline.planning import business_date_of, changed_months, has_sheets, months_of_night, run_request
from orchestration.pipeline.running import end_dead_runs, failed_run
from orchestration.settings import Settings, read_settings

EVERY = 15
EVERY_MINUTE = 60


def every_night(settings: Settings) -> dg.ScheduleDefinition:
    """The schedule of the night."""

    @dg.schedule(
        job_name="nightly",
        cron_schedule=settings.cron,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every night: the running month, the two before it, and every month whose sheets changed.",
    )
    def every_night(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        """Ask for the run of a night, of the day the tick falls on; without any sheet there is nothing to publish."""
        settings = read_settings()
        if not has_sheets(settings):
            return dg.SkipReason(f"no sheet lies in {settings.raw}, and none ever did")
        zone = ZoneInfo(settings.time_zone)
        day = settings.business_date or context.scheduled_execution_time.astimezone(zone).date()
        end_dead_runs(context.instance, settings)
        forget_runs(context.instance, datetime.now(UTC) - timedelta(days=settings.keep_runs_days))
        return run_request(months_of_night(settings, day), day, f"night of {day}")

    return every_night


@dg.sensor(
    job_name="nightly",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="New, changed and removed files in raw/: asks for their months once the files lie still.",
)
def new_sheets(context: dg.SensorEvaluationContext) -> dg.SkipReason | dg.RunRequest:
    """Ask for the months whose sheets changed, or in which a taught word stands, once nothing moves any more.

    The cursor is what was there at the last look, and the months asked for since; null once none is left to ask for,
    with what is set aside of it.
    Months are asked for once; if their run does not succeed, the night asks again.
    """
    settings = read_settings()
    day = settings.today()
    end_dead_runs(context.instance, settings)
    try:
        given = [intake.spellings(settings.root), intake.sources(settings.root), intake.own_parties(settings.root)]
        dropped = [intake.listing(settings.raw), *(lines.to_pylist() for lines in given)]
        listed = hashlib.sha256(repr(dropped).encode()).hexdigest()
        seen, asked, *aside = json.loads(context.cursor) if context.cursor else (None, [])
        if seen != listed:
            context.update_cursor(json.dumps([listed, []]))
            return dg.SkipReason("raw/ has changed: its months are asked for once it lies still")
        if asked is None and aside:
            return _nothing_new(*aside)
        if context.instance.get_runs_count(UNFINISHED):
            return dg.SkipReason("a run is working or waiting: it may be what takes in what is new")
        months = [month for month in changed_months(settings, day) if key_of(month) not in (asked or ())]
        if not months:
            sentences = intake.sheets_set_aside(settings.root, settings.raw)
            context.update_cursor(json.dumps([listed, None, sentences]))
            return _nothing_new(sentences)
    except intake.RawError as error:
        return dg.SkipReason(str(error))
    context.update_cursor(json.dumps([listed, sorted([*asked, *map(key_of, months)])]))
    return run_request(months, day, f"sheets {listed[:16]}")


def _nothing_new(aside: Sequence[str]) -> dg.SkipReason:
    """What is said where no month is to be made, with what lies in raw/ and is set aside."""
    listed = "".join(f"\nset aside  {sentence}" for sentence in aside)
    return dg.SkipReason(f"nothing in raw/ has changed since it was last worked on{listed}")


@dg.sensor(
    minimum_interval_seconds=EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends the alerts that wait in the outbox, and tells when no night was judged for more than a day.",
)
def waiting_alerts(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Look after the outbox: what could not be sent before is tried again, each time after twice as long."""
    settings = read_settings()
    wrong = alerts.look_after(settings, settings.today(), datetime.now(UTC))
    waiting = outbox.undelivered(settings)
    for sentence in wrong:
        context.log.warning(sentence)
    listed = "; ".join(f"message {row['message_id']} to {row['channel']}: {row['last_error']}" for row in waiting)
    return dg.SkipReason(f"{len(waiting)} alerts wait to be sent: {listed}" if waiting else "no alert waits to be sent")


@dg.run_failure_sensor(
    minimum_interval_seconds=EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of a run that did not come to its end, unless its rules stopped it or it is tried once more.",
)
def dead_runs(context: dg.RunFailureSensorContext) -> None:
    """Make a finding of a run that died (I96)."""
    settings = read_settings()
    run = context.instance.get_run_by_id(context.dagster_run.run_id) or context.dagster_run
    day = business_date_of(run) or settings.today()
    for sentence in alerts.tell_of_dead_runs(settings, [failed_run(run)], day):
        context.log.warning(sentence)

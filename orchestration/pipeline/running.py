"""Runs of the job `nightly` in this process, for the command line; and runs whose process has gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from orchestration.alerts import FailedRun
from orchestration.build import run_lock
from orchestration.pipeline.checks import BACKFILL
from orchestration.pipeline.partitions import months_in
from orchestration.pipeline.planning import run_request
from orchestration.pipeline.progress import STEPS
from orchestration.pipeline.release import HELD
from orchestration.settings import Settings

WORKING = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
# Dagster writes it on a failed run that it will ask for once more
WILL_RETRY = "dagster/will_retry"
INTERRUPTS = (KeyboardInterrupt.__name__, dg.DagsterExecutionInterruptedError.__name__)
INTERRUPTED_QUERY = "Query interrupted"  # what DuckDB makes of an interrupt
INTERRUPTED = "somebody interrupted it; nothing it did was kept: ask for it again"


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Attributes:
        run_id: Dagster's id of the run.
        months: First days of the months it worked on, in order.
        seconds: How long each step took, in the words a person reads.
        error: What stopped it; None where it did its work.
        is_rule: Whether what stopped it is a rule that the data break, and not a fault.
    """

    run_id: str
    months: list[date]
    seconds: dict[str, float]
    error: str | None
    is_rule: bool


def run_months(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    months: Collection[date],
    business_date: date,
    verbose: bool = False,
    is_backfill: bool = False,
    is_earlier_day: bool = False,
    assets: Sequence[dg.AssetKey] | None = None,
) -> Run | None:
    """Work on a set of months in this process, as one run.

    Args:
        job: The job `nightly`.
        instance: Dagster's instance, which keeps the log of the run.
        months: First days of the months.
        business_date: The day the run is for.
        verbose: Whether Dagster's own log goes to the terminal.
        is_backfill: Whether the run is reported as a backfill.
        is_earlier_day: Whether the day may be before that of the last release.
        assets: Only these of the job; all of them where None.

    Returns:
        How the run ended; None where there was no month to work on.
    """
    if not months:
        return None
    request = run_request(months, business_date, "command line", is_earlier_day)
    result = job.execute_in_process(
        instance=instance,
        asset_selection=assets,
        # whoever stops it at the terminal wants it stopped
        tags={**request.tags, **({BACKFILL: "true"} if is_backfill else {}), "dagster/max_retries": "0"},
        run_config={
            **request.run_config,
            "loggers": {"console": {"config": {"log_level": "INFO"}}} if verbose else {"progress": {}},
        },
        raise_on_error=False,
    )
    error, is_rule = _error(result)
    return Run(result.run_id, sorted(months), _seconds(result), error, is_rule)


def dead_runs(instance: dg.DagsterInstance, settings: Settings) -> list[dg.DagsterRun]:
    """Runs that are recorded as working, and have no process: somebody killed them, or the machine stopped."""
    silent = [run.run_id for run in instance.get_runs(WORKING) if run_lock.has_died(settings, run.run_id)]
    again = [instance.get_run_by_id(run_id) for run_id in silent]
    return [run for run in again if run and run.status in WORKING.statuses]


def end_dead_runs(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Mark dead runs as failed, which frees their place in Dagster's queue."""
    for run in dead_runs(instance, settings):
        instance.report_run_failed(run, "its process was killed; nothing it did was kept: ask for it again")


def failed_run(run: dg.DagsterRun) -> FailedRun:
    """What alerts need to know of a run that failed."""
    return FailedRun(run.run_id, months_in(run.tags), run.tags.get(WILL_RETRY) == "true")


def failures(instance: dg.DagsterInstance, run: Run | None) -> list[FailedRun]:
    """What alerts need to know of a run that ended with an error; nothing where Dagster does not know it as failed."""
    found = instance.get_run_by_id(run.run_id) if run and run.error else None
    return [failed_run(found)] if found and found.status == dg.DagsterRunStatus.FAILURE else []


def _seconds(result: dg.ExecuteInProcessResult) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for event in result.all_events:
        if event.is_step_success and event.step_key:
            step = STEPS[event.step_key]
            seconds[step] = seconds.get(step, 0) + event.step_success_data.duration_ms / 1000
    return seconds


def _error(result: dg.ExecuteInProcessResult) -> tuple[str | None, bool]:
    """What stopped a run, and whether that is a rule; steps say in a sentence what they stop for."""
    events = result.all_events
    failed = [event.step_failure_data for event in events if event.is_step_failure]
    for failure in failed:
        if reason := failure.user_failure_data:
            return reason.description, HELD in reason.metadata
    errors = [failure.error for failure in failed]
    # what stops a run before its first step is an event of the run alone
    for error in errors or [event.job_failure_data.error for event in events if event.is_job_failure]:
        while error and error.cause:
            error = error.cause
        if error:
            message = error.message.strip().split(f"{error.cls_name}: ", 1)[-1]
            is_interrupt = error.cls_name in INTERRUPTS or message == INTERRUPTED_QUERY
            return INTERRUPTED if is_interrupt else message, error.cls_name == "TestFailedError"
    return None, False

"""Runs of the job `nightly` in this process, for the command line; and runs whose process has gone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import dagster as dg

from orchestration.alerts import FailedRun
from orchestration.build import run_lock
from orchestration.months import month_of
from orchestration.pipeline.checks import BACKFILL, MORE_TO_COME, THE_LAST
from orchestration.pipeline.partitions import RANGE_END, RANGE_START, months_in
from orchestration.pipeline.planning import run_requests
from orchestration.pipeline.progress import STEPS
from orchestration.settings import Settings

WORKING = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
# Dagster writes it on a failed run that it will ask for once more
WILL_RETRY = "dagster/will_retry"
INTERRUPTS = (KeyboardInterrupt.__name__, dg.DagsterExecutionInterruptedError.__name__)
# what Dagster raises where a blocking check failed; the class itself is not public
BLOCKED = "DagsterAssetCheckFailedError"
INTERRUPTED_QUERY = "Query interrupted"  # what DuckDB makes of an interrupt
INTERRUPTED = "somebody interrupted it; nothing it did was kept: ask for it again"


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Attributes:
        run_id: Dagster's id of the run.
        months: The first and the last month it worked on.
        seconds: How long each step took, in the words a person reads.
        error: What stopped it; None where it did its work.
        is_rule: Whether what stopped it is a rule that the data break, and not a fault.
    """

    run_id: str
    months: tuple[date, date]
    seconds: dict[str, float]
    error: str | None
    is_rule: bool


def run_months(
    job: dg.JobDefinition,
    instance: dg.DagsterInstance,
    months: Iterable[date],
    business_date: date,
    verbose: bool = False,
    on_run: Callable[[Run], None] = lambda run: None,
    is_backfill: bool = False,
) -> list[Run]:
    """Work on a set of months in this process; stops at a run that could not do its work.

    Args:
        job: The job `nightly`.
        instance: Dagster's instance, which keeps the log of the runs.
        months: First days of the months.
        business_date: The day the runs are for.
        verbose: Whether Dagster's own log goes to the terminal.
        on_run: Called with each run when it has ended.
        is_backfill: Whether the runs are told of as a backfill.

    Returns:
        How each run ended, in order.
    """
    runs: list[Run] = []
    requests = run_requests(months, business_date, "command line")
    for request in requests:
        tags = {BACKFILL: THE_LAST if request is requests[-1] else MORE_TO_COME} if is_backfill else {}
        runs.append(_run(job, instance, request.with_replaced_attrs(tags={**request.tags, **tags}), verbose))
        on_run(runs[-1])
        if runs[-1].error:
            break
    return runs


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
    months = months_in(run.tags)
    first, last = (months[0], months[-1]) if months else (None, None)
    return FailedRun(run.run_id, first, last, run.tags.get(WILL_RETRY) == "true")


def failed_runs(instance: dg.DagsterInstance, run_ids: Iterable[str]) -> list[FailedRun]:
    """Those of some runs that Dagster knows as failed."""
    found = [instance.get_run_by_id(run_id) for run_id in run_ids]
    return [failed_run(run) for run in found if run and run.status == dg.DagsterRunStatus.FAILURE]


def _run(job: dg.JobDefinition, instance: dg.DagsterInstance, request: dg.RunRequest, verbose: bool) -> Run:
    loggers = {"console": {"config": {"log_level": "INFO"}}} if verbose else {"progress": {}}
    result = job.execute_in_process(
        instance=instance,
        tags={**request.tags, "dagster/max_retries": "0"},  # whoever stops it at the terminal wants it stopped
        run_config={**request.run_config, "loggers": loggers},
        raise_on_error=False,
    )
    seconds: dict[str, float] = {}
    for event in result.all_events:
        if event.is_step_success and event.step_key:
            step = STEPS[event.step_key]
            seconds[step] = seconds.get(step, 0) + event.step_success_data.duration_ms / 1000
    error, is_rule = _error(result)
    first, last = month_of(request.tags[RANGE_START]), month_of(request.tags[RANGE_END])
    return Run(result.run_id, (first, last), seconds, error, is_rule)


def _error(result: dg.ExecuteInProcessResult) -> tuple[str | None, bool]:
    """What stopped a run, and whether that is a rule. A failed blocking check stops nothing: the run did its work."""
    events = result.all_events
    errors = [event.step_failure_data.error for event in events if event.is_step_failure]
    # what stops a run before its first step is an event of the run alone
    for error in errors or [event.job_failure_data.error for event in events if event.is_job_failure]:
        while error and error.cause:
            error = error.cause
        if error and error.cls_name != BLOCKED:
            message = error.message.strip().split(f"{error.cls_name}: ", 1)[-1]
            is_interrupt = error.cls_name in INTERRUPTS or message == INTERRUPTED_QUERY
            return INTERRUPTED if is_interrupt else message, error.cls_name == "TestFailedError"
    return None, False

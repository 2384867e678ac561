"""Which months a night works on, as runs for Dagster; and runs in this process, for the command line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import dagster as dg

from orchestration import intake, transform, turns, warehouse
from orchestration.partitions import FIRST_MONTH, before, key_of, ranges
from orchestration.progress import STEPS
from orchestration.settings import Settings

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
WORKING = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
LOOK_BACK = 2
BACKFILL = "casebook/backfill"
INTERRUPTS = ("KeyboardInterrupt", "DagsterExecutionInterruptedError")
INTERRUPTED_QUERY = "Query interrupted"  # what DuckDB makes of an interrupt
INTERRUPTED = "somebody interrupted it; nothing it did was kept: ask for it again"


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Attributes:
        run_id: Dagster's id of the run.
        months: The first and the last month it worked on.
        seconds: How long each step took, in the words a person is told.
        error: What stopped it; None where it did its work.
        is_rule: Whether what stopped it is a rule that the data break, and not a fault.
    """

    run_id: str
    months: tuple[date, date]
    seconds: dict[str, float]
    error: str | None
    is_rule: bool


def months_of_night(settings: Settings, business_date: date) -> list[date]:
    """The running month, the two before it, and every month whose sheets changed since they were last worked on."""
    running = business_date.replace(day=1)
    recent = [before(running, count) for count in range(LOOK_BACK + 1)]
    months = {*recent, *changed_months(settings, business_date)}
    return sorted(month for month in months if month >= FIRST_MONTH)


def changed_months(settings: Settings, business_date: date) -> list[date]:
    """Every month whose sheets are not those its figures stand on. Takes in what is new in raw/, to know.

    Where a model or a code list changed, every month with sheets has changed.

    Raises:
        RawError: The place where sheets are dropped cannot be read.
    """
    settled = warehouse.settled(settings, transform.fingerprint())
    taken = intake.take_in(settings.root, datetime.now(), business_date, settled, settings.raw)
    return taken.changed_months


def missing_months(instance: dg.DagsterInstance, months: Iterable[date]) -> list[date]:
    """Those of some months that no run has published, as far as Dagster's log goes back."""
    made = instance.get_materialized_partitions(dg.AssetKey("release_current"))
    return [month for month in months if key_of(month) not in made]


def run_requests(months: Iterable[date], business_date: date, asked_by: str) -> list[dg.RunRequest]:
    """A set of months as runs of the job `nightly`, one a contiguous stretch.

    Args:
        months: First days of the months.
        business_date: The day the runs are for.
        asked_by: What asks for them; it asks for the same stretch once only.
    """
    return [
        dg.RunRequest(
            run_key=f"{asked_by} {key_of(first)}...{key_of(last)}",
            tags={RANGE_START: key_of(first), RANGE_END: key_of(last)},
            run_config={"resources": {"night": {"config": {"business_date": business_date.isoformat()}}}},
        )
        for first, last in ranges(months)
    ]


def run_months(
    instance: dg.DagsterInstance,
    months: Iterable[date],
    business_date: date,
    settings: Settings,
    verbose: bool = False,
    on_run: Callable[[Run], None] = lambda run: None,
    is_backfill: bool = False,
) -> list[Run]:
    """Work on a set of months in this process; stops at a run that could not do its work.

    Args:
        instance: Dagster's instance, which keeps the log of the runs.
        months: First days of the months.
        business_date: The day the runs are for.
        settings: The data root they work in.
        verbose: Whether Dagster's own log goes to the terminal.
        on_run: Told of each run when it has ended.
        is_backfill: Whether the runs are told of as a backfill.

    Returns:
        How each run ended, in order.
    """
    runs: list[Run] = []
    requests = run_requests(months, business_date, "command line")
    for request in requests:
        tags = {BACKFILL: "the last" if request is requests[-1] else "more to come"} if is_backfill else {}
        runs.append(_run(instance, request.with_replaced_attrs(tags={**request.tags, **tags}), settings, verbose))
        on_run(runs[-1])
        if runs[-1].error:
            break
    return runs


def dead_runs(instance: dg.DagsterInstance, settings: Settings) -> list[dg.DagsterRun]:
    """Runs that say they are working, and have no process: somebody killed them, or the machine stopped."""
    silent = [run.run_id for run in instance.get_runs(WORKING) if turns.has_died(settings, run.run_id)]
    again = [instance.get_run_by_id(run_id) for run_id in silent]
    return [run for run in again if run and run.status in WORKING.statuses]


def end_dead_runs(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Mark dead runs as failed, which frees their place in Dagster's queue."""
    for run in dead_runs(instance, settings):
        instance.report_run_failed(run, "its process was killed; nothing it did was kept: ask for it again")


def _run(instance: dg.DagsterInstance, request: dg.RunRequest, settings: Settings, verbose: bool) -> Run:
    from orchestration.definitions import defs  # which lists the schedules, which need this module

    loggers = {"console": {"config": {"log_level": "INFO"}}} if verbose else {"progress": {}}
    result = defs.resolve_job_def("nightly").execute_in_process(
        instance=instance,
        tags={**request.tags, "dagster/max_retries": "0"},  # whoever stops it at the terminal wants it stopped
        run_config={**request.run_config, "loggers": loggers},
        raise_on_error=False,
    )
    ended = [event for event in result.all_events if event.is_step_success and event.step_key]
    seconds = {STEPS[str(event.step_key)]: event.step_success_data.duration_ms / 1000 for event in ended}
    error, is_rule = _error(result)
    first, last = (date.fromisoformat(f"{request.tags[tag]}-01") for tag in (RANGE_START, RANGE_END))
    return Run(result.run_id, (first, last), seconds, error, is_rule)


def _error(result: dg.ExecuteInProcessResult) -> tuple[str | None, bool]:
    """What stopped a run, and whether that is a rule. A failed blocking check stops nothing: the run did its work."""
    events = result.all_events
    errors = [event.step_failure_data.error for event in events if event.is_step_failure]
    # what stops a run before its first step is told of the run alone
    for error in errors or [event.job_failure_data.error for event in events if event.is_job_failure]:
        while error and error.cause:
            error = error.cause
        if error and error.cls_name != "DagsterAssetCheckFailedError":
            told = error.message.strip().split(f"{error.cls_name}: ", 1)[-1]
            is_interrupt = error.cls_name in INTERRUPTS or told == INTERRUPTED_QUERY
            return INTERRUPTED if is_interrupt else told, error.cls_name == "TestFailedError"
    return None, False

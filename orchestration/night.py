"""A night's work from the command line: which months, which runs, and how they ended. Dagster does the work."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import dagster as dg

from orchestration import intake, transform, warehouse
from orchestration.definitions import defs
from orchestration.partitions import FIRST_MONTH, before, key_of, ranges
from orchestration.progress import STEPS
from orchestration.settings import Settings

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
LOOK_BACK = 2


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
    """The running month, the two before it, and every month whose sheets changed since they were last worked on.

    Where a code list changed, every month with sheets has changed.
    """
    running = business_date.replace(day=1)
    recent = [before(running, count) for count in range(LOOK_BACK + 1)]
    settled = warehouse.settled(settings, transform.codes_fingerprint())
    taken = intake.take_in(settings.root, datetime.now(), business_date, settled)
    return sorted({month for month in [*recent, *taken.changed_months] if month >= FIRST_MONTH})


def run_months(
    instance: dg.DagsterInstance,
    months: Iterable[date],
    business_date: date,
    verbose: bool = False,
    on_run: Callable[[Run], None] = lambda run: None,
) -> list[Run]:
    """Work on a set of months, one Dagster run a contiguous stretch; stops at a run that could not do its work."""
    runs: list[Run] = []
    for first, last in ranges(months):
        runs.append(_run(instance, first, last, business_date, verbose))
        on_run(runs[-1])
        if runs[-1].error:
            break
    return runs


def _run(instance: dg.DagsterInstance, first: date, last: date, business_date: date, verbose: bool) -> Run:
    result = defs.resolve_job_def("nightly").execute_in_process(
        instance=instance,
        tags={RANGE_START: key_of(first), RANGE_END: key_of(last)},
        run_config={
            "resources": {"night": {"config": {"business_date": business_date.isoformat()}}},
            "loggers": {"console": {"config": {"log_level": "INFO"}}} if verbose else {"progress": {}},
        },
        raise_on_error=False,
    )
    stats = instance.get_run_step_stats(result.run_id)
    seconds = {STEPS[step.step_key]: (step.end_time or 0) - (step.start_time or 0) for step in stats}
    error, is_rule = _error(result)
    return Run(result.run_id, (first, last), seconds, error, is_rule)


def _error(result: dg.ExecuteInProcessResult) -> tuple[str | None, bool]:
    """What stopped a run, and whether that is a rule. A failed blocking check stops nothing: the run did its work."""
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error and error.cause:
                error = error.cause
            if error and error.cls_name != "DagsterAssetCheckFailedError":
                return error.message.strip().removeprefix(
                    "orchestration.transform.BuildError: "
                ), error.cls_name == "TestFailedError"
    return None, False

"""Which months a night works on, and the runs of the job `nightly` that do it."""

from collections.abc import Iterable
from datetime import date, datetime

import dagster as dg

from orchestration import intake
from orchestration.build import dbt, draft
from orchestration.months import FIRST_MONTH, before, key_of, ranges
from orchestration.pipeline.partitions import RANGE_END, RANGE_START
from orchestration.settings import Settings

LOOK_BACK = 2


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
    processed = draft.processed_fingerprints(settings, dbt.fingerprint())
    return intake.take_in(settings.root, datetime.now(), business_date, processed, settings.raw).changed_months


def missing_months(settings: Settings, months: Iterable[date]) -> list[date]:
    """Those of some months that no run has published since the models last changed."""
    published = draft.published_months(settings, dbt.fingerprint())
    return [month for month in months if month not in published]


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
            run_config={"resources": {"run_context": {"config": {"business_date": business_date.isoformat()}}}},
        )
        for first, last in ranges(months)
    ]


def business_date_of(run: dg.DagsterRun) -> date | None:
    """The business date a run was asked for; None where it was asked for none."""
    found: object = run.run_config
    for key in ("resources", "run_context", "config", "business_date"):
        found = found.get(key) if isinstance(found, dict) else None
    return date.fromisoformat(found) if isinstance(found, str) and found else None

"""Which months a night works on, and the run of the job `nightly` that does it."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

import dagster as dg

from orchestration import intake
from orchestration.build import dbt, draft
from orchestration.months import FIRST_MONTH, before
from orchestration.pipeline.partitions import BUSINESS_DATE, MONTHS, tags_of
from orchestration.settings import Settings

LOOK_BACK = 2


def has_sheets(settings: Settings) -> bool:
    """Whether a sheet lies in raw/, or ever did: without any there is nothing to publish.

    Raises:
        RawError: Nobody can tell.
    """
    return (settings.root / "lake" / "originals").exists() or bool(intake.listing(settings.raw))


def months_of_night(settings: Settings, business_date: date) -> list[date]:
    """The running month, the two before it, and every month whose sheets changed since they were last worked on."""
    running = business_date.replace(day=1)
    recent = [before(running, count) for count in range(LOOK_BACK + 1)]
    months = {*recent, *changed_months(settings, business_date)}
    return sorted(month for month in months if month >= FIRST_MONTH)


def changed_months(settings: Settings, business_date: date) -> list[date]:
    """Every month whose sheets are not those its figures stand on. Takes in what is new in raw/, to know.

    Where a model or a code list changed, every month with sheets has changed; where a word was taught, or taken back,
    every month in which it stands.

    Raises:
        RawError: The place where sheets are dropped cannot be read.
    """
    project = dbt.fingerprint()
    processed = draft.processed_fingerprints(settings, project)
    limits = intake.Limits.of(settings)
    taken = intake.take_in(settings.root, datetime.now(), business_date, processed, settings.raw, limits)
    return sorted({*taken.changed_months, *draft.months_of_taught_words(settings, project)})


def missing_months(settings: Settings, months: Iterable[date]) -> list[date]:
    """Those of some months that no run has published since the models last changed."""
    published = draft.published_months(settings, dbt.fingerprint())
    return [month for month in months if month not in published]


def run_request(
    months: Collection[date], business_date: date, asked_by: str, is_earlier_day: bool = False
) -> dg.RunRequest:
    """A set of months as one run of the job `nightly`, however many they are and whatever lies between them.

    Args:
        months: First days of the months; at least one.
        business_date: The day the run is for.
        asked_by: What asks for it; it asks for the same months once only.
        is_earlier_day: Whether the day may be before that of the last release.
    """
    tags = {**tags_of(months), BUSINESS_DATE: business_date.isoformat()}
    config = {"business_date": business_date.isoformat(), **({"is_earlier_day": True} if is_earlier_day else {})}
    return dg.RunRequest(
        run_key=f"{asked_by} {tags[MONTHS]}",
        tags=tags,
        run_config={"resources": {"run_context": {"config": config}}},
    )


def business_date_of(run: dg.DagsterRun) -> date | None:
    """The business date a run was asked for; None where it was asked for none."""
    found: object = run.run_config
    for key in ("resources", "run_context", "config", "business_date"):
        found = found.get(key) if isinstance(found, dict) else None
    return date.fromisoformat(found) if isinstance(found, str) and found else None

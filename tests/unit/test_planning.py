"""Which months a night works on, as which runs, and what is read of a run."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage import tags

from orchestration.alerts import FailedRun
from orchestration.build import backfills
from orchestration.months import between
from orchestration.pipeline import running
from orchestration.pipeline.partitions import BUSINESS_DATE, MONTHS, ONE_MONTH, PAGE_BACKFILL, RANGE_END, RANGE_START
from orchestration.pipeline.planning import business_date_of, months_of_night, run_request
from orchestration.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Settings:
    (tmp_path / "raw").mkdir()
    return Settings(tmp_path)


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2025, 2, 1), [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]),
        (date(2025, 2, 28), [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]),
        (date(2011, 4, 2), [date(2011, 3, 1), date(2011, 4, 1)]),  # there is no month before the first
    ],
)
def test_a_night_looks_back_two_months(root: Settings, day: date, months: list[date]) -> None:
    assert months_of_night(root, day) == months


def test_any_months_are_one_run_that_is_asked_for_once() -> None:
    months = [date(2024, 12, 1), date(2025, 1, 1), date(2023, 7, 1)]
    request = run_request(months, date(2025, 2, 1), "somebody")
    assert request.run_key == "somebody 2023-07,2024-12,2025-01"
    of_months = {RANGE_START: "2023-07", RANGE_END: "2025-01", MONTHS: "2023-07,2024-12,2025-01"}
    assert request.tags == of_months | {BUSINESS_DATE: "2025-02-01"}
    assert request.run_config["resources"]["run_context"]["config"]["business_date"] == "2025-02-01"


def test_names_that_dagster_writes_are_those_we_read() -> None:
    """Dagster promises none of them; where one is renamed, ours would silently find nothing."""
    assert (RANGE_START, RANGE_END) == (tags.ASSET_PARTITION_RANGE_START_TAG, tags.ASSET_PARTITION_RANGE_END_TAG)
    assert (ONE_MONTH, PAGE_BACKFILL) == (tags.PARTITION_NAME_TAG, tags.BACKFILL_ID_TAG)
    assert running.WILL_RETRY == tags.WILL_RETRY_TAG


def test_a_run_says_the_day_it_was_asked_for() -> None:
    request = run_request([date(2025, 1, 1)], date(2025, 2, 1), "somebody")
    assert business_date_of(dg.DagsterRun("nightly", run_config=request.run_config)) == date(2025, 2, 1)
    assert business_date_of(dg.DagsterRun("nightly")) is None


def test_a_failed_run_is_one_of_its_months() -> None:
    run = dg.DagsterRun("nightly", run_id="a", tags={RANGE_START: "2024-12", RANGE_END: "2025-02"})
    assert running.failed_run(run) == FailedRun("a", between(date(2024, 12, 1), date(2025, 2, 1)))
    assert running.failed_run(dg.DagsterRun("nightly", run_id="a", tags={running.WILL_RETRY: "true"})) == FailedRun(
        "a", [], will_be_retried=True
    )


def test_a_backfill_from_the_page_remembers_its_months(root: Settings) -> None:
    backfills.remember(root, "abc", [date(2024, 12, 1)])
    backfills.remember(root, "abc", [date(2023, 7, 1), date(2024, 12, 1)])
    assert backfills.remembered(root, "abc") == [date(2023, 7, 1), date(2024, 12, 1)]
    assert backfills.remembered(root, "other") == backfills.remembered(root, None) == []
    backfills.forget(root, "abc")
    assert backfills.remembered(root, "abc") == []

"""Which months a night works on, and as which runs."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.pipeline.planning import months_of_night, run_requests
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


def test_a_stretch_of_months_is_one_run_that_is_asked_for_once() -> None:
    months = [date(2024, 12, 1), date(2025, 1, 1), date(2023, 7, 1)]
    first, last = run_requests(months, date(2025, 2, 1), "somebody")
    assert (first.run_key, last.run_key) == ("somebody 2023-07...2023-07", "somebody 2024-12...2025-01")
    assert list(last.tags.values()) == ["2024-12", "2025-01"]
    assert last.run_config["resources"]["run_context"]["config"]["business_date"] == "2025-02-01"

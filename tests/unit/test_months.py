"""Months: their keys, the months before them, the stretches a run works on, and what a run's tags say of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.months import FIRST_MONTH, before, between, key_of, month_of, ranges
from orchestration.pipeline.partitions import MONTHS, ONE_MONTH, RANGE_END, RANGE_START, monthly, months_in, tags_of

MONTH = st.integers(2011 * 12, 2030 * 12).map(lambda count: date(count // 12, count % 12 + 1, 1))


@given(MONTH)
def test_a_key_and_its_month_say_the_same(month: date) -> None:
    assert month_of(key_of(month)) == month


@given(MONTH, st.integers(-50, 50))
def test_before_goes_back_and_forth(month: date, count: int) -> None:
    assert before(before(month, count), -count) == month
    assert before(month, 12 * count) == month.replace(year=month.year - count)


@pytest.mark.parametrize(
    ("month", "count", "earlier"),
    [
        (date(2025, 1, 1), 1, date(2024, 12, 1)),
        (date(2025, 1, 1), 0, date(2025, 1, 1)),
        (date(2024, 12, 1), -1, date(2025, 1, 1)),
        (date(2025, 3, 1), 14, date(2024, 1, 1)),
    ],
)
def test_before(month: date, count: int, earlier: date) -> None:
    assert before(month, count) == earlier


def test_stretches() -> None:
    months = [date(2025, 1, 1), date(2023, 7, 1), date(2024, 12, 1), date(2025, 2, 1), date(2025, 1, 1)]
    assert ranges(months) == [(date(2023, 7, 1), date(2023, 7, 1)), (date(2024, 12, 1), date(2025, 2, 1))]
    assert ranges([]) == []


@given(st.sets(MONTH, max_size=30))
def test_stretches_hold_each_month_once_and_never_touch(months: set[date]) -> None:
    stretches = ranges(months)
    held = [month for first, last in stretches for month in between(first, last)]
    assert held == sorted(months)
    assert all(before(after[0]) > earlier[1] for earlier, after in zip(stretches, stretches[1:], strict=False))


def test_the_first_and_the_running_month_are_partitions() -> None:
    keys = monthly("Asia/Damascus").get_partition_keys()
    assert keys[0] == key_of(FIRST_MONTH)
    assert keys[-1] >= key_of(date.today().replace(day=1))


@pytest.mark.parametrize(
    ("tags", "months"),
    [
        ({RANGE_START: "2024-12", RANGE_END: "2025-01"}, [date(2024, 12, 1), date(2025, 1, 1)]),
        ({ONE_MONTH: "2025-01"}, [date(2025, 1, 1)]),
        ({RANGE_START: "2025-01"}, []),
        (
            {RANGE_START: "2024-12", RANGE_END: "2025-02", MONTHS: "2024-12,2025-02"},
            [date(2024, 12, 1), date(2025, 2, 1)],
        ),
        ({}, []),
    ],
)
def test_the_tags_of_a_run_say_its_months(tags: dict[str, str], months: list[date]) -> None:
    assert months_in(tags) == months


@given(st.sets(MONTH, min_size=1, max_size=30))
def test_a_run_is_for_exactly_the_months_it_was_asked_for(months: set[date]) -> None:
    tags = tags_of(months)
    assert months_in(tags) == sorted(months)
    assert (tags[RANGE_START], tags[RANGE_END]) == (key_of(min(months)), key_of(max(months)))

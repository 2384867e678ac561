"""Months: the partitions of sheets and facts, and the stretches of them a run works on."""

from collections.abc import Iterable
from datetime import date

import dagster as dg

from orchestration.settings import settings

FIRST_MONTH = date(2011, 3, 1)

# with an offset of one the running month is a partition too
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2011-03", fmt="%Y-%m", end_offset=1, timezone=settings().time_zone)


def month_of(key: str) -> date:
    """The first day of the month a partition key names."""
    return date.fromisoformat(f"{key}-01")


def key_of(month: date) -> str:
    """The partition key of a month."""
    return f"{month:%Y-%m}"


def before(month: date, months: int = 1) -> date:
    """The first day of the month so many months earlier (later, where negative)."""
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def ranges(months: Iterable[date]) -> list[tuple[date, date]]:
    """The contiguous stretches of a set of months, each as its first and last month, in order."""
    stretches: list[tuple[date, date]] = []
    for month in sorted(set(months)):
        if stretches and stretches[-1][1] == before(month):
            stretches[-1] = (stretches[-1][0], month)
        else:
            stretches.append((month, month))
    return stretches

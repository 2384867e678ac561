"""Months as first days: their keys, their neighbours, and the contiguous stretches of a set of them."""

from collections.abc import Iterable
from datetime import date

FIRST_MONTH = date(2011, 3, 1)


def month_of(key: str) -> date:
    """The first day of the month a partition key names, `YYYY-MM`."""
    return date.fromisoformat(f"{key}-01")


def key_of(month: date) -> str:
    """The partition key of a month, `YYYY-MM`."""
    return f"{month:%Y-%m}"


def before(month: date, months: int = 1) -> date:
    """The first day of the month so many months earlier (later, where negative)."""
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def between(first: date, last: date) -> list[date]:
    """Every month from one to another, both included; none where the last comes before the first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [before(first, -number) for number in range(count)]


def ranges(months: Iterable[date]) -> list[tuple[date, date]]:
    """The contiguous stretches of a set of months, each as its first and last month, in order."""
    stretches: list[tuple[date, date]] = []
    for month in sorted(set(months)):
        if stretches and stretches[-1][1] == before(month):
            stretches[-1] = (stretches[-1][0], month)
        else:
            stretches.append((month, month))
    return stretches

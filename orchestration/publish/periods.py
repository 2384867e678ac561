"""Periods as people write them, and as figures have them: a month, a year, a half, or the year up to a month."""

import re
from datetime import date

YEAR, MONTH = r"(?P<year>\d{4})", r"(?P<month>0[1-9]|1[0-2])"
PERIODS = {
    "month": f"{YEAR}-{MONTH}",
    "year": YEAR,
    "half_year": f"{YEAR}-H(?P<half>[12])",
    "year_to_date": f"{YEAR}-01/(?P=year)-{MONTH}",
}
# the same the other way: a period of fct_figures as it is written
SPELLED = """
    case period_kind
        when 'month' then strftime(period_start, '%Y-%m')
        when 'half_year' then strftime(period_start, '%Y-H') || if(month(period_start) = 1, 1, 2)
        when 'year_to_date' then strftime(period_start, '%Y-%m/') || strftime(period_end, '%Y-%m')
        else strftime(period_start, '%Y')
    end
"""


def parse_period(period: str) -> tuple[str, date, date]:
    """A period as its kind and the first days of its first and last month.

    Raises:
        ValueError: It is none of the forms a period is written in.
    """
    for kind, form in PERIODS.items():
        found = re.fullmatch(form, period)
        if found and found["year"] != "0000":
            year = int(found["year"])
            first, last = _months(kind, found)
            return kind, date(year, first, 1), date(year, last, 1)
    raise ValueError(f"{period} is no period: expected 2025-01, 2025, 2025-H1 or 2025-01/2025-07")


def _months(kind: str, found: re.Match[str]) -> tuple[int, int]:
    if kind == "month":
        return int(found["month"]), int(found["month"])
    if kind == "half_year":
        return (1, 6) if found["half"] == "1" else (7, 12)
    return 1, int(found["month"]) if kind == "year_to_date" else 12

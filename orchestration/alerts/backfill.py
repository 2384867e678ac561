"""What a run changes of published totals: shown before it publishes, and reported of a backfill in one message."""

from datetime import date
from typing import Any

import duckdb

from orchestration.dimensions import TOTAL
from orchestration.settings import Settings
from orchestration.sql import literal

# a run over more months than these is reported as a backfill, whatever asked for it
MANY_MONTHS = 12
TOTALS = f"""
    select period_start, measure, value from {{database}}.marts.fct_figures
    where
        basis = 'documented' and period_kind = 'month' and category = 'total'
        and {TOTAL}
        and period_start between $first and $last
"""
# of months that are held nothing changes for readers
PUBLISHED = " and period_start not in (select month from made.received.held_months)"
NOTHING = "select null::date as period_start, null as measure, null::integer as value where $first > $last"
CHANGED = """
    select strftime(period_start, '%Y-%m') as month, measure, released.value as before, made.value as after
    from ({made}) as made full join ({released}) as released using (period_start, measure)
    where made.value is distinct from released.value
    order by measure != 'deaths', measure, month
"""

Month = dict[str, Any]


def is_reported_as_one(is_backfill: bool, months: int) -> bool:
    """Whether a run over so many months is reported as a backfill, asked for as one or not."""
    return is_backfill or months > MANY_MONTHS


def changed_totals(settings: Settings, first: date, last: date) -> list[Month]:
    """The monthly totals of the draft that are not those of the last release, deaths first.

    Args:
        settings: Where both are; the draft is judged.
        first: The first month, by its first day.
        last: The last one.

    Returns:
        One row a month and measure: `month`, `measure`, `before` and `after`; of months that are held none.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(settings.draft)} as made (read_only)")
        if settings.release.exists():
            connection.execute(f"attach {literal(settings.release)} as released (read_only)")
        released = TOTALS.format(database="released") + PUBLISHED if settings.release.exists() else NOTHING
        sql = CHANGED.format(made=TOTALS.format(database="made") + PUBLISHED, released=released)
        return connection.execute(sql, {"first": first, "last": last}).to_arrow_table().to_pylist()

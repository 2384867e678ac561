"""Months as Dagster's partitions of received sheets, and how a run says which it is for.

Sheets come by month. What is made of them is made over all months, anew where they changed, and has no partitions: a
figure of a year is of no month, and an event a month for each of seventy tables would only fill Dagster's log.
"""

from collections.abc import Collection, Mapping
from datetime import date

import dagster as dg

from orchestration.months import FIRST_MONTH, between, key_of, month_of

# Dagster's own tags: of the range a run is for, or the one month
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
ONE_MONTH = "dagster/partition"
# on every run of a backfill that was asked for on Dagster's page
PAGE_BACKFILL = "dagster/backfill"
# ours, on every run the night, a sensor or the command line asks for: exactly the months of it
MONTHS = "casebook/months"
# and the day it is for
BUSINESS_DATE = "casebook/business_date"


def monthly(time_zone: str) -> dg.MonthlyPartitionsDefinition:
    """The months from 2011-03 on, the running one included.

    Args:
        time_zone: Where a month begins, such as `Asia/Damascus`.
    """
    return dg.MonthlyPartitionsDefinition(start_date=key_of(FIRST_MONTH), fmt="%Y-%m", end_offset=1, timezone=time_zone)


def tags_of(months: Collection[date]) -> dict[str, str]:
    """The tags of a run over a set of months.

    Dagster's range is from the first to the last of them: it knows no set with gaps. The sheets between are taken in,
    as all of raw/ is; built, judged and published are the months of our own tag.

    Args:
        months: First days of the months; at least one.
    """
    keys = sorted(map(key_of, months))
    return {RANGE_START: keys[0], RANGE_END: keys[-1], MONTHS: ",".join(keys)}


def months_in(tags: Mapping[str, str]) -> list[date]:
    """The months that a run's tags say it is for, as first days; none where they say nothing."""
    if MONTHS in tags:
        return [month_of(key) for key in tags[MONTHS].split(",")]
    if ONE_MONTH in tags:
        return [month_of(tags[ONE_MONTH])]
    if RANGE_START in tags and RANGE_END in tags:
        return between(month_of(tags[RANGE_START]), month_of(tags[RANGE_END]))
    return []

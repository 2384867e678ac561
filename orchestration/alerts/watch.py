"""What no judging can find, since it did not come so far: runs that died, and nights that did not begin (I96).

They become findings like all others, through the same log; the next night that is judged heals them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration import findings
from orchestration.findings import log
from orchestration.partitions import month_of
from orchestration.settings import Settings

RULE = {"rule_id": "I96", "severity": "A", "owner": "data engineering", "touches": ["release_current"]}
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
WILL_RETRY = "dagster/will_retry"
# a night a day, and two hours for it to be judged
PATIENCE = timedelta(hours=26)
NEWEST = "select max(noted_at) from log where finding_id is null"


def note_death(settings: Settings, run: dg.DagsterRun, business_date: date, now: datetime) -> bool:
    """Note that a run did not come to its end, unless it was its rules that stopped it, or it is tried once more.

    Args:
        settings: Where the log is.
        run: A run of the job `nightly` that failed.
        business_date: The day it was for.
        now: When, in UTC.

    Returns:
        Whether there was something to note.
    """
    name = f"died-{run.run_id}"
    is_noted = (settings.evaluations / f"{name}.parquet").exists()
    if is_noted or run.tags.get(WILL_RETRY) == "true" or findings.is_held_back(settings, run.run_id):
        return False
    months = [month_of(run.tags[tag]) if tag in run.tags else None for tag in RANGE]
    told = {"run_id": run.run_id, "first_month": months[0], "last_month": months[1]}
    _note(settings, name, "a run did not come to its end", business_date, now, told)
    return True


def note_silence(settings: Settings, business_date: date, now: datetime) -> bool:
    """Note that no night was judged for more than a day, once a day; returns whether it was noted."""
    with findings.opened(settings) as connection:
        newest = connection.execute(NEWEST).fetchall()[0][0]
    name = f"silent-{business_date}"
    if (
        not newest
        or now.replace(tzinfo=None) - newest < PATIENCE
        or (settings.evaluations / f"{name}.parquet").exists()
    ):
        return False
    _note(settings, name, "no night has been judged for more than a day", business_date, now, {"run_id": name})
    return True


def died(instance: dg.DagsterInstance, run_ids: Iterable[str]) -> Sequence[dg.DagsterRun]:
    """Those runs that Dagster knows as failed."""
    found = [instance.get_run_by_id(run_id) for run_id in run_ids]
    return [run for run in found if run and run.status == dg.DagsterRunStatus.FAILURE]


def _note(
    settings: Settings, name: str, subject: str, business_date: date, now: datetime, more: Mapping[str, Any]
) -> None:
    row: dict[str, Any] = {
        **RULE, **more,
        "noted_at": now.replace(tzinfo=None), "business_date": business_date, "verdict": "failed", "subject": subject,
        "measure": "runs", "period_kind": "run", "is_accepted": False, "is_blocked": False,
    }  # fmt: skip
    with findings.opened(settings) as connection:
        connection.register("noted", log.table([row], log.LOG.names))
        numbered = connection.execute(
            "select * replace (number_of(rule_id, document, period_kind, period_start, period_end, subject, measure, "
            "category, expected, observed) as finding_id) from noted"
        ).to_arrow_table()
    findings.write(settings, name, numbered.cast(log.LOG))

"""What no judging can find, since it did not come so far: runs that died, and nights that did not begin (I96).

They become findings like all others, through the same log; the next night that is judged heals them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from orchestration import findings
from orchestration.findings import log
from orchestration.settings import Settings

RULE = {"rule_id": "I96", "severity": "A", "owner": "data engineering", "touches": ["release_current"]}
# a night a day, and two hours for it to be judged
PATIENCE = timedelta(hours=26)
NEWEST = "select max(noted_at) from log where finding_id is null"


@dataclass(frozen=True)
class FailedRun:
    """A run of the job `nightly` that failed.

    Attributes:
        run_id: Dagster's id of the run.
        months: First days of the months it was asked for; none where that is not known.
        will_be_retried: Whether it is asked for once more.
    """

    run_id: str
    months: Sequence[date] = ()
    will_be_retried: bool = False


def note_death(settings: Settings, run: FailedRun, business_date: date, now: datetime) -> bool:
    """Note that a run did not come to its end, unless it was its rules that stopped it, or it is tried once more.

    Args:
        settings: Where the log is.
        run: The run.
        business_date: The day it was for.
        now: When, in UTC.

    Returns:
        Whether there was something to note.
    """
    name = f"died-{run.run_id}"
    is_noted = (settings.evaluations / f"{name}.parquet").exists()
    if is_noted or run.will_be_retried or findings.is_held_back(settings, run.run_id):
        return False
    months = {"run_id": run.run_id, "months": list(run.months) or None}
    _note(settings, name, "a run did not come to its end", business_date, now, months)
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

"""What a run tells: the changes nobody was told of yet, one message an owner; a digest a day for what only warns.

How a message reads is said in `text`, where it goes in `channels`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from orchestration import findings
from orchestration.alerts.outbox import Message, messages
from orchestration.settings import Settings

Change = dict[str, Any]
FIGURES_OWNER = "documentation"


@dataclass(frozen=True)
class Told:
    """What a message says of the run it comes from.

    Attributes:
        run_id: The run.
        business_date: The day it is for.
        is_blocked: Whether nothing of it is published.
        released_on: The day of the release that readers have; None where there is none.
        is_backfill: Whether one summary is sent instead of single messages.
        first_month: The first month it worked on.
        last_month: The last.
        months: Months whose deaths changed: `month`, `before`, `after`.
    """

    run_id: str
    business_date: date
    is_blocked: bool = False
    released_on: str | None = None
    is_backfill: bool = False
    first_month: date | None = None
    last_month: date | None = None
    months: Sequence[dict[str, Any]] = field(default_factory=list)

    @property
    def span(self) -> dict[str, Any]:
        """What is kept of a run until the last one of its backfill."""
        first, last = str(self.first_month), str(self.last_month)
        return {"first_month": first, "last_month": last, "months": list(self.months)}


def of_run(settings: Settings, run: Told, now: datetime) -> list[Message]:
    """The messages a run has to send; none where nothing changed.

    Args:
        settings: Where the log and the outbox are.
        run: What a message says of the run.
        now: When, in UTC.
    """
    sent = messages(settings)
    told = [(finding, at) for message in sent for finding, _, at in message["tells"]]
    changes = [_linked(settings, change) for change in findings.untold(settings, told)]
    if run.is_backfill:
        owners = sorted({change["owner"] for change in changes} | {FIGURES_OWNER})
        parts = [("backfill", owners, changes)] if changes or run.months else []
    else:
        digested = {owner for one in sent if _is_digest_of(one, run) for owner in one["owners"]}
        parts = [*_by_owner("alert", changes, "BQA"), *_by_owner("digest", changes, "W", without=digested)]
    return [_message(settings, run, now, *part) for part in parts]


def _by_owner(
    kind: str, changes: Sequence[Change], severities: str, without: Iterable[str] = ()
) -> Iterator[tuple[str, list[str], list[Change]]]:
    asked = [change for change in changes if change["severity"] in severities and change["owner"] not in without]
    for owner in sorted({change["owner"] for change in asked}):
        yield kind, [owner], [change for change in asked if change["owner"] == owner]


def _is_digest_of(message: Message, run: Told) -> bool:
    return message["kind"] == "digest" and message["business_date"] == str(run.business_date)


def _message(
    settings: Settings, run: Told, now: datetime, kind: str, owners: list[str], changes: list[Change]
) -> Message:
    tells = sorted([change["finding_id"], what, int(at)] for change in changes for what, at in change.pop("tells"))
    # the same news have the same number, whichever run tells them
    number = hashlib.sha256(json.dumps([owners, tells, [*run.months]], default=str).encode()).hexdigest()[:12]
    return {
        "message_id": number,
        "kind": kind,
        "owners": owners,
        "written_at": now.isoformat(),
        "business_date": str(run.business_date),
        "run_id": run.run_id,
        "run_url": f"{settings.dagster_url}/runs/{run.run_id}",
        "is_blocked": run.is_blocked,
        "released_on": run.released_on,
        **run.span,
        "tells": tells,
        "changes": changes,
    }


def _linked(settings: Settings, change: Change) -> Change:
    check = f"{settings.dagster_url}/assets/{change['asset']}?view=checks&checkDetail="
    runbook = f"{settings.docs_url}/{change['runbook']}" if settings.docs_url else change["runbook"]
    return change | {
        "runbook": runbook,
        "check_url": check + change["rule_id"].replace(".", "_") if change["asset"] else None,
    }

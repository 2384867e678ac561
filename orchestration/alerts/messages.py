"""What a run tells: the changes nobody was alerted of yet, one message an owner; a digest a day for what only warns.

How a message reads is said in `text`, where it goes in `channels`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from orchestration import findings
from orchestration.alerts.outbox import Message, messages
from orchestration.judge.rules import declared_rules
from orchestration.settings import Settings

Change = dict[str, Any]
FIGURES_OWNER = "documentation"


@dataclass(frozen=True)
class RunNews:
    """What a message says of the run it comes from.

    Attributes:
        run_id: The run.
        business_date: The day it is for.
        is_blocked: Whether nothing of it is published.
        held: By language, what is held back and by what, a sentence each.
        released_on: The day of the release that readers have; None where there is none.
        is_backfill: Whether one summary is sent instead of single messages.
        first_month: The first month it worked on.
        last_month: The last.
        months: Months whose deaths changed: `month`, `before`, `after`.
    """

    run_id: str
    business_date: date
    is_blocked: bool = False
    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    released_on: str | None = None
    is_backfill: bool = False
    first_month: date | None = None
    last_month: date | None = None
    months: Sequence[dict[str, Any]] = field(default_factory=list)


def messages_of(settings: Settings, news: RunNews, now: datetime) -> list[Message]:
    """The messages a run has to send; none where nothing changed.

    Args:
        settings: Where the log and the outbox are.
        news: What a message says of the run.
        now: When, in UTC.
    """
    sent = messages(settings)
    already_reported = [(finding, at) for message in sent for finding, _, at in message["tells"]]
    changes = [_linked(settings, change) for change in _as_causes(findings.unreported(settings, already_reported))]
    if news.is_backfill:
        owners = sorted({change["owner"] for change in changes} | {FIGURES_OWNER})
        parts = [("backfill", owners, changes)] if changes or news.months else []
    else:
        digested = {owner for one in sent if _is_digest_of(one, news) for owner in one["owners"]}
        parts = [*_by_owner("alert", changes, "BQA"), *_by_owner("digest", changes, "W", without=digested)]
    return [_message(settings, news, now, *part) for part in parts]


def rollback_message(
    release: str,
    day: date,
    revisions: Sequence[Mapping[str, Any]],
    decided: tuple[str, str],
    business_date: date,
    now: datetime,
) -> Message:
    """The message that readers have an earlier release again (`alerts.tell_of_rollback`); `decided` is who and why."""
    changed = {row["month"]: (int(row["from"]), int(row["to"])) for row in revisions if row["figure"] == "deaths"}
    months = [{"month": month, "before": was, "after": now_is} for month, (was, now_is) in sorted(changed.items())]
    return {
        "message_id": hashlib.sha256(release.encode()).hexdigest()[:12],
        "kind": "rollback",
        "owners": sorted({rule.owner for rule in declared_rules()}),
        "written_at": now.isoformat(),
        "business_date": str(business_date),
        "run_id": "",
        "run_url": "",
        "is_blocked": False,
        "held": {},
        "released_on": str(business_date),
        "first_month": "",
        "last_month": "",
        "months": months,
        "rollback": {"day": str(day), "who": decided[0], "why": decided[1]},
        "tells": [],
        "changes": [],
    }


def _as_causes(changes: Sequence[Change]) -> list[Change]:
    """The changes, those of one cause as grave as the gravest of them: they are reported in one message."""
    gravest = {
        change["finding_id"]: cause["told_as"]
        for cause in findings.causes(changes)
        for change in [cause, *cause["consequences"]]
    }
    return [change | {"told_as": gravest[change["finding_id"]]} for change in changes]


def _by_owner(
    kind: str, changes: Sequence[Change], severities: str, without: Iterable[str] = ()
) -> Iterator[tuple[str, list[str], list[Change]]]:
    asked = [change for change in changes if change["told_as"] in severities and change["owner"] not in without]
    for owner in sorted({change["owner"] for change in asked}):
        yield kind, [owner], [change for change in asked if change["owner"] == owner]


def _is_digest_of(message: Message, news: RunNews) -> bool:
    return message["kind"] == "digest" and message["business_date"] == str(news.business_date)


def _message(
    settings: Settings, news: RunNews, now: datetime, kind: str, owners: list[str], changes: list[Change]
) -> Message:
    tells = sorted([change["finding_id"], what, int(at)] for change in changes for what, at in change.pop("tells"))
    # the same news have the same number, whichever run tells them
    number = hashlib.sha256(json.dumps([owners, tells, [*news.months]], default=str).encode()).hexdigest()[:12]
    return {
        "message_id": number,
        "kind": kind,
        "owners": owners,
        "written_at": now.isoformat(),
        "business_date": str(news.business_date),
        "run_id": news.run_id,
        "run_url": f"{settings.dagster_url}/runs/{news.run_id}",
        "is_blocked": news.is_blocked,
        "held": dict(news.held),
        "released_on": news.released_on,
        "first_month": str(news.first_month),
        "last_month": str(news.last_month),
        "months": list(news.months),
        "tells": tells,
        "changes": changes,
    }


def _linked(settings: Settings, change: Change) -> Change:
    names = {rule.id: rule.check_name for rule in declared_rules()}
    check = f"{settings.dagster_url}/assets/{change['asset']}?view=checks&checkDetail="
    return change | {
        "runbook": settings.link_to(change["runbook"]),
        "check_url": check + names[change["rule_id"]] if change["asset"] else None,
    }

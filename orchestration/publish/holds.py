"""Which months a release leaves as they were, because a rule that blocks failed of them: decided once a run, here.

"The warehouse is what we know; a release is what we say": a month that is held is built, kept and judged again every
night; readers keep its last good figures, or have none where there never were any. What follows for sums and facts is
said where a release is cut (publish.release).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration import files, findings
from orchestration.build import previous_release
from orchestration.judge.rules import Rule
from orchestration.language import isolated
from orchestration.months import key_of
from orchestration.settings import Settings
from orchestration.sql import literal

HERE = Path(__file__).parent
FAILED = """
    select
        finding_id, rule_id, period_kind, period_start, period_end, observed, holds = 'everything' as is_of_everything
    from read_parquet(?) where holds is not null
"""
PERMISSIONS = pa.schema(
    [
        ("finding_id", pa.string()),
        ("month", pa.date32()),
        ("observed", pa.float64()),
        ("until_day", pa.date32()),
        ("who", pa.string()),
        ("why", pa.string()),
        ("noted_at", pa.timestamp("us")),
        ("is_taken_back", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Holds:
    """What a run holds back.

    Attributes:
        everything: The rules that hold everything back; none where the build as a whole is sound.
        months: One row a month held: `month`, `since`, `rules`, `finding_ids`, and `caused_by`, the month whose
            findings they are, which is another one where a record moved between the two.
        sums: One row a sum held of itself: `period_kind`, `period_start`, `period_end`, `rules`.
    """

    everything: Sequence[str]
    months: Sequence[Mapping[str, Any]]
    sums: Sequence[Mapping[str, Any]]

    def __bool__(self) -> bool:
        """Whether anything is held."""
        return bool(self.everything or self.months or self.sums)


def decide(settings: Settings, business_date: date) -> Holds:
    """Decide what a run holds back, and note it in its draft, with what readers keep of it.

    Args:
        settings: Where the draft is, built and judged (see `findings.record`).
        business_date: The day the run is for.
    """
    with duckdb.connect(settings.draft) as connection:
        connection.execute(f"create temp table failed as {FAILED}", [str(findings.draft_log(settings))])
        connection.register("permissions", permissions(settings))
        connection.execute(f"set variable business_date = date {literal(business_date)}")
        connection.execute((HERE / "holds.sql").read_text())
        previous_release.hold(connection, "holding")
        return _noted(connection)


def noted(path: Path) -> Holds:
    """What the last run held back, as it is noted in its warehouse; nothing where there is none.

    Args:
        path: The warehouse, or a draft that was judged; nobody may be writing it.
    """
    if not path.exists():
        return Holds([], [], [])
    with duckdb.connect(path, read_only=True) as connection:
        try:
            return _noted(connection)
        except duckdb.CatalogException:  # made before months could be held
            return Holds([], [], [])


def permissions(settings: Settings) -> pa.Table:
    """Which findings people let months out in spite of: the last word on each finding, unless it was taken back."""
    permissions: dict[str, dict[str, Any]] = {}
    for path in sorted(settings.permissions.glob("*.json")):
        row = json.loads(path.read_text("utf-8"))
        permissions[row["finding_id"]] = row | {
            "month": date.fromisoformat(row["month"]),
            "until_day": date.fromisoformat(row["until_day"]) if row["until_day"] else None,
            "noted_at": datetime.fromisoformat(row["noted_at"]),
        }
    return pa.Table.from_pylist([row for row in permissions.values() if not row["is_taken_back"]], schema=PERMISSIONS)


def may_be_permitted(rule: Rule, finding: Mapping[str, Any]) -> bool:
    """Whether a person may let a month out in spite of a finding: never where it speaks of the build as a whole."""
    return rule.is_blocking and rule.holds == "period" and finding["period_start"] is not None


def permit(settings: Settings, permission: Mapping[str, Any], now: datetime) -> Path:
    """Note that a month may be released in spite of a finding, or that it may not any more. Nothing noted is touched.

    Args:
        settings: Where the data root is.
        permission: `finding_id`, `month`, `observed`, `until_day`, `who`, `why`, `is_taken_back`.
        now: When, in UTC.

    Returns:
        The file it was noted in.
    """
    noted = {**permission, "noted_at": now.isoformat()}
    return files.note(settings.permissions, permission["finding_id"], noted, now)


def sentences(holds: Holds, language: str = "en") -> list[str]:
    """What is held and by what, a line each that a person can read aloud; where everything is, that alone.

    Args:
        holds: What a run holds back.
        language: `en` or `ar`.
    """
    if holds.everything:
        return [_say("everything", language, rules=_rules(holds.everything, language))]
    alike: dict[tuple[date | None, Sequence[str], date], list[date]] = {}
    for row in holds.months:
        other = None if row["caused_by"] == row["month"] else row["caused_by"]
        alike.setdefault((other, tuple(row["rules"]), row["since"]), []).append(row["month"])
    largest_first = sorted(alike.items(), key=lambda each: (each[0][0] is not None, -len(each[1]), each[1]))
    months = [_of_months(cause, of_cause, language) for cause, of_cause in largest_first]
    sums = [
        _say(
            "sum", language, first=key_of(row["period_start"]), last=key_of(row["period_end"]),
            rules=_rules(row["rules"], language),
        )
        for row in holds.sums
    ]  # fmt: skip
    return months + sums


def _of_months(cause: tuple[date | None, Sequence[str], date], months: Sequence[date], language: str) -> str:
    """One line of the months that are held alike: with which other month, by which rules, since when."""
    other, rules, since = cause
    first, last, count = key_of(months[0]), key_of(months[-1]), findings.counted(len(months), "months", language)
    sentence = (
        _say("months", language, count=count, first=first, last=last, since=str(since))
        if len(months) > 1
        else _say("month", language, first=first, since=str(since))
    )
    by = _say("by", language, rules=_rules(rules, language))
    return f"{sentence} {_say('tied', language, other=key_of(other), by=by) if other else by}"


def _rules(rules: Sequence[str], language: str) -> str:
    return _say("and", language).join(isolated(rule, language) for rule in rules)


def _say(key: str, language: str, **words: str) -> str:
    return str(findings.wording()["holds"][key][language]).format(**words)


def _noted(connection: duckdb.DuckDBPyConnection) -> Holds:
    everything = _rows(connection, "from received.held_everything order by rule_id")
    return Holds(
        [row["rule_id"] for row in everything],
        _rows(connection, "from received.held_months order by month"),
        _rows(connection, "from received.held_sums order by all"),
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    return connection.execute(sql).to_arrow_table().to_pylist()

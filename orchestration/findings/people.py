"""What people say of findings: who has seen one, and which are accepted until when. Both stay out of every release."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration import files
from orchestration.findings.names import Names, wording
from orchestration.findings.sentences import Sentences
from orchestration.language import isolated
from orchestration.settings import Settings
from orchestration.sql import literal

ACKNOWLEDGEMENTS = pa.schema(
    [
        ("finding_id", pa.string()),
        ("who", pa.string()),
        ("why", pa.string()),
        ("acknowledged_at", pa.timestamp("us")),
    ]
)
EXCEPTIONS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("rule_id", pa.string()),
        ("subject", pa.string()),
        ("observed", pa.float64()),
        ("document", pa.string()),
        ("period", pa.string()),
        ("until_day", pa.date32()),
        ("problem", pa.string()),
    ]
)
REQUIRED = ("rule", "subject", "observed", "reason", "who", "until")
OPTIONAL = ("document", "period")
# what a line must say to be an exception
LINES = """
    select
        row_number() over () + 1 as row_number,
        trim("rule") as rule_id,
        trim(subject) as subject,
        try_cast(observed as double) as observed,
        nullif(trim(document), '') as document,
        nullif(trim(period), '') as period,
        try_cast(until as date) as until_day,
        case
            when coalesce(trim("rule"), '') = '' then 'rule is empty'
            when not list_contains(?, trim("rule")) then 'there is no rule ' || "rule"
            when coalesce(trim(subject), '') = '' then 'subject is empty'
            when coalesce(trim(observed), '') not in ('', 'nothing') and try_cast(observed as double) is null
                then 'observed ' || observed || ' is no number'
            when coalesce(trim(observed), '') = '' then 'observed is empty (nothing, where nothing was found)'
            when coalesce(trim(reason), '') = '' then 'reason is empty'
            when coalesce(trim(who), '') = '' then 'who is empty'
            when try_cast(until as date) is null then 'until ' || coalesce(until, '') || ' is no day (YYYY-MM-DD)'
        end as problem
    from lines
"""


def acknowledge(settings: Settings, finding_id: str, who: str, why: str, now: datetime) -> Path:
    """Note that somebody has seen a finding and looks after it. Nothing noted before is touched.

    Args:
        settings: Where the data root is.
        finding_id: The number of the finding.
        who: Who looks after it.
        why: What they know of it, or do about it.
        now: When, in UTC.

    Returns:
        The file it was noted in.
    """
    acknowledgement = {"finding_id": finding_id, "who": who, "why": why, "acknowledged_at": now.isoformat()}
    return files.note(settings.acknowledgements, finding_id, acknowledgement, now)


def accept(settings: Settings, line: Mapping[str, Any]) -> None:
    """Add a line to `accepted_exceptions.csv`; the lines that stand there stay as they are.

    Args:
        settings: Where the data root is.
        line: A cell for each heading (`REQUIRED` and `OPTIONAL`).

    Raises:
        ValueError: What stands there cannot be read.
    """
    path = settings.accepted_exceptions
    unread = [row["problem"] for row in read_exceptions(settings).to_pylist() if not row["row_number"]]
    if unread:
        raise ValueError(f"{path.name}: {unread[0]}; nothing was added")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))) if path.exists() else []
    text = io.StringIO()
    writer = csv.DictWriter(text, [*REQUIRED, *OPTIONAL], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, line])
    files.write(path, text.getvalue())


def read_acknowledgements(settings: Settings) -> pa.Table:
    """Everything that was acknowledged, one row each time."""
    acknowledged = [json.loads(path.read_text("utf-8")) for path in sorted(settings.acknowledgements.glob("*.json"))]
    rows = [row | {"acknowledged_at": datetime.fromisoformat(row["acknowledged_at"])} for row in acknowledged]
    return pa.Table.from_pylist(rows, schema=ACKNOWLEDGEMENTS)


def read_exceptions(settings: Settings) -> pa.Table:
    """The lines of `accepted_exceptions.csv`; one that is not clear says so in `problem`, and silences nothing."""
    from orchestration.judge.rules import declared_rules

    path = settings.accepted_exceptions
    if not path.exists():
        return EXCEPTIONS.empty_table()
    with duckdb.connect() as connection:
        try:
            connection.execute(
                f"create table lines as from read_csv({literal(path)}, all_varchar = true, header = true)"
            )
        except duckdb.Error:
            return _unread("it cannot be read; a CSV in UTF-8 was expected")
        found = [name for name, *_ in connection.execute("describe lines").fetchall()]
        if not set(REQUIRED) <= set(found) <= {*REQUIRED, *OPTIONAL}:
            return _unread(f"its headings are {', '.join(found)}; {', '.join(REQUIRED + OPTIONAL)} were expected")
        for name in set(OPTIONAL) - set(found):
            connection.execute(f"alter table lines add column {name} varchar")
        rules = [rule.id for rule in declared_rules()]
        return connection.execute(LINES, [rules]).to_arrow_table().cast(EXCEPTIONS)


def unclear_exceptions(settings: Settings, language: str = "en") -> list[str]:
    """What cannot be understood of `accepted_exceptions.csv`, one sentence a line."""
    sentences, frames = Sentences(Names(settings)), wording()["frames"]
    path = isolated(settings.accepted_exceptions.name, language)
    return [
        frames["silences" if row["row_number"] else "silences_all"][language].format(
            path=path, n=row["row_number"], reason=sentences.reason(row["problem"], language)
        )
        for row in read_exceptions(settings).to_pylist()
        if row["problem"]
    ]


def _unread(reason: str) -> pa.Table:
    return pa.Table.from_pylist([{"problem": reason}], schema=EXCEPTIONS)

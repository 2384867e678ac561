"""The findings as rows: for the command line, Dagster's page, the alerts and the release."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.findings import people
from orchestration.findings.by_cause import causes
from orchestration.findings.log import STATE, opened
from orchestration.findings.names import Names
from orchestration.findings.sentences import Sentences
from orchestration.settings import Settings

Row = dict[str, Any]
# what the columns of a finding say, in the order everybody tells them
COLUMNS = {
    "finding_id": "The finding's number, for life: of rule, document, period, subject, measure, category and sign.",
    "rule_id": "The rule that found it.",
    "severity": "B, Q, A or W, as the rule had it when it was last found.",
    "status": "open, worsened, reopened, acknowledged, accepted exception or resolved.",
    "document": "The document that prints the number; null for our own.",
    "period_start": "First day of the period; null where it is of no period.",
    "period_end": "Last day of the period.",
    "subject": "What the rule speaks of, in plain words, codes and numbers.",
    "measure": "What is counted.",
    "category": "Of whom.",
    "expected": "What the rule expected.",
    "observed": "What it found, when it last did.",
    "difference": "Found less expected.",
    "signature": "What the difference looks like (I80).",
    "message": "All of this in one sentence.",
    "owner": "Who answers for it.",
    "first_seen": "Business date of the run that opened it.",
    "last_seen": "Business date of the last run that found it.",
    "occurrences": "How many runs have found it since it opened.",
    "record_ids": "Up to twenty records that break the rule, by their own numbers.",
    "runbook": "Where the run-book says what to do.",
    "run_id": "The last run that found it.",
    "touches": "Tables that may be wrong with it.",
    "message_ar": "The sentence in Arabic.",
    "caused_by": "What it follows from; findings of one cause name the same. Null where it stands alone.",
    "follows_from": "The finding that tells its cause, and it as a consequence; null where it is told itself.",
}
NOT_TEXT = {
    "period_start": "date", "period_end": "date", "expected": "double", "observed": "double", "difference": "double",
    "first_seen": "date", "last_seen": "date", "occurrences": "bigint", "record_ids": "varchar[]",
    "touches": "varchar[]", "caused_by": "varchar[]",
}  # fmt: skip
TYPED = [(name, NOT_TEXT.get(name, "varchar"), description) for name, description in COLUMNS.items()]
# said in words
SAID = {"message": "en", "message_ar": "ar"}
ARROW = {"date": pa.date32(), "double": pa.float64(), "bigint": pa.int64(), "varchar[]": pa.list_(pa.string())}
SCHEMA = pa.schema([(name, ARROW.get(type_of, pa.string())) for name, type_of, _ in TYPED])
ASKED = ", ".join([*(name for name in COLUMNS if name not in {*SAID, "follows_from"}), "period_kind", "published_on"])
# the most telling first: by severity, then the shortest period, then the largest difference
TELLING = (
    "severity_rank(severity), coalesce(date_diff('day', period_start, period_end), 0), "
    "abs(difference) desc nulls last, rule_id, period_start, subject, category"
)
REPORTED = pa.schema([("number", pa.string()), ("position", pa.int64())])
UNREPORTED = f"""
    {STATE},
    fresh as (
        select
            finding_id as id, max_by(change, position) as change, min_by(change, position) as first_change,
            list([change, position::varchar] order by position) as tells
        from changes
        where
            is_reported
            and not exists (
                from reported
                where reported.number = changes.finding_id and reported.position = changes.position
            )
        group by finding_id
    )
    select fresh.change, fresh.tells, asset, sentence, sentence_ar, {ASKED}
    from fresh inner join findings on fresh.id = findings.finding_id
    where not (fresh.change = 'resolved' and fresh.first_change in ('opened', 'reopened'))
    order by {TELLING}
"""
LINE = f"""
    {STATE}
    select
        rule_id as "rule", subject, coalesce(observed::varchar, 'nothing') as observed, document,
        period_words(period_kind, period_start, period_end) as period
    from findings where finding_id = ?
"""
CLOSED = ("resolved", "accepted exception")
COUNTS = f"""
    {STATE},
    changed as (
        from changes
        where is_reported and run_id = (select max_by(run_id, noted_at) from log where finding_id is null)
    )
    select
        (select count(*) from changed where change in ('opened', 'reopened')),
        (select count(*) from changed where change = 'resolved'),
        (select count(*) from findings where not list_contains(?, status)),
        (select max(noted_at) from log where finding_id is null)
"""


def findings(
    settings: Settings, is_open: bool = False, run_id: str | None = None, with_draft: bool = False
) -> list[Row]:
    """The findings, the most telling first.

    Args:
        settings: Where the log lies.
        is_open: Leave out what is resolved or accepted.
        run_id: Only what this run found, and what is not accepted.
        with_draft: With what the run at work says of its draft.
    """
    where = [f"status not in {CLOSED}"] if is_open or run_id else []
    where += ["last_run_id = ?"] if run_id else []
    with opened(settings, with_draft) as connection:
        found = connection.execute(
            f"{STATE} select {ASKED} from findings where {' and '.join(where) or 'true'} order by {TELLING}",
            [run_id] if run_id else [],
        ).to_arrow_table()  # fmt: skip
    rows = _in_words(settings, found)
    follows = {
        row["finding_id"]: cause["finding_id"]
        for cause in causes([row for row in rows if row["status"] not in CLOSED])
        for row in cause["consequences"]
    }
    return [{name: (row | {"follows_from": follows.get(row["finding_id"])})[name] for name in COLUMNS} for row in rows]


def changes(settings: Settings) -> list[Row]:
    """Everything that ever changed and is reported: `finding_id`, `change`, `position` in its history, `changed_in`."""
    with opened(settings) as connection:
        return connection.execute(
            f"{STATE} select finding_id, change, position, run_id as changed_in from changes where is_reported "
            "order by noted_at, run_id, finding_id"
        ).to_arrow_table().to_pylist()  # fmt: skip


def unreported(settings: Settings, reported: Sequence[tuple[str, int]]) -> list[Row]:
    """What changed and was not reported yet, one row a finding, the most telling first.

    Where several changes of a finding were not reported, the last one is; what came and went unreported is left out.

    Args:
        settings: Where the log lies.
        reported: What was reported: number and position of the finding.
    """
    with opened(settings) as connection:
        rows = [dict(zip(REPORTED.names, one, strict=True)) for one in reported]
        connection.register("reported", pa.Table.from_pylist(rows, schema=REPORTED))
        return _in_words(settings, connection.execute(UNREPORTED).to_arrow_table())


def numbers_by_rule(settings: Settings, with_draft: bool = False) -> dict[str, list[Row]]:
    """By rule, the open findings; with those of the draft where asked (see `log.opened`)."""
    by_rule: dict[str, list[Row]] = {}
    for row in findings(settings, is_open=True, with_draft=with_draft):
        by_rule.setdefault(row["rule_id"], []).append(row)
    return by_rule


def counts(settings: Settings, with_draft: bool = False) -> dict[str, Any]:
    """How many findings the last run has found (`new`) and healed (`healed`), how many are `open`, and when it was.

    `at` is in UTC, without a zone; null where no run was ever judged. With the run at work where asked.
    """
    with opened(settings, with_draft) as connection:
        row = connection.execute(COUNTS, [list(CLOSED)]).fetchall()[0]
    return dict(zip(("new", "healed", "open", "at"), row, strict=True))


def accept(settings: Settings, finding_id: str, who: str, why: str, until: date) -> None:
    """Accept a finding as it is, with what it observed, until a day (see `people.accept`).

    Raises:
        ValueError: `accepted_exceptions.csv` cannot be read.
    """
    with opened(settings) as connection:
        (line,) = connection.execute(LINE, [finding_id]).to_arrow_table().to_pylist()
    people.accept(settings, line | {"reason": why, "who": who, "until": until.isoformat()})


def is_held_back(settings: Settings, run_id: str) -> bool:
    """Whether a blocking rule failed in a run, so that nothing of it is published."""
    with opened(settings) as connection:
        return bool(
            connection.execute("select bool_or(is_blocked) from log where run_id = ?", [run_id]).fetchall()[0][0]
        )


def publish(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Lay the findings, the draft's too, into a release as `marts.fct_findings`: codes, numbers, our own sentences."""
    rows = findings(settings, with_draft=True)
    connection.register("reported", pa.Table.from_pylist(rows, schema=SCHEMA))
    connection.execute("create schema if not exists marts")
    connection.execute("create or replace table marts.fct_findings as from reported order by finding_id")
    connection.unregister("reported")


def _in_words(settings: Settings, rows: pa.Table) -> list[Row]:
    """Findings with their sentences, in both languages."""
    sentences = Sentences(Names(settings))
    return [
        row | {name: sentences.sentence(row, language) for name, language in SAID.items()} for row in rows.to_pylist()
    ]

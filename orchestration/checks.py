"""Every declared rule as a Dagster asset check, judged in one step at the end of a run, and the log of verdicts."""

import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
from dagster._core.events import DagsterEvent, DagsterEventBatchMetadata, DagsterEventType, generate_event_batch_id

from orchestration import findings, warehouse
from orchestration.alerts import tell_run
from orchestration.assets import MANIFEST, Night, months_of
from orchestration.event_log import EventLog
from orchestration.judge import FAILED, NOT_JUDGED, PASSED, Verdict, judge_warehouse
from orchestration.partitions import MONTHS, key_of
from orchestration.rules import Rule, declared_rules
from orchestration.settings import REPOSITORY, Settings, settings

SHOWN = 20
RUN_BOOK = "docs/rules.md"
# a residual stands with the month its period ends in
JUDGED_BY_MONTH = """
    select rule_id, cast(date_trunc('month', period_end) as date) as month, count(*) as judged
    from reconciliation.recon_residuals
    where is_judged and coalesce(expected, observed) is not null
    group by all
"""


def check_name(rule: Rule) -> str:
    """The name of a rule's check in Dagster, which allows no dots."""
    return rule.id.replace(".", "_")


def run_book(rule: Rule) -> dg.UrlMetadataValue:
    """The section of the run-book that says what to do, as it lies on this machine."""
    return dg.MetadataValue.url(f"{settings().docs_url or f'file://{REPOSITORY}'}/{RUN_BOOK}#{rule.runbook}")


def touched_by(rule: Rule) -> list[str]:
    """What people read that may be wrong where a rule fails: its table, where that is a mart, and those made of it."""
    children, waiting, met = MANIFEST["child_map"], [f"model.casebook.{rule.asset}"], set()
    while waiting:
        met.add(node := waiting.pop())
        waiting += [child for child in children.get(node, []) if child.startswith("model.") and child not in met]
    marts = {MANIFEST["nodes"][node]["name"] for node in met if MANIFEST["nodes"][node]["schema"] == "marts"}
    return sorted(marts | ({"release_current"} if rule.is_blocking else set()))


def spec(rule: Rule) -> dg.AssetCheckSpec:
    """A rule as Dagster's page knows it before it is judged; a monthly one with a verdict a month."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # of checks by month
        return dg.AssetCheckSpec(
            check_name(rule),
            asset=rule.asset,
            description=rule.sentence,
            blocking=rule.is_blocking,
            additional_deps=[] if rule.asset == "recon_residuals" else ["recon_residuals"],
            partitions_def=MONTHS if rule.is_monthly else None,
            metadata={"severity": rule.severity, "owner": rule.owner, "run-book": run_book(rule)},
        )


@dg.multi_asset_check(
    name="rules",
    specs=[spec(rule) for rule in declared_rules()],
)
def rules(context: dg.AssetCheckExecutionContext, night: Night) -> Iterator[dg.AssetCheckResult | DagsterEvent]:
    """Judge every declared rule over the residuals of this build, note what was said, and tell Dagster."""
    context.log.info(f"{len(declared_rules())} rules")
    verdicts = judge_warehouse(night.settings().draft)
    note(night.settings(), verdicts, context.run.run_id, night.day(), datetime.now(UTC))
    tell_run(night.settings(), context.instance, context.run, night.day(), context.log)
    found = findings.numbers_by_rule(night.settings())
    yield from _at_once(context, list(_by_month(night.settings().draft, months_of(context), verdicts)))
    for verdict in verdicts:
        yield _result(verdict, found.get(verdict.rule.id, []))


def note(place: Settings, verdicts: list[Verdict], run_id: str, business_date: date, noted_at: datetime) -> None:
    """Append what a run said to the log of evaluations.

    Args:
        place: Where the log lies, and the draft that was judged.
        verdicts: What became of each rule.
        run_id: The run.
        business_date: The day it is for.
        noted_at: When, in UTC.
    """
    run = warehouse.query(
        place.draft,
        "select min(month) as first_month, max(month) as last_month, bool_or(is_new) as is_everything "
        "from received.run",
    ).to_pylist()[0]
    residuals = warehouse.query(place.draft, "from reconciliation.recon_residuals")
    said = [
        {
            "rule_id": verdict.rule.id,
            "severity": verdict.rule.severity,
            "owner": verdict.rule.owner,
            "verdict": verdict.answer,
            "judged": verdict.judged,
            "error": verdict.error,
            "touches": touched_by(verdict.rule),
        }
        for verdict in verdicts
    ]
    told = {"run_id": run_id, "noted_at": noted_at.replace(tzinfo=None), "business_date": business_date, **run}
    findings.note(place, told, said, [verdict.failures for verdict in verdicts], residuals)


def _by_month(draft: Path, months: set[date], verdicts: Sequence[Verdict]) -> Iterator[dg.AssetCheckEvaluation]:
    """What each monthly rule says of each month of the run: of all that is told for periods that end in it."""
    counts = warehouse.query(draft, JUDGED_BY_MONTH).to_pylist()
    judged = {(row["rule_id"], row["month"]): row["judged"] for row in counts}
    for verdict in verdicts:
        ends = pd.to_datetime(verdict.failures["period_end"]).dt.to_period("M")
        failures = dict(list(verdict.failures.groupby(ends)))
        for month in sorted(months) if verdict.rule.is_monthly else []:
            failing = failures.get(pd.Period(month, "M"), verdict.failures[:0])
            count = judged.get((verdict.rule.id, month), 0)
            answer = FAILED if verdict.error or len(failing) else PASSED if count else NOT_JUDGED
            yield dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey(verdict.rule.asset),
                check_name=check_name(verdict.rule),
                passed=answer != FAILED,
                partition=key_of(month),
                severity=_severity(verdict.rule),
                description=verdict.rule.sentence,
                metadata={"verdict": answer, "judged": count, **_failing(failing)},
            )


def _at_once(
    context: dg.AssetCheckExecutionContext, evaluations: Sequence[dg.AssetCheckEvaluation]
) -> Iterator[DagsterEvent]:
    """The same as events of one batch: of 168 months there are thousands, and Dagster would write each by itself.

    Dagster's own logs, as in PostgreSQL, refuse verdicts in batches and complain in the terminal: there, one by one.
    """
    step, batch = context.op_execution_context.get_step_execution_context(), generate_event_batch_id()
    takes_batches = isinstance(context.instance.event_log_storage, EventLog)
    for number, evaluation in enumerate(evaluations, start=1):
        yield DagsterEvent.from_step(
            DagsterEventType.ASSET_CHECK_EVALUATION,
            step,
            evaluation,
            f"{evaluation.check_name} of {evaluation.partition}",
            DagsterEventBatchMetadata(batch, is_end=number == len(evaluations)) if takes_batches else None,
        )


def _result(verdict: Verdict, found: Sequence[dict[str, Any]]) -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {
        "verdict": verdict.answer,
        "judged": verdict.judged,
        "failed": len(verdict.failures),
        "owner": verdict.rule.owner,
        "run-book": run_book(verdict.rule),
        **_failing(verdict.failures),
    }
    if found:
        lines = [
            f"- `{row['finding_id']}` since {row['first_seen']} ({row['status']}): {row['message']}" for row in found
        ]
        metadata["findings"] = dg.MarkdownMetadataValue("\n".join(lines[:SHOWN]))
        metadata["since"] = str(min(row["first_seen"] for row in found))
    if verdict.error:
        metadata["error"] = verdict.error
    return dg.AssetCheckResult(
        asset_key=verdict.rule.asset,
        check_name=check_name(verdict.rule),
        passed=verdict.answer != FAILED,
        severity=_severity(verdict.rule),
        description=verdict.rule.sentence,
        metadata=metadata,
    )


def _severity(rule: Rule) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if rule.is_blocking else dg.AssetCheckSeverity.WARN


def _failing(failures: pd.DataFrame) -> dict[str, dg.MarkdownMetadataValue]:
    """The first of some failing residuals as a table for the page; nothing where there are none."""
    if failures.empty:
        return {}
    columns = ["period_kind", "period_start", "subject", "category", "expected", "observed"]
    rows = failures.head(SHOWN).reindex(columns=columns)
    cells = rows.astype(object).where(rows.notna(), "–").astype(str)
    lines = [cells.columns.tolist(), ["---"] * len(cells.columns), *cells.values.tolist()]
    return {"failing": dg.MarkdownMetadataValue("\n".join("| " + " | ".join(line) + " |" for line in lines))}

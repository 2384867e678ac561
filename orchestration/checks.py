"""Every declared rule as a Dagster asset check, judged in one step at the end of a run, and the log of verdicts."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from orchestration import findings, warehouse
from orchestration.alerts import tell_run
from orchestration.assets import MANIFEST, Night
from orchestration.judge import FAILED, Verdict, judge
from orchestration.rules import Rule, declared_rules
from orchestration.settings import REPOSITORY, Settings, settings

SHOWN = 20
RUN_BOOK = "docs/rules.md"


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


@dg.multi_asset_check(
    name="rules",
    specs=[
        dg.AssetCheckSpec(
            check_name(rule),
            asset=rule.asset,
            description=rule.sentence,
            blocking=rule.is_blocking,
            additional_deps=[] if rule.asset == "recon_residuals" else ["recon_residuals"],
            metadata={"severity": rule.severity, "owner": rule.owner, "run-book": run_book(rule)},
        )
        for rule in declared_rules()
    ],
)
def rules(context: dg.AssetCheckExecutionContext, night: Night) -> Iterator[dg.AssetCheckResult]:
    """Judge every declared rule over the residuals of this build, note what was said, and tell Dagster."""
    context.log.info(f"{len(declared_rules())} rules")
    verdicts = judge_warehouse(night.settings().draft)
    note(night.settings(), verdicts, context.run.run_id, night.day(), datetime.now(UTC))
    tell_run(night.settings(), context.instance, context.run, night.day(), context.log)
    found = findings.numbers_by_rule(night.settings())
    for verdict in verdicts:
        yield _result(verdict, found.get(verdict.rule.id, []))


def judge_warehouse(path: Path) -> list[Verdict]:
    """Judge the declared rules over what the warehouse, or a draft of it, holds now."""
    residuals = warehouse.query(path, "from reconciliation.recon_residuals").to_pandas()
    months = warehouse.query(path, "select kind, month from marts.fct_received_rows where month is not null")
    return judge(residuals, declared_rules(), months.to_pandas())


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


def _result(verdict: Verdict, found: Sequence[dict[str, Any]]) -> dg.AssetCheckResult:
    failed = verdict.answer == FAILED
    columns = ["period_kind", "period_start", "subject", "category", "expected", "observed"]
    shown = verdict.failures.head(SHOWN).reindex(columns=columns)
    metadata: dict[str, Any] = {
        "verdict": verdict.answer,
        "judged": verdict.judged,
        "failed": len(verdict.failures),
        "owner": verdict.rule.owner,
        "run-book": run_book(verdict.rule),
    }
    if found:
        lines = [
            f"- `{row['finding_id']}` since {row['first_seen']} ({row['status']}): {row['message']}" for row in found
        ]
        metadata["findings"] = dg.MarkdownMetadataValue("\n".join(lines[:SHOWN]))
        metadata["since"] = str(min(row["first_seen"] for row in found))
    if len(shown):
        metadata["failing"] = dg.MarkdownMetadataValue(_markdown(shown))
    if verdict.error:
        metadata["error"] = verdict.error
    return dg.AssetCheckResult(
        asset_key=verdict.rule.asset,
        check_name=check_name(verdict.rule),
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if verdict.rule.is_blocking else dg.AssetCheckSeverity.WARN,
        description=verdict.rule.sentence,
        metadata=metadata,
    )


def _markdown(rows: pd.DataFrame) -> str:
    cells = rows.astype(object).where(rows.notna(), "–").astype(str)
    lines = [cells.columns.tolist(), ["---"] * len(cells.columns), *cells.values.tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

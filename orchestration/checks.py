"""Every declared rule as a Dagster asset check, judged in one step at the end of a run, and the log of verdicts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import warehouse
from orchestration.assets import Night
from orchestration.judge import FAILED, Verdict, judge
from orchestration.rules import Rule, declared_rules
from orchestration.settings import Settings

SHOWN = 20
RUN_BOOK = "docs/rules.md"
EVALUATIONS = pa.schema(
    [
        ("run_id", pa.string()),
        ("business_date", pa.date32()),
        ("rule_id", pa.string()),
        ("severity", pa.string()),
        ("verdict", pa.string()),
        ("judged", pa.int64()),
        ("period_kind", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("subject", pa.string()),
        ("measure", pa.string()),
        ("category", pa.string()),
        ("expected", pa.float64()),
        ("observed", pa.float64()),
        ("error", pa.string()),
    ]
)


def check_name(rule: Rule) -> str:
    """The name of a rule's check in Dagster, which allows no dots."""
    return rule.id.replace(".", "_")


@dg.multi_asset_check(
    name="rules",
    specs=[
        dg.AssetCheckSpec(
            check_name(rule),
            asset=rule.asset,
            description=rule.sentence,
            blocking=rule.is_blocking,
            additional_deps=[] if rule.asset == "recon_residuals" else ["recon_residuals"],
            metadata={"severity": rule.severity, "owner": rule.owner, "run-book": f"{RUN_BOOK}#{rule.runbook}"},
        )
        for rule in declared_rules()
    ],
)
def rules(context: dg.AssetCheckExecutionContext, night: Night) -> Iterator[dg.AssetCheckResult]:
    """Judge every declared rule over the residuals of this build, note what was said, and tell Dagster."""
    context.log.info(f"{len(declared_rules())} rules")
    verdicts = judge_warehouse(night.settings().draft)
    note(night.settings(), verdicts, context.run.run_id, night.day())
    for verdict in verdicts:
        yield _result(verdict)


def judge_warehouse(path: Path) -> list[Verdict]:
    """Judge the declared rules over what the warehouse, or a draft of it, holds now."""
    residuals = warehouse.query(path, "from reconciliation.recon_residuals").to_pandas()
    months = warehouse.query(path, "select kind, month from marts.fct_received_rows where month is not null")
    return judge(residuals, declared_rules(), months.to_pandas())


def note(settings: Settings, verdicts: list[Verdict], run_id: str, business_date: date) -> None:
    """Append what a run said to the log of evaluations: one row a rule, and one a residual that failed."""
    rows = []
    for verdict in verdicts:
        said: dict[str, Any] = {
            "run_id": run_id,
            "business_date": business_date,
            "rule_id": verdict.rule.id,
            "severity": verdict.rule.severity,
            "verdict": verdict.answer,
            "judged": verdict.judged,
            "error": verdict.error,
        }
        rows.append(pd.DataFrame([said]))
        rows.append(verdict.failures.assign(**said))
    log = pd.concat([frame for frame in rows if len(frame)], ignore_index=True).reindex(columns=EVALUATIONS.names)
    log = log.astype(object).where(log.notna(), None)
    settings.evaluations.mkdir(parents=True, exist_ok=True)
    path = settings.evaluations / f"{run_id}.parquet"
    pq.write_table(pa.Table.from_pandas(log, schema=EVALUATIONS, preserve_index=False), path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)


def _result(verdict: Verdict) -> dg.AssetCheckResult:
    failed = verdict.answer == FAILED
    columns = ["period_kind", "period_start", "subject", "category", "expected", "observed"]
    shown = verdict.failures.head(SHOWN).reindex(columns=columns)
    metadata: dict[str, Any] = {
        "verdict": verdict.answer,
        "judged": verdict.judged,
        "failed": len(verdict.failures),
        "owner": verdict.rule.owner,
        "run-book": f"{RUN_BOOK}#{verdict.rule.runbook}",
    }
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
    cells = rows.astype(str)
    lines = [cells.columns.tolist(), ["---"] * len(cells.columns), *cells.values.tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)

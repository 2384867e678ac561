"""Every declared rule as a Dagster asset check, judged in one step at the end of a run."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd

from orchestration import alerts, findings
from orchestration.build import draft
from orchestration.judge.rules import RUN_BOOK, Rule, check_name, declared_rules
from orchestration.judge.verdicts import FAILED, Verdict, judge_warehouse
from orchestration.language import LANGUAGES
from orchestration.pipeline.partitions import PAGE_BACKFILL
from orchestration.pipeline.resources import RunContext
from orchestration.publish import holds
from orchestration.settings import REPOSITORY, read_settings

SHOWN = 20
# nothing is published until every rule has been judged; a failure stops nothing, since the rest is published
HELD_MONTHS = dg.AssetCheckSpec(
    "held_months",
    asset="fct_figures",
    description="No month is held back: where one is, readers keep its last good figures, and this says by which rule.",
    blocking=True,
    additional_deps=["recon_residuals"],
)
# on a run that `casebook backfill` asked for
BACKFILL = "casebook/backfill"
WORDS = {"B": "blocking", "Q": "quarantine", "A": "alert", "W": "warning"}


def run_book(rule: Rule) -> dg.UrlMetadataValue:
    """The section of the run-book that says what to do, as it is found on this machine."""
    return dg.MetadataValue.url(f"{read_settings().docs_url or f'file://{REPOSITORY}'}/{RUN_BOOK}#{rule.runbook}")


def touched_by(rule: Rule, manifest: Mapping[str, Any]) -> list[str]:
    """What people read that may be wrong where a rule fails: its table, where that is a mart, and those made of it."""
    children, waiting, met = manifest["child_map"], [f"model.casebook.{rule.asset}"], set()
    while waiting:
        met.add(node := waiting.pop())
        waiting += [child for child in children.get(node, []) if child.startswith("model.") and child not in met]
    marts = {manifest["nodes"][node]["name"] for node in met if manifest["nodes"][node]["schema"] == "marts"}
    return sorted(marts | ({"release_current"} if rule.is_blocking else set()))


def check_spec(rule: Rule) -> dg.AssetCheckSpec:
    """A rule as Dagster's page knows it before it is judged."""
    return dg.AssetCheckSpec(
        check_name(rule.id),
        asset=rule.asset,
        description=rule.sentence,
        additional_deps=[] if rule.asset == "recon_residuals" else ["recon_residuals"],
        metadata={
            "severity": f"{rule.severity} ({WORDS[rule.severity]})",
            "owner": rule.owner,
            "run-book": run_book(rule),
        },
    )


def rule_checks(manifest: Mapping[str, Any]) -> dg.AssetChecksDefinition:
    """The step that judges every declared rule."""

    @dg.multi_asset_check(name="rules", specs=[HELD_MONTHS, *(check_spec(rule) for rule in declared_rules())])
    def rules(context: dg.AssetCheckExecutionContext, run_context: RunContext) -> Iterator[dg.AssetCheckResult]:
        """Judge every rule over the residuals of this build, decide what it holds back, and tell Dagster.

        What was judged belongs to the release that is made of the build: it is logged and told with it.
        """
        settings, run = run_context.settings(), context.run
        context.log.info(f"{len(declared_rules())} rules")
        verdicts = judge_warehouse(settings.draft)
        record(run_context, run.run_id, verdicts, manifest)
        held = holds.decide(settings, run_context.day())
        for sentence in holds.sentences(held):
            context.log.warning(sentence)
        found = findings.numbers_by_rule(settings, with_draft=True)
        for verdict in verdicts:
            yield _result(verdict, found.get(verdict.rule.id, []))
        yield dg.AssetCheckResult(
            asset_key=HELD_MONTHS.asset_key,
            check_name=HELD_MONTHS.name,
            passed=not held,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"held": "; ".join(holds.sentences(held)) or "nothing"},
        )

    return rules


def record(run_context: RunContext, run_id: str, verdicts: Sequence[Verdict], manifest: Mapping[str, Any]) -> None:
    """Write what a run said of the rules beside its draft (see `findings.promote`)."""
    settings = run_context.settings()
    months = "select list(month order by month) filter (where month is not null) as months"
    of_run = f"{months}, bool_or(is_new) as is_everything from received.run"
    runs, residuals = draft.queries(settings.draft, [of_run, "from reconciliation.recon_residuals"])
    run = runs.to_pylist()[0]
    run |= {"run_id": run_id, "noted_at": datetime.now(UTC).replace(tzinfo=None), "business_date": run_context.day()}
    of_rules = [
        {
            "rule_id": verdict.rule.id,
            "severity": verdict.rule.severity,
            "is_blocking": verdict.rule.is_blocking,
            "holds": verdict.rule.holds,
            "owner": verdict.rule.owner,
            "verdict": verdict.answer,
            "judged": verdict.judged,
            "error": verdict.error,
            "touches": touched_by(verdict.rule, manifest),
        }
        for verdict in verdicts
    ]
    findings.record(settings, run, of_rules, [verdict.failures for verdict in verdicts], residuals)


def news_of(run_context: RunContext, run: dg.DagsterRun, held: holds.Holds) -> alerts.RunNews:
    """What a message will say of a run."""
    return alerts.news_of_run(
        run_context.settings(),
        run.run_id,
        run_context.day(),
        is_blocked=bool(held.everything),
        held={language: holds.sentences(held, language) for language in LANGUAGES},
        is_backfill=bool({PAGE_BACKFILL, BACKFILL} & set(run.tags)),
    )


def _result(verdict: Verdict, found: Sequence[dict[str, Any]]) -> dg.AssetCheckResult:
    """What the page shows of a rule; severity, owner and run-book stand with the check itself."""
    metadata: dict[str, Any] = {"verdict": verdict.answer, "judged": verdict.judged}
    if len(verdict.failures):
        metadata |= {"failed": len(verdict.failures), "failing": _failing(verdict.failures)}
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
        check_name=check_name(verdict.rule.id),
        passed=verdict.answer != FAILED,
        severity=dg.AssetCheckSeverity.ERROR if verdict.rule.is_blocking else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def _failing(failures: pd.DataFrame) -> dg.MarkdownMetadataValue:
    """The first of some failing residuals as a table for the page."""
    columns = ["period_kind", "period_start", "subject", "category", "expected", "observed"]
    rows = failures.head(SHOWN).reindex(columns=columns)
    cells = rows.astype(object).where(rows.notna(), "–").astype(str)
    lines = [cells.columns.tolist(), ["---"] * len(cells.columns), *cells.values.tolist()]
    return dg.MarkdownMetadataValue("\n".join("| " + " | ".join(line) + " |" for line in lines))

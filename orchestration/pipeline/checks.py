"""Every declared rule as a Dagster asset check, judged in one step at the end of a run."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from orchestration import alerts, findings
from orchestration.build import draft
from orchestration.judge.rules import RUN_BOOK, Rule, declared_rules
from orchestration.judge.verdicts import FAILED, Verdict, judge_warehouse
from orchestration.language import LANGUAGES
from orchestration.pipeline.partitions import PAGE_BACKFILL
from orchestration.pipeline.resources import RunContext
from orchestration.publish import holds
from orchestration.settings import read_settings

SHOWN = 20
# nothing is published until every rule has been judged; a failure stops nothing, since the rest is published
HELD_MONTHS = dg.AssetCheckSpec(
    "held_months",
    asset="fct_figures",
    description="No month is held back: where one is, readers keep its last good figures, and this says by which rule.",
    blocking=True,
    additional_deps=["recon_residuals"],
)
# on every run that was judged: how many findings there are
FINDINGS = "casebook/findings"
# on a run that `casebook backfill` asked for
BACKFILL = "casebook/backfill"
WORDS = {"B": "blocking", "Q": "quarantine", "A": "alert", "W": "warning"}


def run_book(rule: Rule) -> dg.UrlMetadataValue | dg.TextMetadataValue:
    """The section of the run-book that says what to do: a link where somebody serves it, else where it stands."""
    link = read_settings().link_to(f"{RUN_BOOK}#{rule.runbook}")
    return dg.MetadataValue.url(link) if "://" in link else dg.MetadataValue.text(link)


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
        rule.check_name,
        asset=rule.asset,
        description=f"{rule.sentence} What to do where it fails: {rule.what_to_do}",
        additional_deps=[] if rule.asset == "recon_residuals" else ["recon_residuals"],
        metadata={
            "severity": f"{rule.severity} ({WORDS[rule.severity]})",
            "owner": rule.owner,
            "not judged": rule.not_judged,
            "run-book": run_book(rule),
        },
    )


def rule_checks(manifest: Mapping[str, Any]) -> dg.AssetChecksDefinition:
    """The step that judges every declared rule."""

    @dg.multi_asset_check(
        name="rules",
        specs=[HELD_MONTHS, *(check_spec(rule) for rule in declared_rules())],
        can_subset=True,  # no step waits for what a rule says: an output of its own would be an event more in the log
    )
    def rules(
        context: dg.AssetCheckExecutionContext, run_context: RunContext
    ) -> Iterator[dg.AssetCheckEvaluation | dg.AssetCheckResult]:
        """Judge every rule over the residuals of this build, decide what it holds back, and tell Dagster.

        What was judged belongs to the release that is made of the build: it is logged and reported with it. All rules
        are judged, whichever of them a run asks for.
        """
        settings, run = run_context.settings(), context.run
        draft.require_draft_of(settings, run.run_id)
        context.log.info(f"{len(declared_rules())} rules")
        verdicts = judge_warehouse(settings.draft)
        record(run_context, run.run_id, verdicts, manifest)
        held = holds.decide(settings, run_context.day())
        for sentence in holds.sentences(held):
            context.log.warning(sentence)
        found = findings.numbers_by_rule(settings, with_draft=True)
        for verdict in verdicts:
            yield _evaluation(verdict, found.get(verdict.rule.id, []))
        if HELD_MONTHS.key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=HELD_MONTHS.asset_key,
                check_name=HELD_MONTHS.name,
                passed=not held,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"held": "; ".join(holds.sentences(held)) or "nothing"},
            )
        new, count = findings.counts(settings, with_draft=True)["new"], sum(map(len, found.values()))
        context.instance.add_run_tags(run.run_id, {FINDINGS: f"{count} open, {new} new"})

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


def _evaluation(verdict: Verdict, found: Sequence[dict[str, Any]]) -> dg.AssetCheckEvaluation:
    """What the page shows of a rule: what failed, what to do and who, as text, and where the run-book says more."""
    rule = verdict.rule
    metadata: dict[str, Any] = {"verdict": verdict.answer, "judged": verdict.judged}
    messages = [f"{row['message']} ({row['status']} since {row['first_seen']}, {row['finding_id']})" for row in found]
    if len(verdict.failures):
        metadata["failed"] = len(verdict.failures)
    metadata |= {f"finding {number}": line for number, line in enumerate(messages[:SHOWN], 1)}
    if messages:
        metadata["since"] = str(min(row["first_seen"] for row in found))
    if verdict.answer == FAILED:  # the page shows of a check what its result says, and nothing else
        metadata |= {"what to do": rule.what_to_do, "run-book": run_book(rule), "owner": rule.owner}
    if verdict.error:
        metadata["error"] = verdict.error
    more = f" And {len(messages) - 1} more." if len(messages) > 1 else ""
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(rule.asset),
        check_name=rule.check_name,
        passed=verdict.answer != FAILED,
        severity=dg.AssetCheckSeverity.ERROR if rule.is_blocking else dg.AssetCheckSeverity.WARN,
        description=f"{messages[0]}.{more}" if messages else verdict.error,
        metadata=metadata,
        blocking=False,  # a rule that blocks holds months back (see `holds`), it stops no step
    )

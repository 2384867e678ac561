"""The rules as Great Expectations keeps them: a suite for each subject, a checkpoint, its results and their site.

Made on demand, of a release, by the expectations that the night judges by. A night looks at all rules that expect the
same at once; each rule by itself, as here, takes about twenty times as long.
"""

import re
import shutil
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from orchestration.judge.rules import RUN_BOOK, Rule, declared_rules
from orchestration.judge.verdicts import expectation_of, judged_residuals
from orchestration.settings import Settings

# counts only: neither the values that failed nor where they stand
KEPT = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}
STYLE = Path(__file__).with_name("data_docs.css")
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
ELSEWHERE = r"""(["'])(?:https?:)?//[^"']*\1"""
REMOTE = re.compile(rf"<(?:link|img)\b[^>]*\b(?:href|src)={ELSEWHERE}[^>]*>", re.DOTALL | re.IGNORECASE)
LINK = re.compile(rf"""\b(?:href|src)={ELSEWHERE}""", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:background|src)[^;{}]*\burl\(["']?(?:https?:)?//[^)]*\)[^;}]*;?|@import[^;]*;""")


def build(settings: Settings) -> dict[str, Any]:
    """Judge the current release by a checkpoint over all suites, and make the site of its results, all made anew.

    Returns:
        `page`, where to begin reading; `rules` and `failed`, how many.

    Raises:
        FileNotFoundError: There is no release.
        RuntimeError: Great Expectations dropped a rule.
    """
    if not settings.release.exists():
        raise FileNotFoundError(f"nothing is published in {settings.root} yet: `casebook nightly` does")
    results = _run(settings)
    judged = [result for of_suite in results.values() for result in of_suite.results]
    rules = declared_rules()
    # an expectation that cannot be read again from its file is dropped from its suite with a line in the log
    if missing := {rule.id for rule in rules} - {result.expectation_config.meta["rule"] for result in judged}:
        raise RuntimeError(f"Great Expectations dropped {', '.join(sorted(missing))}")
    site = settings.great_expectations / "uncommitted" / "data_docs" / "local_site"
    for path in site.rglob("*.html"):
        path.write_text(local_page(path.read_text("utf-8")), "utf-8")
    for path in site.rglob("*.css"):
        path.write_text(IN_STYLE.sub("", path.read_text("utf-8")) + STYLE.read_text("utf-8"), "utf-8")
    return {
        "page": site / "index.html",
        "rules": len(rules),
        "failed": sum(not result.success for result in judged),
    }


def local_page(page: str) -> str:
    """A page without scripts, and without anything that lies elsewhere."""
    return LINK.sub("", REMOTE.sub("", SCRIPT.sub("", page)))


def _run(settings: Settings) -> Mapping[Any, Any]:
    """Declare suites and checkpoint in a new file data context, run it, build the site: results by suite."""
    import great_expectations as gx

    residuals = judged_residuals(settings.release)[["rule_id", "expected", "observed"]]
    shutil.rmtree(settings.great_expectations, ignore_errors=True)
    context = gx.get_context(mode="file", context_root_dir=settings.great_expectations)
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("release").add_dataframe_asset("residuals")
    batch = asset.add_batch_definition_whole_dataframe("judged")
    definitions = []
    by_subject = sorted(declared_rules(), key=lambda rule: rule.subject)
    for subject, rules in groupby(by_subject, key=lambda rule: rule.subject):
        suite = context.suites.add(gx.ExpectationSuite(subject, expectations=[_expectation(rule) for rule in rules]))
        definition = gx.ValidationDefinition(name=subject, data=batch, suite=suite)
        definitions.append(context.validation_definitions.add(definition))
    checkpoint = gx.Checkpoint(name="rules", validation_definitions=definitions, result_format=KEPT)
    results = context.checkpoints.add(checkpoint).run({"dataframe": residuals}).run_results
    context.build_data_docs()
    return results


def _expectation(rule: Rule) -> Any:
    """What a rule expects of its own residuals, with what a reader of the site wants to know of it."""
    from great_expectations.expectations.row_conditions import Column

    return expectation_of(
        rule,
        row_condition=Column("rule_id") == rule.id,
        description=f"{rule.id} ({rule.severity}): {rule.sentence}",
        meta={
            "rule": rule.id,
            "severity": rule.severity,
            "owner": rule.owner,
            "not_judged": rule.not_judged,
            "run_book": f"{RUN_BOOK}#{rule.runbook}",
        },
    )

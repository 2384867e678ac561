"""The rules as Great Expectations keeps them: a suite for each subject, a checkpoint, its results and their site.

Made on demand, of a release, by the expectations that the night judges by. A night looks at all rules that expect the
same at once; each rule by itself, as here, takes about ten times as long.
"""

import re
import shutil
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from orchestration.judge.rules import RUN_BOOK, Rule, declared_rules
from orchestration.judge.verdicts import expectation_of, judged_residuals
from orchestration.settings import Settings

# counts only: neither the values that failed nor where they stand
KEPT = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}
SEVERITIES = {"B": "critical", "Q": "critical", "A": "warning", "W": "info"}
STYLE = Path(__file__).with_name("data_docs.css")
SCRIPT = re.compile(r"<(script|footer)\b.*?</\1>", re.DOTALL)
ELSEWHERE = r"""(?:https?:)?//[^"')]*"""
REMOTE = re.compile(rf"""<(?:link|img)\b[^>]*["']{ELSEWHERE}["'][^>]*>""")
LINK = re.compile(rf"""\b(?:href|src)=["']{ELSEWHERE}["']""")
IN_STYLE = re.compile(rf"""[\w-]+:\s*url\(["']?{ELSEWHERE}["']?\)[^;}}]*;?""")


def build(settings: Settings) -> dict[str, Any]:
    """Judge the current release by a checkpoint over all suites, and make the site of its results, all made anew.

    Returns:
        `page`, where to begin reading; `rules` and `failed`, how many.

    Raises:
        FileNotFoundError: There is no release.
        RuntimeError: A rule is none that Great Expectations knows, or was dropped by it.
    """
    if not settings.release.exists():
        raise FileNotFoundError("nothing is published yet: `casebook nightly` does")
    results = _run(settings)
    judged = [result for of_suite in results for result in of_suite.results]
    rules = {rule.id for rule in declared_rules()}
    # an expectation of a type that is not known is dropped from its suite with no more than a line in a log
    if dropped := rules - {result.expectation_config.meta["rule"] for result in judged}:
        raise RuntimeError(f"Great Expectations dropped {', '.join(sorted(dropped))}")
    site = settings.great_expectations / "uncommitted" / "data_docs" / "local_site"
    (site / "index.html").write_text(_index(site, settings.current.resolve().name, results), "utf-8")
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        path.write_text(local(path.read_text("utf-8")), "utf-8")
    return {
        "page": site / "index.html",
        "rules": len(rules),
        "failed": sorted(result.expectation_config.meta["rule"] for result in judged if not result.success),
    }


def local(page: str) -> str:
    """A page or its style without scripts, advertisement and anything that lies elsewhere; with a style of ours."""
    for pattern in (SCRIPT, REMOTE, LINK, IN_STYLE):
        page = pattern.sub("", page)
    return page.replace("</head>", f"<style>{STYLE.read_text('utf-8')}</style></head>")


def _index(site: Path, release: str, results: Sequence[Any]) -> str:
    """The first page: Great Expectations' own is filled in by scripts from elsewhere."""
    lines = []
    for result in sorted(results, key=lambda result: result.suite_name):
        name, statistics = result.suite_name, result.statistics
        page = next((site / "validations" / name).rglob("*.html")).relative_to(site).as_posix()
        cells = [
            f'<a href="{page}">{name}</a>',
            statistics["evaluated_expectations"],
            statistics["unsuccessful_expectations"],
            f'<a href="expectations/{name}.html">suite</a>',
        ]
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Data Docs</title></head>\n'
        f"<body><h1>Data Docs of {escape(release)}</h1>\n"
        '<table class="table"><tr><th>Subject</th><th>Rules</th><th>Failed</th><th></th></tr>\n'
        + "\n".join(lines)
        + "\n</table></body></html>\n"
    )


def _run(settings: Settings) -> list[Any]:
    """Declare suites and checkpoint in a new file data context, run it, build the site: one result a suite."""
    import great_expectations as gx

    residuals = judged_residuals(settings.release)[["rule_id", "expected", "observed"]]
    shutil.rmtree(settings.great_expectations, ignore_errors=True)
    context: Any = gx.get_context(mode="file", context_root_dir=settings.great_expectations)
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
    return list(results.values())


def _expectation(rule: Rule) -> Any:
    """What a rule expects of its own residuals, with what a reader of the site wants to know of it."""
    from great_expectations.expectations.row_conditions import Column

    try:
        return expectation_of(
            rule,
            row_condition=Column("rule_id") == rule.id,
            description=f"{rule.id} ({rule.severity}): {rule.sentence}",
            severity=SEVERITIES[rule.severity],
            meta={
                "rule": rule.id,
                "severity": rule.severity,
                "owner": rule.owner,
                "not_judged": rule.not_judged,
                "run_book": f"{RUN_BOOK}#{rule.runbook}",
            },
        )
    except Exception as error:  # whatever a type or an argument raises
        raise RuntimeError(f"rule {rule.id}: Great Expectations does not know what it expects ({error})") from error

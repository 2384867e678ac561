"""Great Expectations over the residual table: one verdict a rule. Rules are declared in expectations/, nowhere else.

What a residual is computed from is SQL's business (dbt_project/models/reconciliation); who is alerted is not said here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration.build import draft
from orchestration.judge.rules import Rule, declared_rules

PASSED, FAILED, NOT_JUDGED = "passed", "failed", "not judged"
COVERAGE = "I97"
# the columns that expectations name: Great Expectations copies and hashes all that it is given
SIDES = ["expected", "observed"]


@dataclass(frozen=True)
class Verdict:
    """What became of one rule.

    Attributes:
        rule: The rule judged.
        answer: `passed`, `failed` or `not judged`; a rule that raised has failed.
        judged: How many residuals were judged.
        failures: The residuals that failed, as rows of the residual table.
        error: What the expectation raised, if it did.
    """

    rule: Rule
    answer: str
    judged: int
    failures: pd.DataFrame
    error: str | None = None


def judge_warehouse(path: Path) -> list[Verdict]:
    """Judge the declared rules over what the warehouse, or a draft of it, holds now."""
    return judge(*_read(path))


def judge(residuals: pd.DataFrame, rules: Sequence[Rule], expected_months: pd.DataFrame) -> list[Verdict]:
    """Judge every rule over its residuals, and then that every rule was judged where it had to be.

    Args:
        residuals: The residual table: rule_id, period_kind, period_start, period_end, subject, measure, category,
            expected and observed as floats, is_judged, reason.
        rules: The declared rules.
        expected_months: `kind` and `month`, one row for each kind of sheet of which a month has rows.

    Returns:
        One verdict a rule, in the order of the rules.
    """
    return _judge(residuals, rules, expected_months)[0]


def judged_residuals(path: Path) -> pd.DataFrame:
    """Every residual that is judged of a warehouse or a release, with those of I97, which stand in no table."""
    return _judge(*_read(path))[1]


def expectation_of(rule: Rule, **more: Any) -> Any:
    """What a rule expects, as Great Expectations knows it.

    Args:
        rule: Its `expectation` names the type as `expect_…`, and its arguments.
        more: Further arguments, such as a row condition.

    Raises:
        Exception: There is no such type, or an argument does not fit it.
    """
    import great_expectations as gx

    arguments = dict(rule.expectation)
    name = "".join(part.capitalize() for part in arguments.pop("type").split("_"))
    return getattr(gx.expectations, name)(**arguments, **more)


def _read(path: Path) -> tuple[pd.DataFrame, Sequence[Rule], pd.DataFrame]:
    of_months = "select kind, month from marts.fct_received_rows where month is not null"
    residuals, months = draft.queries(path, ["from reconciliation.recon_residuals", of_months])
    return residuals.to_pandas(), declared_rules(), months.to_pandas()


def _judge(
    residuals: pd.DataFrame, rules: Sequence[Rule], expected_months: pd.DataFrame
) -> tuple[list[Verdict], pd.DataFrame]:
    """The verdicts, and the residuals they were come to by."""
    batches = _batches()
    # where neither side is a number, nothing was compared
    has_number = residuals[SIDES].notna().any(axis=1)
    judged = residuals[residuals["is_judged"].astype(bool) & has_number]
    others = [rule for rule in rules if rule.id != COVERAGE]
    verdicts = {verdict.rule.id: verdict for verdict in _verdicts(others, judged, batches)}
    if coverage := [rule for rule in rules if rule.id == COVERAGE]:
        of_coverage = _coverage(verdicts.values(), judged, expected_months)
        verdicts |= {verdict.rule.id: verdict for verdict in _verdicts(coverage, of_coverage, batches)}
        judged = pd.concat([judged, of_coverage], ignore_index=True)
    return [verdicts[rule.id] for rule in rules], judged


def _batches() -> Any:
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("reconciliation")
    return source.add_dataframe_asset("residuals").add_batch_definition_whole_dataframe("judged")


def _verdicts(rules: Sequence[Rule], residuals: pd.DataFrame, batches: Any) -> Iterator[Verdict]:
    """Verdicts of some rules, those that expect the same in one look at all their residuals: a look takes time."""
    by_expectation: dict[str, list[Rule]] = {}
    for rule in rules:
        by_expectation.setdefault(repr(sorted(rule.expectation.items())), []).append(rule)
    for alike in by_expectation.values():
        of_them = residuals[residuals["rule_id"].isin([rule.id for rule in alike])]
        failing, error = _failing(alike[0], of_them, batches)
        if error and len(alike) > 1:  # one of them raised: each by itself
            for rule in alike:
                yield from _verdicts([rule], of_them, batches)
            continue
        judged, failures = of_them["rule_id"].value_counts(), of_them[of_them.index.isin(failing)]
        for rule in alike:
            yield _verdict(rule, int(judged.get(rule.id, 0)), failures[failures["rule_id"] == rule.id], error)


def _failing(rule: Rule, residuals: pd.DataFrame, batches: Any) -> tuple[pd.Index, str | None]:
    """Which residuals are not what the rule expects, and what its expectation raised, if it did."""
    if residuals.empty:
        return residuals.index, None
    try:
        batch = batches.get_batch({"dataframe": residuals[SIDES]})
        result = batch.validate(expectation_of(rule), result_format="COMPLETE")
    except Exception as raised:  # whatever an expectation raises: a rule that raised has failed
        return residuals.index[:0], f"{type(raised).__name__}: {raised}"
    failing = residuals.index[:0].union(result.result.get("unexpected_index_list") or [], sort=False)
    error = _raised(result.exception_info)
    if not result.success and failing.empty and not error:
        error = "the expectation failed and named no residual"
    return failing, error


def _verdict(rule: Rule, judged: int, failures: pd.DataFrame, error: str | None) -> Verdict:
    answer = NOT_JUDGED if not judged else FAILED if error or len(failures) else PASSED
    return Verdict(rule, answer, judged, failures, error)


def _raised(exception_info: Any) -> str | None:
    """What Great Expectations caught while it judged: told flat, or by metric."""
    info = exception_info or {}
    each = [info] if "raised_exception" in info else list(info.values())
    messages = sorted({str(one.get("exception_message")) for one in each if one.get("raised_exception")})
    return "; ".join(messages) or None


def _coverage(verdicts: Iterable[Verdict], judged: pd.DataFrame, expected_months: pd.DataFrame) -> pd.DataFrame:
    """Residuals of I97: each rule ran (1) or raised (0), and each month it covers has a judged residual or not."""
    verdicts = list(verdicts)
    ran = pd.DataFrame(
        {
            "subject": [f"rule {verdict.rule.id}" for verdict in verdicts],
            "observed": [0.0 if verdict.error else 1.0 for verdict in verdicts],
        }
    )
    covers = pd.DataFrame(
        [(verdict.rule.id, kind) for verdict in verdicts for kind in verdict.rule.covers], columns=["rule_id", "kind"]
    )
    asked = expected_months.assign(month=pd.to_datetime(expected_months["month"]))
    months = covers.merge(asked, on="kind")[["rule_id", "month"]].drop_duplicates()
    monthly = judged.loc[judged["period_kind"] == "month", ["rule_id", "period_start"]]
    has_residual = monthly.assign(month=pd.to_datetime(monthly["period_start"]), observed=1.0).drop_duplicates()
    covered = months.merge(has_residual[["rule_id", "month", "observed"]], how="left", on=["rule_id", "month"])
    covered = covered.assign(subject="rule " + covered["rule_id"], observed=covered["observed"].fillna(0.0))
    covered = covered.assign(period_start=covered["month"].dt.date)
    together = pd.concat([ran, covered[["subject", "observed", "period_start"]]], ignore_index=True)
    residuals = together.assign(rule_id=COVERAGE, period_kind="month", expected=1.0)
    return residuals.reindex(columns=judged.columns)

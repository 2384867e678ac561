"""Judging: each declared rule passes, fails and is not judged where it should be, and a rule that broke has failed."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orchestration.judge.rules import Rule, declared_rules
from orchestration.judge.verdicts import COVERAGE, FAILED, NOT_JUDGED, PASSED, Verdict, judge

COLUMNS = [
    "rule_id", "period_kind", "period_start", "period_end", "subject", "measure", "category", "expected", "observed",
    "is_judged", "reason",
]  # fmt: skip
JANUARY = date(2025, 1, 1)
RULES = declared_rules()
# I97 is judged over what became of the others
OTHERS = [rule for rule in RULES if rule.id != COVERAGE]
BY_ID = {rule.id: rule for rule in RULES}
NO_MONTHS = pd.DataFrame({"kind": [], "month": []}, dtype=object)
with Path(__file__).with_name("rules.csv").open(encoding="utf-8", newline="") as frozen:
    # rules by which what is observed may be less than what it is compared with: as frozen, not as declared
    AT_MOST = {row["id"] for row in csv.DictReader(frozen) if row["relation"] == "at most"}


def residual(rule_id: str, expected: float | None, observed: float | None, **told: Any) -> dict[str, Any]:
    row = {
        "rule_id": rule_id, "period_kind": "month", "period_start": JANUARY, "period_end": date(2025, 1, 31),
        "subject": f"{expected} and {observed}", "measure": "deaths", "category": "total", "expected": expected,
        "observed": observed, "is_judged": True, "reason": None,
    }  # fmt: skip
    return row | told


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Residuals as they come from the warehouse: numbers as plain floats."""
    return pd.DataFrame(rows, columns=COLUMNS).astype({"expected": float, "observed": float})


def judged(
    rows: Sequence[dict[str, Any]], rules: Sequence[Rule] = RULES, months: pd.DataFrame = NO_MONTHS
) -> dict[str, Verdict]:
    return {verdict.rule.id: verdict for verdict in judge(frame(rows), rules, months)}


def judged_pairs(*pairs: tuple[float | None, float | None], **told: Any) -> dict[str, Verdict]:
    """Every rule, judged over the same pairs of what was expected and what was observed."""
    return judged([residual(rule.id, *pair, **told) for rule in OTHERS for pair in pairs])


def summary(verdicts: dict[str, Verdict]) -> dict[str, tuple[str, int, list[str], str | None]]:
    """What became of each rule but that of coverage: answer, how many were judged, which failed, and what raised."""
    return {
        rule: (verdict.answer, verdict.judged, sorted(verdict.failures["subject"]), verdict.error)
        for rule, verdict in verdicts.items()
        if rule != COVERAGE
    }


def of_every_rule(*told: Any) -> dict[str, tuple[Any, ...]]:
    return {rule.id: told for rule in OTHERS}


class TestEveryRule:
    def test_passes_where_the_truth_holds(self) -> None:
        verdicts = judged_pairs((5, 5), (0, 0))
        assert summary(verdicts) == of_every_rule(PASSED, 2, [], None)
        assert list(verdicts) == [rule.id for rule in RULES]

    def test_fails_where_it_does_not_and_says_where(self) -> None:
        verdicts = judged_pairs((5, 5), (5, 6), (0, 0), (0, 1))
        assert summary(verdicts) == of_every_rule(FAILED, 4, ["0 and 1", "5 and 6"], None)
        assert all(set(verdicts[rule.id].failures["rule_id"]) == {rule.id} for rule in OTHERS)

    def test_fails_at_a_gap_on_one_side(self) -> None:
        verdicts = judged_pairs((5, 5), (5, None), (None, 5))
        assert summary(verdicts) == of_every_rule(FAILED, 3, ["5 and None", "None and 5"], None)

    def test_is_not_judged_where_there_is_nothing_to_judge(self) -> None:
        verdicts = judged_pairs((5, 6), is_judged=False, reason="not yet")
        assert summary(verdicts) == of_every_rule(NOT_JUDGED, 0, [], None)

    def test_fails_at_less_than_expected_but_for_what_may_be_less(self) -> None:
        answers = {rule: verdict.answer for rule, verdict in judged_pairs((5, 4)).items() if rule != COVERAGE}
        assert answers == {rule.id: PASSED if rule.id in AT_MOST else FAILED for rule in OTHERS}

    def test_fails_at_a_hair_too_much(self) -> None:
        verdicts = judged_pairs((5, 5.001))
        assert summary(verdicts) == of_every_rule(FAILED, 1, ["5 and 5.001"], None)


def test_a_residual_of_no_number_on_either_side_is_no_pass() -> None:
    """Nothing was compared: that may not count as judged and well."""
    verdict = judged([residual("I51", None, None)], [BY_ID["I51"]])["I51"]
    assert verdict.answer != PASSED


@pytest.mark.parametrize(
    "expectation",
    [
        {"type": "expect_column_pair_values_to_be_equal", "column_A": "expected", "column_B": "nowhere"},
        {"type": "expect_column_pair_values_to_be_equal", "column_A": "expected"},
        {"type": "expect_truth", "column_A": "expected", "column_B": "observed"},
        {"column_A": "expected", "column_B": "observed"},
    ],
    ids=["no such column", "an argument missing", "no such expectation", "no type"],
)
def test_a_rule_that_raised_has_failed_and_so_has_coverage(expectation: dict[str, Any]) -> None:
    broken = replace(BY_ID["I51"], expectation=expectation)
    verdicts = judged([residual("I51", 5, 5)], [broken, BY_ID[COVERAGE]])
    assert verdicts["I51"].answer == FAILED
    assert verdicts["I51"].error
    assert verdicts[COVERAGE].answer == FAILED
    assert verdicts[COVERAGE].failures["subject"].tolist() == ["rule I51"]


class TestCoverage:
    """I97: every rule ran, and every month it covers has a judged residual."""

    MONTHS = pd.DataFrame({"kind": ["deaths", "deaths"], "month": [JANUARY, date(2024, 12, 1)]})
    RULES = (BY_ID["I51"], BY_ID[COVERAGE])
    DECEMBER = {"period_start": date(2024, 12, 1), "period_end": date(2024, 12, 31)}

    def coverage(self, rows: Sequence[dict[str, Any]], months: pd.DataFrame = MONTHS) -> Verdict:
        return judged(rows, self.RULES, months)[COVERAGE]

    def test_it_passes_where_each_month_was_judged(self) -> None:
        verdict = self.coverage([residual("I51", 5, 5), residual("I51", 5, 5, **self.DECEMBER)])
        assert (verdict.answer, verdict.judged) == (PASSED, 3)

    def test_a_rule_that_failed_has_covered_its_month(self) -> None:
        verdict = self.coverage([residual("I51", 5, 6), residual("I51", 5, 5, **self.DECEMBER)])
        assert verdict.answer == PASSED

    @pytest.mark.parametrize(
        "december",
        [
            [],
            [residual("I51", 5, 5, is_judged=False, **DECEMBER)],
            [residual("I51", 5, 5, period_kind="year_to_date", **DECEMBER)],
            [residual("I52", 5, 5, **DECEMBER)],
        ],
        ids=["no residual", "not judged", "another kind of period", "another rule's"],
    )
    def test_a_month_without_a_judged_residual_fails(self, december: list[dict[str, Any]]) -> None:
        verdict = self.coverage([residual("I51", 5, 5), *december])
        assert verdict.answer == FAILED
        told = verdict.failures[["subject", "period_start"]].values.tolist()
        assert [(subject, str(start)[:10]) for subject, start in told] == [("rule I51", "2024-12-01")]

    def test_a_month_of_a_kind_the_rule_does_not_cover_need_not_be_judged(self) -> None:
        months = pd.DataFrame({"kind": ["incidents"], "month": [date(2024, 12, 1)]})
        assert self.coverage([residual("I51", 5, 5)], months).answer == PASSED

    def test_where_nothing_was_received_nothing_need_be_judged(self) -> None:
        assert self.coverage([], NO_MONTHS).answer == PASSED

    def test_months_may_come_as_timestamps(self) -> None:
        """A date column of Arrow becomes datetime64 in some versions of pandas."""
        months = self.MONTHS.assign(month=pd.to_datetime(self.MONTHS["month"]))
        rows = frame([residual("I51", 5, 5), residual("I51", 5, 5, **self.DECEMBER)])
        rows["period_start"] = pd.to_datetime(rows["period_start"])
        (_, coverage) = judge(rows, self.RULES, months)
        assert coverage.answer == PASSED

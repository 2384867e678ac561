"""What a night of several runs says of its rules, each rule once; its exit status; and how much of it is shown."""

from datetime import date
from typing import Any

import pytest

from orchestration.cli.nightly import _exit_status, _of_the_night
from orchestration.cli.render import found, judged, revision_status
from orchestration.pipeline.running import Run


def said(**verdicts: str) -> list[dict[str, str | None]]:
    return [{"rule_id": rule, "finding_id": None, "verdict": verdict} for rule, verdict in verdicts.items()]


def answers(*runs: list[dict[str, str | None]]) -> list[tuple[str | None, str | None]]:
    return [(told["rule_id"], told["verdict"]) for told in _of_the_night(runs)]


def test_a_rule_is_counted_once_however_many_runs_it_failed_in() -> None:
    runs = [said(I1="failed", I2="passed")] * 3
    assert answers(*runs) == [("I1", "failed"), ("I2", "passed")]


def test_what_failed_in_an_earlier_run_has_failed() -> None:
    assert answers(said(I1="failed"), said(I1="passed"), said(I1="not judged")) == [("I1", "failed")]


def test_else_the_last_run_counts() -> None:
    assert answers(said(I1="not judged"), said(I1="passed")) == [("I1", "passed")]


def test_the_findings_of_every_run_are_told_once() -> None:
    found = [{"rule_id": "I1", "finding_id": each, "verdict": "failed"} for each in ("a", "b")]
    assert len(_of_the_night([said(I1="failed") + found[:1], said(I1="failed") + found])) == 3


def test_of_several_that_failed_the_last_is_told() -> None:
    runs = [[{"rule_id": "I1", "finding_id": "a", "verdict": "failed", "observed": count}] for count in (1, 2)]
    assert [each["observed"] for each in _of_the_night(runs)] == [2]


def test_no_run_says_nothing() -> None:
    assert answers() == []


def run(error: str | None = None, is_rule: bool = False) -> Run:
    return Run("a-run", (date(2025, 1, 1), date(2025, 1, 1)), {}, error, is_rule)


@pytest.mark.parametrize(
    ("runs", "severity", "verdict", "status"),
    [
        ([run()], "B", "passed", 0),
        ([run()], "B", "not judged", 0),
        ([run()], "B", "failed", 3),
        ([run()], "Q", "failed", 3),
        ([run()], "A", "failed", 0),
        ([run()], "W", "failed", 0),
        ([run("no space left")], "W", "failed", 1),
        ([run("no space left")], "B", "failed", 1),
        ([run(), run("no space left")], "W", "passed", 1),
        ([run(), run("a test of dbt", is_rule=True)], "W", "passed", 3),
        ([run("no space left"), run("a test of dbt", is_rule=True)], "W", "passed", 3),
        ([], "W", "passed", 0),
    ],
)
def test_the_exit_status_says_whether_something_blocks(
    runs: list[Run], severity: str, verdict: str, status: int
) -> None:
    assert _exit_status(runs, [{"rule_id": "I1", "severity": severity, "verdict": verdict}]) == status


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (10, 10), (11, 11), (30, 11)])
def test_ten_findings_are_shown_and_the_rest_is_counted(count: int, lines: int) -> None:
    rows = [{"severity": "A", "rule_id": "I1", "message": f"number {number}"} for number in range(count)]
    shown = list(found(rows))
    assert len(shown) == lines
    assert shown[0] == "finding (alert)  I1  number 0"
    assert (f"and {count - 10} findings more" in shown[-1]) == (count > 10)


@pytest.mark.parametrize(("severity", "word"), [("B", "blocks"), ("Q", "blocks"), ("A", "alert"), ("W", "warning")])
def test_a_finding_says_what_it_does(severity: str, word: str) -> None:
    assert next(found([{"severity": severity, "rule_id": "I1", "message": ""}])).startswith(f"finding ({word})")


def verdict(rule: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"rule_id": rule, "severity": "B", "verdict": answer, "period_kind": None, "error": None} | more


def test_five_rules_that_were_not_judged_are_explained_and_the_rest_is_named() -> None:
    shown = list(judged([verdict("I1", "passed"), *(verdict(f"I{number}", "not judged") for number in range(2, 9))]))
    assert shown[0] == "8 rules: 1 passed, 0 failed, 7 not judged"
    assert [line.split()[2] for line in shown[1:6]] == ["I2", "I3", "I4", "I5", "I6"]
    assert shown[6].endswith("I7, I8")
    assert list(judged([verdict("I1", "failed", error="it raised")]))[1] == "I1 (B)  could not be judged: it raised"


@pytest.mark.parametrize(("count", "listed"), [(5, "2024-01, 2024-02, 2024-03, 2024-04, 2024-05"), (6, "6 months")])
def test_five_months_are_listed_and_more_are_counted(count: int, listed: str) -> None:
    months = [f"2024-{number:02}" for number in range(1, count + 1)]
    assert listed in revision_status({"standing": "final", "months": months, "final_on": None, "revised_on": None})

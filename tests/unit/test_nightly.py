"""What a night of several runs says of its rules: each rule once."""

from orchestration.cli.nightly import _of_the_night


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


def test_no_run_says_nothing() -> None:
    assert answers() == []

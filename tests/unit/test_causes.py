"""Findings by cause: what is told with what, and that nothing is lost or told twice."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from orchestration.alerts.text import sentence
from orchestration.findings import causes, folded

RULES = ("I05", "I05.word", "I74", "I75", "I76", "I79")


def row(number: int, rule: str, *caused_by: str, **more: Any) -> dict[str, Any]:
    told = {"finding_id": f"f{number}", "rule_id": rule, "severity": "A", "subject": f"s{number}", "message": rule}
    return told | {"period_start": date(2024, 1, 1), "caused_by": [*caused_by] or None} | more


def numbers(told: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(each["finding_id"] for cause in told for each in (cause, *cause["consequences"]))


@pytest.mark.parametrize("seed", range(40))
def test_every_finding_is_told_once_by_itself_or_as_a_consequence(seed: int) -> None:
    pick = random.Random(seed)
    rows = [
        row(
            number, pick.choice(RULES), *pick.sample(["a", "b", "s1", "s2", "s3"], pick.randrange(3)),
            severity=pick.choice("BQAW"), change=pick.choice(["opened", "resolved"]), subject=f"s{pick.randrange(4)}",
            period_start=pick.choice([date(2024, 1, 1), date(2024, 2, 1), None]),
        )
        for number in range(pick.randrange(12))
    ]  # fmt: skip
    once = Counter(each["finding_id"] for each in rows)
    assert numbers(causes(rows)) == once
    assert numbers(folded(rows)) == once


def test_of_one_cause_the_rule_that_names_it_tells_it() -> None:
    rows = [row(1, "I76", "x is 2"), row(2, "I75", "x is 2"), row(3, "I74", "x is 2"), row(4, "I75", "x is 3")]
    of_it, alone = causes(rows)
    assert of_it["rule_id"] == "I74"
    assert [each["rule_id"] for each in of_it["consequences"]] == ["I75", "I76"]
    assert (alone["finding_id"], alone["consequences"]) == ("f4", [])


def test_what_is_healed_is_told_apart_from_what_stands() -> None:
    rows = [row(1, "I75", "x is 2"), row(2, "I74", "x is 2", change="resolved")]
    assert [each["finding_id"] for each in causes(rows)] == ["f1", "f2"]


def test_only_what_blocks_is_a_month_that_is_held() -> None:
    rows = [row(1, "I05.word"), row(2, "I05", "s1", severity="Q"), row(3, "I81", "s1", severity="W")]
    (cause,) = causes(rows)
    assert cause["holds"] == {"2024-01": "f2"}
    (told,) = folded(rows)
    assert [each["finding_id"] for each in told["follow"]] == ["f3"]


def test_each_of_two_causes_is_as_grave_as_what_follows_from_both() -> None:
    rows = [row(1, "I05.word"), row(2, "I05.sheet"), row(3, "I05", "s1", "s2", severity="Q")]
    told = {cause["finding_id"]: (cause["told_as"], cause["holds"]) for cause in causes(rows)}
    assert told == {"f1": ("Q", {"2024-01": "f3"}), "f2": ("Q", {"2024-01": "f3"})}


def test_one_cause_in_several_periods_is_told_once_with_what_follows_in_them() -> None:
    months = [date(2024, month, 1) for month in (1, 2)]
    rows = [row(n, "I75", f"{n}", subject="s", period_start=start) for n, start in enumerate(months)]
    rows += [row(9 + n, "I76", f"{n}", subject="t", period_start=start) for n, start in enumerate(months)]
    (told,) = folded(rows)
    (following,) = told["follow"]
    assert (told["periods"], following["periods"]) == (2, 2)
    assert sentence(following, "en") == "I76; and in 1 more period, January – February 2024"

"""What a night says of itself: its months, its exit status, and how much of what it found is shown."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli.nightly import FIGURES, _exit_status, _line, _newest
from orchestration.cli.render import coverage, dropped, found, judged, missing, named, revised, revision_status
from orchestration.months import month_of
from orchestration.pipeline.running import Run
from orchestration.settings import Settings


def run(error: str | None = None, is_rule: bool = False) -> Run:
    return Run("a-run", [date(2025, 1, 1)], {}, error, is_rule)


@pytest.mark.parametrize(
    ("run", "table", "status"),
    [
        (run(), None, 0),
        (run(), "held_months", 3),
        (run(), "held_sums", 3),
        (run("no space left"), None, 1),
        (run("no space left"), "held_months", 1),
        (run("a test of dbt", is_rule=True), None, 3),
        (None, "held_months", 0),
    ],
)
def test_the_exit_status_says_whether_something_is_held(
    tmp_path: Path, run: Run | None, table: str | None, status: int
) -> None:
    settings = Settings(tmp_path)
    settings.warehouse.parent.mkdir()
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute("create schema received; create table received.held_everything (rule_id varchar)")
        for name in ("held_months", "held_sums"):
            connection.execute(f"create table received.{name} as select date '2025-01-01' as month")
            if name != table:
                connection.execute(f"delete from received.{name}")
    assert _exit_status(settings, run) == status


@pytest.mark.parametrize(
    ("months", "spelled"),
    [
        (["2025-01"], "2025-01"),
        (["2023-07", "2024-12", "2025-01", "2025-03"], "2023-07, 2024-12 … 2025-01, 2025-03"),
        (["2023-01", "2023-03", "2023-05", "2024-12", "2025-01"], "5 months from 2023-01 to 2025-01"),
    ],
)
def test_three_stretches_of_months_are_named_and_more_are_counted(months: list[str], spelled: str) -> None:
    assert _line(Run("0123456789", [month_of(month) for month in months], {"read": 1.23}, None, False)) == (
        f"  {spelled}   read 1.2 s   run 01234567"
    )


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (10, 10), (11, 11), (30, 11)])
def test_ten_findings_are_shown_and_the_rest_is_counted(count: int, lines: int) -> None:
    rows = [
        {"severity": "A", "rule_id": "I1", "subject": str(number), "message": f"number {number}"}
        for number in range(count)
    ]
    shown = list(found(rows))
    assert len(shown) == lines
    assert shown[0] == "finding (alert)  I1  number 0"
    assert (f"and {count - 10} causes more" in shown[-1]) == (count > 10)


def test_one_cause_in_many_months_is_one_line() -> None:
    months = [date(2024, number, 1) for number in (3, 1, 2)]
    rows = [{"severity": "Q", "rule_id": "I5", "message": f"{month}", "period_start": month} for month in months]
    alone = {"rule_id": "I1", "message": "alone", "period_start": date(2025, 1, 1)}
    assert list(found([alone | {"severity": "Q"}, *rows, alone | {"severity": "B"}])) == [
        "finding (blocks)  I1  alone",
        "finding (blocks)  I5  2024-03-01; and in 2 more periods, January – March 2024",
        "finding (blocks)  I1  alone",
    ]


WORD = {"rule_id": "I05.word", "severity": "W", "subject": "parties: unknown word 1a2b3c", "message": "a word"}


def held(month: int, *causes: str, **more: Any) -> dict[str, Any]:
    row = {"rule_id": "I05", "severity": "Q", "subject": "deaths: rows taken out", "message": f"rows of {month}"}
    more = {"finding_id": f"f{month}", "period_start": date(2024, month, 1), "caused_by": list(causes)} | more
    return row | more


@pytest.mark.parametrize(
    ("months", "holds"),
    [((3,), "March 2024"), ((4, 3), "March 2024, April 2024"), ((5, 3, 4, 6), "March 2024, April 2024 and 2 more")],
)
def test_months_that_a_cause_holds_are_told_in_its_line(months: tuple[int, ...], holds: str) -> None:
    rows = [held(month, WORD["subject"]) for month in months]
    assert list(found([*rows, WORD])) == [f"finding (blocks)  I05.word  a word; holds {holds}"]


def test_what_follows_from_nothing_that_is_told_has_a_line_of_its_own() -> None:
    """As where the cause was told before, is accepted, or is healed while the month is still held."""
    healed = WORD | {"change": "resolved"}
    rows = [held(3, "another cause"), held(4, WORD["subject"], change="opened")]
    assert list(found([*rows, healed])) == [
        "finding (blocks)  I05  rows of 3",
        "finding (blocks)  I05  rows of 4",
        "finding (warning)  I05.word  a word",
    ]


def test_a_month_that_two_causes_hold_is_told_with_both_and_the_larger_cause_is_first() -> None:
    sheet = {"rule_id": "I05.sheet", "subject": "sheet 2024-04/a.csv, column party", "message": "a sheet"}
    other = WORD | sheet | {"severity": "A"}
    rows = [held(3, WORD["subject"]), held(4, other["subject"], WORD["subject"])]
    assert list(found([other, *rows, WORD])) == [
        "finding (blocks)  I05.word  a word; holds March 2024, April 2024",
        "finding (blocks)  I05.sheet  a sheet; holds April 2024",
    ]


def test_months_held_and_periods_found_in_are_as_large_as_they_are_many() -> None:
    twice = [{"severity": "Q", "rule_id": "I5", "message": "twice", "period_start": date(2024, n, 1)} for n in (1, 2)]
    often = [
        {"severity": "Q", "rule_id": "I6", "message": "often", "period_start": date(2024, n, 1)} for n in range(1, 5)
    ]
    rows = [*twice, *(held(month, WORD["subject"]) for month in (3, 4, 5)), WORD, *often]
    assert [line.split("  ")[2].split("; ")[0] for line in found(rows)] == ["often", "a word", "twice"]


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


@pytest.mark.parametrize(
    ("present", "expected", "said"),
    [(1, 1, ""), (12, 12, ""), (11, 12, "11 of 12 months"), (1, 10, "1 of 10 months"), (None, None, "")],
)
def test_a_figure_that_lacks_months_says_of_how_many_it_is(present: int, expected: int, said: str) -> None:
    assert coverage({"months_present": present, "months_expected": expected}) == said


def test_months_that_are_lacking_are_told_as_stretches() -> None:
    months = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 7, 1)]
    assert missing({"months": months, "measures": ["deaths", "massacres"]}) == (
        "without  2024-01 … 2024-03, 2024-07: deaths, massacres"
    )


def test_a_file_of_which_a_part_is_set_aside_says_what_became_of_the_rest() -> None:
    sheets = [
        {"place": "any/a.json", "rows": 2, "refused": 1, "is_set_aside": True},
        {"place": "any/b.json", "rows": 0, "refused": 0, "is_set_aside": True},
        {"place": "any/c.json", "rows": 1, "refused": 0, "is_set_aside": False},
    ]
    assert list(dropped(sheets)) == [
        "new  any/a.json  2 rows, 1 of them refused; a part of it is set aside",
        "new  any/b.json  set aside",
        "new  any/c.json  1 row",
    ]


def revision(figure: str = "deaths", month: str = "2024-12", n: int = 1, reason: str = "new", **more: str) -> Any:
    return {"month": month, "figure": figure, "from": "5", "to": "6", "n": n, "reason": reason, **more}


def test_what_a_release_revises_is_told_figure_by_figure_with_its_reasons() -> None:
    rows = [
        revision(n=2),
        revision(n=-1, reason="withdrawn"),
        revision("deaths by party", **{"from": "sdf", "to": "isis"}, reason="reattributed"),
        revision("deaths, by month of death"),
    ]
    assert list(revised(rows)) == [
        "revised  2024-12  deaths 5 → 6: +2 new, -1 withdrawn",
        "revised  2024-12  deaths by party, sdf → isis: 1 reattributed",
    ]
    many = [revision(month=f"2024-{month:02}") for month in range(1, 8)]
    assert list(revised(many[:5]))[-1] == "revised  2024-05  deaths 5 → 6: +1 new"
    assert list(revised(many))[-1] == "and 2 revisions more: casebook revisions"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("File 0a1b2c3d: set aside", "2025-01/a.csv: set aside"),
        ("rows of file 0a1b2c3d", "rows of 2025-01/a.csv"),
        ("الملف \u20660a1b2c3d\u2069: نُحّي", "الملف \u20662025-01/a.csv\u2069: نُحّي"),
        ("file ffffffff", "file ffffffff"),
        ("a party on no list (1a2b3c)", "a party on no list (Invented Valley)"),
        ("جهة غير مدرجة (\u20661a2b3c\u2069)", "جهة غير مدرجة (\u2066Invented Valley\u2069)"),
        ("on 1a2b3c (ffffff)", "on 1a2b3c (ffffff)"),
    ],
)
def test_a_file_is_named_to_who_may_know_its_name(told: str, shown: str) -> None:
    assert named(told, {"file 0a1b2c3d": "2025-01/a.csv", "1a2b3c": "Invented Valley"}) == shown


def test_the_figures_pointed_at_are_those_of_the_newest_month_that_has_some() -> None:
    none = dict.fromkeys(("deaths_total", *FIGURES.values()))
    dead, attacked = none | {"deaths_total": 0}, none | {"facility_attacks_total": 2}
    assert _newest([{"month": "2024-12"} | attacked, {"month": "2025-01"} | dead]) == "2025-01"
    assert _newest([{"month": "2024-12"} | attacked, {"month": "2025-02"} | none]) == "2024-12"
    assert _newest([{"month": "2025-01"} | dead, {"month": "undated"} | none]) == "2025-01"
    assert _newest([]) == f"{date.today():%Y-%m}"

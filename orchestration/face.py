"""What `casebook nightly` and `backfill` show while they work and at their end, and the exit status they end with."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
from rich.console import Console

from orchestration import readings
from orchestration.instance import instance
from orchestration.night import Run, end_dead_runs, run_months
from orchestration.partitions import key_of
from orchestration.progress import watched
from orchestration.settings import Settings, settings
from orchestration.show import table
from orchestration.terminal import BLOCKED, COULD_NOT, DID_ITS_WORK

SHOWN = 10
ROWS = ("month", "received", "accepted", "quarantined", "excluded", "counted")
DEATHS = "deaths (children · women)"
FIGURES = {
    "torture": "torture_deaths_total",
    "massacres": "massacres_total",
    "attacks": "facility_attacks_total",
}


def work(
    out: Console,
    months_of: Callable[[Settings, date, dg.DagsterInstance], Sequence[date]],
    day: date | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> int:
    """Do the work of some months and show it.

    Args:
        out: Where a person reads.
        months_of: Says which months, as first days.
        day: The business date; that of the settings where not given.
        quiet: Whether to print nothing but errors.
        verbose: Whether to show Dagster's own log.
        as_json: Whether to print what was done as JSON, and nothing else.

    Returns:
        0 where the runs did their work, 3 where a blocking rule failed somewhere, 1 where they could not do their work.
    """
    place, started = settings(), time.monotonic()
    business_date = day or place.today()
    say = (lambda text: None) if quiet else (lambda text: out.print(text, markup=False))
    with instance() as dagster, watched(out, "casebook", quiet):
        end_dead_runs(dagster, place)
        months = months_of(place, business_date, dagster)
        say(f"Casebook · business date {business_date} · {place.root} · {_counted(months)}")
        runs = run_months(dagster, months, business_date, place, verbose, on_run=lambda run: say(_line(run)))
    verdicts = _of_the_night([readings.verdicts(place, run.run_id) for run in runs])
    status = _exit_status(runs, verdicts)
    if as_json:
        print(readings.as_json([_as_json(place, business_date, runs, verdicts, status)]))
    elif not quiet and verdicts and readings.is_released(place):
        _summary(out, place, {key_of(month) for month in months}, verdicts)
    elif not quiet and verdicts:
        for line in _judged(verdicts):  # a first night that was kept back has no release to tell of
            say(f"  {line}")
    if status == BLOCKED:
        say("  A blocking rule failed: readers keep the last release, and any figures above are its.")
    say(f"\n  {time.monotonic() - started:.0f} s")
    for run in runs:
        if run.error:
            Console(stderr=True, soft_wrap=True).print(
                f"casebook: run {run.run_id[:8]} stopped: {run.error}", markup=False
            )
    return status


def _of_the_night(of_runs: Sequence[Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """What the last run said of the rules, and what failed in an earlier one: some judge a run's own months only."""
    *earlier, last = of_runs or [[]]
    failed = {verdict["rule_id"] for said in earlier for verdict in said if verdict["verdict"] == "failed"}
    kept = [verdict for said in earlier for verdict in said if verdict["verdict"] == "failed"]
    return kept + [verdict for verdict in last if verdict["period_kind"] or verdict["rule_id"] not in failed]


def _line(run: Run) -> str:
    first, last = (key_of(month) for month in run.months)
    months = first if first == last else f"{first} … {last}"
    spent = "   ".join(f"{step} {seconds:.1f} s" for step, seconds in run.seconds.items())
    return f"  {months:<18}  {spent}   run {run.run_id[:8]}{'  stopped' if run.error else ''}"


def _counted(months: Sequence[date]) -> str:
    return "1 month" if len(months) == 1 else f"{len(months)} months"


def _summary(out: Console, place: Settings, months: Collection[str], verdicts: Sequence[Mapping[str, Any]]) -> None:
    """The table a person is glad to read, what failed, what was set aside, and where to look next."""
    rows = [
        row | {name: row[figure] for name, figure in FIGURES.items()} | _deaths(row)
        for row in readings.night(place)
        if row["month"] in {*months, "undated"}
    ]
    out.print()
    out.print(table([*ROWS, DEATHS, *FIGURES], rows))
    out.print()
    for line in [*_judged(verdicts), *(f"set aside  {sheet['sentence']}" for sheet in readings.set_aside(place))]:
        out.print(f"  {line}", markup=False)
    latest = rows[-1]["month"] if rows else key_of(date.today())
    out.print(
        f"\n  Figures: casebook figures --period {latest}     Problems: casebook quarantine     Page: casebook ui"
    )


def _judged(verdicts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How many rules answered what, and the first failures."""
    rules = [verdict for verdict in verdicts if verdict["period_kind"] is None]
    counts = {answer: sum(rule["verdict"] == answer for rule in rules) for answer in ("passed", "failed", "not judged")}
    yield f"{len(rules)} rules: " + ", ".join(f"{count} {answer}" for answer, count in counts.items())
    for failure in [verdict for verdict in verdicts if verdict["period_kind"]][:SHOWN]:
        yield (
            f"{failure['rule_id']} ({failure['severity']})  {failure['period_kind']} of {failure['period_start']}  "
            f"{failure['subject']}, {failure['category']}: expected {_number(failure['expected'])}, "
            f"observed {_number(failure['observed'])}"
        )
    for rule in rules:
        if rule["error"]:
            yield f"{rule['rule_id']} ({rule['severity']})  could not be judged: {rule['error']}"


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:g}"


def _deaths(row: Mapping[str, Any]) -> dict[str, str | None]:
    told = None
    if row["deaths_total"] is not None:
        told = f"{row['deaths_total']} ({row['deaths_children']} · {row['deaths_women']})"
    return {DEATHS: told}


def _exit_status(runs: Sequence[Run], verdicts: Sequence[Mapping[str, Any]]) -> int:
    if any(run.is_rule for run in runs):
        return BLOCKED
    if any(run.error for run in runs):
        return COULD_NOT
    blocked = any(verdict["severity"] == "B" and verdict["verdict"] == "failed" for verdict in verdicts)
    return BLOCKED if blocked else DID_ITS_WORK


def _as_json(
    place: Settings, business_date: date, runs: Sequence[Run], verdicts: Sequence[Mapping[str, Any]], status: int
) -> dict[str, Any]:
    return {
        "business_date": business_date,
        "exit_status": status,
        "runs": [
            {"run_id": run.run_id, "from": run.months[0], "to": run.months[1], "error": run.error} for run in runs
        ],
        "months": readings.night(place) if readings.is_released(place) else [],
        "set_aside": readings.set_aside(place) if readings.is_released(place) else [],
        "verdicts": list(verdicts),
    }

"""What `casebook nightly` and `backfill` show while they work and at their end, and the exit status they end with."""

import itertools
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console

from orchestration import alerts, findings
from orchestration.cli import render
from orchestration.cli.terminal import BLOCKED, COULD_NOT, DID_ITS_WORK, command
from orchestration.definitions import build_definitions
from orchestration.judge.rules import BLOCKING
from orchestration.months import key_of
from orchestration.pipeline.instance import instance
from orchestration.pipeline.progress import watched
from orchestration.pipeline.running import Run, end_dead_runs, failed_runs, run_months
from orchestration.publish import queries
from orchestration.settings import Settings, read_settings

ROWS = ("month", "received", "accepted", "quarantined", "excluded", "counted")
DEATHS = "deaths (children · women)"
FIGURES = {
    "torture": "torture_deaths_total",
    "massacres": "massacres_total",
    "attacks": "facility_attacks_total",
}


def work(
    out: Console,
    months_of: Callable[[Settings, date], Sequence[date]],
    day: date | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    is_backfill: bool = False,
) -> int:
    """Do the work of some months and show it.

    Args:
        out: Where a person reads.
        months_of: Says which months, as first days.
        day: The business date; that of the settings where not given.
        quiet: Whether to print nothing but errors.
        verbose: Whether to show Dagster's own log.
        as_json: Whether to print what was done as JSON, and nothing else.
        is_backfill: Whether somebody asked for these months to be made anew: told as one, and not finding by finding.

    Returns:
        0 where the runs did their work, 3 where a blocking rule failed somewhere, 1 where they could not do their work.
    """
    settings, started = read_settings(), time.monotonic()
    business_date = day or settings.today()
    say = (lambda text: None) if quiet else (lambda text: out.print(text, markup=False))
    with instance() as dagster, watched(out, "casebook", quiet):
        end_dead_runs(dagster, settings)
        alerts.deliver(settings)
        months = months_of(settings, business_date)
        say(f"Casebook · business date {business_date} · {settings.root} · {_counted(months)}")
        job = build_definitions().resolve_job_def("nightly")
        runs = run_months(job, dagster, months, business_date, verbose, lambda run: say(_line(run)), is_backfill)
        failed = failed_runs(dagster, [run.run_id for run in runs if run.error])
        alerts.tell_of_dead_runs(settings, failed, business_date)
    verdicts = _of_the_night([queries.verdicts(settings, run.run_id) for run in runs])
    found = findings.findings(settings, run_ids=[run.run_id for run in runs])
    status = _exit_status(runs, verdicts)
    if as_json:
        print(queries.as_json([_as_json(settings, business_date, runs, verdicts, status) | {"findings": found}]))
    elif verdicts and not quiet:
        _summary(out, settings, {key_of(month) for month in months}, [*render.judged(verdicts), *render.found(found)])
    if status == BLOCKED:
        say("  A blocking rule failed: readers keep the last release, and any figures above are its.")
    say(f"\n  {time.monotonic() - started:.0f} s")
    for run in [run for run in runs if run.error]:
        sentence = f"casebook: run {run.run_id[:8]} stopped: {run.error}"
        Console(stderr=True, soft_wrap=True).print(sentence, markup=False)
    return status


def _of_the_night(of_runs: Sequence[Sequence[Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """What the last run said of each rule and finding, or the last that failed: some judge a run's own months only."""
    latest: dict[tuple[str, str | None], Mapping[str, Any]] = {}
    for verdict in itertools.chain.from_iterable(of_runs):
        key = verdict["rule_id"], verdict["finding_id"]
        if verdict["verdict"] == "failed" or key not in latest or latest[key]["verdict"] != "failed":
            latest[key] = verdict
    return list(latest.values())


def _line(run: Run) -> str:
    first, last = (key_of(month) for month in run.months)
    months = first if first == last else f"{first} … {last}"
    spent = "   ".join(f"{step} {seconds:.1f} s" for step, seconds in run.seconds.items())
    return f"  {months:<18}  {spent}   run {run.run_id[:8]}{'  stopped' if run.error else ''}"


def _counted(months: Sequence[date]) -> str:
    return "1 month" if len(months) == 1 else f"{len(months)} months"


def _summary(out: Console, settings: Settings, months: Collection[str], lines: Sequence[str]) -> None:
    """The table a person is glad to read, what failed, what was set aside, and where to look next."""
    if not queries.is_released(settings):  # a first night that was kept back has no release to tell of
        for line in lines:
            out.print(f"  {line}", markup=False)
        return
    rows = [
        row | {name: row[figure] for name, figure in FIGURES.items()} | _deaths(row)
        for row in queries.months_of_report(settings)
        if row["month"] in {*months, "undated"}
    ]
    out.print()
    out.print(render.table([*ROWS, DEATHS, *FIGURES], rows))
    out.print()
    for line in [*lines, *(f"set aside  {sheet['sentence']}" for sheet in queries.set_aside(settings))]:
        out.print(f"  {line}", markup=False)
    latest, name = rows[-1]["month"] if rows else key_of(date.today()), command()
    out.print(f"\n  Figures: {name} figures --period {latest}     Problems: {name} quarantine     Page: {name} ui")


def _deaths(row: Mapping[str, Any]) -> dict[str, str | None]:
    deaths = None
    if row["deaths_total"] is not None:
        deaths = f"{row['deaths_total']} ({row['deaths_children']} · {row['deaths_women']})"
    return {DEATHS: deaths}


def _exit_status(runs: Sequence[Run], verdicts: Sequence[Mapping[str, Any]]) -> int:
    if any(run.is_rule for run in runs):
        return BLOCKED
    if any(run.error for run in runs):
        return COULD_NOT
    blocked = any(verdict["severity"] in BLOCKING and verdict["verdict"] == "failed" for verdict in verdicts)
    return BLOCKED if blocked else DID_ITS_WORK


def _as_json(
    settings: Settings, business_date: date, runs: Sequence[Run], verdicts: Sequence[Mapping[str, Any]], status: int
) -> dict[str, Any]:
    return {
        "business_date": business_date,
        "exit_status": status,
        "runs": [
            {"run_id": run.run_id, "from": run.months[0], "to": run.months[1], "error": run.error} for run in runs
        ],
        "months": queries.months_of_report(settings) if queries.is_released(settings) else [],
        "set_aside": queries.set_aside(settings) if queries.is_released(settings) else [],
        "verdicts": list(verdicts),
    }

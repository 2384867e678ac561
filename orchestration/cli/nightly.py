"""What `casebook nightly` and `backfill` show while they work and at their end, and the exit status they end with."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
from rich.console import Console

from orchestration import alerts, findings, process
from orchestration.cli import render
from orchestration.cli.terminal import BLOCKED, COULD_NOT, DID_ITS_WORK, command, paragraph, sheets_set_aside
from orchestration.definitions import build_definitions
from orchestration.months import key_of, ranges
from orchestration.pipeline.instance import instance
from orchestration.pipeline.planning import has_sheets
from orchestration.pipeline.progress import watched
from orchestration.pipeline.running import INTERRUPTED, Run, end_dead_runs, failures, run_months
from orchestration.publish import holds, queries, words
from orchestration.settings import Settings, read_settings

ROWS = ("month", "received", "accepted", "quarantined", "excluded", "counted")
# so many stretches of months are named one by one
STRETCHES = 3
# what a run publishes last
RELEASE = ("release_current", "fct_findings", "open_data", "replica_current", "reports", "site")
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
    is_earlier_day: bool = False,
    is_dry_run: bool = False,
) -> int:
    """Do the work of some months and show it.

    Args:
        out: Where a person reads.
        months_of: Says which months, as first days.
        day: The business date; that of the settings where not given.
        quiet: Whether to print nothing but errors.
        verbose: Whether to show Dagster's own log.
        as_json: Whether to print what was done as JSON, and nothing else.
        is_backfill: Whether somebody asked for these months to be rebuilt: reported as one, and not finding by finding.
        is_earlier_day: Whether the day may be before that of the last release.
        is_dry_run: Whether to stop before anything is published, and to show what would be.

    Returns:
        0 where the run did its work, 3 where it holds something back, 1 where it could not do its work.
    """
    settings, started = read_settings(), time.monotonic()
    business_date = day or settings.today()
    say = (lambda text: None) if quiet else (lambda text: out.print(text, markup=False))
    with instance() as dagster, watched(out, "casebook", quiet):
        end_dead_runs(dagster, settings)
        alerts.deliver(settings)
        months = months_of(settings, business_date) if has_sheets(settings) else []
        say(f"Casebook · business date {business_date} · {settings.root} · {render.counted(len(months), 'month')}")
        job = build_definitions().resolve_job_def("nightly")
        assets = _all_but_the_release() if is_dry_run else None
        run = run_months(job, dagster, months, business_date, verbose, is_backfill, is_earlier_day, assets)
        alerts.tell_of_dead_runs(settings, failures(dagster, run), business_date)
    if is_dry_run and run and not run.error:
        say(_line(run))
        return _show_draft(out, settings, run, quiet, as_json)
    outcome = _outcome(settings, run)
    status = _exit_status(settings, run)
    say(_line(run) if run else _why_nothing_was_done(settings))
    if as_json:
        print(queries.as_json([_as_json(settings, business_date, run, status, outcome)]))
    elif outcome["verdicts"] and not quiet:
        _summary(out, settings, {key_of(month) for month in months}, outcome)
    if status == BLOCKED:
        say(f"\n  {_headline(settings)}")
    say(f"\n  {time.monotonic() - started:.0f} s")
    if run and run.error:
        _say_why_it_stopped(run, status)
    return status


def _outcome(settings: Settings, run: Run | None) -> dict[str, list[queries.Row]]:
    """What a run said of the rules, what it found, and the lines of the ledger of its release, where it made one."""
    if not run:
        return {"verdicts": [], "findings": [], "revisions": []}
    name = settings.current.resolve().name
    is_made = queries.is_released(settings) and name.endswith(run.run_id[:8])
    return {
        "verdicts": queries.verdicts(settings, run.run_id),
        "findings": findings.findings(settings, run_id=run.run_id),
        "revisions": queries.revisions(settings, release=name) if is_made else [],
    }


def _say_why_it_stopped(run: Run, status: int) -> None:
    """Say on the error stream what stopped a run; where somebody interrupted it, that is the end of the process."""
    sentence = f"casebook: run {run.run_id[:8]} stopped: {run.error}"
    Console(stderr=True, soft_wrap=True).print(sentence, markup=False)
    if run.error == INTERRUPTED:
        process.end_interrupted(status)


def _all_but_the_release() -> list[dg.AssetKey]:
    """The assets of a run that reads, builds and judges, and publishes nothing."""
    made = build_definitions().resolve_asset_graph().materializable_asset_keys
    return sorted(key for key in made if key.path[-1] not in RELEASE)


def _show_draft(out: Console, settings: Settings, run: Run, quiet: bool, as_json: bool) -> int:
    """Show what a run would have published: the totals it changes, what it would hold back, and what rules found."""
    held = holds.noted(settings.draft)
    changes = alerts.changed_totals(settings, date.min, date.max)
    found = findings.findings(settings, run_id=run.run_id, with_draft=True)
    if as_json:
        print(
            queries.as_json(
                [{"run_id": run.run_id, "held": holds.sentences(held), "changes": changes, "findings": found}]
            )
        )
    elif not quiet:
        out.print(
            render.table(["month", "measure", "before", "after"], changes) if changes else "  no monthly total changes"
        )
        for line in [*render.found(found), *holds.sentences(held)]:
            paragraph(out, line)
        out.print("\n  A dry run: nothing is published, and the next run begins anew.")
    return BLOCKED if held else DID_ITS_WORK


def _headline(settings: Settings) -> str:
    """What there is to read after a run that is held; after a first one that left no draft, that there is nothing."""
    try:
        return queries.headline(settings)
    except FileNotFoundError as error:
        return str(error)


def _why_nothing_was_done(settings: Settings) -> str:
    if has_sheets(settings):
        return "  no month to work on"
    return f"  no sheet lies in {settings.raw}, and none ever did: there is nothing to publish"


def _line(run: Run) -> str:
    spent = "   ".join(f"{step} {seconds:.1f} s" for step, seconds in run.seconds.items())
    return f"  {_spelled(run.months)}   {spent}   run {run.run_id[:8]}{'  stopped' if run.error else ''}"


def _spelled(months: Sequence[date]) -> str:
    """The months of a run as stretches, or from when to when where there are many of these."""
    stretches = [(key_of(first), key_of(last)) for first, last in ranges(months)]
    if len(stretches) > STRETCHES:
        return f"{render.counted(len(months), 'month')} from {stretches[0][0]} to {stretches[-1][1]}"
    return ", ".join(first if first == last else f"{first} … {last}" for first, last in stretches)


def _summary(
    out: Console, settings: Settings, months: Collection[str], outcome: Mapping[str, Sequence[queries.Row]]
) -> None:
    """The table a person is glad to read, what failed and was revised, what was set aside, and where to look next."""
    found, revised = render.found(outcome["findings"]), render.revised(outcome["revisions"])
    lines = [*render.judged(outcome["verdicts"]), *found, *revised]
    rows = [
        row | {name: row[figure] for name, figure in FIGURES.items()} | _deaths(row)
        for row in queries.months_of_report(settings)
        if row["month"] in {*months, "undated"}
    ]
    for line in render.dropped(queries.dropped(settings)):
        paragraph(out, line)
    out.print()
    out.print(render.table([*ROWS, DEATHS, *FIGURES], rows))
    out.print()
    aside = [f"set aside  {sentence}" for sentence in sheets_set_aside(settings)]
    names = queries.names_of_keys(settings)
    for line in [*_words_that_wait(settings), *(render.named(line, names) for line in lines), *aside]:
        paragraph(out, line)
    name = command()
    out.print(
        f"\n  Figures: {name} figures --period {_newest(rows)}     Problems: {name} quarantine     Page: {name} ui"
    )
    if pages := "     ".join(f"{what}: {path}" for what, path in _pages(settings)):
        out.print(f"  {pages}", markup=False)


def _newest(rows: Sequence[queries.Row]) -> str:
    """The newest month that has figures: one of statements alone has none, nor have rows without a date."""
    figures = ("deaths_total", *FIGURES.values())
    months = [row["month"] for row in rows if any(row[figure] is not None for figure in figures)]
    return max(months, default=key_of(date.today()))


def _pages(settings: Settings) -> list[tuple[str, Path]]:
    """What was written of the release for people to look at, and where it begins."""
    places = [
        ("Site", settings.site / "index.html", "site" in settings.pages),
        ("Reports", settings.reports, "reports" in settings.pages),
        ("Open data", settings.open_data, settings.open_data_terms.exists()),
    ]
    return [(what, path) for what, path, is_written in places if is_written and path.exists()]


def _words_that_wait(settings: Settings) -> list[str]:
    """How many words nobody knows, and how many rows wait for them; which they are stands in no log of a night."""
    try:
        waiting = words.unknown(settings)
    except FileNotFoundError:  # the first run stopped before it had built anything
        return []
    rows = sum(word["rows"] for word in waiting)
    of_words, in_rows = render.counted(len(waiting), "word"), render.counted(rows, "row")
    sentence = f"{of_words} that no code list knows, in {in_rows}: {command()} quarantine --words"
    return [sentence] if waiting else []


def _deaths(row: Mapping[str, Any]) -> dict[str, str | None]:
    deaths = None
    if row["deaths_total"] is not None:
        deaths = f"{row['deaths_total']} ({row['deaths_children']} · {row['deaths_women']})"
    return {DEATHS: deaths}


def _exit_status(settings: Settings, run: Run | None) -> int:
    if run and run.error:
        return BLOCKED if run.is_rule else COULD_NOT
    return BLOCKED if run and holds.noted(settings.warehouse) else DID_ITS_WORK


def _as_json(
    settings: Settings,
    business_date: date,
    run: Run | None,
    status: int,
    outcome: Mapping[str, Sequence[queries.Row]],
) -> dict[str, Any]:
    is_judged = bool(outcome["verdicts"])
    return {
        "business_date": business_date,
        "exit_status": status,
        "runs": [
            {
                "run_id": run.run_id,
                "from": run.months[0],
                "to": run.months[-1],
                "months": run.months,
                "error": run.error,
            }
        ]
        if run
        else [],
        "months": queries.months_of_report(settings) if is_judged else [],
        "set_aside": [{"sentence": sentence} for sentence in sheets_set_aside(settings)] if is_judged else [],
        **outcome,
    }

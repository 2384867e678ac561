"""`casebook` on the command line. Thin: Dagster does the work, SQL the counting; here is what a person types."""

import os
import re
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from orchestration import readings
from orchestration.settings import REPOSITORY, settings
from orchestration.show import by_category, problem, table

DID_ITS_WORK, COULD_NOT, BLOCKED = 0, 1, 3

app = typer.Typer(
    no_args_is_help=True,
    help="From raw case sheets to tallies that add up.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
# a stream of its own: while a step runs, Dagster sends what the usual one gets into the step's log
out = Console(file=os.fdopen(os.dup(1), "w", encoding="utf-8"), highlight=False, soft_wrap=True)
out.width = max(out.width, 120)  # a table cut short is no table


class FileFormat(StrEnum):
    """What many synthetic cases can be written as."""

    csv = "csv"
    parquet = "parquet"


class Basis(StrEnum):
    """What puts a death into a month."""

    documented = "documented"
    occurred = "occurred"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command(epilog="Example: casebook nightly --date 2025-02-01")
def nightly(
    day: Annotated[str, typer.Option("--date", help="Business date, YYYY-MM-DD; today in Syria where not given.")] = "",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Dagster's own log.")] = False,
    as_json: AsJson = False,
) -> None:
    """Work on the running month, the two before it and every month whose sheets changed.

    Exit status: 0 the run did its work; 3 a blocking rule failed somewhere; 1 it could not do its work.
    """
    from orchestration.face import work

    raise typer.Exit(work(out, _day(day), quiet=quiet or as_json, verbose=verbose, as_json=as_json))


@app.command(epilog="Example: casebook status --json")
def status(as_json: AsJson = False) -> None:
    """What became of every row received, by month and kind."""
    rows = _read(lambda: readings.status(settings()))
    if as_json:
        return print(readings.as_json(rows))
    columns = ["month", "kind", "received", "accepted", "quarantined", "counted", "excluded", "superseded", "withdrawn"]
    out.print(table(columns, rows))
    for sheet in readings.set_aside(settings()):
        out.print(f"set aside  {sheet['sentence']}", markup=False)
    return None


@app.command(epilog="Example: casebook figures --period 2025-01 --by party")
def figures(
    period: Annotated[str, typer.Option(help="2025-01, 2025, 2025-H1, or 2025-01/2025-07 for the year up to a month.")],
    by: Annotated[list[str] | None, typer.Option(help="Break down by: " + ", ".join(readings.DIMENSIONS) + ".")] = None,
    basis: Annotated[Basis, typer.Option(help="By the month of documentation, or of death.")] = Basis.documented,
    as_json: AsJson = False,
) -> None:
    """The figures of a period: deaths, torture, massacres, attacks on facilities, detentions."""
    unknown = sorted(set(by or []) - set(readings.DIMENSIONS))
    if unknown:
        _stop(f"there is no breakdown by {', '.join(unknown)}: expected one of {', '.join(readings.DIMENSIONS)}")
    by = ["party", *by] if by and "sub_party" in by and "party" not in by else by or []
    rows = _read(lambda: readings.figures(settings(), period, by, basis.value))
    if as_json:
        return print(readings.as_json(rows))
    if not rows and by and readings.figures(settings(), period, (), basis.value):
        _stop(f"no figure is broken down by just {' and '.join(by)}: dbt_project/seeds/breakdowns.csv says which are")
    if not rows:
        _stop(f"there are no figures for {period}: no sheet of that period has been received, or it has not ended yet")
    names = readings.governorates(settings()) if "governorate" in by else {}
    shown = [
        row | {"governorate": names.get(row["governorate"], row["governorate"])}
        for row in rows
        if by or not any(row[name] for name in readings.DIMENSIONS)
    ]
    out.print(table(["measure", *by, "total", "children", "women", "men", "unknown"], by_category(shown, by)))
    return None


@app.command(epilog="Example: casebook quarantine --month 2025-01")
def quarantine(
    month: Annotated[str | None, typer.Option(help="Only this month, YYYY-MM.")] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Also what was noted of rows that went on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every row kept out of the counts: where it stands, and what is wrong with it. Quotes cells of the sheets."""
    if month and not re.fullmatch(readings.PERIODS["month"], month):
        _stop(f"--month {month} is no month: expected YYYY-MM")
    rows = _read(lambda: readings.problems(settings(), month, ("Q", "A", "W") if notes else ("Q",)))
    if as_json:
        return print(readings.as_json(rows))
    for row in rows:
        out.print(problem(row), markup=False)
    for sheet in readings.set_aside(settings()):
        out.print(f"set aside  {sheet['sentence']}", markup=False)
    refused = sum(row["severity"] == "Q" for row in rows)
    noted = f", {len(rows) - refused} noted" if notes else ""
    out.print(f"{refused} problems keep rows out of the counts{noted}")
    return None


@app.command(epilog="Example: casebook sample --cases 100000 --from 2011-03 --to 2024-12 --out /tmp/many")
def sample(
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Data root to write to; CASEBOOK_DATA where not given.")
    ] = None,
    cases: Annotated[int | None, typer.Option(help="So many cases instead of the three sample months.")] = None,
    first: Annotated[str, typer.Option("--from", help="First month of these cases.")] = "2011-03",
    last: Annotated[str, typer.Option("--to", help="Last month of these cases.")] = "2024-12",
    seed: Annotated[int, typer.Option(help="Another seed, other people.")] = 1,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Of the many cases.")] = FileFormat.csv,
) -> None:
    """Write case sheets of synthetic people: the three sample months, or any number of cases over any months."""
    from orchestration.sample import write_cases, write_sample

    root = out_folder or settings().root
    if cases is None:
        paths = write_sample(root)
    else:
        months = [date.fromisoformat(f"{month}-01") for month in (first, last)]
        paths = write_cases(root, cases, months[0], months[1], seed=seed, format=file_format.value)
    for path in paths:
        out.print(str(path), markup=False)


@app.command(epilog="Example: casebook ui --port 3000")
def ui(port: Annotated[int, typer.Option(help="Port of the web server, on this machine only.")] = 3000) -> None:
    """Dagster's own web server and daemon on the same instance. Stop it with Ctrl-C."""
    from orchestration.instance import instance

    settings()
    instance().dispose()
    os.chdir(REPOSITORY)
    command = ["dagster", "dev", "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", *command])


def _read(reading: Any) -> list[dict[str, Any]]:
    try:
        return reading()
    except (FileNotFoundError, ValueError) as error:
        return _stop(str(error))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return _stop(f"--date {text} is no date: expected YYYY-MM-DD")


def _stop(sentence: str) -> Any:
    typer.echo(f"casebook: {sentence}", err=True)
    raise typer.Exit(COULD_NOT)


if __name__ == "__main__":
    app()

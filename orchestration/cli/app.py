"""`casebook` on the command line. Thin: Dagster does the work, SQL the counting; here is what a person types."""

import sys
from collections.abc import Callable
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from orchestration import process
from orchestration.cli import (
    add_party,
    alerts,
    check,
    compare,
    data_docs,
    decide,
    docs,
    init,
    layout,
    learn,
    open_data,
    printed,
    read,
    releases,
    report,
    site,
    terminal,
    ui,
)
from orchestration.cli.terminal import AsJson, day_of, out, stop
from orchestration.months import month_of
from orchestration.publish import queries
from orchestration.settings import SettingError, read_settings

app = typer.Typer(
    no_args_is_help=True,
    help="From raw case sheets to tallies that add up.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(read.app)
app.add_typer(releases.app)
app.add_typer(report.app)
app.add_typer(site.app)
app.add_typer(open_data.app)
app.add_typer(printed.app)
app.add_typer(decide.app)
app.add_typer(alerts.app)
app.add_typer(data_docs.app)
app.add_typer(docs.app)
app.add_typer(learn.app)
app.add_typer(check.app)
app.add_typer(layout.app)
app.add_typer(add_party.app)
app.add_typer(ui.app)
app.add_typer(init.app)
app.add_typer(compare.app)

INTERRUPTED = 130  # what Typer makes of an interrupt


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        out().print(f"casebook {version('casebook')}")
        raise typer.Exit


@app.callback()
def casebook(
    _: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """What every command has; the help is that of the app."""


class FileFormat(StrEnum):
    """What many synthetic cases can be written as."""

    csv = "csv"
    parquet = "parquet"


Date = Annotated[str, typer.Option("--date", help="Business date, YYYY-MM-DD; that of the settings where not given.")]
EarlierDay = Annotated[bool, typer.Option("--earlier-day", help="The date may be before that of the last release.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Dagster's own log.")]


@app.command(epilog="Example: casebook nightly --date 2025-02-01")
def nightly(
    day: Date = "",
    earlier_day: EarlierDay = False,
    let_go: Annotated[
        bool, typer.Option("--let-go", help="Go on although most sheets that lay in raw/ last are gone.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Work on the running month, the two before it and every month whose sheets changed.

    Exit status: 0 the run did its work; 3 it holds something back; 1 it could not do its work.
    """
    from orchestration import intake
    from orchestration.pipeline.planning import months_of_night

    if let_go:
        _attempt(lambda: intake.let_go(read_settings().root, read_settings().raw))
    _work(months_of_night, day, quiet, verbose, as_json, is_earlier_day=earlier_day)


@app.command(epilog="Example: casebook backfill 2011-03 2024-12 --only-missing")
def backfill(
    first: Annotated[str, typer.Argument(metavar="FROM", help="First month, YYYY-MM.", autocompletion=terminal.months)],
    last: Annotated[
        str,
        typer.Argument(
            metavar="[TO]", help="Last month, YYYY-MM; FROM where not given.", autocompletion=terminal.months
        ),
    ] = "",
    also: Annotated[
        list[str] | None,
        typer.Option("--also", help="Another month, any number of times.", autocompletion=terminal.months),
    ] = None,
    only_missing: Annotated[
        bool, typer.Option("--only-missing", help="Leave out months that are published already.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would change, and publish nothing.")] = False,
    day: Date = "",
    earlier_day: EarlierDay = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Rebuild months, all in one run. Months not asked for stay as they are.

    Before it publishes, it shows the monthly totals that change, as they are and as they will be.

    Exit status: 0 the run did its work; 3 it holds something back; 1 it could not do its work.
    """
    from orchestration.pipeline.partitions import monthly
    from orchestration.pipeline.planning import missing_months

    known = monthly(read_settings().time_zone).get_partition_keys()
    for month in [first, last or first, *(also or [])]:
        if month not in known:
            stop(f"{month} is no month to work on: expected YYYY-MM, from {known[0]} to {known[-1]}")
    if (last or first) < first:
        stop(f"{first} to {last} is no range: the first month comes first")
    keys = [key for key in known if first <= key <= (last or first) or key in (also or [])]
    months = [month_of(key) for key in keys]
    _work(
        lambda settings, _: missing_months(settings, months) if only_missing else months,
        day, quiet, verbose, as_json, is_backfill=True, is_earlier_day=earlier_day, is_dry_run=dry_run,
    )  # fmt: skip


def _work(months_of: Any, day: str, quiet: bool, verbose: bool, as_json: bool, **more: bool) -> None:
    from orchestration.cli.nightly import work

    business_date = day_of("--date", day) if day else None
    raise typer.Exit(
        _attempt(lambda: work(out(), months_of, business_date, quiet or as_json, verbose, as_json, **more))
    )


def _attempt(reading: Callable[[], Any]) -> Any:
    """What reading the place of the sheets gives; where nobody can tell what lies there, its sentence and the end."""
    from orchestration.intake import RawError

    try:
        return reading()
    except RawError as error:
        return stop(str(error))


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
    as_json: AsJson = False,
) -> None:
    """Write case sheets of synthetic people: the three sample months, or any number of cases over any months."""
    from orchestration.sample import write_cases, write_sample

    root = out_folder or read_settings().root
    if cases is None:
        paths = write_sample(root)
    else:
        months = [month_of(month) for month in (first, last)]
        paths = write_cases(root, cases, months[0], months[1], seed=seed, format=file_format.value)
    if as_json:
        return print(queries.as_json([{"path": path} for path in paths]))
    for path in paths:
        out().print(str(path), markup=False)
    return None


def main() -> None:
    """What `casebook` is."""
    try:
        process.hear_requests_to_stop()
        process.tune()
        app()
    except SettingError as error:
        sys.exit(f"casebook: {error}")
    except duckdb.IOException as error:
        sys.exit(f"casebook: {str(error).splitlines()[0]}: `casebook doctor` says what cannot be read and what to do")
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        typer.echo("casebook: somebody interrupted it: ask for it again", err=True)
        process.end_interrupted(terminal.COULD_NOT)

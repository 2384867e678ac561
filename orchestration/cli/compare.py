"""`casebook compare`: whether another engine makes the same tables, to the cell."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.render import counted
from orchestration.cli.terminal import COULD_NOT, DID_ITS_WORK, AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import ENGINES, REPOSITORY, read_settings

if TYPE_CHECKING:
    from orchestration.engine.comparison import Compared, Night

app = typer.Typer()

# months of the invented cases: those around the two in which the parties change
FIRST_MONTH, LAST_MONTH = date(2023, 1, 1), date(2025, 1, 1)
SPOILED = {"deaths": "case_id", "incidents": "incident_id", "detentions": "detention_id"}


@app.command(epilog="Example: casebook compare --engine spark --cases 300000")
def compare(
    engine: Annotated[str, typer.Option(help=f"The engine: {' or '.join(ENGINES[1:])}.")] = ENGINES[1],
    cases: Annotated[
        int, typer.Option(min=0, help="So many invented cases with faults, and the sample; else your own sheets.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Build the same sheets by DuckDB alone and by another engine, and look for every row of one in the other.

    Three nights: all months, a sheet less, and one month by itself. Nothing in the data root changes.

    Exit status: 0 all tables are the same; 1 one is not.
    """
    from orchestration.build.dbt import BuildError

    if engine not in ENGINES[1:]:
        stop(f"--engine {engine} is none: expected {' or '.join(ENGINES[1:])}")
    if not cases and "://" in read_settings().raw:
        stop("the sheets lie on a store: `--cases 10000` compares invented ones")
    nights = []
    try:
        for night in _nights(engine, cases):
            nights.append(night)
            if not as_json:
                for line in lines(night):
                    out().print(line, markup=False, highlight=False)
    except (OSError, BuildError) as error:
        stop(str(error))
    if as_json:
        print(queries.as_json([asdict(night) for night in nights]))
    raise typer.Exit(COULD_NOT if any(map(different, nights)) else DID_ITS_WORK)


def _nights(engine: str, cases: int) -> "Iterator[Night]":
    from orchestration import alerts
    from orchestration.engine import comparison
    from orchestration.publish import editions
    from orchestration.settings import Settings

    settings = read_settings()
    with ExitStack() as stack:
        made, folder = (Path(stack.enter_context(TemporaryDirectory())) for _ in range(2))
        sheets = [REPOSITORY / "data" / "raw"] if cases else [Path(settings.raw)]
        if cases:
            write_spoiled(made, cases)
            sheets.append(made / "raw")
        new = Settings(folder)
        tables = {"outbox": alerts.outbox_status(new, datetime.now(UTC)), "editions": editions.read(new)}
        yield from comparison.compare(settings, sheets, engine, folder, tables)


def write_spoiled(root: Path, cases: int) -> None:
    """Write sheets of invented cases with faults in them beneath a data root, and one of what chance may leave out."""
    from orchestration.sample import spoiled, write_cases

    sheets = write_cases(root, cases, FIRST_MONTH, LAST_MONTH)
    for sheet in sheets:
        kind = sheet.name.split("__")[0]
        spoiled.spoil(sheet, kind, SPOILED[kind])
    shutil.copy(spoiled.COMPLAINTS, sheets[0].with_name("deaths__complaints_synthetic.csv"))


def different(night: "Night") -> "list[Compared]":
    """The tables that are not the same."""
    return [table for table in night.tables if table.lost or table.new]


def lines(night: "Night") -> Iterator[str]:
    """What is said of a night: a line, and one for each table that is not the same."""
    differ = different(night)
    took = ", ".join(f"{engine} {seconds:.1f} s" for engine, seconds in night.seconds.items())
    rows = sum(table.rows for table in night.tables)
    outcome = f"{len(differ)} of them differ" if differ else "the same"
    yield f"{night.name:<16} {counted(len(night.tables), 'table')}, {counted(rows, 'row')}: {outcome}   ({took})"
    for table in differ:
        yield f"  {table.table}: {table.lost} of {counted(table.rows, 'row')} lost, {table.new} new"

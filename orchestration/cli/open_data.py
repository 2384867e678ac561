"""`casebook open-data`: the tables that anybody may load, and whether a folder of them is whole."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings

app = typer.Typer()


@app.command(epilog="Example: casebook open-data --out /srv/www/data")
def open_data(
    folder: Annotated[Path | None, typer.Option("--out", help="Where to; open/ in the data root.")] = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FOLDER", help="Write nothing: say whether such a folder is whole."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the open data of the current release: CSV, Parquet, XLSX and JSON, described, coarsened and read back.

    Exit status: 1 where they cannot be written, or do not agree with each other.
    """
    from orchestration import open_data as tables
    from orchestration.files import PlaceError

    try:
        if check:
            return _tell(check, tables.problems_of(check), as_json)
        settings = read_settings()
        written = tables.write(settings, folder)
    except (PlaceError, tables.EarlierReleaseError, tables.ReadBackError, tables.TermsError) as error:
        return stop(str(error))
    except OSError as error:  # without a number where nothing has been released
        return stop(f"{error.filename} cannot be read or written ({error.strerror})" if error.errno else str(error))
    if as_json:
        return print(queries.as_json([{"path": written}]))
    return out().print(str(written), markup=False)


def _tell(folder: Path, problems: list[str], as_json: bool) -> None:
    """Say whether a folder is whole."""
    if as_json:
        print(queries.as_json([{"problem": problem} for problem in problems]))
    elif not problems:
        out().print(f"{folder} is whole: its files agree, and add up", markup=False)
    if problems:
        stop("; ".join(problems))

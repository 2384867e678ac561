"""`casebook site`: the current release as a folder of pages for everybody."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings

app = typer.Typer()


@app.command(epilog="Example: casebook site --out public")
def site(
    folder: Annotated[Path | None, typer.Option("--out", help="Where to; site/ in the data root.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the release as a site to look at: charts, tables, filters and downloads, in English and Arabic.

    It is opened from disk, or copied to any host. Exit status: 1 where it cannot be written.
    """
    from orchestration.files import PlaceError
    from orchestration.open_data import EarlierReleaseError
    from orchestration.publish.release import ReadBackError
    from orchestration.site import write

    settings = read_settings()
    place = folder or settings.site
    try:
        page = write(settings, place)
    except (EarlierReleaseError, LookupError, PlaceError, ReadBackError) as error:
        stop(str(error))
    except OSError as error:  # without a number where nothing has been released
        stop(f"{place} cannot be written ({error.strerror})" if error.errno else str(error))
    if as_json:
        return print(queries.as_json([{"path": page}]))
    out().print(str(page), markup=False)
    return None

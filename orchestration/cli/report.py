"""`casebook report`: a period as a report to give away, in PDF and HTML."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import AsJson, InLanguage, Language, out, stop
from orchestration.publish import queries
from orchestration.publish.periods import parse_period
from orchestration.settings import read_settings

app = typer.Typer()


@app.command(epilog="Example: casebook report 2025-01 --lang ar")
def report(
    period: Annotated[str, typer.Argument(help="2025-01, 2025, 2025-H1, or the year up to a month: 2025-01/2025-07.")],
    language: InLanguage = Language.en,
    draft: Annotated[bool, typer.Option("--draft", help="Mark it as a draft.")] = False,
    folder: Annotated[Path | None, typer.Option("--out", help="Where to; reports/ in the data root.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a period of the release as a report, PDF and HTML, and read its numbers back.

    A month that is held is a draft. Exit status: 1 where the release has no such period, or a number does not agree.
    """
    from orchestration.publish.release import ReadBackError
    from orchestration.report import write

    settings = read_settings()
    place = folder or settings.reports
    try:
        parse_period(period)
        written = write(settings, period, language.value, place, draft)
    except LookupError:
        stop(queries.why_none(settings, period))
    except (ReadBackError, ValueError) as error:
        stop(str(error))
    except OSError as error:  # without a number where nothing has been released
        stop(f"{place} cannot be written ({error.strerror})" if error.errno else str(error))
    if as_json:
        return print(queries.as_json([{"path": path} for path in written]))
    for path in written:
        out().print(str(path), markup=False)
    return None

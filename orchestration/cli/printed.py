"""`casebook read`: the figures that a report prints, proposed as a sheet for a person. Quotes the report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.render import counted
from orchestration.cli.terminal import AsJson, day_of, out, paragraph, stop, write
from orchestration.publish import export, queries
from orchestration.settings import read_settings

if TYPE_CHECKING:
    from orchestration.printed import Report

app = typer.Typer()
TAB = "stated_figures"


@app.command(epilog="Example: casebook read report.pdf --published 2025-02-01 --out stated_figures__report.xlsx")
def read(
    report: Annotated[Path, typer.Argument(help="The report: text, HTML, or a PDF that has text.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="Write the sheet here, .csv or .xlsx. Nothing is replaced.")
    ] = None,
    published: Annotated[str, typer.Option(help="The day of the report, where it does not say it.")] = "",
    document: Annotated[str, typer.Option(help="What the sheet calls the report; its name where not given.")] = "",
    outlet: Annotated[str, typer.Option(help="Who printed it, where that is not who claims its figures.")] = "",
    as_json: AsJson = False,
) -> None:
    """Propose the figures that a report prints as a sheet of stated figures, each with its sentence, for a person.

    Nothing enters by itself: look through the sheet, mend or delete lines, and drop it into raw/. Numbers that look
    like figures and were not understood are listed with the reason.

    Exit status: 0 it was read; 1 it cannot be.
    """
    from orchestration.printed import ReportError, read_report

    if not report.is_file():
        stop(f"{report} is no file: a report was expected")
    if to and to.suffix not in (".csv", ".xlsx"):
        stop(f"--out {to}: expected a name that ends in .csv or .xlsx")
    if to and to.exists():
        stop(f"{to} is there already: name another file")
    day = day_of("--published", published) if published else None
    try:
        found = read_report(report, read_settings().root, day, document, outlet)
    except (OSError, ReportError) as error:
        return stop(str(error))
    if to and found.figures:
        is_csv = to.suffix == ".csv"
        write(to, export.as_csv(found.figures).encode("utf-8-sig") if is_csv else export.as_sheet(found.figures, TAB))
    if as_json:
        return print(queries.as_json([vars(found)]))
    return _tell(found, to)


def _tell(found: "Report", to: Path | None) -> None:
    of = f"of {found.first} to {found.last}" if found.first else "of no month that it names"
    out().print(f"{of}, published {found.published or 'on a day it does not say: --published DAY'}", markup=False)
    for row in found.figures if not to else []:
        hedge = "" if row["hedge"] == "exact" else f"{row['hedge'].replace('_', ' ')} "
        unit = " %" if row["unit"] == "percent" else ""
        words = f"{row['measure']}  {row['party']}  {row['category']}  {hedge}{row['value']}{unit}"
        paragraph(out(), f"{row['period_start']} to {row['period_end']}  {words}", indent="")
    out().print(f"{counted(len(found.figures), 'figure')}{f' in {to}' if to and found.figures else ''}", markup=False)
    for row in found.not_understood:
        page = f"page {row['page']}: " if row["page"] else ""
        paragraph(out(), f"not understood  {row['number']}: {row['why']}  {page}{row['sentence']}", indent="")

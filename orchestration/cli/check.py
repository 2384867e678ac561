"""`casebook check`: one sheet, read, coded and judged row by row before it is dropped. Quotes cells of the sheet."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.render import counted, problem
from orchestration.cli.terminal import COULD_NOT, DID_ITS_WORK, AsJson, out, paragraph, stop, write
from orchestration.publish import export, queries
from orchestration.publish.periods import PERIODS
from orchestration.settings import read_settings

if TYPE_CHECKING:
    from orchestration.build.trial import Trial
    from orchestration.intake import Beside

app = typer.Typer()


@app.command(epilog="Example: casebook check deaths__coast.csv --month 2025-01 --xlsx marked.xlsx")
def check(
    file: Annotated[Path, typer.Argument(help="The sheet, wherever it lies.")],
    month: Annotated[str, typer.Option(help="The month of the folder it will be dropped into, YYYY-MM.")] = "",
    marked: Annotated[
        Path | None, typer.Option("--xlsx", help="Hand its rows back in this file, bad cells marked, reasons beside.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read, code and judge one sheet without a run: how it is understood, and why each refused row is refused.

    It is judged beside the sheets that lie there and have numbers in common with it, also those that no night has read
    yet. Nothing in the data root changes.

    Exit status: 0 every row is accepted; 1 one is refused, or the sheet is set aside.
    """
    from orchestration.build import trial
    from orchestration.build.dbt import BuildError
    from orchestration.intake import RawError

    if month and not re.fullmatch(PERIODS["month"], month):
        stop(f"--month {month} is no month: expected YYYY-MM")
    if not file.is_file():
        stop(f"{file} is no file: a sheet was expected")
    settings = read_settings()
    try:
        with trial.of_file(settings, file, month or None) as tried:
            found = _became(tried)
            if marked and tried.is_read:
                write(marked, export.marked(queries.received_cells(tried.place, tried.sheet_hash), found["problems"]))
    except (OSError, RawError, BuildError) as error:
        stop(str(error))
    if as_json:
        print(queries.as_json([found | {"sheets": list(map(_understood, found["sheets"]))}]))
    else:
        for line in [line for sheet in found["sheets"] for line in _lines(sheet)] + found["beside"]:
            paragraph(out(), line, indent="")
        for row in found["problems"]:
            paragraph(out(), problem(row), indent="")
        out().print(f"{counted(found['rows'], 'row')}, {found['refused']} of them refused")
    is_well = not found["refused"] and all(sheet["set_aside"] is None for sheet in found["sheets"])
    raise typer.Exit(DID_ITS_WORK if is_well else COULD_NOT)


def _became(tried: "Trial") -> dict[str, Any]:
    """What became of a sheet that was tried: how it is understood, what lies beside it, its rows and their problems."""
    shared = queries.shared_numbers(tried.place, tried.sheet_hash) if tried.is_read else {}
    beside = [*(_beside(other, shared.get(other.sheet_hash, {})) for other in tried.beside), *_unseen(tried.unseen)]
    found = {"sheets": tried.sheets.to_pylist(), "beside": beside, "rows": 0, "refused": 0, "problems": []}
    if tried.is_read:
        found["rows"], found["refused"] = queries.became(tried.place, tried.sheet_hash)
        found["problems"] = queries.problems(tried.place, None, ("Q", "A", "W"), tried.sheet_hash)
    return found


def _understood(sheet: Mapping[str, Any]) -> dict[str, Any]:
    names = ("tab", "kind", "kind_from", "layout", "received_rows", "set_aside", "notes", "reading_notes")
    return {name: sheet[name] for name in names} | {"headings": json.loads(sheet["headings"] or "{}")}


def _lines(sheet: Mapping[str, Any]) -> Iterator[str]:
    """How a sheet was understood, a line each."""
    from orchestration.intake import KNOWN_BY

    if sheet["set_aside"]:
        yield f"set aside  {sheet['set_aside']}"
        return
    tab = f", tab {sheet['tab']}" if sheet["tab"] else ""
    by = KNOWN_BY.get(sheet["kind_from"]) or f"by the layout {str(sheet['layout']).split(' ')[0]}"
    yield f"{sheet['file_name']}{tab}: {counted(sheet['received_rows'], 'row')} of {sheet['kind']}, {by}"
    pairs = json.loads(sheet["headings"] or "{}").items()
    yield "  " + ", ".join(column if column == heading else f"{heading} → {column}" for column, heading in pairs)
    notes = [sheet[name] for name in ("notes", "reading_notes") if sheet[name]]
    yield from (f"  (noted) {note}" for note in "\n".join(notes).splitlines())


def _unseen(number: int) -> list[str]:
    """That files lie there which were not looked at, where some do."""
    return [f"beside it  {counted(number, 'file')} that no night has read yet not looked at"] if number else []


def _beside(other: "Beside", shared: Mapping[str, Any]) -> str:
    """What would come of a sheet and another one that lies there, as a sentence."""
    place = f"beside it  raw/{other.place}"
    if other.is_same:
        return f"{place} has the same bytes: dropped elsewhere it changes nothing."
    if other.is_replaced:
        records = counted(other.records, "record")
        return f"{place} is replaced by it, which lacks {other.records - other.shared} of its {records}."
    numbers = f"{place} has {counted(other.shared, 'number')} in common with it"
    if shared.get("is_two_lists"):
        return (
            f"{numbers}, {shared['of_others']} of them of different people: two lists that number alike, whose rows of "
            "these numbers are refused in both. A line of sources.csv tells them apart."
        )
    return f"{numbers}: versions of one list, of which the later word on each record counts."

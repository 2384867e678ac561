"""`casebook add-party`: gives the data root a party of its own, which the code lists do not know."""

import csv
import io
import os
from typing import Annotated

import typer

from orchestration.build.run_lock import run_lock
from orchestration.cli.terminal import AsJson, out, stop
from orchestration.intake.given import PARTIES, PARTY_COLUMNS, add_party
from orchestration.publish import own_parties, queries
from orchestration.publish.words import Row
from orchestration.settings import read_settings

app = typer.Typer()
EXAMPLE = 'casebook add-party coast_guard --name-en "Coast Guard" --name-ar "حرس الساحل" --kind non_state --by "Lina"'
# what a person types for a column
OPTIONS = {
    "party": "CODE", "name_en": "--name-en", "name_ar": "--name-ar", "kind": "--kind", "from": "--from",
    "until": "--until", "parent_party": "--parent", "lines": "--line",
}  # fmt: skip


@app.command("add-party", epilog=f"Example: {EXAMPLE}")
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code: small Latin letters, digits and _.")],
    name_en: Annotated[str, typer.Option("--name-en", help="Its name in English.")],
    name_ar: Annotated[str, typer.Option("--name-ar", help="Its name in Arabic.")],
    kind: Annotated[str, typer.Option(help="What kind of party it is, such as non_state.")],
    who: Annotated[str, typer.Option("--by", help="Who adds it.")],
    first: Annotated[str, typer.Option("--from", help="First day it can be held responsible, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--until", help="Last day, YYYY-MM-DD.")] = "",
    parent: Annotated[str, typer.Option(help="Party of the code lists that it is a part of.")] = "",
    lines: Annotated[
        list[str] | None,
        typer.Option("--line", help="Its printed line in a scheme, SCHEME=LINE, any number of times; other if none."),
    ] = None,
    note: Annotated[str, typer.Option(help="Where name and dates come from.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a party that no code list knows: the next night rebuilds every month with it.

    Other words that mean it are taught with `casebook learn`, at once.
    """
    settings = read_settings()
    line = {
        "party": code, "name_en": name_en, "name_ar": name_ar, "kind": kind, "from": first, "until": last,
        "parent_party": parent, "lines": ";".join(lines or []), "who": who, "when": str(settings.today()), "note": note,
    }  # fmt: skip
    line = {name: " ".join(cell.split()) for name, cell in line.items()}
    if not line["who"]:
        stop("--by wants a word")
    try:
        # a run that is at work ends first: what is given must not change beneath it (I100)
        with run_lock(settings, f"add-party-{os.getpid()}", lambda sentence: typer.echo(sentence, err=True)):
            found = own_parties.look_up(settings, line)
            add_party(settings.root, line)
    except (FileNotFoundError, ValueError) as error:
        return stop(_as_typed(str(error)))
    if as_json:
        return print(queries.as_json([line | found]))
    for sentence in _sentences(line, found):
        out().print(sentence, markup=False)
    return None


def _as_typed(complaint: str) -> str:
    """A complaint about a column, said of the option."""
    column, colon, rest = complaint.partition(":")
    return OPTIONS.get(column, column) + colon + rest


def _sentences(line: Row, found: Row) -> list[str]:
    """What was added, what it will do, and what to do next."""
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([line[name] for name in PARTY_COLUMNS])
    return [
        f"{written.getvalue()}: written to {PARTIES}",
        f"its printed lines: {', '.join(found['printed_lines'])}",
        f"rows that wait for its names: {found['rows']}, for nothing else: {found['alone']}",
        "Next: casebook nightly, which rebuilds every month",
    ]

"""`casebook learn`: teaches what a word means, or gives what the data root has of its own for the code lists.

Quotes cells of sheets.
"""

import csv
import os
import sys
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import typer

from orchestration.build.run_lock import run_lock
from orchestration.cli.terminal import AsJson, day_of, out, stop
from orchestration.intake.given import SPELLINGS, add_spelling
from orchestration.publish import own_parties, queries, words
from orchestration.settings import read_settings

app = typer.Typer()


@app.command(epilog='Example: casebook learn parties "Russian troops" russia --by "Lina" --note "sheets of the coast"')
def learn(
    code_list: Annotated[str, typer.Argument(metavar="LIST", help="Code list, such as parties.")] = "",
    spelling: Annotated[str, typer.Argument(metavar="WORD", help="The word as sheets write it.")] = "",
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code it means.")] = "",
    who: Annotated[str, typer.Option("--by", help="Who teaches it.")] = "",
    note: Annotated[str, typer.Option(help="Why, or where it was met.")] = "",
    first: Annotated[str, typer.Option("--from", help="First day on which it means that, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--until", help="Last day, YYYY-MM-DD.")] = "",
    export: Annotated[bool, typer.Option("--export", help="Print what was taught as lines of seeds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Teach what a word of a code list means: the next night reads the rows that have it again, and no others.

    A day is that on which it happened, else that of its documentation.
    """
    try:
        if export:
            return _export(as_json)
        if not (code_list and spelling and code and who.strip()):
            stop("expected a list, a word, a code and --by: casebook learn parties WORD CODE --by NAME")
        lesson = words.Lesson(code_list, spelling.strip(), code, _day("--from", first), _day("--until", last))
        return _teach(lesson, who.strip(), note.strip(), as_json)
    except (FileNotFoundError, LookupError, ValueError) as error:
        return stop(str(error))


def _teach(lesson: words.Lesson, who: str, note: str, as_json: bool) -> None:
    settings = read_settings()
    # a run that is at work ends first: what is given must not change beneath it (I100)
    with run_lock(settings, f"learn-{os.getpid()}", lambda sentence: typer.echo(sentence, err=True)):
        found = words.look_up(settings, lesson)
        line = {"list": lesson.code_list, "spelling": lesson.spelling, "code": lesson.code}
        line |= {"from": str(lesson.first or ""), "until": str(lesson.last or ""), "who": who, "note": note}
        if not found["is_known"]:
            add_spelling(settings.root, line | {"when": str(settings.today())})
    if as_json:
        return print(queries.as_json([line | found | {"is_written": not found["is_known"]}]))
    if found["is_known"]:
        return out().print(f"{lesson.spelling} means {lesson.code} already: nothing was written", markup=False)
    for sentence in _sentences(lesson, found):
        out().print(sentence, markup=False)
    return None


def _sentences(lesson: words.Lesson, found: words.Row) -> list[str]:
    """What was taught, what it will do, and what to do next."""
    days = f"{f' from {lesson.first}' if lesson.first else ''}{f' until {lesson.last}' if lesson.last else ''}"
    before = f", and no longer {found['means']}" if found["means"] else ""
    months = [month or "undated" for month in found["months"]]
    stretch = f" of {', '.join(months)}" if 0 < len(months) < 4 else f" of {len(months)} months" if months else ""
    return [
        f"{lesson.spelling} means {lesson.code}{days}{before}: written to {SPELLINGS}",
        f"rows{stretch} that wait for it: {found['rows']}, for nothing else: {found['alone']}",
        "Next: casebook nightly, which also works on the months where the word stands",
    ]


def _export(as_json: bool) -> None:
    """Print own parties and the clear lines that a seed can say, seed by seed, in the columns of the seeds."""
    settings = read_settings()
    taught = words.for_seeds(settings)
    always = own_parties.for_seeds(settings) + [_without(row, "is_sayable") for row in taught if row["is_sayable"]]
    if as_json:
        return print(queries.as_json(always))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for seed, rows in groupby(always, itemgetter("seed")):
        print(f"# dbt_project/seeds/{seed}.csv")
        writer.writerows(_of_seed(row) for row in rows)
    for_some_days = sum(not row["is_sayable"] for row in taught)
    if for_some_days:
        typer.echo(f"{for_some_days} lines hold for some days only, which a code list cannot say", err=True)
    return None


def _without(row: words.Row, name: str) -> words.Row:
    return {other: cell for other, cell in row.items() if other != name}


def _of_seed(row: words.Row) -> list[Any]:
    if "spelling" not in row:
        return list(row.values())[1:]
    cells = [row["spelling"], row["code"]]
    if row["seed"] == "code_aliases":
        return [row["list"], *cells]
    days = [row["valid_from"], row["valid_to"]] if row["seed"] == "party_aliases" else []
    return [*cells, *days, row["note"]]


def _day(option: str, written: str) -> date | None:
    return day_of(option, written) if written else None

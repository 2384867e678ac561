"""The commands that only look: status, findings, figures, quarantine, explain and doctor."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from orchestration.cli import terminal
from orchestration.cli.render import (
    COVERAGE,
    by_category,
    counted,
    diagnosis,
    explained,
    finding_line,
    held_responsible,
    missing,
    named,
    party_list,
    problem,
    revision_status,
    table,
    unknown_word,
    walked,
)
from orchestration.cli.terminal import (
    COULD_NOT,
    DID_ITS_WORK,
    AsJson,
    InLanguage,
    Language,
    day_of,
    out,
    paragraph,
    sheets_set_aside,
    stop,
    write,
)
from orchestration.dimensions import DIMENSIONS
from orchestration.explain.record import explain as explain_record
from orchestration.publish import export, queries, release
from orchestration.publish.names import in_english
from orchestration.publish.periods import PERIODS
from orchestration.publish.words import unknown as unknown_words
from orchestration.settings import Settings, read_settings

app = typer.Typer()

AsOf = Annotated[str, typer.Option("--as-of", metavar="DAY", help="As it was published on that day, YYYY-MM-DD.")]


class Basis(StrEnum):
    """What puts a death into a month."""

    documented = "documented"
    occurred = "occurred"


@app.command(epilog="Example: casebook status --json")
def status(as_json: AsJson = False) -> None:
    """What became of every row received, by month and kind."""
    rows = _read(lambda: queries.status(read_settings()))
    if as_json:
        return print(queries.as_json(rows))
    paragraph(out(), _morning(read_settings()), indent="")
    columns = ["month", "kind", "received", "accepted", "quarantined", "counted", "excluded", "superseded", "withdrawn"]
    out().print(table(columns, rows))
    for row in queries.revision_status(read_settings()):
        out().print(revision_status(row), markup=False)
    for sentence in sheets_set_aside(read_settings()):
        paragraph(out(), f"set aside  {sentence}", indent="")
    for line in _open_matters(read_settings()):
        out().print(line, markup=False)
    return None


@app.command(epilog="Example: casebook findings --open")
def findings(
    is_open: Annotated[bool, typer.Option("--open", help="Leave out what is healed or accepted.")] = False,
    language: InLanguage = Language.en,
    as_json: AsJson = False,
) -> None:
    """What the rules found: which figure, what it says and what its parts say, since when, and how it stands."""
    from orchestration.findings import causes, unclear_exceptions
    from orchestration.findings import findings as of

    rows = of(read_settings(), is_open)
    if as_json:
        return print(queries.as_json(rows))
    grouped, names = causes(rows), queries.names_of_keys(read_settings(), with_words=True)
    for row in grouped:
        paragraph(out(), named(finding_line(row | {"severity": row["told_as"]}, language.value), names), indent="")
        for following in row["consequences"]:
            if following["finding_id"] not in row["holds"].values():
                paragraph(out(), named(finding_line(following, language.value), names), indent="    ")
    for sentence in unclear_exceptions(read_settings(), language.value):
        out().print(sentence, markup=False)
    following = f", {len(rows) - len(grouped)} of them follow from others" if len(grouped) < len(rows) else ""
    out().print(f"{len(rows)} findings{' open' if is_open else ''}{following}")
    return None


@app.command(epilog="Example: casebook figures --period 2025-01 --by party")
def figures(
    period: Annotated[
        str,
        typer.Option(
            help="2025-01, 2025, 2025-H1, or 2025-01/2025-07 for the year up to a month.",
            autocompletion=terminal.periods,
        ),
    ],
    by: Annotated[
        list[str] | None,
        typer.Option(help="Break down by: " + ", ".join(DIMENSIONS) + ".", autocompletion=terminal.dimensions),
    ] = None,
    basis: Annotated[Basis, typer.Option(help="By the month of documentation, or of death.")] = Basis.documented,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV: the rows of --json.")] = False,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook: the rows of --json.")
    ] = None,
    as_of: AsOf = "",
) -> None:
    """The figures of a period: deaths, torture, massacres, attacks on facilities, detentions.

    A sum that does not have all of its months says of how many it is, and which are not in it.
    """
    unknown = sorted(set(by or []) - set(DIMENSIONS))
    if unknown:
        stop(f"there is no breakdown by {', '.join(unknown)}: expected one of {', '.join(DIMENSIONS)}")
    by = ["party", *by] if by and "sub_party" in by and "party" not in by else by or []
    day = day_of("--as-of", as_of) if as_of else None
    rows = _read(lambda: queries.figures(read_settings(), period, by, basis.value, day))
    if as_json:
        return print(queries.as_json(rows))
    if not rows:
        stop(f"no figures for {period} had been published by {day}" if day else _why_no_figures(period, by, basis))
    if csv:
        return typer.echo(export.as_csv(rows), nl=False)
    if xlsx:
        write(xlsx, export.as_xlsx(rows, export.about(_release(day), period, by, basis.value)))
        return out().print(str(xlsx), markup=False)
    return _show(rows, period, by, basis, day)


def _why_no_figures(period: str, by: list[str], basis: Basis) -> str:
    if by and queries.figures(read_settings(), period, (), basis.value):
        return f"no figure is broken down by just {' and '.join(by)}: dbt_project/seeds/breakdowns.csv says which are"
    return f"there are no figures for {period}: {queries.why_none(read_settings(), period)}"


def _release(day: date | None) -> Mapping[str, Any]:
    """What the release says of itself that was the last one on a day, or is."""
    settings = read_settings()
    return queries.release_of(settings, day) if day else release.about(settings) or {}


def _show(rows: list[dict[str, Any]], period: str, by: list[str], basis: Basis, day: date | None) -> None:
    """Print figures as a table, which months they lack, and how far their months are settled."""
    known = in_english(read_settings(), rows[0]["scheme"]) if by else {}
    shown = [
        row | {name: known.get((name, row[name]), row[name]) for name in by}
        for row in rows
        if by or not any(row.get(name) for name in DIMENSIONS)
    ]
    if day:
        out().print(f"as of {day}: release of {_release(day)['business_date']}", markup=False)
    else:
        _say_what_is_read()
    lines = by_category(shown, by)
    incomplete = [COVERAGE] if any(line[COVERAGE] for line in lines) else []
    out().print(table(["measure", *by, *queries.CATEGORIES, *incomplete], lines))
    for row in queries.missing_months(read_settings(), period, basis.value, day) if incomplete else []:
        out().print(missing(row), markup=False)
    if "party" in by:
        in_other = queries.in_other(read_settings(), rows[0]["scheme"], period, day)
        for line in party_list(rows, in_other):
            out().print(line, markup=False)
    if basis is Basis.documented:
        for row in queries.revision_status(read_settings(), period, day):
            out().print(revision_status(row), markup=False)


@app.command(epilog="Example: casebook quarantine --month 2025-01")
def quarantine(
    month: Annotated[str | None, typer.Option(help="Only this month, YYYY-MM.", autocompletion=terminal.months)] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Also what was noted of rows that went on.")] = False,
    words: Annotated[bool, typer.Option("--words", help="Only the words nobody knows, one a line.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every row kept out of the counts: where it stands, and what is wrong with it. Quotes cells of the sheets."""
    if month and not re.fullmatch(PERIODS["month"], month):
        stop(f"--month {month} is no month: expected YYYY-MM")
    severities = ("Q", "A", "W") if notes else ("Q",)
    if words:
        return _words(month, severities, as_json)
    rows = _read(lambda: queries.problems(read_settings(), month, severities))
    if as_json:
        return print(queries.as_json(rows))
    _say_what_is_read()
    for row in rows:
        paragraph(out(), problem(row), indent="")
    for sentence in sheets_set_aside(read_settings()):
        paragraph(out(), f"set aside  {sentence}", indent="")
    if month and not rows and month not in _read(lambda: queries.months(read_settings())):
        return out().print(f"no rows have been received for {month}", markup=False)
    refused = sum(row["severity"] == "Q" for row in rows)
    more = f", {len(rows) - refused} noted" if notes else ""
    out().print(f"{refused} problems keep rows out of the counts{more}")
    return None


@app.command(
    epilog="Example: casebook explain SYN-2024-12-0208, or casebook explain deaths 2024-12 party=isis children"
)
def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="RECORD | FIGURE",
            help="The number of a case, incident, attack, event, detention or stated figure; or a measure, its period, "
            "and where one is meant a dimension=member, a category, a basis.",
        ),
    ],
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """What became of a record, and the figures it counts in; or which records a figure counts, and the cells behind it.

    Never a name or notes; but what is wrong with a row is shown as `casebook quarantine` does, and quotes cells.
    """
    if len(words) > 1:
        return _explain_figure(words, as_of, as_json)
    if as_of:
        stop("--as-of is for figures: a record is explained as the last run left it")
    found = _read(lambda: explain_record(read_settings(), words[0]))
    if as_json:
        return print(queries.as_json(found))
    _say_what_is_read()
    for record in found:
        for line in explained(record, DIMENSIONS):
            out().print(line, markup=False)
    return None


def _explain_figure(words: list[str], as_of: str, as_json: bool) -> None:
    """What `casebook explain` prints of a figure."""
    from orchestration.explain import cells

    day = day_of("--as-of", as_of) if as_of else None
    found = _read(lambda: cells.walk(read_settings(), cells.named(words), day))
    if as_json:
        return print(queries.as_json([{"figure": " ".join(words), **found}]))
    version = f", version {found['version']}" if found["version"] else ""
    out().print(f"{' '.join(words)}: {found['value']}{version}, in the release {found['release']}", markup=False)
    for line in walked(found["records"]):
        out().print(line, markup=False)
    return None


@app.command(epilog="Example: casebook attributions SYN-2024-12-0208 --as-of 2025-02-01")
def attributions(
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="The number of a case, incident, attack, event or detention.")
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="As it stood on that day, by what is known now, YYYY-MM-DD.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Who is held responsible for a record, and who said what of it: ours, officials, other monitors, the accused."""
    day = day_of("--as-of", as_of) if as_of else None
    found = _read(lambda: queries.attributions(read_settings(), record, day))
    if as_json:
        return print(queries.as_json(found))
    for row in found:
        for line in held_responsible(row, record):
            out().print(line, markup=False)
    return None


@app.command(epilog="Example: casebook revisions --since 2025-02-01")
def revisions(
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="Only of releases from that day on.")] = "",
    as_json: AsJson = False,
) -> None:
    """What was changed of figures that had been published: which, from what to what, of how many, and why."""
    day = day_of("--since", since) if since else None
    rows = _read(lambda: queries.revisions(read_settings(), day))
    if as_json:
        return print(queries.as_json(rows))
    if not rows:
        return out().print(f"nothing that was published has changed{f' since {day}' if day else ''}", markup=False)
    return out().print(table(["month", "figure", "from", "to", "n", "change", "reason", "release"], rows))


@app.command(epilog="Example: casebook doctor --json")
def doctor(as_json: AsJson = False) -> None:
    """What is missing or wrong on this machine, and how to mend it. Looks only, and changes nothing.

    Exit status: 0 all is well, hints included; 1 something is wrong.
    """
    from orchestration.cli.doctor import WRONG, examine

    found_so_far = []
    for found in examine(read_settings(must_exist=False)):
        found_so_far.append(found)
        if not as_json:
            out().print(diagnosis(found.subject, found.answer, found.sentence, found.mend), markup=False)
    if as_json:
        print(queries.as_json([vars(found) for found in found_so_far]))
    raise typer.Exit(COULD_NOT if any(found.answer == WRONG for found in found_so_far) else DID_ITS_WORK)


def _say_what_is_read() -> None:
    out().print(_read(lambda: queries.headline(read_settings())), markup=False)


def _words(month: str | None, severities: Sequence[str], as_json: bool) -> None:
    """What `casebook quarantine --words` prints."""
    rows = _read(lambda: unknown_words(read_settings(), month, severities))
    if as_json:
        return print(queries.as_json(rows))
    for row in rows:
        for line in unknown_word(row):
            out().print(line, markup=False)
    return out().print(f"{counted(len(rows), 'word')} that no code list knows")


def _read(reading: Any) -> Any:
    try:
        return reading()
    except (FileNotFoundError, LookupError, ValueError) as error:
        return stop(str(error))


def _morning(settings: Settings) -> str:
    """What a person reads aloud: when the last run was, what it published or held, what it refused, what it found."""
    from orchestration.findings import counts

    found = counts(settings)
    refused = [sheet for sheet in queries.dropped(settings) if sheet["refused"]]
    rows = sum(sheet["refused"] for sheet in refused)
    more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    where = f" in {refused[0]['place']}{more}" if refused else ""
    at = found["at"].replace(tzinfo=UTC).astimezone(ZoneInfo(settings.time_zone)) if found["at"] else None
    return "; ".join(
        [
            *([f"last run {at:%Y-%m-%d %H:%M}"] if at else []),
            queries.headline(settings),
            f"new rows refused: {rows}{where}",
            f"findings: {found['new']} new, {found['healed']} healed, {found['open']} open (casebook findings --open)",
        ]
    )


def _open_matters(settings: Settings) -> list[str]:
    """How the alerts stand: a line each, where there is something to say."""
    from orchestration.alerts import outbox
    from orchestration.findings import unclear_exceptions

    lines = [f"alerts  {sentence}" for sentence in outbox.faults(settings)]
    if not settings.channels.exists():
        lines.append("alerts  no channels.yml: nobody is told but by `casebook findings`")
    for row in outbox.undelivered(settings):
        why = row["last_error"] or "not tried yet"
        lines.append(f"alerts  message {row['message_id']} not delivered to {row['channel']}: {why}")
    return [*lines, *(f"findings  {sentence}" for sentence in unclear_exceptions(settings))]

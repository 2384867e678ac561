"""Rows as a person reads them at a terminal."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from orchestration.alerts.text import RIGHT_TO_LEFT, rules_that_follow, sentence
from orchestration.findings import counted as counted_of
from orchestration.findings import folded, wording
from orchestration.judge.rules import declared_rules
from orchestration.language import END_OF_ISOLATE, ISOLATE, day, isolated
from orchestration.months import key_of, ranges
from orchestration.publish.queries import CATEGORIES, CHANGED

SHOWN, FEW = 10, 5
SEVERITY_WORDS = {"B": "blocks", "Q": "blocks", "A": "alert", "W": "warning"}
COVERAGE = "covers"
A_KEY = re.compile(
    rf"[Ff]ile (?P<file>[0-9a-f]{{8}})|(?<=الملف ){ISOLATE}?(?P<arabic>[0-9a-f]{{8}}){END_OF_ISOLATE}?"
    rf"|(?<=\(){ISOLATE}?(?P<word>[0-9a-f]{{6}}){END_OF_ISOLATE}?(?=\))"
)
BECAME = {
    "counted": "counted in {month}, the month it was documented in ({documented_on})",
    "excluded": "excluded in {month} ({exclusion_reason}): {because}",
    "withdrawn": "withdrawn; it belonged to {month}",
    "kept": "kept with {month}; no figure of ours is made of it",
    "quarantined": "counts nowhere: every row of it is quarantined",
    "not received": "no sheet of incidents has brought it, but cases name it",
}


def counted(count: int, noun: str) -> str:
    """So many of something, as people say it: 1 month, 2 months."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def table(columns: list[str], rows: list[dict[str, Any]]) -> Table:
    """Rows as a table for a person: numbers to the right, what is not known as a dash."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        numeric = not any(isinstance(row.get(column), str) for row in rows)
        shown.add_column(column, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*("–" if row.get(column) is None else str(row[column]) for column in columns))
    return shown


def problem(row: dict[str, Any]) -> str:
    """One problem of a sheet's row, on one line: the column goes by the sheet's own heading, where it has one."""
    tab = f" tab {row['tab']}" if row["tab"] else ""
    named = "  ".join(filter(None, [row["record_id"], row["heading"] or row["column"]]))
    where = f"row {row['row_number']}  {named}" if row["row_number"] else "all rows"
    mark = "" if row["severity"] == "Q" else "(noted) "
    near = "".join(f"; nearest: {each['spelling']} ({each['code']})" for each in row["nearest"])
    begun = f"{row['month'] or 'undated'}  {row['file_name']}{tab}  {where}  {row['rule_id']}"
    return f"{begun}  {mark}{row['sentence']}{near}"


def unknown_word(row: Mapping[str, Any]) -> Iterator[str]:
    """A word that no code list knows: where it stands, what it may be, and the command that would teach it."""
    months = [month or "undated" for month in row["months"]]
    stretch = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}, {len(months)} months"
    noted = "" if row["is_waiting"] else " (noted)"
    is_near = row["nearest_code"] is not None
    near = f"nearest: {row['nearest_spelling']} ({row['nearest_code']})" if is_near else "no known spelling is near"
    named = f"{row['list']}  {row['word']}  ({row['key']})"
    yield f"{named}  rows {row['rows']}{noted}  {stretch}  sheets {row['sheets']}  {near}"
    command = ["casebook", "learn", row["list"], row["word"], row["nearest_code"] or "CODE", "--by", "NAME"]
    yield f"    {shlex.join(command)}"


def by_category(rows: list[dict[str, Any]], by: list[str]) -> list[dict[str, Any]]:
    """One row a figure with its categories beside each other."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["measure"], *(row[name] for name in by))
        line = lines.setdefault(key, {"measure": row["measure"]} | {name: row[name] for name in by})
        line[row["category"]] = row["value"]
        line[COVERAGE] = coverage(row)
    return list(lines.values())


def coverage(row: Mapping[str, Any]) -> str:
    """How many months of its period a figure knows, where these are not all of them; nothing where they are."""
    present, expected = row.get("months_present"), row.get("months_expected")
    return "" if present == expected else f"{present} of {expected} months"


def party_list(rows: Sequence[Mapping[str, Any]], in_other: Sequence[str]) -> Iterator[str]:
    """What figures by party leave unsaid: which lines are at zero, who is in other, that lines changed."""
    scheme, lines = rows[0]["scheme"], {row["party"] for row in rows}
    zero = sorted(lines - {row["party"] for row in rows if row["value"]})
    if zero:
        yield f"zero  {', '.join(zero)}: lines of {scheme}, which reports leave out where nothing counts in them"
    if in_other:
        yield f"in other  {', '.join(in_other)}: no lines of {scheme}"
    if CHANGED in lines:
        yield f"{CHANGED}  lines that are not of the same parties in the whole period; its months tell them apart"


def missing(row: Mapping[str, Any]) -> str:
    """Which months figures lack, and which figures, on one line."""
    stretches = [(key_of(first), key_of(last)) for first, last in ranges(row["months"])]
    months = ", ".join(first if first == last else f"{first} … {last}" for first, last in stretches)
    return f"without  {months}: {', '.join(row['measures'])}"


def revision_status(row: Mapping[str, Any], few: int = FEW) -> str:
    """How far the figures of some months are settled, on one line."""
    months = row["months"]
    listed = ", ".join(months) if len(months) <= few else f"{len(months)} months, {months[0]} to {months[-1]}"
    meaning = {
        "held": "readers keep their last good figures, where there were any",
        "provisional": f"until {row['final_on']}{' or later' if len(months) > 1 else ''}",
        "final": "a change of them will be a revision",
        "revised": f"changed after they were final, last on {row['revised_on']}",
    }
    return f"{row['standing']}  {listed}: {meaning[row['standing']]}"


def diagnosis(subject: str, answer: str, sentence: str, mend: str) -> str:
    """What a doctor says of one subject, on one line."""
    return f"{answer:<5}  {subject:<19}  {sentence}" + (f". To do: {mend}" if mend else "")


def finding_line(row: Mapping[str, Any], language: str) -> str:
    """One finding, with its number, how grave it is, how it stands, since when, and what months it holds."""
    status = wording()["called"]["status"][row["status"]][language]
    line = wording()["called"]["line"][language].format(
        named=isolated(f"{row['finding_id']}  {row['rule_id']} ({row['severity']})", language),
        status=status, day=day(row["first_seen"], language),
        runs=counted_of(row["occurrences"], "runs", language), sentence=sentence(row, language, is_numbered=True),
    )  # fmt: skip
    return f"{RIGHT_TO_LEFT}{line}" if language == "ar" else str(line)


def named(text: str, names: Mapping[str, str]) -> str:
    """A finding with names and words in the place of their keys, for who may know them (queries.names_of_keys)."""

    def name(found: re.Match[str]) -> str:
        key = found["word"] or f"file {found['file'] or found['arabic']}"
        is_arabic = found["arabic"] or ISOLATE in found[0]
        return isolated(names[key], "ar" if is_arabic else "en") if key in names else found[0]

    return A_KEY.sub(name, text)


def dropped(sheets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What came since the day began, and what became of it: a line a sheet, those first of which most was lost."""
    for sheet in sheets[:SHOWN]:
        became = _rows_of(sheet["rows"], sheet["refused"])
        if sheet["is_set_aside"]:
            became = f"{became}; a part of it is set aside" if sheet["rows"] else "set aside"
        yield f"new  {sheet['place']}  {became}"
    if rest := sheets[SHOWN:]:
        rows, refused = (sum(sheet[name] for sheet in rest) for name in ("rows", "refused"))
        yield f"new  {counted(len(rest), 'sheet')} more  {_rows_of(rows, refused)}"


def _rows_of(rows: int, refused: int) -> str:
    return counted(rows, "row") + (f", {refused} of them refused" if refused else "")


def found(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Findings, the most telling first, those of one cause in several months on one line."""
    causes = folded(rows)
    for row in causes[:SHOWN]:
        text = f"{sentence(row, 'en')}{rules_that_follow(row, 'en')}"
        yield f"finding ({SEVERITY_WORDS[row['told_as']]})  {row['rule_id']}  {text}"
    if len(causes) > SHOWN:
        yield f"and {len(causes) - SHOWN} causes more: casebook findings --open"


def revised(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What a release changes of published figures by month of documentation, lines of the ledger of one change on one.

    Args:
        rows: The lines of the ledger of one release, as `queries.revisions` gives them.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in (row for row in rows if "month of death" not in row["figure"]):
        if " by " in row["figure"]:
            what, change = (
                f"{row['figure']}, {row['from'] or 'none'} → {row['to'] or 'none'}",
                f"{row['n']} {row['reason']}",
            )
        else:
            what, change = f"{row['figure']} {row['from']} → {row['to']}", f"{row['n']:+d} {row['reason']}"
        alike.setdefault((row["month"], what), []).append(change)
    for (month, what), reasons in list(alike.items())[:FEW]:
        yield f"revised  {month}  {what}: {', '.join(reasons)}"
    if len(alike) > FEW:
        yield f"and {len(alike) - FEW} revisions more: casebook revisions"


def judged(verdicts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How many rules answered what, what could not be judged for a fault, and what was not, with the reason."""
    rules = [verdict for verdict in verdicts if verdict["period_kind"] is None]
    counts = {answer: sum(rule["verdict"] == answer for rule in rules) for answer in ("passed", "failed", "not judged")}
    yield f"{len(rules)} rules: " + ", ".join(f"{count} {answer}" for answer, count in counts.items())
    for rule in rules:
        if rule["error"]:
            yield f"{rule['rule_id']} ({rule['severity']})  could not be judged: {rule['error']}"
    reasons = {rule.id: rule.not_judged for rule in declared_rules()}
    unjudged = [rule["rule_id"] for rule in rules if rule["verdict"] == "not judged"]
    for rule_id in unjudged[:FEW]:
        yield f"not judged  {rule_id}  {reasons.get(rule_id, '')}"
    if unjudged[FEW:]:
        yield f"not judged either, for reasons of their own (docs/rules.md)  {', '.join(unjudged[FEW:])}"


def explained(record: dict[str, Any], dimensions: tuple[str, ...]) -> Iterator[str | Table]:
    """What became of a record: one thing a line, and a table of the figures it adds to."""
    became, links = record["became"], dict(record["links"])
    massacre = links.pop("massacre", None)
    yield f"{record['record_id']}  {record['kind']}: {BECAME[became['state']].format(**became)}"
    if became["merged_into"]:
        links["merged_into"] = became["merged_into"]
    if massacre:
        links["massacre"] = f"of {massacre['deaths']} dead, in {massacre['month']}"
    for heading, pairs in {"linked": links, "carries": record["carries"]}.items():
        if pairs:
            yield f"  {heading}  " + " · ".join(
                f"{name} {value}" for name, value in pairs.items() if value is not False
            )
    for statement in record["statements"]:
        yield f"  said    {statement_line(statement)}"
    for row in record["rows"]:
        yield from _row(row)
    yield from _counts(record["counts_in"], dimensions)


def held_responsible(record: Mapping[str, Any], record_id: str) -> Iterator[str]:
    """Who is held responsible for a record, and what was said of it, a line each."""
    parties = " and ".join(record["parties"])
    of = f" of incident {record['by_incident']}" if record["by_incident"] else ""
    by = f"since {record['since']}, by what we said{of}" if record["since"] else "by its sheet"
    pending = ", pending between them" if len(record["parties"]) > 1 else ""
    yield f"{record_id}  {record['kind']}: " + (f"{parties}, {by}{pending}" if parties else "not documented yet")
    for statement in record["statements"]:
        yield f"  {statement_line(statement)}"


def statement_line(row: Mapping[str, Any]) -> str:
    """A statement about who is responsible, on one line: when, whose, what it says, and for which days it held."""
    candidates = f" ({row['candidates']})" if row["candidates"] else ""
    of = row["by_incident"] and f"of incident {row['by_incident']}"
    parts = [of, row["attribution_status"], row["basis"] and f"by {row['basis'].replace(';', ', ')}"]
    held = ""
    if row["held_from"]:
        held = f"held from {row['held_from']}" + (f" until {row['held_until']}" if row["held_until"] else "")
    elif row["stated_by"] == "ours" and row["unfit_by"]:
        held = f"holds nobody: {row['unfit_by']}"
    words = f"{row['stated_on']}  {row['stated_by']}  {row['stance']}  {row['party']}{candidates}"
    return "  ".join(filter(None, [words, *parts, held, row["attribution_id"]]))


def walked(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The records a figure counts: each with what it adds, the rows it stands on, and the cells that decide."""
    for record in records:
        adds = f"  counts {record['value']}" if record["value"] != 1 else ""
        yield f"  {record['month']:%Y-%m}  {record['record_id']}{adds}"
        for row in record["rows"]:
            tab = f" tab {row['tab']}" if row["tab"] else ""
            revision = f"  revision {row['revision']}" if row["revision"] else ""
            place = "/".join(filter(None, [row["folder"], row["file_name"]]))
            cells = " · ".join(f"{name} {text}" for name, text in row["cells"].items())
            yield f"           {place}{tab}  row {row['row_number']}{revision}  {cells}"
    yield f"{counted(len(records), 'record')}, {sum(record['value'] for record in records)} in all"


def _row(row: dict[str, Any]) -> Iterator[str]:
    """A row of a sheet: where it stands and its state, then what is wrong with it."""
    tab = f" tab {row['tab']}" if row["tab"] else ""
    revision = f"  revision {row['revision']}" if row["revision"] else ""
    where = f"{row['folder']}/{row['file_name']}{tab}  row {row['row_number']}{revision}"
    yield f"  {row['month'] or 'undated'}  {where}  {row['state']}"
    for each in row["problems"]:
        mark = "" if each["severity"] == "Q" else "(noted) "
        yield f"           {each['column']}  {each['rule_id']}  {mark}{each['sentence']}"


def _counts(rows: list[dict[str, Any]] | None, dimensions: tuple[str, ...]) -> Iterator[str | Table]:
    if rows is None:
        yield "  where it counts is told after the next night"
    elif not rows:
        yield "  adds to no figure"
    else:
        yield "  adds to these figures of its months, and with them to those of longer periods"
        members = [", ".join(f"{name} {row[name]}" for name in dimensions if row[name]) or "all" for row in rows]
        placed = [row | {"of": of} for row, of in zip(rows, members, strict=True)]
        by, categories = ["basis", "month", "of"], {row["category"] for row in rows}
        yield table(["measure", *by, *(name for name in CATEGORIES if name in categories)], by_category(placed, by))

"""A proposed layout as YAML, with comments for the person who makes a layout of it.

Of cells it quotes only words of columns that take codes of our lists; of the rest, headings and the name of the tab.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from orchestration.intake.columns_seen import TOLD_WORDS, OfList, Seen, Word
from orchestration.intake.contract import Kind
from orchestration.intake.layouts import SHIPPED
from orchestration.intake.mapping import KNOWN_BY

if TYPE_CHECKING:
    from orchestration.intake.proposal import Match, Sheet

SCHEMA = SHIPPED / "layout.schema.json"
# what stands where a person must write something
BLANK = "…"
WIDTH = 120
# what YAML reads as it is written, also in a list
PLAIN = re.compile(r"[^\W_]([\w '()/.-]*[\w).])?")


@dataclass(frozen=True)
class Decided:
    """What was decided of a sheet: how its layout is called, its tab, its kind and why, which heading fills what.

    `read_by` is the layout that reads it already, empty where none is needed; None where it is not read so far.
    """

    name: str
    tab: str
    kind: Kind
    kind_by: str
    found: "Sequence[Match]"
    missing: Sequence[str]
    read_by: str | None


def written(decided: Decided, sheet: "Sheet") -> str:
    """The YAML of a proposed layout.

    Args:
        decided: What was decided.
        sheet: What was seen of the sheet.
    """
    headings = [scalar(sheet.seen.headings[match.i]) for match in decided.found]
    kind_by = ({"guess": "the likeliest; --kind says another"} | KNOWN_BY).get(decided.kind_by, "")
    lines = [
        f"# yaml-language-server: $schema={SCHEMA}",
        *_first_words(decided, sheet),
        f"name: {scalar(decided.name)}",
        _noted(f"kind: {decided.kind.name}", kind_by),
        "identified_by:  # all must be there: take out what other such sheets lack",
        *(f"  - {heading}" for heading in headings),
        _dates(decided, sheet),
        "",
        "columns:",
        *(line for match in decided.found for line in _column(decided.kind, match, sheet)),
        *_missing(decided),
        *_left_over(decided, sheet),
    ]
    return "\n".join(lines) + "\n"


def scalar(text: str) -> str:
    """A text as YAML reads it back, on one line."""
    if PLAIN.fullmatch(text):
        return text
    return yaml.dump(text, default_style='"', allow_unicode=True, width=1 << 30).removesuffix("\n")


def _first_words(decided: Decided, sheet: "Sheet") -> Iterator[str]:
    """What a person should know first."""
    if decided.missing:
        yield from _comment(f"STILL TO BE FILLED IN: {', '.join(decided.missing)}; each stands below as {BLANK}")
    of = f"the tab {scalar(decided.tab)}" if decided.tab else "one sheet"
    yield from _comment(
        f"A proposal, made from the headings and values of {of}. A layout decides meanings: have someone who knows the"
        " sheet read every line (docs/layouts.md), then try it with casebook check."
    )
    if decided.read_by is not None:
        by = f"by the layout {decided.read_by}" if decided.read_by else "without a layout"
        yield from _comment(f"Such a sheet is read already, {by}.")
    if not sheet.is_all:
        yield from _comment(f"Only its first {sheet.seen.rows:,} rows were looked at.")
    keys = [key for key, *_ in sheet.keys]
    headings = dict(zip(keys, map(scalar, sheet.seen.headings), strict=True))
    if twice := [heading for key, heading in headings.items() if key and keys.count(key) > 1]:
        yield from _comment(f"Two columns are headed {', '.join(twice)}: it is not read before one is renamed.")


def _dates(decided: Decided, sheet: "Sheet") -> str:
    """The way dates are written, as far as days above 12 say it."""
    seen = sheet.dates_of(decided.kind, decided.found)
    in_order, days = sum(each.in_order for each in seen), sum(each.day_first for each in seen)
    months = sum(each.month_first for each in seen)
    if not in_order:
        return _noted("dates: iso", "none is written otherwise" if seen else "no column of dates was found")
    style = "mdy" if months > days else "dmy"
    if days and months:
        return _noted(f"dates: {style}", f"UNCLEAR: {days:,} can only be day first, {months:,} only month first")
    if not days and not months:
        return _noted(f"dates: {style}", f"UNCLEAR: all {in_order:,} can be read day first (dmy) or month first (mdy)")
    return _noted(f"dates: {style}", f"{days or months:,} of {in_order:,} can be read in no other way")


def _column(kind: Kind, match: "Match", sheet: "Sheet") -> Iterator[str]:
    """The lines of a heading."""
    heading = f"  {scalar(sheet.seen.headings[match.i])}:"
    seen = sheet.seen.seen[match.i]
    if match.column not in kind.code_lists:
        return (yield _noted(f"{heading} {match.column}", *_reasons(match), *_doubts(kind.types[match.column], seen)))
    of_list = sheet.of_list(kind, match.i, match.column)
    words, why_hidden = _words(kind, match, sheet, of_list)
    unknown = [word for word in words if not word.is_known]
    if not unknown and not why_hidden:
        known = f"all {of_list.different} words are known" if of_list.different > 1 else ""
        return (yield _noted(f"{heading} {match.column}", *_reasons(match), known))
    yield _noted(heading, *_reasons(match))
    yield f"    column: {match.column}"
    known_words = [scalar(word.word) for word in words if word.is_known]
    if known_words:
        yield from _comment(f"known: {', '.join(known_words)}", "    ")
    yield from _unknown(unknown, kind.code_lists[match.column])
    if why_hidden:
        yield from _comment(why_hidden, "    ")


def _words(kind: Kind, match: "Match", sheet: "Sheet", of_list: OfList) -> tuple[list[Word], str]:
    """The words of a column that are shown, and why others are not: what may be free text, or names, is not quoted."""
    code_list = kind.code_lists[match.column]
    if not of_list.rows and sheet.seen.seen[match.i].cells:
        return [], f"Its words are too many to be codes of {code_list}, and not shown here."
    if not of_list.known and of_list.different * 2 > of_list.rows:
        return [], f"None of its words is of the list {code_list}; they may be no codes at all, and are not shown here."
    if match.how != "heading" and not of_list.is_most and of_list.known_rows * 2 < of_list.rows:
        return [], f"Most of its words are not of the list {code_list}, and not shown here."
    is_text = of_list.different > TOLD_WORDS
    words = sheet.seen.words(match.i, code_list, match.column in kind.lists, 2 if is_text else 1)
    shown = words[:TOLD_WORDS]
    rest = of_list.different - len(shown)
    return shown, f"Not shown here: {rest} rarer words; casebook check tells of them." if is_text and rest > 0 else ""


def _unknown(words: Sequence[Word], code_list: str) -> Iterator[str]:
    """What the values of unknown words may be, for a person to confirm."""
    if not words:
        return
    yield from _comment(
        f"Not known in {code_list}: take the mark # away where the code is right, else write another.",
        "    ",
    )
    yield "    # values:"
    for word in words:
        near = f"near {scalar(word.near)}" if word.near else "nothing is near"
        yield f"    #   {scalar(word.word)}: {word.code or BLANK}  # {_rows(word.rows)}; {near}"


def _missing(decided: Decided) -> Iterator[str]:
    """A line for each required column that nothing was found for."""
    for column in decided.missing:
        yield f"  # {BLANK}: {column}  # required: write its heading for {BLANK}, and take the first mark # away"
    if decided.missing:
        yield from _comment(
            "One heading may fill several columns, as in [documented_on, death_date]; a value that all rows have stands"
            f" under constants, {decided.missing[0]}: VALUE; one that is put together under made."
        )


def _left_over(decided: Decided, sheet: "Sheet") -> Iterator[str]:
    """The headings nothing was found for, with what they hold."""
    seen = sheet.left_over(decided.found)
    if not seen:
        return
    yield ""
    yield from _comment(
        "Nothing was found for these headings. What stands there is kept, and told as unknown; map what fits a column"
        " above, and take the marks # away from what nobody needs."
    )
    yield "# ignore:"
    lists = {*decided.kind.code_lists.values()}
    for each in seen:
        yield _noted(f"#   - {scalar(sheet.seen.headings[each.i])}", *_holds(each, sheet.seen.lists_of(each.i) & lists))


def _holds(seen: Seen, lists: Iterable[str]) -> Iterator[str]:
    """What stands under a heading, as far as it is known from the cells."""
    if not seen.cells:
        yield "empty"
    if seen.dates * 2 > seen.cells:
        yield "dates"
    yield from (f"words of {code_list}" for code_list in sorted(lists))


def _reasons(match: "Match") -> Iterator[str]:
    if match.how == "values":
        yield "a guess, by what stands there"
    if match.how == "wording":
        yield "a guess, by the words of the heading"


def _doubts(held: str, seen: Seen) -> Iterator[str]:
    """How many cells are not what their column holds, and that a number may be none of the record's."""
    if held == "id" and seen.is_count:
        yield "it may only count the rows: right where a record keeps its number in later lists"
    right = {"date": seen.dates, "age": seen.ages, "integer": seen.numbers}.get(held, seen.cells)
    if right < seen.cells:
        names = {"date": "no date of day, month and year", "age": "no age"}
        yield f"{_rows(seen.cells - right)}: {names.get(held, 'no whole number')}"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _noted(line: str, *notes: str) -> str:
    """A line with what is said of it behind."""
    said = "; ".join(note for note in notes if note)
    return f"{line}  # {said}" if said else line


def _comment(text: str, indent: str = "") -> list[str]:
    """A comment, wrapped."""
    mark = f"{indent}# "
    return textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=mark, break_long_words=False, break_on_hyphens=False
    )

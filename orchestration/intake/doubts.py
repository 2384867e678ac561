"""What rows may be that only a person can tell: looked for while a sheet is read, and reported with their numbers."""

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache, reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from orchestration.intake.cells import MERGED
from orchestration.intake.mapping import Plan
from orchestration.intake.sheet import HEADING_SEARCH, TICKED, UNTICKED, are_among

# what parts the words of a heading that a program wrote: killed_count, killedCount
OF_PROGRAMS = re.compile(r"_+|(?<=[a-z])(?=[A-Z])")
# a box that says no
BOX_OF_NO = [*UNTICKED, "n"]
# how many of several there are in a cell, of two or more; and of one kind of people, none too
SEVERAL, A_NUMBER = r"^\s*0*([2-9]|[1-9]\d{1,2})(\.0+)?\s*$", r"^\s*(?P<number>\d{1,3})(?:\.0+)?\s*$"
# a day as a workbook gives it, one that begins with its day or month, and how many of each tell that it took some apart
OF_WORKBOOK, AS_TEXT = r"^\d{4}-\d\d-(?P<day>\d\d)", r"^\s*(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-]\d{4}"
ENOUGH, HEAD = 4, 2_000
# an age by which programs for statistics say that it is not known, where several have it
NO_AGE, SOME = ["99", "98", "99.0", "98.0", "٩٩"], 3
# one row may well be of somebody of whom this is not known
FEW = 2
# what a sheet may say once for all rows below
OF_GROUPS = ("governorate", "killed_governorate", "party")


@cache
def words() -> dict[str, list[str]]:
    """The words and patterns of doubts.yml, by what they are of."""
    return yaml.load(Path(__file__).with_suffix(".yml").read_text("utf-8"), Loader=yaml.CSafeLoader)


@cache
def _heading(of: str) -> re.Pattern[str]:
    return re.compile("|".join(words()[f"{of}_headings"]), re.IGNORECASE)


def _is(of: str, heading: str) -> bool:
    """Whether a heading is one of these."""
    return bool(_heading(of).search(heading))


def _boxes(heading: str, if_yes: str, if_no: str) -> list[str]:
    """What says so in a box: a tick under one heading, none under another, and under any other heading nothing."""
    return TICKED if _is(if_yes, heading) else BOX_OF_NO if _is(if_no, heading) else []


def _anywhere(of: str) -> str:
    """The patterns of this as Arrow takes them: of any case, and each line of a cell by itself."""
    return f"(?im){'|'.join(words()[of])}"


def titles_between(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of one cell alone with other rows below: titles, as of a second table of the same columns.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    dated = next((f"c{i}" for i, rule in plan.targets if rule.column == plan.kind.dated_by), None)
    if dated is None:
        return []
    cells = rows.column(dated)
    is_dated = pc.fill_null(pc.not_equal(cells, MERGED), False)
    if pc.all(is_dated).as_py():
        return []
    last = pc.max(rows.column("row_number").filter(is_dated)).as_py() or 0
    others = rows.filter(pc.and_(pc.invert(is_dated), pc.less(rows.column("row_number"), last)))
    return [
        row["row_number"]
        for row in others.slice(0, HEADING_SEARCH).to_pylist()
        if sum(bool(cell) and cell != MERGED for name, cell in row.items() if name.startswith("c")) == 1
    ]


def not_dead(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead that say, under a heading nobody knows, of somebody who did not die.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    found = []
    for heading, cells in _unknown(rows, plan, {"deaths"}):
        fates = words()["other_fates"] if _is("fate", heading) else []
        boxes = _boxes(heading, "living_if", "dead_if")
        found.append(are_among(cells, [*words()["not_dead"], *fates, *boxes]))
    return _numbers(rows, found)


def not_counted(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows that say, where it is not read, that they do not count: by a word, a ticked box or a note.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    if plan.kind.name == "stated_figures":
        return []
    found = []
    for heading, cells in _unknown(rows, plan):
        if _is("uncounted_since", heading):
            found.append(pc.and_(cells.is_valid(), pc.invert(are_among(cells, [*BOX_OF_NO, "", "null", "-"]))))
            continue
        boxes = _boxes(heading, "uncounted_if", "counted_if")
        found.append(are_among(cells, [*words()["uncounted"], *boxes]))
    notes = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column == "notes"]
    patterns = [_anywhere("uncounted_notes"), *([_anywhere("living_notes")] if plan.kind.name == "deaths" else [])]
    for pattern in patterns:
        found += [pc.match_substring_regex(cells, pattern) for cells in notes if _is_in(cells, pattern)]
    return _numbers(rows, found)


def of_several(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead that say, under a heading nobody knows, that they stand for several.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    unknown = list(_unknown(rows, plan, {"deaths"}))
    counts = [cells for heading, cells in unknown if _is("dead_count", heading) and not _is("no_count", heading)]
    found = [pc.match_substring_regex(cells, SEVERAL) for cells in counts]
    nobody = [*BOX_OF_NO, *words()["nobody"]]
    second = [cells for heading, cells in unknown if _is("second_person", heading)]
    found += [pc.and_(cells.is_valid(), pc.invert(are_among(cells, nobody))) for cells in second]
    parts = [_counted(cells) for heading, cells in unknown if _is("part_count", heading)]
    found += [pc.greater(reduce(pc.add, parts), 1)] if len(parts) > 1 else []
    return _numbers(rows, found)


def _counted(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The whole numbers that cells are, and 0 where they are none."""
    numbers = pc.struct_field(pc.extract_regex(cells, A_NUMBER), "number")
    return pc.fill_null(numbers.cast(pa.int32()), 0)


def of_many(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of detentions, torture or attacks that say, where nobody reads it, that they are of many.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    unknown = _unknown(rows, plan, {"detentions", "torture", "facility_attacks"})
    counts = (cells for heading, cells in unknown if _is("other_count", heading))
    return _numbers(rows, (pc.match_substring_regex(cells, SEVERAL) for cells in counts))


def _unknown(rows: pa.Table, plan: Plan, kinds: Set[str] | None = None) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """The headings nobody knows, in words as people write them, with their cells; of all kinds of sheet, or some."""
    for i, heading in plan.unknown if kinds is None or plan.kind.name in kinds else ():
        yield OF_PROGRAMS.sub(" ", heading), rows.column(f"c{i}")


def named_together(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows of a sheet of the dead whose name is of several people, most likely.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    names = [i for i, rule in plan.targets if plan.kind.name == "deaths" and rule.column in ("name_en", "name_ar")]
    columns, pattern = (rows.column(f"c{i}") for i in names), _anywhere("names_of_several")
    return _numbers(rows, (pc.match_substring_regex(cells, pattern) for cells in columns if _is_in(cells, pattern)))


def _is_in(cells: pa.ChunkedArray, pattern: str) -> bool:
    """Whether a pattern may be in some of many cells: as one text they are looked through in half the time.

    Arrow makes a pattern ready anew each time, which takes longer than to look through a small sheet with one that is.
    """
    words = cells.drop_null().combine_chunks()
    if len(words) < HEAD:
        return any(map(re.compile(pattern, re.ASCII).search, words.to_pylist()))
    as_one = pa.ListArray.from_arrays(pa.array([0, len(words)], pa.int32()), words)
    return bool(pc.match_substring_regex(pc.binary_join(as_one, "\n"), pattern)[0].as_py())


def taken_apart(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows whose day a spreadsheet took for its month, most likely: none is after the 12th.

    A spreadsheet that expects the month first makes 5 January of 01/05/2025, and leaves 13/05/2025 as text.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    dates = [i for i, rule in plan.targets if plan.kind.types[rule.column] == "date"]
    columns = [rows.column(f"c{i}") for i in dates if rows.num_rows >= 2 * ENOUGH]
    # the first rows tell of most sheets that it is none
    taken = (cells for cells in columns if _are_taken_apart(cells.slice(0, HEAD)) and _are_taken_apart(cells))
    return _numbers(rows, (pc.match_substring_regex(cells, OF_WORKBOOK) for cells in taken))


def _are_taken_apart(cells: pa.ChunkedArray) -> bool:
    words = pc.unique(cells)
    days = pc.struct_field(pc.extract_regex(words, OF_WORKBOOK), "day").drop_null().cast(pa.int32())
    text = pc.extract_regex(words, AS_TEXT)
    first, second = (pc.struct_field(text, name).drop_null().cast(pa.int32()) for name in ("first", "second"))
    if min(len(days), len(first)) < ENOUGH:
        return False
    return bool(pc.max(days).as_py() <= 12 < pc.min(first).as_py() and pc.max(second).as_py() <= 12)


def said_once(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows that say of a place or a party what the empty cells below them mean too, most likely.

    A workbook with such cells merged becomes CSV like this: no word stands there twice, and most cells are empty.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    groups = [i for i, rule in plan.targets if rule.column in OF_GROUPS]
    columns = [rows.column(f"c{i}") for i in groups if rows.num_rows > ENOUGH]
    return _numbers(rows, (cells.is_valid() for cells in columns if _are_said_once(cells)))


def nowhere_said(rows: pa.Table, plan: Plan) -> list[int]:
    """The number of the first row, where none says a governorate, or a party, for which there is a column.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    if plan.layout or rows.num_rows < FEW:
        return []
    groups = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column in OF_GROUPS]
    is_so = any(cells.null_count == len(cells) for cells in groups)
    return rows.column("row_number").slice(0, 1).to_pylist() if is_so else []


def no_ages(rows: pa.Table, plan: Plan) -> list[int]:
    """The numbers of rows with an age by which a program may say that it is not known, where there are several.

    Args:
        rows: The rows, as a reader gives them.
        plan: How they are read.
    """
    ages = (rows.column(f"c{i}") for i, rule in plan.targets if rule.column == "age" and not plan.layout)
    found = _numbers(rows, (pc.is_in(cells, pa.array(NO_AGE)) for cells in ages))
    return found if len(found) >= SOME else []


def _are_said_once(cells: pa.ChunkedArray) -> bool:
    written = len(cells) - cells.null_count
    if not 2 <= written <= cells.null_count or cells.null_count < ENOUGH or not cells[0].is_valid:
        return False
    return bool(pc.count_distinct(cells).as_py() == written)


def _numbers(rows: pa.Table, found: Iterable[pa.ChunkedArray]) -> list[int]:
    """The numbers of the rows of which one of some columns tells that they are so."""
    return sorted({number for are_so in found for number in rows.column("row_number").filter(are_so).to_pylist()})


HEADING_AGAIN = "the heading stands there again (row {}), as on each page of a printed list: it was left out"
# what only a person can tell, with what is said of the rows in which it is
LOOKED_FOR = {
    titles_between: "titles stand between the rows (row {}): what is below them was read as of the same table",
    not_dead: (
        "rows say under a heading nobody knows that somebody was wounded or detained, is missing or lives (row {}): "
        "they were read as deaths; a layout can say which rows it is for"
    ),
    not_counted: (
        "rows say under a heading nobody knows, or in a note, that they do not count (row {}): they were read, and "
        "count; a status (withdrawn), a civilian status or an exclusion reason was expected"
    ),
    nowhere_said: (
        "no row says a governorate, or a party, for which there is a column (row {} and below): it counts as not "
        "known; where a title or the name of the tab says it, it is to be written into each row"
    ),
    no_ages: (
        "several are 98 or 99 years old (row {}), by which programs for statistics say that an age is not known: they "
        "were read as adults; an empty cell was expected where it is not known"
    ),
    of_several: (
        "rows say under a heading nobody knows that they stand for several dead (row {}): "
        "each was read as one death; a layout can say that they are several (`people`)"
    ),
    of_many: (
        "rows say under a heading nobody knows that they are of many people or facilities (row {}): each was read as "
        "of one; a column that says how many (persons, victims), or a row for each, was expected"
    ),
    named_together: (
        "names are probably of several people (row {}): each row was read as one death; a row for each of the dead was "
        "expected"
    ),
    said_once: (
        "a governorate or party probably stands once for several rows (row {}): no two say the same, and most cells "
        "are empty, which counts as not known; it is to be written into each row"
    ),
    taken_apart: (
        "a spreadsheet probably took days for months (row {}): no date of its is after the 12th of a month, and all "
        "days after that are text; they were read as they stand, and the dates are to be typed anew"
    ),
}

"""What a reader hands on: the text of one sheet, uninterpreted, and the error of a sheet that cannot be used."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HXL_TAG = re.compile(r"\s*#[a-z]\w*(\s*\+\s*[a-z]\w*)*\s*", re.IGNORECASE)
# what machines leave beside what people drop, and notes that people leave for each other
IGNORED = re.compile(
    r"[.](?!.*[.]icloud$).*|~[$].*|.*[.](tmp|part|partial|crdownload|download|md)|readme.*"
    r"|(eh)?thumbs[.]db|desktop[.]ini|__macosx|@eadir|[$]recycle[.]bin|system volume information|lost[+]found",
    re.IGNORECASE,
)
FLAT, WORKBOOKS, SUBMISSIONS, COLUMNAR, PAGES = (
    frozenset((".csv", ".tsv", ".txt")),
    frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")),
    frozenset((".json", ".jsonl", ".ndjson", ".geojson")),
    frozenset((".parquet",)),
    frozenset((".html", ".htm")),
)
"""How the names of files end, by the reader that reads them."""
ENDINGS = FLAT | WORKBOOKS | SUBMISSIONS | COLUMNAR | PAGES
# so many known headings make a row a heading
A_HEADING = 3
# so many units make a row one of them
UNITS = 2
HEADING_SEARCH = 20
"""How many rows from the top may be titles before the heading comes."""

# what a box says that somebody ticked, and one that nobody did, in small letters
TICKED = ["yes", "y", "true", "1", "1.0", "x", "✓", "✔", "☑", "نعم"]
UNTICKED = ["false", "no", "0", "0.0", "لا", "☐"]

Score = Callable[[Sequence[str]], int]
"""Tells of a row of cells how many of them are known headings."""
IsAnswer = Callable[[str], bool]
"""Tells of a heading, question/answer, whether it is one of several answers that the question takes."""


class SheetError(Exception):
    """A sheet that cannot be used; its text is the sentence a person reads."""


@dataclass(frozen=True)
class Piece:
    """Some rows of a sheet, as many as are in memory at once.

    `rows` has the columns c0, c1, … in the order of the headings (text; null where a cell is empty), then `row_number`
    (int32) and `unread` (text of a row whose cells do not fit the heading). `records` is how many there physically
    were, heading and blank rows included.
    """

    rows: pa.Table
    records: int


@dataclass(frozen=True)
class RawSheet:
    """One sheet as it stands in its file.

    `pieces` has its rows; going through them raises SheetError where the file turns out to be damaged. `inherited` are
    headings of an enclosing submission, `carried` the lists a submission has inside, `parts` the tabs whose rows are
    parts of its rows, `unclaimed` those of all the lists of the file that nobody reads, `notes` sentences about what a
    person should know before trusting it, `held_note` what its file holds where its name says otherwise, `fault` why it
    cannot be read, where others of its file can.
    """

    tab: str
    headings: tuple[str, ...]
    pieces: Iterable[Piece]
    reader: str
    inherited: frozenset[str] = frozenset()
    carried: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    unclaimed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    held_note: str = ""
    fault: str = ""


def last_part(name: str) -> str:
    """What a list inside submissions, or a value, is called by itself: the last part of its path."""
    return name.rsplit("/", 1)[-1]


def last_of(path: Sequence[str], is_answer: IsAnswer) -> str:
    """What a value in groups is called by itself: its last name; with its question, one of several answers to it.

    Args:
        path: The names that lead to it.
        is_answer: Tells which are such answers.
    """
    *_, question, answer = ("", *"/".join(path).split("/"))
    both = f"{question}/{answer}"
    return both if question and is_answer(both) else answer


def text_rows(columns: Sequence[pa.ChunkedArray | pa.Array], numbers: np.ndarray | pa.Array) -> pa.Table:
    """Put text columns and their row numbers into the form of `Piece.rows`, wholly empty rows left out."""
    names = [f"c{i}" for i in range(len(columns))]
    table = pa.table([*columns, pa.array(numbers, pa.int32())], names=[*names, "row_number"])
    blank = _blank_rows(table.select(names))
    if len(blank):
        table = without(table, blank)
    return table.append_column("unread", pa.nulls(table.num_rows, pa.string()))


def without(rows: pa.Table, indices: Sequence[np.integer] | np.ndarray) -> pa.Table:
    """Rows but for those at some places, counted from 0."""
    kept = np.ones(rows.num_rows, dtype=bool)
    kept[indices] = False
    return rows.filter(pa.array(kept))


def are_among(cells: pa.ChunkedArray, words: Sequence[str]) -> pa.ChunkedArray:
    """Whether each cell is one of some words, which are given in lower case; the space around it is none of it."""
    return pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(cells)), pa.array(words))


def heading_row(rows: Sequence[Sequence[str]], score: Score) -> tuple[int, tuple[str, ...], int]:
    """Find the heading among the first rows: the one with most known headings, else the first that is not empty.

    A row of HXL tags beside it is a part of it, and says what a heading is that nobody knows. So is a row of known
    headings, as stand below one that is merged over several columns, and one of units.

    Returns its last row's index, the headings, and how many of them are known.
    """
    best, index = 0, next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    for i, row in enumerate(rows):
        # a row has at most as many known headings as different cells: below a heading few rows need to be looked up
        if len(set(row)) > best and (known := score(row)) > best:
            best, index = known, i
    if best and (both := _in_two_rows(rows, index, best, score)):
        index, headings = both
        return index + _are_units(rows, index, headings, score), headings, score(headings)
    headings = tuple(rows[index]) if rows else ()
    last = index if _are_tags(headings) else index + 1
    if last and last < len(rows) and _are_tags(rows[last]) and any(rows[last - 1]):
        pairs = list(itertools.zip_longest(rows[last - 1], rows[last], fillvalue=""))
        by_tag = tuple(tag if score([tag]) > score([name]) else name or tag for name, tag in pairs)
        # what a layout knows only beside its other headings stays
        headings = max(tuple(name or tag for name, tag in pairs), by_tag, key=score)
        return last, headings, score(headings)
    return index + _are_units(rows, index, headings, score), headings, best


def _in_two_rows(
    rows: Sequence[Sequence[str]], index: int, best: int, score: Score
) -> tuple[int, tuple[str, ...]] | None:
    """The last of two rows that are one heading, and the headings: the best row's, and where it has none the other's.

    None where it stands in one row, or where what is below may be more than headings.
    """
    below = rows[index + 1] if index + 1 < len(rows) else ()
    # below most headings stands a record, which has digits
    written = [] if any(map(str.isdigit, "".join(below))) else [cell for cell in below if cell.strip()]
    known = sum(score([cell]) for cell in written)
    if written and (known == len(written) or (known >= A_HEADING and known * 2 >= len(written))):
        pairs = itertools.zip_longest(rows[index], below, fillvalue="")
        both = tuple(one if one.strip() and (score([one]) or not score([other])) else other for one, other in pairs)
        # a row of as many is the same in another language
        if (of_both := score(both)) > best or (of_both == best and len(written) >= A_HEADING):
            return index + 1, both
    above = rows[index - 1] if index else ()
    if any(cell.strip() for cell in above) and not all(cell.strip() for cell in rows[index]):
        both = tuple(
            one if one.strip() else other for one, other in itertools.zip_longest(rows[index], above, fillvalue="")
        )
        if len(set(both)) > best and score(both) > best:
            return index, both
    return None


def _are_units(rows: Sequence[Sequence[str]], index: int, headings: Sequence[str], score: Score) -> bool:
    """Whether the row below a heading only says in which form its columns are written: years, dd/mm/yyyy, m/f."""
    below = rows[index + 1] if index + 1 < len(rows) else ()
    if sum(bool(cell.strip()) for cell in below) < UNITS or any(map(str.isdigit, "".join(below))):
        return False
    pairs = [(name, cell) for name, cell in zip(headings, below, strict=False) if cell.strip() and score([name])]
    # what stands in brackets behind a heading that is known with it is a unit, and makes nothing else of it
    return len(pairs) >= UNITS and all(score([f"{name} ({cell})"]) for name, cell in pairs)


def _are_tags(row: Sequence[str]) -> bool:
    written = [cell for cell in row if cell.strip()]
    return len(written) > 1 and all(map(HXL_TAG.fullmatch, written))


def _blank_rows(table: pa.Table) -> np.ndarray:
    """Indices of the rows without a single written cell; looks further only at rows still blank so far."""
    blank = np.arange(table.num_rows)
    for column in table.columns:
        if not len(blank):
            break
        cells = column if len(blank) == table.num_rows else column.take(pa.array(blank))
        empty = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(cells, "")), "")
        blank = blank[empty.to_numpy(zero_copy_only=False)] if len(empty) else blank
    return blank

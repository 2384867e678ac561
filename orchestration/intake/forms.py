"""The tabs of a form tool's workbook, or tables packed together: a repeat group has one of its own."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.sheet import Piece, RawSheet

PARENT_TAB = "_parent_table_name"
# how a row names the row it is a part of, and what that row calls itself
LINKS = (("_parent_index", "_index"), ("_submission__id", "_id"), ("PARENT_KEY", "KEY"))
REVIEW = "_validation_status"


def is_part(headings: Sequence[str]) -> bool:
    """Whether rows under these headings name the rows that they are parts of."""
    return any(own in headings for own, _ in LINKS)


def in_one_piece(sheet: RawSheet) -> RawSheet:
    """A sheet whose rows are all in memory, as `with_parents` needs it; raises SheetError where it is damaged."""
    pieces = list(sheet.pieces)
    rows = pa.concat_tables(piece.rows for piece in pieces).combine_chunks()
    return replace(sheet, pieces=[Piece(rows, sum(piece.records for piece in pieces))])


def with_parents(sheets: Sequence[RawSheet]) -> list[RawSheet]:
    """Give the rows of each repeat group what the rows say that they are parts of, as headings that are inherited.

    Args:
        sheets: The tabs of a workbook, in their order, in which a tab comes before those of its parts.
    """
    known: list[RawSheet] = []
    parts: dict[str, list[str]] = {}
    for sheet in sheets:
        parent = _parent(sheet, known)
        known.append(_inheriting(sheet, parent) if parent else sheet)
        if parent:
            parts.setdefault(parent.tab, []).append(sheet.tab)
    return [replace(sheet, parts=tuple(parts.get(sheet.tab, ()))) for sheet in known]


def is_of(part: RawSheet, parent: RawSheet) -> bool:
    """Whether the rows of a table may be parts of those of another, by their headings."""
    return bool(_links(part, parent))


def _parent(sheet: RawSheet, before: list[RawSheet]) -> RawSheet | None:
    """The tab whose rows the rows of a tab are parts of: the one it names, or else the main one."""
    if not any(_links(sheet, each) for each in before):
        return None
    if "PARENT_KEY" in sheet.headings:  # of one row of all tabs alone
        return max(before, key=lambda each: _found(sheet, each))
    named = set(_column(sheet, PARENT_TAB).to_pylist()) if PARENT_TAB in sheet.headings else set()
    main = [each for each in before if not {child for child, _ in LINKS} & {*each.headings}]
    return next((each for each in before if {each.tab} == named), next(iter(main), None))


def _links(sheet: RawSheet, parent: RawSheet) -> list[tuple[str, str]]:
    return [(own, its) for own, its in LINKS if own in sheet.headings and its in parent.headings]


def _found(sheet: RawSheet, parent: RawSheet) -> int:
    """How many rows of a tab are parts of rows of another."""
    links = [pc.is_in(_column(sheet, own), _column(parent, its).combine_chunks()) for own, its in _links(sheet, parent)]
    return max((pc.sum(found).as_py() or 0 for found in links), default=0)


def _inheriting(sheet: RawSheet, parent: RawSheet) -> RawSheet:
    """The rows of a tab with the cells of the rows they are parts of; empty where there is none."""
    links = _links(sheet, parent)
    if not links:
        return sheet
    own, its = links[0]
    found = pc.index_in(_column(sheet, own), value_set=_column(parent, its).combine_chunks())
    more = [name for name in parent.headings if _is_inherited(name) and name not in sheet.headings]
    columns = {name: _column(parent, name).take(found) for name in more}
    if PARENT_TAB not in sheet.headings:
        columns[PARENT_TAB] = pa.chunked_array([pa.repeat(parent.tab, len(found))])
    (piece,) = sheet.pieces
    rows = piece.rows
    for i, cells in enumerate(columns.values()):
        rows = rows.add_column(len(sheet.headings) + i, f"c{len(sheet.headings) + i}", cells)
    return replace(
        sheet,
        headings=(*sheet.headings, *columns),
        pieces=[Piece(rows, piece.records)],
        inherited=sheet.inherited | frozenset(columns),
    )


def _is_inherited(heading: str) -> bool:
    """Whether what stands under a heading is true of the parts too: an answer, or the review of all answers."""
    return bool(heading) and (not heading.startswith("_") or heading == REVIEW)


def _column(sheet: RawSheet, heading: str) -> pa.ChunkedArray:
    (piece,) = sheet.pieces
    return piece.rows.column(f"c{sheet.headings.index(heading)}")

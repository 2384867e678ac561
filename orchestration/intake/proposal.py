"""A layout proposed for a sheet nobody knows: its kind, and which heading fills which column, with the reasons.

A heading is matched as it is known (heading_aliases.csv), then by what stands below it, then by its words.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from orchestration.files import copy_given
from orchestration.intake import given, proposal_text, store
from orchestration.intake.bounds import Limits, require_headings, require_size
from orchestration.intake.code_lists import define_spellings
from orchestration.intake.columns_seen import ColumnsSeen, OfList, Seen
from orchestration.intake.contract import Kind
from orchestration.intake.files import Dropped, FileReader, undamaged
from orchestration.intake.mapping import Mapper
from orchestration.intake.reading import BoundedReader
from orchestration.intake.sheet import RawSheet, Score, SheetError
from orchestration.settings import Settings

NESTED = "its submissions have lists inside; a layout is proposed for tables, and submissions without such lists, only"
# so many rows of a sheet are looked at
LOOKED_AT = 200_000
# by its words a heading is near to another from here on, of 1
NEAR = 0.7
# how many cells, or parts of them, are dates, and how many bare numbers or words that records have, and headings not
LIKE_A_RECORD = r"""
    select
        count(*) filter (to_date(cell, 'dmy') is not null or to_date(cell, 'mdy') is not null),
        count(*) filter (regexp_full_match(cell, '[0-9.]+') or fold(cell) in (
            select folded from spellings where code_list in ('governorates', 'parties', 'sex')
        ))
    from (select western_digits(bare(unnest(flatten(list_transform(
        ?::varchar[], lambda cell: regexp_split_to_array(cell, '[,;\t|]')
    ))))) as cell)
"""
# how a heading was matched, and what that counts where the kind is chosen
HEADING, VALUES, WORDING = "heading", "values", "wording"
WORTH = {HEADING: 1.0, VALUES: 0.6, WORDING: 0.3}
REQUIRED_WORTH = 6.0
# what decides how a sheet is read, in the data root
GIVEN = ("layouts", given.SPELLINGS, given.PARTIES)


@dataclass(frozen=True)
class Match:
    """The column of ours that a heading fills, and how that was found."""

    i: int
    column: str
    how: str


@dataclass(frozen=True)
class Proposal:
    """A layout proposed for one sheet.

    Attributes:
        name: What it is called, another name for each tab.
        tab: The tab, empty for flat files.
        kind: The kind.
        missing: The required columns that nothing was found for.
        text: The layout.
    """

    name: str
    tab: str
    kind: str
    missing: list[str]
    text: str


def of_file(settings: Settings, file: Path, name: str, kind: str = "") -> list[Proposal]:
    """Propose a layout for each sheet of a file that has a heading. Nothing of the data root changes.

    Args:
        settings: The data root by whose layouts and words the sheet is understood, and what reading may take.
        file: The file.
        name: What the layout is called.
        kind: The kind of its sheets; empty where nobody knows it.

    Raises:
        SheetError: The file cannot be read, or nothing in it is like a sheet of ours.
        OSError: The file is not there.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        copy_given(settings.root, GIVEN, root)
        with store.turn(root), BoundedReader(root, settings.today(), Limits.of(settings)) as reader:
            sheet_hash = store.keep_original(root, partial(shutil.copyfile, file))
            dropped = Dropped(PurePosixPath(file.name), sheet_hash)
            answer = reader.propose(dropped, name, kind)
    if "proposals" not in answer:
        reason = answer["sheets"][0]["set_aside"].removeprefix(f"{dropped.place}: ").removesuffix(".")
        raise SheetError(f"{file.name}: {reason}")
    return [Proposal(**each) for each in answer["proposals"]]


def propose(reader: FileReader, dropped: Dropped, name: str, kind: str) -> dict[str, Any]:
    """The proposals for the sheets of a file, as `proposals`; what has no heading of ours is left out beside others.

    Args:
        reader: Reads the file, with the contract and the layouts there are.
        dropped: The file.
        name: What the layout is called.
        kind: The kind of its sheets; empty where nobody knows it.

    Raises:
        SheetError: Nothing can be proposed for any of them; the text says why for the first.
    """
    if kind and kind not in reader.mapper.contract.kinds:
        raise SheetError(f"the kind {kind} is not one of {', '.join(reader.mapper.contract.kinds)}")
    mapper = Guesser(reader.mapper.con, reader.mapper.contract, reader.mapper.layouts)
    reader = replace(reader, mapper=mapper)
    define_spellings(mapper.con, mapper.contract, reader.root)
    stored = store.original(reader.root, dropped.sheet_hash).stat().st_size
    proposals: list[dict[str, Any]] = []
    faults: list[str] = []
    for raw in undamaged(reader.sheets(dropped)):
        try:
            called = f"{name}-{len(proposals) + 1}" if proposals else name
            proposals.append(vars(_of_sheet(mapper, raw, dropped, stored, (called, kind))))
        except SheetError as error:
            faults.append(f"tab {raw.tab}: {error}" if raw.tab else str(error))
    if not proposals:
        raise SheetError(next(iter(faults), "it holds no tab of rows; a heading line and rows were expected"))
    return {"proposals": proposals}


def _of_sheet(mapper: "Guesser", raw: RawSheet, dropped: Dropped, stored: int, asked: tuple[str, str]) -> Proposal:
    if raw.fault or raw.inherited or raw.carried or raw.unclaimed:
        raise SheetError(raw.fault or NESTED)
    require_headings(raw.headings)
    rows, is_all = _top(raw, stored)
    sheet = Sheet(mapper, ColumnsSeen(mapper.con, raw.headings, rows), is_all)
    sheet.require_heading()
    name, called = asked
    known, known_by = mapper.kind_of(raw.headings, raw.tab, dropped.path.stem)
    kind = mapper.contract.kinds[called] if called else known or sheet.likeliest()
    found = sheet.matches(kind)
    if not found:
        raise SheetError(f"nothing in it is like a sheet of {kind.name}; a heading line and rows were expected")
    missing = [column for column in kind.required if column not in {match.column for match in found}]
    how_known = "" if called else known_by if known else "guess"
    text = proposal_text.written(
        proposal_text.Decided(name, raw.tab, kind, how_known, found, missing, _read_by(mapper, raw, dropped)), sheet
    )
    return Proposal(name, raw.tab, kind.name, missing, text)


def _top(raw: RawSheet, stored: int) -> tuple[pa.Table, bool]:
    """The first rows of a sheet, and whether they are all of them."""
    pieces: list[pa.Table] = []
    for piece in undamaged(raw.pieces):
        pieces.append(piece.rows)
        require_size(sum(each.nbytes for each in pieces), stored)
        if sum(each.num_rows for each in pieces) > LOOKED_AT:
            return pa.concat_tables(pieces).slice(0, LOOKED_AT), False
    if not pieces:
        raise SheetError("it has no rows; a heading line and rows were expected")
    return pa.concat_tables(pieces), True


def _read_by(mapper: Mapper, raw: RawSheet, dropped: Dropped) -> str | None:
    """The layout that reads such a sheet already, empty where none is needed; None where it is not read."""
    try:
        return mapper.plan(raw.headings, raw.inherited, raw.tab, dropped.path.stem).layout.split(" ")[0]
    except SheetError:
        return None


class Guesser(Mapper):
    """A mapper that takes for the heading the widest row which is no record, whether anybody knows its headings or not.

    Its database has the table `spellings`.
    """

    def score(self) -> Score:
        """A function that tells how many cells of a row are written; of a record, or one cell, how many are known."""
        known = super().score()
        return lambda row: (
            known(row) if len(row) == 1 or self.is_like_a_record(row) else len({cell.strip() for cell in row} - {""})
        )

    def is_like_a_record(self, row: Sequence[str]) -> bool:
        """Whether a row has a date, or several numbers, places or parties, and fewer known headings."""
        known = [any(key in self.known for key in keys) for keys in self.keys(row)]
        unknown = [cell for cell, is_known in zip(row, known, strict=True) if not is_known]
        dates, words = self.con.execute(LIKE_A_RECORD, [unknown]).fetchone() or (0, 0)
        return (dates > 0 or words > 1) and dates + words > sum(known)

    def is_unknown(self, heading: str) -> bool:
        """Whether no kind knows a heading."""
        (keys,) = self.keys([heading])
        return not self.known & {*keys}


@dataclass
class Sheet:
    """A sheet that was looked at, and which of its headings may fill which columns."""

    mapper: Guesser
    seen: ColumnsSeen
    is_all: bool
    _wordings: dict[tuple[str, int, str], float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._wordings = self.seen.wordings(self.mapper.contract, NEAR)

    @property
    def keys(self) -> list[list[str]]:
        """The keys each heading may be known by."""
        return self.mapper.keys(self.seen.headings)

    def require_heading(self) -> None:
        """Raise SheetError where the first row is a record: its cells would be shown as headings."""
        below = [self.seen.headings[i] for i in self.seen.stand_below()]
        if self.mapper.is_like_a_record(self.seen.headings) or any(map(self.mapper.is_unknown, below)):
            raise SheetError("its first row looks like a record and no heading; a heading line was expected")

    def likeliest(self) -> Kind:
        """The kind whose required columns are found best, and most others."""
        return max(self.mapper.contract.kinds.values(), key=self._worth)

    def _worth(self, kind: Kind) -> float:
        worth = {match.column: self._surety(kind, match) for match in self.matches(kind)}
        required = sum(worth.get(column, 0) for column in kind.required) / len(kind.required)
        return REQUIRED_WORTH * required + sum(worth.values())

    def _surety(self, kind: Kind, match: Match) -> float:
        """What a match counts: more where a heading is near besides."""
        nearness = self._wording(kind, match.i, match.column) if match.how == VALUES else 0
        return WORTH[match.how] + WORTH[WORDING] * nearness

    def matches(self, kind: Kind) -> list[Match]:
        """Which heading fills which column of a kind, in the order of the headings."""
        found: dict[str, Match] = {}
        used: set[int] = set()
        for i, column, how in [*self._by_heading(kind), *self._by_values(kind), *self._by_wording(kind)]:
            if i not in used and column not in found and self.seen.headings[i].strip():
                found[column] = Match(i, column, how)
                used.add(i)
        return sorted(found.values(), key=lambda match: match.i)

    def _by_heading(self, kind: Kind) -> list[tuple[int, str, str]]:
        """What headings are known to mean, a column's own name first; not where what stands there says otherwise."""
        own = {keys[0] for keys in self.mapper.keys(kind.columns)}
        named = [
            (keys[0] not in own, at, i, kind.headings[key])
            for i, keys in enumerate(self.keys)
            for at, key in enumerate(keys)
            if key in kind.headings
        ]
        meant = [(i, column) for *_, i, column in sorted(named)]
        return [(i, column, HEADING) for i, column in meant if not self._is_of_another_list(kind, i, column)]

    def _is_of_another_list(self, kind: Kind, i: int, column: str) -> bool:
        """Whether no word there is of the list of a column, and most are of another of the kind: `Status` for one."""
        code_list = kind.code_lists.get(column)
        if code_list is None or self.of_list(kind, i, column).known:
            return False
        return bool(self.seen.lists_of(i) & {*kind.code_lists.values()})

    def of_list(self, kind: Kind, i: int, column: str) -> OfList:
        """How far what stands below a heading is of the list of a column."""
        return self.seen.of_list(i, kind.code_lists[column], column in kind.lists)

    def _by_values(self, kind: Kind) -> list[tuple[int, str, str]]:
        """What fits by what stands there, best first: required columns, then those whose heading is near.

        A record is documented after what it tells of: of two columns of dates the later one says when.
        """
        fitting = [
            (column in kind.required, self._wording(kind, i, column), self._lateness(kind, i, column), -i, column)
            for column in kind.columns
            for i in range(len(self.seen.headings))
            if self._is_shown_by_values(kind, i, column)
        ]
        # the sort is stable: of two columns the earlier one of the contract comes first
        best = sorted(fitting, key=lambda each: each[:4], reverse=True)
        return [(-at, column, VALUES) for *_, at, column in best]

    def _lateness(self, kind: Kind, i: int, column: str) -> float:
        middle = self.seen.seen[i].middle if kind.types[column] == "date" else 0
        return middle if column == kind.dated_by else -middle

    def _is_shown_by_values(self, kind: Kind, i: int, column: str) -> bool:
        """Whether what stands below a heading says that it fills a column, by itself or as the heading is near."""
        seen, is_near = self.seen.seen[i], self._wording(kind, i, column) > 0
        if column in kind.of_forms or not seen.cells:
            return False
        kinds = {"date": seen.dates * 5 >= seen.cells * 4, "id": _are_ids(seen, self.seen.rows)}
        kinds["age"] = seen.ages * 10 >= seen.cells * 9 and not seen.is_count
        if column in kind.code_lists:
            if seen.numbers * 2 >= seen.cells:  # 1 may be a yes, and is most often a number
                return False
            code_list = kind.code_lists[column]
            is_only = [*kind.code_lists.values()].count(code_list) == 1
            return self.of_list(kind, i, column).is_most and (is_only or is_near or column in kind.required)
        # the first two dates of a kind are when a record was documented, and when it happened
        dates = [name for name in kind.columns if kind.types[name] == "date"]
        is_needed = column in (*kind.required, *dates[:2]) or is_near or kind.types[column] == "age"
        return kinds.get(kind.types[column], False) and is_needed

    def _by_wording(self, kind: Kind) -> list[tuple[int, str, str]]:
        """What is near by the words of the heading, nearest first, and can be by what stands there."""
        near = [
            (likeness, -i, column)
            for (name, i, column), likeness in self._wordings.items()
            if name == kind.name and self._can_be(kind, i, column)
        ]
        return [(-at, column, WORDING) for _, at, column in sorted(near, reverse=True)]

    def _can_be(self, kind: Kind, i: int, column: str) -> bool:
        seen = self.seen.seen[i]
        if column in kind.code_lists:
            return not seen.cells or self.of_list(kind, i, column).known > 0
        fitting = {"date": seen.dates, "id": seen.numbered, "age": seen.ages, "integer": seen.numbers}
        fitting["text"] = seen.cells - seen.dates
        return fitting.get(kind.types[column], seen.cells) * 2 >= seen.cells

    def _wording(self, kind: Kind, i: int, column: str) -> float:
        return self._wordings.get((kind.name, i, column), 0)

    def dates_of(self, kind: Kind, found: Iterable[Match]) -> list[Seen]:
        """What stands in the columns of dates."""
        return [self.seen.seen[match.i] for match in found if kind.types[match.column] == "date"]

    def left_over(self, found: Sequence[Match]) -> list[Seen]:
        """The columns nothing was found for."""
        used = {match.i for match in found}
        return [self.seen.seen[i] for i, heading in enumerate(self.seen.headings) if heading.strip() and i not in used]


def _are_ids(seen: Seen, rows: int) -> bool:
    """Whether each row has another number of a record, which is no date; the line of a total need not."""
    is_each = seen.numbered == seen.cells or 1 < seen.numbered == seen.cells - 1
    return is_each and seen.different == seen.filled == rows and not seen.dates

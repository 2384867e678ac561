"""One file: read, known by its kinds, mapped, stored, and written down in its manifest."""

import errno
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import columnar, delimited, forms, packed, store, submissions, webpage, workbook
from orchestration.intake.bounds import Limits, require_columns, require_headings, require_size, too_large
from orchestration.intake.called import NOT_SAID, Called, Groups
from orchestration.intake.content import PACKED, ending_of
from orchestration.intake.doubts import HEADING_AGAIN, LOOKED_FOR
from orchestration.intake.layouts import EVERY
from orchestration.intake.mapped import map_rows
from orchestration.intake.mapping import Mapper, Plan
from orchestration.intake.months import Dates, Months
from orchestration.intake.parts import Parts
from orchestration.intake.repeated import REPEATED, filled_down
from orchestration.intake.sheet import FLAT, PAGES, SUBMISSIONS, WORKBOOKS, RawSheet, SheetError, last_part
from orchestration.intake.turned import turned
from orchestration.intake.unfilled import UNFILLED_ROWS, filled
from orchestration.intake.units import with_ranges, with_units
from orchestration.months import month_of

READERS = (delimited, workbook, submissions, columnar, packed, webpage)
VERSION = " ".join(reader.VERSION for reader in READERS)
UNDAMAGED = "an undamaged file was expected"
# faults of the disk the lake is on, and not of a file
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
A_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
# so many lists are named one by one
NAMED = 5
ASIDE_TABS = ("about", "readme", "read me", "notes", "note", "اقرأني", "ملاحظات")


@dataclass(frozen=True)
class Dropped:
    """A file as it lies in raw/, its bytes kept in the lake.

    `beside` are the bytes of the flat tables beside it of which its rows may be parts, as a form tool calls them:
    those of `form-deaths.csv` of rows of `form.csv`; `below` those of the tables that may hold parts of its own.
    """

    path: PurePosixPath
    sheet_hash: str
    beside: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def unread(self) -> "Dropped":
        """The file as one whose bytes nobody reads."""
        return Dropped(self.path, "")

    @property
    def place(self) -> str:
        """Where it lies, as a person would say it."""
        return f"raw/{self.path}"

    @property
    def folder(self) -> str | None:
        """The folders it lies in, such as `2025-01`; None where it lies in raw/ itself."""
        return "/".join(self.path.parts[:-1]) or None

    @property
    def named(self) -> dict[str, str]:
        """What file and folder are called, for a layout that takes values from there."""
        return {"file": self.path.stem, "folder": self.folder or ""}

    @property
    def where(self) -> dict[str, Any]:
        """The columns that say of a sheet, or a row, where it lies."""
        return {"folder": self.folder, "folder_month": self.folder_month, "file_name": self.path.name}

    @property
    def folder_month(self) -> date | None:
        """First day of the month that a folder of it is called, the innermost if several are; None where none is."""
        months = [folder for folder in self.path.parts[:-1] if A_MONTH.fullmatch(folder)]
        return month_of(months[-1]) if months else None


@dataclass(frozen=True)
class FileReader:
    """Turns files into received rows, with the contract and the layouts of one night."""

    root: Path
    mapper: Mapper
    latest: date
    limits: Limits = Limits()

    @cached_property
    def dates(self) -> Dates:
        """What is known of written dates, over all files."""
        return Dates(self.mapper.con)

    @cached_property
    def called(self) -> Called:
        """What the names of sheets say."""
        return Called(self.mapper)

    def read_ahead(self, files: Sequence[Dropped], received_at: datetime) -> None:
        """Nothing is read ahead in this process."""

    def read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        """Read a file and stage its rows; gives the sheets, the parts, and the bounds the months depend on.

        Args:
            dropped: The file.
            received_at: When it was first taken in.

        Raises:
            OSError: Nothing can be written in the lake, which is no fault of the file.
        """
        return self.guarded(dropped, lambda: self._read(dropped, received_at))

    def guarded(self, dropped: Dropped, reading: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What reading a file gives, or that it is set aside.

        Whatever a file does to a library, it is set aside with a sentence; no text of an error is shown, since it may
        quote cells.

        Args:
            dropped: The file.
            reading: Reads it.

        Raises:
            OSError: Nothing can be written in the lake, which is no fault of the file.
        """
        try:
            document = reading()
            json.dumps(document, ensure_ascii=False).encode()  # a manifest is text, as UTF-8 can say it
        except SheetError as error:
            return set_aside(f"{dropped.place}: {error}.")
        except (MemoryError, duckdb.OutOfMemoryException):
            return set_aside(f"{dropped.place}: {too_large(self.limits.memory)}.")
        except BaseException as error:  # that of a library in Rust is no Exception
            if isinstance(error, KeyboardInterrupt) or getattr(error, "errno", None):
                raise
            return set_aside(f"{dropped.place}: it cannot be read ({type(error).__name__}); {UNDAMAGED}.")
        return document

    def _read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        sheets: list[dict[str, Any]] = []
        carriers: list[str] = []
        days: set[date] = set()
        with Parts(self.root, dropped.sheet_hash) as parts:
            for raw in undamaged(self.sheets(dropped)):
                sheets += self._unclaimed(dropped, raw)
                if self._only_carries(dropped, raw) or self._only_has_parts(dropped, raw):
                    carriers.append(raw.tab)
                    continue
                sheet, spoken = self._take(dropped, raw, received_at, parts, [each["tab"] for each in sheets])
                sheets.append(sheet)
                days |= spoken
            if carriers and not sheets and dropped.below:
                note = "it is of no kind itself, and read with the tables beside it whose rows are parts of its rows"
                sheets.append(_sheet("", None, notes=[f"{dropped.place}: {note}."]))
            if not sheets:
                raise SheetError("it holds no written tab of rows; a heading line and rows were expected")
            stored = parts.store()
        within = {day for day in days if day <= self.latest}
        return {
            "sheets": sheets,
            "parts": stored,
            "latest": max(within, default=date.min).isoformat(),
            "waiting": min(days - within).isoformat() if days - within else None,
        }

    def sheets(self, dropped: Dropped) -> Iterator[RawSheet]:
        """The sheets of a file, without tabs about the workbook."""
        raws = self._tabs(store.original(self.root, dropped.sheet_hash), dropped.path)
        raws = (self._with_parents(raw, dropped) for raw in raws) if dropped.beside else raws
        aside = set(self.mapper.fold(*ASIDE_TABS))
        yield from (raw for raw in raws if self.mapper.fold(last_part(raw.tab))[0] not in aside)

    def _tabs(self, original: Path, name: PurePath) -> Iterable[RawSheet]:
        """The tabs of a file that is called so, each with a note where its bytes are of another kind."""
        ending = name.suffix.lower()
        found = ending_of(original, ending)
        raws = self._read_as(original, found)
        if found == ending:
            return raws
        note = f"its name ends in {ending}, but it holds {found}, and is read as that"
        return (replace(raw, held_note=note) for raw in raws)

    def _with_parents(self, raw: RawSheet, dropped: Dropped) -> RawSheet:
        """A flat table with what those beside it say of the rows that its rows are parts of."""
        if not forms.is_part(raw.headings):
            return raw
        parents: list[RawSheet] = []
        for table in self._tables(dropped.beside):
            with suppress(SheetError):
                parents.append(forms.in_one_piece(table))
        return forms.with_parents([*parents, forms.in_one_piece(raw)])[-1]

    def _packed_tabs(self, unpacked: Path, name: PurePath) -> Iterable[RawSheet]:
        """The tabs of a file in a packed one, which must be what it is called: a packed one in it may hold itself."""
        ending = name.suffix.lower()
        found = ending_of(unpacked, ending)
        if found != ending:
            raise SheetError(f"its name ends in {ending}, but it holds {found}; dropped by itself it is read")
        return self._read_as(unpacked, ending)

    def _read_as(self, original: Path, ending: str) -> Iterable[RawSheet]:
        if ending == PACKED:
            return packed.read(original, store.staging(self.root), self._packed_tabs)
        if ending in PAGES:
            return webpage.read(original, self.mapper.score())
        if ending in FLAT:
            return self._turned(delimited.read(original, self.mapper.score()))
        if ending in WORKBOOKS:
            return self._turned(workbook.read(original, self.mapper.score()))
        if ending in SUBMISSIONS:
            return submissions.read(original, self.mapper)
        return columnar.read(original, self.mapper.con, self.mapper.is_answer)

    def _turned(self, raws: Iterable[RawSheet]) -> Iterator[RawSheet]:
        """Sheets, each with its columns as rows where its headings stand one below the other."""
        return (turned(raw, self.mapper.score()) for raw in raws)

    def _only_carries(self, dropped: Dropped, raw: RawSheet) -> bool:
        """Whether submissions are no rows themselves: they have lists inside, and are of no kind, or of a list's."""
        if not raw.carried or raw.tab or any(pc.any(piece.rows["unread"].is_valid()).as_py() for piece in raw.pieces):
            return False
        kinds = [self.mapper.contract.kind_named(name) for name in self.mapper.fold(*map(last_part, raw.carried))]
        kind, _ = self.mapper.kind_of(raw.headings, raw.tab, dropped.path.stem)
        says_nothing = self.mapper.score()(raw.headings) == 0
        return not self.mapper.knows(raw.headings, raw.tab) and (kind is None or kind in kinds or says_nothing)

    def _only_has_parts(self, dropped: Dropped, raw: RawSheet) -> bool:
        """Whether a table is of no kind, and only says what its parts have in common: tabs beside it, or tables."""
        if not raw.parts and not any(forms.is_of(part, raw) for part in self._tables(dropped.below)):
            return False
        kind, _ = self.mapper.kind_of(raw.headings, raw.tab, dropped.path.stem)
        return kind is None and not self.mapper.knows(raw.headings, raw.tab)

    def _tables(self, hashes: Iterable[str]) -> Iterator[RawSheet]:
        """Flat tables that lie beside another, but for those that cannot be read, which are reported by themselves."""
        for original in (store.original(self.root, sheet_hash) for sheet_hash in hashes):
            with suppress(SheetError):
                yield from self._read_as(original, ending_of(original, ".csv"))

    def _unclaimed(self, dropped: Dropped, raw: RawSheet) -> list[dict[str, Any]]:
        """A line for the lists inside that are no sheet of ours, unless a layout ignores them by name."""
        if not raw.unclaimed:
            return []
        ignored = self.mapper.ignored(raw.headings, raw.tab)
        names = [name for name in raw.unclaimed if not {EVERY, *self.mapper.fold(name, last_part(name))} & ignored]
        if not names:
            return []
        named = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        expected = f"a list named {', '.join(self.mapper.contract.kinds)}, or one that a layout reads or ignores"
        return [
            _sheet("lists inside", f"{dropped.place}: the lists {named} inside are not read; {expected}, was expected.")
        ]

    def _take(
        self, dropped: Dropped, raw: RawSheet, received_at: datetime, parts: Parts, tabs: Collection[str]
    ) -> tuple[dict[str, Any], set[date]]:
        """Put the rows of a sheet under our columns and among the parts; gives its line and the months it speaks of."""
        where = f"{dropped.place}, tab {raw.tab}" if raw.tab else dropped.place
        stored = store.original(self.root, dropped.sheet_hash).stat().st_size
        is_begun, size, count, records, notes = False, 0, 0, 0, Counter[str]()
        found: dict[str, list[int]] = {sentence: [] for sentence in (*LOOKED_FOR.values(), NOT_SAID)}
        mended: dict[str, list[int]] = {HEADING_AGAIN: [], UNFILLED_ROWS: [], REPEATED: []}
        names = [last_part(raw.tab), dropped.path.stem, *dropped.path.parts[:-1]]
        try:
            _require_usable(raw, tabs)
            plan = self.mapper.plan(raw.headings, raw.inherited, raw.tab, dropped.path.stem)
            self.called.require_counted(plan, names)
            groups = self.called.groups(plan, names[:2])
            shared = _provenance(dropped, raw, plan) | {"received_at": received_at}
            read = partial(self.dates.months, plan.date_style)
            months = Months(read, dropped.folder_month, self.latest)
            for piece in undamaged(raw.pieces):
                size += piece.rows.nbytes
                require_size(size, stored)
                require_columns(raw.headings, piece.rows)
                of_table = self._of_table(piece.rows, plan, raw.headings, mended)
                self._look_at(of_table, plan, groups, found)
                is_begun, mapped = True, map_rows(self.mapper.con, with_units(of_table, plan), plan, dropped.named)
                rows = mapped.rows
                parts.add(plan.kind, rows, months.of(rows[plan.kind.dated_by]), shared)
                count += rows.num_rows
                notes += mapped.notes
                records += piece.records
        except SheetError as error:
            if is_begun:  # what was added of it is among the others: the whole file goes
                raise
            return _sheet(raw.tab, f"{where}: {error}.", reader=raw.reader), set()
        read_how = [*filter(None, [raw.held_note]), *(f"{note} ({number})" for note, number in notes.items())]
        read_how += [sentence.format(_named(rows)) for sentence, rows in mended.items() if rows]
        seen = (sentence.format(_named(rows)) for sentence, rows in found.items() if rows)
        earlier = self.called.may_be_earlier(plan, names)
        notes_of = {"notes": [*raw.notes, *earlier, *seen], "reading_notes": read_how}
        return _sheet(raw.tab, None, rows=count, records=records, **notes_of, **_read_as(raw, plan)), months.spoken

    def _of_table(self, rows: pa.Table, plan: Plan, headings: Sequence[str], mended: dict[str, list[int]]) -> pa.Table:
        """The rows that are records, marks of repetition read; numbers of others are added by what is said of them."""
        rows, again = self.mapper.of_one_table(rows, plan, headings)
        rows, blank = filled(rows, plan)
        rows, repeated = filled_down(self.mapper.con, with_ranges(rows, plan), plan)
        for sentence, numbers in ((HEADING_AGAIN, again), (UNFILLED_ROWS, blank), (REPEATED, repeated)):
            mended[sentence] += numbers
        return rows

    def _look_at(self, rows: pa.Table, plan: Plan, groups: Groups, found: dict[str, list[int]]) -> None:
        """Add the numbers of rows that only a person can tell about to what is said of them."""
        for look, sentence in LOOKED_FOR.items():
            found[sentence] += look(rows, plan)
        found[NOT_SAID] += self.called.not_as_called(rows, plan, groups)


def _require_usable(raw: RawSheet, tabs: Collection[str]) -> None:
    """Raise SheetError where a sheet has a fault, or is called like one of its file before it."""
    if raw.tab in tabs:
        raise SheetError("another one of this name lies in the file; names of their own were expected")
    if raw.fault:
        raise SheetError(raw.fault)
    require_headings(raw.headings)


def _named(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:NAMED])) + (f" and {len(rows) - NAMED} more" if len(rows) > NAMED else "")


def _read_as(raw: RawSheet, plan: Plan) -> dict[str, Any]:
    """What a manifest says of how a sheet was read."""
    return {
        "kind": plan.kind.name,
        "kind_from": plan.kind_from,
        "whole_list": plan.whole_list or None,
        "reader": raw.reader,
        "layout": plan.layout,
        "plan": plan.digest,
        "headings": list(raw.headings),
        "inherited": sorted(raw.inherited),
    }


def _provenance(dropped: Dropped, raw: RawSheet, plan: Plan) -> dict[str, Any]:
    """Where the rows of a sheet came from, and how they were read."""
    return {
        "tab": raw.tab,
        "reader": raw.reader,
        "layout": plan.layout,
        "date_style": plan.date_style,
        "numbers": plan.numbers,
        **dropped.where,
    }


Read = TypeVar("Read")


def undamaged(reading: Iterable[Read]) -> Iterator[Read]:
    """What is read one by one; raises SheetError where that fails, whatever a library calls it."""
    try:
        yield from reading
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        if isinstance(error, MemoryError | duckdb.OutOfMemoryException) or getattr(error, "errno", None) in NO_ROOM:
            raise
        raise SheetError(f"it cannot be read; {UNDAMAGED}") from error


def set_aside(reason: str) -> dict[str, Any]:
    """What a manifest says of a file that was not read at all."""
    return {"sheets": [_sheet("", reason)], "parts": [], "latest": "", "waiting": None}


def same_as(dropped: Dropped, place: str) -> dict[str, Any]:
    """What is said of a file with the same bytes as one that lies in another place, as which it is read."""
    note = f"{dropped.place}: it has the same bytes as {place}; they are read once, as that file."
    return {"sheets": [_sheet("", None, notes=[note])], "parts": [], "latest": "", "waiting": None}


def _sheet(tab: str, set_aside: str | None, **more: Any) -> dict[str, Any]:
    return {"tab": tab, "kind": None, "rows": 0, "set_aside": set_aside} | more

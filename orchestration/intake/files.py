"""One file: read, told its kinds, mapped, stored, and written down in its manifest."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import columnar, delimited, store, submissions, workbook
from orchestration.intake.mapping import Mapper, Plan
from orchestration.intake.months import Months
from orchestration.intake.parts import Parts, is_stored
from orchestration.intake.sheet import RawSheet, SheetError
from orchestration.months import month_of

VERSION = " ".join((delimited.VERSION, workbook.VERSION, submissions.VERSION, columnar.VERSION))
ASIDE_TABS = ("about", "readme", "read me", "notes", "note", "اقرأني", "ملاحظات")


@dataclass(frozen=True)
class Dropped:
    """A file as it lies in raw/, its bytes kept in the lake."""

    path: PurePosixPath
    sheet_hash: str

    @property
    def place(self) -> str:
        """Where it lies, as a person would say it."""
        return f"raw/{self.path}"

    @property
    def folder(self) -> str:
        """The folder it lies in: a month, or `any`."""
        return self.path.parent.name

    @property
    def folder_month(self) -> date | None:
        """First day of the folder's month; None for `any`."""
        return month_of(self.folder) if self.folder != "any" else None


@dataclass(frozen=True)
class FileReader:
    """Turns files into received rows, with the contract and the layouts of one night."""

    root: Path
    mapper: Mapper
    received_at: datetime
    latest: date

    def receive(self, dropped: Dropped) -> dict[str, Any]:
        """Give the manifest of a file; reads it only where its bytes, place, reader or mapping are new.

        A file that was set aside, wholly or in part, is read again every time.
        """
        path = store.manifest(self.root, dropped.sheet_hash)
        known = store.read_json(path)
        if known and self._unchanged(known, dropped):
            return known
        first = known["received_at"] if known else _naive(self.received_at).isoformat()
        document = {"place": dropped.place, "sheet_hash": dropped.sheet_hash, "version": VERSION, "received_at": first}
        document |= self._read(dropped, datetime.fromisoformat(first))
        if document != known:
            store.write_json(path, document)
        return document

    def headings(self, dropped: Dropped, sheet: Mapping[str, Any]) -> str | None:
        """The sheet's own heading of each of our columns, as a JSON object; None for a sheet that was set aside.

        Args:
            dropped: The file.
            sheet: What its manifest says of the sheet.
        """
        if sheet["set_aside"]:
            return None
        plan = self.mapper.plan(sheet["headings"], frozenset(sheet["inherited"]), sheet["tab"], dropped.path.stem)
        named = {rule.column: sheet["headings"][position].strip() for position, rule in plan.targets}
        return json.dumps(named, ensure_ascii=False)

    def _unchanged(self, known: dict[str, Any], dropped: Dropped) -> bool:
        """Whether reading the file again would give the same rows in the same months."""
        if (known["place"], known["version"]) != (dropped.place, VERSION) or not known["sheets"]:
            return False
        if known["latest"] > self.latest.isoformat() or (known["waiting"] or "9999") <= self.latest.isoformat():
            return False
        stem = dropped.path.stem
        try:
            return all(
                not sheet["set_aside"]
                and self.mapper.plan(sheet["headings"], frozenset(sheet["inherited"]), sheet["tab"], stem).digest
                == sheet["plan"]
                for sheet in known["sheets"]
            ) and all(is_stored(self.root, part) for part in known["parts"])
        except SheetError:
            return False

    def _read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        """Read a file and store its rows; gives the sheets, the stored parts, and the bounds the months depend on."""
        sheets: list[dict[str, Any]] = []
        days: set[date] = set()
        try:
            with Parts(self.root, dropped.sheet_hash) as parts:
                for raw in _undamaged(self._sheets(dropped)):
                    sheet, spoken = self._take(dropped, raw, received_at, parts)
                    sheets.append(sheet)
                    days |= spoken
                stored = parts.store()
        except SheetError as error:
            return set_aside(f"{dropped.place}: {error}.")
        within = {day for day in days if day <= self.latest}
        return {
            "sheets": sheets,
            "parts": stored,
            "latest": max(within, default=date.min).isoformat(),
            "waiting": min(days - within).isoformat() if days - within else None,
        }

    def _sheets(self, dropped: Dropped) -> Iterator[RawSheet]:
        """The sheets of a file that are to be rows: without tabs about the workbook, and pure carriers of lists."""
        original = store.original(self.root, dropped.sheet_hash)
        score, con, fold = self.mapper.score(), self.mapper.con, self.mapper.fold
        match dropped.path.suffix.lower():
            case ".csv" | ".tsv" | ".txt":
                raws = delimited.read(original, score)
            case ".xlsx" | ".xlsm" | ".xlsb" | ".xls" | ".ods":
                raws = workbook.read(original, score)
            case ".json" | ".jsonl" | ".ndjson":
                raws = submissions.read(original, con)
            case ".parquet":
                raws = columnar.read(original, con)
            case ending:
                raise SheetError(
                    f"the ending {ending or 'of its name'} is unknown; CSV, a workbook, JSON or Parquet was expected"
                )
        aside = set(fold(*ASIDE_TABS))
        yield from (raw for raw in raws if fold(raw.tab)[0] not in aside and not self._only_carries(dropped, raw))

    def _only_carries(self, dropped: Dropped, raw: RawSheet) -> bool:
        """Whether submissions are no rows themselves: they have lists inside, and are of no kind, or of a list's."""
        if not raw.carried or raw.tab or any(pc.any(piece.rows["unread"].is_valid()).as_py() for piece in raw.pieces):
            return False
        stem, *lists = self.mapper.fold(dropped.path.stem.split("__")[0], *raw.carried)
        kinds = [self.mapper.contract.kind_named(name) for name in lists]
        kind = self.mapper.contract.kind_named(stem)
        return not self.mapper.knows_layout(raw.headings) and (kind is None or kind in kinds)

    def _take(
        self, dropped: Dropped, raw: RawSheet, received_at: datetime, parts: Parts
    ) -> tuple[dict[str, Any], set[date]]:
        """Put the rows of a sheet under our columns and among the parts; gives its line and the months it speaks of."""
        where = f"{dropped.place}, tab {raw.tab}" if raw.tab else dropped.place
        is_begun, count, records, left_out = False, 0, 0, 0
        try:
            plan = self.mapper.plan(raw.headings, raw.inherited, raw.tab, dropped.path.stem)
            shared = _provenance(dropped, raw, plan) | {"received_at": received_at}
            months = Months(self.mapper.con, plan.date_style, dropped.folder_month, self.latest)
            for piece in _undamaged(raw.pieces):
                self.mapper.require_one_heading(piece.rows, plan)
                is_begun, rows = True, self.mapper.rows(piece.rows, plan)
                parts.add(plan.kind, rows, months.of(rows[plan.kind.dated_by]), shared)
                count += rows.num_rows
                left_out += piece.rows.num_rows - rows.num_rows
                records += piece.records
        except SheetError as error:
            if is_begun:  # what was added of it is among the others: the whole file goes
                raise
            return _sheet(raw.tab, f"{where}: {error}.", reader=raw.reader), set()
        notes = [*raw.notes, *([f"the layout leaves out rows it does not speak of ({left_out})"] if left_out else [])]
        facts = {"rows": count, "records": records, "reader": raw.reader, "layout": plan.layout, "plan": plan.digest}
        headings = {"headings": list(raw.headings), "inherited": sorted(raw.inherited), "notes": notes}
        return _sheet(raw.tab, None, kind=plan.kind.name, **facts, **headings), months.spoken


def _provenance(dropped: Dropped, raw: RawSheet, plan: Plan) -> dict[str, Any]:
    """Where the rows of a sheet came from, and how they were read."""
    return {
        "tab": raw.tab,
        "reader": raw.reader,
        "layout": plan.layout,
        "date_style": plan.date_style,
        "file_name": dropped.path.name,
        "folder": dropped.folder,
        "folder_month": dropped.folder_month,
    }


Read = TypeVar("Read")


def _undamaged(reading: Iterable[Read]) -> Iterator[Read]:
    """What is read one by one; raises SheetError where that fails, whatever a library calls it."""
    try:
        yield from reading
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        raise SheetError("it cannot be read; an undamaged file was expected") from error


def set_aside(reason: str) -> dict[str, Any]:
    """What a manifest says of a file that was not read at all."""
    return {"sheets": [_sheet("", reason)], "parts": [], "latest": "", "waiting": None}


def _sheet(tab: str, set_aside: str | None, **more: Any) -> dict[str, Any]:
    return {"tab": tab, "kind": None, "rows": 0, "set_aside": set_aside} | more


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

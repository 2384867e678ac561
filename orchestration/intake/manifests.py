"""What is known of each file from the intakes before, and having it read where that may no longer hold."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from orchestration.intake import store
from orchestration.intake.bounds import Limits
from orchestration.intake.files import VERSION, Dropped
from orchestration.intake.mapping import Mapper
from orchestration.intake.parts import is_stored, take_over
from orchestration.intake.sheet import SheetError

# A disk brings so many files to rest in a fifth of the time they take one by one; when a night is ended on its way, so
# many are read again in the next.
TOGETHER = 100

Read = Callable[[Dropped, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Manifests:
    """The manifests of one intake: what each file was read as, by its hash.

    Used in a `with` statement, after which all of them are on disk; until then some hundred may not be.
    """

    root: Path
    mapper: Mapper
    received_at: datetime
    latest: date
    limits: Limits | None
    _unwritten: dict[Path, dict[str, Any]] = field(default_factory=dict, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write()

    def receive(self, dropped: Dropped, read: Read) -> dict[str, Any]:
        """Give the manifest of a file, which is read only where its bytes, place, reader or mapping are new.

        A file that was set aside, wholly or in part, is read again on another day, or when headings or layouts changed.

        Args:
            dropped: The file.
            read: Reads it, and stages its rows.
        """
        path = store.manifest(self.root, dropped.sheet_hash)
        known = self._unwritten.get(path) or store.read_json(path)
        if known and self._holds(known, dropped):
            return known
        first = (known or {}).get("received_at") or naive(self.received_at).isoformat()
        document: dict[str, Any] = {
            "place": dropped.place,
            "sheet_hash": dropped.sheet_hash,
            "beside": list(dropped.beside),
            "below": list(dropped.below),
            "version": VERSION,
            "received_at": first,
        }
        document |= read(dropped, datetime.fromisoformat(first)) | {"circumstances": self._circumstances()}
        take_over(self.root, document["parts"])
        self._unwritten[path] = document
        if len(self._unwritten) >= TOGETHER:
            self._write()
        return document

    def never_read(self, files: Iterable[Dropped]) -> list[Dropped]:
        """Those files of which there is no manifest, not even of what they were once."""
        return [each for each in files if not store.manifest(self.root, each.sheet_hash).exists()]

    def _write(self) -> None:
        store.write_together(self._unwritten)
        self._unwritten.clear()

    def read_before_first(self, files: list[Dropped]) -> list[Dropped]:
        """Files with the same bytes, in their order but for the one that they were read as before."""
        known = store.read_json(store.manifest(self.root, files[0].sheet_hash)) or {}
        return sorted(files, key=lambda dropped: dropped.place != known.get("place"))

    def headings(self, dropped: Dropped, sheet: Mapping[str, Any]) -> str | None:
        """The sheet's own heading of each of our columns, as a JSON object; None for a sheet that was not read.

        Args:
            dropped: The file.
            sheet: What its manifest says of the sheet.
        """
        if sheet["set_aside"] or not sheet["kind"]:
            return None
        plan = self.mapper.plan(sheet["headings"], frozenset(sheet["inherited"]), sheet["tab"], dropped.path.stem)
        named = {rule.column: sheet["headings"][position].strip() for position, rule in plan.targets}
        return json.dumps(named, ensure_ascii=False)

    def _holds(self, known: dict[str, Any], dropped: Dropped) -> bool:
        """Whether reading the file again would give the same rows in the same months."""
        try:
            if (known["place"], known["version"]) != (dropped.place, VERSION) or not known["sheets"]:
                return False
            if known.get("beside", []) != list(dropped.beside):
                return False
            # what is of a kind itself is so with parts and without
            if known.get("below", []) != list(dropped.below) and not all(sheet["kind"] for sheet in known["sheets"]):
                return False
            if any(sheet["set_aside"] for sheet in known["sheets"]) and (
                known.get("circumstances") != self._circumstances()
            ):
                return False
            return (
                self._is_within(known)
                and all(sheet["set_aside"] or self._is_planned(sheet, dropped) for sheet in known["sheets"])
                and all(is_stored(self.root, part) for part in known["parts"])
            )
        except (SheetError, KeyError, TypeError):  # a torn or strange manifest is as good as none
            return False

    def _is_within(self, known: dict[str, Any]) -> bool:
        """Whether the last month that rows may lie in has passed none of those they speak of."""
        return known["latest"] <= self.latest.isoformat() < (known["waiting"] or "9999")

    def _is_planned(self, sheet: dict[str, Any], dropped: Dropped) -> bool:
        """Whether a sheet would be read as it was."""
        inherited = frozenset(sheet["inherited"])
        return self.mapper.plan(sheet["headings"], inherited, sheet["tab"], dropped.path.stem).digest == sheet["plan"]

    def _circumstances(self) -> str:
        """The fingerprint of what a file that was set aside may be read by, another day: machines are busy at times."""
        return store.digest(self.mapper.digest, self.limits, str(self.received_at.date()))


def naive(moment: datetime) -> datetime:
    """A moment as the lake notes it, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

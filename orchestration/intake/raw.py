"""Where sheets lie before they are taken in: a folder, or a place on a store by URL. Lists and fetches, reads none.

The filesystem library (fsspec) is chosen by the URL, and finds a store's endpoint and credentials itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.files import settle_all
from orchestration.intake import store
from orchestration.intake.encoding import readable
from orchestration.intake.sheet import ENDINGS, IGNORED, SheetError
from orchestration.intake.store import digest
from orchestration.stores import locate

if TYPE_CHECKING:
    import fsspec

REASONS: dict[type[Exception], str] = {PermissionError: "no access is granted", FileNotFoundError: "it is not there"}


class RawError(Exception):
    """Nobody can tell what lies in raw/, so nothing there counts as removed; its text is the sentence."""


@dataclass(frozen=True)
class RawFile:
    """A file as it lies in raw/, or something that lies there in the place of one.

    Attributes:
        path: Folders and name as a person reads them, such as `2025-01/deaths.csv`.
        fingerprint: Another one whenever the file is written anew, replaced or moved; says nothing of its bytes.
        source: Its path as the filesystem knows it, which need not be text.
        reason: Why it cannot be read; empty for a file.
        is_closed: Whether nobody can look at it, or into it, just now.
    """

    path: str
    fingerprint: str
    source: str
    reason: str = ""
    is_closed: bool = False


def listing(raw: str | Path) -> list[RawFile]:
    """Whatever lies in raw/, in order of folder and name. Reads no content and changes nothing.

    Args:
        raw: A folder, or the URL of a place on a store, such as `s3://bucket/raw`.

    Raises:
        RawError: it cannot be listed.
    """
    return Raw.at(raw).listing()


@dataclass(frozen=True)
class Raw:
    """The place where sheets lie: the filesystem it is on, its path there, and its name as a person reads it."""

    files: "fsspec.AbstractFileSystem"
    path: str
    name: str

    @classmethod
    def at(cls, raw: str | Path) -> "Raw":
        """Make ready to list and fetch; connects to nothing yet. Raises RawError where no library knows the URL."""
        try:
            return cls(*locate(str(raw)))
        except ValueError as error:
            raise RawError(f"{error}; a folder or a URL such as s3://bucket/raw was expected.") from None

    def listing(self) -> list[RawFile]:
        """Whatever lies there, in order of folder and name; raises RawError where nobody can tell."""
        try:
            found = list(self._on_disk() if self._is_disk else self._on_store())
        except Exception as error:
            # Each store's library has errors of its own, with texts that may tell more than a log should hold.
            reason = (
                f"{self.name} cannot be listed ({_why(error)}); nothing was taken in, and nothing counts as removed."
            )
            raise RawError(reason) from None
        return sorted(found, key=lambda each: each.path.split("/"))

    def kept(self, root: Path, begin: Callable[[], None] | None = None) -> list[tuple[str, str, str]]:
        """Keep the bytes of every file in the lake; one that lies as it did is not fetched again.

        What nobody can look at just now is taken to be as it was.

        Args:
            root: The data root.
            begin: Called before files are fetched, where any is.

        Returns:
            The place of each, the hash its bytes are kept under, and the reason where they could not be.

        Raises:
            RawError: Nobody can tell what lies there, or most of what lay there is gone.
        """
        path = store.manifest(root, "places")
        known = store.read_json(path) or {}
        files = self.listing()
        closed = [file.path for file in files if file.is_closed]
        now = {place: facts for place, facts in known.items() if any(f"{place}/".startswith(f"{at}/") for at in closed)}
        kept = [(place, sheet_hash, "") for place, (_, sheet_hash) in now.items()]
        self._require_most(len(kept) + sum(not file.reason for file in files), len(known))
        unsettled: list[Path] = []
        for file in files:
            fingerprint, known_hash = known.get(file.path, ("", ""))
            if begin and file.fingerprint != fingerprint:
                begin()
            sheet_hash, reason = self._keep(root, file, fingerprint, known_hash, unsettled)
            if not reason:
                now[file.path] = [file.fingerprint, sheet_hash]
            kept.append((file.path, sheet_hash, reason))
        settle_all(unsettled)
        if now != known:
            store.write_json(path, now)
        return kept

    def _keep(
        self, root: Path, file: RawFile, fingerprint: str, sheet_hash: str, unsettled: list[Path]
    ) -> tuple[str, str]:
        """The hash the bytes of a file are kept under, fetched if it is not as it was; or why they cannot be."""
        if file.reason:
            return "", file.reason
        if fingerprint == file.fingerprint and store.original(root, sheet_hash).exists():
            return sheet_hash, ""
        try:
            return store.keep_original(root, partial(self.fetch, file), unsettled), ""
        except SheetError as error:
            return "", str(error)
        except OSError as error:
            if error.errno:  # of the lake
                raise
            return "", "it cannot be opened; a readable file was expected"

    def let_go(self, root: Path) -> None:
        """Expect no file any more that is not there now: a person says that those that are gone are gone for good."""
        path, there = store.manifest(root, "places"), {file.path for file in self.listing()}
        known = store.read_json(path) or {}
        store.write_json(path, {place: facts for place, facts in known.items() if place in there})

    def _require_most(self, places: int, known: int) -> None:
        """A file that is gone is no withdrawal: where most are, a share is more likely not mounted."""
        if places * 2 < known:
            lack = (
                f"{places} sheets lie there, and {known} did before"
                if places
                else f"it is empty, and {known} sheets lay there before"
            )
            raise RawError(
                f"{self.name}: {lack}. Is the share mounted? Nothing was taken in, and nothing counts "
                "as removed; `casebook nightly --let-go` goes on without them."
            )

    def fetch(self, file: RawFile, to: Path) -> None:
        """Copy a file as it was listed; raises SheetError where it changed since, OSError where it cannot be read."""
        path = f"{self.path}/{file.source}"
        try:
            if self._is_disk:
                shutil.copyfile(path, to)
            else:
                self.files.get_file(path, str(to))
            now = _of_inode(Path(path)) if self._is_disk else _of_object(self.files.info(path))
        except Exception as error:
            # Where the place can still be listed, the fault is this file's own; where it cannot, it is not removed.
            self.listing()
            raise OSError(type(error).__name__) from None
        if digest(self.name, *now) != file.fingerprint:
            raise SheetError("the file changed while it was read; it will be read when it lies still")

    @property
    def _is_disk(self) -> bool:
        from fsspec.implementations.local import LocalFileSystem

        return isinstance(self.files, LocalFileSystem)

    def _on_disk(self, below: str = "") -> Iterator[RawFile]:
        """What lies in a folder of a disk and beneath it. Links are followed to files beneath the path alone."""
        entries = list(Path(self.path, below).iterdir())
        if not entries and Path(below).suffix.lower() in ENDINGS:
            yield self._unread(below, "it is an empty folder; a file was expected")
        for entry in (each for each in entries if not IGNORED.fullmatch(each.name)):
            source = f"{below}/{entry.name}" if below else entry.name
            try:
                if entry.is_dir() and not entry.is_symlink():
                    yield from self._on_disk(source)
                elif reason := self._no_file(entry):
                    yield self._unread(source, reason)
                else:
                    yield RawFile(readable(os.fsencode(source)), digest(self.name, *_of_inode(entry)), source)
            except OSError as error:
                reason = f"it cannot be looked at ({_why(error)}); what lay there counts as it did"
                yield self._unread(source, reason, is_closed=True)

    def _unread(self, source: str, reason: str, is_closed: bool = False) -> RawFile:
        return RawFile(readable(os.fsencode(source)), digest(self.name, reason), source, reason, is_closed)

    def _no_file(self, entry: Path) -> str:
        """Why something that lies on a disk, and is no folder, is not read; empty for a file."""
        if entry.is_symlink():
            there = Path(os.path.realpath(entry))  # which a link to itself does not upset
            if not os.path.lexists(there) or there.is_symlink():
                return "it is a link to what is not there; a file was expected"
            if not there.is_relative_to(os.path.realpath(self.path)):
                return "it is a link that leads out of raw/; a file was expected"
            if there.is_dir():
                return "it is a link to a folder; a file, or a folder of files, was expected"
        return "" if entry.is_file() else "it is no file that can be read; a file was expected"

    def _on_store(self) -> Iterator[RawFile]:
        """Everything on a store below the path: a request a thousand objects, not one a folder."""
        for path, info in self.files.find(self.path, detail=True).items():
            place = path.removeprefix(f"{self.path}/")
            # a folder of some stores is an empty object with the name of one
            if not place.endswith("/") and not any(IGNORED.fullmatch(part) for part in place.split("/")):
                yield RawFile(readable(os.fsencode(place)), digest(self.name, *_of_object(info)), place)


def _why(error: Exception) -> str:
    return REASONS.get(type(error), type(error).__name__)


def _of_inode(file: Path) -> tuple[object, ...]:
    """What a disk knows of a file.

    After a change its size and its time of writing can be as before (`touch -r`, a copy that keeps times). The time at
    which the inode last changed cannot be set back, and a file put in the place of another has another inode.
    """
    known = file.stat()
    return known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino


def _of_object(info: dict[str, object]) -> tuple[object, ...]:
    """What a store knows of an object: its size and ETag, which is another one whenever its bytes are."""
    return info["size"], info.get("ETag") or str(info.get("LastModified"))

"""Where sheets lie before they are taken in: a folder, or a place on a store by URL. Lists and fetches, reads none.

The filesystem library (fsspec) is chosen by the URL, and finds a store's endpoint and credentials itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from orchestration.intake import store
from orchestration.intake.sheet import SheetError
from orchestration.intake.store import digest

FOLDER = re.compile(r"\d{4}-(0[1-9]|1[0-2])|any")
IGNORED = re.compile(r"[.].*|~[$].*|.*[.]tmp|readme.*|.*[.]md", re.IGNORECASE)
REASONS: dict[type[Exception], str] = {PermissionError: "no access is granted", FileNotFoundError: "it is not there"}


class RawError(Exception):
    """Nobody can tell what lies in raw/, so nothing there counts as removed; its text is the sentence."""


@dataclass(frozen=True)
class RawFile:
    """A file that is a sheet, as it lies in raw/.

    Attributes:
        path: Folder and name, such as `2025-01/deaths.csv`.
        fingerprint: Another one whenever the file is written anew, replaced or moved; says nothing of its bytes.
    """

    path: str
    fingerprint: str


def listing(raw: str | Path) -> list[RawFile]:
    """Every file in raw/ that is a sheet, in order of folder and name. Reads no content and changes nothing.

    Args:
        raw: A folder, or the URL of a place on a store, such as `s3://bucket/raw`.

    Raises:
        RawError: it cannot be listed.
    """
    return Raw.at(raw).listing()


@dataclass(frozen=True)
class Raw:
    """The place where sheets lie: the filesystem it is on, its path there, and its name as a person is told."""

    files: fsspec.AbstractFileSystem
    path: str
    name: str

    @classmethod
    def at(cls, raw: str | Path) -> "Raw":
        """Make ready to list and fetch; connects to nothing yet. Raises RawError where no library knows the URL."""
        name = re.sub("//[^/@]*@", "//", str(raw))
        try:
            files, path = fsspec.url_to_fs(str(raw), use_listings_cache=False)
        except (ValueError, ImportError):
            raise RawError(f"{name} cannot be read; a folder or a URL such as s3://bucket/raw was expected.") from None
        return cls(files, path.rstrip("/"), name)

    def listing(self) -> list[RawFile]:
        """Every file that is a sheet, in order of folder and name; raises RawError where nobody can tell."""
        try:
            found = list(self._on_disk() if self._is_disk else self._on_store())
        except Exception as error:
            # Each store's library has errors of its own, with texts that may tell more than a log should hold.
            why = REASONS.get(type(error), type(error).__name__)
            reason = f"{self.name} cannot be listed ({why}); nothing was taken in, and nothing counts as removed."
            raise RawError(reason) from None
        files = (RawFile(place, digest(self.name, *facts)) for place, facts in found if _is_sheet(place))
        return sorted(files, key=lambda each: each.path.split("/"))

    def kept(self, root: Path) -> list[tuple[str, str, str]]:
        """Keep the bytes of every file that is a sheet in the lake; one that lies as it did is not fetched again.

        Returns:
            The place of each, the hash its bytes are kept under, and the reason where they could not be.

        Raises:
            RawError: Nobody can tell what lies there, or most of what lay there is gone.
        """
        path = store.manifest(root, "places")
        known = store.read_json(path) or {}
        now, kept, files = {}, [], self.listing()
        self._require_most(len(files), len(known))
        for file in files:
            fingerprint, sheet_hash = known.get(file.path, ("", ""))
            reason = ""
            if fingerprint != file.fingerprint or not store.original(root, sheet_hash).exists():
                try:
                    sheet_hash = store.keep_original(root, partial(self._fetch, file))
                except (SheetError, OSError) as error:
                    is_told = isinstance(error, SheetError)
                    reason = str(error) if is_told else "it cannot be opened; a readable file was expected"
                    sheet_hash = ""
            if not reason:
                now[file.path] = [file.fingerprint, sheet_hash]
            kept.append((file.path, sheet_hash, reason))
        if now != known:
            store.write_json(path, now)
        return kept

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

    def _fetch(self, file: RawFile, to: Path) -> None:
        """Copy a file as it was listed; raises SheetError where it changed since, OSError where it cannot be read."""
        path = f"{self.path}/{file.path}"
        try:
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
        return isinstance(self.files, LocalFileSystem)

    def _on_disk(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Place and inode of the files in the folders of a disk."""
        for folder in Path(self.path).iterdir():
            if FOLDER.fullmatch(folder.name) and folder.is_dir():
                for file in folder.iterdir():
                    if file.is_file():
                        yield f"{folder.name}/{file.name}", _of_inode(file)

    def _on_store(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Place and object of everything on a store below the path: a request a thousand objects, not one a folder."""
        for path, info in self.files.find(self.path, detail=True).items():
            yield path.removeprefix(f"{self.path}/"), _of_object(info)


def _is_sheet(place: str) -> bool:
    folder, _, name = place.partition("/")
    return bool(FOLDER.fullmatch(folder) and name and "/" not in name and not IGNORED.fullmatch(name))


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

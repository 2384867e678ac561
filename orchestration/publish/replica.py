"""The copy of a data root on a store: what another host needs to go on, and the releases for who reads them there.

What the house makes again from the rest (the warehouse, Dagster's log, dbt's) is not copied, nor is `raw/`: the bytes
of each sheet lie in the lake. The object `published/current` holds the name of the release that is current, and is
written last: whoever reads it finds that release whole. The filesystem library (fsspec) is chosen by the URL, and finds
a store's endpoint and credentials itself.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import files
from orchestration.build import draft
from orchestration.intake import store as lake
from orchestration.intake.given import DOCUMENTS
from orchestration.publish import release
from orchestration.settings import Settings

if TYPE_CHECKING:
    import fsspec

PUBLISHED, CURRENT = "published", "published/current"
# what people wrote, what was received, what was said, and what readers have
KEPT = (
    "layouts",
    *draft.GIVEN,
    DOCUMENTS,
    "channels.yml",
    "lake/originals",
    "lake/manifest",
    "lake/received",
    "evaluations",
    "editions",
    "history",
    "acknowledgements",
    "permissions",
    "outbox",
    PUBLISHED,
)
# what goes from the store once it has gone from here; of all else the store keeps what it has
FORGOTTEN = ("lake/received/", f"{PUBLISHED}/")
# what was copied of this data root, in it
NOTES = "replica.json"


class ReplicaError(Exception):
    """The copy cannot be made, or not be brought back; its text is the sentence."""


@dataclass(frozen=True)
class Copied:
    """What was copied: so many files, of so many bytes."""

    files: int
    bytes: int


def push(settings: Settings) -> Copied:
    """Copy what has changed since the last time to the store, the current release last; nothing where there is none.

    Args:
        settings: Where the data root and its replica are; no other run may be working.

    Raises:
        ReplicaError: The store cannot be reached, or holds what another data root put there meanwhile.
    """
    if not settings.replica:
        return Copied(0, 0)
    store, notes = _Store.at(settings.replica), _notes(settings.root)
    published = settings.current.resolve().name if settings.release.exists() else ""
    here = {file: _stat(settings.root / file) for file in _kept(settings.root)}
    with store.reached():
        store.require_ours(notes)
        there = store.sizes()
        new = [file for file, now in here.items() if there.get(file) != now[0] or notes["files"].get(file) != now]
        # noted before: a push that is killed between the two is ours still
        _note(settings.root, notes | {"next": published})
        store.put(settings.root, new)
        if published:
            store.write(CURRENT, published)
        store.remove([file for file in there if file not in here and file != CURRENT and file.startswith(FORGOTTEN)])
    _note(settings.root, {"current": published, "next": published, "files": here})
    return Copied(len(new), sum(here[file][0] for file in new))


def restore(settings: Settings) -> Copied:
    """Bring a data root back from its replica; the next night makes the rest.

    Args:
        settings: Where the replica is, and the data root, in which nothing may have been taken in or published.

    Raises:
        ReplicaError: The store cannot be reached or holds no replica, or the data root is in use.
    """
    root, store = settings.root, _Store.at(settings.replica)
    if any((root / name).exists() for name in ("lake", PUBLISHED)):
        raise ReplicaError(f"{root} has sheets or releases already: an empty data root was expected")
    with store.reached():
        published = store.current()
        # the oldest release is the first to be forgotten: in the order of their days, the current one last
        kept = [file for file in store.sizes() if file != CURRENT and file.startswith(KEPT)]
        kept.sort(key=lambda file: (file.startswith(f"{PUBLISHED}/{published}/"), file))
        if not kept:
            raise ReplicaError(f"{store.name} holds no replica")
        lake.lake(root)  # which nobody else may look into
        store.get(root, kept)
    if published:
        release.switch(settings, published)
    if settings.raw == str(root / "raw"):
        _lay_out_sheets(root)
    here = {file: _stat(root / file) for file in kept}
    _note(root, {"current": published, "next": published, "files": here})
    return Copied(len(kept), sum(size for size, _ in here.values()))


def current(settings: Settings) -> str:
    """The name of the release that is current on the store; empty where there is none.

    Raises:
        ReplicaError: The store cannot be reached.
    """
    store = _Store.at(settings.replica)
    with store.reached():
        return store.current()


@dataclass(frozen=True)
class _Store:
    """The place on a store: its filesystem, its path there, and its name as a person is told."""

    files: "fsspec.AbstractFileSystem"
    path: str
    name: str

    @classmethod
    def at(cls, url: str) -> "_Store":
        try:
            return cls(*files.locate(url))
        except ValueError as error:
            raise ReplicaError(f"{error}; a URL such as s3://bucket/casebook was expected") from None

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Say in a sentence that the store cannot be used: errors of its library may tell secrets."""
        try:
            yield
        except ReplicaError:
            raise
        except Exception as error:
            raise ReplicaError(f"{self.name} cannot be used ({type(error).__name__})") from None

    def current(self) -> str:
        """The name of the release that is current there; empty where there is none."""
        try:
            return self.files.cat_file(f"{self.path}/{CURRENT}").decode()
        except FileNotFoundError:
            return ""

    def require_ours(self, notes: Mapping[str, Any]) -> None:
        """Make sure that nobody else has put a release there since this data root did."""
        if (found := self.current()) not in ("", notes["current"], notes["next"]):
            raise ReplicaError(
                f"{self.name} holds the release {found}, which is not of this data root: another host works on it, or "
                "this data root is an old one; `casebook restore` in an empty data root goes on from what is there"
            )

    def sizes(self) -> dict[str, int]:
        """How large what lies there is, by its path in a data root."""
        try:
            found = self.files.find(self.path, detail=True)
        except FileNotFoundError:  # a folder of a disk that is still to be made
            return {}
        return {path.removeprefix(f"{self.path}/"): info["size"] for path, info in found.items()}

    def put(self, root: Path, new: Sequence[str]) -> None:
        self.files.put([str(root / file) for file in new], [f"{self.path}/{file}" for file in new])

    def get(self, root: Path, kept: Sequence[str]) -> None:
        self.files.get([f"{self.path}/{file}" for file in kept], [str(root / file) for file in kept])

    def write(self, file: str, text: str) -> None:
        self.files.pipe_file(f"{self.path}/{file}", text.encode())

    def remove(self, gone: Sequence[str]) -> None:
        if gone:
            self.files.rm([f"{self.path}/{file}" for file in gone])


def _kept(root: Path) -> Iterator[str]:
    """The files of a data root that are copied, but those that are just being written."""
    for name in KEPT:
        place = root / name
        for folder, folders, names in os.walk(place):
            folders[:] = [each for each in folders if not each.startswith(".")]
            within = Path(folder).relative_to(root)
            yield from (f"{within}/{each}" for each in names if not each.startswith("."))
        if place.is_file():
            yield name


def _stat(file: Path) -> list[int]:
    """The size of a file and when it was written: of another one, one of them is another."""
    known = file.stat()
    return [known.st_size, known.st_mtime_ns]


def _lay_out_sheets(root: Path) -> None:
    """Put the sheets back where people dropped them, as they lay there when they were last taken in."""
    for place, (_, sheet_hash) in (lake.read_json(lake.manifest(root, "places")) or {}).items():
        sheet, original = root / "raw" / place, lake.original(root, sheet_hash)
        if original.exists() and not sheet.exists():
            sheet.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.copy(original, sheet)


def _notes(root: Path) -> dict[str, Any]:
    return {"current": "", "next": "", "files": {}} | (lake.read_json(root / NOTES) or {})


def _note(root: Path, notes: Mapping[str, Any]) -> None:
    files.write(root / NOTES, json.dumps(notes))

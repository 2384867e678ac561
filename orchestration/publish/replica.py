"""The copy of a data root on a store: what another host needs to go on, and the releases for who reads them there.

What the house makes again from the rest (the warehouse, Dagster's log, dbt's) is not copied, nor is `raw/`: the bytes
of each sheet lie in the lake. The object `published/current` holds the name of the release that is current, and is
written last: whoever reads it finds that release whole.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import files
from orchestration.build import draft
from orchestration.intake import store as lake
from orchestration.intake.given import DOCUMENTS
from orchestration.publish import release
from orchestration.settings import Settings
from orchestration.stores import Store, StoreError

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
        StoreError: The store cannot be reached, or holds what another data root put there meanwhile.
    """
    if not settings.replica:
        return Copied(0, 0)
    store, notes = Store.at(settings.replica), _notes(settings.root)
    published = settings.current.resolve().name if settings.release.exists() else ""
    here = {file: _stat(settings.root / file) for file in _kept(settings.root)}
    with store.reached():
        _require_ours(store, notes)
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
        StoreError: The store cannot be reached or holds no replica, or the data root is in use.
    """
    root, store = settings.root, Store.at(settings.replica)
    if any((root / name).exists() for name in ("lake", PUBLISHED)):
        raise StoreError(f"{root} has sheets or releases already: an empty data root was expected")
    with store.reached():
        published = _current(store)
        # the oldest release is the first to be forgotten: in the order of their days, the current one last
        kept = [file for file in store.sizes() if file != CURRENT and file.startswith(KEPT)]
        kept.sort(key=lambda file: (file.startswith(f"{PUBLISHED}/{published}/"), file))
        if not kept:
            raise StoreError(f"{store.name} holds no replica")
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
        StoreError: The store cannot be reached.
    """
    store = Store.at(settings.replica)
    with store.reached():
        return _current(store)


def _current(store: Store) -> str:
    """The name of the release that is current there; empty where there is none."""
    try:
        return store.read(CURRENT)
    except FileNotFoundError:
        return ""


def _require_ours(store: Store, notes: Mapping[str, Any]) -> None:
    """Make sure that nobody else has put a release there since this data root did."""
    if (found := _current(store)) not in ("", notes["current"], notes["next"]):
        raise StoreError(
            f"{store.name} holds the release {found}, which is not of this data root: another host works on it, or "
            "this data root is an old one; `casebook restore` in an empty data root goes on from what is there"
        )


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

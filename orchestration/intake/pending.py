"""What lies in raw/ and waits, or is not read, as far as it shows without reading a sheet."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from orchestration.intake import duckdb_session, mapping, store
from orchestration.intake.files import Dropped, same_as, set_aside
from orchestration.intake.ingest import changed_in, state_of
from orchestration.intake.raw import Raw
from orchestration.intake.sheet import SheetError

# so many files that no night has read are looked at beside one that is only tried
AT_MOST = 200


def unprocessed(root: Path, processed: Mapping[str, list[str]], raw: str | Path) -> tuple[list[str], list[str]]:
    """What the next run would take in and work on, as far as it shows without reading a sheet. Changes nothing.

    Args:
        root: The data root.
        processed: What has been worked on so far (see `remember`).
        raw: Where the files lie.

    Returns:
        The places of files that came, changed or went since the last intake; and the months, `YYYY-MM` or `undated`,
        whose rows as taken in then have not been worked on.

    Raises:
        RawError: nobody can tell what lies there.
    """
    known = store.read_json(store.manifest(root, "places")) or {}
    now = {file.path: file.fingerprint for file in Raw.at(raw).listing() if not file.reason}
    moved = [place for place in now.keys() | known.keys() if now.get(place) != known.get(place, [None])[0]]
    hashes = {sheet_hash for _, sheet_hash in known.values()}
    documents = [store.read_json(store.manifest(root, sheet_hash)) for sheet_hash in hashes]
    parts = [part for document in documents if document for part in document["parts"]]
    return sorted(moved), sorted(changed_in(state_of(parts), processed))


def lay_waiting(root: Path, raw: str | Path, other: Path) -> tuple[set[str], int]:
    """Have what came or changed since the last intake lie in another data root as it lies in its own.

    Args:
        root: The data root.
        raw: Where its files lie.
        other: The other data root.

    Returns:
        The places of what came, changed or went since; and how many of these files are not laid there: those beyond
        `AT_MOST`, and those that cannot be read.

    Raises:
        RawError: nobody can tell what lies there.
    """
    known, kept = store.read_json(store.manifest(root, "places")) or {}, Raw.at(raw)
    files = {file.path: file for file in kept.listing() if not file.reason}
    new = [file for file in files.values() if known.get(file.path, [None])[0] != file.fingerprint]
    laid = 0
    for file in new[:AT_MOST]:
        to = other / "raw" / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        with suppress(SheetError, OSError):  # the night will tell
            kept.fetch(file, to)
            laid += 1
    return {file.path for file in new} | (known.keys() - files.keys()), len(new) - laid


def sheets_set_aside(root: Path, raw: str | Path) -> list[str]:
    """Why what lies in raw/ now is not read, a sentence each; what no intake has seen yet is left out. Changes nothing.

    Args:
        root: The data root.
        raw: Where the files lie.

    Raises:
        RawError: nobody can tell what lies there.
    """
    known = store.read_json(store.manifest(root, "places")) or {}
    sentences: list[str] = []
    for file in Raw.at(raw).listing():
        fingerprint, sheet_hash = known.get(file.path, ("", ""))
        dropped = Dropped(PurePosixPath(file.path), sheet_hash)
        if file.reason:
            sentences += _sentences_of(set_aside(f"{dropped.place}: {file.reason}."))
        elif fingerprint == file.fingerprint and (document := store.read_json(store.manifest(root, sheet_hash))):
            is_other = document["place"] != dropped.place
            sentences += _sentences_of(same_as(dropped, document["place"]) if is_other else document)
    return [*sentences, *_unusable_layouts(root)]


def _sentences_of(document: Mapping[str, Any]) -> Iterator[str]:
    """What a manifest says of what was not read."""
    for sheet in document["sheets"]:
        if sheet["set_aside"]:
            yield sheet["set_aside"]
        elif not sheet["kind"]:
            yield from sheet["notes"]


def _unusable_layouts(root: Path) -> list[str]:
    if not (root / "layouts").exists():
        return []
    with duckdb_session.shared() as con:
        _, problems = mapping.load(con, root)
    return [f"{reason}." for reason in problems.values()]

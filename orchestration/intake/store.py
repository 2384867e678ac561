"""The lake: the originals, the manifest of what was made of each file, and how a file is written there."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.files import settle, settle_all, sha256, temporary, write


def lake(root: Path) -> Path:
    """The restricted zone, made readable to its owner alone."""
    folder = root / "lake"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


@contextmanager
def turn(root: Path) -> Iterator[None]:
    """Wait until nobody else takes anything in; then remove what one who was killed has left behind."""
    with (lake(root) / "turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(root)
        try:
            yield
        finally:
            shutil.rmtree(staging(root), ignore_errors=True)


def _sweep(root: Path) -> None:
    """Remove files that never got their name, and rows of files that were not read to their end."""
    shutil.rmtree(staging(root), ignore_errors=True)
    staging(root).mkdir()
    for begun in (root / "lake").rglob(".*.tmp"):
        begun.unlink()


def staging(root: Path) -> Path:
    """Where rows lie until their file has been read to its end; what is left there is of no use to anybody."""
    return root.joinpath("lake", "staging")


def original(root: Path, sheet_hash: str) -> Path:
    """Where the bytes of a file are kept, by their SHA-256 in hexadecimal."""
    return root.joinpath("lake", "originals", sheet_hash)


def keep_original(root: Path, fetch: Callable[[Path], None], unsettled: list[Path] | None = None) -> str:
    """Keep the bytes that `fetch` writes to a path under their hash, and give the hash; raises what `fetch` does.

    Args:
        root: The data root.
        fetch: Writes them.
        unsettled: Where given, bytes that were not kept before are noted here and may not be on disk yet: nothing may
            tell of them until whoever asks has brought them there (`settle_all`).
    """
    with temporary(original(root, "fetched")) as fetched:
        fetch(fetched)
        sheet_hash = sha256(fetched)
        kept = original(root, sheet_hash)
        if unsettled is None or kept.exists():
            settle(fetched)
        else:
            unsettled.append(kept)
        fetched.replace(kept)
    return sheet_hash


def read_json(path: Path) -> dict[str, Any] | None:
    """A document of the manifest, or None where there is none, or a torn one."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document of the manifest."""
    write(path, _text(document))


def write_together(documents: Mapping[Path, dict[str, Any]]) -> None:
    """Write documents of the manifest: all are on disk before the first of them takes its name."""
    with ExitStack() as stack:
        begun = {path: stack.enter_context(temporary(path)) for path in documents}
        for path, beside in begun.items():
            beside.write_text(_text(documents[path]), "utf-8")
        settle_all(begun.values())
        for path, beside in begun.items():
            beside.replace(path)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, default=datetime.isoformat)  # indented it takes ten times as long


def manifest(root: Path, name: str) -> Path:
    """Where the manifest of a file lies, by its hash."""
    return root.joinpath("lake", "manifest", f"{name}.json")


def digest(*parts: object) -> str:
    """A short fingerprint of values that have a faithful repr."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

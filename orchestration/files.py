"""Files that a reader finds whole or not at all: written beside their place, brought to disk, then renamed."""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


@contextmanager
def temporary(path: Path) -> Iterator[Path]:
    """A path to write to before a file takes its name, beside it; what is left there in the end is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def write(path: Path, content: Callable[[Path], object] | bytes | str) -> None:
    """Write a file so that it appears, or replaces the one before it, in one step, also through a power cut.

    Args:
        path: Where the file shall be; its folder is made.
        content: Its bytes; a text, written in UTF-8; or what writes the file to the path it is given.
    """
    with temporary(path) as beside:
        if callable(content):
            content(beside)
        else:
            beside.write_bytes(content.encode() if isinstance(content, str) else content)
        settle(beside)
        beside.replace(path)


def note(folder: Path, about: str, said: Mapping[str, object], now: datetime) -> Path:
    """Note what somebody said, in a file of its own that is never changed; its name says when, and of what.

    Args:
        folder: Where such notes lie; it is made.
        about: What is spoken of, such as the number of a finding.
        said: What was said, as JSON; days and moments as ISO text.
        now: When, in UTC.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%S%f}-{about}.json"
    with path.open("x", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, default=str)
    return path


def settle(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

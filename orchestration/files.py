"""Files that a reader finds whole or not at all: written beside their place, brought to disk, then renamed.

What a disk damages later is left out where it is one of many, and reported.
"""

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

# so many files are brought to disk at once
AT_ONCE = 16


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


class PlaceError(Exception):
    """A folder holds something else than what is to be written there, and stays; the message says what to do."""


@contextmanager
def new_folder(place: Path, mark: str) -> Iterator[Path]:
    """A folder to fill before it takes the place of another; where filling it fails, the one before stays as it was.

    Who else writes there waits until it has taken its place: the last to begin is the one that stays.

    Args:
        place: Where it shall be: nothing is there, or an empty folder, or one with the mark.
        mark: The name of a file that each folder of this sort has.

    Raises:
        PlaceError: Something else is there.
    """
    if place.exists() and not (place / mark).exists() and (place.is_file() or any(place.iterdir())):
        raise PlaceError(f"{place} holds something else: name a folder that is empty, or not there yet")
    place.parent.mkdir(parents=True, exist_ok=True)
    beside, before = (place.with_name(f".{place.name}.{word}") for word in ("new", "old"))
    with place.with_name(f".{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _clear(place, beside, before)  # what somebody who was killed has left: nobody else is writing
        beside.mkdir()
        try:
            yield beside
            settle_all([*(path for path in beside.rglob("*") if path.is_file()), beside])
            if place.exists():
                place.rename(before)
            beside.rename(place)
        finally:
            _clear(place, beside, before)


def _clear(place: Path, beside: Path, before: Path) -> None:
    """Remove what is beside a folder; the one before it is put back where nothing has taken its place."""
    if before.exists() and not place.exists():
        before.rename(place)
    for left in (beside, before):
        shutil.rmtree(left, ignore_errors=True)


def note(folder: Path, about: str, content: Mapping[str, object], now: datetime) -> Path:
    """Note what somebody said, in a file of its own that is never changed; its name says when, and of what.

    Args:
        folder: Where such notes lie; it is made.
        about: What is spoken of, such as the number of a finding.
        content: What they said, as JSON; days and moments as ISO text.
        now: When, in UTC.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%S%f}-{about}.json"
    with path.open("x", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, default=str)
    return path


def copy_given(root: Path, names: Iterable[str], to: Path) -> None:
    """Copy files and folders of a data root into another one: those of the names that are there."""
    for name in names:
        if (given := root / name).is_dir():
            shutil.copytree(given, to / name)
        elif given.exists():
            shutil.copyfile(given, to / name)


def copy(source: Path, target: Path) -> None:
    """Copy a file; where the file system can share blocks between two files, it does, and a copy costs nothing.

    Args:
        source: What is copied.
        target: Where to; what stands there is replaced.
    """
    if not hasattr(os, "copy_file_range"):  # not Linux
        shutil.copyfile(source, target)
        return
    with source.open("rb") as read, target.open("wb") as written:
        size = os.fstat(read.fileno()).st_size
        while size and (copied := os.copy_file_range(read.fileno(), written.fileno(), size)):
            size -= copied


def sha256(path: Path) -> str:
    """The fingerprint of what a file holds."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def undamaged(paths: Iterable[Path], read: Callable[[list[Path]], pa.Table]) -> pa.Table:
    """Read the Parquet files of a log, without those that a disk has damaged (`damaged` names them).

    Args:
        paths: The files.
        read: Reads some of them.

    Raises:
        OSError, pa.ArrowException, duckdb.Error: They cannot be read together, though each can by itself.
    """
    given = list(paths)
    try:
        return read(given)
    except (OSError, pa.ArrowException, duckdb.Error):
        bad = damaged(given)
        if not bad:
            raise
        return read([path for path in given if path not in bad])


def damaged(paths: Iterable[Path]) -> list[Path]:
    """Those Parquet files that cannot be read to their end."""
    return [path for path in paths if not _is_read(path)]


def _is_read(path: Path) -> bool:
    try:
        pq.read_table(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def is_readable(database: Path, sha256_left: str | None) -> bool:
    """Whether a DuckDB file can be read to its end.

    Args:
        database: The file; one that is not there cannot be read.
        sha256_left: The fingerprint whoever wrote it left it with: one that has it still is whole.
    """
    if not database.exists():
        return False
    if sha256_left == sha256(database):
        return True
    try:
        with duckdb.connect(database, read_only=True) as connection:
            tables = "select format('{}.{}', schema_name, table_name) from duckdb_tables() where not temporary"
            for (table,) in connection.execute(tables).fetchall():
                connection.execute(f"select max(hash(rows)) from {table} as rows").fetchall()
    except duckdb.Error:
        return False
    return True


def settle(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle_all(paths: Collection[Path]) -> None:
    """Wait until files are on disk: many at once take a third of the time they take one after the other."""
    if paths:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(settle, paths))

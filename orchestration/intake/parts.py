"""The received rows of one file on their way into the lake: a staged Parquet file a kind and month."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import files
from orchestration.intake import store
from orchestration.intake.contract import Kind
from orchestration.intake.ordering import MANY, MONTH, WORDS, Run, as_stored, by_month, completed, filled, give_back
from orchestration.months import key_of

# About a million rows of forty columns: each time that they are written, every month costs a row group. What is
# gathered is written when it is more, so that memory does not grow with the file, and stays below what one may take.
GATHERED = 320 << 20
# handing a column to a thread takes longer than so few rows of it
FEW = 4096


class Parts:
    """Gathers the rows of one file, piece by piece, and stores them when all are there; else nothing is left of them.

    Used in a `with` statement. Rows of a month keep the order in which they came.
    """

    def __init__(self, root: Path, sheet_hash: str) -> None:
        self._staging, self._hash = store.staging(root), sheet_hash
        self._gathered: dict[str, list[pa.Table]] = {}
        self._size = 0
        self._schemas: dict[str, pa.Schema] = {}
        self._parts: dict[tuple[str, date | None], _Part] = {}
        self._is_stored = False
        self._threads = ThreadPoolExecutor(os.cpu_count())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # first, so that no thread begins a file any more when what was begun is removed
        self._threads.shutdown(cancel_futures=True)
        for part in () if self._is_stored else self._parts.values():
            part.remove()

    def add(self, kind: Kind, rows: pa.Table, months: pa.Array, shared: dict[str, Any]) -> None:
        """Gather some rows.

        Args:
            kind: Their kind, whose schema they are stored under; a column that is not there is empty.
            rows: The rows, under our columns.
            months: First day of the month of each; null where it has none.
            shared: The provenance that all of them share, by column.
        """
        rows = rows.append_column(MONTH, months)
        if kind.name not in self._schemas:
            self._schemas[kind.name] = as_stored(kind.schema, rows)
        completed_rows = completed(rows, shared | {"sheet_hash": self._hash}, self._schemas[kind.name], self._run(rows))
        self._gathered.setdefault(kind.name, []).append(completed_rows)
        before, self._size = self._size, self._size + completed_rows.nbytes
        if self._parts and before < GATHERED // 2 <= self._size:
            give_back(MANY)
        if self._size >= GATHERED:
            self._write()

    def store(self) -> list[dict[str, Any]]:
        """Stage all that was added as whole files, and give what the manifest says of each kind and month."""
        self._write(is_rest=True)
        kinds = list(self._schemas)
        keys = sorted(self._parts, key=lambda key: (kinds.index(key[0]), key[1] or date.max))
        run = self._threads.map if len(keys) > 1 else map
        stored = list(run(_Part.store, [self._parts[key] for key in keys]))
        self._is_stored = True
        return stored

    def _write(self, is_rest: bool = False) -> None:
        """Write what is gathered, a row group for each kind and month.

        Where it is all there is of a kind, columns without anything in them are left out: of five rows, half the work.
        """
        begun = {kind for kind, _ in self._parts}
        for kind in list(self._gathered):
            rows = self._taken(kind, is_rest and kind not in begun)
            count, run = rows.num_rows, self._run(rows)
            give_back(count)
            months = by_month(rows, run)
            del rows  # its columns are let go of as soon as they are in order
            list(run(partial(self._write_month, kind), months))
            give_back(count)
        self._size = 0

    def _taken(self, kind: str, is_whole: bool) -> pa.Table:
        """What is gathered of a kind, and is not any more."""
        pieces = self._gathered.pop(kind)
        if is_whole:
            return filled(pa.concat_tables(pieces, promote_options="default"))
        return pa.concat_tables([self._schemas[kind].empty_table(), *pieces], promote_options="default")

    def _run(self, rows: pa.Table) -> Run:
        return self._threads.map if rows.num_rows > FEW else map

    def _write_month(self, kind: str, rows_of: tuple[date | None, Callable[[], pa.Table]]) -> None:
        month, made = rows_of
        self._part(kind, month).write(made())

    def _part(self, kind: str, month: date | None) -> "_Part":
        if (kind, month) not in self._parts:
            key = key_of(month) if month else None
            path = f"received/{kind}/{key or 'undated'}/{self._hash}.parquet"
            self._parts[kind, month] = _Part({"kind": kind, "month": key, "path": path}, self._staging / path)
        return self._parts[kind, month]


@dataclass
class _Part:
    """The rows of one kind and month: a Parquet file in staging, which nobody reads before all of its file is there."""

    part: dict[str, Any]
    path: Path
    rows: int = 0
    file: pa.NativeFile | None = None
    writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table) -> None:
        """Write some rows as a row group."""
        if self.writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = pa.OSFile(str(self.path), "wb")
            self.writer = _writer(self.file, rows.schema)
        self.writer.write_table(rows)
        self.rows += rows.num_rows

    def store(self) -> dict[str, Any]:
        """Write the end of the file, and tell of it what the manifest says."""
        self._close()
        return self.part | {"rows": self.rows, "bytes": self.path.stat().st_size, "content": files.sha256(self.path)}

    def remove(self) -> None:
        """Leave nothing of it."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self.writer and self.file:
            self.writer.close()
            self.file.close()


def take_over(root: Path, parts: Iterable[Mapping[str, Any]]) -> None:
    """Bring staged parts into the lake, once the whole of their file has been read."""
    for part in parts:
        path = root.joinpath("lake", part["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        store.staging(root).joinpath(part["path"]).replace(path)


def is_stored(root: Path, part: dict[str, Any]) -> bool:
    """Whether a part the manifest tells of is there as it was written.

    Parts are not forced to the disk one by one, which would take longer than all else. One that was lost when the power
    failed, or that a disk has damaged since, is then made anew from the original.
    """
    path = root / "lake" / part["path"]
    return path.exists() and path.stat().st_size == part.get("bytes") and files.sha256(path) == part["content"]


def write_empty(root: Path, kind: Kind) -> None:
    """Make sure that a kind has a Parquet file of its schema and no rows."""
    path = root / "lake" / "received" / kind.name / "empty.parquet"
    sink, none = pa.BufferOutputStream(), kind.schema.empty_table()
    with _writer(sink, none.schema) as begun:
        begun.write_table(none)
    content = sink.getvalue()
    if not path.exists() or path.read_bytes() != content.to_pybytes():
        files.write(path, content.to_pybytes())


def _writer(to: Any, schema: pa.Schema) -> pq.ParquetWriter:
    words = [column.name for column in schema if column.type == WORDS]
    return pq.ParquetWriter(to, schema, use_dictionary=words, write_statistics=False, store_schema=False)

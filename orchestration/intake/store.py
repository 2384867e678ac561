"""The lake: originals, received rows by kind and month, and the manifest of what was made of each file."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.intake.contract import Kind
from orchestration.intake.sheet import SheetError

CHUNK = 1 << 20


def lake(root: Path) -> Path:
    """The restricted zone, made readable to its owner alone."""
    folder = root / "lake"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_original(root: Path, path: Path, sheet_hash: str) -> Path:
    """Copy a file into the lake under its hash, and give the copy; raises SheetError if it changed meanwhile."""
    kept = root / "lake" / "originals" / sheet_hash
    if not kept.exists():
        with path.open("rb") as stream:
            _write(kept, iter(lambda: stream.read(CHUNK), b""), sheet_hash)
    return kept


def write_rows(root: Path, kind: Kind, rows: pa.Table, origin: dict[str, Any]) -> list[dict[str, Any]]:
    """Store rows of one file and kind, one Parquet file a month, and give what the manifest says of each.

    Args:
        root: The data root.
        kind: Their kind, whose schema they are stored under.
        rows: Columns of the kind and the provenance that differs within a file, `received_month` included.
        origin: The provenance that is the same for the whole file.
    """
    stored = []
    for month, part in _by_month(rows):
        constants = {
            name: pa.repeat(pa.scalar(value, kind.schema.field(name).type), part.num_rows)
            for name, value in origin.items()
        }
        columns = dict(zip(part.column_names, part.columns, strict=True)) | constants
        table = pa.table({name: columns[name] for name in kind.schema.names}).cast(kind.schema)
        path = parquet_path(root, kind.name, month, origin["sheet_hash"])
        content = _write(path, [_parquet(table)])
        stored.append({"kind": kind.name, "month": _key(month), "rows": part.num_rows, "content": content})
    return stored


def write_empty(root: Path, kind: Kind) -> None:
    """Make sure that a kind has a Parquet file of its schema and no rows."""
    path = root / "lake" / "received" / kind.name / "empty.parquet"
    content = _parquet(kind.schema.empty_table())
    if not path.exists() or path.read_bytes() != content.to_pybytes():
        _write(path, [content])


def parquet_path(root: Path, kind: str, month: date | None, sheet_hash: str) -> Path:
    """Where the rows of one file, kind and month lie."""
    return root / "lake" / "received" / kind / (_key(month) or "undated") / f"{sheet_hash}.parquet"


def read_json(path: Path) -> dict[str, Any] | None:
    """A document of the manifest, or None where there is none, or a torn one."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document of the manifest."""
    _write(path, [json.dumps(document, ensure_ascii=False, indent=1, default=datetime.isoformat).encode()])


def manifest(root: Path, name: str) -> Path:
    """Where the manifest of a file lies, by its hash."""
    return root / "lake" / "manifest" / f"{name}.json"


def _by_month(rows: pa.Table) -> Iterator[tuple[date | None, pa.Table]]:
    """The rows month by month, in order, undated ones last."""
    months = rows.column("received_month").combine_chunks()
    distinct = pc.unique(months)
    if len(distinct) <= 1:
        yield from ((month.as_py(), rows) for month in distinct)
        return
    order = pc.sort_indices(months)
    numbers = pc.fill_null(months.cast(pa.int32()), np.iinfo(np.int32).max).take(order).to_numpy()
    bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1), len(numbers)]
    # Taken month by month, so that no second copy of the whole sheet is ever in memory.
    whole = rows.combine_chunks()
    for start, end in zip(bounds[:-1], bounds[1:], strict=True):
        indices = order.slice(start, end - start)
        yield months[indices[0].as_py()].as_py(), whole.take(indices)


def _key(month: date | None) -> str | None:
    return f"{month:%Y-%m}" if month else None


def _parquet(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def _write(path: Path, parts: Any, expected: str | None = None) -> str:
    """Write a file so that it is there wholly or not at all, and give the SHA-256 of its content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            for part in parts:
                digest.update(part)
                stream.write(part)
            stream.flush()
            os.fsync(stream.fileno())
        if expected and digest.hexdigest() != expected:
            raise SheetError("the file changed while it was read; it will be read when it lies still")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest()

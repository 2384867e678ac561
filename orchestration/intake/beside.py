"""What lies in raw/ beside a sheet that is only tried: the same bytes, its name, and sheets with numbers in common.

What lies there is what an intake took in; nothing of it is changed.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from orchestration.intake import contract, duckdb_session, store
from orchestration.intake.contract import Kind
from orchestration.intake.ingest import Intake
from orchestration.intake.parts import is_stored


@dataclass(frozen=True)
class Beside:
    """A sheet that lies in raw/ beside the one that is tried.

    Attributes:
        place: Where it lies, as `2025-01/deaths.csv`.
        sheet_hash: The hash its bytes are kept under.
        is_same: Whether its bytes are the same.
        is_replaced: Whether it lies where the other one is to lie, and goes when that comes.
        records: How many records it has.
        shared: How many of their numbers the other one has too.
    """

    place: str
    sheet_hash: str
    is_same: bool
    is_replaced: bool
    records: int
    shared: int


def beside(root: Path, tried: Intake, place: str, sheet_hash: str) -> list[Beside]:
    """The sheets that lie beside one that is tried and have to do with it.

    Args:
        root: The data root they lie in.
        tried: What was made of the one that is tried, by itself.
        place: Where it is to lie.
        sheet_hash: The hash of its bytes.
    """
    found = []
    with duckdb_session.shared() as con:
        kinds = {name: kind for name, kind in contract.load(con).kinds.items() if kind.columns[0].endswith("_id")}
        for name, kind in kinds.items():
            _lay_numbers(con, f"of_{name}", kind, [path for _, path in tried.files[name]])
        for other, other_hash in _places(root).items():
            is_same, is_replaced = other_hash == sheet_hash, other == place
            records, shared = (0, 0) if is_same else _numbers_in(con, root, kinds, other_hash)
            if is_same or is_replaced or shared:
                found.append(Beside(other, other_hash, is_same, is_replaced, records, shared))
    return found


def lay_beside(root: Path, other: Beside, trial: Path) -> None:
    """Have a sheet lie in another data root as it does in its own: as it was sent, as it was read, and since when."""
    raw = trial / "raw" / other.place
    raw.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(store.original(root, other.sheet_hash), raw)
    document = _manifest(root, other.sheet_hash)
    store.write_json(store.manifest(trial, other.sheet_hash), document)
    for part in (part for part in document["parts"] if is_stored(root, part)):
        copy = trial / "lake" / part["path"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "lake" / part["path"], copy)


def _places(root: Path) -> dict[str, str]:
    """Where what lies in raw/ lies, with the hash of its bytes."""
    known = store.read_json(store.manifest(root, "places")) or {}
    return {place: sheet_hash for place, (_, sheet_hash) in known.items() if PurePosixPath(place).name}


def _manifest(root: Path, sheet_hash: str) -> dict[str, Any]:
    return store.read_json(store.manifest(root, sheet_hash)) or {"parts": []}


def _numbers_in(
    con: duckdb.DuckDBPyConnection, root: Path, kinds: Mapping[str, Kind], sheet_hash: str
) -> tuple[int, int]:
    """How many records a sheet has, and how many of their numbers the one that is tried has too."""
    records = shared = 0
    for kind, paths in _parts_by_kind(root, sheet_hash):
        if kind not in kinds:
            continue
        _lay_numbers(con, "of_other", kinds[kind], paths)
        query = f"select count(*), count(*) filter (number in (from of_{kind})) from of_other"
        of_kind, of_both = con.execute(query).fetchone()  # type: ignore[misc]
        records, shared = records + of_kind, shared + of_both
    return records, shared


def _parts_by_kind(root: Path, sheet_hash: str) -> Iterator[tuple[str, list[Path]]]:
    paths: dict[str, list[Path]] = {}
    for part in _manifest(root, sheet_hash)["parts"]:
        if (path := root / "lake" / part["path"]).exists():
            paths.setdefault(part["kind"], []).append(path)
    yield from paths.items()


def _lay_numbers(con: duckdb.DuckDBPyConnection, name: str, kind: Kind, paths: list[Path]) -> None:
    """A table of the different numbers of records in some received files, as they are written there."""
    con.execute(f"create or replace temp table {name} (number varchar)")
    if paths:
        query = f"""insert into {name} select distinct record_number(bare({kind.columns[0]})) as number
            from read_parquet(?, union_by_name = true) where number is not null"""
        con.execute(query, [list(map(str, paths))])

"""One night's intake: what lies in raw/ now, where its rows are, and which months it changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from orchestration.intake import contract as contracts
from orchestration.intake import duckdb_session, layouts, store
from orchestration.intake.files import Dropped, FileReader, set_aside
from orchestration.intake.mapping import Mapper
from orchestration.intake.parts import write_empty
from orchestration.intake.raw import Raw
from orchestration.months import key_of, month_of


@dataclass(frozen=True)
class Intake:
    """What lies in raw/ now.

    Attributes:
        sheets: One row a sheet, under the columns of the source table `received_sheets`. A layout that was set aside
            has a row too, in the folder `layouts`.
        parts: How many rows each sheet brought for a kind and month, under the columns of `received_parts`.
        changed_months: First days of the months whose received rows differ from the what was worked on so far.
        undated_changed: Whether the rows without a usable month do.
        files: By kind, the Parquet files that hold the current rows, each with its month (None for undated rows).
        state: The fingerprints of these files, by kind and month.
    """

    sheets: pa.Table
    parts: pa.Table
    changed_months: list[date]
    undated_changed: bool
    files: dict[str, list[tuple[date | None, Path]]]
    state: dict[str, list[str]]


def take_in(
    root: Path,
    received_at: datetime,
    business_date: date,
    processed: Mapping[str, list[str]] | None = None,
    raw: str | Path | None = None,
) -> Intake:
    """Take in every file that lies in raw/.

    Args:
        root: The data root.
        received_at: The moment noted for files seen for the first time.
        business_date: The day the run is for; rows documented after its month count as undated.
        processed: What has been worked on so far (see `remember`); nothing where not given.
        raw: Where the files lie, a folder or the URL of a place on a store; `raw/` in the data root where not given.

    Returns:
        What lies there now. A file or tab that cannot be used is listed as set aside, with its reason; none raises.

    Raises:
        RawError: nobody can tell what lies there.
    """
    store.lake(root)
    folder = root / "raw"
    if raw in (None, folder, str(folder)):
        folder.mkdir(exist_ok=True)
    with duckdb_session.connect() as con:
        contract = contracts.load(con)
        usable, problems = layouts.load(con, contract, (layouts.SHIPPED, root / "layouts"))
        for kind in contract.kinds.values():
            write_empty(root, kind)
        reader = FileReader(root, Mapper(con, contract, usable), received_at, business_date.replace(day=1))
        rows = [_line("layouts", path.name, "", {"set_aside": f"{reason}."}) for path, reason in problems.items()]
        manifests = []
        for dropped, document in _received(root, Raw.at(raw or folder), reader):
            rows += [
                _line(dropped.folder, dropped.path.name, dropped.sheet_hash, sheet, document.get("received_at"))
                | {"headings": reader.headings(dropped, sheet)}
                for sheet in document["sheets"]
            ]
            manifests.append(document)
        sheets = pa.Table.from_pylist(rows, schema=contract.sheets)
        parts = [part for each in manifests for part in each["parts"]]
        return _intake(root, sheets, contract, parts, processed or {})


def remember(
    processed: Mapping[str, list[str]], state: Mapping[str, list[str]], months: Collection[date]
) -> dict[str, list[str]]:
    """What was worked on so far, after a run over some months has succeeded; until then they stay changed.

    Args:
        processed: What was worked on before.
        state: The `state` of the intake the run worked with.
        months: First days of the months it worked on; rows without a month are always worked on.
    """
    done = {_key(month) for month in [*months, None]}
    kept = {key: value for key, value in processed.items() if key.split("/")[1] not in done}
    return kept | {key: value for key, value in state.items() if key.split("/")[1] in done}


def let_go(root: Path, raw: str | Path) -> None:
    """Go on without the sheets that are gone from raw/, however many they are; a person has said so.

    Raises:
        RawError: nobody can tell what lies there.
    """
    Raw.at(raw).let_go(root)


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
    now = {file.path: file.fingerprint for file in Raw.at(raw).listing()}
    moved = [place for place in now.keys() | known.keys() if now.get(place) != known.get(place, [None])[0]]
    hashes = {sheet_hash for _, sheet_hash in known.values()}
    documents = [store.read_json(store.manifest(root, sheet_hash)) for sheet_hash in hashes]
    parts = [part for document in documents if document for part in document["parts"]]
    return sorted(moved), sorted(_changed(_state(parts), processed))


def _received(root: Path, raw: Raw, reader: FileReader) -> Iterator[tuple[Dropped, dict[str, Any]]]:
    """Every file in raw/ with its manifest, in order of place; the same bytes only once."""
    seen: set[str] = set()
    for place, sheet_hash, reason in raw.kept(root):
        dropped = Dropped(PurePosixPath(place), sheet_hash)
        if reason:
            yield dropped, set_aside(f"{dropped.place}: {reason}.")
        elif sheet_hash not in seen:
            seen.add(sheet_hash)
            yield dropped, reader.receive(dropped)


def _intake(
    root: Path,
    sheets: pa.Table,
    contract: contracts.Contract,
    parts: list[dict[str, Any]],
    processed: Mapping[str, list[str]],
) -> Intake:
    """Compare what lies there now with what was worked on."""
    state = _state(parts)
    files: dict[str, list[tuple[date | None, Path]]] = {kind: [] for kind in contract.kinds}
    for part in _in_order(parts):
        files[part["kind"]].append((_month(part["month"]), root / "lake" / part["path"]))
    changed = _changed(state, processed)
    months = sorted(month_of(key) for key in changed - {"undated"})
    counted = [_counted(part) for part in parts]
    return Intake(
        sheets, pa.Table.from_pylist(counted, schema=contract.parts), months, "undated" in changed, files, state
    )


def _in_order(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: (part["kind"], part["month"] or "9999", part["path"]))


def _state(parts: list[dict[str, Any]]) -> dict[str, list[str]]:
    state: dict[str, list[str]] = {}
    for part in _in_order(parts):
        state.setdefault(f"{part['kind']}/{part['month'] or 'undated'}", []).append(part["content"])
    return state


def _changed(state: Mapping[str, list[str]], processed: Mapping[str, list[str]]) -> set[str]:
    return {key.split("/")[1] for key in state.keys() | processed.keys() if state.get(key) != processed.get(key)}


def _key(month: date | None) -> str:
    return key_of(month) if month else "undated"


def _counted(part: dict[str, Any]) -> dict[str, Any]:
    month = {"received_month": _month(part["month"])}
    return {"sheet_hash": Path(part["path"]).stem, "kind": part["kind"], "row_count": part["rows"], **month}


def _month(key: str | None) -> date | None:
    return month_of(key) if key else None


def _line(
    folder: str, file_name: str, sheet_hash: str, sheet: dict[str, Any], received_at: str | None = None
) -> dict[str, Any]:
    line = {"tab": sheet.get("tab", ""), "kind": sheet.get("kind"), "received_rows": sheet.get("rows", 0)}
    line |= {
        "layout": sheet.get("layout"),
        "set_aside": sheet["set_aside"],
        "notes": "\n".join(sheet.get("notes", ())) or None,
        "received_at": datetime.fromisoformat(received_at) if received_at else None,
    }
    return {"folder": folder, "file_name": file_name, "sheet_hash": sheet_hash, **line}

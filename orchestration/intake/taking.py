"""One night's intake: what lies in raw/ now, where its rows are, and which months it changed."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.intake import contract as contracts
from orchestration.intake import layouts, store, words
from orchestration.intake.files import Dropped, FileReader, set_aside
from orchestration.intake.mapping import Mapper

FOLDER = re.compile(r"\d{4}-(0[1-9]|1[0-2])|any")
IGNORED = re.compile(r"[.].*|~[$].*|.*[.]tmp|readme.*|.*[.]md", re.IGNORECASE)


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
    settled: Mapping[str, list[str]] | None = None,
) -> Intake:
    """Take in every file that lies in raw/.

    Args:
        root: The data root.
        received_at: The moment noted for files seen for the first time.
        business_date: The day the run is for; rows documented after its month count as undated.
        settled: What has been worked on so far (see `remember`); nothing where not given.

    Returns:
        What lies there now. A file or tab that cannot be used is listed as set aside, with its reason; none raises.
    """
    store.lake(root)
    with words.connect() as con:
        contract = contracts.load(con)
        usable, problems = layouts.load(con, contract, (layouts.SHIPPED, root / "layouts"))
        for kind in contract.kinds.values():
            store.write_empty(root, kind)
        reader = FileReader(root, Mapper(con, contract, usable), received_at, business_date.replace(day=1))
        rows = [_line("layouts", path.name, "", {"set_aside": f"{reason}."}) for path, reason in problems.items()]
        manifests = []
        for dropped, document in _received(root, reader):
            rows += [
                _line(dropped.path.parent.name, dropped.path.name, dropped.sheet_hash, sheet)
                for sheet in document["sheets"]
            ]
            manifests.append(document)
        sheets = pa.Table.from_pylist(rows, schema=contract.sheets)
        parts = [part for each in manifests for part in each["parts"]]
        return _intake(root, sheets, contract, parts, settled or {})


def remember(
    settled: Mapping[str, list[str]], state: Mapping[str, list[str]], months: Collection[date]
) -> dict[str, list[str]]:
    """What was worked on so far, after a run over some months has succeeded; until then they stay changed.

    Args:
        settled: What was worked on before.
        state: The `state` of the intake the run worked with.
        months: First days of the months it worked on; rows without a month are always worked on.
    """
    done = {_key(month) for month in [*months, None]}
    kept = {key: value for key, value in settled.items() if key.split("/")[1] not in done}
    return kept | {key: value for key, value in state.items() if key.split("/")[1] in done}


def _received(root: Path, reader: FileReader) -> Iterator[tuple[Dropped, dict[str, Any]]]:
    """Every file in raw/ with its manifest, in order of place; the same bytes only once."""
    seen: set[str] = set()
    for path in _dropped(root / "raw"):
        try:
            dropped = Dropped(path, store.sha256(path))
        except OSError:
            dropped = Dropped(path, "")
            yield dropped, set_aside(f"{dropped.place}: it cannot be opened; a readable file was expected.")
            continue
        if dropped.sheet_hash not in seen:
            seen.add(dropped.sheet_hash)
            yield dropped, reader.receive(dropped)


def _dropped(raw: Path) -> Iterator[Path]:
    """The files that are sheets, in order of folder and name."""
    for folder in sorted(raw.glob("*")):
        if folder.is_dir() and FOLDER.fullmatch(folder.name):
            yield from sorted(path for path in folder.iterdir() if path.is_file() and not IGNORED.fullmatch(path.name))


def _intake(
    root: Path,
    sheets: pa.Table,
    contract: contracts.Contract,
    parts: list[dict[str, Any]],
    settled: Mapping[str, list[str]],
) -> Intake:
    """Compare what lies there now with what was worked on."""
    state: dict[str, list[str]] = {}
    files: dict[str, list[tuple[date | None, Path]]] = {kind: [] for kind in contract.kinds}
    for part in sorted(parts, key=lambda part: (part["kind"], part["month"] or "9999", part["path"])):
        state.setdefault(f"{part['kind']}/{part['month'] or 'undated'}", []).append(part["content"])
        files[part["kind"]].append((_month(part["month"]), root / "lake" / part["path"]))
    changed = {key.split("/")[1] for key in state.keys() | settled.keys() if state.get(key) != settled.get(key)}
    months = sorted(date.fromisoformat(f"{key}-01") for key in changed - {"undated"})
    counted = [_counted(part) for part in parts]
    return Intake(
        sheets, pa.Table.from_pylist(counted, schema=contract.parts), months, "undated" in changed, files, state
    )


def _key(month: date | None) -> str:
    return f"{month:%Y-%m}" if month else "undated"


def _counted(part: dict[str, Any]) -> dict[str, Any]:
    month = {"received_month": _month(part["month"])}
    return {"sheet_hash": Path(part["path"]).stem, "kind": part["kind"], "row_count": part["rows"], **month}


def _month(key: str | None) -> date | None:
    return date.fromisoformat(f"{key}-01") if key else None


def _line(folder: str, file_name: str, sheet_hash: str, sheet: dict[str, Any]) -> dict[str, Any]:
    told = {"tab": sheet.get("tab", ""), "kind": sheet.get("kind"), "received_rows": sheet.get("rows", 0)}
    return {"folder": folder, "file_name": file_name, "sheet_hash": sheet_hash, **told, "set_aside": sheet["set_aside"]}

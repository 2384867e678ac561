"""One night's intake: what lies in raw/ now, where its rows are, and which months it changed."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from orchestration.intake import contract as contracts
from orchestration.intake import duckdb_session, mapping, store
from orchestration.intake.ahead import ReadersAhead
from orchestration.intake.bounds import Limits
from orchestration.intake.files import Dropped, FileReader, same_as, set_aside
from orchestration.intake.manifests import Manifests, naive
from orchestration.intake.parts import write_empty
from orchestration.intake.raw import Raw, RawError
from orchestration.intake.sheet import FLAT
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
    limits: Limits | None = None,
) -> Intake:
    """Take in every file that lies in raw/.

    Args:
        root: The data root.
        received_at: The moment noted for files seen for the first time.
        business_date: The day the run is for; rows documented after its month count as undated.
        processed: What has been worked on so far (see `remember`); nothing where not given.
        raw: Where the files lie, a folder or the URL of a place on a store; `raw/` in the data root where not given.
        limits: What reading one file may take, in a process of its own; where not given, files are read in this
            process, and one can end it.

    Returns:
        What lies there now. A file or tab that cannot be used is listed as set aside, with its reason; none raises.

    Raises:
        RawError: nobody can tell what lies there, or nothing can be kept of it.
    """
    folder = root / "raw"
    if raw in (None, folder, str(folder)):
        folder.mkdir(exist_ok=True)
    try:
        latest = business_date.replace(day=1)
        with store.turn(root), _reader(root, latest, limits) as reader, duckdb_session.shared() as con:
            # first, so that whoever reads gets ready meanwhile
            kept = Raw.at(raw or folder).kept(root, reader.begin if reader else None)
            mapper, problems = mapping.load(con, root)
            for kind in mapper.contract.kinds.values():
                write_empty(root, kind)
            rows = [
                _line(Dropped(PurePosixPath("layouts", path.name), ""), {"set_aside": f"{reason}."})
                for path, reason in problems.items()
            ]
            manifests = Manifests(root, mapper, received_at, latest, limits)
            documents = []
            for dropped, document in _received(kept, manifests, reader or FileReader(root, mapper, latest)):
                rows += [
                    _line(dropped, sheet, document.get("received_at"))
                    | {"headings": manifests.headings(dropped, sheet)}
                    for sheet in document["sheets"]
                ]
                documents.append(document)
            parts = [part for each in documents for part in each["parts"]]
            sheets = pa.Table.from_pylist(rows, schema=mapper.contract.sheets)
            return _intake(root, sheets, mapper.contract, parts, processed or {})
    except OSError as error:  # of the lake: what a file brings about is said of the file
        why = f"nothing can be kept in {root / 'lake'} ({error.strerror or type(error).__name__})"
        raise RawError(f"{why}; nothing was taken in, and nothing counts as removed.") from error


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


def _received(
    kept: list[tuple[str, str, str]], manifests: Manifests, reader: ReadersAhead | FileReader
) -> Iterator[tuple[Dropped, dict[str, Any]]]:
    """Whatever lies in raw/ with its manifest; of files with the same bytes the first that can be read is read."""
    whole: list[Dropped] = []
    alike: dict[str, list[Dropped]] = {}
    for place, sheet_hash, reason in kept:
        dropped = Dropped(PurePosixPath(place), sheet_hash)
        if reason:
            yield dropped, set_aside(f"{dropped.place}: {reason}.")
        else:
            whole.append(dropped)
    for dropped in _beside_others(whole):
        alike.setdefault(dropped.sheet_hash, []).append(dropped)
    with manifests:
        new = manifests.never_read(files[0] for files in alike.values())
        reader.read_ahead(new, naive(manifests.received_at))
        for files in alike.values():
            yield from _one_of(manifests.read_before_first(files), partial(manifests.receive, read=reader.read))


def _beside_others(files: list[Dropped]) -> list[Dropped]:
    """Files, each flat table with those whose name its own begins with, the shortest first, and those below it."""
    named = {each.path.with_suffix(""): each.sheet_hash for each in files if each.path.suffix.lower() in FLAT}

    def beside(path: PurePosixPath) -> tuple[str, ...]:
        begins = (path.with_name(path.stem[: mark.start()]) for mark in re.finditer(r"(?<=.)[-_]", path.stem))
        return tuple(named[begin] for begin in begins if begin in named and path.suffix.lower() in FLAT)

    beside_each = [replace(each, beside=beside(each.path)) for each in files]
    below: dict[str, list[str]] = {}
    for each in beside_each:
        for sheet_hash in each.beside:
            below.setdefault(sheet_hash, []).append(each.sheet_hash)
    return [replace(each, below=tuple(below.get(each.sheet_hash, ()))) for each in beside_each]


def _one_of(files: list[Dropped], receive: Callable[[Dropped], dict[str, Any]]) -> list[tuple[Dropped, dict[str, Any]]]:
    """Files with the same bytes, each with its manifest: the first that can be read, the others as the same as it."""
    received = []
    for dropped in files:
        received.append((dropped, receive(dropped)))
        if any(not sheet["set_aside"] for sheet in received[-1][1]["sheets"]):
            return [received[-1], *((each.unread, same_as(each, dropped.place)) for each in files if each != dropped)]
    return received


def _reader(root: Path, latest: date, limits: Limits | None) -> AbstractContextManager[ReadersAhead | None]:
    """What reads files in processes within limits; nothing where there are none, and this process reads."""
    return nullcontext() if limits is None else ReadersAhead(root, latest, limits)


def _intake(
    root: Path,
    sheets: pa.Table,
    contract: contracts.Contract,
    parts: list[dict[str, Any]],
    processed: Mapping[str, list[str]],
) -> Intake:
    """Compare what lies there now with what was worked on."""
    state = state_of(parts)
    files: dict[str, list[tuple[date | None, Path]]] = {kind: [] for kind in contract.kinds}
    for part in _in_order(parts):
        files[part["kind"]].append((_month(part["month"]), root / "lake" / part["path"]))
    changed = changed_in(state, processed)
    months = sorted(month_of(key) for key in changed - {"undated"})
    counted = [_counted(part) for part in parts]
    return Intake(
        sheets, pa.Table.from_pylist(counted, schema=contract.parts), months, "undated" in changed, files, state
    )


def _in_order(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: (part["kind"], part["month"] or "9999", part["path"]))


def state_of(parts: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The fingerprints of parts, by kind and month."""
    state: dict[str, list[str]] = {}
    for part in _in_order(parts):
        state.setdefault(f"{part['kind']}/{part['month'] or 'undated'}", []).append(part["content"])
    return state


def changed_in(state: Mapping[str, list[str]], processed: Mapping[str, list[str]]) -> set[str]:
    """The months, `YYYY-MM` or `undated`, whose parts are others than those that were worked on."""
    return {key.split("/")[1] for key in state.keys() | processed.keys() if state.get(key) != processed.get(key)}


def _key(month: date | None) -> str:
    return key_of(month) if month else "undated"


def _counted(part: dict[str, Any]) -> dict[str, Any]:
    month = {"received_month": _month(part["month"])}
    return {"sheet_hash": Path(part["path"]).stem, "kind": part["kind"], "row_count": part["rows"], **month}


def _month(key: str | None) -> date | None:
    return month_of(key) if key else None


def _line(dropped: Dropped, sheet: dict[str, Any], received_at: str | None = None) -> dict[str, Any]:
    line = {"tab": sheet.get("tab", ""), "kind": sheet.get("kind"), "received_rows": sheet.get("rows", 0)}
    line |= {
        **dropped.where,
        "sheet_hash": dropped.sheet_hash,
        "kind_from": sheet.get("kind_from"),
        "layout": sheet.get("layout"),
        "whole_list": sheet.get("whole_list"),
        "set_aside": sheet["set_aside"],
        **{name: "\n".join(sheet.get(name, ())) or None for name in ("notes", "reading_notes")},
        "received_at": datetime.fromisoformat(received_at) if received_at else None,
    }
    return line

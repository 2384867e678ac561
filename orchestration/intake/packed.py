"""Reads packed files (ZIP): every sheet inside is a tab of one file, as form tools pack tables that belong together."""

import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyarrow as pa

from orchestration.intake import forms
from orchestration.intake.bounds import require_size
from orchestration.intake.encoding import readable
from orchestration.intake.sheet import ENDINGS, IGNORED, Piece, RawSheet, SheetError

VERSION = "zip-1"
# what a form tool packs beside its tables: what people photographed, drew and recorded
ATTACHMENTS = frozenset(
    (
        *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".pdf"),
        *(".mp3", ".mp4", ".m4a", ".amr", ".3gp", ".wav", ".mov"),
    )
)
# so many sheets a form with a repeat group a question would have
SHEETS = 200
IN_UTF8, ENCRYPTED = 0x800, 0x1

Read = Callable[[Path, PurePosixPath], Iterable[RawSheet]]


def read(path: Path, staging: Path, read_sheet: Read) -> Iterator[RawSheet]:
    """Read the sheets of a packed file; of one that cannot be read only its fault is given.

    Args:
        path: The packed file.
        staging: A folder to unpack into.
        read_sheet: Reads the tabs of one unpacked sheet, given where it lies and its name inside.

    Raises:
        SheetError: It is damaged or encrypted, holds no sheet or too many, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as packed, TemporaryDirectory(dir=staging) as folder:
            parts = {_name(part): part for part in packed.infolist() if not part.is_dir()}
            parts = {name: part for name, part in parts.items() if not any(map(IGNORED.fullmatch, name.parts))}
            require_size(sum(part.file_size for part in parts.values()), path.stat().st_size)
            if any(part.flag_bits & ENCRYPTED for part in parts.values()):
                raise SheetError("it is encrypted; a file that opens without a password was expected")
            sheets = [name for name in parts if name.suffix.lower() in ENDINGS]
            if not 0 < len(sheets) <= SHEETS:
                raise SheetError(f"it holds {len(sheets)} sheets; from 1 to {SHEETS} were expected")
            tabs: list[RawSheet] = []
            # a table comes before those of its repeat groups, `form.csv` before `form-deaths.csv`
            for number, name in enumerate(sorted(sheets, key=lambda each: each.with_suffix(""))):
                unpacked = Path(folder, f"{number}{name.suffix}")
                with packed.open(parts[name]) as source, unpacked.open("wb") as target:
                    shutil.copyfileobj(source, target)
                tabs += _tabs(unpacked, name, read_sheet)
            faults = [tab for tab in tabs if tab.fault]
            yield from forms.with_parents([tab for tab in tabs if not tab.fault])
            yield from faults
            yield from (_aside(name) for name in parts if name.suffix.lower() not in ENDINGS | ATTACHMENTS)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise SheetError("the packed file is damaged; a readable ZIP file was expected") from error


def _name(part: zipfile.ZipInfo) -> PurePosixPath:
    """What a part is called: old archives do not say in which letters."""
    written = part.filename.encode() if part.flag_bits & IN_UTF8 else part.filename.encode("cp437", "replace")
    return PurePosixPath(readable(written))


def _tabs(unpacked: Path, name: PurePosixPath, read_sheet: Read) -> Iterator[RawSheet]:
    """The tabs of one sheet, each in one piece, called by its name inside and their own."""
    stem = str(name.with_suffix(""))
    try:
        for raw in read_sheet(unpacked, name):
            pieces = list(raw.pieces)
            rows = pa.concat_tables(piece.rows for piece in pieces)
            whole = Piece(rows.combine_chunks(), sum(piece.records for piece in pieces))
            yield replace(raw, tab="/".join(filter(None, (stem, raw.tab))), pieces=[whole])
    except SheetError as error:
        yield RawSheet(stem, (), [], VERSION, fault=str(error))


def _aside(name: PurePosixPath) -> RawSheet:
    ending = name.suffix or "of its name"
    return RawSheet(str(name), (), [], VERSION, fault=f"the ending {ending} is unknown; a sheet was expected")

"""Reads packed files (ZIP): flat tables that belong together, as form tools pack them, or one sheet of another kind.

Each flat table is a tab of one file. A workbook, or a file of submissions, has tabs of its own that name each other:
alone in the packed file it is read as if it were dropped unpacked; beside other sheets it is reported, since what is of
one of them could be taken to be of another.
"""

import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from orchestration.intake import forms
from orchestration.intake.bounds import require_size
from orchestration.intake.content import PACKED
from orchestration.intake.encoding import readable
from orchestration.intake.sheet import ENDINGS, FLAT, IGNORED, RawSheet, SheetError

VERSION = "zip-2"
# what a form tool packs beside its tables, what people photographed, drew and recorded; and how pages look
ATTACHMENTS = frozenset(
    (
        *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".pdf"),
        *(".css", ".js"),
        *(".mp3", ".mp4", ".m4a", ".amr", ".3gp", ".wav", ".mov"),
    )
)
# so many sheets a form with a repeat group a question would have
SHEETS = 200
IN_UTF8, ENCRYPTED = 0x800, 0x1
BESIDE = "it lies beside other sheets in the packed file; dropped by itself it is read"

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
            sheets = sorted((name for name in parts if _ending(name) in ENDINGS), key=lambda name: name.with_suffix(""))
            if not 0 < len(sheets) <= SHEETS:
                raise SheetError(f"it holds {len(sheets)} sheets; from 1 to {SHEETS} were expected")
            flat = [name for name in sheets if _ending(name) in FLAT]
            if len(sheets) == 1 and not flat:
                yield from read_sheet(_unpacked(packed, parts[sheets[0]], folder), sheets[0])
            else:
                # a table comes before those of its repeat groups, `form.csv` before `form-deaths.csv`
                tables = [_table(_unpacked(packed, parts[name], folder), name, read_sheet) for name in flat]
                yield from forms.with_parents([table for table in tables if not table.fault])
                yield from (table for table in tables if table.fault)
                yield from (_fault(name, BESIDE) for name in sheets if name not in flat)
            yield from (_fault(name, _unknown(name)) for name in parts if _ending(name) not in ENDINGS | ATTACHMENTS)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise SheetError("the packed file is damaged; a readable ZIP file was expected") from error


def _name(part: zipfile.ZipInfo) -> PurePosixPath:
    """What a part is called: old archives do not say in which letters."""
    written = part.filename.encode() if part.flag_bits & IN_UTF8 else part.filename.encode("cp437", "replace")
    return PurePosixPath(readable(written))


def _ending(name: PurePosixPath) -> str:
    return name.suffix.lower()


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, folder: str) -> Path:
    """A part as a file of a folder, under a name that no other part has."""
    to = Path(folder, str(part.header_offset))
    with packed.open(part) as source, to.open("wb") as target:
        shutil.copyfileobj(source, target)
    return to


def _table(unpacked: Path, name: PurePosixPath, read_sheet: Read) -> RawSheet:
    """A flat table in one piece, called by its name inside."""
    tab = str(name.with_suffix(""))
    try:
        (raw,) = read_sheet(unpacked, name)
        return replace(forms.in_one_piece(raw), tab=tab)
    except SheetError as error:
        return RawSheet(tab, (), [], VERSION, fault=str(error))


def _fault(name: PurePosixPath, fault: str) -> RawSheet:
    return RawSheet(str(name), (), [], VERSION, fault=fault)


def _unknown(name: PurePosixPath) -> str:
    if _ending(name) == PACKED:
        return "it is packed itself; dropped by itself it is read"
    return f"the ending {name.suffix or 'of its name'} is unknown; a sheet was expected"

"""Text files in any of our encodings, as UTF-8, some at a time; and names that are not in it."""

import codecs
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from orchestration.intake.sheet import SheetError

BLOCK = 1 << 20
CONTINUATION = bytes(range(0x80, 0xC0))
ASCII = bytes(range(0x80))
# letters of Arabic beside each other in Windows-1256 that are none of Turkish in Windows-1254; and of Turkish in a word
ARABIC_WORD = re.compile(rb"[\xc1-\xc6\xc8-\xcf\xd1-\xd5\xd7-\xdb\xdf-\xe1\xe3-\xe6\xe8-\xed\xef\xf1-\xf5\xf7-\xfa]{2}")
TURKISH_LETTER = re.compile(rb"[A-Za-z][\xd0\xdd\xde\xf0\xfd\xfe]|[\xd0\xdd\xde\xf0\xfd\xfe][A-Za-z]")
SAVED_ANEW = "the sheet saved anew as UTF-8 was expected"


def readable(name: bytes) -> str:
    """A name or path as text: as Windows wrote it in Arabic where it is no UTF-8, marks that do not print escaped."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = name.decode("cp1256", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def encoding_of(path: Path) -> str:
    """The encoding of a file, as Python calls it.

    UTF-16 by its mark or its null bytes, UTF-8 if it is so to its end, else Windows-1256, or 1254 where it has
    letters of Turkish and no word of Arabic.

    Raises:
        SheetError: it is UTF-8 but for some broken letters: as Windows-1256 every other letter would be wrong.
        OSError: it cannot be read.
    """
    with path.open("rb") as file, ThreadPoolExecutor(os.cpu_count()) as threads:
        mark = file.read(3)
        if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if unmarked := _unmarked(mark + file.read(BLOCK)):
            return unmarked
        starts = range(0, path.stat().st_size, BLOCK)
        run = threads.map if len(starts) > 1 else map  # a thread takes longer to start than a block to read
        if not all(run(lambda start: _is_utf8(os.pread(file.fileno(), BLOCK + 3, start), start), starts)):
            _require_not_broken(path)
            return "cp1254" if _is_turkish(path) else "cp1256"
    return "utf-8-sig" if mark == codecs.BOM_UTF8 else "utf-8"


def _is_turkish(path: Path) -> bool:
    is_so = False
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if ARABIC_WORD.search(block):
                return False
            is_so = is_so or bool(TURKISH_LETTER.search(block))
    return is_so


def _unmarked(block: bytes) -> str | None:
    """UTF-16 whose mark is missing: in a sheet every second byte of many letters is null, and never the one beside."""
    first, second = block[::2].count(0), block[1::2].count(0)
    few, many = sorted((first, second))
    if few or many * 10 < len(block):
        return None
    return "utf-16-be" if first else "utf-16-le"


def _is_utf8(block: bytes, start: int) -> bool:
    """Whether a block is UTF-8, with what follows of its last letter, and without what belongs to the block before."""
    follows, after = block[:3] if start else b"", block[BLOCK:]
    first = len(follows) - len(follows.lstrip(CONTINUATION))
    last = len(block) - len(after.lstrip(CONTINUATION))
    text = pa.py_buffer(block)[first:last]
    ends = pa.py_buffer(np.array([0, len(text)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, text]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _require_not_broken(path: Path) -> None:
    """Raise SheetError where it is UTF-8 around its first fault: of Windows-1256 hardly a letter is so by chance."""
    decoder, lines, strange = codecs.getincrementaldecoder("utf-8")(), 1, 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as fault:
                whole = _strange(fault.object.decode(errors="ignore").encode())
                if (strange + whole) * 2 > strange + _strange(fault.object):
                    where = lines + fault.object[: fault.start].count(b"\n")
                    raise SheetError(f"it is in UTF-8, but a letter in line {where} is broken; {SAVED_ANEW}") from None
                return
            lines, strange = lines + block.count(b"\n"), strange + _strange(block)


def _strange(text: bytes) -> int:
    """How many bytes are of other letters than the plain ones."""
    return len(text.translate(None, ASCII))


def texts(path: Path, encoding: str, size: int) -> Iterator[bytes]:
    """The text of a file as UTF-8, without mark, about so many bytes at a time.

    Raises SheetError where it is not in that encoding, OSError where it cannot be read.
    """
    if encoding.startswith("utf-8"):
        with path.open("rb") as file:
            file.seek(len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
            while read := file.read(size):
                yield read
        return
    try:
        with path.open(encoding=encoding, newline="") as letters:
            while some := letters.read(size):
                yield some.encode()
    except UnicodeError as error:
        raise SheetError(f"the file begins like {encoding.upper()} but is not; whole text was expected") from error

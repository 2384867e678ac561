"""Cuts CSV between its records, so that each piece can be read by itself, with quotes as fast readers want them."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

BLOCK = 1 << 20
BATCH = 1 << 14


def pieces_of_records(texts: Iterable[bytes], delimiter: str, line_break: str) -> Iterator[pa.Buffer]:
    """Cut CSV into pieces of whole records, in which quotes open and close only at the edges of cells.

    From the first piece on where they do not, and a stray quote is a letter, the records are written anew.

    Args:
        texts: The file, some bytes at a time, cut anywhere.
        delimiter: What stands between its cells.
        line_break: The letter that ends its lines.

    Raises:
        csv.Error: the record after those given so far opens a quote that is not closed where its cell ends.
    """
    rest, texts = b"", iter(texts)
    for read in itertools.chain(texts, [b""]):
        text = rest + read
        quotes = _quotes(text)
        end = _end_of_records(text, quotes, line_break.encode()) if read else len(text)
        is_closed = bool(read) or len(quotes) % 2 == 0
        if not end or not is_closed or not _is_strict(text, quotes, delimiter):
            yield from _requoted(itertools.chain([text], texts), delimiter, line_break)
            return
        yield pa.py_buffer(text)[:end]
        rest = text[end:]


def _quotes(text: bytes) -> np.ndarray:
    """Where quotes stand; looked for in blocks that a processor's cache can hold."""
    if b'"' not in text:
        return np.array([], np.int64)
    data = np.frombuffer(text, np.uint8)
    starts = range(0, len(data), BLOCK)
    found = [np.flatnonzero(data[start : start + BLOCK] == ord('"')) + start for start in starts]
    return np.concatenate(found) if found else np.array([], np.int64)


def _end_of_records(text: bytes, quotes: np.ndarray, line_break: bytes) -> int:
    """Where the last whole record of a text ends, if its quotes are strict."""
    end = text.rfind(line_break) + 1
    while np.searchsorted(quotes, end) % 2:
        end = text.rfind(line_break, 0, end - 1) + 1
    return end


def _is_strict(text: bytes, quotes: np.ndarray, delimiter: str) -> bool:
    """Whether quotes open only at the start of a cell and close only at its end."""
    data, edge = np.frombuffer(text, np.uint8), np.zeros(256, dtype=bool)
    edge[[ord(delimiter), ord("\n"), ord("\r"), ord('"')]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before, after = data[opening[opening > 0] - 1], data[closing[closing < len(data) - 1] + 1]
    return bool(edge[before].all() and edge[after].all())


def _requoted(texts: Iterable[bytes], delimiter: str, line_break: str) -> Iterator[pa.Buffer]:
    """Write records anew with every stray quote inside a cell doubled."""
    csv.field_size_limit(1 << 30)
    rows = csv.reader(_lines(texts, line_break.encode()), delimiter=delimiter, strict=True)
    while True:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        try:
            writer.writerows(itertools.islice(rows, BATCH))
        except csv.Error:
            if out.tell():
                yield pa.py_buffer(out.getvalue().encode())
            raise
        if not out.tell():
            return
        yield pa.py_buffer(out.getvalue().encode())


def _lines(texts: Iterable[bytes], line_break: bytes) -> Iterator[str]:
    rest = b""
    for read in texts:
        whole, found, rest = (rest + read).rpartition(line_break)
        yield from io.StringIO((whole + found).decode(), newline="")
    yield from io.StringIO(rest.decode(), newline="")

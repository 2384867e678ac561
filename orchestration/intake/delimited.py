"""Reads CSV: any of our encodings and delimiters, every physical record accounted for."""

import codecs
import csv
import io
import itertools
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from orchestration.intake.sheet import HEADING_SEARCH, RawSheet, Score, SheetError, heading_row, text_rows

VERSION = "csv-1"
DELIMITERS = (",", ";", "\t")
SAMPLE = 1 << 18
CHUNK = 1 << 24


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read a CSV file into one sheet; raises SheetError where its records cannot be told apart."""
    csv.field_size_limit(1 << 30)
    data, encoding = decode(path.read_bytes())
    if not data or data.isspace():
        raise SheetError("the file is empty; a heading line and rows were expected")
    delimiter, heading, headings = _heading(data, score)
    if not _quotes_are_strict(np.frombuffer(data, np.uint8), delimiter):
        data = _requoted(data, delimiter)
    rows, records = _parse(data, delimiter, heading, len(headings))
    return [RawSheet("", headings, rows, f"{VERSION} {encoding}", records)]


def decode(data: bytes) -> tuple[bytes, str]:
    """Give the text as UTF-8 and the name of the encoding it came in: UTF-16 by its mark, UTF-8, else Windows-1256."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode(), "utf-16"
        except UnicodeError as error:
            raise SheetError("the file begins like UTF-16 but is not; UTF-8 or whole UTF-16 was expected") from error
    marked = data.startswith(codecs.BOM_UTF8)
    check = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), CHUNK):
            check.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
    except UnicodeDecodeError:
        return data.decode("cp1256").encode(), "cp1256"
    return (data[3:], "utf-8-sig") if marked else (data, "utf-8")


def _heading(data: bytes, score: Score) -> tuple[str, int, tuple[str, ...]]:
    """Find delimiter, number of the heading record, and headings: the delimiter that makes most headings known."""
    sample = data[:SAMPLE].decode(errors="ignore")
    found = []
    for delimiter in DELIMITERS:
        rows = list(itertools.islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), HEADING_SEARCH))
        index, known = heading_row(rows, score)
        found.append((known, len(rows[index]), delimiter, index + 1, tuple(rows[index])))
    _, _, delimiter, number, headings = max(found, key=lambda each: each[:2])
    return delimiter, number, headings


def _quotes_are_strict(data: np.ndarray, delimiter: str) -> bool:
    """Whether quotes open only at the start of a cell and close only at its end, as fast readers take for granted."""
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), ord("\n"), ord("\r"), ord('"')]] = True
    seen = 0
    for start in range(0, len(data), CHUNK):
        quotes = np.flatnonzero(data[start : start + CHUNK] == ord('"')) + start
        opening, closing = quotes[seen % 2 :: 2], quotes[(seen + 1) % 2 :: 2]
        opening, closing = opening[opening > 0], closing[closing < len(data) - 1]
        if not (edge[data[opening - 1]].all() and edge[data[closing + 1]].all()):
            return False
        seen += len(quotes)
    return seen % 2 == 0


def _requoted(data: bytes, delimiter: str) -> bytes:
    """Write the file anew with every stray quote inside a cell doubled; raises SheetError after an unclosed one."""
    text, out, counter = data.decode(), io.StringIO(newline=""), itertools.count(1)

    def records() -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    try:
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(records())
    except csv.Error as error:
        try:
            deque(zip(records(), counter, strict=False), maxlen=0)
        except csv.Error:
            row = next(counter)
        message = f"row {row} opens a quote that is not closed where its cell ends; a closing quote was expected"
        raise SheetError(message) from error
    return out.getvalue().encode()


def _parse(data: bytes, delimiter: str, heading: int, width: int) -> tuple[pa.Table, int]:
    """Read all records, put the ones that do not fit the heading beside the others, and count that none is lost."""
    ragged: list[pyarrow.csv.InvalidRow] = []
    names = [f"c{i}" for i in range(width)]

    def set_apart(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    table = pyarrow.csv.read_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=CHUNK),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_apart,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""], check_utf8=False
        ),
    )
    records = table.num_rows + len(ragged)
    fits = np.ones(records, dtype=bool)
    fits[[row.number - 1 for row in ragged]] = False
    numbers = np.flatnonzero(fits) + 1
    _reconcile(data, delimiter, table, numbers, ragged, records)
    below = int(np.searchsorted(numbers, heading, side="right"))
    rows = text_rows(table.slice(below).columns, numbers[below:])
    odd = _ragged([row for row in ragged if row.number > heading], delimiter, width, rows.schema)
    return (pa.concat_tables([rows, odd]).sort_by("row_number") if odd.num_rows else rows), records


def _reconcile(
    data: bytes,
    delimiter: str,
    table: pa.Table,
    numbers: np.ndarray,
    ragged: list[pyarrow.csv.InvalidRow],
    records: int,
) -> None:
    """Raise SheetError unless every line of the file is a record, or inside a quoted cell and no record itself.

    After an unclosed quote the lines up to the next quote become one cell: a line inside a cell that has as many
    delimiters as the heading is taken for such a swallowed row.
    """
    brk = b"\n" if b"\n" in data else b"\r"
    lines = data.count(brk) + (not data.endswith(brk))
    if lines == records:
        return
    inside = [(row.number, row.text) for row in ragged if brk.decode() in row.text]
    for column in table.columns:
        hits = np.flatnonzero(pc.fill_null(pc.match_substring(column, brk.decode()), False).to_numpy())
        inside += zip(numbers[hits].tolist(), column.take(pa.array(hits)).to_pylist(), strict=True)
    swallowing = [
        number
        for number, text in inside
        if table.num_columns > 2
        and any(line.count(delimiter) >= table.num_columns - 1 for line in text.split(brk.decode())[1:])
    ]
    if swallowing:
        raise SheetError(
            f"row {min(swallowing)} has a quote that swallows the rows below it; a closing quote was expected"
        )
    if lines != records + sum(text.count(brk.decode()) for _, text in inside):
        raise SheetError(f"{lines} lines stand in the file but {records} rows were read; both should agree")


def _ragged(ragged: list, delimiter: str, width: int, schema: pa.Schema) -> pa.Table:
    """Rows of another width than the heading: whole where only empty cells stick out, else unread with their text."""
    cells = [next(csv.reader(io.StringIO(row.text, newline=""), delimiter=delimiter), []) for row in ragged]
    whole = [len(each) > width and not any(each[width:]) for each in cells]
    kept = [(row, each, fit) for row, each, fit in zip(ragged, cells, whole, strict=True) if any(map(str.strip, each))]
    columns = [[each[i] or None if fit else None for _, each, fit in kept] for i in range(width)]
    numbers = [row.number for row, _, _ in kept]
    unread = [None if fit else row.text for row, _, fit in kept]
    return pa.table([*columns, numbers, unread], schema=schema)

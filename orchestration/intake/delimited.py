"""Reads CSV: any of our encodings and delimiters, every physical record accounted for."""

import codecs
import csv
import io
import itertools
import re
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
# Measured on 345 MB: read in blocks of 1 MB, which fit a processor's cache, 0.7 s; in blocks of 16 MB, 3 s.
BLOCK = 1 << 20
CHUNK = 1 << 24


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read a CSV file into one sheet; raises SheetError where its records cannot be told apart."""
    csv.field_size_limit(1 << 30)
    with pa.memory_map(str(path)) as file:
        data, encoding = decode(file.read_buffer())
        if not re.search(rb"\S", data):
            raise SheetError("the file is empty; a heading line and rows were expected")
        delimiter, heading, headings = _heading(data, score)
        if not _quotes_are_strict(data, delimiter):
            data = _requoted(data, delimiter)
        rows, records = _parse(data, delimiter, heading, len(headings))
    return [RawSheet("", headings, rows, f"{VERSION} {encoding}", records)]


def decode(data: pa.Buffer) -> tuple[pa.Buffer, str]:
    """Give the text as UTF-8 and the name of the encoding it came in: UTF-16 by its mark, UTF-8, else Windows-1256."""
    mark = bytes(data[:3])
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return pa.py_buffer(bytes(data).decode("utf-16").encode()), "utf-16"
        except UnicodeError as error:
            raise SheetError("the file begins like UTF-16 but is not; UTF-8 or whole UTF-16 was expected") from error
    try:
        ends = pa.py_buffer(np.array([0, len(data)], np.int64))
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, data]).validate(full=True)
    except pa.ArrowInvalid:
        return pa.py_buffer(bytes(data).decode("cp1256").encode()), "cp1256"
    return (data[3:], "utf-8-sig") if mark == codecs.BOM_UTF8 else (data, "utf-8")


def _heading(data: pa.Buffer, score: Score) -> tuple[str, int, tuple[str, ...]]:
    """Find delimiter, number of the heading record, and headings: the delimiter that makes most headings known."""
    sample = bytes(data[:SAMPLE]).decode(errors="ignore")
    records = {mark: csv.reader(io.StringIO(sample, newline=""), delimiter=mark) for mark in DELIMITERS}
    read = {mark: list(itertools.islice(rows, HEADING_SEARCH)) for mark, rows in records.items()}
    widths = {mark: max(len(set(row)) for row in rows) for mark, rows in read.items()}
    found: list[tuple[int, int, int, int]] = []
    # the widest first: after it, the others seldom have cells enough to be looked up
    for mark in sorted(DELIMITERS, key=lambda each: -widths[each]):
        if not found or widths[mark] >= max(found)[0]:
            index, known = heading_row(read[mark], score)
            found.append((known, len(read[mark][index]), -DELIMITERS.index(mark), index))
    _, _, order, index = max(found)
    delimiter = DELIMITERS[-order]
    return delimiter, index + 1, tuple(read[delimiter][index])


def _quotes_are_strict(text: pa.Buffer, delimiter: str) -> bool:
    """Whether quotes open only at the start of a cell and close only at its end, as fast readers take for granted."""
    data, edge = np.frombuffer(text, np.uint8), np.zeros(256, dtype=bool)
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


def _requoted(data: pa.Buffer, delimiter: str) -> pa.Buffer:
    """Write the file anew with every stray quote inside a cell doubled; raises SheetError after an unclosed one."""
    text, out, counter = bytes(data).decode(), io.StringIO(newline=""), itertools.count(1)

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
    return pa.py_buffer(out.getvalue().encode())


def _parse(data: pa.Buffer, delimiter: str, heading: int, width: int) -> tuple[pa.Table, int]:
    """Read all records, put the ones that do not fit the heading beside the others, and count that none is lost."""
    ragged: list[pyarrow.csv.InvalidRow] = []
    try:
        table = _table(data, delimiter, width, BLOCK)
    except pa.ArrowInvalid:
        # a record of another width, or longer than a block; only in a single thread is its number told
        table = _table(data, delimiter, width, CHUNK, ragged)
    records = table.num_rows + len(ragged)
    numbers = np.delete(np.arange(1, records + 1), [row.number - 1 for row in ragged])
    _reconcile(data, delimiter, table, numbers, ragged, records)
    below = int(np.searchsorted(numbers, heading, side="right"))
    rows = text_rows(table.slice(below).columns, numbers[below:])
    odd = _ragged([row for row in ragged if row.number > heading], delimiter, width, rows.schema)
    return (pa.concat_tables([rows, odd]).sort_by("row_number") if odd.num_rows else rows), records


def _table(data: pa.Buffer, delimiter: str, width: int, block: int, ragged: list | None = None) -> pa.Table:
    """Read records of `width` cells as text, others into `ragged`; without it in threads, raising pa.ArrowInvalid."""
    names = [f"c{i}" for i in range(width)]

    def set_apart(row: pyarrow.csv.InvalidRow) -> str:
        if ragged is None:
            return "error"
        ragged.append(row)
        return "skip"

    return pyarrow.csv.read_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(use_threads=ragged is None, column_names=names, block_size=block),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=_count(data, b'"') > 0,
            ignore_empty_lines=False,
            invalid_row_handler=set_apart,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""], check_utf8=False
        ),
    )


def _count(data: pa.Buffer, mark: bytes) -> int:
    letters = np.frombuffer(data, np.uint8)
    return sum(int((letters[i : i + BLOCK] == ord(mark)).sum()) for i in range(0, len(letters), BLOCK))


def _reconcile(
    data: pa.Buffer,
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
    lines, brk = _count(data, b"\n"), b"\n"
    if not lines:
        lines, brk = _count(data, b"\r"), b"\r"
    lines += bytes(data[-1:]) != brk
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

"""Reads CSV: any of our encodings and delimiters, every physical record accounted for."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from orchestration.intake.encoding import encoding_of, texts
from orchestration.intake.records import pieces_of_records
from orchestration.intake.sheet import HEADING_SEARCH, Piece, RawSheet, Score, SheetError, heading_row, text_rows

VERSION = "csv-6"
DELIMITERS = (",", ";", "\t", "|", "،", "؛")
# what stands for a delimiter of two bytes, which Arrow takes none of
ONE_BYTE = "\x1f"
SAMPLE = 1 << 18
# Below 32 MB the system's allocator gives memory out again that was given back: a third fewer pages to be cleared.
PIECE = 1 << 24
# Measured on 345 MB: read in blocks of 1 MB, which fit a processor's cache, 0.7 s; in blocks of 16 MB, 3 s.
BLOCK = 1 << 20
# how programs begin a cell that a spreadsheet shall take as text, so that 001 stays 001
TEXT_MARK = b'="'
# a line as a cell of its own, as a spreadsheet saves what it did not part: the quotes in it are doubled
QUOTED_LINE = re.compile(rb'^"((?:[^"\r\n]|"")*[,;\t|](?:[^"\r\n]|"")*)"[,;\t|]*(?=\r?$|\r)', re.MULTILINE)


def read(path: Path, score: Score) -> list[RawSheet]:
    """Read a CSV file into one sheet; raises SheetError where its records cannot be distinguished."""
    encoding = encoding_of(path)
    sample = next(texts(path, encoding, SAMPLE), b"")
    is_quoted = _are_quoted(sample)
    sample = _unquoted(sample) if is_quoted else sample
    if not sample.strip():
        raise SheetError("the file is empty; a heading line and rows were expected")
    delimiter, heading, headings = _heading(sample, score)
    line_break = "\n" if b"\n" in sample else "\r"
    read = texts(path, encoding, PIECE)
    read = _without_quotes(read) if is_quoted else read
    mark = delimiter if delimiter.isascii() else ONE_BYTE
    read = read if mark == delimiter else _replaced(read, delimiter.encode(), mark.encode())
    pieces = _pieces(pieces_of_records(read, mark, line_break), mark, heading, len(headings))
    if mark != delimiter:
        pieces = (_restored(piece, mark, delimiter) for piece in pieces)
    if path.stat().st_size > PIECE:  # a thread takes longer to start than a small file to read
        pieces = _ahead(pieces)
    return [RawSheet("", headings, pieces, f"{VERSION} {encoding}")]


def _heading(sample: bytes, score: Score) -> tuple[str, int, tuple[str, ...]]:
    """Find delimiter, number of the heading record, and headings: the delimiter that makes most headings known."""
    csv.field_size_limit(1 << 30)
    text = sample.decode(errors="ignore")
    marks = [mark for mark in DELIMITERS if mark.isascii() or mark in text]
    records = {mark: csv.reader(io.StringIO(text, newline=""), delimiter=mark) for mark in marks}
    read = {mark: list(itertools.islice(rows, HEADING_SEARCH)) for mark, rows in records.items()}
    widths = {mark: max(len(set(row)) for row in rows) for mark, rows in read.items()}
    found: list[tuple[int, int, int, int, tuple[str, ...]]] = []
    # the widest first: after it, the others seldom have cells enough to be looked up
    for mark in sorted(marks, key=lambda each: -widths[each]):
        if not found or widths[mark] >= max(found)[0]:
            index, headings, known = heading_row(read[mark], score)
            found.append((known, len(headings), -DELIMITERS.index(mark), index, headings))
    _, _, order, index, headings = max(found)
    return DELIMITERS[-order], index + 1, headings


def _are_quoted(sample: bytes) -> bool:
    """Whether each of the first lines stands in quotes as a whole, but for the heading."""
    lines = [line for line in sample.split(b"\n", HEADING_SEARCH)[:HEADING_SEARCH] if line.strip()]
    return len(lines) > 1 and all(map(QUOTED_LINE.match, lines[1:]))


def _unquoted(text: bytes) -> bytes:
    """What stands in lines that are quoted as a whole."""
    return QUOTED_LINE.sub(lambda line: line[1].replace(b'""', b'"'), text)


def _without_quotes(read: Iterator[bytes]) -> Iterator[bytes]:
    """A text without the quotes around its lines, some lines at a time."""
    rest = b""
    for some in read:
        whole, found, rest = (rest + some).rpartition(b"\n")
        yield _unquoted(whole + found)
    yield _unquoted(rest)


def _replaced(read: Iterator[bytes], mark: bytes, other: bytes) -> Iterator[bytes]:
    """A text with another mark instead of one of two bytes, which two of its parts may have one of each."""
    rest = b""
    for some in read:
        whole = rest + some
        rest = mark[:1] if whole.endswith(mark[:1]) else b""
        yield whole.removesuffix(rest).replace(mark, other)
    yield rest


def _restored(piece: Piece, other: str, mark: str) -> Piece:
    """A piece in whose cells another mark stands for what it was put for."""
    names = [name for name in piece.rows.column_names if pa.types.is_string(piece.rows.schema.field(name).type)]
    rows = piece.rows
    for name in names:
        cells = pc.replace_substring(rows.column(name), other, mark)
        rows = rows.set_column(rows.column_names.index(name), name, cells)
    return Piece(rows, piece.records)


def _ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Read the next piece while the one before is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pieces, None)
        while piece := coming.result():
            coming = reader.submit(next, pieces, None)
            yield piece


def _pieces(cut: Iterator[pa.Buffer], delimiter: str, heading: int, width: int) -> Iterator[Piece]:
    """Read piece after piece; raises SheetError where a quote swallows rows, or a row is lost."""
    records = 0
    try:
        for data in cut:
            piece = _parse(data, delimiter, heading, width, records)
            records += piece.records
            yield piece
    except csv.Error as error:
        message = (
            f"row {records + 1} opens a quote that is not closed where its cell ends; a closing quote was expected"
        )
        raise SheetError(message) from error


def _parse(data: pa.Buffer, delimiter: str, heading: int, width: int, before: int) -> Piece:
    """Read whole records, put the ones that do not fit the heading beside the others, and count that none is lost."""
    ragged: list[pyarrow.csv.InvalidRow] = []
    is_quoted = _count(data, '"') > 0
    try:
        table = _table(data, delimiter, width, BLOCK, is_quoted)
    except pa.ArrowInvalid:
        # a record of another width, or longer than a block; only in a single thread is its number known
        table = _table(data, delimiter, width, data.size, is_quoted, ragged)
    records = table.num_rows + len(ragged)
    numbers = before + np.delete(np.arange(1, records + 1), [row.number - 1 for row in ragged])
    apart = [(before + row.number, row.text) for row in ragged]
    _reconcile(data, delimiter, table, numbers, apart)
    below = int(np.searchsorted(numbers, heading, side="right"))
    columns = table.slice(below).columns
    if is_quoted and TEXT_MARK in data.to_pybytes():
        columns = [_as_text(column) for column in columns]
    rows = text_rows(columns, numbers[below:])
    if not apart:
        return Piece(rows, records)
    odd = _ragged([row for row in apart if row[0] > heading], delimiter, width, rows.schema)
    return Piece(pa.concat_tables([rows, odd]).sort_by("row_number") if odd.num_rows else rows, records)


def _table(
    data: pa.Buffer, delimiter: str, width: int, block: int, is_quoted: bool, ragged: list | None = None
) -> pa.Table:
    """Read records of `width` cells as text, others into `ragged`; without it in threads, raising pa.ArrowInvalid."""
    names = [f"c{i}" for i in range(width)]

    def set_apart(row: pyarrow.csv.InvalidRow) -> str:
        if ragged is None:
            return "error"
        ragged.append(row)
        return "skip"

    return pyarrow.csv.read_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(
            use_threads=ragged is None and data.size > block, column_names=names, block_size=block
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=is_quoted,
            ignore_empty_lines=False,
            invalid_row_handler=set_apart,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""], check_utf8=False
        ),
    )


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells that a spreadsheet would take as text, ="001", as that text."""
    return pc.replace_substring_regex(column, '(?s)^="([^"]*)"$', r"\1")


def _count(data: pa.Buffer, mark: str) -> int:
    letters = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(letters[i : i + BLOCK] == ord(mark))) for i in range(0, len(letters), BLOCK))


def _reconcile(
    data: pa.Buffer, delimiter: str, table: pa.Table, numbers: np.ndarray, ragged: list[tuple[int, str]]
) -> None:
    """Raise SheetError unless every line is a record, or inside a quoted cell and no record itself.

    After an unclosed quote the lines up to the next quote become one cell: a line inside a cell that has as many
    delimiters as the heading is taken for such a swallowed row.
    """
    records = len(numbers) + len(ragged)
    lines, line_break = _count(data, "\n"), "\n"
    if not lines:
        lines, line_break = _count(data, "\r"), "\r"
    lines += data.size > 0 and bytes(data[-1:]) != line_break.encode()
    if lines == records:
        return
    inside = [(number, text) for number, text in ragged if line_break in text]
    for column in table.columns:
        hits = np.flatnonzero(pc.fill_null(pc.match_substring(column, line_break), False).to_numpy())
        inside += zip(numbers[hits].tolist(), column.take(pa.array(hits)).to_pylist(), strict=True)
    width = table.num_columns
    swallowing = [
        number
        for number, text in inside
        if width > 2 and any(line.count(delimiter) >= width - 1 for line in text.split(line_break)[1:])
    ]
    if swallowing:
        raise SheetError(
            f"row {min(swallowing)} has a quote that swallows the rows below it; a closing quote was expected"
        )
    if lines != records + sum(text.count(line_break) for _, text in inside):
        raise SheetError(
            f"{lines} lines stand in a part of the file but {records} rows were read of it; the sheet saved anew was "
            "expected"
        )


def _ragged(ragged: list[tuple[int, str]], delimiter: str, width: int, schema: pa.Schema) -> pa.Table:
    """Rows of another width than the heading: whole where only empty cells stick out, else unread with their text."""
    cells = [next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []) for _, text in ragged]
    whole = [len(each) > width and not any(each[width:]) for each in cells]
    kept = [(*row, each, fit) for row, each, fit in zip(ragged, cells, whole, strict=True) if any(map(str.strip, each))]
    columns = [[each[i] or None if fit else None for _, _, each, fit in kept] for i in range(width)]
    numbers = [number for number, _, _, _ in kept]
    unread = [None if fit else text for _, text, _, fit in kept]
    return pa.table([*columns, numbers, unread], schema=schema)

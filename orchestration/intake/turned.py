"""Sheets whose headings stand one below the other, as in a form for each victim, or with a column for each."""

import itertools
from dataclasses import replace

import numpy as np
import pyarrow as pa

from orchestration.intake.sheet import A_HEADING, Piece, RawSheet, Score, text_rows

TURNED = "its headings stand one below the other: each column was read as a row, which has the number of the column"
# a form has no more questions, and stands in one of the first columns
QUESTIONS, LEFT = 300, 4


def turned(raw: RawSheet, score: Score) -> RawSheet:
    """A sheet with its columns as rows, where its headings stand one below the other; any other sheet as it is.

    Args:
        raw: The sheet, as a reader gives it.
        score: Tells how many of some cells are known headings.
    """
    if score(raw.headings) >= A_HEADING or raw.fault:
        return raw
    pieces = iter(raw.pieces)
    first = list(itertools.islice(pieces, 1))
    there = raw if isinstance(raw.pieces, list) else replace(raw, pieces=itertools.chain(first, pieces))
    if not first or first[0].rows.num_rows > QUESTIONS or first[0].rows["unread"].null_count < first[0].rows.num_rows:
        return there
    cells = first[0].rows.drop_columns(["row_number", "unread"]).to_pydict().values()
    columns = [[heading or None, *column] for heading, column in zip(raw.headings, cells, strict=True)]
    known = [score([cell or "" for cell in column]) for column in columns[:LEFT]]
    left = next((i for i, number in enumerate(known) if number >= A_HEADING), len(columns))
    rows = [(i + 1, column) for i, column in enumerate(columns) if i > left and any(column)]
    # a list of the headings with what each means has no days, numbers or ages in it
    if not rows or not all(any(cell and cell.strip()[:1].isdigit() for cell in column) for _, column in rows):
        return there
    numbers, written = zip(*rows, strict=True)
    table = text_rows(
        [pa.chunked_array([list(each)], pa.string()) for each in zip(*written, strict=True)], np.array(numbers)
    )
    headings = tuple(cell or "" for cell in columns[left])
    return replace(raw, headings=headings, pieces=[Piece(table, first[0].records)], notes=(*raw.notes, TURNED))

"""Reads which months are expected, a file of the data root, as text; what its cells mean is said in SQL."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import delimited
from orchestration.intake.sheet import SheetError

FILE = "expected_months.csv"
COLUMNS = ("kind", "from", "to", "due_day")
REQUIRED = {"kind", "from"}
SCHEMA = pa.schema([("row_number", pa.int32()), *((name, pa.string()) for name in COLUMNS), ("unread", pa.string())])


def expected_months(root: Path) -> pa.Table:
    """Read `expected_months.csv`, where there is one.

    Args:
        root: The data root.

    Returns:
        One row a line of the file, under the columns of the source table `received_expected_months`; none where there
        is no file. A line that cannot be read has the reason in `unread`, a file that cannot be read is one such line.
    """
    path = root / FILE
    if not path.exists():
        return SCHEMA.empty_table()
    try:
        (sheet,) = delimited.read(path, lambda cells: len({_plain(cell) for cell in cells} & set(COLUMNS)))
        return _lines(pa.concat_tables(piece.rows for piece in sheet.pieces), _headings(sheet.headings))
    except SheetError as error:
        return _unread(str(error))
    except (OSError, pa.ArrowException):
        return _unread("it cannot be read; an undamaged file was expected")


def _headings(written: Sequence[str]) -> list[str]:
    """The columns a file has, in its order; raises SheetError where they are not ours."""
    headings = [_plain(cell) for cell in written]
    if not REQUIRED <= set(headings) <= set(COLUMNS) or len(set(headings)) < len(headings):
        raise SheetError(f"its headings are {', '.join(headings)}; {', '.join(COLUMNS)} were expected")
    return headings


def _lines(rows: pa.Table, headings: Sequence[str]) -> pa.Table:
    read = dict(zip(headings, rows.columns, strict=False))
    misfit = pa.scalar("the row has more or fewer cells than the heading")
    columns = {
        "row_number": rows["row_number"],
        **{name: read.get(name, pa.nulls(rows.num_rows, pa.string())) for name in COLUMNS},
        "unread": pc.if_else(pc.is_valid(rows["unread"]), misfit, pa.scalar(None, pa.string())),
    }
    return pa.table(columns).cast(SCHEMA)


def _unread(reason: str) -> pa.Table:
    return pa.Table.from_pylist([{"unread": reason}], schema=SCHEMA)


def _plain(cell: str) -> str:
    return cell.strip().lower()

"""Reads the files of the data root that people keep by hand, as text; what their cells mean is said in SQL."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration import files
from orchestration.intake import delimited
from orchestration.intake.sheet import SheetError

DOCUMENTS = "documents.csv"
EXPECTED_MONTHS = "expected_months.csv"
PARTIES = "own_parties.csv"
PARTY_COLUMNS = (
    "party", "name_en", "name_ar", "kind", "from", "until", "parent_party", "lines", "who", "when", "note",
)  # fmt: skip
PARTY_REQUIRED = ("party", "name_en", "name_ar", "kind")
SOURCES = "sources.csv"
SPELLINGS = "spellings.csv"
SPELLING_COLUMNS = ("list", "spelling", "code", "from", "until", "who", "when", "note")
SPELLING_REQUIRED = ("list", "spelling", "code")


def expected_months(root: Path) -> pa.Table:
    """Read `expected_months.csv`, where there is one.

    Args:
        root: The data root.

    Returns:
        One row a line of the file, under the columns of the source table `received_expected_months`; none where there
        is no file. A line that cannot be read has the reason in `unread`, a file that cannot be read is one such line.
    """
    return _read(root / EXPECTED_MONTHS, ("kind", "from", "to", "due_day"), {"kind", "from"}, may_quote=True)


def own_parties(root: Path) -> pa.Table:
    """Read `own_parties.csv`, where there is one: the parties that this data root has besides the code lists.

    Args:
        root: The data root.

    Returns:
        One row a line, under the columns of the source table `received_parties`, as `expected_months` does.
    """
    return _read(root / PARTIES, PARTY_COLUMNS, PARTY_REQUIRED, may_quote=False)


def sources(root: Path) -> pa.Table:
    """Read `sources.csv`, where there is one: the word before the numbers of some files.

    Args:
        root: The data root.

    Returns:
        One row a line, under the columns of the source table `received_sources`, as `expected_months` does.
    """
    return _read(root / SOURCES, ("files", "word"), {"files", "word"}, may_quote=True)


def spellings(root: Path) -> pa.Table:
    """Read `spellings.csv`, where there is one: the words that people taught.

    Args:
        root: The data root.

    Returns:
        One row a line, under the columns of the source table `received_spellings`, as `expected_months` does.
    """
    # a file without a heading begins with a word of a sheet, which no finding may tell
    return _read(root / SPELLINGS, SPELLING_COLUMNS, SPELLING_REQUIRED, may_quote=False)


def add_spelling(root: Path, line: Mapping[str, str]) -> Path:
    """Add a line to `spellings.csv`, in one step; the file is made where there is none, and else kept as it is.

    Args:
        root: The data root.
        line: Its cells, by column.

    Returns:
        The file.

    Raises:
        ValueError: The file is written in a way that nothing can be added to.
    """
    return _add(root / SPELLINGS, SPELLING_COLUMNS, SPELLING_REQUIRED, line)


def add_party(root: Path, line: Mapping[str, str]) -> Path:
    """Add a line to `own_parties.csv`, as `add_spelling` does to its file."""
    return _add(root / PARTIES, PARTY_COLUMNS, PARTY_REQUIRED, line)


def _add(path: Path, columns: Sequence[str], required: Collection[str], line: Mapping[str, str]) -> Path:
    try:
        text = path.read_bytes().decode() if path.exists() else ",".join(columns) + "\n"
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not in UTF-8: save it as CSV in UTF-8") from None
    heading = text.lstrip("\ufeff").splitlines()[0] if text.strip() else ""
    delimiter = next((each for each in ",;\t" if {*required} <= {*_cells(heading, each)}), None)
    if delimiter is None or not {name for name, cell in line.items() if cell} <= {*_cells(heading, delimiter)}:
        raise ValueError(f"the first line of {path.name} is no heading of {', '.join(columns)}")
    added, ending = io.StringIO(), "\r\n" if "\r\n" in text else "\n"
    cells = [line.get(name, "") for name in _cells(heading, delimiter)]
    csv.writer(added, delimiter=delimiter, lineterminator=ending).writerow(cells)
    files.write(path, text + ("" if text.endswith("\n") else ending) + added.getvalue())
    return path


def _cells(heading: str, delimiter: str) -> list[str]:
    return [_plain(cell) for cell in next(csv.reader([heading], delimiter=delimiter), [])]


def _read(path: Path, columns: Sequence[str], required: Collection[str], may_quote: bool) -> pa.Table:
    schema = pa.schema(
        [("row_number", pa.int32()), *((name, pa.string()) for name in columns), ("unread", pa.string())]
    )
    if not path.exists():
        return schema.empty_table()
    try:
        (sheet,) = delimited.read(path, lambda cells: len({_plain(cell) for cell in cells} & set(columns)))
        headings = [_plain(cell) for cell in sheet.headings]
        if not set(required) <= set(headings) <= set(columns) or len(set(headings)) < len(headings):
            found = f"its headings are {', '.join(headings)}" if may_quote else "its first line is no heading of ours"
            raise SheetError(f"{found}; {', '.join(columns)} were expected")
        return _lines(pa.concat_tables(piece.rows for piece in sheet.pieces), headings, schema)
    except SheetError as error:
        return _unread(str(error), schema)
    except (OSError, pa.ArrowException):
        return _unread("it cannot be read; an undamaged file was expected", schema)


def _lines(rows: pa.Table, headings: Sequence[str], schema: pa.Schema) -> pa.Table:
    read = dict(zip(headings, rows.columns, strict=False))
    misfit = pa.scalar("the row has more or fewer cells than the heading")
    columns = {name: read.get(name, pa.nulls(rows.num_rows, pa.string())) for name in schema.names}
    columns["row_number"] = rows["row_number"]
    columns["unread"] = pc.if_else(pc.is_valid(rows["unread"]), misfit, pa.scalar(None, pa.string()))
    return pa.table(columns).cast(schema)


def _unread(reason: str, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{"unread": reason}], schema=schema)


def _plain(cell: str) -> str:
    return cell.strip().lower()

"""Any table of text, written in any format, is read back cell by cell."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import take_in
from tests.unit.intake.conftest import stored

COLUMNS = ["case_id", "documented_on", "killed_governorate", "party", "name_ar", "age", "weapon", "notes"]
SIGNS = st.text(st.sampled_from("aZ0٣ش٠é\"',; \t\n.-=\\/{}[]ً"), max_size=4)
# with a letter in it, a cell is neither a box that nobody ticked nor a mark for what stands above
CELLS = st.sampled_from(["", " ", "\n"]) | st.tuples(SIGNS, SIGNS).map("a".join)
TABLES = st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=6)


def as_csv(path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *rows])
    path.write_text(text.getvalue(), "utf-8", newline="")


def as_xlsx(path: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        tab = book.add_worksheet("deaths")
        for i, row in enumerate([COLUMNS, *rows]):
            for j, cell in enumerate(row):
                tab.write_string(i, j, cell)


def as_json(path: Path, rows: list[list[str]]) -> None:
    path.write_text(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows]), "utf-8")


def as_parquet(path: Path, rows: list[list[str]]) -> None:
    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    pq.write_table(pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=schema), path)


@pytest.mark.parametrize(
    ("ending", "write", "first"),
    [("csv", as_csv, 2), ("xlsx", as_xlsx, 2), ("json", as_json, 1), ("parquet", as_parquet, 1)],
)
@settings(max_examples=8)
@given(rows=TABLES)
def test_round_trip(ending, write, first, rows):
    with TemporaryDirectory() as folder:
        (Path(folder) / "raw" / "any").mkdir(parents=True)
        write(Path(folder) / "raw" / "any" / f"deaths.{ending}", rows)
        intake = take_in(Path(folder), datetime(2023, 9, 3, tzinfo=UTC), date(2023, 9, 3))
        read = stored(Path(folder), intake)
        if not rows and ending == "json":
            return
        assert intake.sheets["set_aside"].to_pylist() == [None]
        expected = [
            (number, [cell or None for cell in row])
            for number, row in enumerate(rows, first)
            if any(map(str.strip, row))
        ]
        assert [(row["row_number"], [row[column] for column in COLUMNS]) for row in read] == expected

"""Figures as files for other programs: CSV for any, XLSX for spreadsheets."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import xlsxwriter

from orchestration.publish.queries import Row

OPTIONS = {
    "in_memory": True,
    "default_date_format": "yyyy-mm-dd",
    # what begins with = or http stays what it is
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as RFC 4180 has it, under a heading; days as ISO dates, what is null as an empty cell. At least one row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def marked(rows: Sequence[Row], problems: Sequence[Row]) -> bytes:
    """A workbook of the rows of a sheet as they were received, bad cells marked, and why in the column before them.

    Args:
        rows: At least one; `sheet`, `row_number` and our columns, as text. Rows of several sheets have a tab each.
        problems: Problems of these rows, as `queries.problems` gives them.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        bold, bad = workbook.add_format({"bold": True}), workbook.add_format({"bg_color": "#f8c8c8"})
        for number, (_, group) in enumerate(groupby(rows, key=itemgetter("sheet")), start=1):
            _mark(workbook.add_worksheet(f"sheet {number}"), list(group), problems, bold, bad)
    return file.getvalue()


def _mark(sheet: Any, rows: list[Row], problems: Sequence[Row], bold: Any, bad: Any) -> None:
    kind, tab = rows[0]["sheet"]
    columns = [name for name in rows[0] if name != "sheet" and any(row[name] is not None for row in rows)]
    cells = pa.Table.from_pylist(rows).select(columns)
    lines = {row["row_number"]: line for line, row in enumerate(rows, start=1)}
    sheet.write_row(0, 0, ["why", *columns], bold)
    for place, name in enumerate(columns, start=1):
        sheet.write_column(1, place, cells[name].to_pylist())
    of_row = itemgetter("row_number")
    of_sheet = [each for each in problems if (each["kind"], each["tab"]) == (kind, tab) and of_row(each) in lines]
    for number, group in groupby(sorted(of_sheet, key=of_row), key=of_row):
        found, line = list(group), lines[number]
        sheet.write_string(line, 0, "; ".join(each["sentence"] for each in found), bad)
        for place in {columns.index(each["column"]) for each in found if each["column"] in columns}:
            sheet.write(line, place + 1, rows[line - 1][columns[place]], bad)
    sheet.freeze_panes(1, 1)
    sheet.autofit()


def as_sheet(rows: Sequence[Row], tab: str) -> bytes:
    """A workbook of one tab, as sheets are dropped: at least one row under a heading, numbers and days as such."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        _write(workbook, tab, rows)
    return file.getvalue()


def _write(workbook: xlsxwriter.Workbook, tab: str, rows: Sequence[Row]) -> None:
    sheet = workbook.add_worksheet(tab)
    sheet.write_row(0, 0, list(rows[0]), workbook.add_format({"bold": True}))
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, list(row.values()))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(rows[0]) - 1)
    sheet.autofit()


def as_xlsx(rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """A workbook with a sheet of the rows, numbers and days as such, and one that says what they are.

    Args:
        rows: At least one; all of the same columns.
        about: What the second sheet says, a line each: what of, and what.

    Returns:
        The bytes of the file; the same rows and the same release give the same bytes.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        workbook.set_properties({"created": datetime.fromisoformat(about["business date"].isoformat())})
        _write(workbook, "figures", rows)
        tab = workbook.add_worksheet("about")
        tab.write_column(0, 0, list(about), workbook.add_format({"bold": True}))
        tab.write_column(0, 1, list(about.values()))
        tab.autofit()
    return file.getvalue()


def about(release: Mapping[str, Any], period: str, by: Sequence[str], basis: str) -> dict[str, Any]:
    """What some figures are of: the release and its day, and what was asked for."""
    return {
        "release": release["release"],
        "business date": date.fromisoformat(str(release["business_date"])),
        "period": period,
        "basis": basis,
        "broken down by": ", ".join(by) or "everything there is",
        "zero and nothing": "0: sheets came and none counts here; an empty cell of a dimension: not broken down by it",
    }

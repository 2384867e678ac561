"""The three formats of the sample: comma-separated, a workbook with tabs, the export of a form tool.

Every file says in itself that it is synthetic. What stands in the rows belongs to `months`.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from orchestration.sample import invented

MADE_HOW = (
    "SYNTHETIC: invented people and incidents, made by `casebook sample` so that the counts of the month equal the "
    "printed ones. Nobody named here ever lived."
)
MADE_ON = datetime(2025, 2, 1)
"""Written into the workbook in place of the clock, so that its bytes stay the same."""


def comma_separated(con: duckdb.DuckDBPyConnection, kind: str, sheet: str, path: Path) -> Path:
    """Write one sheet of a kind; the Arabic one has Arabic headings and digits, and fewer columns."""
    columns = {name: name for name in invented.contract()[kind]}
    cells = ", ".join(columns)
    if sheet == "arabic":
        columns = dict(con.sql(f"select column_name, heading from '{invented.HERE}/headings_ar.csv'").fetchall())
        numeric = {name for name, meta in invented.contract()[kind].items() if meta["type"] in ("date", "integer")}
        cells = ", ".join(
            f"translate({name}, '0123456789', '٠١٢٣٤٥٦٧٨٩') as \"{heading}\""
            if name in numeric
            else f'{name} as "{heading}"'
            for name, heading in columns.items()
        )
    rows = f"select {cells} from sheet_{kind} where folder = '{path.parent.name}' and sheet = '{sheet}'"
    con.execute(f"copy ({rows} order by documented_on, {next(iter(columns))}) to '{path}' (header, delimiter ',')")
    return path


def workbook(con: duckdb.DuckDBPyConnection, kinds: Sequence[str], path: Path) -> Path:
    """Write a workbook with a tab a kind: a merged title, the heading in the second row, dates as date cells."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": "Synthetic case sheets", "comments": MADE_HOW, "created": MADE_ON})
        bold = book.add_format({"bold": True})
        for kind in kinds:
            columns = invented.contract()[kind]
            tab = book.add_worksheet(kind)
            tab.merge_range(0, 0, 0, len(columns) - 1, MADE_HOW, bold)
            tab.write_row(1, 0, columns, bold)
            tab.freeze_panes(2, 0)
            for number, (name, meta) in enumerate(columns.items()):
                tab.write_column(2, number, _cells(con, kind, path.parent.name, name, meta["type"]))
    return path


def _cells(
    con: duckdb.DuckDBPyConnection, kind: str, folder: str, column: str, its_type: str
) -> list[date | int | str | None]:
    """A column of a tab; what is not a date or a number, though it should be, stays text."""
    cast = {"date": "date", "integer": "integer"}.get(its_type, "varchar")
    rows = con.sql(
        f"select try_cast({column} as {cast}), {column} from sheet_{kind} "
        f"where folder = '{folder}' and sheet = '' order by documented_on, {next(iter(invented.contract()[kind]))}"
    ).fetchall()
    return [written if value is None else value for value, written in rows]


def submissions(con: duckdb.DuckDBPyConnection, kinds: Sequence[str], path: Path) -> Path:
    """Write a form tool's export: a submission a day, the kinds as repeat groups inside, no empty answers."""
    groups = " union all ".join(
        # merging into an empty object drops the members that are null
        f"select coalesce(revised_on, documented_on) as day, {order} as position, '{kind}' as kind, "
        f"list(json_merge_patch('{{}}', to_json(rows)) order by {next(iter(invented.contract()[kind]))}) as answers "
        f"from (select * exclude (folder, sheet) from sheet_{kind} where folder = '{path.parent.name}') as rows "
        "group by day"
        for order, kind in enumerate(kinds)
    )
    days = con.sql(
        f"select day, map_from_entries(list((kind, answers) order by position))::json from ({groups}) "
        "group by day order by day"
    )
    results = [
        _submission(number, day, json.loads(answers)) for number, (day, answers) in enumerate(days.fetchall(), start=1)
    ]
    path.write_text(
        json.dumps({"_about": MADE_HOW, "results": results}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return path


def _submission(number: int, day: date, answers: dict[str, list[Any]]) -> dict[str, Any]:
    """What a form tool notes of a submission, then its answers; how many victims it has is one of them."""
    declared = {"number_of_victims": len(answers["deaths"])} if "deaths" in answers else {}
    about = {"_id": number, "_uuid": f"synthetic-{day}", "_submission_time": f"{day}T18:00:00"}
    return about | declared | answers

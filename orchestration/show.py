"""Rows as a person reads them at a terminal."""

from typing import Any

from rich.table import Table


def table(columns: list[str], rows: list[dict[str, Any]]) -> Table:
    """Rows as a table for a person: numbers to the right, what is not known as a dash."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        numeric = not any(isinstance(row.get(column), str) for row in rows)
        shown.add_column(column, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        shown.add_row(*("–" if row.get(column) is None else str(row[column]) for column in columns))
    return shown


def problem(row: dict[str, Any]) -> str:
    """One problem of a sheet's row, on one line."""
    tab = f" tab {row['tab']}" if row["tab"] else ""
    where = f"row {row['row_number']}  {row['column']}" if row["row_number"] else "all rows"
    noted = "" if row["severity"] == "Q" else "(noted) "
    return f"{row['month'] or 'undated'}  {row['file_name']}{tab}  {where}  {row['rule_id']}  {noted}{row['sentence']}"


def by_category(rows: list[dict[str, Any]], by: list[str]) -> list[dict[str, Any]]:
    """One row a figure with its categories beside each other."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["measure"], *(row[name] for name in by))
        line = lines.setdefault(key, {"measure": row["measure"]} | {name: row[name] for name in by})
        line[row["category"]] = row["value"]
    return list(lines.values())

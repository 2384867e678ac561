"""The sample: July 2023 as CSV, December 2024 as one workbook, January 2025 as the export of a form tool.

How many cases of which kind there are is data (`targets.csv`, `events.csv`), how a cell becomes rows is SQL
(`sheets.sql`); here the rows get the words of their sheet and go to their files, whose formats are in `formats`.
"""

from pathlib import Path

import duckdb

from orchestration.sample import formats, invented

KINDS = ("deaths", "incidents", "facility_attacks", "torture", "detentions")


def write_sample(root: Path) -> list[Path]:
    """Write the sample sheets beneath `root/raw/`, the same bytes every time.

    Args:
        root: The data root; folders are made, files of the same name are overwritten.

    Returns:
        The files written.

    Raises:
        duckdb.Error: a seed of the dbt project is missing or has lost a column.
    """
    con = made()
    july, december, january = (root / "raw" / month for month in ("2023-07", "2024-12", "2025-01"))
    for folder in (july, december, january):
        folder.mkdir(parents=True, exist_ok=True)
    return [
        formats.comma_separated(con, "deaths", "", july / "deaths__synthetic.csv"),
        formats.comma_separated(con, "deaths", "arabic", july / "deaths__synthetic_arabic.csv"),
        formats.comma_separated(con, "incidents", "", july / "incidents__synthetic.csv"),
        formats.comma_separated(con, "detentions", "", july / "detentions__synthetic.csv"),
        formats.workbook(
            con, ("deaths", "incidents", "facility_attacks", "detentions"), december / "synthetic_cases.xlsx"
        ),
        formats.comma_separated(con, "deaths", "revisions", december / "deaths__synthetic_revisions.csv"),
        formats.submissions(con, KINDS, january / "synthetic_submissions.json"),
    ]


def made() -> duckdb.DuckDBPyConnection:
    """A connection with the tables `sheet_<kind>`: every row as written, with the folder and sheet it lies in."""
    con = invented.connect()
    invented.run(con, "sheets.sql")
    _learn_words(con)
    for kind in KINDS:
        _write_out(con, kind)
    return con


def _learn_words(con: duckdb.DuckDBPyConnection) -> None:
    """Collect the words of all code lists, `words(code_list, code, en, ar)`; a seed's first column is its key."""
    seeds = invented.DBT_PROJECT / "seeds"
    con.execute(f"create table words as select code_list, code, name_en as en, name_ar as ar from '{seeds}/codes.csv'")
    metas = [meta for columns in invented.contract().values() for meta in columns.values()]
    for code_list in sorted({meta["code_list"] for meta in metas if "code_list" in meta}):
        if (seed := seeds / f"{code_list}.csv").exists():
            key = con.read_csv(str(seed)).columns[0]
            con.execute(f"insert into words select '{code_list}', {key}, name_en, name_ar from '{seed}'")


def _write_out(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Make `sheet_<kind>`, every cell as text.

    A first revision carries the cell's mistake, if there is one; a later one is put right, or withdraws the case.
    """
    for column in ("mistake map(varchar, varchar)", "revised map(varchar, varchar)", "revised_on date"):
        con.execute(f"alter table made_{kind} add column if not exists {column}")
    drawn = set(con.table(f"made_{kind}").columns)

    def cells(changes: str, **fixed: str) -> str:
        written = []
        for name, meta in invented.contract()[kind].items():
            value = fixed.get(name, f"made.{name}::varchar" if name in drawn else "null")
            value = f"stated({changes}, '{name}', stated(also, '{name}', {value}))"
            written.append(f"{_worded(value, meta)} as {name}")
        return ", ".join(written)

    con.execute(f"""create table sheet_{kind} as
        select month as folder, sheet, {cells("mistake", revision="'1'", revised_on="null")} from made_{kind} as made
        union all
        select strftime(made.revised_on, '%Y-%m'), 'revisions', {cells("revised", revision="'2'")}
        from made_{kind} as made where made.revised_on is not null""")


def _worded(value: str, meta: dict[str, str]) -> str:
    """SQL for a cell in the words of its sheet; a form tool exports codes."""
    if meta["type"] != "code":
        return value
    words = f"select if(sheet = 'arabic', ar, en) from words where code_list = '{meta['code_list']}' and code = {value}"
    return f"if(month = '2025-01', {value}, coalesce(({words}), {value}))"

"""`make faults`: faults put into good sheets and printed figures, and who speaks of them.

A house of invented months is run until nothing is left to say; reports of its own figures are printed, as sheets of
stated figures, beside copies of the sample's documents. Then one fault is put into each of most months, and one into
each copy, and the night is judged once. Found: the rule that must speak does, of that month or document. False: any
rule that speaks of a month or document without a fault and did not before. Beside them lie documents invented in the
shapes of public reports by other outlets, and what an expert would say of each.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import dagster
import duckdb
import pandas as pd
from rich.console import Console

from orchestration.cli.render import table
from orchestration.sample import write_cases
from orchestration.settings import REPOSITORY
from tests.integration.house import House

HERE = Path(__file__).parent
FIRST, LAST, CASES = date(2014, 1, 1), date(2019, 12, 1), 3600
DAY = "2020-03-01"
FINDING = ["rule_id", "document", "period_start", "subject", "category"]


def main() -> int:
    """Print the matrix; 1 where a fault was missed or a rule spoke of what is right."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "data")
        con = laid_out(house)
        judged(house)
        print_reports(house, con)
        con.execute((HERE / "stated.sql").read_text())
        drop_documents(house, con, "lines", "any/stated_figures.csv")
        before = judged(house)
        con.execute((HERE / "sheets.sql").read_text())
        drop_cases(house, con, "faulty")
        drop_documents(house, con, "copies", "any/stated_figures__copies.csv")
        con.execute(f"copy invented to '{house.drop('any/stated_figures__invented.csv', '')}' (header)")
        after = judged(house)
    return told(con, before, after)


def laid_out(house: House) -> duckdb.DuckDBPyConnection:
    """A house with a sheet of deaths a month, and a connection that holds them and the sample's printed figures."""
    write_cases(house.root, CASES, FIRST, LAST)
    con = duckdb.connect()
    deaths, stated = house.root / "raw" / "any" / "deaths__synthetic.csv", REPOSITORY / "data" / "raw" / "any"
    con.execute(
        f"create table deaths as select *, documented_on[:7] as month from read_csv('{deaths}', all_varchar=true)"
    )
    con.execute(
        "create table printed as select * exclude (filename) from "
        f"read_csv('{stated}/stated_figures__*.csv', all_varchar=true, union_by_name=true, filename=true)"
    )
    for name in ("invented", "expert"):
        con.execute(f"create table {name} as from read_csv('{HERE / name}.csv', all_varchar=true, comment='#')")
    deaths.unlink()
    drop_cases(house, con, "deaths")
    house.root.joinpath("expected_months.csv").write_text(
        f"kind,from,to,due_day\ndeaths,{FIRST:%Y-%m},{LAST:%Y-%m},5\n"
    )
    return con


def drop_cases(house: House, con: duckdb.DuckDBPyConnection, cases: str) -> None:
    """Drop a sheet of deaths into the folder of each month, in place of any that lies there."""
    for old in house.root.glob("raw/20*/deaths.csv"):
        old.unlink()
    for (month,) in con.execute(f"select distinct month from {cases} order by 1").fetchall():
        path = house.drop(f"{month}/deaths.csv", "")
        con.execute(f"copy (select * exclude (month) from {cases} where month = '{month}') to '{path}' (header)")


def drop_documents(house: House, con: duckdb.DuckDBPyConnection, lines: str, place: str) -> None:
    """Drop printed figures."""
    path = house.drop(place, "")
    con.execute(f"copy (select * exclude (line) from {lines}) to '{path}' (header)")


def print_reports(house: House, con: duckdb.DuckDBPyConnection) -> None:
    """A report a month of what the house itself adds up, by party and by governorate."""
    with duckdb.connect(house.place.warehouse, read_only=True) as warehouse:
        figures = warehouse.execute((HERE / "reports.sql").read_text()).to_arrow_table()
    con.register("figures", figures)
    con.execute(f"copy (from figures) to '{house.drop('any/stated_figures__reports.csv', '')}' (header)")


def judged(house: House) -> pd.DataFrame:
    """A night over everything, and what failed in it. A blocking rule may hold it back."""
    with house.entered():
        from orchestration.definitions import build_definitions
        from orchestration.pipeline.running import run_months

        months = [date(year, month, 1) for year in range(FIRST.year, LAST.year + 1) for month in range(1, 13)]
        with dagster.DagsterInstance.ephemeral() as home:
            job = build_definitions().resolve_job_def("nightly")
            run = run_months(job, home, months, date.fromisoformat(DAY))
    if not run or (run.error and not run.is_rule):
        raise RuntimeError(run and run.error)
    log = pd.read_parquet(house.place.evaluations / f"{run.run_id}.parquet")
    return log[log["period_kind"].notna() & (log["verdict"] == "failed")]


def told(con: duckdb.DuckDBPyConnection, before: pd.DataFrame, after: pd.DataFrame) -> int:
    """The matrix, and what was missed or false by name."""
    con.register("before", before[FINDING])
    con.register("after", after[FINDING])
    con.execute("set variable night_month = $month", {"month": DAY[:7]})
    con.execute((HERE / "matrix.sql").read_text())
    out = Console(soft_wrap=True)
    rows = con.execute("from matrix").df().to_dict("records")
    out.print(table(["fault", "rule", "faults", "found", "missed", "other rules spoke"], rows))
    for name in ("missed", "false_alarms"):
        lines: Sequence[tuple[str, ...]] = con.execute(f"select said from {name} order by all").fetchall()
        out.print(f"\n{name}: {len(lines)}")
        for (line,) in lines[:40]:
            out.print(f"  {line}", markup=False)
    faults, found, false = con.execute(
        "select sum(faults), sum(found), (select count(*) from false_alarms) from matrix"
    ).fetchone()
    out.print(f"\n{faults} faults: {found} found, {faults - found} missed, {false} false alarms")
    return 0 if faults == found and not false else 1


if __name__ == "__main__":
    sys.exit(main())

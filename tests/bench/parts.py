"""Parts of a night by themselves, each in a process of its own: `python -m tests.bench.parts NAME ROOT`.

Each prints the seconds it took, imports left out but where they are the part.
"""

import os
import shutil
import sys
import time
from datetime import date, datetime
from pathlib import Path

DAY = date(2025, 3, 1)
# not from orchestration.settings: that would tell Python's garbage collector what Casebook tells it
DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"


def imports_and_build(root: Path) -> None:
    """What a night cannot do without: three libraries, and `dbt build` of the same models, as these come."""
    import dagster  # noqa: F401
    import dagster_dbt  # noqa: F401
    import great_expectations  # noqa: F401
    from dbt.cli.main import dbtRunner

    own = root / "plain"
    places = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT, "--target-path", own, "--log-path", own]
    models = ["--select", "source:received+", "--exclude", "resource_type:unit_test"]
    os.environ["CASEBOOK_WAREHOUSE"] = str(root / "warehouse" / "draft" / "casebook.duckdb")
    result = dbtRunner().invoke(["build", *models, *map(str, places)])
    assert result.success, result.exception


def same_collector(root: Path) -> None:
    """The same, with Python's collector told what Casebook tells it: what is left is Casebook's own work."""
    import orchestration  # noqa: F401

    imports_and_build(root)


def intake(root: Path) -> None:
    """Reading and storing what lies in raw/, as the first night does."""
    import pandas  # noqa: F401  DuckDB imports it when it is first handed a value

    from orchestration.intake import Limits, take_in

    shutil.rmtree(root / "lake", ignore_errors=True)
    with_clock(lambda: take_in(root, datetime(2025, 3, 1), DAY, None, None, Limits()))


def copier(root: Path) -> None:
    """Each CSV sheet read by the library alone, every cell as text, and written as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    out = root / "copied"
    out.mkdir(exist_ok=True)

    def copy() -> None:
        for sheet in (root / "raw").glob("*/*.csv"):
            names = sheet.open(encoding="utf-8").readline().strip().split(",")
            options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
            pq.write_table(csv.read_csv(sheet, convert_options=options), out / f"{sheet.stem}.parquet")

    with_clock(copy)


def csv_reader(root: Path) -> None:
    """The library that reads CSV, alone: every cell as text."""
    import pyarrow as pa
    from pyarrow import csv

    (sheet,) = (root / "raw").glob("*/deaths*.csv")
    names = sheet.open(encoding="utf-8").readline().strip().split(",")
    options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    with_clock(lambda: csv.read_csv(sheet, convert_options=options))


def xlsx_reader(root: Path) -> None:
    """The library that reads workbooks, alone."""
    from python_calamine import CalamineWorkbook

    (sheet,) = (root / "raw").glob("*/deaths*.xlsx")
    with_clock(lambda: CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python())


def bare_deaths(root: Path) -> None:
    """The bare script that makes no more of the deaths than the tallies need."""
    _bare(root, "deaths")


def bare_facts(root: Path) -> None:
    """The bare script that makes the same facts."""
    _bare(root, "facts")


def _bare(root: Path, name: str) -> None:
    from tests.bench import bare

    out = root / "bare"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    with_clock(lambda: getattr(bare, name)(root / "raw" / "any", out))


def with_clock(work: "object") -> None:
    """Print how many seconds a piece of work takes."""
    begun = time.perf_counter()
    work()
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))

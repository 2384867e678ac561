"""What codes are called in both languages, as the lists of a release and of the house have it."""

from pathlib import Path

import duckdb

from orchestration.settings import DBT_PROJECT, Settings
from orchestration.sql import literal

SQL = Path(__file__).with_name("names.sql")
# those that a release does not hold, and what stands in figures alone
LISTS = {
    "own_codes": SQL.with_name("codes.csv"),
    "small_codes": DBT_PROJECT / "seeds" / "codes.csv",
    **{name: DBT_PROJECT / "seeds" / f"{name}.csv" for name in ("measures", "cause_groups", "age_groups", "schemes")},
}


def lay_out(connection: duckdb.DuckDBPyConnection, release: Path) -> None:
    """Attach a release as `released`, and lay its codes out as the table `codes`, beside the lists they are of."""
    connection.execute(f"attach {literal(release)} as released (read_only)")
    for name, path in LISTS.items():
        connection.execute(f"create temp table {name} as from read_csv({literal(path)}, header = true)")
    connection.execute(SQL.read_text("utf-8"))


def in_english(settings: Settings, scheme: str) -> dict[tuple[str, str], str]:
    """The English names of the current release by dimension and code, of parties as a scheme prints them."""
    with duckdb.connect() as connection:
        lay_out(connection, settings.release)
        rows = connection.execute("select list, code, name from codes where coalesce(scheme, ?) = ?", [scheme, scheme])
        return {(of_list, code): name for of_list, code, name in rows.fetchall()}

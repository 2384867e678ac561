"""The log of editions: which figures were published of each month, and when they were others (I70).

One Parquet file a run that published something new, written once and never changed. It outlives the warehouse, which an
upgrade builds from nothing. What a mark is, and what follows from all of them, is SQL's business (int_editions,
dim_months).
"""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import files
from orchestration.settings import Settings

EDITIONS = pa.schema(
    [
        ("run_id", pa.string()),
        ("noted_at", pa.timestamp("us")),
        ("business_date", pa.date32()),
        ("month", pa.date32()),
        ("measure", pa.string()),
        ("breakdown", pa.string()),
        ("mark", pa.string()),
    ]
)
NEWS = """
    select
        ? as run_id, ?::timestamp as noted_at, ?::date as business_date, month, measure, breakdown, mark
    from intermediate.int_editions
    where mark is distinct from published_mark and month not in (select month from received.held_months)
    order by month, measure, breakdown
"""


def read(settings: Settings) -> pa.Table:
    """Every edition there was, under the columns of the source table `received_editions`."""
    paths = sorted(settings.editions.glob("*.parquet"))
    return files.undamaged(paths, _read)


def _read(paths: list[Path]) -> pa.Table:
    from pyarrow import dataset  # which imports pandas: every command would begin a fifth of a second later

    given = [str(path) for path in paths]
    return dataset.dataset(given, schema=EDITIONS, format="parquet").to_table() if given else EDITIONS.empty_table()


def record(settings: Settings, run_id: str, business_date: date, noted_at: datetime) -> None:
    """Append what a run has published for the first time, or otherwise than before.

    Args:
        settings: Where the log lies, and the draft the release was cut from.
        run_id: The run.
        business_date: The day it is for.
        noted_at: When, in UTC; for the order alone.
    """
    with duckdb.connect(settings.draft, read_only=True) as connection:
        values = [run_id, noted_at.replace(tzinfo=None), business_date]
        rows = connection.execute(NEWS, values).to_arrow_table().cast(EDITIONS)
    if rows.num_rows:
        files.write(settings.editions / f"{run_id}.parquet", lambda path: pq.write_table(rows, path))

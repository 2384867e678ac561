"""Under which month a row is stored; nothing more is concluded from it."""

from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapping import by_distinct
from orchestration.intake.words import literal

EARLIEST = date(2011, 3, 1)


def placed(
    con: duckdb.DuckDBPyConnection, written: pa.ChunkedArray, style: str, folder: date | None, latest: date
) -> tuple[pa.Array, list[date]]:
    """Place rows by their written dates.

    Args:
        con: Where to_date() is known.
        written: The date of each row, as written.
        style: How the sheet writes dates that are not ISO.
        folder: The folder's month, which rows without a usable date fall to.
        latest: The last month rows may lie in.

    Returns:
        The month of each row (null where neither date nor folder give one), and every month the dates speak of.
    """
    spoken: list[date] = []
    fallback = pa.scalar(folder if folder and EARLIEST <= folder <= latest else None, pa.date32())

    def month(words: pa.Array) -> pa.Array:
        con.register("written_dates", pa.table({"i": range(len(words)), "written": words}))
        # to_date() repeats its cell, so what the cell is comes first: as one expression it takes three times as long
        query = f"""with bare as materialized (select i, known(written) as cell from written_dates)
            select date_trunc('month', to_date(cell, {literal(style)}))::date from bare order by i"""
        months = con.execute(query).to_arrow_table().column(0).combine_chunks()
        spoken.extend(each for each in pc.unique(months).to_pylist() if each and each >= EARLIEST)
        usable = pc.and_(pc.greater_equal(months, EARLIEST), pc.less_equal(months, latest))
        return pc.if_else(pc.fill_null(usable, False), months, fallback)

    return by_distinct(written, month), spoken

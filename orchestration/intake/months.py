"""Under which month a row is stored; nothing more is concluded from it."""

from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapping import by_distinct
from orchestration.months import FIRST_MONTH
from orchestration.sql import literal


class Months:
    """Places the rows of a sheet by their written dates, each of which is looked at once.

    `spoken` are the months that the dates placed so far speak of.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, style: str, folder: date | None, latest: date) -> None:
        """Make ready to place.

        Args:
            con: Where to_date() is known.
            style: How the sheet writes dates that are not ISO.
            folder: The folder's month, which rows without a usable date fall to.
            latest: The last month rows may lie in.
        """
        self.spoken: set[date] = set()
        self._con, self._style, self._latest = con, style, latest
        self._fallback = pa.scalar(folder if folder and FIRST_MONTH <= folder <= latest else None, pa.date32())
        self._words, self._months = pa.array([], pa.string()), pa.array([], pa.date32())

    def of(self, written: pa.ChunkedArray) -> pa.Array:
        """The month of each row, by its date as written; null where neither that nor the folder give one."""
        return by_distinct(written, self._known)

    def _known(self, words: pa.Array) -> pa.Array:
        """The month of each of some different words."""
        new = words.filter(pc.invert(pc.is_in(words, value_set=self._words)))
        if len(new):
            self._words = pa.concat_arrays([self._words, new])
            self._months = pa.concat_arrays([self._months, self._read(new)])
        return self._months.take(pc.index_in(words, value_set=self._words))

    def _read(self, words: pa.Array) -> pa.Array:
        self._con.register("written_dates", pa.table({"i": range(len(words)), "written": words}))
        # to_date() repeats its cell, so what the cell is comes first: as one expression it takes three times as long
        query = f"""with bare as materialized (select i, known(written) as cell from written_dates)
            select date_trunc('month', to_date(cell, {literal(self._style)}))::date from bare order by i"""
        months = self._con.execute(query).to_arrow_table().column(0).combine_chunks()
        self.spoken.update(each for each in pc.unique(months).to_pylist() if each and each >= FIRST_MONTH)
        usable = pc.and_(pc.greater_equal(months, FIRST_MONTH), pc.less_equal(months, self._latest))
        return pc.if_else(pc.fill_null(usable, False), months, self._fallback)

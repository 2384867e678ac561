"""Under which month a row is stored; nothing more is concluded from it."""

from collections.abc import Callable, Sequence
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.mapped import by_distinct
from orchestration.months import FIRST_MONTH
from orchestration.sql import literal

# so many written dates are remembered: more than there are days in the record, in every way to write them
REMEMBERED = 1 << 17


class Dates:
    """The months of written dates, each of which is looked at once, however many sheets have it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._known: dict[str, dict[str | None, date | None]] = {}

    def months(self, style: str, words: pa.Array) -> pa.Array:
        """First day of the month of each of some different words; null where it is no date.

        Args:
            style: How dates are written that are not ISO.
            words: The words.
        """
        known = self._known.setdefault(style, {})
        written = words.to_pylist()
        if new := [word for word in written if word not in known]:
            known |= zip(new, self._read(style, new).to_pylist(), strict=True)
        months = pa.array([known[word] for word in written], pa.date32())
        if len(known) > REMEMBERED:
            known.clear()
        return months

    def _read(self, style: str, words: Sequence[str | None]) -> pa.Array:
        written = pa.table({"i": range(len(words)), "written": pa.array(words, pa.string())})
        self._con.register("written_dates", written)
        # to_date() repeats its cell, so what the cell is comes first: as one expression it takes three times as long
        query = f"""with bare as materialized (select i, known(written) as cell from written_dates)
            select date_trunc('month', to_date(cell, {literal(style)}))::date from bare order by i"""
        return self._con.execute(query).to_arrow_table().column(0).combine_chunks()


class Months:
    """Places the rows of a sheet by their written dates.

    `spoken` are the months that the dates placed so far speak of.
    """

    def __init__(self, read: Callable[[pa.Array], pa.Array], folder: date | None, latest: date) -> None:
        """Make ready to place.

        Args:
            read: The months of different words, as the sheet writes dates (see `Dates`).
            folder: The folder's month, which rows without a usable date fall to.
            latest: The last month rows may lie in.
        """
        self.spoken: set[date] = set()
        self._read, self._latest = read, latest
        self._fallback = pa.scalar(folder if folder and FIRST_MONTH <= folder <= latest else None, pa.date32())

    def of(self, written: pa.ChunkedArray) -> pa.Array:
        """The month of each row, by its date as written; null where neither that nor the folder give one."""
        return by_distinct(written, self._placed)

    def _placed(self, words: pa.Array) -> pa.Array:
        months = self._read(words)
        self.spoken.update(each for each in pc.unique(months).to_pylist() if each and each >= FIRST_MONTH)
        usable = pc.and_(pc.greater_equal(months, FIRST_MONTH), pc.less_equal(months, self._latest))
        return pc.if_else(pc.fill_null(usable, False), months, self._fallback)

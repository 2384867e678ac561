"""The one way a number comes into a report: asked of the release by what it is, and given with that address.

An address says everything: `deaths 2025-01 children party=sdf`. Whoever reads a finished report back looks the same
address up again, in the release itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dimensions import DIMENSIONS, only_by
from orchestration.publish.periods import parse_period

# the rows of one measure and period; and those that are broken down by exactly some dimensions
OF = """
    from marts.fct_figures
    where measure = $measure and basis = 'documented' and period_kind = $kind and period_start = $start
        and period_end = last_day($last::date)
"""
EXACTLY = f"{OF} and {{exactly}}"
MEMBERS = f"select {{dimension}} {EXACTLY} and category = 'total' order by value desc, {{dimension}}"
SCHEME = f"select scheme {EXACTLY} limit 1"
NUMBER, SHARE, MORE, FEWER = "number", "share", "more", "fewer"
OTHER, TOTAL = "other", "total"


@dataclass(frozen=True)
class Figure:
    """A number of the release.

    Attributes:
        value: The number; per cent where it is a share; of a change how much, without a sign.
        address: What it is: kind, measure, period, category and members.
    """

    value: float
    address: str


@dataclass(frozen=True)
class Figures:
    """The figures of a release, by month of documentation. Those of a measure and period are read once."""

    connection: duckdb.DuckDBPyConnection
    _read: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict, repr=False)

    def number(self, measure: str, period: str, category: str = TOTAL, **members: str) -> Figure | None:
        """A figure; None where the release has none, which is another thing than 0.

        Args:
            measure: What is counted.
            period: As `casebook figures` takes it.
            category: Of whom.
            members: By dimension; broken down by exactly these.
        """
        named = [f"{name}={code}" for name, code in sorted(members.items())]
        total, part = (" ".join([each, *named]) for each in (TOTAL, category))
        found = self._of(measure, period)
        # a finer breakdown lists what occurred alone: where there is a total, a category without a row is 0
        return Figure(found.get(part, 0), f"{NUMBER} {measure} {period} {part}") if total in found else None

    def anew(self) -> "Figures":
        """The same release, of which nothing has been read yet."""
        return Figures(self.connection)

    def share(self, measure: str, period: str, **members: str) -> Figure | None:
        """Of a hundred of the total, to one decimal; None where there is no total, or nothing in it."""
        part, whole = self.number(measure, period, **members), self.number(measure, period)
        if part is None or whole is None or not whole.value:
            return None
        return Figure(round(100 * part.value / whole.value, 1), part.address.replace(NUMBER, SHARE, 1))

    def change(self, measure: str, month: str, category: str = TOTAL) -> Figure | None:
        """How many more or fewer than in the month before; None where there is no figure of one of them."""
        before, _ = months_before(month, 2)
        now, then = self.number(measure, month, category), self.number(measure, before, category)
        if now is None or then is None:
            return None
        kind, by = (MORE, now.value - then.value) if now.value >= then.value else (FEWER, then.value - now.value)
        return Figure(by, now.address.replace(NUMBER, kind, 1))

    def at(self, address: str) -> float | None:
        """The number at an address; None where the release has none."""
        kind, measure, period, category, *members = address.split(" ")
        named = dict(member.split("=", 1) for member in members)
        if kind in (MORE, FEWER):
            found = self.change(measure, period, category)
            return found.value if found and found.address == address else None
        found = (
            self.share(measure, period, **named) if kind == SHARE else self.number(measure, period, category, **named)
        )
        return found.value if found else None

    def scheme(self, period: str) -> str:
        """The list of parties that a period is reported under; empty where it has no figures."""
        sql, asked = _asked(SCHEME, "deaths", period, {})
        found = self.connection.execute(sql, asked).fetchall()
        return found[0][0] if found else ""

    def members(self, measure: str, period: str, dimension: str, **within: str) -> list[str]:
        """The members that a breakdown has in a period: largest first, then by code.

        Args:
            measure: What is counted.
            period: The period.
            dimension: Broken down by this.
            within: And of these members alone.
        """
        sql, asked = _asked(MEMBERS, measure, period, within, dimension)
        return [code for (code,) in self.connection.execute(sql, asked).fetchall()]

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[dict[str, Any]]:
        """What else of the release a report tells, such as names and findings."""
        return self.connection.execute(sql, parameters).to_arrow_table().to_pylist()

    def _of(self, measure: str, period: str) -> Mapping[str, float]:
        """All figures of a measure and period, by category and members, as an address says them."""
        if (measure, period) not in self._read:
            # a release of an earlier version may have fewer dimensions
            known = [name for name in sorted(DIMENSIONS) if name in self.connection.table("marts.fct_figures").columns]
            address = ", ".join(["category", *(f"'{name}=' || {name}" for name in known)])
            sql = f"select concat_ws(' ', {address}), value {OF}"
            read = self.connection.execute(sql, _of_period(measure, period)).fetchall()
            self._read[measure, period] = dict(read)
        return self._read[measure, period]


@contextmanager
def opened(release: Path) -> Iterator[Figures]:
    """The figures of a release, as long as it is open."""
    with duckdb.connect(release, read_only=True) as connection:
        yield Figures(connection)


def _asked(
    sql: str, measure: str, period: str, members: Mapping[str, str], dimension: str = ""
) -> tuple[str, dict[str, Any]]:
    """A question of exactly the dimensions of some members, and of one more; and its parameters."""
    exactly = [only_by({*members, dimension}), *(f"{name} = ${name}" for name in members)]
    exactly += [f"{dimension} is not null"] if dimension else []
    return sql.format(exactly=" and ".join(exactly), dimension=dimension), {**_of_period(measure, period), **members}


def _of_period(measure: str, period: str) -> dict[str, Any]:
    """The parameters of a question about a measure and period."""
    kind, start, last = parse_period(period)
    return {"measure": measure, "kind": kind, "start": start, "last": last}


def months_before(period: str, count: int) -> list[str]:
    """A month and those before it, oldest first; of a longer period its months."""
    kind, start, last = parse_period(period)
    end = last.year * 12 + last.month - 1
    first = end - count + 1 if kind == "month" else start.year * 12 + start.month - 1
    return [f"{date(each // 12, each % 12 + 1, 1):%Y-%m}" for each in range(first, end + 1)]

"""The one way a number comes into a report: asked of the release by what it is, and given with that address.

An address says everything: `deaths 2025-01 children party=sdf`. Whoever reads a finished report back looks the same
address up again, in the release itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dimensions import only_by
from orchestration.publish.periods import parse_period

# the rows of one measure and period, broken down by exactly some dimensions
OF = """
    from marts.fct_figures
    where measure = $measure and basis = 'documented' and period_kind = $kind and period_start = $start
        and period_end = last_day($last::date) and {exactly}
"""
# a finer breakdown lists what occurred alone: where there is a total, a category without a row is 0
VALUE = f"""
    select coalesce(max(value) filter (where category = $category), 0) {OF}
    having count(*) filter (where category = 'total') > 0
"""
MEMBERS = f"select {{dimension}} {OF} and category = 'total' order by value desc, {{dimension}}"
SCHEME = f"select scheme {OF} limit 1"
NUMBER, SHARE, MORE, FEWER = "number", "share", "more", "fewer"
OTHER = "other"


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
    """The figures of a release, by month of documentation."""

    connection: duckdb.DuckDBPyConnection

    def number(self, measure: str, period: str, category: str = "total", **members: str) -> Figure | None:
        """A figure; None where the release has none, which is another thing than 0.

        Args:
            measure: What is counted.
            period: As `casebook figures` takes it.
            category: Of whom.
            members: By dimension; broken down by exactly these.
        """
        sql, asked = _asked(VALUE, measure, period, members)
        found = self.connection.execute(sql, asked | {"category": category}).fetchall()
        words = [NUMBER, measure, period, category, *(f"{name}={code}" for name, code in sorted(members.items()))]
        return Figure(found[0][0], " ".join(words)) if found else None

    def share(self, measure: str, period: str, **members: str) -> Figure | None:
        """Of a hundred of the total, to one decimal; None where there is no total, or nothing in it."""
        part, whole = self.number(measure, period, **members), self.number(measure, period)
        if part is None or whole is None or not whole.value:
            return None
        return Figure(round(100 * part.value / whole.value, 1), part.address.replace(NUMBER, SHARE, 1))

    def change(self, measure: str, month: str, category: str = "total") -> Figure | None:
        """How many more or fewer than in the month before; None where there is no figure of one of them."""
        before, _ = months_before(month, 2)
        now, then = self.number(measure, month, category), self.number(measure, before, category)
        if now is None or then is None:
            return None
        kind, by = (MORE, now.value - then.value) if now.value >= then.value else (FEWER, then.value - now.value)
        return Figure(by, now.address.replace(NUMBER, kind, 1))

    def at(self, address: str) -> float | None:
        """The number at an address, as the release has it now."""
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


@contextmanager
def opened(release: Path) -> Iterator[Figures]:
    """The figures of a release, as long as it is open."""
    with duckdb.connect(release, read_only=True) as connection:
        yield Figures(connection)


def _asked(
    sql: str, measure: str, period: str, members: Mapping[str, str], dimension: str = ""
) -> tuple[str, dict[str, Any]]:
    """A question of exactly the dimensions of some members, and of one more; and its parameters."""
    kind, start, last = parse_period(period)
    exactly = [only_by({*members, dimension}), *(f"{name} = ${name}" for name in members)]
    exactly += [f"{dimension} is not null"] if dimension else []
    asked: dict[str, Any] = {"measure": measure, "kind": kind, "start": start, "last": last, **members}
    return sql.format(exactly=" and ".join(exactly), dimension=dimension), asked


def months_before(period: str, count: int) -> list[str]:
    """A month and those before it, oldest first; of a longer period its months."""
    kind, start, last = parse_period(period)
    end = last.year * 12 + last.month - 1
    first = end - count + 1 if kind == "month" else start.year * 12 + start.month - 1
    return [f"{date(each // 12, each % 12 + 1, 1):%Y-%m}" for each in range(first, end + 1)]

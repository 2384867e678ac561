"""Which days the words of a sentence speak of: a day, a month, a half-year, a year, from one to another, since one."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from orchestration.months import before
from orchestration.printed.vocabulary import COMMA, DASH, DAYS, NUMBER, Mark

FIRST_YEAR, LAST_YEAR = 2000, 2099
SOON = 2
# a report that comes out on one of these is of the month before
FIRST_DAYS = 15
LAST_DAY = 31
DAY, WEEKDAY, SPAN, SINCE, UNTIL, ASIDE = "day", "weekday", "span", "since", "until", "aside"


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included.

    Attributes:
        kind: day; weekday, of which the date is not said; span, of months or years; since, which goes on to the end of
            what the report is of; until, of which the beginning is not said; aside, what is said of some only.
        at: The first of its marks.
        end: The one after the last.
    """

    first: date
    last: date
    kind: str = SPAN
    at: int = 0
    end: int = 0

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Calendar:
    """What words such as "last month" are to be understood by.

    Attributes:
        published: The day of the report.
        main: What the report is of.
    """

    published: date | None = None
    main: Period | None = None

    @property
    def today(self) -> date | None:
        """The last day that can be meant."""
        return self.published or (self.main.last if self.main else None)

    def closed(self, period: Period) -> Period:
        """A period that ends before the day of the report: where it is said to end later, with the last full month."""
        if (
            self.published
            and self.published.day <= FIRST_DAYS
            and period.kind != DAY
            and period.last > self.published
            and period.first < _first(self.published)
        ):
            return replace(period, last=_first(self.published) - timedelta(1))
        return period


def periods(marks: Sequence[Mark], calendar: Calendar) -> list[Period]:
    """Every period that a sentence names, in its order."""
    reader, found, at = _Reader(marks, calendar), [], 0
    while at < len(marks):
        period = reader.at(at)
        if period:
            found.append(period)
        at = period.end if period else at + 1
    return [calendar.closed(period) for period in _merged(found)]


def _merged(found: list[Period]) -> Iterator[Period]:
    """Of two that stand together the narrower: "in 2023, from January to July"."""
    wide: Period | None = None
    for period in found:
        is_narrower = wide and period.at <= wide.end + 1 and wide.first <= period.first and period.last <= wide.last
        if wide and is_narrower and period.kind == wide.kind == SPAN:
            wide = replace(period, at=wide.at)
            continue
        if wide:
            yield wide
        wide = period
    if wide:
        yield wide


class _Reader:
    """Reads the periods of one sentence."""

    def __init__(self, marks: Sequence[Mark], calendar: Calendar) -> None:
        self.marks, self.calendar = marks, calendar
        years = {int(year) for at in range(len(marks)) if (year := self._year(at))}
        self.only_year = years.pop() if len(years) == 1 else None

    def _code(self, at: int, kind: str) -> str | None:
        return self.marks[at].code(kind) if at < len(self.marks) else None

    def _value(self, at: int, kind: str) -> int | None:
        value = self.marks[at].value(kind) if at < len(self.marks) else None
        return None if value is None else int(value)

    def _year(self, at: int) -> int | None:
        value = self._value(at, NUMBER)
        is_counted = at + 1 < len(self.marks) and "count" in self.marks[at + 1] and self._near(at + 1)
        return (
            value if value and FIRST_YEAR <= value <= LAST_YEAR and not is_counted and self._code(at, NUMBER) else None
        )

    def _near(self, at: int) -> bool:
        return self.marks[at].start == self.marks[at - 1].end

    def at(self, at: int) -> Period | None:
        """The period that begins with a mark; None where none does."""
        mark = self.marks[at]
        word = mark.code("time")
        if word == "since" and (period := self._bound(at + 1) or self._this_year(at + 1)):
            return self._since(period, at)
        if word == "between" and (period := self._range(at)):
            return period
        if word in ("all_in", "by", "until") and (period := self._bound(at + 1, is_end=word != "all_in")):
            return replace(period, at=at, kind=ASIDE if word == "all_in" else UNTIL)
        if word in ("in", "year") and (period := self._unsaid_range(at + 1)):
            return replace(period, at=at)
        if word in ("in", "year", "start", "end") and (period := self._atom(at + 1, is_year_said=True)):
            # nobody knows how long the end of April is
            return replace(period, at=at, kind=period.kind if word in ("in", "year") else ASIDE)
        return self._unsaid_range(at) or self._atom(at, is_year_said=False)

    def _since(self, start: Period, at: int) -> Period:
        """Since then, until what is said, or to the end of what the report is of."""
        until = self._code(start.end, "time") == "until" and self._bound(start.end + 1, is_end=True)
        main = self.calendar.main
        last = until.last if until else max(start.last, main.last) if main else self.calendar.today or start.last
        return Period(start.first, last, SPAN if until else SINCE, at, until.end if until else start.end)

    def _this_year(self, at: int) -> Period | None:
        """The beginning of the year, said without its number."""
        today = self.calendar.today
        is_said = self._code(at + 1, "time") == "year" or "عام" in self.marks[min(at, len(self.marks) - 1)].text
        if self._code(at, "time") != "start" or not today or not is_said:
            return None
        year = (self.calendar.main.last if self.calendar.main else today).year
        return Period(date(year, 1, 1), date(year, 1, 1), SPAN, at, at + 1)

    def _range(self, at: int) -> Period | None:
        start = self._bound(at + 1) or self._day_of_range(at + 1)
        if not start:
            return None
        parting = start.end + (
            start.end < len(self.marks) and COMMA in self.marks[start.end] and self._code(start.end, "time") is None
        )
        word = self._code(parting, "time")
        end = (
            self._bound(parting + (word in ("until", "between")), is_end=True) if word or parting > start.end else None
        )
        if end and end.last < start.first and start.last.year - end.last.year == 1:
            # "from January to August" when it is July: the year of the second is that of the first
            end = replace(end, last=_last(end.last.replace(day=1, year=start.last.year)))
        if not end or end.last < start.first:
            return None
        # "from January to July 2023": the year stands once
        return Period(start.first, end.last, SPAN if end.last > start.first else DAY, at, end.end)

    def _unsaid_range(self, at: int) -> Period | None:
        """A range that no "from" begins: "January to June 2022", "1 January – 30 June 2022", "6-12 June"."""
        start = self._atom(at, is_year_said=False) or self._day_of_range(at)
        if not start or start.kind not in (SPAN, DAY) or start.end >= len(self.marks) or not self._near(start.end):
            return None
        is_parted = DASH in self.marks[start.end] or self._code(start.end, "time") == "until"
        end = self._bound(start.end + 1, is_end=True) if is_parted else None
        if not end or end.kind != start.kind or not self._near(start.end + 1):
            return None
        first = start.first
        if end.last < first and end.last >= (earlier := before(_first(first), 12)):
            first = earlier.replace(day=first.day)  # "November to February 2022" begins the year before
        return Period(first, end.last, SPAN, at, end.end) if first < end.last else None

    def _day_of_range(self, at: int) -> Period | None:
        """The first of "between 6 and 10 March", whose month stands with the second."""
        day, end = self._value(at, NUMBER), self._bound(at + 2)
        if not day or not end or end.kind != DAY or day > end.first.day:
            return None
        return replace(end, first=end.first.replace(day=day), end=at + 1)

    def _bound(self, at: int, is_end: bool = False) -> Period | None:
        """One end of a period: a period, its beginning or its end. Until the beginning of a month is the day before."""
        word = self._code(at, "time")
        if word in ("start", "end", "in", "year"):
            period = self._bound(at + 1, is_end)
            if not period or word in ("in", "year"):
                return period
            if word == "start":
                return replace(period, last=period.first - timedelta(1) if is_end else period.last)
            return replace(period, first=period.last) if not is_end else period
        return self._atom(at, is_year_said=True)

    def _atom(self, at: int, is_year_said: bool) -> Period | None:
        if at >= len(self.marks):
            return None
        for read in (self._iso, self._day, self._month, self._part, self._relative, self._weekday):
            if period := read(at):
                return replace(period, at=at)
        if is_year_said and (year := self._year(at)):
            return Period(date(year, 1, 1), date(year, 12, 31), SPAN, at, at + 1)
        return None

    def _iso(self, at: int) -> Period | None:
        written = self._code(at, DAYS)
        if not written:
            return None
        year, month, day = (int(part) for part in written.replace("/", "-").split("-"))
        return _day(year, month, day, at + 1) if year > LAST_DAY else _day(day, month, year, at + 1)

    def _day(self, at: int) -> Period | None:
        """21 January 2025, or January 21, 2025, with or without its weekday and its year."""
        if "weekday" in self.marks[at]:
            at += 1 + (at + 1 < len(self.marks) and COMMA in self.marks[at + 1])
        day, month = self._value(at, NUMBER), self._value(at + 1, "month")
        end = self._past_month(at + 1)
        if month is None:
            month, end = self._value(at, "month"), self._past_month(at)
            day, end = (self._value(end, NUMBER), end + 1) if month else (None, end)
        if (
            not day
            or not month
            or not 1 <= day <= 31
            or not self._code(end - 1, NUMBER)
            and not self._value(end - 1, "month")
        ):
            return None
        comma = end + (end < len(self.marks) and COMMA in self.marks[end])
        year = self._year(comma)
        end = comma + 1 if year else end
        year = year or self._likely_year(month)
        return _day(year, month, day, end) if year else None

    def _past_month(self, at: int) -> int:
        """The mark after a month, which Arabic calls by two names: كانون الثاني/يناير."""
        month = self._value(at, "month")
        return at + 1 + (month is not None and self._value(at + 1, "month") == month)

    def _month(self, at: int) -> Period | None:
        month = self._value(at, "month")
        # a word that is the name of a month and something else too
        if not month or (self.marks[at].text.isascii() and not self.marks[at].text[0].isupper()):
            return None
        end = self._past_month(at)
        after = end + (
            end < len(self.marks) and (COMMA in self.marks[end] or self._code(end, "time") in ("in", "year"))
        )
        year = self._year(after) or (self._year(end))
        end = (after + 1 if self._year(after) else end + 1) if year else end
        year = year or self._likely_year(month)
        return Period(date(year, month, 1), _last(date(year, month, 1)), SPAN, at, end) if year else None

    def _likely_year(self, month: int) -> int | None:
        if self.only_year:
            return self.only_year
        today = self.calendar.main.last if self.calendar.main else self.calendar.today
        if today and self.calendar.published is None and month - today.month <= SOON:
            return today.year  # a report comes out soon after what it is of
        return today.year - (month > today.month) if today else None

    def _part(self, at: int) -> Period | None:
        part = self._code(at, "part_of_year")
        if not part:
            return None
        after = at + 1 + (self._code(at + 1, "time") in ("in", "year") or self._code(at + 1, "relative") == "this_year")
        year = self._year(after) or (self.calendar.today and self.calendar.today.year)
        if not year:
            return None
        months = 6 if part[0] == "H" else 3
        first = date(year, (int(part[1]) - 1) * months + 1, 1)
        return Period(
            first, before(first, -months) - timedelta(1), SPAN, at, after + 1 if self._year(after) else at + 1
        )

    def _relative(self, at: int) -> Period | None:
        word, today, main = self._code(at, "relative"), self.calendar.today, self.calendar.main
        if not word or not today:
            return None
        month = before(_first(self.calendar.published)) if self.calendar.published else _first(today)
        last = main.last if main else today
        first = {
            "last_month": month,
            "this_month": _first(last),
            "this_year": date(last.year, 1, 1),
            "so_far": date(last.year, 1, 1),
            "last_year": date(today.year - (self.calendar.published is not None), 1, 1),
        }[word]
        end = at + 1 + ("year" in word or word == "so_far") * (self._year(at + 1) is not None)
        last = {"so_far": last, "this_year": date(last.year, 12, 31), "last_year": date(first.year, 12, 31)}.get(
            word, _last(first)
        )
        return Period(first, last, SINCE if word == "so_far" else SPAN, at, end)

    def _weekday(self, at: int) -> Period | None:
        """The last such day before the report."""
        number = self._value(at, "weekday")
        if number is None or not self.calendar.published:
            return None
        back = (self.calendar.published.weekday() - number - 1) % 7 + 1
        day = self.calendar.published - timedelta(back)
        return Period(day, day, WEEKDAY, at, at + 1)


def _day(year: int, month: int, day: int, end: int) -> Period | None:
    try:
        return Period(date(year, month, day), date(year, month, day), DAY, end=end)
    except ValueError:
        return None


def _first(day: date) -> date:
    return day.replace(day=1)


def _last(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])

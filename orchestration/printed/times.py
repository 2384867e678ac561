"""Of when a count is: as it says itself, else as the count before, the list, or the report."""

from orchestration.printed.context import NoFigure, Reading
from orchestration.printed.periods import ASIDE, DAY, SINCE, UNTIL, WEEKDAY, Period
from orchestration.printed.vocabulary import COLON


class Times:
    """The periods of the counts of one sentence."""

    def __init__(self, reading: Reading, label: int) -> None:
        """Take a sentence, what was said before, and where the label of the line ends."""
        self.reading, self.clauses, self.context, self.label = reading, reading.clauses, reading.context, label
        self.counts, self.main = reading.clauses.counts, reading.context.calendar.main

    def period(self, number: int) -> Period:
        """The period of a count.

        Raises:
            NoFigure: It is of one day in a report of more, or names none.
        """
        found, context = self._named(number), self.context
        if self.main is None:
            return self._of_days(found)
        if found and found.kind not in (DAY, UNTIL):
            return found
        if day := found or context.day:
            raise NoFigure(f"told of one day, {day.first}, in a report of more")
        return self._as_before(number, self.main)

    def _as_before(self, number: int, main: Period) -> Period:
        count, context, reading = self.counts[number], self.context, self.reading
        if count.is_partitive and number and reading.measures.get(number - 1) == reading.measures[number]:
            return reading.periods.get(number - 1, main)
        if count.is_partitive and context.whole:
            return context.whole.period
        if context.intro and 0 < self.label <= count.at:
            return context.intro.period
        return context.period or main

    def _named(self, number: int) -> Period | None:
        """The period that stands nearest: after the count, before it in its clause, or before the others."""
        count = self.counts[number]
        of, clause = count.within or count, self.clauses.clause(count)
        idle = (ASIDE, WEEKDAY) if self.main else (ASIDE,)
        # "four individuals, who were released on March 7", "compared to 20 in May": that time is not of the count
        ends = (
            at for at in range(count.at, len(self.clauses.marks)) if self.clauses.has(at, "all_released", "compared")
        )
        end = next(ends, len(self.clauses.marks))
        usable = [
            each for each in self.reading.found if each.kind not in idle and (each.at < end or each.kind == UNTIL)
        ]
        later = [other.at for other in self.counts if other.at > of.at and other.within is None and not other.is_listed]
        reach = max(self.clauses.region(number)[1], min([*later, self.clauses.clause(of)[1]]))
        # "January: 54 killed, February: 61 killed": a month with a colon is of what follows it
        after = [each for each in usable if count.at < each.at < reach and not self.clauses.has(each.end, COLON)]
        before = [each for each in usable if clause[0] <= each.at < count.at]
        earlier = [each for each in usable if each.at < count.at and each.kind != SINCE]
        following = next((other.at for other in self.counts if other.at > count.at and other.within is None), reach)
        near = [each for each in after if each.at < following or count.within]
        shared = [each for each in usable if each.kind != SINCE or clause[0] <= each.at < clause[1]]
        others = shared if not earlier and not count.is_partitive else []
        return next(iter([*near[:1], *reversed(before), *after[:1], *earlier[:1], *others]), None)

    def _of_days(self, found: Period | None) -> Period:
        """The days of a count in a report that is of no month: those it names, or those of its section."""
        context, marks = self.context, self.clauses.marks
        if found is None and any(each.kind == ASIDE for each in self.reading.found):
            raise NoFigure("of a time that it does not name")
        since = next((each.first for each in self.reading.found if each.kind == SINCE), context.opening)
        if found and found.kind == UNTIL and since:
            return Period(since, found.last)
        first = context.days.get(self.reading.sentence.section)
        named = [each for each in self.reading.found if each.kind in (DAY, UNTIL)]
        if named and any("campaign" in mark for mark in marks):
            return Period(first or named[0].first, max(each.last for each in named))
        period = found or (Period(first, first, DAY) if first else context.period)
        if period is None:
            raise NoFigure("no day or month is named")
        return period

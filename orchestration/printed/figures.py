"""The figures of one sentence, and what the next one goes on from: "Of these …", "- Russian forces: one"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from orchestration.printed.agents import Agents
from orchestration.printed.clauses import CATEGORIES, EVERYBODY, Count
from orchestration.printed.context import ATTACKS, DEATHS, OTHER, OWN, TORTURE, Figure, NoFigure, NotUnderstood, Reading
from orchestration.printed.measures import BY_ACT, BY_NOUN, Measures
from orchestration.printed.pages import HEADING, ITEM, TITLE, is_numbered
from orchestration.printed.periods import ASIDE, DAY, SINCE, SPAN, UNTIL, Period
from orchestration.printed.times import Times
from orchestration.printed.vocabulary import COLON

FAR, REACH, SIGNS = 4, 6, ",،;؛."
LIKE_A_FIGURE = ("count", "role", "unmeasured", "cause", "percent")


class Figures:
    """The figures of one sentence."""

    def __init__(self, reading: Reading, governorates: dict[str, str]) -> None:
        """Take a sentence, what was said before, and the name of each governorate."""
        self.reading, self.context, self.sentence = reading, reading.context, reading.sentence
        self.clauses, self.marks, self.counts = reading.clauses, reading.clauses.marks, reading.clauses.counts
        self.agents = Agents(reading)
        self.label = self.agents.label
        self.measures = Measures(reading, self.agents)
        self.times = Times(reading, self.label)
        self.governorates = governorates
        self.of_governorate: dict[int, str] = {}  # by clause
        self.not_understood: list[NotUnderstood] = []

    def read(self) -> list[Figure]:
        """Every figure of the sentence; a count that is none is kept with the reason."""
        figures: list[Figure] = []
        for number, count in enumerate(self.counts):
            try:
                figures += self._of(number, count)
            except NoFigure as reason:
                if str(reason) and self._looks_like_one(count):
                    self.not_understood.append(NotUnderstood(count.text, str(reason), self.sentence))
        return figures

    def _looks_like_one(self, count: Count) -> bool:
        """Whether a person should look at it: something is counted, or stands near."""
        end = self.marks[count.end - 1].end
        near = [mark for mark in self.marks[count.end : count.end + 3] if mark.start - end < FAR]
        says_what = any(kind in mark for mark in near for kind in LIKE_A_FIGURE)
        is_line = 0 < self.label <= count.at or self.measures.is_of_month(count)
        return bool(
            count.noun or count.by or count.active or count.is_percent or count.is_partitive or is_line or says_what
        )

    def _of(self, number: int, count: Count) -> Iterator[Figure]:
        measure = self.reading.measures[number] = self.measures.measure(number)
        period = self.reading.periods[number] = self.times.period(number)
        if count.is_percent:
            yield from self._shares(number, self._figure(period, f"{measure}_share", EVERYBODY, "total", count))
            return
        parties, category = self.agents.parties(number), self._category(number, count)
        if parties == [EVERYBODY]:
            self.measures.require_party(number, measure)
        for party in [EVERYBODY, *parties] if count.is_all_by and parties != [EVERYBODY] else parties:
            yield from self._lines(self._figure(period, measure, party, category, count), count)

    def _lines(self, figure: Figure, count: Count) -> Iterator[Figure]:
        """A figure with its parts, and once more where all who were detained were released."""
        if count.noun in CATEGORIES:
            yield replace(figure, category=count.noun)
            if not self._is_all_of_a_line(count, figure):
                return
        yield figure
        for part in count.parts if figure.category == "total" or figure.category.startswith("place:") else []:
            measure = TORTURE if part.is_torture else figure.measure
            yield replace(figure, measure=measure, category=part.category, value=part.value, hedge=part.hedge)
        if figure.measure == "detained":
            yield from self._released(figure, count)

    def _figure(self, period: Period, measure: str, party: str, category: str, count: Count) -> Figure:
        speaker = self.agents.at_the_time(self.clauses.speakers.get(count.clause, ""), self.counts.index(count))
        claimant = speaker or self.context.claimant
        if claimant and claimant != OWN and measure == DEATHS:
            is_of_civilians = self._counted(count) in ("civilians", *CATEGORIES)
            if party == EVERYBODY or party == claimant and not speaker:
                measure, party = f"claim_killed_{'civilians' if is_of_civilians else 'all'}", claimant
            elif not (is_of_civilians and self._is_said_who(count)):
                raise NoFigure(f"a part of what {claimant} claims, by party")
        location = "title" if self.sentence.kind == TITLE else self.sentence.section or "body"
        unit = "percent" if count.is_percent else "count"
        return Figure(
            period, measure, party, category, count.value, unit, count.hedge, claimant, location, self.sentence
        )

    def _counted(self, count: Count) -> str | None:
        """What a count is of, or where it does not say, the one before it: "killed 12 civilians, and the SDF eight"."""
        before = self.counts[: self.counts.index(count) + 1]
        return next((each.noun for each in reversed(before) if each.noun), None)

    def _is_said_who(self, count: Count) -> bool:
        """Whether it is said beside a count who killed: "by ISIS", "ISIS killed 40"."""
        is_left_out = count.noun is None and bool(count.active)
        return bool(count.by) or is_left_out or self.clauses.act_beside(count) == "kill"

    def _is_all_of_a_line(self, count: Count, figure: Figure) -> bool:
        """Whether "killed one child" is all that a list says of a party: then its total is one too."""
        whole = self.context.whole
        intro = self.context.intro if 0 < self.label <= count.at else None
        is_in_list = any(each and each.party == EVERYBODY and each.of == figure.of for each in (whole, intro))
        is_alone = not any(other is not count and other.noun in CATEGORIES for other in self.counts)
        return figure.party != EVERYBODY and is_in_list and is_alone

    def _released(self, figure: Figure, count: Count) -> Iterator[Figure]:
        at = next((at for at in range(count.at, len(self.marks)) if self.clauses.has(at, "all_released")), None)
        if at is None:
            return
        after = [each for each in self.reading.found if each.at > at and each.kind in (DAY, UNTIL)]
        period = after[0] if after else figure.period
        if period.kind == UNTIL:
            period = Period(figure.period.first, period.last)
        yield replace(figure, measure="released", period=period)

    # of whom and where

    def _category(self, number: int, count: Count) -> str:
        """By what a count is broken down: a type of facility, a governorate, the place of a section; else total."""
        if count.clause in self.of_governorate and not (count.noun or "").startswith("role:"):
            return self.of_governorate[count.clause]
        end = self.clauses.region(number)[1]
        facilities = {code for mark in self.marks[count.at : end] if (code := mark.code("facility"))} - {"vital"}
        if self.reading.measures[number] == ATTACKS and len(facilities) == 1:
            return f"type:{facilities.pop()}"
        ranks = any("ranks" in mark for mark in self.clauses.within(self.clauses.clause(count)))
        if governorate := self._governorate_of_share(number) if ranks else self._governorate(count, end):
            return f"gov:{self.governorates[governorate]}"
        return f"place:{self.context.place}" if self.context.place else "total"

    def _governorate(self, count: Count, end: int) -> str | None:
        """The one governorate a count is said to be in, or that the label names; not that of a village."""
        clauses = self.clauses
        most = next((at for at in range(count.at, end) if clauses.has(at, "most")), end)
        beside = [at for at in range(count.at, most) if clauses.near(at - 1, at)]
        inside = [at for at in beside if self.marks[at - 1].code("time") == "in"]
        named = {code for at in inside if (code := self.marks[at].code("governorate"))}
        named = named or self._governorate_before(count)
        is_of_village = any("settlement" in mark for mark in self.marks[count.at : end])
        if len(named) == 1 and not is_of_village:
            return named.pop()
        labels = [at for at in range(count.at - 1) if clauses.has(at, "governorate") and clauses.has(at + 1, COLON)]
        labels = labels[-1:] or [at for at in range(self.label) if clauses.has(at, "governorate")][:1]
        return self.marks[labels[0]].code("governorate") if labels else None

    def _governorate_before(self, count: Count) -> set[str]:
        """The governorate that a clause begins with: "In Aleppo, 12 civilians"; of its first count alone."""
        clauses, begin = self.clauses, self.clauses.clause(count)[0]
        if any(begin <= other.at < count.at for other in self.counts):
            return set()
        inside = [at for at in range(begin + 1, count.at) if self.marks[at - 1].code("time") == "in"]
        return {code for at in inside if clauses.near(at - 1, at) and (code := self.marks[at].code("governorate"))}

    def _shares(self, number: int, figure: Figure) -> Iterator[Figure]:
        """The figure of a share: of a governorate, a party, months, or children or women."""
        count = self.counts[number]
        before = self.marks[self.counts[number - 1].end if number else 0 : count.at]
        governorate = self._governorate_of_share(number)
        after = list(takewhile(lambda mark: mark.text not in SIGNS, self.marks[count.at : count.end + REACH]))
        groups = {code for mark in [*before, *after] if (code := mark.code("count")) in CATEGORIES}
        parties = [each for each in (*self.agents.named(number), *count.active) if each != EVERYBODY]
        months = self._months(count, figure.period)
        if governorate:
            self.of_governorate[count.clause] = f"gov:{self.governorates[governorate]}"
            yield replace(figure, category=self.of_governorate[count.clause])
        elif len(groups) == 1:
            yield replace(figure, category=str(groups.pop()))
        elif groups or not (parties or months):
            raise NoFigure("it does not say of whom the share is, or of several together")
        elif parties:
            yield replace(figure, party=self.agents.at_the_time(parties[0], number))
        else:
            yield from (replace(figure, category=f"month:{each.first:%Y-%m}") for each in months)

    def _governorate_of_share(self, number: int) -> str | None:
        """The governorate named before a share, or whose turn it is: "14 and 13 percent respectively"."""
        count, clause = self.counts[number], self.clauses.clause(self.counts[number])
        named = [at for at in range(clause[0], count.at) if self.clauses.has(at, "governorate")]
        if named and any("respectively" in mark for mark in self.marks[count.at : clause[1]]):
            following = (at for at in range(named[-1] + 1, clause[1]) if self.clauses.has(at, "governorate"))
            until = next(following, clause[1])
            shares = [other for other in self.counts if other.is_percent and named[-1] < other.at < until]
            named = named[-len(shares) :][: shares.index(count) + 1]
        elif number:
            named = [at for at in named if at >= self.counts[number - 1].end]
        return self.marks[named[-1]].code("governorate") if named else None

    def _months(self, count: Count, period: Period) -> list[Period]:
        """The months before a share that are a part of the period it is of."""
        spans = [each for each in self.reading.found if each.at < count.at and each.kind == SPAN]
        inner = [each for each in spans if period.first <= each.first and each.last <= period.last]
        return [each for each in inner if (each.first, each.last) != (period.first, period.last)]

    # what follows from it

    def remember(self, figures: Sequence[Figure]) -> None:
        """Keep what the next sentences go on from."""
        is_line = bool(self.counts) and (self.label > 0 or self.measures.is_of_month(self.counts[0]))
        is_list = any("list" in mark for mark in self.marks) or self.sentence.text.rstrip(" *").endswith(":")
        if figures and not is_line:
            self._keep_whole(figures)
            self.context.intro, self.context.is_list = self.context.whole, False
        elif self.not_understood and not figures:
            self.context.whole = None  # of which "of these" may speak
        self._keep_period(figures, is_line, is_list)
        if is_list and not is_line:
            self._introduce(figures)
        self._keep_label(figures)

    def _keep_period(self, figures: Sequence[Figure], is_line: bool, is_list: bool) -> None:
        context, named = self.context, [each for each in self.reading.found if each.kind == SPAN]
        is_read = bool(figures) and not is_line and (bool(named) or context.calendar.main is None)
        if not is_read and not (named and is_list):
            return
        period = figures[0].period if figures else named[-1]
        if period.kind != SINCE or context.calendar.main is None:
            context.period = period

    def _keep_whole(self, figures: Sequence[Figure]) -> None:
        """A figure of everybody, of other days or of a new paragraph is the new whole; a part of the old one is not."""
        context, whole, first = self.context, self.context.whole, figures[0]
        if whole and self.counts[0].is_partitive:
            # "nine of the 236 civilians" goes back to these, whatever was read between
            wholes = [each for each in context.figures if each.of == first.of and each.party == EVERYBODY]
            of = next((each for each in wholes if each.category == "total"), whole)
            context.whole = replace(of, sentence=self.sentence)
            return
        is_same = whole is not None and first.sentence.paragraph == whole.sentence.paragraph and first.of == whole.of
        if not is_same or first.party == EVERYBODY:
            new = next((each for each in figures if each.party == EVERYBODY and each.unit == "count"), first)
            is_claim = new.measure.startswith("claim_")
            measure = DEATHS if is_claim else new.measure.removesuffix("_share")
            context.whole = replace(new, measure=measure, party=EVERYBODY if is_claim else new.party)

    def _introduce(self, figures: Sequence[Figure]) -> None:
        """Keep what the lines of a list are of: the last figure before them, or what their introduction speaks of."""
        context = self.context
        context.is_list = True
        if totals := [each for each in figures if each.category == "total"]:
            context.intro, context.is_in_other = totals[-1], totals[-1].party == OTHER
            return
        act = self.clauses.first_act((0, len(self.marks)))
        nouns = [BY_NOUN[code] for mark in self.marks if (code := mark.code("count")) in BY_NOUN]
        measure = next(iter(nouns), None) or (ATTACKS if self._is_of_attacks() else BY_ACT.get(act or ""))
        if measure == DEATHS and any(mark.code("cause") == "torture" for mark in self.marks):
            measure = TORTURE
        named = [each for each in self.reading.found if each.kind != ASIDE]
        period = next(iter(named), None) or context.period or context.calendar.main
        if measure and period:
            total = (period, measure, EVERYBODY, "total", 0.0, "count", "exact", context.claimant, "", self.sentence)
            context.intro, context.is_in_other = Figure(*total), False

    def _is_of_attacks(self) -> bool:
        return any("facility" in mark for mark in self.marks) and any(
            mark.code("act") == "attack" or mark.code("count") == "attacks" for mark in self.marks
        )

    def _keep_label(self, figures: Sequence[Figure]) -> None:
        """Keep the party that a heading names for the lines beneath it."""
        context, is_heading = self.context, self.sentence.kind == HEADING
        parties = [code for mark in self.marks if (code := mark.code("party") or mark.code("weak_party"))]
        is_label = bool(parties) and self.sentence.text.rstrip(" *").endswith(":")
        if not figures and (is_label or is_heading):
            context.is_in_other = OTHER in parties
            named = [each for each in parties if each not in (OTHER, EVERYBODY)]
            context.label = named[0] if named and (is_label or is_numbered(self.sentence.text)) else ""
        elif figures and self.sentence.kind != ITEM:
            context.label = ""

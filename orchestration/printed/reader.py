"""Reads a report from beginning to end: its day, what it is of, whose it is, and the figures of each sentence."""

from collections.abc import Sequence
from datetime import date

from orchestration.printed.clauses import EVERYBODY, Clauses
from orchestration.printed.context import OWN, Context, Figure, NotUnderstood, Reading
from orchestration.printed.figures import Figures
from orchestration.printed.pages import HEADING, TITLE, Sentence
from orchestration.printed.periods import DAY, SINCE, SPAN, Calendar, Period, periods
from orchestration.printed.vocabulary import NUMBER, Mark, Vocabulary, tokens

# among how many lines the day of a report is looked for, and of how many words a line is that says nothing else
FIRST_LINES, WORDS_OF_A_DAY = 40, 8
UNNAMED = "?"


class Reader:
    """Reads the figures of a report, sentence after sentence."""

    def __init__(self, vocabulary: Vocabulary, sentences: Sequence[Sentence], published: date | None) -> None:
        """Look through a report for its day, its period and its author, and read nothing yet."""
        self.vocabulary = vocabulary
        marks = vocabulary.marks([sentence.text for sentence in sentences])
        self.lines = list(zip(sentences, marks, strict=True))
        self.published = published or self._day()
        named = (code for marks in marks for mark in marks if (code := mark.code("claimant")))
        self.claimants = [code for code in dict.fromkeys(named) if code != UNNAMED]
        self.author = OWN if OWN in self.claimants else next(iter(self.claimants), "")
        self.context = Context(Calendar(self.published, self._main()), self.author)
        self.not_understood: list[NotUnderstood] = []

    @property
    def figures(self) -> list[Figure]:
        """The figures that were read, in the order of the report; printed twice alike, one is there once."""
        return list({figure.key: figure for figure in reversed(self.context.figures)}.values())[::-1]

    def _day(self) -> date | None:
        """The first day among the first lines that stands alone, at an end of a title, or as that of the report."""
        for sentence, marks in self.lines[:FIRST_LINES]:
            day = next((each for each in periods(marks, Calendar()) if each.kind == DAY), None)
            if day is None:
                continue
            is_alone = len(sentence.text.split()) <= WORDS_OF_A_DAY
            is_at_an_end = sentence.kind == TITLE and (day.at == 0 or day.end == len(marks))
            if is_alone or is_at_an_end or _is_issued(day, marks):
                return day.first
        return None

    def _main(self) -> Period | None:
        """What a report is of: the months its title names, or those of its first count; None where that is of a day."""
        for sentence, marks in self.lines:
            named = periods(marks, Calendar(self.published)) if sentence.kind == TITLE else []
            if spans := [each for each in named if each.kind in (SPAN, SINCE)]:
                return spans[0]
        for _, marks in self.lines:
            named = periods(marks, Calendar(self.published))
            taken = {at for each in named for at in range(each.at, each.end)}
            is_counting = any(NUMBER in mark and at not in taken for at, mark in enumerate(marks))
            times = [each for each in named if each.kind in (SPAN, DAY) and not _is_issued(each, marks)]
            if is_counting and times:
                return times[0] if times[0].kind == SPAN else None
        return None

    def read(self) -> "Reader":
        """Read every sentence."""
        for sentence, marks in self.lines:
            self._begin(sentence)
            self._sentence(sentence, marks)
        return self

    def _begin(self, sentence: Sentence) -> None:
        """Forget what holds in one section, and in one paragraph."""
        context = self.context
        if sentence.section != context.section:
            context.section, context.acting, context.place, context.label = sentence.section, "", "", ""
        if sentence.paragraph != context.paragraph:
            context.paragraph, context.claimant = sentence.paragraph, self.author
            context.day = None

    def _sentence(self, sentence: Sentence, marks: list[Mark]) -> None:
        named = periods(marks, self.context.calendar)
        found = [each for each in named if not (self._is_of_report(each, sentence) or _is_issued(each, marks))]
        self._note(sentence, marks, found)
        if any("definition" in mark for mark in marks):
            return
        clauses = Clauses(marks, named, self.vocabulary.parts_of_other)
        figures = Figures(
            Reading(sentence, tokens(sentence.text), clauses, found, self.context), self.vocabulary.governorates
        )
        read = figures.read()
        self.context.figures += read
        self.not_understood += figures.not_understood
        figures.remember(read)

    def _is_of_report(self, period: Period, sentence: Sentence) -> bool:
        return period.kind == DAY and period.first == self.published and sentence.kind in (TITLE, HEADING)

    def _note(self, sentence: Sentence, marks: list[Mark], found: list[Period]) -> None:
        """Keep what holds for the sentences that follow: the day it is of, who claims, who acts, the place."""
        context = self.context
        if day := next((each for each in found if each.kind == DAY), None):
            context.opening = context.opening or day.first
            context.days.setdefault(sentence.section, day.first)
            if any("act" in mark or "count" in mark for mark in marks):
                context.day = day
        claimants = [code for mark in marks if (code := mark.code("claimant") or mark.code("official"))]
        if OWN in claimants or (claimants and any("says" in mark for mark in marks)):
            context.claimant = self._who(claimants)
        parties = [code for mark in marks if (code := mark.code("party")) and code != EVERYBODY]
        if sentence.kind not in (TITLE, HEADING):
            context.acting = context.acting or next(iter(parties), "")
        settlement = next((mark.text for mark in marks if "settlement" in mark), "")
        if sentence.kind == HEADING and settlement:
            context.place = sentence.text.partition(settlement)[0].strip().title()

    def _who(self, claimants: Sequence[str]) -> str:
        """Who claims: the author where a sentence names it; a monitor without its name is the only one there is."""
        if OWN in claimants:
            return OWN
        named = [code for code in claimants if code != UNNAMED]
        others = [code for code in self.claimants if code != OWN]
        return named[0] if named else others[0] if len(others) == 1 else self.author


def _is_issued(period: Period, marks: Sequence[Mark]) -> bool:
    """Whether a day is the one on which the report came out: "in a report issued on Sunday 2 September"."""
    issued = next((at for at in range(period.at - 1, -1, -1) if "issued" in marks[at]), None)
    if period.kind != DAY or issued is None:
        return False
    return not any(NUMBER in mark or "act" in mark for mark in marks[issued : period.at])

"""Who did what is counted: as said after a count, before it, together with the next, or by the label of a list."""

import re
from collections.abc import Sequence
from datetime import date

from orchestration.printed.clauses import CATEGORIES, EVERYBODY, Count
from orchestration.printed.context import MASSACRE_DEATHS, OTHER, OWN, NoFigure, Reading
from orchestration.printed.pages import HEADING, ITEM

FALL_OF_THE_REGIME = date(2024, 12, 8)
# what ends the name of a party that no list knows
AFTER_A_NAME = (
    "comma",
    "number",
    "time",
    "act",
    "incl",
    "boundary",
    "who",
    "dash",
    "colon",
    "month",
    "relative",
    "bring",
)
LONGEST_NAME = 80
FEW_DAYS = 31
NOBODY_TO_NAME = ("cause", "governorate", "party", "weak_party", "unidentified", "unidentified_act")
LETTERED = re.compile(r"^([A-Z]|[ivx]+) ?[.)-] ?")
ARTICLES = re.compile(r"^(the |so-called |attacks by )+|( was| were| also| has| have| had| which)+$", re.I)
NAME = re.compile(r"(?<!^)\b[A-Z]|\b(forces?|militias?|army|groups?|factions?|troops|gunmen)$")
ARABIC_NAME = re.compile("(ال)?(قوات|تنظيم|فصائل|فصيل|جماع|مجموع|ميليشي|مليشي|جيش|حركة|هيئة|كتائب|كتيبة|لواء)")


class Agents:
    """The parties of the counts of one sentence."""

    def __init__(self, reading: Reading) -> None:
        """Take a sentence and what was said before."""
        self.reading, self.clauses, self.context = reading, reading.clauses, reading.context
        self.counts, self.marks = reading.clauses.counts, reading.clauses.marks
        is_line = reading.context.is_list and reading.sentence.kind in (ITEM, HEADING)
        self.label = reading.clauses.label(is_line)

    def parties(self, number: int) -> list[str]:
        """The party of a count; of what each of several did, each of them."""
        count = self.counts[number]
        found = [self.at_the_time(party, number) for party in self.named(number)]
        inner = [self._within_other(party, count) for party in found]
        if len(inner) > 1 and not count.is_each:
            return [self._one_of(inner, number)]
        return inner or [self._unsaid(number)]

    def _one_of(self, parties: Sequence[str], number: int) -> str:
        """Of several parties the one whose turn it is, where each has a count of its own; else all of them together."""
        clause = self.counts[number].clause
        if not any("respectively" in mark for mark in self.clauses.within(self.clauses.clause(self.counts[number]))):
            return " + ".join(parties)
        turns = [at for at, other in enumerate(self.counts) if other.clause == clause]
        if len(turns) != len(parties):
            raise NoFigure("several parties and counts, and not one for each")
        return parties[turns.index(number)]

    def _unsaid(self, number: int) -> str:
        """Of a count without a party: that of the whole, of its massacres, or in a statement that of its section."""
        whole = self.context.whole
        if whole and all(
            each.noun in CATEGORIES and self.goes_on(self.counts[0]) for each in self.counts[: number + 1]
        ):
            return whole.party
        if self.reading.measures.get(number) == MASSACRE_DEATHS:
            return self._of_massacres(number)
        intro = self.context.intro
        if intro and self.context.is_list and self.reading.sentence.kind in (ITEM, HEADING) and intro.party != OTHER:
            return intro.party  # a line of a list of one party: "A. 53 civilians"
        is_short = self.reading.periods[number].days <= FEW_DAYS
        is_statement = self.context.calendar.main is None and self.context.claimant == OWN and is_short
        return self.context.acting if is_statement and self.context.acting else EVERYBODY

    def goes_on(self, count: Count) -> bool:
        """Whether a sentence goes on with the whole: "the victims included 74 children"."""
        before = self.clauses.within((self.clauses.clause(count)[0], count.at))
        return any("incl" in mark for mark in before) and not any("act" in mark for mark in before)

    def at_the_time(self, party: str, number: int) -> str:
        """Whose forces those of the government were."""
        if party != "government":
            return party
        is_before = self.reading.periods[number].first < FALL_OF_THE_REGIME
        return "assad_regime" if is_before else "transitional_government"

    def named(self, number: int) -> list[str]:
        """The parties that are named with a count; none where none is."""
        count = self.counts[number]
        of = count.within or count
        at = self.counts.index(of)
        unlisted = self._behind(at)
        if found := count.by or of.by or self._shared(at) or ([unlisted] if unlisted else of.active):
            return found
        before = self.counts[number - 1] if number and count.is_partitive and not self._begins_of_these(count) else None
        says_of_them = any(self.clauses.has(at, "of_these") for at in range(count.at, count.end + 1))
        is_near = before is not None and (says_of_them or before.clause == count.clause)
        if before and is_near and (before.by or before.active):
            return before.by or before.active
        if self._is_relative(number):
            return self.counts[number - 1].by or self.counts[number - 1].active
        if unlisted := self._before(of) or self._of_label(count):
            return [unlisted]
        return [self.context.label] if self.context.label and self.reading.sentence.kind != HEADING else []

    def _of_label(self, count: Count) -> str:
        """The label of a line, as printed, where no list knows it."""
        colon = self.label - 1
        if not 0 < self.label <= count.at or self.clauses.has(colon - 1, "governorate"):
            return ""
        return _name(self.reading.words[: self.marks[colon].start], is_certain=True)

    def _is_relative(self, number: int) -> bool:
        """Whether a count goes on from the one before: "bombs dropped by regime forces, which killed 12"."""
        if not number or self.counts[number - 1].clause != self.counts[number].clause:
            return False
        between = self.clauses.within((self.counts[number - 1].end, self.counts[number].at))
        return any("who" in mark or "wherein" in mark for mark in between) and any("act" in mark for mark in between)

    def _begins_of_these(self, count: Count) -> bool:
        """Whether a clause begins with "of these", which speaks of the whole, not of the count before."""
        start = self.clauses.clause(count)[0]
        return any(self.clauses.has(at, "of_these") for at in range(start, min(start + 2, count.at)))

    def _shared(self, number: int) -> list[str]:
        """What is said of the next count too: "four medical personnel and one media worker were killed by"."""
        for following in range(number + 1, len(self.counts)):
            count, before = self.counts[following], self.counts[following - 1]
            between = range(before.end, count.at)
            # "70 civilians: 31 by the regime" lays no more than 31 on it
            is_apart = any(self.clauses.has(at, "act", "by", "party", "who", "colon") for at in between)
            if (
                is_apart
                or count.noun == "others"
                or count.is_listed
                or count.is_partitive
                or count.clause != before.clause
            ):
                return []
            if count.by:
                return count.by
        return []

    def _behind(self, number: int) -> str:
        """A party that no list knows, as printed behind "at the hands of"; empty where there is none."""
        count, clauses = self.counts[number], self.clauses
        later = [other.at for other in self.counts[number + 1 :] if other.within is None]
        reach = range(count.at, min([*later, clauses.clause(count)[1]]))
        by = next((at for at in reach if clauses.has(at, "by") and at not in clauses.taken), None)
        if by is None or clauses.has(by + 1, *NOBODY_TO_NAME):
            return ""
        if any("attribute" in mark for mark in clauses.within((by, reach.stop))):
            return ""  # "by a strike blamed on Turkish forces"
        ends = (mark.start for mark in self.marks[by + 1 :] if any(kind in mark for kind in AFTER_A_NAME))
        words = self.reading.words[self.marks[by].end : next(ends, None)]
        is_weak = "time" in self.marks[by] and not any(word[:1].isupper() for word in words)
        return _name(words, is_certain=not is_weak)

    def _before(self, count: Count) -> str:
        """The same, as printed before "killed" and "was responsible for", or in Arabic behind the verb."""
        clauses, start = self.clauses, self.clauses.clause(count)[0]
        backward = range(count.at - 1, start - 1, -1)
        at = next((at for at in backward if clauses.has(at, "act", "did", "responsible")), None)
        if at is None or any("cause" in mark for mark in self.marks[start:at]):
            return ""
        verb = next((each for each in range(start, at) if clauses.has(each, "responsible")), at)
        mark = self.marks[verb]
        if not mark.text.isascii() and "responsible" not in mark:
            return _name(self.reading.words[mark.end : self.marks[count.at].start], is_certain=False)
        is_passive = verb > 0 and self.marks[verb - 1].code("aux") == "passive"
        is_noun = mark.text.endswith(("of", "ing", "ion", "s", "e"))
        if "responsible" not in mark and (is_passive or is_noun):
            return ""
        begin = self.marks[start].end if count.clause else 0
        end = next((self.marks[at].start for at in range(start, verb) if at in clauses.taken), mark.start)
        return _name(self.reading.words[begin:end], is_certain=False)

    def _within_other(self, party: str, count: Count) -> str:
        """A line beneath the other parties is a part of them."""
        whole = self.context.whole
        is_line = 0 < self.label <= count.at and self.context.is_in_other
        is_part = is_line or (count.is_partitive and whole is not None and whole.party == OTHER)
        return f"{OTHER}/{party}" if is_part and party not in (OTHER, EVERYBODY) and "/" not in party else party

    def _of_massacres(self, number: int) -> str:
        """The dead of massacres are of the party that the massacres just named, or all of the time, are laid on."""
        if self.reading.measures.get(number - 1) == "massacres" and (named := self.named(number - 1)):
            return named[0]
        period = self.reading.periods[number]
        of = ("massacres", period.first, period.last)
        parties = {figure.party for figure in self.context.figures if figure.of == of}
        return parties.pop() if len(parties) == 1 else EVERYBODY


def _name(words: Sequence[str], is_certain: bool) -> str:
    """The words as the name of a party; empty where they do not look like one."""
    written = re.split(r"\b(?:that|where|which|while|when|[أإ]نَ?ّ?َ?)\b", " ".join(words))[-1]
    bare = ARTICLES.sub("", LETTERED.sub("", written.strip(" .,،:;()“”\"'")))
    is_name = is_certain or NAME.search(bare) or ARABIC_NAME.match(bare)
    return bare if is_name and len(bare) <= LONGEST_NAME else ""

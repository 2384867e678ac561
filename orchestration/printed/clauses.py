"""What is counted in a sentence: each number with its noun, its parts ("including N children") and who did it.

A sentence is read once, from its beginning to its end. What the numbers mean in the whole of a report is not said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.printed.periods import Period
from orchestration.printed.vocabulary import COLON, COMMA, DASH, NUMBER, PERCENT, Mark

CATEGORIES = ("children", "women", "men", "girls", "boys")
EVERYBODY = "ALL"
# words between a number and what it counts: "235 Syrian civilians", "nine of the 236 civilians"
BETWEEN = ("qualifier", "definite", "of_these", "hedge_after", "aux")
NEAR, CLOSE = 2, 1
# so many marks are the ends of a range apart at most: "142 and 211"
RANGE = 2
HUNDRED, THOUSAND = 100, 1000
# what a label that names a party does not say
NO_LABEL = (NUMBER, "count", "role", "total", "act", "month", "says", "facility", "cause", "claimant")
LONGEST_LABEL = 10


@dataclass
class Part:
    """Some of those a number counts: children, women."""

    category: str
    value: float
    hedge: str
    is_torture: bool = False


@dataclass
class Count:
    """One number of a sentence and what belongs to it.

    Attributes:
        at: Its mark.
        end: The mark after it.
        noun: What it counts; None where the sentence leaves it out, `role:medical` of people with a role.
        within: The number it is a part of, as those who died due to torture are of all dead.
        by: Who did it, where that is said after it.
        is_all_by: Whether it is said of everybody in a sentence part of its own: "all of whom by".
        active: Who did it, where that is said before it.
        clause: Which clause of the sentence it stands in, from 0.
    """

    at: int
    end: int
    value: float
    hedge: str
    noun: str | None
    clause: int
    is_percent: bool = False
    is_listed: bool = False
    is_partitive: bool = False
    is_each: bool = False
    within: "Count | None" = None
    parts: list[Part] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    is_all_by: bool = False
    active: list[str] = field(default_factory=list)
    text: str = ""


class Clauses:
    """The counts of one sentence.

    Attributes:
        counts: Each number that counts something, in its order.
        starts: Where each clause begins.
        torture_of_parts: Marks of torture that some of those counted died of, not all.
        unplaced: Marks of parties of which nothing is counted.
        speakers: By clause, the party that says it: "the SDF said that".
        untimed: Clauses of a time that has no name: "in the past 24 hours".
    """

    def __init__(self, marks: Sequence[Mark], periods: Sequence[Period], parts_of_other: set[str]) -> None:
        """Read a sentence, of which the periods are known already."""
        self.marks = _composed(marks, parts_of_other)
        self.taken = {at for period in periods for at in range(period.at, period.end)}
        self.counts: list[Count] = []
        self.starts = [0]
        self.torture_of_parts: set[int] = set()
        self.pending: list[str] = []
        self.target: Count | None = None
        self.by_at = self.agent_at = -1
        self.is_open = self.is_no_figure = False
        self.whole_named = -1
        self.unplaced: set[int] = set()
        self.speakers: dict[int, str] = {}
        self.untimed: set[int] = set()
        at = 0
        while at < len(self.marks):
            at = at + 1 if at in self.taken else self._step(at)

    def near(self, one: int, other: int, gap: int = CLOSE) -> bool:
        """Whether no more than so many unknown words stand between two marks."""
        return 0 <= one < other < len(self.marks) and self.marks[other].start - self.marks[one].end < gap

    def has(self, at: int, *kinds: str) -> bool:
        """Whether a mark may have one of these meanings."""
        return 0 <= at < len(self.marks) and any(kind in self.marks[at] for kind in kinds)

    def _step(self, at: int) -> int:
        """Take in one mark; the next one to look at."""
        mark = self.marks[at]
        if NUMBER in mark or "none" in mark and self._denies(at):
            return self._number(at)
        # إما is "either", and أما "as for"
        is_parted = mark.text in (";", "؛") and not self.has(at + 1, "incl")
        if ("boundary" in mark and not mark.text.startswith("إ")) or "bring" in mark or is_parted:
            self.starts.append(at)
            self.pending, self.is_open, self.by_at, self.agent_at = [], False, -1, -1
        elif self.counts and ("incl" in mark and self._opens(at) or DASH in mark and self._lists_groups(at)):
            self.is_open, self.target = True, self.counts[-1]
        elif "party" in mark or "weak_party" in mark or "unidentified" in mark:
            self._agent(at)
        elif ("count" in mark or "role" in mark) and self._is_one(at):
            return self._take(at, at, _one(mark), "exact")
        elif "by" in mark:
            self.by_at = at
        elif "pronoun" in mark and not self.pending:
            speaker = self.speakers.get(len(self.starts) - 1)
            before = [*self.counts[-1].by, *self.counts[-1].active] if self.counts else []
            self.pending = [speaker] if speaker else before
        return at + 1

    def _denies(self, at: int) -> bool:
        """Whether "no" is the number of what follows."""
        return self._noun(at + 1)[0] is not None

    def _opens(self, at: int) -> bool:
        """Whether "including", or "of whom", begins a list of numbers."""
        following = [each for each in range(at + 1, min(at + 5, len(self.marks))) if each not in self.taken]
        idle = (COMMA, COLON, "definite", "article", "hedge", "of_these", "not_agent", "qualifier", "aux")
        first = next((each for each in following if not self.has(each, *idle)), -1)
        acts = any("act" in mark for mark in self.marks[at + 1 : max(first, at + 1)])
        return self.has(first, NUMBER, "count", "role") and not acts

    def _lists_groups(self, at: int) -> bool:
        """Whether a dash begins what others say with "including": "nine civilians – six children and three women"."""
        return self.has(at + 1, NUMBER) and self.has(at + 2, "count") and self.marks[at + 2].code("count") in CATEGORIES

    def _is_one(self, at: int) -> bool:
        """Whether a noun without a number counts one, or two: "a child", طفل, مجزرتين."""
        mark = self.marks[at]
        kind = "count" if "count" in mark else "role"
        value, is_latin = mark.value(kind), mark.text[0].isascii()
        if self.has(at - 1, NUMBER) and self.near(at - 1, at) or self.has(at + 1, NUMBER) and not self._repeats(at):
            return self._repeats(at)
        if is_latin:
            return self.is_open and self.has(at - 1, "article") and self.near(at - 1, at)
        return (
            self._repeats(at)
            or value == 2
            and not mark.is_definite
            or (value == 1 and (self.is_open or self._repeats(at)))
        )

    def _repeats(self, at: int) -> bool:
        """Whether the number stands behind its noun, in words: مجزرة واحدة."""
        value = self.marks[at + 1].value(NUMBER) if self.near(at, at + 1) else None
        return value in (1, 2) and self.marks[at + 1].code(NUMBER) == "" and not self.marks[at].text[0].isascii()

    def _number(self, at: int) -> int:
        """Take in a number, unless it is none that counts."""
        value, end = self._combined(at)
        is_rest = self.has(at - 1, "rest") and self.near(at - 1, at)
        before, after = at - 1 if self.near(at - 1, at) else -1, end if self.near(end - 1, end) else -1
        was_no_figure = self.is_no_figure and self.has(at - 1, COMMA)
        self.is_no_figure = (
            self.has(at - 1, "no_figure_before")
            and self.near(at - 1, at, NEAR)
            or was_no_figure
            and not self.has(end, "count", "role")
        )
        if self.is_no_figure or self.has(after, "no_figure_after"):
            if self.marks[after].code("no_figure_after") == "span" and self.has(before, "past", "time"):
                self.untimed.add(len(self.starts) - 1)  # "in the past 24 hours"
            return end
        if (self.has(before, "definite") or self.marks[at].is_definite) and not is_rest:
            self.whole_named = len(self.starts) if not self.counts else self.whole_named
            return end
        return self._take(at, end, value, self._hedge(at, end))

    def _combined(self, at: int) -> tuple[float, int]:
        """A number of one or more words: one hundred and five, 2.3 million, مئة وخمسة."""
        if "none" in self.marks[at]:
            return 0, at + 1
        whole, part, end = 0.0, 0.0, at
        while True:
            value = self.marks[end].value(NUMBER) or 0
            if value >= THOUSAND and end > at:
                whole, part = whole + max(part, 1) * value, 0
            else:
                part = part * value if value == HUNDRED and part else part + value
            is_joined = self.has(end + 1, COMMA) and self.marks[end + 1].text in ("and", "و")
            following = end + 1 + is_joined
            if is_joined and whole + part >= THOUSAND and (whole + part) % THOUSAND == 0 and self._is_rest(following):
                return whole + part + (self.marks[following].value(NUMBER) or 0), following + 1
            if not (self._is_word(following) and self.near(end, following, NEAR)):
                return whole + part, end + 1
            if not _goes_on(part, self.marks[following].value(NUMBER) or 0, is_joined):
                return whole + part, end + 1
            end = following

    def _is_rest(self, at: int) -> bool:
        """Whether digits go on from thousands in words: ألفين و797."""
        is_digits = self.has(at, NUMBER) and at not in self.taken and self.marks[at].code(NUMBER) == "digits"
        return is_digits and (self.marks[at].value(NUMBER) or 0) < THOUSAND and self.near(at - 1, at)

    def _is_word(self, at: int) -> bool:
        return self.has(at, NUMBER) and at not in self.taken and self.marks[at].code(NUMBER) == ""

    def _hedge(self, at: int, end: int) -> str:
        if self.has(end, "hedge_after") and self.near(end - 1, end):
            return self.marks[end].code("hedge_after") or "exact"
        before = at - 1 - (self.has(at - 1, "total") or self.has(at - 1, PERCENT))
        return (self.has(before, "hedge") and self.near(before, at, 3) and self.marks[before].code("hedge")) or "exact"

    def _noun(self, at: int) -> tuple[str | None, int]:
        """What a number that ends here counts, and the mark after it; None where it does not say."""
        each = at
        while each < len(self.marks) and each not in self.taken and self.near(each - 1, each):
            mark = self.marks[each]
            if self.has(each, "count", "role", "unmeasured", "facility"):
                beyond = self._beyond(each + 1) if mark.code("count") in ("people", "cases") else None
                if self.has(each, "role") and self.has(each + 1, COMMA) and self.has(each + 2, "role"):
                    return "several_roles", each + 3
                return beyond or (self._named(each), each + 1)
            is_whole = NUMBER in mark and self.has(each - 1, "definite")
            if not is_whole and not self._is_whose(each) and not self.has(each, *BETWEEN):
                break
            each += 1
        return None, at

    def _is_rate(self, after: int) -> bool:
        """Whether a number is one of a day: "15 people die under torture every day"."""
        stop = next((at for at in range(after, len(self.marks)) if self.has(at, NUMBER, COMMA)), len(self.marks))
        return any(self.has(at, "rate") for at in range(after, stop))

    def _named(self, at: int) -> str:
        mark = self.marks[at]
        if "facility" in mark and "count" not in mark:
            return "facility"
        return f"role:{mark.code('role')}" if "role" in mark else mark.code("count") or "unmeasured"

    def _beyond(self, at: int) -> tuple[str, int] | None:
        """What "deaths among medical personnel" and "cases of individuals dying" are of."""
        at += self.has(at, "qualifier", "among")
        kinds = ("role", "count") if self.marks[at - 1].code("count") != "people" else ("role",)
        return (self._named(at), at + 1) if self.has(at, *kinds) and self.near(at - 1, at, NEAR) else None

    def _take(self, at: int, end: int, value: float, hedge: str) -> int:
        """Put a number where it belongs: to the one it is a part of, or beside the others."""
        is_implied = at == end
        noun, after = (self._named(at), at + 1) if is_implied else self._noun(end)
        if noun is None and self.has(at - 1, COLON) and self.has(at - 2, "count", "role"):
            noun = self._named(at - 2)  # "Children: 16"
        if self._is_rate(after):
            return after
        is_percent = self.has(end, PERCENT, "percent") and self.near(end - 1, end) or self.has(at - 1, PERCENT)
        is_of_all = hedge == "approx" and self.has(end, "of_these") and self.marks[end].text.lower() == "of all"
        count = Count(at, max(after, at + 1), value, hedge, noun, len(self.starts) - 1, is_percent or is_of_all)
        count.text = " ".join(mark.text for mark in self.marks[at : max(end, at + 1)])
        count.is_partitive = (
            any(self.has(each, "of_these") for each in range(self.starts[-1], after + (noun is None))) and not is_of_all
        )
        count.is_partitive |= self.whole_named == len(self.starts)
        count.is_partitive |= self.has(after, "of_these") and noun is not None and not self._opens(after)
        count.is_partitive |= any(NUMBER in mark for mark in self.marks[max(end, at + 1) : after])
        count.is_each = self.has(after, "each")
        count.is_listed = self.is_open
        if is_implied and self._repeats(after - 1):
            after += 1
        if self.is_open and self.target and not count.is_percent and self._is_within(self.target, count, after):
            return after
        if not (is_implied and self.is_open and noun in CATEGORIES):
            count.active = list(self.pending)
            self.unplaced -= set(range(self.starts[-1], at))
            self.counts.append(count)
            self.target, self.by_at, self.agent_at = count, -1, -1
        return max(after, end + is_implied)

    def _is_within(self, target: Count, count: Count, after: int) -> bool:
        """Take in a number of an "including" list: children and women as parts, torture and roles as counts within."""
        stops = ("cause", COMMA, NUMBER, "by", "incl")
        near = [at for at in range(after, min(after + 4, len(self.marks))) if self.has(at, *stops)]
        is_relative = near[:1] and self.has(near[0], COMMA) and self.has(near[0] + 1, "who")  # "seven people, who died"
        dies = next(iter(near[1:] if is_relative else near), -1)
        is_torture = self.has(dies, "cause") and self.marks[dies].code("cause") == "torture"
        if count.noun in CATEGORIES:
            says_who = is_torture and any(self.has(each, "who") for each in range(after, dies))
            if says_who:
                self.torture_of_parts.add(dies)
            target.parts.append(Part(count.noun, count.value, count.hedge, says_who))
            return True
        dead = count.noun in ("people", "civilians") or (count.noun is None and self.near(after - 1, dies))
        if is_torture and dead or count.noun and count.noun.startswith("role:"):
            count.within = target.within or target
            self.counts.append(count)
            return True
        return False

    def _agent(self, at: int) -> None:
        """Take in a party: of the number before it where "by" says so, else of the one that follows."""
        mark = self.marks[at]
        is_joined = self.agent_at >= 0 and all(
            self.has(each, COMMA, "each", "definite") for each in range(self.agent_at + 1, at)
        )
        is_by = (
            self.by_at >= 0
            and self.near(self.by_at, at, 4)
            and not any(self.has(each, NUMBER, DASH) for each in range(self.by_at, at))
        )
        is_weak = "weak_party" in mark and not (is_by or is_joined or self.has(at + 1, COLON, "strike"))
        if is_weak and not self._is_blamed(at):
            return
        if self._is_no_agent(at, self.by_at if is_by else -1):
            return
        if self._speaks(at):
            return
        if self.counts and any(self.has(each, "most") for each in range(max(self.counts[-1].end, self.starts[-1]), at)):
            return
        code = mark.code("party") or mark.code("weak_party") or mark.code("unidentified") or ""
        is_by = is_by or self._acts_by_the_way(at)
        if not (is_by or is_joined):
            if "unidentified" not in mark or not self._said_of_last(code):
                self.pending, self.is_open, self.agent_at = [code], False, at
                self.unplaced.add(at)
            return
        was_pending = is_joined and not is_by and bool(self.pending)
        if is_joined and code in (self.pending if was_pending else self._acting_last()):
            return  # another name of the same: "Hay'at Tahrir al-Sham, the Nusra Front"
        self.agent_at, self.is_open = at, False
        target = None if was_pending else self._acted_on()
        if target is None:
            self.pending = [*self.pending, code] if was_pending else [code]
        elif not target.by or is_joined:
            target.by.append(code)
            target.is_all_by = any(self.has(each, "all_of_them") for each in range(target.end, at))

    def _acting_last(self) -> list[str]:
        """Who the last number is already laid to."""
        return self.counts[-1].by if self.counts else []

    def _is_no_agent(self, at: int, by_at: int) -> bool:
        """Whether a party is named for something else: the area it holds, its fall, those who are linked to it."""
        before = at - 1
        while self.has(before, "definite", "article", "qualifier"):
            before -= 1
        is_behind = before > by_at and self.has(before, "not_agent") and self.near(before, at, 3)
        # "the HTS-led government" is that of HTS
        is_led = self.has(at - 1, "party") and self.marks[at - 1].text.endswith("-led") and self.near(at - 1, at)
        return is_behind or is_led or self._is_whose(at) or self.has(at + 1, "gone") and self.near(at, at + 1)

    def _is_whose(self, at: int) -> bool:
        """Whether a party is named as that of the people who are counted: "killed 45 ISIS fighters"."""
        is_amid = self.near(at - 1, at) and self.near(at, at + 1)
        return self.has(at, "party") and is_amid and self.has(at - 1, NUMBER) and self.has(at + 1, "count")

    def _speaks(self, at: int) -> bool:
        """Keep a party that says it: "according to the SDF", قالت قسد; whether it does no more than that."""
        verb = at - 1 - self.has(at - 1, "definite")
        behind = self.marks[at + 1].code("says") if self.near(at, at + 1) else None
        before = self.marks[verb].code("says") if self.near(verb, at, NEAR) else None
        does_say = behind in ("after", "either", "itself") or before in ("before", "either")
        if does_say and (party := self.marks[at].code("party")):
            self.speakers[len(self.starts) - 1] = party
        return does_say and behind != "itself"

    def _acts_by_the_way(self, at: int) -> bool:
        """Whether it is said otherwise that a party did it: in its custody, in its airstrikes, attributed to it."""
        if self.has(at + 1, "custody") and self.near(at, at + 1):
            return True
        is_inside = self.has(at - 1, "time") and self.marks[at - 1].code("time") == "in" and self.near(at - 1, at, NEAR)
        if is_inside and self.has(at + 1, "strike") and self.near(at, at + 1):
            return True
        if self._is_blamed(at):
            return True
        is_to = self.has(at - 1, "time") and self.marks[at - 1].text.lower() == "to"
        return is_to and any(self.has(each, "attribute") for each in range(self.starts[-1], at))

    def _is_blamed(self, at: int) -> bool:
        """Whether a party stands right behind "blamed on"."""
        return (
            self.has(at - 1, "attribute") and self.near(at - 1, at, NEAR) and bool(self.marks[at - 1].code("attribute"))
        )

    def _said_of_last(self, code: str) -> bool:
        """Whether "whose perpetrators are not known" was said of the number before."""
        if self.counts and not self.counts[-1].by:
            self.counts[-1].by.append(code)
        return bool(self.counts)

    def _acted_on(self) -> Count | None:
        """The number that "by" speaks of: the last, or the one it is within where that has nobody yet."""
        if not self.counts or self.counts[-1].clause != len(self.starts) - 1:
            return None
        last = self.counts[-1]
        return last.within if last.within and not last.within.by and not last.within.active else last

    # where a count begins and ends, and what happens there

    def region(self, number: int) -> tuple[int, int]:
        """The marks that speak of a count: from it, the first of a clause from its beginning, to the next count."""
        count = self.counts[number]
        has_before = number > 0 and self.counts[number - 1].clause == count.clause
        ends = [start for start in self.starts if start > count.at]
        following = [other.at for other in self.counts[number + 1 :]]
        begin = count.at if has_before else self.starts[count.clause]
        return begin, min([*ends, *following, len(self.marks)])

    def clause(self, count: Count) -> tuple[int, int]:
        """The marks of the clause a count stands in."""
        starts = [*self.starts, len(self.marks)]
        return starts[count.clause], starts[count.clause + 1]

    def within(self, span: tuple[int, int]) -> Sequence[Mark]:
        """The marks from one to another."""
        return self.marks[slice(*span)]

    def first_act(self, span: tuple[int, int]) -> str | None:
        """What happens first in a span: kill, detain, release …; None where nothing does."""
        return next((code for mark in self.within(span) if (code := mark.code("act"))), None)

    def last_act(self, span: tuple[int, int]) -> str | None:
        """What happens last in a span."""
        return next((code for mark in reversed(self.within(span)) if (code := mark.code("act"))), None)

    def act(self, number: int) -> str | None:
        """What happened to those counted: as the words beside them say, else the clause, else the sentence."""
        count, everything = self.counts[number], (0, len(self.marks))
        start, end = self.region(number)
        own = self.act_beside(count) or self._act_behind(count, end) or self.last_act((start, count.at))
        if own or count.within:
            return own or self.first_act(everything)
        begin, stop = self.clause(count)
        in_clause = self.last_act((begin, count.at)) or self._act_behind(count, stop)
        return in_clause or self.first_act((0, count.at)) or self._act_behind(count, everything[1])

    def is_of_range(self, count: Count) -> bool:
        """Whether a number is an end of a range: "between 142 and 211 civilians", "142–211"."""
        bounds = [other for other in self.counts if 1 <= abs(other.at - count.at) <= RANGE]
        return any(self._are_a_range(*sorted((count.at, other.at))) for other in bounds)

    def _are_a_range(self, low: int, high: int) -> bool:
        is_near = all(self.near(at, at + 1, NEAR) for at in range(low, high))
        is_between = self.has(low - 1, "time") and self.marks[low - 1].code("time") == "between"
        is_dash = high == low + 2 and self.has(low + 1, DASH)
        return is_near and (is_dash or is_between and not any(self.has(at, "count") for at in range(low, high)))

    def act_beside(self, count: Count) -> str | None:
        """What the word right before a count says of it: "the killing of 40", الإفراج عن 64."""
        at = count.at - 1 - (count.hedge != "exact")
        return self.marks[at].code("act") if self.near(at, count.at, 3) else None

    def act_right_behind(self, count: Count) -> str:
        """What the word behind a number that has no noun says of those counted: "54 killed", "54 were killed"."""
        at = count.end + self.has(count.end, "aux")
        is_of_them = self.near(count.end - 1, count.end) and self.near(at - 1, at) and not self.has(at + 1, "count")
        return (self.marks[at].code("act") or "") if is_of_them else ""

    def _act_behind(self, count: Count, end: int) -> str | None:
        """What happens behind a count; not what happens to others: "40 people mourned civilians who were killed"."""
        for at in range(count.at, end):
            if code := self.marks[at].code("act"):
                return code
            is_counted = at < count.end or self.marks[at].code("count") in CATEGORIES
            is_counted = is_counted or self.has(at - 1, NUMBER, "article", "among") or self.has(at - 2, "among")
            if self.has(at, "count") and not is_counted:
                return None
        return None

    def label(self, is_in_list: bool) -> int:
        """The mark after the label that a line begins with, as "Russian forces: one"; 0 where it has none.

        Args:
            is_in_list: Whether it is a line of a list, whose label may be a party that nobody knows.
        """
        at = next((at for at in range(len(self.marks) - 1) if COLON in self.marks[at]), None)
        if at is None:
            return 0
        is_named = self.has(at - 1, "party", "weak_party", "governorate", "unidentified") and self.near(at - 1, at, 3)
        says_else = any(self.has(each, *NO_LABEL) for each in range(at))
        is_unknown = is_in_list and not says_else and self.marks[at].start <= LONGEST_LABEL
        return at + 1 if is_named or is_unknown else 0


def _goes_on(part: float, value: float, is_joined: bool) -> bool:
    """Whether a number goes on with a word: hundred and five, five hundred, خمسة وعشرون; but not five and three."""
    if value >= THOUSAND or value == HUNDRED:
        return 0 < part < value and not is_joined
    if part % HUNDRED == 0:
        return value < HUNDRED or part == 0
    units, is_ten = part % HUNDRED, value in range(20, HUNDRED, 10)
    return (is_joined and units < 10 and is_ten) or (value < 10 and units >= 20 and units % 10 == 0)


def _one(mark: Mark) -> float:
    return mark.value("count") or mark.value("role") or 1


def _composed(marks: Sequence[Mark], parts_of_other: set[str]) -> list[Mark]:
    """The marks with what nobody is known to have done as a party: "bombings by unidentified parties"."""
    composed: list[Mark] = []
    for mark in marks:
        is_nobody = "unidentified" in mark or mark.code("party") == "unidentified"
        at = len(composed) - 1
        while is_nobody and at >= 0 and "by" in composed[at]:
            at -= 1
        if is_nobody and at >= 0 and "unidentified_act" in composed[at] and mark.start - composed[at].end <= NEAR:
            act = composed[at]
            del composed[at:]
            mark = Mark(
                {"party": (act.code("unidentified_act") or "", None)}, act.start, mark.end, f"{act.text} {mark.text}"
            )
        if mark.code("party") in parts_of_other:
            mark = Mark({**mark.kinds, "party": (f"other/{mark.code('party')}", None)}, mark.start, mark.end, mark.text)
            mark.kinds.pop("cause", None)
        composed.append(mark)
    return composed

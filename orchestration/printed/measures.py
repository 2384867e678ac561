"""What a count is of: civilians killed, deaths due to torture, massacres, attacks, people detained or released."""

import re

from orchestration.printed.agents import Agents
from orchestration.printed.clauses import CATEGORIES, Count
from orchestration.printed.context import ATTACKS, DEATHS, MASSACRE_DEATHS, OTHER, TORTURE, NoFigure, Reading
from orchestration.printed.periods import SPAN
from orchestration.printed.vocabulary import COLON, COMMA, NUMBER

# measures that the noun alone says
BY_NOUN = {each: each for each in ("massacres", "detained", "disappeared", "released")}
BY_ACT = {"kill": DEATHS, "detain": "detained", "release": "released", "disappear": "disappeared"}
BY_CAUSE = {
    "torture": TORTURE,
    "landmines": "deaths_landmine",
    "landmines_and_cluster_bomblets": "deaths_landmine_cluster",
}
PEOPLE = ("people", "civilians", *CATEGORIES)
A_YEAR = re.compile("(19|20)[0-9]{2}")
# what nouns that may be of anything go back to, where that was said
WHOLES = {"attacks": (ATTACKS,), "cases": ("detained", "disappeared", "released")}
FAR = 3
NOT_SAID = "it does not say what is counted"


class Measures:
    """The measures of the counts of one sentence."""

    def __init__(self, reading: Reading, agents: Agents) -> None:
        """Take a sentence, what was said before, and who did what."""
        self.reading, self.clauses, self.context, self.agents = reading, reading.clauses, reading.context, agents
        self.counts, self.marks, self.measured = reading.clauses.counts, reading.clauses.marks, reading.measures

    def measure(self, number: int) -> str:
        """What a count is of.

        Raises:
            NoFigure: It is of nothing that is counted here, or does not say of what.
        """
        count, noun = self.counts[number], self.counts[number].noun
        self._require_counted(count)
        if noun and noun.startswith("role:"):
            return self._of_role(noun.removeprefix("role:"))
        if count.within:
            return TORTURE
        if noun == "facility":
            return self._of_facilities(number)
        if noun == "detained":
            return self._of_arrests(number)
        if noun in BY_NOUN:
            return BY_NOUN[noun]
        if noun == "combatants":
            return self._of_combatants(number)
        return self._of_people(number) if noun in (*PEOPLE, "others") else self._unnamed(number)

    def _require_counted(self, count: Count) -> None:
        """See that a count is of something, of a time, and no other one's.

        Raises:
            NoFigure: It is not.
        """
        clause = self.clauses.clause(count)
        names_no_time = any("unnamed_period" in mark for mark in self.clauses.within(clause))
        if count.clause in self.clauses.untimed or names_no_time:
            raise NoFigure("of a time that it does not name")
        if any("compared" in mark for mark in self.clauses.within((clause[0], count.at))):
            raise NoFigure("of what a figure is compared with")
        if any("denies" in mark for mark in self.clauses.within((clause[0], count.at))):
            raise NoFigure("of what somebody denies")
        if count.noun == "unmeasured" or self.clauses.act_beside(count) == "wound":
            raise NoFigure("of what is not counted here")
        if self.clauses.is_of_range(count):
            raise NoFigure("one end of a range")
        if count.noun == "several_roles":
            raise NoFigure("of people with several roles together")

    def _of_arrests(self, number: int) -> str:
        """Of those arrested: arrests, or what is said to have become of them."""
        count, (start, end) = self.counts[number], self.clauses.region(number)
        if any("became" in mark for mark in self.marks[start:end]):
            return BY_ACT.get(self.clauses.first_act((count.end, end)) or "detain", "detained")
        return "released" if self.clauses.first_act((start, count.at)) == "release" else "detained"

    def _of_combatants(self, number: int) -> str:
        if self.clauses.act(number) != "kill":
            raise NoFigure("of fighters who were not killed")
        return "combatants_killed"

    def _of_role(self, role: str) -> str:
        acts = {code for mark in self.marks if (code := mark.code("act"))}
        if acts and "kill" not in acts:
            raise NoFigure("of people with a role who were not killed")
        return f"{DEATHS}_{role}"

    def _of_facilities(self, number: int) -> str:
        """Facilities are counted where attacks on them are: "37 medical facilities" attacked."""
        whole = self.context.whole if self.counts[number].is_partitive else self.context.intro
        before = self.measured.get(number - 1) or (whole.measure if whole else "")
        if before != ATTACKS and not any(mark.code("act") == "attack" for mark in self.marks):
            raise NoFigure("of facilities, and nothing says that they were attacked")
        return ATTACKS

    def _of_people(self, number: int) -> str:
        count, act, whole = self.counts[number], self.clauses.act(number), self.context.whole
        if count.noun == "others" and number - 1 in self.measured:
            return self.measured[number - 1]
        if self._are_of_massacres_before(number):
            return MASSACRE_DEATHS
        if act is None:
            return self._of_the_same(number)
        if act not in BY_ACT:
            raise NoFigure("of no death, detention or release")
        if act == "kill" and count.is_partitive and whole and whole.measure in (TORTURE, MASSACRE_DEATHS):
            return whole.measure
        return self.of_cause(number, BY_ACT[act])

    def _of_the_same(self, number: int) -> str:
        """The measure of people of whom nothing is said: that of the count before, of the whole, or of the list."""
        count, context = self.counts[number], self.context
        before = self.measured.get(self.counts.index(count.within) if count.within else number - 1)
        if not before and context.whole and (count.is_partitive or self.agents.goes_on(count)):
            before = context.whole.measure
        is_line = context.is_list or 0 < self.agents.label <= count.at
        before = before or (context.intro.measure if context.intro and is_line else "")
        if not before:
            raise NoFigure("nothing says what became of them")
        return self.of_cause(number, before)

    def _are_of_massacres_before(self, number: int) -> bool:
        """Whether a sentence goes on from massacres to their dead: "two massacres by …, killing 13 civilians"."""
        if self.measured.get(number - 1) != "massacres" or self.agents.named(number):
            return False
        between = self.clauses.within((self.counts[number - 1].end, self.counts[number].at))
        says_dead = any(mark.code("act") == "kill" or "wherein" in mark for mark in between)
        return says_dead and not any(NUMBER in mark for mark in between)

    def of_cause(self, number: int, measure: str) -> str:
        """The measure of deaths of one cause, where a cause is named with the count."""
        if measure != DEATHS:
            return measure
        start, end = self.clauses.region(number)
        for at in range(start, end):
            is_of_count = at not in self.clauses.torture_of_parts and not self._is_of_another(at, self.counts[number])
            cause = self.marks[at].code("cause") if is_of_count else None
            if cause and cause != "means" and not self._is_of_other(number, cause):
                if cause not in BY_CAUSE:
                    raise NoFigure("of one cause, which has no measure of its own")
                return BY_CAUSE[cause]
            if self.counts[number].noun in PEOPLE and self._is_of_massacres(at, self.counts[number]):
                return MASSACRE_DEATHS
        return measure

    def _is_of_massacres(self, at: int, count: Count) -> bool:
        """Whether people were killed in massacres: "killed in the massacres", "the massacres killed"."""
        is_known = self.marks[at].is_definite or self.clauses.has(at - 1, "definite")
        return self.marks[at].code("count") == "massacres" and (at > count.at or is_known)

    def _is_of_another(self, at: int, count: Count) -> bool:
        """Whether a cause is one of people of whom there is no number: "as well as victims who died due to torture"."""
        nouns = [each for each in range(count.end, at) if self.clauses.has(each, "count")]
        return bool(nouns) and not self.clauses.has(nouns[-1] - 1, NUMBER, "article") and nouns[-1] >= at - FAR

    def _is_of_other(self, number: int, cause: str) -> bool:
        """Whether landmines are a part of the other parties here, since a part of what these killed is said."""
        count, whole = self.counts[number], self.context.whole
        is_part = cause == "landmines" and count.is_partitive and whole is not None and whole.party == OTHER
        if is_part and not count.by:
            count.by.append(f"{OTHER}/landmine_unidentified")
        return is_part

    def _unnamed(self, number: int) -> str:
        """What a count without a noun is of, or one of attacks and cases, which may be of anything."""
        count = self.counts[number]
        if count.noun is None and A_YEAR.fullmatch(count.text):
            raise NoFigure("")
        if count.noun is None and (noun := self._noun_before(count)):
            return BY_NOUN.get(noun) or self._of_people(number)
        if count.noun is None and not self._may_be_left_out(count):
            raise NoFigure(NOT_SAID)
        if count.noun is None and number and number - 1 not in self.measured:
            raise NoFigure("it goes with a number that was not understood")
        start, end = self.clauses.region(number)
        end = next((at for at in range(count.end, end) if self.clauses.has(at, COMMA)), end)
        act = self.clauses.act_beside(count) or self.clauses.first_act((start, end))
        if act in ("disappear", "release"):
            return BY_ACT[act]
        names_facility = self.clauses.has(count.end, "facility") and self.clauses.near(count.end - 1, count.end, 3)
        if count.noun == "attacks" and names_facility:
            return ATTACKS
        return self._of_what_was_told(number)

    def _of_what_was_told(self, number: int) -> str:
        """What the count before is of, or the whole, or the list; else what the words before it say."""
        count, context = self.counts[number], self.context
        if count.within is None and number - 1 in self.measured:
            return self.of_cause(number, self.measured[number - 1])
        if count.is_partitive and context.whole:
            return context.whole.measure
        if context.intro and (0 < self.agents.label <= count.at or context.is_list and self.is_of_month(count)):
            return context.intro.measure
        at = count.at - 1 - (count.hedge != "exact")
        if count.noun is None and self.clauses.near(at, count.at, 4) and self.marks[at].code("act") == "kill":
            return self.of_cause(number, DEATHS)
        if count.noun is None and (became := self.clauses.act_right_behind(count)) in BY_ACT:
            return self.of_cause(number, BY_ACT[became])
        if context.whole and context.whole.measure in WHOLES.get(count.noun or "", ()):
            return context.whole.measure
        before = self.clauses.within((self.clauses.clause(count)[0], count.at))
        nouns = [code for mark in before if (code := mark.code("count")) in BY_NOUN]
        if count.noun == "cases" and nouns:
            return BY_NOUN[nouns[-1]]
        act = self.clauses.act(number) if count.is_percent or (count.noun is None and count.by) else None
        if act in BY_ACT:
            return self.of_cause(number, BY_ACT[act])
        if count.is_percent and context.whole:
            return context.whole.measure
        raise NoFigure(NOT_SAID)

    def is_of_month(self, count: Count) -> bool:
        """Whether a month with a colon stands before a number, as in a row of months: "January: 54; February: 61"."""
        is_after_colon = self.clauses.has(count.at - 1, COLON)
        return is_after_colon and any(each.end == count.at - 1 and each.kind == SPAN for each in self.reading.found)

    def _noun_before(self, count: Count) -> str | None:
        """What is counted where that stands before its number: "the number of massacres … to 14"."""
        before = self.clauses.within((self.clauses.clause(count)[0], count.at))
        is_number_of = self.is_of_month(count) or any("number_of" in mark or "bring" in mark for mark in before)
        if not is_number_of or count.is_partitive or count.is_percent:
            return None
        if self.clauses.has(count.end, "number_of") and self.clauses.has(count.end + 1, "count"):
            return self.marks[count.end + 1].code("count")
        return next((code for mark in reversed(before) if (code := mark.code("count")) in (*BY_NOUN, *PEOPLE)), None)

    def _may_be_left_out(self, count: Count) -> bool:
        """Whether a number can do without its noun: a sign or a known word follows it, not another noun."""
        return count.is_percent or count.end >= len(self.marks) or self.clauses.near(count.end - 1, count.end)

    def require_party(self, number: int, measure: str) -> None:
        """See that a count of nobody in particular is of everybody.

        Raises:
            NoFigure: It is of one means, or a party stands beside it of which nothing was understood.
        """
        start, end = self.clauses.region(number)
        if measure == DEATHS and any(mark.code("cause") == "means" for mark in self.marks[start:end]):
            raise NoFigure("of one means, without who used it")
        is_charged = any("charge" in mark for mark in self.marks[: self.counts[number].at])
        if is_charged or self.clauses.unplaced & set(range(start, end)):
            raise NoFigure("a party stands beside it, and what it did was not understood")

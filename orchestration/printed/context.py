"""What was read of a report: its figures, what is not understood, and what the next sentence goes on from."""

from dataclasses import dataclass, field
from datetime import date

from orchestration.printed.clauses import Clauses
from orchestration.printed.pages import Sentence
from orchestration.printed.periods import Calendar, Period

OWN = "SNHR"
OTHER = "other"
DEATHS, TORTURE, MASSACRE_DEATHS, ATTACKS = "deaths", "torture_deaths", "massacre_deaths", "facility_attacks"


@dataclass(frozen=True)
class Figure:
    """One number as printed, and where."""

    period: Period
    measure: str
    party: str
    category: str
    value: float
    unit: str
    hedge: str
    claimant: str
    location: str
    sentence: Sentence

    @property
    def of(self) -> tuple[str, date, date]:
        """What it counts, and of which days."""
        return self.measure, self.period.first, self.period.last

    @property
    def key(self) -> tuple[object, ...]:
        """By what it is the same as another: printed with another value or hedge it is another figure."""
        return (*self.of, self.party, self.category, self.value, self.unit, self.hedge, self.claimant)


@dataclass(frozen=True)
class NotUnderstood:
    """A number in a sentence that looks as if it gave figures, and why it is not one of them."""

    number: str
    reason: str
    sentence: Sentence


class NoFigure(Exception):
    """A count that is no figure; the message says why."""


@dataclass
class Context:
    """What the sentences before have said.

    Attributes:
        calendar: What "last month" is understood by.
        claimant: Whose figures these are.
        period: Of what was counted last.
        whole: The last figure of everybody, or of one list, which "of these" speaks of.
        intro: What the lines of a list are of: the figure its introduction gives, or else what was counted last.
        is_list: Whether the introduction says that a list follows.
        label: The party that the heading of the next lines names.
        is_in_other: Whether the lines of the list are parts of the other parties.
        day: The day of which a paragraph tells.
        days: The first day that each section names.
        opening: The first day that the report tells of.
        acting: The party that a section names first.
        place: What a section is of, where its heading is the name of a place.
        paragraph: The number of the paragraph.
        section: The name of the section.
        figures: All that were read.
    """

    calendar: Calendar
    claimant: str = OWN
    period: Period | None = None
    whole: Figure | None = None
    intro: Figure | None = None
    is_list: bool = False
    label: str = ""
    is_in_other: bool = False
    day: Period | None = None
    days: dict[str, date] = field(default_factory=dict)
    opening: date | None = None
    acting: str = ""
    place: str = ""
    paragraph: int = -1
    section: str = ""
    figures: list[Figure] = field(default_factory=list)


@dataclass
class Reading:
    """One sentence while it is read.

    Attributes:
        sentence: As printed.
        words: Its words.
        clauses: What is counted in it.
        found: The periods it names.
        context: What was said before.
        measures: Of each of its counts that were read: its measure.
        periods: The same: its period.
    """

    sentence: Sentence
    words: list[str]
    clauses: Clauses
    found: list[Period]
    context: Context
    measures: dict[int, str] = field(default_factory=dict)
    periods: dict[int, Period] = field(default_factory=dict)

"""From the headings of a sheet to our columns: which kind it is, and what maps to what."""

import re
from collections import Counter
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import contract, forms, layouts
from orchestration.intake.contract import Contract, Kind
from orchestration.intake.duckdb_session import fold, heading_keys
from orchestration.intake.layouts import PLACES, ColumnMapping, Layout, Made, is_one_of
from orchestration.intake.sheet import A_HEADING, HEADING_SEARCH, Score, SheetError, last_part, without
from orchestration.intake.store import digest

# headings, as keys, by which the sheet of a form tool is known; and what such a tool notes beside what people answered
FORM_MARKS = frozenset(
    [
        *("_id", "_uuid", "_index", "_submissionid", "_submissiontime", "_parentindex", "_parenttablename"),
        *("parentkey", "metainstanceid", "instanceid", "formlink", "hqusernames"),
    ]
)
# what a sheet may say beside numbers of records that are withdrawn
OF_WITHDRAWALS = ("status", "merged_into", "revision", "revised_on", "notes")
BY_LAYOUT = "; a column called so, or a layout that says which column it is (casebook layout new), was expected"
APART = "; the table of which its rows are parts was expected beside it, or in one ZIP"
FORM_NOTES = FORM_MARKS | {
    *("formhubuuid", "metainstancename", "metarootuuid", "start", "end", "today", "username", "deviceid"),
    *("phonenumber", "key", "submissiondate", "submitterid", "submittername", "attachmentspresent"),
    *("attachmentsexpected", "edits", "formversion", "formid", "starttime", "endtime", "startedtime"),
    *("completedtime", "receivedon"),
}
# two headings by which Microsoft's forms are known, in three languages; and what they call whoever filled one in
FILLED_IN = (
    (frozenset(("starttime", "completiontime")), frozenset(("name", "email"))),
    (frozenset(("وقتالبدء", "وقتالاكمال")), frozenset(("الاسم", "البريدالالكتروني"))),
    (frozenset(("heurededebut", "heuredefin")), frozenset(("nom", "adressedemessagerie"))),
)
# what a form tool says of the review of a submission: one that is not approved is not verified
REVIEWS = ("_validationstatus", "_validationstatusuid", "reviewstate")
REVIEWED = (("approved", None), ("validationstatusapproved", None), ("", "preliminary"))
# so many groups of headings, parted by blank ones, are looked at
PARTS = 9
# the headings of so many sheets are remembered
REMEMBERED = 2_000
CHOOSES = "by which the layout chooses rows"
# headings, as keys, that only tables have which Casebook made: facts, figures, what became of rows, how months stand
OURS = (
    frozenset(("scheme", "month")),
    frozenset(("scheme", "periodkind")),
    frozenset(("rowkey", "receivedmonth")),
    frozenset(("rowkey", "month")),
    frozenset(("received", "accepted", "quarantined")),
    frozenset(("standing", "finalon")),
)
# a question that takes several answers, and one of these: roles/medical, roles.medical, roles[medical]
ANSWER = re.compile(r"(.+)[/.\[](?<!\s\[)([^/.\[\]]+)\]?")
# what says of which kind a sheet is that no layout reads, in words
KNOWN_BY = {"tab": "by its tab", "name": "by its name", "headings": "by its headings"}
# the words of a heading in either script
LATIN, ARABIC = re.compile(r"[A-Za-z][A-Za-z0-9_]*"), re.compile(r"[\u0621-\u06ff]+")


@dataclass(frozen=True)
class Plan:
    """How the sheet under some headings is read.

    `targets` are our columns by position; `made` columns that a layout puts together, with the positions of their
    headings; `choices` columns of lists, with a position for each word that may be in it, 1 where it is; `chosen` the
    positions and folded words by which a layout takes rows, or leaves them out; `any_of` those of numbers of which one
    has to be above 0; `unknown` what nobody knows;
    `kind_from` what says of which kind it is: a layout, the name of the tab or of the file, or the headings;
    `whole_list` the layout that says that its newest sheet is the whole list, where one does. `people` is the position
    of how many people a row stands for, and `unpivot` has those whose cells are a row each, with what that row says.
    """

    kind: Kind
    layout: str
    date_style: str
    targets: tuple[tuple[int, ColumnMapping], ...]
    constants: tuple[tuple[str, str | None], ...]
    unknown: tuple[tuple[int, str], ...]
    kind_from: str
    made: tuple[tuple[Made, tuple[int | None, ...]], ...] = ()
    choices: tuple[tuple[str, tuple[tuple[int, str], ...]], ...] = ()
    chosen: tuple[tuple[int, frozenset[str], bool], ...] = ()
    any_of: tuple[int, ...] = ()
    whole_list: str = ""
    people: int | None = None
    unpivot: tuple[tuple[int, tuple[tuple[str, str | None], ...]], ...] = ()

    @property
    def numbers(self) -> str | None:
        """Columns of which the layout says that they hold numbers of records, whatever they look like."""
        return ";".join(mapping.column for _, mapping in self.targets if mapping.is_number) or None

    @cached_property
    def digest(self) -> str:
        """The fingerprint of all that decides what the rows become."""
        return digest(
            self.kind.digest,
            self.layout,
            self.date_style,
            self.targets,
            self.constants,
            self.unknown,
            self.choices,
            self.made,
            [(i, sorted(words), is_wanted) for i, words, is_wanted in self.chosen],
            self.any_of,
            self.people,
            self.unpivot,
        )


@dataclass(frozen=True)
class Mapper:
    """The contract and the layouts of a night, and what was decided with them: a thousand sheets have few headings."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    layouts: Sequence[Layout]
    _plans: dict[tuple[tuple[str, ...], frozenset[str], str, str], Plan] = field(default_factory=dict, repr=False)
    _keys: dict[tuple[str, ...], list[list[str]]] = field(default_factory=dict, repr=False)

    @cached_property
    def digest(self) -> str:
        """The fingerprint of all that decides how any sheet is read."""
        kinds = [(kind.digest, sorted(kind.headings.items())) for kind in self.contract.kinds.values()]
        return digest(kinds, sorted(layout.version for layout in self.layouts))

    @cached_property
    def known(self) -> frozenset[str]:
        """Every heading that some kind knows."""
        return frozenset(heading for kind in self.contract.kinds.values() for heading in kind.headings)

    def fold(self, *words: str) -> list[str]:
        """Fold each word to the key by which spellings are the same."""
        return fold(self.con, words)

    def score(self) -> Score:
        """A function that tells how many cells of a row are headings some kind knows, or a layout made for them."""

        def score(row: Sequence[str]) -> int:
            there = {key for keys in self.keys(row) for key in keys}
            fitting = (there & layout.headings for layout in self.layouts if layout.identified_by <= there)
            return len((there & self.known).union(*fitting))

        return score

    def keys(self, headings: Sequence[str]) -> list[list[str]]:
        """The keys each heading of a sheet may be known by, the surest first."""
        asked = tuple(headings)
        if asked not in self._keys:
            if len(self._keys) > REMEMBERED:
                self._keys.clear()
            keys = heading_keys(self.con, headings)
            keys = heading_keys(self.con, headings, is_form=True) if _is_of_form(keys) else keys
            self._keys[asked] = [[*each, *self._said_twice(of)] for of, each in zip(headings, keys, strict=True)]
        return self._keys[asked]

    def _said_twice(self, heading: str) -> list[str]:
        """The key of a heading that says one thing in two scripts, `Sex / الجنس`: none where it may be two things."""
        if not LATIN.search(heading) or not ARABIC.search(heading):
            return []
        parts = [" ".join(script.findall(heading)) for script in (LATIN, ARABIC)]
        latin, arabic = map(set, heading_keys(self.con, parts))
        known = [kind.headings for kind in self.contract.kinds.values()]
        return sorted(
            {key for of in known for key in latin & of.keys() if of[key] in {of[each] for each in arabic & of.keys()}}
        )

    def plan(self, headings: Sequence[str], inherited: frozenset[str], tab: str, stem: str) -> Plan:
        """Decide how a sheet is read, by layout, tab name, then file stem; raises SheetError where it cannot be."""
        asked = tuple(headings), inherited, tab, stem.split("__")[0]
        if asked not in self._plans:
            self._plans[asked] = self._plan(*asked)
        return self._plans[asked]

    def _plan(self, headings: tuple[str, ...], inherited: frozenset[str], tab: str, name: str) -> Plan:
        keys = self.keys(headings)
        own = [each for each, heading in zip(keys, headings, strict=True) if heading not in inherited]
        layout = self._layout(keys, own, tab)
        kind, kind_from = (self.contract.kinds[layout.kind], "layout") if layout else self._kind(headings, tab, name)
        # what a layout chooses rows by is read no further, unless it says so
        ignored = layout.ignore | (layout.choosing - layout.rules.keys()) if layout else frozenset()
        meant = kind.headings.keys() | (layout.headings if layout else set())
        folded = _known_by(keys, meant, frozenset() if layout else _who_filled_in(keys))
        named = [heading for heading in folded if heading in meant and heading not in ignored]
        twice = sorted({headings[folded.index(heading)] for heading in named if named.count(heading) > 1})
        if twice:
            raise SheetError(f"the heading {', '.join(twice)} stands there twice; once was expected")
        found = self._targets(kind, layout, folded, [heading in inherited for heading in headings])
        chosen = self._choices(kind, headings)
        made = _put_together(layout, folded) if layout else ()
        filled = {rule.column for _, rule in found} | (layout.filled if layout else set())
        _require_all(kind, filled | chosen.keys(), headings)
        used = {position for position, _ in found} | {i for pairs in chosen.values() for i, _ in pairs}
        used |= {i for i, key in enumerate(folded) if key in ignored or (layout and key in layout.several)}
        used |= {i for _, positions in made for i in positions if i is not None} | _notes_of_form(headings, keys)
        unknown = tuple(
            (i, heading)
            for i, heading in enumerate(_distinct(headings))
            if i not in used and headings[i] not in inherited and not (layout and layout.ignores_the_rest)
        )
        # a form tool may write the answer twice, in one column and in a column a word
        choices = tuple((column, pairs) for column, pairs in chosen.items() if column not in filled)
        if layout is None:
            return Plan(kind, "", "dmy", found, (), unknown, kind_from, choices=choices)
        constants = tuple(layout.constants.items())
        return Plan(
            kind, layout.version, layout.dates, found, constants, unknown, kind_from, made, choices,
            chosen=_chosen(layout, folded),
            any_of=tuple(_position(each, folded, CHOOSES) for each in sorted(layout.any_of)),
            whole_list=layout.name if layout.is_whole_list else "",
            people=_position(layout.people, folded, "by which the layout counts people") if layout.people else None,
            unpivot=_unpivoted(layout, folded),
        )  # fmt: skip

    def _choices(self, kind: Kind, headings: tuple[str, ...]) -> dict[str, tuple[tuple[int, str], ...]]:
        """Columns of lists a form tool writes as a column a word, `roles/medical`: their positions and words."""
        parted = [(i, of[1], of[2]) for i, heading in enumerate(headings) if (of := ANSWER.fullmatch(heading))]
        words = [word for _, *both in parted for word in both]
        keys = dict(zip(words, heading_keys(self.con, words, True), strict=True))
        found: dict[str, tuple[tuple[int, str], ...]] = {}
        for i, question, answer in parted:
            column = next((kind.headings[key] for key in keys[question] if key in kind.headings), None)
            # what is a heading itself is in a group that is called like a question
            if column in kind.lists and keys[answer][0] not in self.known:
                found[column] = (*found.get(column, ()), (i, answer))
        return found

    def is_answer(self, heading: str) -> bool:
        """Whether a heading, question/answer, is one of several answers to a question of some kind."""
        return any(self._choices(kind, (heading,)) for kind in self.contract.kinds.values())

    def knows(self, headings: Sequence[str], tab: str) -> bool:
        """Whether some layout is made for these headings of a tab."""
        return self._made_for(tab, headings) is not None

    def ignored(self, headings: Sequence[str], tab: str) -> frozenset[str]:
        """The folded names that the layout made for these headings of a tab ignores."""
        layout = self._made_for(tab, headings)
        return layout.ignore if layout else frozenset()

    def claims(self, name: str, own: Collection[str], above: Collection[str]) -> bool:
        """Whether a list inside submissions is a sheet: it is called like a kind, or a layout is made for it.

        Args:
            name: Its path.
            own: Its own headings.
            above: Those it inherits.
        """
        (called,) = self.fold(last_part(name))
        return self.contract.kind_named(called) is not None or self._made_for(name, own, above) is not None

    def _made_for(self, tab: str, own: Collection[str], above: Collection[str] = ()) -> Layout | None:
        keys = self.keys(tuple(own))
        return self._layout([*keys, *self.keys(tuple(above))], keys, tab)

    def _layout(self, keys: list[list[str]], own: list[list[str]], tab: str) -> Layout | None:
        """The layout whose identifying headings are all there, one at least not inherited; that with most of them."""
        there, here = ({key for each in of for key in each} for of in (keys, own))
        fitting = [layout for layout in self.layouts if layout.identified_by <= there and layout.identified_by & here]
        called = self.fold(tab)[0]
        fitting = [layout for layout in fitting if not layout.tabs or is_one_of(called, layout.tabs)]
        return max(fitting, key=lambda layout: (len(layout.identified_by), layout.name), default=None)

    def kind_of(self, headings: Sequence[str], tab: str, stem: str) -> tuple[Kind | None, str]:
        """The kind of a sheet that no layout reads, and what says so (`tab`, `name`, `headings`); None where none does.

        A tab or file that is called like a kind comes first, then headings that fit one kind only, of which no other
        knows more, then such of them as a word of tab or file names.
        """
        name = stem.split("__")[0]
        for kind_from, called in (("tab", last_part(tab)), ("name", name)):
            if kind := self.contract.kind_named(self.fold(called)[0]):
                return kind, kind_from
        fitting = [kind for kind in self.contract.kinds.values() if not self._lacks(kind, headings)]
        if len(fitting) == 1 and self._knows_most(fitting[0], headings):
            return fitting[0], "headings"
        named = self.kinds_in(f"{tab} {name}")
        among = [kind for kind in named if kind in fitting] or named
        return (among[0], "name") if len(among) == 1 else (None, "")

    def words_of_name(self, name: str, least: int = 1) -> list[str]:
        """The words of a name, and each two beside each other, folded.

        Args:
            name: What a tab, a file or a folder is called.
            least: How many letters a word has at least.
        """
        parts = re.findall(rf"[^\W\d_]{{{least},}}", name)
        return self.fold(*parts, *map(" ".join, pairwise(parts)))

    def kinds_in(self, name: str) -> list[Kind]:
        """The kinds that a word of a name, or two of them, are called by.

        Args:
            name: What a tab, a file or a folder is called.
        """
        kinds = map(self.contract.kind_named, self.words_of_name(name))
        return list({kind.name: kind for kind in kinds if kind}.values())

    def _knows_most(self, kind: Kind, headings: Sequence[str]) -> bool:
        """Whether no other kind knows more of some headings: acts of torture may say which death they led to."""
        keys = self.keys(headings)
        known = {
            each.name: len(
                {each.headings[key] for key in _known_by(keys, each.headings.keys()) if key in each.headings}
            )
            for each in self.contract.kinds.values()
        }
        return known[kind.name] == max(known.values())

    def _lacks(self, kind: Kind, headings: Sequence[str]) -> list[str]:
        """The columns a kind requires that no heading means."""
        known = _known_by(self.keys(headings), kind.headings.keys())
        given = {kind.headings.get(key) for key in known}
        return [column for column in kind.required if column not in given]

    def _require_one_table(self, headings: Sequence[str]) -> None:
        """Raise SheetError where a column without a heading parts a whole table from one of another kind beside it."""
        parts = [[*group] for has_name, group in groupby(headings, lambda heading: bool(heading.strip())) if has_name]
        kinds = self.contract.kinds.values()
        whole = ((part, kind) for part in parts[:PARTS] for kind in kinds if not self._lacks(kind, part))
        if len(parts) < 2 or not (found := next(whole, None)):
            return
        one, of = found
        others = (each for each in parts[:PARTS] if each is not one)
        if other := next((each for each in others for kind in kinds if self._begins(kind, each, of)), None):
            raise SheetError(
                f"two tables stand side by side, beginning with {one[0]} and {other[0]}; one was "
                "expected: each on a tab, or in a file, of its own"
            )

    def _begins(self, kind: Kind, headings: Sequence[str], beside: Kind) -> bool:
        """Whether headings are those of a table of a kind, and not more of the one beside.

        They have its number; where that one too may say of each row to which such record it belongs, most else as well.
        """
        lacks, number = self._lacks(kind, headings), kind.required[0]
        return kind is not beside and number not in lacks and (number not in beside.columns or len(lacks) <= 1)

    def _kind(self, headings: tuple[str, ...], tab: str, name: str) -> tuple[Kind, str]:
        _require_not_ours(self.keys(headings))
        self._require_one_table(headings)
        kind, kind_from = self.kind_of(headings, tab, name)
        if kind:
            return kind, kind_from
        expected = f"a tab or file named {', '.join(self.contract.kinds)}, or the headings of a layout were expected"
        lacking = {kind.name: self._lacks(kind, headings) for kind in self.contract.kinds.values()}
        nearest = min(lacking, key=lambda name: len(lacking[name]) / len(self.contract.kinds[name].required))
        if len(lacking[nearest]) * 2 > len(self.contract.kinds[nearest].required):
            raise SheetError(f"it is of no known kind; {expected}")
        lacks = f", which also has {', '.join(lacking[nearest])}" if lacking[nearest] else ""
        raise SheetError(f"it is of no known kind (nearest by its headings: {nearest}{lacks}); {expected}")

    def _targets(
        self, kind: Kind, layout: Layout | None, folded: list[str], inherited: list[bool]
    ) -> tuple[tuple[int, ColumnMapping], ...]:
        """Position and rule of every column: a layout's, then a row's own headings, then inherited ones.

        Where a column stands there under its own name, no other heading means it besides.
        """
        found: list[tuple[int, ColumnMapping]] = []
        for i, heading in enumerate(folded):
            found += [(i, rule) for rule in (layout.rules.get(heading, ()) if layout else ())]
        spoken = layout.ignore | layout.rules.keys() | layout.choosing | layout.several if layout else frozenset()
        taken = {rule.column for _, rule in found}
        if layout:
            taken |= layout.filled
        reviews: list[tuple[int, ColumnMapping]] = []
        names = {key for key, *_ in self.keys(kind.columns)}
        named: set[str] = set()
        for i in sorted(range(len(folded)), key=lambda i: (inherited[i], folded[i] not in names)):
            column = kind.headings.get(folded[i])
            if not column or folded[i] in spoken:
                continue
            if folded[i] in REVIEWS:
                reviews.append((i, ColumnMapping(column, REVIEWED, True, "preliminary")))
                continue
            if column in taken and (inherited[i] or layout or column in named):
                continue
            if column in taken:
                raise SheetError(f"two headings mean {column}; one was expected")
            taken.add(column)
            named |= {column} if folded[i] in names else set()
            found.append((i, ColumnMapping(column)))
        return (*found, *reviews)

    def of_one_table(self, rows: pa.Table, plan: Plan, headings: Sequence[str]) -> tuple[pa.Table, list[int]]:
        """The rows without those that say the heading again, as on each page of a printed list; and their numbers.

        Raises SheetError where another heading stands among the rows, or the same one below a title or a gap: what is
        below it is of another table.
        """
        known, required = plan.kind.headings.keys(), plan.kind.required[1:]
        columns = [rows.column(f"c{i}") for i, rule in plan.targets if rule.column in required]
        words = pa.chunked_array([pc.unique(cells) for cells in columns], pa.string())
        # asked once for all of the columns: a sheet of few rows seldom has any, and asking is what takes the time
        among = pa.array(self._headings_among(words.combine_chunks(), known), pa.string())
        if not len(among):
            return rows, []
        rows, again = _without_heading(rows, headings)
        for cells in (rows.column(f"c{i}") for i, rule in plan.targets if rule.column in required):
            found = rows.filter(pc.is_in(cells, among))
            for row in found.slice(0, HEADING_SEARCH).to_pylist():
                cells = [cell for name, cell in row.items() if cell and name.startswith("c")]
                keys = {key for each in self.keys(cells) for key in each} & known
                if len(keys) >= A_HEADING and len(keys) * 2 >= len(cells):
                    raise SheetError(
                        f"row {row['row_number']} is a second heading; one table was expected: each on a tab, or in a "
                        "file, of its own"
                    )
        return rows, again

    def _headings_among(self, words: pa.Array, known: Set[str]) -> list[str]:
        """Those of some different words that may be known headings."""
        words = words.filter(pc.invert(pc.fill_null(pc.match_substring_regex(words, r"\p{Nd}"), True))).to_pylist()
        words = [word for word in words if word]
        keys = heading_keys(self.con, words)
        return [word for word, of_word in zip(words, keys, strict=True) if not known.isdisjoint(of_word)]


def load(con: duckdb.DuckDBPyConnection, root: Path) -> tuple[Mapper, dict[Path, str]]:
    """Make a mapper of the contract and the layouts that are in force in a data root.

    Returns:
        The mapper; and by path, the sentence that says why a layout was set aside.
    """
    known = contract.load(con)
    usable, problems = layouts.load(con, known, (layouts.SHIPPED, root / "layouts"))
    return Mapper(con, known, usable), problems


def _require_not_ours(keys: list[list[str]]) -> None:
    """Raise SheetError where headings are those of a table that Casebook made."""
    there = {first for first, *_ in keys}
    if any(ours <= there for ours in OURS):
        raise SheetError(
            "Casebook made this table, of sheets that were taken in before; a sheet as people write it was expected"
        )


def _require_all(kind: Kind, given: Collection[str], headings: Sequence[str]) -> None:
    """Raise SheetError where a sheet does not give all columns that its kind requires.

    A sheet that can say nothing else than that records are withdrawn needs to say no more.
    """
    number = kind.required[0]
    if not given:
        nowhere = f"none of its first {HEADING_SEARCH} rows has a heading of {kind.name}"
        raise SheetError(f"{nowhere}; a row with {', '.join(kind.required)} was expected")
    if {number, "status"} <= {*given} <= {number, kind.dated_by, *OF_WITHDRAWALS}:
        return
    if missing := [column for column in kind.required if column not in given]:
        expected = APART if forms.is_part(headings) else BY_LAYOUT
        raise SheetError(f"the required heading {', '.join(missing)} of {kind.name} is missing{expected}")


def _without_heading(rows: pa.Table, headings: Sequence[str]) -> tuple[pa.Table, list[int]]:
    """The rows without those that are the heading, cell by cell, right below a row of the table; and their numbers."""
    written = [(f"c{i}", heading.strip()) for i, heading in enumerate(headings) if heading.strip()]
    same = [pc.fill_null(pc.equal(pc.utf8_trim_whitespace(rows.column(name)), text), False) for name, text in written]
    is_heading = np.flatnonzero(np.logical_and.reduce([each.to_numpy() for each in same]))
    numbers = rows.column("row_number").to_numpy()
    cells = [rows.column(name).is_valid().to_numpy() for name in rows.column_names if name.startswith("c")]
    # the row before may be in the piece before
    again = [
        i for i in is_heading if not i or (numbers[i - 1] == numbers[i] - 1 and sum(each[i - 1] for each in cells) > 1)
    ]
    return without(rows, again), numbers[again].tolist()


def _distinct(headings: Sequence[str]) -> list[str]:
    """What columns are called whose headings nobody knows: by number where the heading is blank or another's too."""
    written = [heading.strip() for heading in headings]
    times = Counter(written)

    def called(position: int, heading: str) -> str:
        number = f"column {position + 1}"
        if heading:
            return heading if times[heading] == 1 else f"{heading}, {number}"
        return f"{number}, without a heading" if number in times else number

    return [called(i, heading) for i, heading in enumerate(written)]


def _known_by(keys: list[list[str]], known: Collection[str], hidden: Set[str] = frozenset()) -> list[str]:
    """The key by which each heading is known, or its own; none by a lesser one that is another's too, nor if hidden."""
    own = {first for first, *_ in keys}
    lesser = Counter(key for first, *others in keys for key in {*others} - {first})
    found = [
        next(
            (key for key in each if key in known and (key == each[0] or (key not in own and lesser[key] == 1))), each[0]
        )
        for each in keys
    ]
    return ["" if key in hidden else key for key in found]


def _is_of_form(keys: list[list[str]]) -> bool:
    """Whether headings are those of a form tool; ODK's main table has two that only together say so."""
    own = {first for first, *_ in keys}
    return bool(FORM_MARKS & own) or {"submissiondate", "key"} <= own


def _who_filled_in(keys: list[list[str]]) -> frozenset[str]:
    """The headings under which a form tool notes who answered, where its own say that it is one."""
    own = {first for first, *_ in keys}
    return frozenset().union(*(names for marks, names in FILLED_IN if marks <= own))


def _notes_of_form(headings: tuple[str, ...], keys: list[list[str]]) -> set[int]:
    """Positions of what a form tool notes beside the answers: its own headings, and the addresses of media."""
    own, who = [first for first, *_ in keys], _who_filled_in(keys)
    if not _is_of_form(keys):
        return {i for i, key in enumerate(own) if key in who}
    media = {heading.removesuffix("_URL") for heading in headings if heading.endswith("_URL")}
    return {
        i
        for i, heading in enumerate(headings)
        if own[i].startswith(("_", "setof")) or own[i] in FORM_NOTES or heading.removesuffix("_URL") in media
    }


def _put_together(layout: Layout, folded: list[str]) -> tuple[tuple[Made, tuple[int | None, ...]], ...]:
    """What a layout puts together, with the positions of its headings; None for what is no heading."""
    missing = sorted({place for made in layout.made for place in made.places} - PLACES.keys() - {*folded})
    if missing:
        raise SheetError(f"the heading {', '.join(missing)}, of which the layout makes a value, is missing")
    return tuple(
        (made, tuple(None if place in PLACES else folded.index(place) for place in made.places)) for made in layout.made
    )


def _position(heading: str, folded: list[str], why: str) -> int:
    if heading not in folded:
        raise SheetError(f"the heading {heading}, {why}, is missing")
    return folded.index(heading)


def _chosen(layout: Layout, folded: list[str]) -> tuple[tuple[int, frozenset[str], bool], ...]:
    """The positions of the headings by which a layout chooses rows, with the words, and whether it wants these."""
    return tuple(
        (_position(heading, folded, CHOOSES), words, is_wanted)
        for by, is_wanted in ((layout.rows, True), (layout.skip, False))
        for heading, words in by.items()
    )


def _unpivoted(layout: Layout, folded: list[str]) -> tuple[tuple[int, tuple[tuple[str, str | None], ...]], ...]:
    """The positions of the headings whose cells are a row each, with what such a row says."""
    why = "of which the layout makes rows"
    return tuple((_position(heading, folded, why), said) for heading, said in layout.unpivot.items())

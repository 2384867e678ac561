"""Layouts: other people's headings and values, mapped to ours by declaration."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import duckdb
import yaml
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from orchestration.declared import problems
from orchestration.intake.contract import Contract, Kind
from orchestration.intake.duckdb_session import fold, heading_key
from orchestration.intake.sheet import SheetError
from orchestration.intake.store import digest
from orchestration.settings import REPOSITORY

SHIPPED = REPOSITORY / "data" / "layouts"
# what a value can be put together from beside headings: the row's number, the names of its file and folder, and the
# last day that the file's name says
DAY = "{day}"
PLACES = {"{row}": "row", "{file}": "file", "{folder}": "folder", DAY: "day"}
IN_BRACES = re.compile(r"(\{[^{}]+\})")
# how intake knows whether a cell can be read, by the type of its column, as SQL
READABLE = {
    "date": "first_day_of(cell, $dates)",
    "moment": "to_moment(cell, $dates)",
    "age": "to_age(cell)",
    "integer": "to_integer(cell)",
}
# to ignore every heading that nobody knows
EVERY = "*"
# what this process has parsed, by the contract and the text
_parsed: "dict[tuple[Contract, str], Layout]" = {}

T = TypeVar("T")
Marks = Annotated[list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given)]


class DeclaredTarget(BaseModel, extra="forbid", defer_build=True):
    """Which column of ours a heading fills, and how."""

    column: str = Field(min_length=1)
    after: str = ""
    after_last: str = ""
    before: Marks = []
    separator: str = ""
    values: dict[str, str] | None = None
    otherwise: str = ""
    number: Literal["", "low", "high"] = ""
    dates: Literal["", "iso", "dmy", "mdy"] = ""
    unreadable: Literal["", "not_known"] = ""
    is_number: Literal["", "yes", "no"] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_a_name(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given


Targets = Annotated[list[DeclaredTarget], BeforeValidator(lambda given: given if isinstance(given, list) else [given])]


class DeclaredLayout(BaseModel, extra="forbid", defer_build=True):
    """A layout of somebody else's sheets (docs/layouts.md). A key without a value is as good as none."""

    name: str
    kind: str
    identified_by: list[str]
    columns: dict[str, Targets]
    dates: Literal["iso", "dmy", "mdy"]
    description: str = ""
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}
    made: dict[str, str] = {}
    not_known: dict[str, list[str]] = {}
    ignore: list[str] = []
    rows: dict[str, list[str]] = {}
    skip: dict[str, list[str]] = {}
    any_of: list[str] = []
    tabs: list[str] = []
    whole_list: Literal["", "yes", "no"] = ""
    people: str = ""
    unpivot: dict[str, dict[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, given: Any) -> Any:
        return {key: value for key, value in given.items() if value} if isinstance(given, Mapping) else given


@dataclass(frozen=True)
class ColumnMapping:
    """What one foreign heading gives to one of our columns.

    `not_known` are folded spellings that say nothing. `after`, `after_last` and `before` cut the cell off at a mark,
    and `separator` parts it. `values` pairs folded spellings with what a part becomes, the empty spelling standing for
    a cell that says nothing; `otherwise`, where declared, is what every other spelling becomes. `number` is the low or
    the high end of a number that is a range, `dates` how a day is written; `is_lenient` is whether what cannot be read
    is not known, `is_number` whether what may as well be a name is the number of a record.
    """

    column: str
    values: tuple[tuple[str, str | None], ...] = ()
    declares_otherwise: bool = False
    otherwise: str | None = None
    not_known: tuple[str, ...] = ()
    after: str = ""
    after_last: str = ""
    before: tuple[str, ...] = ()
    separator: str = ""
    number: str = ""
    dates: str = ""
    is_lenient: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Made:
    """A value put together: `texts` with what stands in `places` between them, folded headings or one of PLACES.

    What it then becomes is said by `rule`, as of a cell.
    """

    rule: ColumnMapping
    texts: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A valid layout, its headings folded."""

    name: str
    kind: str
    identified_by: frozenset[str]
    rules: dict[str, tuple[ColumnMapping, ...]]
    made: tuple[Made, ...]
    constants: dict[str, str | None]
    dates: str
    ignore: frozenset[str]
    rows: dict[str, frozenset[str]]
    skip: dict[str, frozenset[str]]
    any_of: frozenset[str]
    tabs: frozenset[str]
    is_whole_list: bool
    people: str
    unpivot: dict[str, tuple[tuple[str, str | None], ...]]
    version: str

    @property
    def headings(self) -> frozenset[str]:
        """Every heading the layout speaks of."""
        joined = {place for made in self.made for place in made.places} - PLACES.keys()
        return self.identified_by | self.ignore | self.rules.keys() | self.choosing | self.several | joined

    @property
    def choosing(self) -> frozenset[str]:
        """The headings by which rows are chosen."""
        return frozenset(self.rows.keys() | self.skip.keys() | self.any_of)

    @property
    def filled(self) -> frozenset[str]:
        """The columns that it fills otherwise than with the cell of a heading."""
        unpivoted = (
            {"value", *(column for targets in self.unpivot.values() for column, _ in targets)} if self.unpivot else ()
        )
        return frozenset([*self.constants, *(each.rule.column for each in self.made), *unpivoted])

    @property
    def several(self) -> frozenset[str]:
        """The headings that make several rows of one."""
        return frozenset(self.unpivot.keys() | ({self.people} if self.people else set()))

    @property
    def ignores_the_rest(self) -> bool:
        """Whether headings that nobody knows are of no interest."""
        return EVERY in self.ignore


def _require_columns(kind: Kind, given: DeclaredLayout, mappings: Mapping[str, Sequence[ColumnMapping]]) -> None:
    """Raise SheetError where what a layout fills is no column of its kind, is filled twice or not in this way."""
    _expect(not given.people or kind.name == "deaths", "people is for deaths: of them a row may stand for several")
    _expect(not given.unpivot or kind.name == "stated_figures", "unpivot is for stated_figures, several in a row")
    filled = [mapping for each in mappings.values() for mapping in each]
    columns = [*(mapping.column for mapping in filled), *given.constants, *given.made]
    columns += [
        *{column for targets in given.unpivot.values() for column in targets},
        *(["value"] if given.unpivot else []),
    ]
    unknown = sorted({*columns, *given.values} - set(kind.columns))
    _expect(not unknown, f"{', '.join(unknown)} is no column of {kind.name}")
    twice = sorted({column for column in columns if columns.count(column) > 1})
    _expect(not twice, f"{', '.join(twice)} is given by more than one heading, constant or made value")
    lenient = {mapping.column for mapping in filled if mapping.is_lenient}
    astray = ", ".join(sorted(column for column in lenient if kind.types[column] not in READABLE))
    _expect(not astray, f"unreadable speaks of {astray}, which is no date, age or whole number: use otherwise")
    numbers = {mapping.column for mapping in filled if mapping.is_number}
    astray = ", ".join(sorted(column for column in numbers if kind.types[column] != "id"))
    _expect(not astray, f"is_number speaks of {astray}, which is no number of a record")


class _Keys:
    """The keys by which the words of a layout are known, asked for at once: a question takes longer than its answer."""

    def __init__(self, con: duckdb.DuckDBPyConnection, given: object) -> None:
        words = sorted({*_words(given)})
        self._folds = dict(zip(words, fold(con, words), strict=True))
        self._headings = dict(zip(words, heading_key(con, words), strict=True))

    def folds(self, words: Iterable[str]) -> list[str]:
        """Those of spellings."""
        return [self._folds[word] for word in words]

    def headings(self, words: Iterable[str]) -> list[str]:
        """Those of headings."""
        return [self._headings[word] for word in words]


def _words(given: object) -> Iterator[str]:
    """Every text in a layout, and what stands in its braces."""
    if isinstance(given, str):
        yield given
        yield from (place[1:-1] for place in IN_BRACES.findall(given))
    elif isinstance(given, Mapping):
        yield from _words([*given.keys(), *given.values()])
    elif isinstance(given, list):
        for each in given:
            yield from _words(each)


def load(
    con: duckdb.DuckDBPyConnection, contract: Contract, folders: Iterable[Path]
) -> tuple[list[Layout], dict[Path, str]]:
    """Read the layouts of all folders, the ones of later folders replacing namesakes.

    Gives the valid ones and, by path, the sentence that says why another was set aside.
    """
    problems: dict[Path, str] = {}
    paths = [path for folder in folders for path in sorted(folder.glob("*.yml")) if path.name[0] not in ".~"]
    texts = _usable(paths, lambda path: path.read_text("utf-8"), problems)
    # what a process has parsed it does not parse again: those that are shipped are in force in every intake
    new = [path for path, text in texts.items() if (contract, text) not in _parsed]
    declared = _usable(new, lambda path: _declared(texts[path]), problems)
    keys = _Keys(con, [given.model_dump() for given in declared.values()])
    built = _usable(declared, lambda path: _layout(keys, contract, declared[path], texts[path]), problems)
    _parsed.update({(contract, texts[path]): layout for path, layout in built.items()})
    known = [_parsed[contract, text] for path, text in texts.items() if path not in problems]
    return list({layout.name: layout for layout in known}.values()), problems


def _usable(paths: Iterable[Path], step: Callable[[Path], T], problems: dict[Path, str]) -> dict[Path, T]:
    """What a step makes of each layout; of one that it fails of, why that is set aside is put among the problems."""
    made = {}
    for path in paths:
        try:
            made[path] = step(path)
        except (SheetError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
            reason = str(error) if isinstance(error, SheetError) else f"it is no readable YAML in UTF-8{where}"
            problems[path] = f"layout {path.name}: {reason}"
    return made


def json_schema(contract: Contract) -> dict[str, Any]:
    """The layout language as JSON Schema, for editors that know it: the keys, kinds and columns there are.

    A value may be written as text, number, yes or no: all of it is read as text.
    """
    schema, target = DeclaredLayout.model_json_schema(), DeclaredTarget.model_json_schema()
    column = {"enum": sorted({name for kind in contract.kinds.values() for name in kind.columns})}
    word: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
    words = {"type": "object", "additionalProperties": word}
    marks = {"type": ["string", "array"], "items": {"type": "string"}}
    target["properties"] |= {"column": column, "values": words, "otherwise": word, "before": marks}
    one = {"anyOf": [column, {"$ref": "#/$defs/target"}]}
    schema["properties"] |= {
        "kind": {"enum": list(contract.kinds)},
        "columns": {"type": "object", "additionalProperties": {"anyOf": [one, {"type": "array", "items": one}]}},
        "values": {"type": "object", "propertyNames": column, "additionalProperties": words},
        "constants": words | {"propertyNames": column},
        "unpivot": {"type": "object", "additionalProperties": words | {"propertyNames": column}},
        "made": words | {"propertyNames": column},
        **dict.fromkeys(
            ("not_known", "rows", "skip"), {"type": "object", "additionalProperties": {"type": "array", "items": word}}
        ),
    }
    schema["$defs"] = {"target": target}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def parse(con: duckdb.DuckDBPyConnection, contract: Contract, text: str) -> Layout:
    """Build a layout from its YAML; raises SheetError with a sentence that names what is wrong."""
    given = _declared(text)
    return _layout(_Keys(con, given.model_dump()), contract, given, text)


def _declared(text: str) -> DeclaredLayout:
    # The base loader reads every scalar as text, so that `no`, `0` and dates are the spellings they look like.
    try:
        return DeclaredLayout.model_validate(yaml.load(text, Loader=yaml.CBaseLoader))
    except ValidationError as error:
        raise SheetError(problems(error, text)) from None


def _layout(keys: _Keys, contract: Contract, given: DeclaredLayout, text: str) -> Layout:
    """Build a layout of what it declares, with the keys of its words."""
    kind = contract.kinds.get(given.kind)
    if kind is None:
        raise SheetError(f"the kind {given.kind} is not one of {', '.join(contract.kinds)}")
    mappings = _mappings(keys, given)
    constants = {column: _nullable(value) for column, value in given.constants.items()}
    made = tuple(_made(keys, column, template, given.values) for column, template in given.made.items())
    _require_columns(kind, given, mappings)
    identified_by, ignore, any_of = (
        frozenset(keys.headings(headings)) for headings in (given.identified_by, given.ignore, given.any_of)
    )
    ignore |= {EVERY} & {*given.ignore}
    return Layout(
        name=given.name,
        kind=given.kind,
        identified_by=identified_by,
        rules=mappings,
        made=made,
        constants=constants,
        dates=given.dates,
        ignore=ignore,
        rows=_words_under(keys, given.rows),
        skip=_words_under(keys, given.skip),
        any_of=any_of,
        tabs=frozenset(keys.folds(given.tabs)),
        is_whole_list=given.whole_list == "yes",
        people=keys.headings([given.people])[0] if given.people else "",
        unpivot=_targets_by_heading(keys, given.unpivot),
        version=f"{given.name} {digest(text)[:8]}",
    )


def is_one_of(word: str, words: frozenset[str]) -> bool:
    """Whether a folded word is among these, in which * stands for anything."""
    return word in words or any(fnmatchcase(word, each.replace("[", "[[]")) for each in words if "*" in each)


def _targets_by_heading(
    keys: _Keys, given: Mapping[str, dict[str, str]]
) -> dict[str, tuple[tuple[str, str | None], ...]]:
    """Columns and values by heading, headings folded."""
    headings = zip(keys.headings(list(given)), given.values(), strict=True)
    return {
        heading: tuple((column, _nullable(value)) for column, value in values.items()) for heading, values in headings
    }


def _words_under(keys: _Keys, given: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """Words by heading, both folded."""
    headings = zip(keys.headings(list(given)), given.values(), strict=True)
    return {heading: frozenset(keys.folds(words)) for heading, words in headings}


def _made(keys: _Keys, column: str, template: str, shared: Mapping[str, Mapping[str, str]]) -> Made:
    """A value put together from headings, or the row's number and the names of file and folder, in braces."""
    texts, places = IN_BRACES.split(template)[::2], IN_BRACES.split(template)[1::2]
    _expect(bool(places), f"made: {column} names nothing in braces, such as {{a heading}} or {{row}}")
    headings = keys.headings([place[1:-1] for place in places])
    named = tuple(place if place in PLACES else key for place, key in zip(places, headings, strict=True))
    return Made(_column_mapping(keys, DeclaredTarget(column=column), shared, ()), tuple(texts), named)


def _mappings(keys: _Keys, given: DeclaredLayout) -> dict[str, tuple[ColumnMapping, ...]]:
    """What every heading gives, headings folded."""
    silent = dict(zip(keys.headings(list(given.not_known)), given.not_known.values(), strict=True))
    mappings: dict[str, tuple[ColumnMapping, ...]] = {}
    for heading, targets in zip(keys.headings(list(given.columns)), given.columns.values(), strict=True):
        _expect(heading not in mappings, f"the heading {heading} stands twice in columns")
        not_known = tuple(keys.folds(silent.get(heading, [])))
        mappings[heading] = tuple(_column_mapping(keys, target, given.values, not_known) for target in targets)
    astray = sorted(silent.keys() - mappings.keys())
    _expect(not astray, f"not_known speaks of {', '.join(astray)}, which columns does not map")
    return mappings


def _column_mapping(
    keys: _Keys,
    target: DeclaredTarget,
    shared: Mapping[str, Mapping[str, str]],
    not_known: tuple[str, ...],
) -> ColumnMapping:
    """What a heading gives to one column."""
    values = shared.get(target.column, {}) if target.values is None else target.values
    pairs = tuple(zip(keys.folds(list(values)), map(_nullable, values.values()), strict=True))
    clash = sorted({key for key, value in pairs if dict(pairs)[key] != value})
    _expect(not clash, f"the values of {target.column} give two meanings to {', '.join(clash)}")
    # spellings that fold alike are one word: twice, it would stand for two rows
    pairs = tuple(dict(pairs).items())
    declares_otherwise = "otherwise" in target.model_fields_set
    return ColumnMapping(
        column=target.column,
        values=pairs,
        declares_otherwise=declares_otherwise,
        otherwise=_nullable(target.otherwise),
        not_known=not_known,
        after=target.after,
        after_last=target.after_last,
        before=tuple(target.before),
        separator=target.separator,
        number=target.number,
        dates=target.dates,
        is_lenient=bool(target.unreadable),
        is_number=target.is_number == "yes",
    )


def _nullable(value: str) -> str | None:
    return None if value in ("", "null", "~") else value


def _expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise SheetError(sentence)

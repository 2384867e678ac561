"""Layouts: other people's headings and values, mapped to ours by declaration."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.intake.contract import Contract
from orchestration.intake.duckdb_session import fold
from orchestration.intake.sheet import SheetError
from orchestration.intake.store import digest
from orchestration.settings import REPOSITORY

SHIPPED = REPOSITORY / "data" / "layouts"
KEYS = {
    "name",
    "kind",
    "description",
    "identified_by",
    "columns",
    "values",
    "constants",
    "not_known",
    "dates",
    "ignore",
}
TARGET_KEYS = {"column", "before", "values", "otherwise"}
STYLES = ("iso", "dmy", "mdy")


@dataclass(frozen=True)
class ColumnMapping:
    """What one foreign heading gives to one of our columns.

    `values` pairs folded spellings with what they become, the empty spelling standing for a cell that says nothing;
    `otherwise`, where declared, is what every other spelling becomes; `before` cuts the cell off at a mark;
    `not_known` are folded spellings that say nothing.
    """

    column: str
    values: tuple[tuple[str, str | None], ...] = ()
    declares_otherwise: bool = False
    otherwise: str | None = None
    before: str = ""
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """A valid layout, its headings folded."""

    name: str
    kind: str
    identified_by: frozenset[str]
    rules: dict[str, tuple[ColumnMapping, ...]]
    constants: dict[str, str | None]
    dates: str
    ignore: frozenset[str]
    version: str

    @property
    def headings(self) -> frozenset[str]:
        """Every heading the layout speaks of."""
        return self.identified_by | self.ignore | self.rules.keys()


def load(
    con: duckdb.DuckDBPyConnection, contract: Contract, folders: Iterable[Path]
) -> tuple[list[Layout], dict[Path, str]]:
    """Read the layouts of all folders, the ones of later folders replacing namesakes.

    Gives the valid ones and, by path, the sentence that says why another was set aside.
    """
    layouts: dict[str, Layout] = {}
    problems: dict[Path, str] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml")) if path.name[0] not in ".~"):
        try:
            layout = parse(con, contract, path.read_text("utf-8"))
            layouts[layout.name] = layout
        except (SheetError, yaml.YAMLError, OSError, UnicodeDecodeError) as error:
            reason = str(error) if isinstance(error, SheetError) else "it is no readable YAML in UTF-8"
            problems[path] = f"layout {path.name}: {reason}"
    return list(layouts.values()), problems


def parse(con: duckdb.DuckDBPyConnection, contract: Contract, text: str) -> Layout:
    """Build a layout from its YAML; raises SheetError with a sentence that names what is wrong."""
    # The base loader reads every scalar as text, so that `no`, `0` and dates are the spellings they look like.
    given = yaml.load(text, Loader=yaml.BaseLoader)
    _expect(isinstance(given, dict), "a mapping of keys was expected")
    _expect_keys(given, KEYS, "the layout")
    missing = [key for key in ("name", "kind", "identified_by", "columns", "dates") if not given.get(key)]
    _expect(not missing, f"the key {', '.join(missing)} is missing")
    kind = contract.kinds.get(str(given["kind"]))
    _expect(kind is not None, f"the kind {given['kind']} is not one of {', '.join(contract.kinds)}")
    _expect(given["dates"] in STYLES, f"dates is {given['dates']}; one of {', '.join(STYLES)} was expected")
    for key, shape in {
        "identified_by": list,
        "ignore": list,
        "columns": dict,
        "values": dict,
        "constants": dict,
        "not_known": dict,
    }.items():
        _expect(
            isinstance(given.get(key) or shape(), shape), f"{key} is not a {'list' if shape is list else 'mapping'}"
        )
    rules = _rules(con, given)
    constants = {column: _nullable(value) for column, value in _mapping(given, "constants").items()}
    columns = [rule.column for each in rules.values() for rule in each] + list(constants)
    unknown = sorted({*columns, *_mapping(given, "values")} - set(kind.columns))  # type: ignore[union-attr]
    _expect(not unknown, f"{', '.join(unknown)} is no column of {kind.name}")  # type: ignore[union-attr]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    _expect(not twice, f"{', '.join(twice)} is given by more than one heading or constant")
    identified_by, ignore = (frozenset(fold(con, given.get(key) or [])) for key in ("identified_by", "ignore"))
    name = str(given["name"])
    return Layout(
        name, given["kind"], identified_by, rules, constants, given["dates"], ignore, f"{name} {digest(text)[:8]}"
    )


def _rules(con: duckdb.DuckDBPyConnection, given: dict[str, Any]) -> dict[str, tuple[ColumnMapping, ...]]:
    """The rules of every heading, folded."""
    shared = _mapping(given, "values")
    silent = dict(
        zip(fold(con, list(_mapping(given, "not_known"))), _mapping(given, "not_known").values(), strict=True)
    )
    rules = {}
    for heading, targets in zip(fold(con, list(given["columns"])), given["columns"].values(), strict=True):
        listed = targets if isinstance(targets, list) else [targets]
        _expect(heading not in rules, f"the heading {heading} stands twice in columns")
        _expect(isinstance(silent.get(heading, []), list), "not_known has to give a list for each heading")
        not_known = tuple(fold(con, silent.get(heading, [])))
        rules[heading] = tuple(_column_mapping(con, target, shared, not_known) for target in listed)
    astray = sorted(silent.keys() - rules.keys())
    _expect(not astray, f"not_known speaks of {', '.join(astray)}, which columns does not map")
    return rules


def _column_mapping(
    con: duckdb.DuckDBPyConnection, target: Any, shared: dict[str, Any], not_known: tuple[str, ...]
) -> ColumnMapping:
    """One rule, from the name of a column or an object that says more."""
    given = target if isinstance(target, dict) else {"column": target}
    _expect_keys(given, TARGET_KEYS, "a column")
    column = given.get("column")
    _expect(isinstance(column, str) and bool(column), "a heading is mapped to no column")
    values = given.get("values", shared.get(str(column), {}))
    _expect(isinstance(values, dict), f"the values of {column} are not a mapping")
    pairs = tuple(zip(fold(con, list(values)), map(_nullable, values.values()), strict=True))
    clash = sorted({key for key, value in pairs if dict(pairs)[key] != value})
    _expect(not clash, f"the values of {column} give two meanings to {', '.join(clash)}")
    otherwise = _nullable(given.get("otherwise", ""))
    # spellings that fold alike are one word: twice, it would stand for two rows
    pairs = tuple(dict(pairs).items())
    return ColumnMapping(str(column), pairs, "otherwise" in given, otherwise, given.get("before", ""), not_known)


def _nullable(value: Any) -> str | None:
    _expect(isinstance(value, str), "a value has to be a single word or text")
    return None if value in ("", "null", "~") else value


def _mapping(given: dict[str, Any], key: str) -> dict[str, Any]:
    return given.get(key) or {}


def _expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise SheetError(sentence)


def _expect_keys(given: dict[str, Any], known: set[str], what: str) -> None:
    odd = sorted(given.keys() - known)
    _expect(not odd, f"{what} has the key {', '.join(odd)}, which is none of {', '.join(sorted(known))}")

"""From the headings of a sheet to our columns: which kind it is, what maps to what, and the rows so mapped."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import contract, layouts
from orchestration.intake.contract import Contract, Kind
from orchestration.intake.duckdb_session import fold
from orchestration.intake.layouts import ColumnMapping, Layout
from orchestration.intake.sheet import Score, SheetError, last_part
from orchestration.intake.store import digest
from orchestration.sql import literal


@dataclass(frozen=True)
class Plan:
    """How the sheet under some headings is read: our columns by position, constants, and what nobody knows."""

    kind: Kind
    layout: str
    date_style: str
    targets: tuple[tuple[int, ColumnMapping], ...]
    constants: tuple[tuple[str, str | None], ...]
    unknown: tuple[tuple[int, str], ...]

    @cached_property
    def digest(self) -> str:
        """The fingerprint of all that decides what the rows become."""
        return digest(self.kind.digest, self.layout, self.date_style, self.targets, self.constants, self.unknown)


@dataclass(frozen=True)
class Mapper:
    """The contract and the layouts of a night, and what was decided with them: a thousand sheets have few headings."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    layouts: Sequence[Layout]
    _folded: dict[tuple[str, ...], list[str]] = field(default_factory=dict, repr=False)
    _plans: dict[tuple[tuple[str, ...], frozenset[str], str, str], Plan] = field(default_factory=dict, repr=False)

    @cached_property
    def digest(self) -> str:
        """The fingerprint of all that decides how any sheet is read."""
        kinds = [(kind.digest, sorted(kind.headings.items())) for kind in self.contract.kinds.values()]
        return digest(kinds, sorted(layout.version for layout in self.layouts))

    def fold(self, *words: str) -> list[str]:
        """Fold each word to the key by which spellings are the same."""
        if words not in self._folded:
            self._folded[words] = fold(self.con, words)
        return self._folded[words]

    def score(self) -> Score:
        """A function that tells how many cells of a row are headings some kind or layout knows."""
        known = {heading for kind in self.contract.kinds.values() for heading in kind.headings}
        known |= {heading for layout in self.layouts for heading in layout.headings}
        return lambda row: len(known & set(self.fold(*row)))

    def plan(self, headings: Sequence[str], inherited: frozenset[str], tab: str, stem: str) -> Plan:
        """Decide how a sheet is read, by layout, tab name, then file stem; raises SheetError where it cannot be."""
        asked = tuple(headings), inherited, tab, stem.split("__")[0]
        if asked not in self._plans:
            self._plans[asked] = self._plan(*asked)
        return self._plans[asked]

    def _plan(self, headings: tuple[str, ...], inherited: frozenset[str], tab: str, name: str) -> Plan:
        folded = self.fold(*headings)
        own = {key for key, heading in zip(folded, headings, strict=True) if heading not in inherited}
        layout = self._layout(set(folded), own)
        kind = self.contract.kinds[layout.kind] if layout else self._kind(tab, name)
        ignored = layout.ignore if layout else frozenset()
        named = [heading for heading in folded if heading and heading not in ignored]
        twice = sorted({headings[folded.index(heading)] for heading in named if named.count(heading) > 1})
        if twice:
            raise SheetError(f"the heading {', '.join(twice)} stands there twice; once was expected")
        found = self._targets(kind, layout, folded, [heading in inherited for heading in headings])
        constants = layout.constants if layout else {}
        given = {rule.column for _, rule in found} | constants.keys()
        missing = [column for column in kind.required if column not in given]
        if missing:
            raise SheetError(f"the required heading {', '.join(missing)} of {kind.name} is missing")
        used = {position for position, _ in found}
        unknown = tuple(
            (i, heading.strip() or _unheaded(i, headings))
            for i, heading in enumerate(headings)
            if i not in used and folded[i] not in ignored and heading not in inherited
        )
        version, style = (layout.version, layout.dates) if layout else ("", "dmy")
        return Plan(kind, version, style, found, tuple(constants.items()), unknown)

    def knows(self, headings: Sequence[str]) -> bool:
        """Whether some layout is made for these headings."""
        folded = set(self.fold(*headings))
        return self._layout(folded, folded) is not None

    def ignored(self, headings: Sequence[str]) -> frozenset[str]:
        """The folded names that the layout made for these headings ignores."""
        folded = set(self.fold(*headings))
        layout = self._layout(folded, folded)
        return layout.ignore if layout else frozenset()

    def claims(self, name: str, own: Collection[str], above: Collection[str]) -> bool:
        """Whether a list inside submissions is a sheet: it is called like a kind, or a layout is made for it.

        Args:
            name: Its path.
            own: Its own headings.
            above: Those it inherits.
        """
        (called,) = self.fold(last_part(name))
        folded = set(self.fold(*own))
        is_kind = self.contract.kind_named(called) is not None
        return is_kind or self._layout(folded | set(self.fold(*above)), folded) is not None

    def _layout(self, folded: set[str], own: set[str]) -> Layout | None:
        """The layout whose identifying headings are all there, one at least not inherited; that with most of them."""
        fitting = [layout for layout in self.layouts if layout.identified_by <= folded and layout.identified_by & own]
        return max(fitting, key=lambda layout: (len(layout.identified_by), layout.name), default=None)

    def _kind(self, tab: str, name: str) -> Kind:
        for folded in self.fold(last_part(tab), name):
            if kind := self.contract.kind_named(folded):
                return kind
        kinds = ", ".join(self.contract.kinds)
        raise SheetError(
            f"it is of no known kind; a tab or file named {kinds}, or the headings of a layout were expected"
        )

    def _targets(
        self, kind: Kind, layout: Layout | None, folded: list[str], inherited: list[bool]
    ) -> tuple[tuple[int, ColumnMapping], ...]:
        """Position and rule of every column; the layout before our own headings, a row's own before inherited ones."""
        found: list[tuple[int, ColumnMapping]] = []
        for i, heading in enumerate(folded):
            found += [(i, rule) for rule in (layout.rules.get(heading, ()) if layout else ())]
        spoken = layout.ignore | layout.rules.keys() if layout else frozenset()
        taken = {rule.column for _, rule in found} | (layout.constants.keys() if layout else set())
        for i in sorted(range(len(folded)), key=lambda i: inherited[i]):
            column = kind.headings.get(folded[i])
            if not column or folded[i] in spoken or (column in taken and (inherited[i] or layout)):
                continue
            if column in taken:
                raise SheetError(f"two headings mean {column}; one was expected")
            taken.add(column)
            found.append((i, ColumnMapping(column)))
        return tuple(found)

    def rows(self, read: pa.Table, plan: Plan) -> pa.Table:
        """Rows of a sheet under those of our columns it has, with `row_number`, `unread` and `unknown_columns`."""
        columns = {column: pa.repeat(pa.scalar(value, pa.string()), read.num_rows) for column, value in plan.constants}
        columns |= {rule.column: self._translate(read.column(f"c{i}"), rule) for i, rule in plan.targets}
        columns |= {name: read.column(name) for name in ("row_number", "unread")}
        return pa.table({**columns, "unknown_columns": self._unknown(read, plan.unknown)})

    def _translate(self, cells: pa.ChunkedArray, rule: ColumnMapping) -> pa.ChunkedArray | pa.Array:
        """Apply a rule to a column, once for each distinct cell."""
        if rule == ColumnMapping(rule.column):
            return cells
        return by_distinct(cells, lambda words: self._meanings(words, rule))

    def _meanings(self, words: pa.Array, rule: ColumnMapping) -> pa.Array:
        """What each of some written cells becomes under a rule; row order is kept."""
        meanings = pa.table(
            {"word": [key for key, _ in rule.values], "meaning": [value for _, value in rule.values]},
            schema=pa.schema([("word", pa.string()), ("meaning", pa.string())]),
        )
        silent = ", ".join(map(literal, rule.not_known)) or "null"
        part = f"trim(split_part(written, {literal(rule.before)}, 1))" if rule.before else "written"
        rest = literal(rule.otherwise) if rule.declares_otherwise else "nullif(part, '')"
        self.con.register("written_words", pa.table({"i": range(len(words)), "written": words}))
        self.con.register("meanings", meanings.filter(pc.is_valid(meanings["word"])))
        meant = (
            self.con.execute(
                f"""with parts as (
                    select i, case when fold(written) in ({silent}) then null else {part} end as part
                    from written_words),
                folded as (select *, coalesce(fold(known(part)), '') as word from parts)
                select case when meanings.word is not null then meaning when part is not null then {rest} end
                from folded left join meanings using (word) order by i"""
            )
            .to_arrow_table()
            .column(0)
            .combine_chunks()
        )
        if len(meant) != len(words):
            raise SheetError(f"the values of {rule.column} give {len(meant)} meanings to {len(words)} written words")
        return meant

    def _unknown(self, rows: pa.Table, unknown: tuple[tuple[int, str], ...]) -> pa.Array | pa.ChunkedArray:
        """The written cells under headings nobody knows, as a JSON object a row."""
        written = [(i, heading) for i, heading in unknown if rows.column(f"c{i}").null_count < rows.num_rows]
        if not written:
            return pa.nulls(rows.num_rows, pa.string())
        entries = ", ".join(f"{{'key': {literal(heading)}, 'value': c{i}}}" for i, heading in written)
        return (
            self.con.from_arrow(rows)
            .query(
                "sheet",
                f"""with entries as (
                    select list_filter([{entries}], lambda each: trim(each.value) <> '') as cells from sheet)
                select case when len(cells) > 0 then to_json(map_from_entries(cells))::varchar end from entries""",
            )
            .to_arrow_table()
            .column(0)
        )


def load(con: duckdb.DuckDBPyConnection, root: Path) -> tuple[Mapper, dict[Path, str]]:
    """Make a mapper of the contract and the layouts that are in force in a data root.

    Returns:
        The mapper; and by path, the sentence that says why a layout was set aside.
    """
    known = contract.load(con)
    usable, problems = layouts.load(con, known, (layouts.SHIPPED, root / "layouts"))
    return Mapper(con, known, usable), problems


def _unheaded(position: int, headings: Sequence[str]) -> str:
    """What a column without a heading is called: by its number, which may stand there as a heading of another."""
    name = f"column {position + 1}"
    return name if name not in map(str.strip, headings) else f"{name}, without a heading"


def by_distinct(cells: pa.ChunkedArray, meaning: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Map a text column through a function of its distinct cells, null among them."""
    encoded = pa.chunked_array([cells]) if isinstance(cells, pa.Array) else cells
    encoded = encoded.dictionary_encode(null_encoding="encode").combine_chunks()
    if not len(encoded):
        return meaning(pa.array([], pa.string()))
    return meaning(encoded.dictionary).take(encoded.indices)

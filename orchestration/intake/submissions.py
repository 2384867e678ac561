"""Reads JSON and JSON Lines as form tools export them: submissions, with lists of entries inside."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import pages, shapes
from orchestration.intake.bounds import require_heading_count, require_nesting
from orchestration.intake.encoding import BLOCK, encoding_of, texts
from orchestration.intake.mapping import Mapper
from orchestration.intake.sheet import A_HEADING, Piece, RawSheet, SheetError, last_of, text_rows

VERSION = "json-9"
WRAPPERS = ("results", "submissions")
# what else a list is called that is all there is, where its entries say more than what is around them
ALSO_WRAPPERS = ("data", "records", "items", "value")
IS_ABOUT = re.compile(pages.ABOUT)
OUTER_WRAPPERS = ("data", "result", "response")
PLACES = ("features",)
# a list that is none of submissions, but may say where the next page is
LINKS = ("links", "link", "_links")
# which submission of the file a row is, and which row of which tab an entry is a part of, headed as form tools head it
# in the tabs of a workbook (I03)
INDEX, PARENT_TAB, PARENT_INDEX = "submission_index", "_parent_table_name", "_parent_index"
SUBMISSIONS = "submissions"
STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

Keys = tuple[str, ...]


@dataclass(frozen=True)
class _List:
    """The submissions, or a list of entries inside: its name and path, and what each of its entries has inside."""

    name: str
    path: Keys
    groups: list[str]
    cells: dict[Keys, Any]
    lists: list["_List"]
    mapper: Mapper

    @cached_property
    def headings(self) -> dict[str, Keys]:
        """Each value by the last part of its path; by the whole one where that is not unique, or a form tool's own."""
        # what a database puts around a value, as {"$date": …}, is no name of it
        named = {path: [key for key in path if key[:1] != "$"] or path[-1:] for path in self.cells}
        last = {path: last_of(name, self.mapper.is_answer) for path, name in named.items()}
        times = Counter(last.values())
        own = {path for path in self.cells if len(path) > 1 and path[0].startswith("_")}
        return {name if times[name] == 1 and path not in own else "/".join(path): path for path, name in last.items()}

    def unclaimed(self, read: Collection[str]) -> Iterator[str]:
        """The outermost lists inside it that are not among the ones read, and have none of these inside."""
        for each in self.lists:
            if any(name == each.name or name.startswith(f"{each.name}/") for name in read):
                yield from each.unclaimed(read)
            else:
                yield each.name


@dataclass(frozen=True)
class _Unfolding:
    """Makes sheets of the lists that are needed, each of which is taken apart once."""

    mapper: Mapper
    reader: str

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Where JSON is taken apart."""
        return self.mapper.con

    def is_needed(self, level: _List, above: frozenset[str]) -> bool:
        """Whether a list is a sheet, or one lies inside it."""
        here = above | level.headings.keys()
        is_claimed = self.mapper.claims(level.name, level.headings, above)
        return is_claimed or any(self.is_needed(each, here) for each in level.lists)

    def sheets(self, table: str, level: _List, above: dict[str, pa.Array]) -> Iterator[RawSheet]:
        """The sheet of a list, whose entries lie in a table, and of those inside, which inherit its values."""
        numbers, own, is_filled = self._values(table, level)
        if level.lists and own and not level.name:
            # a submission that says nothing itself is no row
            above = {INDEX: pc.if_else(is_filled, numbers.cast(pa.string()), pa.scalar(None, pa.string()))}
        filled = {name: pc.coalesce(own[name], above[name]) for name in own.keys() & above.keys()}
        values = above | own | filled
        if not level.name or self.mapper.claims(level.name, level.headings, above):
            rows = text_rows([_written(cells) for cells in values.values()], numbers)
            # what says so itself comes before the number that it is keyed by
            inherited = frozenset(above.keys() - own.keys()) | ({shapes.NUMBER} & own.keys())
            carried = tuple(each.name for each in level.lists)
            yield RawSheet(level.name, tuple(values), [Piece(rows, len(numbers))], self.reader, inherited, carried)
        for i, inner in enumerate(level.lists):
            if self.is_needed(inner, frozenset(values)):
                parents = self._entries(table, inner, f"{table}_{i}")
                index = pc.index_in(parents, value_set=numbers)
                taken = {name: cells.take(index) for name, cells in values.items()}
                # a list inside a list may belong to fewer people than its submission speaks of: which one is not told
                taken[PARENT_INDEX] = pa.nulls(len(index), pa.string()) if level.name else parents.cast(pa.string())
                taken[PARENT_TAB] = pa.repeat(pa.scalar(level.name or SUBMISSIONS), len(index))
                yield from self.sheets(f"{table}_{i}", inner, taken)

    def _values(self, table: str, level: _List) -> tuple[pa.Array, dict[str, pa.Array], pa.Array]:
        """Number, values by heading, and whether there are any, of each entry; a document is taken apart once."""
        require_heading_count(len(level.cells))
        _require_once(self.con, table, level.groups)
        pointers = ", ".join(shapes.pointer(path) for path in level.headings.values())
        texts = [_text(f"cells[{i}]", level.cells[path]) for i, path in enumerate(level.headings.values(), 1)]
        columns = "".join(f", {text} as c{i}" for i, text in enumerate(texts))
        read = self.con.execute(
            f"""with entries as materialized (
                    select number, json_extract_string(doc, [{pointers}]::varchar[]) as cells from {table})
                select number::integer as number, array_to_string(cells, '') <> '' as is_filled{columns}
                from entries order by number"""
        ).to_arrow_table()
        number, is_filled, *columns_read = [column.combine_chunks() for column in read.columns]
        return number, dict(zip(level.headings, columns_read, strict=True)), is_filled

    def _entries(self, table: str, inner: _List, into: str) -> pa.Array:
        """Make a table of the entries of a list; gives for each the number of what it is a part of."""
        self.con.execute(
            f"""create or replace temp table {into} as select row_number() over () as number, * from (
                select number as parent, unnest(json_extract(doc, {shapes.pointer(inner.path)})::json[]) as doc
                from {table} order by number)"""
        )
        read = self.con.execute(f"select parent::integer from {into} order by number").to_arrow_table()
        return read.column(0).combine_chunks()


def read(path: Path, mapper: Mapper) -> list[RawSheet]:
    """Read the submissions of a file, and each list inside that is a sheet; raises SheetError if damaged.

    Args:
        path: The file.
        mapper: Tells which lists are sheets, of which the others are only named, and which headings are known.
    """
    con = mapper.con
    encoding = encoding_of(path)
    written = b"".join(texts(path, encoding, BLOCK))
    if not written.strip():
        raise SheetError("the file is empty; submissions were expected")
    require_nesting(_nesting(written))
    text = written.decode()
    if con.execute("select json_valid(?)", [text]).fetchone() == (True,):
        unread, notes = [], _from_document(mapper, text)
    else:
        unread, notes = _from_lines(con, text), ()
    (structure,) = con.execute("select json_group_structure(doc) from submissions").fetchone()  # type: ignore[misc]
    if structure is None:
        raise SheetError("it holds no submission; at least one was expected")
    top = _list("", (), json.loads(structure), mapper)
    unfolding = _Unfolding(mapper, f"{VERSION} {encoding}")
    first, *others = unfolding.sheets(SUBMISSIONS, top, {})
    unclaimed = top.unclaimed([sheet.tab for sheet in others])
    first = replace(_with_unread(first, unread), unclaimed=tuple(unclaimed))
    return [replace(sheet, notes=notes) for sheet in (first, *others)]


def _nesting(text: bytes) -> int:
    """How deep lists and groups lie inside each other."""
    marks = np.frombuffer(STRINGS.sub(b"", text).translate(None, NO_BRACKETS), np.uint8)
    return int(np.cumsum(np.where((marks == ord("[")) | (marks == ord("{")), 1, -1)).max(initial=0))


def _from_document(mapper: Mapper, text: str) -> tuple[str, ...]:
    """Fill `submissions` from one JSON document: a list, an object around one, or one submission; gives its notes."""
    con = mapper.con
    con.execute("create or replace temp table document as select ?::json as doc", [text])
    structure = shapes.as_lists(con, mapper.score())
    _require_once(con, "document", [shapes.pointer(()), *(shapes.pointer((outer,)) for outer in OUTER_WRAPPERS)])
    # points on a map with what is said of each
    is_of_places = con.execute("select doc->>'type' = 'FeatureCollection' from document").fetchone() == (True,)
    path = PLACES if is_of_places else _wrapped(structure, mapper)
    of_place = "nullif(json_extract(entry, '/properties'), 'null')" if is_of_places else "entry"
    entries = "[doc]" if path is None else f"json_extract(doc, {shapes.pointer(path)})::json[]"
    con.execute(
        f"""create or replace temp table submissions as
            select row_number() over () as number, {of_place} as doc
            from (select unnest({entries}) as entry from document)"""
    )
    if con.execute("select count(*) from submissions where json_type(doc) <> 'OBJECT'").fetchone() != (0,):
        raise SheetError("the list holds something else than submissions; objects of heading and value were expected")
    return _of_page(con, is_wrapped=path is not None)


def _wrapped(structure: Any, mapper: Mapper) -> Keys | None:
    """Where in the document the list of submissions lies; None where it is a submission itself."""
    score = mapper.score()
    if isinstance(structure, list):
        return ()
    if not isinstance(structure, dict):
        return None
    top = _list("", (), structure, mapper)
    around = [name for name, path in top.headings.items() if not any(map(_is_about, path))]
    known = [each for each in top.lists if score([*each.headings]) >= A_HEADING]
    for each in top.lists:
        *outer, name = each.path
        is_called = not outer and name in WRAPPERS
        if tuple(outer) in ((), *((each,) for each in OUTER_WRAPPERS)) and len(each.headings) > len(around):
            is_called |= name in WRAPPERS + ALSO_WRAPPERS
        # or it is all there is, whatever it is called, unless as a kind
        is_alone = known == [each] and not score(around) and not mapper.claims(each.name, each.headings, ())
        if is_called or is_alone:
            return each.path
    return None


def _is_about(name: str) -> bool:
    """Whether a program says under this name something of a list, and not of its entries."""
    return bool(IS_ABOUT.fullmatch(re.sub(r"[^a-z]", "", name.lower())))


def _of_page(con: duckdb.DuckDBPyConnection, is_wrapped: bool) -> tuple[str, ...]:
    """What is noted of a document that is one page of a longer list."""
    lists = [(path, length) for path, length in _lists(con) if path[-1] not in LINKS]
    (entries,) = con.execute("select count(*) from submissions").fetchone()  # type: ignore[misc]
    here = entries if is_wrapped else max((length for _, length in lists), default=0)
    if not here:
        return ()
    left_out: dict[str, Any] = {}
    for (*outer, name), _ in lists:
        (left_out.setdefault(outer[0], {}) if outer else left_out)[name] = None
    query = "select json_merge_patch(doc, ?::json) from document where json_type(doc) = 'OBJECT'"
    around = con.execute(query, [json.dumps(left_out)]).fetchone()
    told = around and pages.note(json.loads(around[0]), here)
    return (told,) if told else ()


def _lists(con: duckdb.DuckDBPyConnection) -> list[tuple[list[str], int]]:
    """The path of each list of objects in the document, and how many it has: by itself, or in an object."""
    outer, inner = (f"'/' || replace(replace({name}, '~', '~0'), '/', '~1')" for name in ("outer_name", "name"))
    query = f"""with around as (
                select unnest(json_keys(doc)) as outer_name from document where json_type(doc) = 'OBJECT'),
            within as (
                select outer_name, unnest(json_keys(doc, {outer})) as name from around cross join document),
            there as (
                select [outer_name] as path, {outer} as pointer from around
                union all
                select [outer_name, name], {outer} || {inner} from within)
        select path, json_array_length(doc, pointer) from there cross join document
        where json_type(doc, pointer) = 'ARRAY' and json_type(doc, pointer || '/0') = 'OBJECT'"""
    return con.execute(query).fetchall()


def _from_lines(con: duckdb.DuckDBPyConnection, text: str) -> list[tuple[int, str]]:
    """Fill `submissions` from JSON Lines; gives number and text of the lines that are no submission."""
    con.execute(
        """create or replace temp table lines as
           select row_number() over () as number, line, json_valid(line) and line like '{%' as fits
           from (select regexp_replace(unnest(string_split(?, chr(10))), ',\\s*$', '') as line)""",
        [text],
    )
    con.execute("create or replace temp table submissions as select number, line::json as doc from lines where fits")
    if con.execute("select count(*) from submissions").fetchone() == (0,):
        raise SheetError("the file is damaged; JSON or JSON Lines was expected")
    return con.execute("select number, line from lines where not fits and trim(line) <> '' order by number").fetchall()


def _list(name: str, path: Keys, structure: Any, mapper: Mapper) -> _List:
    """What documents of some structure, as DuckDB tells it, have inside."""
    groups: list[str] = []
    cells: dict[Keys, Any] = {}
    lists: list[_List] = []

    def walk(shape: dict[str, Any], within: Keys) -> None:
        groups.append(shapes.pointer(within))
        for key, inner in shape.items():
            here = (*within, key)
            if isinstance(inner, dict):
                walk(inner, here)
            elif isinstance(inner, list) and isinstance(inner[0], dict):
                of_list = "/".join([*([name] if name else []), *here])
                lists.append(_list(of_list, here, inner[0], mapper))
            else:
                cells[here] = inner

    walk(structure if isinstance(structure, dict) else {}, ())
    return _List(name, path, groups, cells, lists, mapper)


def _text(cell: str, shape: str | list) -> str:
    """The SQL that writes a value as text: lists joined with `;`, booleans yes and no, whole numbers as such."""
    if isinstance(shape, list):
        return f"array_to_string({cell}::json::varchar[], ';')"
    if shape == "BOOLEAN":
        return f"case {cell} when 'true' then 'yes' when 'false' then 'no' end"
    return f"regexp_replace({cell}, '\\.0+$', '')" if shape == "DOUBLE" else cell


def _written(cells: pa.Array) -> pa.Array:
    """Cells as they are stored: what says nothing is no cell."""
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)


def _require_once(con: duckdb.DuckDBPyConnection, table: str, pointers: Sequence[str]) -> None:
    """Raise SheetError where a heading stands twice in one of the documents of a table, or in a group inside."""
    for pointer in pointers:
        keys = f"select json_keys(doc, {pointer}) as keys from {table}"
        found = con.execute(f"select keys from ({keys}) where len(keys) > list_unique(keys) limit 1").fetchone()
        if found:
            twice = next(key for key, times in Counter(found[0]).items() if times > 1)
            raise SheetError(f"the heading {twice} stands twice in one submission; once was expected")


def _with_unread(sheet: RawSheet, unread: list[tuple[int, str]]) -> RawSheet:
    """Put lines that are no submission beside the others, cells empty."""
    if not unread:
        return sheet
    (read,) = sheet.pieces
    numbers, texts = zip(*unread, strict=True)
    nulls = [pa.nulls(len(numbers), pa.string()) for _ in sheet.headings]
    odd = pa.table([*nulls, pa.array(numbers, pa.int32()), pa.array(texts)], schema=read.rows.schema)
    rows = pa.concat_tables([read.rows, odd]).sort_by("row_number")
    return replace(sheet, pieces=[Piece(rows, read.records + len(numbers))])

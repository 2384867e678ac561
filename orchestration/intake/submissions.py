"""Reads JSON and JSON Lines as form tools export them: submissions, with lists of entries inside."""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import pages
from orchestration.intake.bounds import require_heading_count, require_nesting
from orchestration.intake.encoding import BLOCK, encoding_of, texts
from orchestration.intake.sheet import IsAnswer, Piece, RawSheet, SheetError, last_of, text_rows
from orchestration.sql import literal

VERSION = "json-9"
WRAPPERS = ("results", "submissions")
# what else a list is called that is all there is, where its entries say more than what is around them
ALSO_WRAPPERS = ("data", "records", "items", "value")
OUTER_WRAPPERS = ("data", "result", "response")
PLACES = "/features"
# a list that is none of submissions, but may say where the next page is
LINKS = ("links", "link", "_links")
# which submission of the file a row is, and which row of which tab an entry is a part of, headed as form tools head it
# in the tabs of a workbook (I03)
INDEX, PARENT_TAB, PARENT_INDEX = "submission_index", "_parent_table_name", "_parent_index"
SUBMISSIONS = "submissions"
STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

Claims = Callable[[str, Collection[str], Collection[str]], bool]
"""Tells of a list, by its path, its own headings and those above it, whether it is a sheet."""
Keys = tuple[str, ...]


@dataclass(frozen=True)
class _List:
    """The submissions, or a list of entries inside: its path, how its entries are found, what each has inside."""

    name: str
    pointer: str
    groups: list[str]
    cells: dict[Keys, Any]
    lists: list["_List"]
    is_answer: IsAnswer

    @cached_property
    def headings(self) -> dict[str, Keys]:
        """Each value by the last part of its path; by the whole one where that is not unique, or a form tool's own."""
        # what a database puts around a value, as {"$date": …}, is no name of it
        named = {path: [key for key in path if key[:1] != "$"] or path[-1:] for path in self.cells}
        last = {path: last_of(name, self.is_answer) for path, name in named.items()}
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

    con: duckdb.DuckDBPyConnection
    claims: Claims
    reader: str

    def is_needed(self, level: _List, above: frozenset[str]) -> bool:
        """Whether a list is a sheet, or one lies inside it."""
        here = above | level.headings.keys()
        return self.claims(level.name, level.headings, above) or any(self.is_needed(each, here) for each in level.lists)

    def sheets(self, table: str, level: _List, above: dict[str, pa.Array]) -> Iterator[RawSheet]:
        """The sheet of a list, whose entries lie in a table, and of those inside, which inherit its values."""
        numbers, own, is_said = self._values(table, level)
        if level.lists and own and not level.name:
            # a submission that says nothing itself is no row
            above = {INDEX: pc.if_else(is_said, numbers.cast(pa.string()), pa.scalar(None, pa.string()))}
        filled = {name: pc.coalesce(own[name], above[name]) for name in own.keys() & above.keys()}
        values = above | own | filled
        if not level.name or self.claims(level.name, level.headings, above):
            rows = text_rows([_written(cells) for cells in values.values()], numbers)
            inherited, carried = frozenset(above.keys() - own.keys()), tuple(each.name for each in level.lists)
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
        pointers = ", ".join(_pointer(path) for path in level.headings.values())
        texts = [_text(f"cells[{i}]", level.cells[path]) for i, path in enumerate(level.headings.values(), 1)]
        columns = "".join(f", {text} as c{i}" for i, text in enumerate(texts))
        read = self.con.execute(
            f"""with entries as materialized (
                    select number, json_extract_string(doc, [{pointers}]::varchar[]) as cells from {table})
                select number::integer as number, array_to_string(cells, '') <> '' as is_said{columns}
                from entries order by number"""
        ).to_arrow_table()
        number, is_said, *columns_read = [column.combine_chunks() for column in read.columns]
        return number, dict(zip(level.headings, columns_read, strict=True)), is_said

    def _entries(self, table: str, inner: _List, into: str) -> pa.Array:
        """Make a table of the entries of a list; gives for each the number of what it is a part of."""
        self.con.execute(
            f"""create or replace temp table {into} as select row_number() over () as number, * from (
                select number as parent, unnest(json_extract(doc, {inner.pointer})::json[]) as doc
                from {table} order by number)"""
        )
        read = self.con.execute(f"select parent::integer from {into} order by number").to_arrow_table()
        return read.column(0).combine_chunks()


def read(path: Path, con: duckdb.DuckDBPyConnection, claims: Claims, is_answer: IsAnswer) -> list[RawSheet]:
    """Read the submissions of a file, and each list inside that is a sheet; raises SheetError if damaged.

    Args:
        path: The file.
        con: Where JSON is taken apart.
        claims: Tells which lists are sheets; the others are only named.
        is_answer: Tells which values of a group are answers of several to one question.
    """
    encoding = encoding_of(path)
    written = b"".join(texts(path, encoding, BLOCK))
    if not written.strip():
        raise SheetError("the file is empty; submissions were expected")
    require_nesting(_nesting(written))
    text = written.decode()
    if con.execute("select json_valid(?)", [text]).fetchone() == (True,):
        unread, notes = [], _from_document(con, text)
    else:
        unread, notes = _from_lines(con, text), ()
    (structure,) = con.execute("select json_group_structure(doc) from submissions").fetchone()  # type: ignore[misc]
    if structure is None:
        raise SheetError("it holds no submission; at least one was expected")
    top = _list("", "", json.loads(structure), is_answer)
    unfolding = _Unfolding(con, claims, f"{VERSION} {encoding}")
    first, *others = unfolding.sheets(SUBMISSIONS, top, {})
    unclaimed = top.unclaimed([sheet.tab for sheet in others])
    first = replace(_with_unread(first, unread), unclaimed=tuple(unclaimed))
    return [replace(sheet, notes=notes) for sheet in (first, *others)]


def _nesting(text: bytes) -> int:
    """How deep lists and groups lie inside each other."""
    marks = np.frombuffer(STRINGS.sub(b"", text).translate(None, NO_BRACKETS), np.uint8)
    return int(np.cumsum(np.where((marks == ord("[")) | (marks == ord("{")), 1, -1)).max(initial=0))


def _from_document(con: duckdb.DuckDBPyConnection, text: str) -> tuple[str, ...]:
    """Fill `submissions` from one JSON document: a list, an object around one, or one submission; gives its notes."""
    con.execute("create or replace temp table document as select ?::json as doc", [text])
    _require_once(con, "document", [_pointer(()), *(_pointer((outer,)) for outer in OUTER_WRAPPERS)])
    pointer = _wrapped(con)
    # points on a map with what is said of each
    of_place = "nullif(json_extract(entry, '/properties'), 'null')" if pointer == PLACES else "entry"
    entries = "[doc]" if pointer is None else f"json_extract(doc, {literal(pointer or '$')})::json[]"
    con.execute(
        f"""create or replace temp table submissions as
            select row_number() over () as number, {of_place} as doc
            from (select unnest({entries}) as entry from document)"""
    )
    if con.execute("select count(*) from submissions where json_type(doc) <> 'OBJECT'").fetchone() != (0,):
        raise SheetError("the list holds something else than submissions; objects of heading and value were expected")
    return _of_page(con, is_wrapped=pointer is not None)


def _wrapped(con: duckdb.DuckDBPyConnection) -> str | None:
    """Where in the document the list of submissions lies; None where it is a submission itself."""
    is_about = f"regexp_full_match(regexp_replace(lower(key), '[^a-z]', '', 'g'), {literal(pages.ABOUT)})"

    def says_more(pointer: str, *around: str) -> str:
        """That an entry of a list says more than what is around it, but for what is said of the list."""
        said = [f"len(list_filter(json_keys(doc, '{each}'), lambda key: not {is_about}))" for each in around]
        return f"len(json_keys(doc, '{pointer}/0')) > greatest({', '.join(said)})"

    wrapped = [(f"/{key}", "true") for key in WRAPPERS]
    wrapped += [(f"/{key}", says_more(f"/{key}", "$")) for key in ALSO_WRAPPERS]
    # a list within a wrapper that is within another, {"data": {"submissions": […]}}
    for outer in (f"/{each}" for each in OUTER_WRAPPERS):
        wrapped += [(f"{outer}/{key}", says_more(f"{outer}/{key}", "$")) for key in WRAPPERS]
        wrapped += [(f"{outer}/{key}", says_more(f"{outer}/{key}", "$", outer)) for key in ALSO_WRAPPERS]
    wrapped += [(PLACES, "json_extract_string(doc, '/type') = 'FeatureCollection'")]
    cases = " ".join(
        f"when json_type(doc, '{pointer}') = 'ARRAY' and {also} then '{pointer}'" for pointer, also in wrapped
    )
    query = f"select case when json_type(doc) = 'ARRAY' then '' {cases} end from document"
    (pointer,) = con.execute(query).fetchone()  # type: ignore[misc]
    return pointer


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


def _list(name: str, pointer: str, structure: Any, is_answer: IsAnswer) -> _List:
    """What documents of some structure, as DuckDB tells it, have inside."""
    groups: list[str] = []
    cells: dict[Keys, Any] = {}
    lists: list[_List] = []

    def walk(shape: dict[str, Any], path: Keys) -> None:
        groups.append(_pointer(path))
        for key, inner in shape.items():
            here = (*path, key)
            if isinstance(inner, dict):
                walk(inner, here)
            elif isinstance(inner, list) and isinstance(inner[0], dict):
                of_list = "/".join([*([name] if name else []), *here])
                lists.append(_list(of_list, _pointer(here), inner[0], is_answer))
            else:
                cells[here] = inner

    walk(structure if isinstance(structure, dict) else {}, ())
    return _List(name, pointer, groups, cells, lists, is_answer)


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


def _pointer(path: Keys) -> str:
    """The SQL that says where in a document something lies; at its root where the path is empty."""
    return literal("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path) or "$")


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

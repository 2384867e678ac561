"""Reads JSON and JSON Lines as form tools export them: submissions, with repeat groups inside."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.intake.encoding import BLOCK, encoding_of, texts
from orchestration.intake.sheet import Piece, RawSheet, SheetError, text_rows
from orchestration.sql import literal

VERSION = "json-3"
WRAPPERS = ("results", "submissions")
# which submission of the file a row is, and which row of which tab an entry is a part of, headed as form tools head it
# in the tabs of a workbook (I03)
INDEX, PARENT_TAB, PARENT_INDEX = "submission_index", "_parent_table_name", "_parent_index"
SUBMISSIONS = "submissions"


@dataclass(frozen=True)
class _Level:
    """Submissions, or the entries of one repeat group: a table `name` of `number` and the documents d0 … d<depth>."""

    name: str
    depth: int
    tab: str
    above: dict[str, str]
    reader: str


def read(path: Path, con: duckdb.DuckDBPyConnection) -> list[RawSheet]:
    """Read the submissions of a file and each of their repeat groups as one sheet; raises SheetError if damaged."""
    encoding = encoding_of(path)
    text = b"".join(texts(path, encoding, BLOCK)).decode()
    if not text.strip():
        raise SheetError("the file is empty; submissions were expected")
    if con.execute("select json_valid(?)", [text]).fetchone() == (True,):
        unread = _from_document(con, text)
    else:
        unread = _from_lines(con, text)
    sheets = _unfold(con, _Level(SUBMISSIONS, 0, "", {}, f"{VERSION} {encoding}"))
    return [_with_unread(sheets[0], unread), *sheets[1:]]


def _from_document(con: duckdb.DuckDBPyConnection, text: str) -> list[tuple[int, str]]:
    """Fill `submissions` from one JSON document: a list, an object that wraps one, or a single submission."""
    wrapped = ", ".join(f"when json_type(doc, '/{key}') = 'ARRAY' then json_extract(doc, '/{key}')" for key in WRAPPERS)
    wrapped = wrapped.replace(", when", " when")
    con.execute(
        f"""create or replace temp table submissions as
            with document as (select ?::json as doc),
            list as (
                select case when json_type(doc) = 'ARRAY' then doc {wrapped} else json_array(doc) end as doc
                from document)
            select row_number() over () as number, d0 from (select unnest(doc::json[]) as d0 from list)""",
        [text],
    )
    if con.execute("select count(*) from submissions where json_type(d0) <> 'OBJECT'").fetchone() != (0,):
        raise SheetError("the list holds something else than submissions; objects of heading and value were expected")
    return []


def _from_lines(con: duckdb.DuckDBPyConnection, text: str) -> list[tuple[int, str]]:
    """Fill `submissions` from JSON Lines; gives number and text of the lines that are no submission."""
    con.execute(
        """create or replace temp table lines as
           select row_number() over () as number, line, json_valid(line) and line like '{%' as fits
           from (select unnest(string_split(?, chr(10))) as line)""",
        [text],
    )
    con.execute("create or replace temp table submissions as select number, line::json as d0 from lines where fits")
    if con.execute("select count(*) from submissions").fetchone() == (0,):
        raise SheetError("the file is damaged; JSON or JSON Lines was expected")
    return con.execute("select number, line from lines where not fits and trim(line) <> '' order by number").fetchall()


def _unfold(con: duckdb.DuckDBPyConnection, level: _Level) -> list[RawSheet]:
    """One sheet for a level, then those of the repeat groups inside; a group inherits the scalars above it."""
    doc = f"d{level.depth}"
    structure = json.loads(con.execute(f"select json_group_structure({doc}) from {level.name}").fetchone()[0] or "{}")  # type: ignore[index]
    cells, groups = _walk(structure if isinstance(structure, dict) else {}, doc, ())
    own = _headings(cells)
    above = dict(level.above)
    if groups and own and not level.depth:
        # a submission that says nothing itself is no row
        above[INDEX] = f"case when concat_ws('', {', '.join(own.values())}) <> '' then number::varchar end"
    texts = {
        h: f"coalesce({own[h]}, {above[h]})" if h in own and h in above else t for h, t in {**above, **own}.items()
    }
    columns = "".join(f", nullif({text}, '') as c{i}" for i, text in enumerate(texts.values()))
    table = con.execute(f"select number{columns} from {level.name} order by number").to_arrow_table()
    rows = text_rows(table.columns[1:], table.column(0).combine_chunks().cast(pa.int32()))
    inherited = frozenset(above.keys() - own.keys())
    tabs = tuple(path[-1].rsplit("/", 1)[-1] for path in groups)
    sheets = [RawSheet(level.tab, tuple(texts), [Piece(rows, table.num_rows)], level.reader, inherited, tabs)]
    # a list inside a list may belong to fewer people than its submission speaks of: which one it is in is not told
    parent = {PARENT_INDEX: "null::varchar" if level.depth else "parent::varchar"}
    parent[PARENT_TAB] = literal(level.tab or SUBMISSIONS)
    for i, (path, tab) in enumerate(zip(groups, tabs, strict=True)):
        inner = _Level(f"{level.name}_{i}", level.depth + 1, tab, {**texts, **parent}, level.reader)
        documents = ", ".join(f"d{depth}" for depth in range(inner.depth))
        con.execute(
            f"""create or replace temp table {inner.name} as select row_number() over () as number, * from (
                select {documents}, number as parent,
                    unnest(json_extract({doc}, {_pointer(path)})::json[]) as d{inner.depth}
                from {level.name} order by number)"""
        )
        sheets += _unfold(con, inner)
    return sheets


def _walk(structure: dict, doc: str, path: tuple[str, ...]) -> tuple[dict[tuple[str, ...], str], list[tuple[str, ...]]]:
    """SQL for the text of every scalar, by its path, and the paths of the repeat groups."""
    cells: dict[tuple[str, ...], str] = {}
    groups: list[tuple[str, ...]] = []
    for key, shape in structure.items():
        here = (*path, key)
        if isinstance(shape, dict):
            inner_cells, inner_groups = _walk(shape, doc, here)
            cells |= inner_cells
            groups += inner_groups
        elif isinstance(shape, list) and isinstance(shape[0], dict):
            groups.append(here)
        else:
            cells[here] = _text(doc, here, shape)
    return cells, groups


def _text(doc: str, path: tuple[str, ...], shape: str | list) -> str:
    """The SQL that writes a value as text: lists joined with `;`, booleans yes and no, whole numbers as such."""
    if isinstance(shape, list):
        return f"array_to_string(json_extract({doc}, {_pointer(path)})::varchar[], ';')"
    value = f"json_extract_string({doc}, {_pointer(path)})"
    if shape == "BOOLEAN":
        return f"case {value} when 'true' then 'yes' when 'false' then 'no' end"
    return f"regexp_replace({value}, '\\.0+$', '')" if shape == "DOUBLE" else value


def _headings(cells: dict[tuple[str, ...], str]) -> dict[str, str]:
    """Name each value by the last part of its path; by the whole one where that is not unique, or a form tool's own."""
    last = [path[-1].rsplit("/", 1)[-1] for path in cells]
    return {
        name if last.count(name) == 1 and not _is_noted(path) else "/".join(path): text
        for name, (path, text) in zip(last, cells.items(), strict=True)
    }


def _is_noted(path: tuple[str, ...]) -> bool:
    return len(path) > 1 and path[0].startswith("_")


def _pointer(path: tuple[str, ...]) -> str:
    return literal("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path))


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

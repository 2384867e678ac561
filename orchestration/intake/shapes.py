"""JSON documents whose records are not in lists of objects, and then are: keyed, as rows of cells, or as columns."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb

from orchestration.intake.bounds import require_heading_count
from orchestration.intake.sheet import A_HEADING, HEADING_SEARCH, Score, SheetError, heading_row
from orchestration.sql import literal

NUMBER = "#meta+id"
"""The heading of the numbers that records are keyed by: the tag of HXL for such a number."""
Keys = tuple[str, ...]
HAS_DIGIT = re.compile(r"\d")


def pointer(path: Sequence[str]) -> str:
    """The SQL that says where in a document something lies; at its root where the path is empty."""
    return literal("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path) or "$")


def as_lists(con: duckdb.DuckDBPyConnection, score: Score) -> Any:
    """Change `document` to one whose records are in lists of objects, and give its structure, as DuckDB tells it.

    Args:
        con: Where the document is.
        score: Tells how many of some headings are known.

    Raises:
        SheetError: A row has more cells than there are headings, or a heading stands there twice.
    """
    structure = _structure(con)
    found = list(_found(con, structure, (), score))
    for path, records in found:
        inner = f"to_json(coalesce((select list(record order by number) from ({records})), []))"
        for key in reversed(path):
            inner = f"json_object({literal(key)}, {inner})"
        whole = f"json_merge_patch(doc, {inner})" if path else inner
        con.execute(f"create or replace temp table document as select {whole}::json as doc from document")
    return _structure(con) if found else structure


def _structure(con: duckdb.DuckDBPyConnection) -> Any:
    (structure,) = con.execute("select json_group_structure(doc) from document").fetchone()  # type: ignore[misc]
    return json.loads(structure)


def _found(con: duckdb.DuckDBPyConnection, shape: Any, path: Keys, score: Score) -> Iterator[tuple[Keys, str]]:
    """Where in a document there are such records, and the SQL of their numbers and of each as an object."""
    ways: tuple[Callable[..., tuple[Keys, str] | None], ...] = (_keyed, _in_columns, _in_rows)
    if records := next((found for way in ways if (found := way(con, shape, path, score))), None):
        yield records
    elif isinstance(shape, dict):
        for key, inner in shape.items():
            yield from _found(con, inner, (*path, key), score)


def _keyed(con: duckdb.DuckDBPyConnection, shape: Any, path: Keys, score: Score) -> tuple[Keys, str] | None:
    """Records by their numbers, {"SYN-1": {…}, "SYN-2": {…}}; running ones are not given on."""
    if not isinstance(shape, dict) or len(shape) < 2 or not all(isinstance(each, dict) for each in shape.values()):
        return None
    times = Counter(name for each in shape.values() for name in each)
    shared = [name for name, number in times.items() if number == len(shape)]
    if not all(map(HAS_DIGIT.search, shape)) or score(shared) < A_HEADING:
        return None
    if _twice(_keys(con, path)):  # which may be a name, and is not quoted
        raise SheetError("two records are keyed alike; each by a number of its own was expected")
    doc = f"json_extract(doc, {pointer(path)})"
    is_running = all(map(str.isdecimal, shape))
    record = "entry" if is_running else f"json_merge_patch(entry, json_object({literal(NUMBER)}, key))"
    entries = f"select unnest(json_keys({doc})) as key, unnest(json_extract({doc}, '$.*')) as entry from document"
    return path, f"select {record} as record, row_number() over () as number from ({entries})"


def _in_columns(con: duckdb.DuckDBPyConnection, shape: Any, path: Keys, score: Score) -> tuple[Keys, str] | None:
    """Records as columns, {"case_id": ["SYN-1", …], "age": […]}, or with the number of each row: {"0": "SYN-1", …}."""
    if not isinstance(shape, dict) or score(list(shape)) < A_HEADING:
        return None
    require_heading_count(len(shape))
    _require_once(_keys(con, path))
    are_lists = all(isinstance(each, list) for each in shape.values())
    if not are_lists and not all(isinstance(each, dict) and all(map(str.isdecimal, each)) for each in shape.values()):
        return None
    of_keys = [f"json_keys(doc, {pointer((*path, key))})" for key in shape]
    of_lengths = [f"json_array_length(doc, {pointer((*path, key))})" for key in shape]
    alike = of_lengths if are_lists else of_keys
    query = f"select {' and '.join(f'{each} = {alike[0]}' for each in alike)} from document"
    if con.execute(query).fetchone() != (True,):
        return None
    every = "$[*]" if are_lists else "$.*"
    columns = [f"unnest(json_extract(json_extract(doc, {pointer((*path, key))}), '{every}'))" for key in shape]
    named = ", ".join(f"{each} as c{i}" for i, each in enumerate(columns))
    return path, _objects(f"select {named} from document", list(shape))


def _in_rows(con: duckdb.DuckDBPyConnection, shape: Any, path: Keys, score: Score) -> tuple[Keys, str] | None:
    """Records as rows of cells, the headings in the first ones or beside them: {"headers": […], "rows": [[…], …]}."""
    if isinstance(shape, list) and isinstance(shape[0], list):
        of_rows, beside = path, []
    elif isinstance(shape, dict):
        lists = {key: each[0] for key, each in shape.items() if isinstance(each, list)}
        rows = [key for key, each in lists.items() if isinstance(each, list)]
        if len(rows) != 1:
            return None
        of_rows, beside = (*path, rows[0]), [key for key in lists if key != rows[0]]
    else:
        return None
    given = f"select unnest(json_extract(doc, {pointer(of_rows)})::json[])::json[] as row from document"
    cells = f"select row from ({given}) where row is not null"
    (width,) = con.execute(f"select max(len(row)) from ({cells})").fetchone() or (0,)
    first, named = 0, max(_lists_of_words(con, path, {key: shape[key][0] for key in beside}), key=score, default=[])
    if score(named) < A_HEADING:
        text = "list_transform(row, lambda cell: coalesce(cell->>'$', ''))"
        head = con.execute(f"select {text} from ({cells}) limit {HEADING_SEARCH}").fetchall()
        last, headings, known = heading_row([row for (row,) in head], score)
        if known < A_HEADING:
            return None
        first, named = last + 1, list(headings)
    require_heading_count(len(named))
    if width > len(named):
        raise SheetError(f"a row has {width} cells beneath {len(named)} headings; as many were expected")
    _require_once(named)
    columns = ", ".join(f"row[{i}] as c{i - 1}" for i in range(1, len(named) + 1))
    return of_rows, _objects(f"select {columns} from ({cells}) offset {first}", named)


def _lists_of_words(con: duckdb.DuckDBPyConnection, path: Keys, lists: dict[str, Any]) -> Iterator[list[str]]:
    """The words of some lists, or those that their objects hold under each name."""
    for key, inner in lists.items():
        for name in inner if isinstance(inner, dict) else [""]:
            at = f"json_extract(doc, {pointer((*path, key))})::json[]"
            word = f"json_extract_string(each, {literal('/' + name if name else '$')})"
            query = f"select list_transform({at}, lambda each: {word}) from document"
            (words,) = con.execute(query).fetchone() or ([],)
            yield [word or "" for word in words]


def _objects(columns: str, names: list[str]) -> str:
    pairs = ", ".join(f"{literal(name or f'column {i + 1}')}, c{i}" for i, name in enumerate(names))
    return f"select json_object({pairs}) as record, row_number() over () as number from ({columns})"


def _keys(con: duckdb.DuckDBPyConnection, path: Keys) -> list[str]:
    (keys,) = con.execute(f"select json_keys(doc, {pointer(path)}) from document").fetchone() or ([],)
    return keys


def _twice(names: Sequence[str]) -> str | None:
    """The first of some names that is there twice, where one is."""
    return next((name for name, times in Counter(names).items() if name and times > 1), None)


def _require_once(headings: Sequence[str]) -> None:
    if twice := _twice(headings):
        raise SheetError(f"the heading {twice} stands there twice; once was expected")

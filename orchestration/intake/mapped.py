"""The rows of a sheet under our columns: chosen, multiplied, translated and put together, as its plan says."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.duckdb_session import fold
from orchestration.intake.layouts import DAY, PLACES, READABLE, ColumnMapping, Made, is_one_of
from orchestration.intake.mapping import Plan
from orchestration.intake.sheet import TICKED, UNTICKED, SheetError
from orchestration.sql import literal

# before the name of a column that says something of a row beside its cells
SAID = "said "
# a row for more people than that is no list of victims
CROWD = 1000


@dataclass(frozen=True)
class Mapped:
    """Rows under our columns.

    Attributes:
        rows: Those of our columns that the sheet has, with `row_number`, `row_part`, `unread` and `unknown_columns`.
        notes: What the layout does that a person should know, with how many rows or cells it does it to.
    """

    rows: pa.Table
    notes: Counter[str]


def map_rows(con: duckdb.DuckDBPyConnection, read: pa.Table, plan: Plan, named: Mapping[str, str]) -> Mapped:
    """Rows of a sheet under those of our columns it has, as a layout chooses and multiplies them.

    Args:
        con: The session that knows the functions of cells.
        read: The rows, as a reader gives them.
        plan: How the sheet is read.
        named: What `file` and `folder` are called.
    """
    notes: Counter[str] = Counter()
    chosen = _chosen(con, read, plan)
    rows = _several(con, chosen, plan)
    columns = {column: pa.repeat(pa.scalar(value, pa.string()), rows.num_rows) for column, value in plan.constants}
    for i, rule in plan.targets:
        cells = _translate(con, rows.column(f"c{i}"), rule)
        if rule.is_lenient:
            written, cells = cells, _readable(con, cells, plan.kind.types[rule.column], rule.dates or plan.date_style)
            notes[f"the layout takes what is no {rule.column} as not known"] += cells.null_count - written.null_count
        # a review that says something comes before what the row says
        columns[rule.column] = pc.coalesce(cells, columns[rule.column]) if rule.column in columns else cells
    columns |= {column: _joined(con, rows, pairs) for column, pairs in plan.choices}
    names: Mapping[str, str | None] = _dated(con, named) if any(DAY in each.places for each, _ in plan.made) else named
    columns |= {each.rule.column: _made(con, rows, each, positions, names) for each, positions in plan.made}
    columns |= {name.removeprefix(SAID): rows.column(name) for name in rows.column_names if name.startswith(SAID)}
    if plan.people is not None:  # whose numbers are those of the row, and which of its people they are
        number, part = plan.kind.columns[0], rows.column("row_part").cast(pa.string())
        columns[number] = pc.binary_join_element_wise(_whole(columns[number]), _whole(part), "-")
    columns |= {name: rows.column(name) for name in ("row_number", "row_part", "unread") if name in rows.column_names}
    # a sheet of withdrawals need not say when
    columns.setdefault(plan.kind.dated_by, pa.nulls(rows.num_rows, pa.string()))
    unknown = _unknown(con, rows, plan.unknown)
    # of the rows for several people, which are one for each, the first ones are as many as were taken
    taken = chosen.num_rows if plan.people is None else pc.sum(pc.equal(rows.column("row_part"), 1)).as_py() or 0
    notes["the layout leaves out rows it does not speak of"] = read.num_rows - taken
    return Mapped(pa.table({**columns, "unknown_columns": unknown}), +notes)


def _chosen(con: duckdb.DuckDBPyConnection, read: pa.Table, plan: Plan) -> pa.Table:
    """The rows that a layout speaks of."""
    for i, words, is_wanted in plan.chosen:
        are_of = by_distinct(read.column(f"c{i}"), partial(_are_of, con, words))
        read = read.filter(are_of if is_wanted else pc.invert(are_of))
    if plan.any_of:
        read = read.filter(
            reduce(pc.or_, (by_distinct(read.column(f"c{i}"), partial(_are_some, con)) for i in plan.any_of))
        )
    return read


def _several(con: duckdb.DuckDBPyConnection, read: pa.Table, plan: Plan) -> pa.Table:
    """The rows that each row becomes, with their number in it, `row_part`, and what they say beside its cells.

    A row for several people is one for each, none for nobody; where nobody can tell how many, it stays one that
    says so, and is refused. Of what is unpivoted, every cell with something in it is a row.
    """
    if plan.people is not None:
        query = f"""with counted as (select *, bare(c{plan.people}) as people from sheet),
            numbered as (select * exclude (people), to_integer(people) as number,
                case when to_integer(people) is null then coalesce(people, '?')
                    when to_integer(people) not between 0 and {CROWD} then people end as "{SAID}declared_victims"
                from counted)
            select * exclude (number), unnest(range(
                1, case when "{SAID}declared_victims" is null then number else 1 end + 1
            ))::integer as row_part
            from numbered order by row_number, row_part"""
        return con.from_arrow(read).query("sheet", query).to_arrow_table()
    if plan.unpivot:
        parts = [_unpivot(read, i, targets, number) for number, (i, targets) in enumerate(plan.unpivot, start=1)]
        return pa.concat_tables(parts).sort_by([("row_number", "ascending"), ("row_part", "ascending")])
    return read


def _are_of(con: duckdb.DuckDBPyConnection, words: frozenset[str], cells: pa.Array) -> pa.Array:
    folded = fold(con, [cell or "" for cell in cells.to_pylist()])
    return pa.array([is_one_of(word, words) for word in folded], pa.bool_())


def _are_some(con: duckdb.DuckDBPyConnection, cells: pa.Array) -> pa.Array:
    """Whether cells are neither empty nor 0: one that is no number may be some, and is not left out unseen."""
    con.register("written_words", pa.table({"i": range(len(cells)), "written": cells}))
    query = (
        "select known(written) is not null and coalesce(try_cast(western_digits(bare(written)) as double) > 0, true)"
    )
    return con.execute(f"{query} from written_words order by i").to_arrow_table().column(0).combine_chunks()


def _translate(
    con: duckdb.DuckDBPyConnection, cells: pa.ChunkedArray, rule: ColumnMapping
) -> pa.ChunkedArray | pa.Array:
    """Apply a rule to a column, once for each distinct cell."""
    if rule == ColumnMapping(rule.column):
        return cells
    return by_distinct(cells, lambda words: _meanings(con, words, rule))


def _readable(con: duckdb.DuckDBPyConnection, cells: pa.ChunkedArray | pa.Array, kind: str, dates: str) -> pa.Array:
    """Cells of a date, a number or an age, those that are none left out."""
    value = READABLE[kind].replace("$dates", literal(dates))

    def of_words(words: pa.Array) -> pa.Array:
        con.register("written_words", pa.table({"i": range(len(words)), "written": words}))
        query = f"""with bare as materialized (select i, written, known(written) as cell from written_words)
            select case when {value} is not null or cell is null then written end from bare order by i"""
        return con.execute(query).to_arrow_table().column(0).combine_chunks()

    return by_distinct(cells, of_words)


def _meanings(con: duckdb.DuckDBPyConnection, words: pa.Array, rule: ColumnMapping) -> pa.Array:
    """What each of some written cells becomes under a rule; row order is kept."""
    meanings = pa.table(
        {"word": [key for key, _ in rule.values], "meaning": [value for _, value in rule.values]},
        schema=pa.schema([("word", pa.string()), ("meaning", pa.string())]),
    )
    silent = ", ".join(map(literal, rule.not_known)) or "null"
    rest = literal(rule.otherwise) if rule.declares_otherwise else "nullif(part, '')"
    con.register("written_words", pa.table({"i": range(len(words)), "written": words}))
    con.register("meanings", meanings.filter(pc.is_valid(meanings["word"])))
    meant = (
        con.execute(
            f"""with cut as (
                select i, case when fold(written) in ({silent}) then null else {_cut("written", rule)} end as cell
                from written_words),
            parted as (select i, {_parted("cell", rule)} as parts from cut),
            parts as (select i, unnest(parts) as part, generate_subscripts(parts, 1) as position from parted),
            folded as (select *, coalesce(fold(known(part)), '') as word from parts),
            meant as (
                select
                    i, position,
                    case when meanings.word is not null then meaning when part is not null then {rest} end as cell
                from folded left join meanings using (word))
            select string_agg({_bounded("cell", rule)}, ';' order by position) from meant group by i order by i"""
        )
        .to_arrow_table()
        .column(0)
        .combine_chunks()
    )
    if len(meant) != len(words):
        raise SheetError(f"the values of {rule.column} give {len(meant)} meanings to {len(words)} written words")
    return meant


def _made(
    con: duckdb.DuckDBPyConnection,
    read: pa.Table,
    made: Made,
    positions: tuple[int | None, ...],
    named: Mapping[str, str | None],
) -> pa.ChunkedArray | pa.Array:
    """Cells that a layout puts together; none where all that stands in braces is empty."""
    count = read.num_rows
    cells = [
        read.column(f"c{i}")
        if i is not None
        else read.column("row_number").cast(pa.string())
        if PLACES[place] == "row"
        else pa.repeat(pa.scalar(named[PLACES[place]], pa.string()), count)
        for i, place in zip(positions, made.places, strict=True)
    ]
    pieces = [pa.repeat(pa.scalar(made.texts[0]), count)]
    for cell, text in zip(cells, made.texts[1:], strict=True):
        pieces += [pc.fill_null(cell, ""), pa.repeat(pa.scalar(text), count)]
    written = pc.binary_join_element_wise(*map(_whole, pieces), "")
    is_said = reduce(pc.or_, (pc.is_valid(_whole(cell)) for cell in cells))
    return _translate(con, pa.chunked_array([pc.if_else(is_said, written, None)]), made.rule)


def _joined(con: duckdb.DuckDBPyConnection, read: pa.Table, pairs: tuple[tuple[int, str], ...]) -> pa.ChunkedArray:
    """The words of a list that are marked in a column each, as one cell; a mark that is none is a word itself."""
    yes, no = (", ".join(map(literal, boxes)) for boxes in (TICKED, [*UNTICKED, "n"]))
    marked = ", ".join(
        f"case when lower(bare(c{i})) in ({yes}) then {literal(word)} "
        f"when lower(bare(c{i})) not in ({no}) then known(c{i}) end"
        for i, word in pairs
    )
    query = f"select nullif(concat_ws(';', {marked}), '') from sheet"
    return con.from_arrow(read).query("sheet", query).to_arrow_table().column(0)


def _unknown(
    con: duckdb.DuckDBPyConnection, rows: pa.Table, unknown: tuple[tuple[int, str], ...]
) -> pa.Array | pa.ChunkedArray:
    """The written cells under headings nobody knows, as a JSON object a row."""
    written = [(i, heading) for i, heading in unknown if rows.column(f"c{i}").null_count < rows.num_rows]
    if not written:
        return pa.nulls(rows.num_rows, pa.string())
    entries = ", ".join(f"{{'key': {literal(heading)}, 'value': c{i}}}" for i, heading in written)
    return (
        con.from_arrow(rows)
        .query(
            "sheet",
            f"""with entries as (
                select list_filter([{entries}], lambda each: trim(each.value) <> '') as cells from sheet)
            select case when len(cells) > 0 then to_json(map_from_entries(cells))::varchar end from entries""",
        )
        .to_arrow_table()
        .column(0)
    )


def _cut(cell: str, rule: ColumnMapping) -> str:
    """SQL for what a rule takes of a cell: what stands behind one mark, then what stands before the first of others."""
    if rule.after:  # nothing where the mark does not stand there
        behind = f"nullif(instr({cell}, {literal(rule.after)}), 0) + {len(rule.after)}"
        cell = f"nullif(trim(substr({cell}, {behind})), '')"
    if rule.after_last:
        cell = f"trim(string_split({cell}, {literal(rule.after_last)})[-1])"
    for mark in rule.before:
        cell = f"trim(split_part({cell}, {literal(mark)}, 1))"
    return cell


def _parted(cell: str, rule: ColumnMapping) -> str:
    """SQL for the parts of a cell, of which a rule makes words of a list; a cell that is not parted is the only one."""
    if not rule.separator:
        return f"[{cell}]"
    parts = f"list_transform(string_split({cell}, {literal(rule.separator)}), lambda each: trim(each))"
    return f"coalesce(nullif(list_filter({parts}, lambda each: each <> ''), []), [null])"


def _bounded(cell: str, rule: ColumnMapping) -> str:
    """SQL for one end of a number that may be a range, and for a day as it is written here."""
    if rule.number:
        cell = f"end_of({cell}, {literal(rule.number)})"
    return f"iso_day({cell}, {literal(rule.dates)})" if rule.dates else cell


def _whole(cells: pa.ChunkedArray | pa.Array) -> pa.Array:
    return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells


def _unpivot(read: pa.Table, i: int, targets: tuple[tuple[str, str | None], ...], number: int) -> pa.Table:
    """The rows with something in a cell, that cell as their value."""
    rows = read.filter(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(read.column(f"c{i}")), ""), False))
    rows = rows.append_column(f"{SAID}value", rows.column(f"c{i}"))
    for column, value in targets:
        rows = rows.append_column(f"{SAID}{column}", pa.repeat(pa.scalar(value, pa.string()), rows.num_rows))
    return rows.append_column("row_part", pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows))


def _dated(con: duckdb.DuckDBPyConnection, named: Mapping[str, str]) -> dict[str, str | None]:
    """What file and folder are called, with the last day that the file's name says."""
    (day,) = con.execute("select date_in_name(?)::varchar", [named["file"]]).fetchone()  # type: ignore[misc]
    return {**named, "day": day}


def by_distinct(cells: pa.ChunkedArray, meaning: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Map a text column through a function of its distinct cells, null among them."""
    encoded = pa.chunked_array([cells]) if isinstance(cells, pa.Array) else cells
    encoded = encoded.dictionary_encode(null_encoding="encode").combine_chunks()
    if not len(encoded):
        return meaning(pa.array([], pa.string()))
    return meaning(encoded.dictionary).take(encoded.indices)

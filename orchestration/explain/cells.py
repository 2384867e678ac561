"""From a printed figure to the records it counts, and from these to the rows and cells of sheets they stand on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from orchestration.dimensions import DIMENSIONS
from orchestration.explain.figures import fetched
from orchestration.publish import history
from orchestration.publish.periods import parse_period
from orchestration.publish.queries import CATEGORIES, CHANGED, Row, figures
from orchestration.settings import Settings
from orchestration.sql import literals

BASES = ("documented", "occurred")
# what is shown of a row: the cells that decide where it counts, none of which is a name or free text
CELLS = {
    "deaths": (
        "documented_on", "death_date", "death_date_precision", "archive", "sex", "age", "age_class", "civilian_status",
        "killed_governorate", "origin_governorate", "party", "mechanism", "torture", "roles", "status",
    ),
    "facility_attacks": (
        "documented_on", "attacked_on", "attacked_on_precision", "facility_type", "governorate", "party", "status",
    ),
    "detentions": (
        "documented_on", "detained_on", "detained_on_precision", "persons", "children", "women", "released",
        "governorate", "party", "status",
    ),
    "torture": ("documented_on", "occurred_from", "victims", "children", "women", "governorate", "party", "status"),
}  # fmt: skip
# the records of a figure as a release had them: as they count now, without what later releases changed. A month has
# records from the release on that published it first.
RECORDS = """
    with published as (
        select distinct period_start as month from current.history.figures
        where period_kind = 'month' and measure = $measure and basis = $basis and number <= $number
    ), counted as (
        from current.marts.fct_counted_records
        union all by name
        select * exclude (number, change, reason) replace (-value as value) from current.history.record_changes
        where number > $number
    )
    select record_id, month, sum(value)::integer as value
    from counted semi join published using (month)
    where measure = $measure and basis = $basis and month between $first and $last
        and ($category = 'total' or category = $category) {members}
    group by all
    having sum(value) != 0
    order by month, record_id
"""
# the row each record stood on then: the last word on it among the sheets that lay there
ROWS = """
    with sheets as (
        {sheets}
    )
    select records.record_id, {record} as counted_as, staged.folder, staged.file_name, staged.tab, staged.row_number,
        records.revision, records.sheet_hash
    from known.intermediate.int_records as records
    semi join sheets using (sheet_hash)
    inner join known.restricted.stg_{kind} as staged on records.row_key = staged.row_key
    where records.kind = '{kind}' and list_contains($ids, {record}) and records.refused_for is null
    qualify row_number() over (partition by records.record_id order by records.position desc) = 1
    order by counted_as, records.record_id
"""
WRITTEN = """
    select sheet_hash, tab, row_number, {cells} from read_parquet([{paths}], union_by_name = true)
    where list_contains($rows, sheet_hash || ':' || tab || ':' || row_number)
"""


@dataclass(frozen=True)
class Figure:
    """A figure as a person names it: measure, period, and where it stands among those of both."""

    measure: str
    period: str
    category: str = "total"
    basis: str = "documented"
    members: Mapping[str, str] = field(default_factory=dict)


def named(words: Sequence[str]) -> Figure:
    """A figure by its words: `deaths 2025-01 party=isis children`.

    Raises:
        ValueError: A word says nothing of a figure.
    """
    measure, period, *more = words
    parse_period(period)
    members, others = {}, {"category": "total", "basis": "documented"}
    for word in more:
        name, _, member = word.partition("=")
        if name in DIMENSIONS and member:
            members[name] = member
        elif word in CATEGORIES:
            others["category"] = word
        elif word in BASES:
            others["basis"] = word
        else:
            raise ValueError(
                f"{word} says nothing of a figure: expected a dimension and its member, such as party=isis, one of "
                f"{', '.join(CATEGORIES)}, or one of {' and '.join(BASES)}"
            )
    return Figure(measure, period, others["category"], others["basis"], members)


def walk(settings: Settings, figure: Figure, as_of: date | None = None) -> Row:
    """The records a figure counts, each with the rows of sheets it stands on and the cells that decide.

    Args:
        settings: Where the release is, and the warehouse, which only its owner can read.
        figure: Which.
        as_of: The day whose release is asked; the current one where None.

    Returns:
        `value`, `version` and `release` of the figure, and its `records`: `record_id`, `month`, `value`, and `rows`,
        each `folder`, `file_name`, `tab`, `row_number`, `revision`, `cells`. No rows where only its owner may look.

    Raises:
        LookupError: There is no such figure, or nothing was published by that day.
    """
    row = _printed(settings, figure, as_of)
    kind, first, last = parse_period(figure.period)
    with duckdb.connect() as connection:
        history.attach(connection, settings)
        release = history.release_of(connection, as_of or date.max)
        asked = {"measure": figure.measure, "basis": figure.basis, "number": release["number"], "first": first}
        lines = {each["party"] for each in figures(settings, figure.period, ("party",), figure.basis, as_of)}
        members = "".join(_where(name, member, lines) for name, member in figure.members.items())
        asked |= {"last": last, "category": figure.category}
        records = fetched(connection, RECORDS.format(members=members), asked)
        rows = _standing_on(connection, settings, figure.measure, [each["record_id"] for each in records], release)
    for record in records:
        record["rows"] = [each for each in rows if each["counted_as"] == record["record_id"]]
    return {"value": row["value"], "version": row.get("version"), "release": release["release"], "records": records}


def _where(name: str, member: str, lines: Collection[str]) -> str:
    """Which records a member has; lines that changed within the period are all but those the period tells."""
    if name == "role":
        return f" and list_contains(string_split(roles, ';'), {literals([member])})"
    if member == CHANGED:
        return f" and party not in ({literals(sorted(lines))})"
    return f" and {name} = {literals([member])}"


def _printed(settings: Settings, figure: Figure, as_of: date | None) -> Row:
    """The figure as it was printed."""
    found = [
        row
        for row in figures(settings, figure.period, (), figure.basis, as_of)
        if (row["measure"], row["category"]) == (figure.measure, figure.category)
        and {name: row[name] for name in DIMENSIONS if row.get(name) is not None} == dict(figure.members)
    ]
    if not found:
        raise LookupError(
            f"no figure is called so: `casebook figures --period {figure.period} --csv` lists all there are"
        )
    return found[0]


def _standing_on(
    connection: duckdb.DuckDBPyConnection, settings: Settings, measure: str, ids: Sequence[str], release: Row
) -> list[Row]:
    """The rows that records stood on, with their cells."""
    connection.execute(history.MEASURES)
    kind = dict(connection.execute("select measure, kind from measures").fetchall()).get(measure)
    if not kind or not settings.warehouse.exists():
        return []
    record = "staged.incident_id" if measure in ("massacres", "massacre_deaths") else "records.record_id"
    connection.execute(f"attach {literals([settings.warehouse])} as known (read_only)")
    sql = ROWS.format(kind=kind, record=record, sheets=history.folded("sheets", release["number"], "current."))
    rows = fetched(connection, sql, {"ids": list(ids)})
    hashes = {row["sheet_hash"] for row in rows}
    received = settings.root / "lake" / "received" / kind
    paths = [path for path in received.glob("*/*.parquet") if path.stem in hashes]
    cells: dict[Any, Row] = {}
    if paths:
        sql = WRITTEN.format(cells=", ".join(CELLS[kind]), paths=literals([received / "empty.parquet", *paths]))
        places = [f"{row['sheet_hash']}:{row['tab']}:{row['row_number']}" for row in rows]
        cells = {_place(row): row for row in fetched(connection, sql, {"rows": places})}
    for row in rows:
        written = cells.get(_place(row), {})
        row["cells"] = {name: written[name] for name in CELLS[kind] if written.get(name)}
        del row["sheet_hash"]
    return rows


def _place(row: Row) -> tuple[str, str, int]:
    return row["sheet_hash"], row["tab"], row["row_number"]

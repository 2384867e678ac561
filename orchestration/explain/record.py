"""What became of one record: its rows, the state they leave it in, and the figures it adds to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import duckdb

from orchestration.explain.figures import counts_in, fetched
from orchestration.intake import duckdb_session
from orchestration.publish.queries import FACTS, TIMELINE, Row, known
from orchestration.settings import Settings
from orchestration.sql import literal

LINKS = ("incident_id", "detention_id", "case_id")
# what is shown beside the codes, or says where a row stands
BESIDE_CODES = {"month", "documented_on", "is_counted", "exclusion_reason", "row_key", *LINKS}

KINDS = """
    select kind from kept.intermediate.int_records where record_id = $id
    union
    select 'incidents' as kind from kept.marts.fct_deaths where incident_id = $id
    order by kind
"""
NEAREST = """
    select distinct record_id from kept.intermediate.int_records
    where fold(record_id) = fold($id) order by record_id limit 5
"""
ROWS = """
    with problems as (
        select row_key, list({{
            'rule_id': rule_id, 'severity': severity, 'column': column_name, 'sentence': sentence
        }} order by severity desc, rule_id, column_name) as problems
        from kept.restricted.int_problems where kind = '{kind}' group by row_key
    )
    select strftime(records.month, '%Y-%m') as month, staged.folder, staged.file_name, records.tab,
        staged.row_number, records.revision, strftime(staged.documented_on, '%Y-%m-%d') as documented_on,
        {merged_into} as merged_into, records.state, coalesce(problems.problems, []) as problems, records.row_key
    from kept.intermediate.int_records as records
    inner join kept.restricted.stg_{kind} as staged on records.row_key = staged.row_key
    left join problems on records.row_key = problems.row_key
    where records.kind = '{kind}' and records.record_id = $id
    order by records.position nulls last, staged.received_at, records.row_key
"""
MASSACRE = """
    select strftime(month, '%Y-%m') as month, deaths::integer as deaths, massacre_threshold
    from kept.marts.fct_massacres where incident_id = ?
"""


def explain(settings: Settings, record_id: str) -> list[Row]:
    """What became of a record, as the last run left it, published or not.

    Args:
        settings: Where the warehouse lies; its owner only may read it.
        record_id: The number of a case, incident, attack, event, detention or stated figure.

    Returns:
        One row a kind that has a record of this number: `rows`, each as it stands in its sheet, in the order in which
        they supersede each other; `became`, what they add up to; `carries`, its codes; `links`, ids of other records;
        `statements` about who is responsible, ours and others'; `counts_in`, the monthly figures it adds to with what
        it adds, or None where no build has left its SQL.
        Names and free text are in none of them, but a problem's sentence may quote a cell.

    Raises:
        FileNotFoundError: No run has published yet.
        LookupError: No record has this number; the text names the nearest that there are.
        ValueError: The warehouse cannot be read.
    """
    with _opened(settings) as connection:
        kinds = [row["kind"] for row in fetched(connection, KINDS, {"id": record_id})]
        if not kinds:
            raise LookupError(_unknown(record_id, fetched(connection, NEAREST, {"id": record_id})))
        return [_explained(connection, settings, kind, record_id) for kind in kinds]


def _unknown(record_id: str, nearest: list[Row]) -> str:
    meant = ", ".join(row["record_id"] for row in nearest)
    return f"no sheet has brought a record {record_id}" + (f"; did you mean {meant}?" if meant else "")


def _explained(connection: duckdb.DuckDBPyConnection, settings: Settings, kind: str, record_id: str) -> Row:
    merged_into = "staged.merged_into" if kind == "deaths" else "cast(null as varchar)"
    rows = fetched(connection, ROWS.format(kind=kind, merged_into=merged_into), {"id": record_id})
    keys = [row.pop("row_key") for row in rows]
    fact = _fact(connection, kind, keys)
    own = FACTS[kind][1] if kind in FACTS else None
    links = {name: fact[name] for name in LINKS if name != own and fact.get(name)}
    massacre = fetched(connection, MASSACRE, [links.get("incident_id", record_id)])
    if massacre:
        links["massacre"] = massacre[0]
    return {
        "kind": kind,
        "record_id": record_id,
        "became": _became(rows, fact) | {"because": _reason(connection, fact)},
        "carries": {
            name: value
            for name, value in fact.items()
            if name not in BESIDE_CODES and name != own and value is not None
        },
        "links": links,
        "statements": fetched(
            connection, TIMELINE.format(marts="kept.marts"), {"kind": kind, "id": record_id, "day": date.max}
        ),
        "rows": rows,
        "counts_in": counts_in(connection, settings.dbt, kind, record_id, keys),
    }


def _fact(connection: duckdb.DuckDBPyConnection, kind: str, keys: list[str]) -> Row:
    """The record as it is published; empty where it is not."""
    if kind not in FACTS:
        return {}
    table = FACTS[kind][0]
    found = fetched(connection, f"from kept.marts.{table} where list_contains(?, row_key)", [keys])
    return found[0] if found else {}


def _became(rows: list[Row], fact: Row) -> Row:
    """What the rows of a record add up to: counted, excluded, withdrawn, kept, quarantined or not received."""
    last = next((row for row in rows if row["state"] in ("current", "withdrawn")), {})
    if fact:
        state = "counted" if fact["is_counted"] else "excluded"
    elif last:
        state = "withdrawn" if last["state"] == "withdrawn" else "kept"
    else:
        state = "quarantined" if rows else "not received"
    latest = {name: last.get(name) for name in ("month", "documented_on", "merged_into")}
    return {"state": state, "exclusion_reason": fact.get("exclusion_reason"), **latest}


def _reason(connection: duckdb.DuckDBPyConnection, fact: Row) -> str | None:
    """What the code list says of the reason a record is excluded for."""
    sql = "select description from kept.codes.exclusion_reasons where exclusion_reason = ?"
    found = fetched(connection, sql, [fact.get("exclusion_reason")])
    return found[0]["description"] if found else None


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse as `kept`, which no run ever writes in place, beside a memory of its own."""
    path = known(settings)
    if path == settings.release:
        raise ValueError(f"{settings.warehouse} is its owner's alone: explain shows what stands in sheets")
    try:
        with duckdb_session.connect() as connection:
            connection.execute(f"attach {literal(path)} as kept (read_only)")
            # the codes it was built with, whatever the lists and the data root's own parties have become since
            connection.execute("create type code as enum (select unnest(enum_range(null::kept.main.code)))")
            yield connection
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} cannot be read: {reason}; see `casebook doctor`") from None

"""Reading open data back: whether the files of a folder are what they were, say the same, and add up."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files
from orchestration.dimensions import only_by
from orchestration.open_data.package import DESCRIPTOR, SUMS
from orchestration.sql import identifier, literal

TYPES = {"string": "varchar", "date": "date", "integer": "bigint", "boolean": "boolean"}
# what must be equal: the parts of an open table, and the figure they are of
SUMS_OF = {
    "deaths by place add up to the deaths of each month": """
        select month, sum(deaths) as value from deaths_by_place group by month
        {against}
        select period_start, value from of_months
        where measure = 'deaths' and is_total and governorate is null and value > 0
    """,
    "deaths by place add up to the deaths of each governorate": """
        select month, governorate, sum(deaths) as value from deaths_by_place where governorate != 'not_shown'
        group by month, governorate
        {against}
        select period_start, governorate, value from of_months
        where measure = 'deaths' and is_total and governorate is not null and value > 0
    """,
    "figures that may be added do": """
        select month, measure, sum(value) as value from figures_safe_to_sum
        group by month, measure having sum(value) > 0
        {against}
        select period_start, measure, value from of_months
        semi join figures_safe_to_sum as added on of_months.measure = added.measure
        where is_total and governorate is null and value > 0
    """,
}
# what follows of place, party and a third thing: the dead of parties told together are all in one place, or all of one
# kind; or a sum tells the places of a month that has none
GIVEN_AWAY = """
    with lines as (
        select month, parties, count(*) as places, sum(deaths) as dead from deaths_by_place
        where governorate != 'not_shown' group by month, parties
    ), kinds as (
        select
            period_start as month, party, concat_ws(' ', cause_group, role, nullif(category, 'total')) as kind, value
        from figures
        where measure = 'deaths' and basis = 'documented' and period_kind = 'month' and party is not null
            and sub_party is null and (coalesce(cause_group, role) is null) = (category != 'total')
    ), of_lines as (
        select lines.month, lines.parties, kind, sum(value) as dead from lines
        inner join kinds on lines.month = kinds.month and list_contains(string_split(lines.parties, ';'), kinds.party)
        group by lines.month, lines.parties, kind
    )
    select month, parties from lines where places = 1
    union
    select lines.month, lines.parties from lines inner join of_lines using (month, parties)
    where of_lines.dead = lines.dead
    union
    select deaths_by_place.month, '' from deaths_by_place
    inner join figures on deaths_by_place.month between figures.period_start and figures.period_end
    where deaths_by_place.governorate = 'not_shown' and figures.measure = 'deaths' and figures.governorate is not null
"""
OF_MONTHS = f"""
    create temp view of_months as
    select *, category = 'total' as is_total from figures
    where basis = 'documented' and period_kind = 'month'
        and {only_by(["governorate"])}
"""


def problems_of(folder: Path) -> list[str]:
    """What is wrong with a folder of open data, a sentence each; none where everything agrees.

    Args:
        folder: A folder of one release.

    Raises:
        FileNotFoundError: It is no folder of open data.
    """
    if problems := list(_changed(folder)):
        return problems
    descriptor = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
    with duckdb.connect() as connection:
        for resource in descriptor["resources"]:
            problems += _unlike(connection, folder, resource)
        if not problems:
            problems += _not_adding_up(connection)
            given_away = connection.execute(GIVEN_AWAY).fetchall()
            problems += [f"{month:%Y-%m}, {parties}: a cell can be worked out" for month, parties in given_away]
    return problems


def _changed(folder: Path) -> Iterator[str]:
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        left, name = line.split("  ", 1)
        path = folder / name
        if not path.exists():
            yield f"{name} is not there"
        elif files.sha256(path) != left:
            yield f"{name} is not what it was"


def _unlike(connection: duckdb.DuckDBPyConnection, folder: Path, resource: Mapping[str, Any]) -> Iterator[str]:
    """A table is what its description says, and the same in each of its formats."""
    table, fields = resource["name"], resource["schema"]["fields"]
    typed = ", ".join(f"{literal(field['name'])}: {literal(TYPES[field['type']])}" for field in fields)
    path = literal(folder / resource["path"])
    try:
        connection.execute(
            f"create table {table} as from read_csv({path}, header = true, auto_detect = false, columns = {{{typed}}})"
        )
    except duckdb.Error:
        yield f"{resource['path']} is not as {DESCRIPTOR} describes it"
        return
    names = ", ".join(f"cast({identifier(field['name'])} as varchar)" for field in fields)
    [(heading,)] = connection.execute(
        f"select list(column_name) from (describe from read_csv({path}, all_varchar = true))"
    ).fetchall()
    if heading != [field["name"] for field in fields]:
        yield f"{resource['path']} has other columns than {DESCRIPTOR} describes"
    for suffix, given in (("parquet", ""), ("json", f", format = 'array', columns = {{{typed}}}")):
        other = f"read_{suffix}({literal(folder / suffix / f'{table}.{suffix}')}{given})"
        rows = f"select {names} from {table}", f"select {names} from {other}"
        [(unlike,)] = connection.execute(
            f"select count(*) from (({rows[0]} except all {rows[1]}) union all ({rows[1]} except all {rows[0]}))"
        ).fetchall()
        if unlike:
            yield f"{table} is another in {suffix} than in CSV: {unlike} rows"


def _not_adding_up(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    connection.execute(OF_MONTHS)
    for sentence, sql in SUMS_OF.items():
        parts, whole = sql.split("{against}")
        for one, other in ((parts, whole), (whole, parts)):
            if connection.execute(f"({one}) except ({other})").fetchall():
                yield f"not so: {sentence}"
                break

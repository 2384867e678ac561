"""What the reading commands show, as rows: nothing is computed here that SQL has not computed already."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from orchestration.build.draft import PROBLEMS
from orchestration.months import FIRST_MONTH
from orchestration.publish.periods import parse_period
from orchestration.settings import Settings

Row = dict[str, Any]

DIMENSIONS = ("party", "sub_party", "governorate", "cause_group", "role", "facility_type", "mechanism")


def status(settings: Settings) -> list[Row]:
    """One row a month and kind: what became of every row received. Rows without a month have none."""
    return _rows(
        settings,
        "select strftime(month, '%Y-%m') as month, * exclude (month) from marts.fct_received_rows order by month, kind",
    )


def set_aside(settings: Settings) -> list[Row]:
    """One row a sheet that was set aside, with its reason."""
    return _rows(
        settings,
        "select folder, file_name, tab, set_aside as sentence from received.received_sheets "
        "where set_aside is not null order by all",
    )


def problems(settings: Settings, month: str | None = None, severities: Sequence[str] = ("Q",)) -> list[Row]:
    """One row a problem of a sheet's row: where it stands, and what is wrong with it.

    Args:
        settings: Where the warehouse lies.
        month: Only this month, `YYYY-MM`.
        severities: `Q` keeps a row out of the counts; `A` and `W` are noted, and the row goes on.
    """
    path = settings.warehouse.with_name(PROBLEMS)
    if not path.exists():
        raise FileNotFoundError(f"no run has worked in {settings.root} yet: start with `casebook nightly`")
    sql = """
        select strftime(month, '%Y-%m') as month, kind, file_name, tab, row_number, column_name as "column", rule_id,
            severity, sentence
        from read_parquet(?)
        where list_contains(?, severity) and (?::varchar is null or strftime(month, '%Y-%m') = ?)
        order by month, kind, file_name, tab, row_number, rule_id
    """
    with duckdb.connect() as connection:
        found = connection.execute(sql, [str(path), list(severities), month, month])
        return found.to_arrow_table().to_pylist()


def figures(settings: Settings, period: str, by: Sequence[str] = (), basis: str = "documented") -> list[Row]:
    """The figures of one period, with exactly the columns of fct_figures.

    Args:
        settings: Where the warehouse lies.
        period: `2025-01` a month, `2025` a year, `2025-H1` a half, `2025-01/2025-07` the year up to a month.
        by: Dimensions; only figures broken down by exactly these. Empty for every figure there is.
        basis: `documented` or `occurred`.

    Raises:
        ValueError: The period cannot be read.
    """
    kind, start, end = parse_period(period)
    where = " and ".join(f"({name} is not null) = {name in by}" for name in DIMENSIONS) if by else "true"
    return _rows(
        settings,
        f"""
        from marts.fct_figures
        where period_kind = ? and period_start = ? and last_day(period_end) = last_day(?::date) and basis = ?
            and {where}
        order by all
        """,
        [kind, start, end, basis],
    )


def missing_months(settings: Settings, period: str, basis: str = "documented") -> list[Row]:
    """One row a set of months that figures of a period lack: `months`, first days, and `measures`, which lack them.

    Args:
        settings: Where the release lies.
        period: As `figures` takes it.
        basis: `documented` or `occurred`.
    """
    _, start, end = parse_period(period)
    sql = """
        with known as (
            select distinct measure, period_start as month from marts.fct_figures
            where basis = $basis and period_kind = 'month' and period_start between $start and $end
        ), lacking as (
            select measure, list(month order by month) as months
            from (select distinct measure from known)
            cross join (select unnest(generate_series($start, $end, interval 1 month))::date as month)
            anti join known using (measure, month)
            group by measure
        )
        select months, list(measure order by measure) as measures from lacking group by months order by all
    """
    return _rows(settings, sql, {"basis": basis, "start": max(start, FIRST_MONTH), "end": end})


def revision_status(settings: Settings, period: str | None = None) -> list[Row]:
    """One row a standing that figures of months have, with its months: provisional, final or revised (I70).

    Args:
        settings: Where the release lies.
        period: Only the months of this one, as `figures` takes it.
    """
    _, start, end = parse_period(period) if period else ("", date.min, date.max)
    sql = """
        select standing, list(strftime(month, '%Y-%m') order by month) as months, min(final_on) as final_on,
            max(revised_on) as revised_on
        from marts.dim_months where month between ? and ? group by standing order by standing = 'final', standing
    """
    try:
        return _rows(settings, sql, [start, end])
    except duckdb.CatalogException:  # the release was cut before an upgrade brought the table
        return []


def months(settings: Settings) -> list[str]:
    """The months that have rows, `YYYY-MM`."""
    sql = "select distinct strftime(month, '%Y-%m') as month from marts.fct_received_rows where month is not null"
    return sorted(row["month"] for row in _rows(settings, sql))


def periods(settings: Settings) -> list[str]:
    """The months and years there are figures for, as `figures` takes them."""
    sql = """
        select distinct left(period_start::varchar, if(period_kind = 'month', 7, 4)) as period
        from marts.fct_figures where period_kind in ('month', 'year') and basis = 'documented'
    """
    return sorted(row["period"] for row in _rows(settings, sql))


def months_of_report(settings: Settings) -> list[Row]:
    """One row a month that has rows: received to counted over all kinds, and the figures a report opens with."""
    return _rows(
        settings,
        """
        with rows_of_month as (
            select month, sum(received) as received, sum(accepted) as accepted, sum(quarantined) as quarantined,
                sum(excluded) as excluded, sum(counted) as counted
            from marts.fct_received_rows group by month
        ), told as (
            pivot (
                select period_start as month, measure || '_' || category as name, value from marts.fct_figures
                where basis = 'documented' and period_kind = 'month' and coalesce(party, governorate, cause_group, role,
                    facility_type, mechanism) is null
            ) on name in ('deaths_total', 'deaths_children', 'deaths_women', 'torture_deaths_total', 'massacres_total',
                'facility_attacks_total') using max(value) group by month
        )
        select coalesce(strftime(month, '%Y-%m'), 'undated') as month, rows_of_month.* exclude (month),
            told.* exclude (month)
        from rows_of_month left join told using (month) order by rows_of_month.month nulls first
        """,
    )


def verdicts(settings: Settings, run_id: str) -> list[Row]:
    """What a run said of the rules: one row a rule, and one a subject that failed; none where it got no further."""
    log = settings.evaluations / f"{run_id}.parquet"
    if not log.exists():
        return []
    with duckdb.connect() as connection:
        return (
            connection.execute("from read_parquet(?) where finding_id is null or verdict = 'failed'", [str(log)])
            .to_arrow_table()
            .to_pylist()
        )


def governorates(settings: Settings) -> dict[str, str]:
    """The names of the governorates by code."""
    rows = _rows(settings, "select governorate, governorate_name from marts.dim_governorates")
    return {row["governorate"]: row["governorate_name"] for row in rows}


def is_released(settings: Settings) -> bool:
    """Whether there is a release to read."""
    return settings.release.exists()


def as_json(rows: list[Row]) -> str:
    """Rows as JSON, days as ISO dates."""
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str)


def _rows(settings: Settings, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Row]:
    """Rows of the current release, which no run is ever writing.

    Raises:
        FileNotFoundError: Nothing has been released yet.
    """
    if not settings.release.exists():
        raise FileNotFoundError(f"nothing has been released in {settings.root} yet: start with `casebook nightly`")
    with duckdb.connect(settings.release, read_only=True) as connection:
        return connection.execute(sql, parameters).to_arrow_table().to_pylist()

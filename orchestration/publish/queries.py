"""What the reading commands show, as rows: nothing is computed here that SQL has not computed already."""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build.draft import PROBLEMS, UNKNOWN_WORDS
from orchestration.dimensions import DIMENSIONS, TOTAL, only_by
from orchestration.months import FIRST_MONTH
from orchestration.publish import history, holds, release
from orchestration.publish.periods import parse_period
from orchestration.settings import Settings
from orchestration.sql import literal

Row = dict[str, Any]
# so many lines of what is held are shown in one
FEW = 3
REPORT = f"""
    with rows_of_month as (
        select month, sum(received) as received, sum(accepted) as accepted, sum(quarantined) as quarantined,
            sum(excluded) as excluded, sum(counted) as counted
        from known.marts.fct_received_rows group by month
    ), published as (
        pivot (
            select period_start as month, measure || '_' || category as name, value from released.marts.fct_figures
            where basis = 'documented' and period_kind = 'month' and {TOTAL}
        ) on name in ('deaths_total', 'deaths_children', 'deaths_women', 'torture_deaths_total', 'massacres_total',
            'facility_attacks_total') using max(value) group by month
    )
    select coalesce(strftime(rows_of_month.month, '%Y-%m'), 'undated') as month, months.standing,
        rows_of_month.* exclude (month), published.* exclude (month)
    from rows_of_month
    left join published on rows_of_month.month = published.month
    left join released.marts.dim_months as months on rows_of_month.month = months.month
    order by rows_of_month.month nulls first
"""
# what stands where nothing has been released
NO_FIGURES = """
    create schema released.marts;
    create table released.marts.fct_figures as select * from known.marts.fct_figures limit 0;
    create table released.marts.dim_months as select * from known.marts.dim_months limit 0;
"""

# the facts that records of a kind end in, and the column that numbers them
FACTS = {
    "deaths": ("fct_deaths", "case_id"),
    "incidents": ("fct_incidents", "incident_id"),
    "facility_attacks": ("fct_facility_attacks", "attack_id"),
    "torture": ("fct_torture", "torture_id"),
    "detentions": ("fct_detentions", "detention_id"),
}
# what was said of who is responsible for a record, in its order
TIMELINE = """
    select attribution_id, by_incident, stated_on, stated_by, stance, party, candidates, attribution_status, basis,
        held_from, held_until, unfit_by
    from {marts}.fct_attributions
    where about_kind = $kind and about_id = $id and is_counted and stated_on <= $day
    order by stated_on, documented_on, attribution_id
"""
# what figures tell lines of parties as that changed within their period
CHANGED = "list_changed"
CATEGORIES = ("total", "children", "women", "men", "unknown")


def headline(settings: Settings) -> str:
    """What there is to read, in one line: the release, what it holds back, and a run after it that was held whole.

    Raises:
        FileNotFoundError: No run has come to its end yet.
    """
    held, about = holds.noted(known(settings)), release.about(settings)
    listed = holds.sentences(held)
    more = f"; and {len(listed) - FEW} more: casebook status" if len(listed) > FEW else ""
    what = "; ".join(listed[:FEW]) + more
    if not about:
        return f"nothing published yet: draft of {_day(settings)}, {what}"
    if held.everything:
        return f"release of {about['business_date']}; the run of {_day(settings)} is not published: {what}"
    published = f"release of {about['business_date']}"
    if held.months and not periods(settings):
        published = f"nothing published yet: of the draft of {about['business_date']} every month is held"
    return f"{published}: {what}" if held else published


def status(settings: Settings) -> list[Row]:
    """One row a month and kind: what became of every row received, published or not. Rows without a month have none."""
    return _rows(
        settings,
        "select strftime(month, '%Y-%m') as month, * exclude (month) from marts.fct_received_rows order by month, kind",
        is_known=True,
    )


def dropped(settings: Settings) -> list[Row]:
    """One row a sheet that came on the day of the last run: `place`, `rows`, `refused`, and whether `is_set_aside`.

    Those come first of which most was lost.
    """
    sql = """
        with sheets as (
            select
                sheet_hash,
                concat_ws('/', folder, file_name) as place,
                bool_or(set_aside is not null) as is_set_aside
            from received.received_sheets
            where cast(received_at as date) = (select max(started_on) from received.run)
            group by all
        )
        select
            place,
            count(records.sheet_hash) as rows,
            count(*) filter (records.state = 'quarantined') as refused,
            is_set_aside
        from sheets
        left join intermediate.int_records as records using (sheet_hash)
        group by place, is_set_aside
        order by is_set_aside desc, refused desc, rows desc, place
    """
    try:
        return _rows(settings, sql, is_known=True)
    except (duckdb.CatalogException, duckdb.BinderException):  # a release does not say
        return []


def names_of_keys(settings: Settings, with_words: bool = False) -> dict[str, str]:
    """What findings tell by a key as it is called; nothing to who reads a release.

    Args:
        settings: Where the warehouse is.
        with_words: Not only files and tabs but words on no list too, which may be of people: where somebody asked.
    """
    files = """
        with places as (
            select concat_ws('/', folder, file_name) as place, tab from received.received_sheets
            union all
            -- of a file that is gone
            select place, '' from received.released_rows where place is not null
        )
        select file_key(place, null) as key, place as name from places
        union select file_key(place, tab) as key, place || ', tab ' || tab as name from places where tab != ''
    """
    words = """
        union select word_key(code_list, folded) as key, word as name from restricted.int_unknown_words
        union select word_key('claimants', fold(claimant)) as key, claimant as name from restricted.stg_stated_figures
        union select word_key('locations', fold(location)) as key, location as name from restricted.stg_stated_figures
        union select word_key('places', fold(place)) as key, place as name
        from (select regexp_extract(category, '^[a-z]+:(.*)$', 1) as place from restricted.stg_stated_figures)
    """
    try:
        rows = _rows(settings, files + words if with_words else files, is_known=True)
        return {row["key"]: row["name"] for row in rows}
    except (duckdb.Error, FileNotFoundError):  # a release does not say, and a damaged warehouse cannot
        return {}


def became(settings: Settings, sheet_hash: str) -> tuple[int, int]:
    """How many rows a file has, and how many of them are refused."""
    sql = """
        select count(*) as rows, count(*) filter (state = 'quarantined') as refused
        from intermediate.int_records where sheet_hash = ?
    """
    [row] = _rows(settings, sql, [sheet_hash], is_known=True)
    return row["rows"], row["refused"]


def problems(
    settings: Settings, month: str | None = None, severities: Sequence[str] = ("Q",), sheet_hash: str | None = None
) -> list[Row]:
    """One row a problem of a sheet's row: where it stands, what is wrong with it, and the known words nearest to it.

    Args:
        settings: Where the warehouse lies.
        month: Only this month, `YYYY-MM`.
        severities: `Q` keeps a row out of the counts; `A` and `W` are noted, and the row goes on.
        sheet_hash: Only of the file with these bytes.
    """
    path, words = (settings.warehouse.with_name(name) for name in (PROBLEMS, UNKNOWN_WORDS))
    if not path.exists() or not words.exists():
        raise FileNotFoundError(f"no run has worked in {settings.root} yet: start with `casebook nightly`")
    sql = """
        with nearest as (
            select kind, row_key, column_name,
                list(distinct {'spelling': nearest_spelling, 'code': nearest_code}) as nearest
            from read_parquet(?) where nearest_code is not null group by all
        )
        select strftime(month, '%Y-%m') as month, kind, file_name, tab, row_number, record_id, column_name as "column",
            heading, rule_id, severity, sentence, if(rule_id in ('I05', 'I20'), coalesce(nearest, []), []) as nearest
        from read_parquet(?) left join nearest using (kind, row_key, column_name)
        where list_contains(?, severity) and coalesce(strftime(month, '%Y-%m') = ?, ? is null)
            and (?::varchar is null or sheet_hash = ?)
        order by month, kind, file_name, tab, row_number, rule_id
    """
    with duckdb.connect() as connection:
        found = connection.execute(sql, [str(words), str(path), list(severities), month, month, sheet_hash, sheet_hash])
        return found.to_arrow_table().to_pylist()


def received_cells(settings: Settings, sheet_hash: str) -> list[Row]:
    """Every row of a file as it was received: `sheet` (kind and tab), `row_number`, and its cells as text."""
    left_out = "sheet_hash, file_name, folder, folder_month, received_month, layout, reader, date_style, numbers"
    kinds = "select table_name from duckdb_columns() where schema_name = 'received' and column_name = 'date_style'"
    with duckdb.connect(known(settings), read_only=True) as connection:
        rows: list[Row] = []
        for (table,) in connection.execute(kinds).fetchall():
            sql = (
                f"select ['{table.removeprefix('received_')}', tab] as sheet, row_number, "
                f"* exclude (tab, row_number, received_at, {left_out}) from received.{table} "
                "where sheet_hash = ? order by tab, row_number"
            )
            rows += connection.execute(sql, [sheet_hash]).to_arrow_table().to_pylist()
    return rows


def shared_numbers(settings: Settings, sheet_hash: str) -> dict[str, Row]:
    """By the hash of each other file with numbers in common with one: `shared`, `of_others`, whether `is_two_lists`."""
    sql = """
        with pairs as (
            select
                list_transform(sheets, lambda sheet: split_part(sheet, ' ', 1)) as hashes,
                shared, of_others, is_two_lists
            from intermediate.int_shared_numbers
        )
        select
            case when hashes[1] = $of_file then hashes[2] else hashes[1] end as other,
            sum(shared)::bigint as shared, sum(of_others)::bigint as of_others, bool_or(is_two_lists) as is_two_lists
        from pairs where list_contains(hashes, $of_file) group by other
    """
    return {row["other"]: row for row in _rows(settings, sql, {"of_file": sheet_hash}, is_known=True)}


def figures(
    settings: Settings, period: str, by: Sequence[str] = (), basis: str = "documented", as_of: date | None = None
) -> list[Row]:
    """The figures of one period, with exactly the columns of fct_figures.

    Args:
        settings: Where the warehouse lies.
        period: `2025-01` a month, `2025` a year, `2025-H1` a half, `2025-01/2025-07` the year up to a month.
        by: Dimensions; only figures broken down by exactly these, none where the release did not know one of them yet.
            Empty for every figure there is.
        basis: `documented` or `occurred`.
        as_of: The day whose release is asked; the current one where None.

    Raises:
        ValueError: The period cannot be read.
        LookupError: Nothing was published by that day.
    """
    kind, start, end = parse_period(period)
    where = " and ".join([only_by(by), *(f"{name} is not null" for name in by)]) if by else "true"
    sql = f"""
        from marts.fct_figures
        where period_kind = ? and period_start = ? and last_day(period_end) = last_day(?::date) and basis = ?
            and {where}
        order by all
    """
    try:
        return _rows(settings, sql, [kind, start, end, basis], as_of=as_of)
    except duckdb.BinderException:
        if not by:
            raise
        return []


def in_other(settings: Settings, scheme: str, period: str, as_of: date | None = None) -> list[str]:
    """The parties there were in a period for which a scheme has no line of their own.

    Args:
        settings: Where the release lies.
        scheme: Of the figures of the period.
        period: As `figures` takes it.
        as_of: As `figures` takes it.
    """
    _, start, end = parse_period(period)
    sql = """
        select party from marts.dim_parties
        where scheme = ? and bucket = 'other' and party_kind not in ('residual', 'waiting')
            and valid_from <= last_day(?::date) and coalesce(valid_to >= ?, true)
        order by party
    """
    return [row["party"] for row in _rows(settings, sql, [scheme, end, start], as_of=as_of)]


def attributions(settings: Settings, record_id: str, day: date | None = None) -> list[Row]:
    """Who is held responsible for a record, and who said what of it: one row a kind that has a record of this number.

    Args:
        settings: Where the release lies.
        record_id: The number of a case, incident, attack, act of torture or detention.
        day: As it stood on that day, by what is known now; as it stands where None.

    Returns:
        `kind`; `parties` held responsible, several where the statements of one day do not agree, none before the record
        was documented; `since` when by a statement of ours, else its sheet says so; `by_incident`, the incident that
        statement is about, where it is not about the record itself; and `statements`, as TIMELINE has them.

    Raises:
        LookupError: There is no record of this number, or the release knows of no statements.
    """
    records = " union all ".join(
        f"select '{kind}' as kind, documented_on, party from marts.{fact} where {number} = $id"
        # a death due to torture stands there too
        + (" and torture_kind = 'torture_event'" if kind == "torture" else "")
        for kind, (fact, number) in FACTS.items()
    )
    sql = f"""
        with records as ({records}), said as (
            select about_kind as kind, any_value(sheet_party) as sheet_party,
                list(distinct party order by party) filter (where is_held) as parties,
                max(held_from) filter (where is_held) as since,
                any_value(by_incident) filter (where is_held) as by_incident
            from (
                select *, coalesce(held_from <= $day and $day <= coalesce(held_until, $day), false) as is_held
                from marts.fct_attributions where about_id = $id and is_counted
            )
            group by about_kind
        )
        select kind, case
                when said.parties is not null then said.parties
                when records.documented_on <= $day then [coalesce(said.sheet_party, records.party)]
                else []
            end as parties, said.since, said.by_incident
        from (select kind, documented_on, party from records group by all) as records full join said using (kind)
        order by kind
    """
    asked = {"id": record_id, "day": day or date.max}
    try:
        found = _rows(settings, sql, asked)
        for row in found:
            row["statements"] = _rows(settings, TIMELINE.format(marts="marts"), asked | {"kind": row["kind"]})
    except (duckdb.CatalogException, duckdb.BinderException):
        raise LookupError("the release was made before statements were kept: the next night tells of them") from None
    if not found:
        raise LookupError(f"no record that was released is called {record_id}")
    return found


def why_none(settings: Settings, period: str) -> str:
    """Why there are no figures of a period."""
    kind, start, end = parse_period(period)
    held = [row for row in holds.noted(settings.release).months if start <= row["month"] <= end]
    if held:
        return "; ".join(holds.sentences(holds.Holds([], held[:FEW], []))) + ", and none were released before"
    present, expected = _months_with_figures(settings, start, end)
    if settings.holds_incomplete_years and kind in ("year", "half_year") and 0 < present < expected:
        return f"{present} of its {expected} months have figures, and CASEBOOK_INCOMPLETE_YEARS holds such a sum"
    return "no sheet of that period has been received, or it has not ended yet"


def _months_with_figures(settings: Settings, start: date, end: date) -> tuple[int, int]:
    """How many months from one to another have figures, and how many there are."""
    sql = """
        select count(distinct period_start) as present, date_diff('month', $start, $end) + 1 as expected
        from marts.fct_figures
        where period_kind = 'month' and basis = 'documented' and period_start between $start and $end
    """
    [row] = _rows(settings, sql, {"start": start, "end": end})
    return row["present"], row["expected"]


def missing_months(settings: Settings, period: str, basis: str = "documented", as_of: date | None = None) -> list[Row]:
    """One row a set of months that figures of a period lack: `months`, first days, and `measures`, which lack them.

    Args:
        settings: Where the release lies.
        period: As `figures` takes it.
        basis: `documented` or `occurred`.
        as_of: As `figures` takes it.
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
    return _rows(settings, sql, {"basis": basis, "start": max(start, FIRST_MONTH), "end": end}, as_of=as_of)


def releases(settings: Settings) -> list[Row]:
    """One row a release that was ever made: `number`, `release`, `business_date`, `published_at`, `restores`.

    With what it changed: `sheets` more or fewer, `figures` with another value or none before, `records` that count
    otherwise; and whether it `is_current` and `is_kept` whole.
    """
    sql = """
        select number, release, business_date, published_at, restores, casebook, inputs,
            coalesce(sheets.n, 0) as sheets, coalesce(figures.n, 0) as figures, coalesce(records.n, 0) as records,
            number = max(number) over () as is_current
        from history.releases
        left join (select number, sum(sign)::integer as n from history.sheets group by number) as sheets using (number)
        left join (
            select number, count(*) filter (where sign = 1) as n from history.figures group by number
        ) as figures using (number)
        left join (
            select number, count(distinct (measure, basis, record_id)) as n from history.record_changes group by number
        ) as records using (number)
        order by number
    """
    return [row | {"is_kept": (settings.published / row["release"]).exists()} for row in _of_history(settings, sql)]


def release_of(settings: Settings, day: date) -> Row:
    """The last release for a day or an earlier one; raises LookupError where there is none."""
    with duckdb.connect() as connection:
        history.attach(connection, settings)
        return history.release_of(connection, day)


def revisions(settings: Settings, since: date | None = None, release: str | None = None) -> list[Row]:
    """The ledger of revisions: what was changed of figures that had been published, and why.

    Args:
        settings: Where the release lies.
        since: Only of releases for this day or later ones.
        release: Only of the release of this name.

    Returns:
        One row a release, month, figure, change and reason: `from` and `to` are values, of a month's total, or the
        members that `n` moved between, where `figure` names a dimension.
    """
    sql = """
        select strftime(revisions.month, '%Y-%m') as month,
            revisions.measure || if(revisions.dimension is null, '', ' by ' || revisions.dimension)
                || if(revisions.basis = 'documented', '', ', by month of death') as figure,
            revisions."from", revisions."to", revisions.n, revisions.change, revisions.reason, releases.release,
            releases.business_date
        from history.revisions inner join history.releases using (number)
        where releases.business_date >= ? and coalesce(releases.release = ?, true)
        order by number, month, measure, basis, dimension nulls first, change, reason, "from", "to"
    """
    return _of_history(settings, sql, [since or date.min, release])


def differences(settings: Settings, one: int, other: int) -> list[Row]:
    """One row a monthly figure that two releases do not have alike: `month`, `measure`, `basis`, `of`, `from`, `to`.

    Args:
        settings: Where the current release is.
        one: The number of a release, as `releases` has it.
        other: The number of another.
    """
    of = " ".join(f"if({name} is not null, '{name} ' || {name}, null)," for name in DIMENSIONS)
    sql = f"""
        with either as (
            select *, true as is_one from ({history.folded("figures", one)})
            union all by name
            select *, false as is_one from ({history.folded("figures", other)})
        )
        select strftime(period_start, '%Y-%m') as month, measure, basis, concat_ws(', ', {of} null) as of, category,
            max(value) filter (where is_one) as "from", max(value) filter (where not is_one) as "to"
        from either
        where period_kind = 'month'
        group by period_start, measure, basis, {", ".join(DIMENSIONS)}, category, scheme
        having coalesce("from", 0) != coalesce("to", 0)
        order by month, measure, basis, of, category
    """
    return _of_history(settings, sql)


def _of_history(settings: Settings, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Rows of the history in the current release; none where it was made before histories were kept."""
    try:
        return _rows(settings, sql, parameters)
    except duckdb.CatalogException:
        return []


def revision_status(settings: Settings, period: str | None = None, as_of: date | None = None) -> list[Row]:
    """One row a standing that figures of months have, with its months: provisional, final or revised (I70).

    Args:
        settings: Where the release lies.
        period: Only the months of this one, as `figures` takes it.
        as_of: As `figures` takes it.
    """
    _, start, end = parse_period(period) if period else ("", date.min, date.max)
    sql = """
        select standing, list(strftime(month, '%Y-%m') order by month) as months, min(final_on) as final_on,
            max(revised_on) as revised_on
        from marts.dim_months where month between ? and ? group by standing
        order by standing != 'held', standing = 'final', standing
    """
    try:
        return _rows(settings, sql, [start, end], as_of=as_of) if settings.release.exists() else []
    except duckdb.CatalogException:  # the release was cut before an upgrade brought the table
        return []


def months(settings: Settings) -> list[str]:
    """The months that have rows, `YYYY-MM`."""
    sql = "select distinct strftime(month, '%Y-%m') as month from marts.fct_received_rows where month is not null"
    return sorted(row["month"] for row in _rows(settings, sql, is_known=True))


def periods(settings: Settings) -> list[str]:
    """The months and years there are figures for, as `figures` takes them."""
    sql = """
        select distinct left(period_start::varchar, if(period_kind = 'month', 7, 4)) as period
        from marts.fct_figures where period_kind in ('month', 'year') and basis = 'documented'
    """
    return sorted(row["period"] for row in _rows(settings, sql))


def months_of_report(settings: Settings) -> list[Row]:
    """One row a month that has rows: received to counted over all kinds, and the released figures a report opens with.

    `standing` says how the month stands; of a month that is held the figures are its last good ones, or none.
    """
    released = settings.release.exists()
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(known(settings))} as known (read_only)")
        connection.execute(f"attach {literal(settings.release if released else ':memory:')} as released")
        if not released:
            connection.execute(NO_FIGURES)
        return connection.execute(REPORT).to_arrow_table().to_pylist()


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


def is_released(settings: Settings) -> bool:
    """Whether there is a release to read."""
    return settings.release.exists()


def as_json(rows: list[Row]) -> str:
    """Rows as JSON, days as ISO dates."""
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str)


def known(settings: Settings) -> Path:
    """What we know: the draft of a run that was held as a whole, or else the warehouse; no run writes either.

    Both are their owner's alone: for anybody else it is what was released.

    Raises:
        FileNotFoundError: No run has come to its end yet.
    """
    for path in (settings.held, settings.warehouse, settings.release):
        if os.access(path, os.R_OK):
            return path
    raise FileNotFoundError(f"nothing has been released in {settings.root} yet: start with `casebook nightly`")


def _day(settings: Settings) -> str:
    """The business date of what we know."""
    return str(_rows(settings, "select max(business_date) as day from received.run", is_known=True)[0]["day"])


def _rows(
    settings: Settings,
    sql: str,
    parameters: Sequence[object] | dict[str, object] = (),
    is_known: bool = False,
    as_of: date | None = None,
) -> list[Row]:
    """Rows of the current release, or of all we know, or of what was published on a day; no run is ever writing any.

    Raises:
        FileNotFoundError: Nothing has been released yet.
    """
    path = known(settings) if is_known else settings.release
    if not path.exists():
        raise FileNotFoundError(headline(settings))
    with history.as_of(settings, as_of) if as_of else duckdb.connect(path, read_only=True) as connection:
        return connection.execute(sql, parameters).to_arrow_table().to_pylist()

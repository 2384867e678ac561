"""The bare scripts that `make bench` measures a backfill against: DuckDB alone, on the same sheets.

Both read CSV as text, store it as Parquet by month, cast and code the cells, and count: tallies by month, party,
governorate and category, and massacres. No checks, no problems told, no revisions, no history.

- `deaths` makes a dozen columns of the sheet of deaths: the least that the tallies need.
- `facts` makes of all three sheets every column that Casebook's facts have, some more plainly (a row's key is its
  number in a file, a massacre's party whichever most name), and no figures.
"""

import sys
from pathlib import Path

import duckdb

from orchestration.sample.invented import contract
from orchestration.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"
KINDS = ("deaths", "incidents", "detentions")
# columns of the sheets that no fact of Casebook's has
LEFT_OUT = {
    "nationality", "area_control", "weapon", "consent_un_submission", "consent_publish_name", "consent_awsd", "status",
    "merged_into", "revision", "revised_on",
}  # fmt: skip
# what facts have beyond the cells of their sheets; a merged record is a duplicate
OF_DEATHS = """,
    date_trunc('month', death_date) as occurred_month,
    case
        when coalesce(age < 18, age_class = 'child') then 'child'
        when coalesce(age >= 18, age_class = 'adult') then 'adult'
    end as age_group,
    case
        when age_class = 'child' or age < 18 then 'children'
        when sex = 'f' then 'women' when sex = 'm' then 'men' else 'unknown'
    end as category,
    coalesce(cause_groups.cause_group, 'other') as cause_group,
    torture = 'death_due_to_torture' as is_torture_death,
    civilian_status = 'civilian' and exclusion_reason is null as is_counted
"""
MERGED = """,
    case when received_status = 'merged' then 'duplicate' end as exclusion_reason,
    received_status is distinct from 'merged' as is_counted
"""
BEYOND = {
    "deaths": OF_DEATHS,
    "incidents": MERGED,
    "detentions": f"{MERGED}, date_trunc('month', coalesce(released_on, documented_on)) as released_month",
}
# the facts that are made of facts
OF_FACTS = (
    """
    create table torture as
    select month, 'death_due_to_torture' as torture_kind, case_id as torture_id, incident_id, detention_id, case_id,
        documented_on, death_date as occurred_from, death_date as occurred_to, 1 as victims, 'exact' as victims_hedge,
        (category = 'children')::integer as children, (category = 'women')::integer as women,
        killed_governorate as governorate, scheme, party, candidates, bucket, sub_bucket, exclusion_reason,
        is_counted, row_key
    from deaths where is_torture_death
    """,
    """
    create table massacres as
    select incident_id, min(month) as month, min(death_date) as occurred_on, min(scheme) as scheme,
        5 as massacre_threshold, mode(party) as party, null::varchar as candidates, mode(bucket) as bucket,
        mode(sub_bucket) as sub_bucket, min(killed_governorate) as governorate, count(*) as deaths,
        count(*) filter (where archive != 'anonymous') as named,
        count(*) filter (where archive = 'anonymous') as anonymous,
        count(*) filter (where category = 'children') as children, count(*) filter (where category = 'women') as women,
        count(*) filter (where category = 'men') as men, count(*) filter (where category = 'unknown') as unknown,
        count(*) - max(of_month) as documented_in_other_months
    from (
        select *, count(*) over (partition by incident_id, month) as of_month from deaths where incident_id is not null
    )
    group by incident_id having count(*) >= 5
    """,
    """
    create or replace table incidents as
    select incidents.*, coalesce(cases, 0) as cases,
        coalesce(disputed > 0 or parties > 1 or named != incidents.party, false) as is_attribution_contested
    from incidents left join (
        select incident_id, count(*) as cases, count(distinct party) as parties, min(party) as named,
            count(*) filter (where attribution_status = 'disputed') as disputed
        from deaths where incident_id is not null and is_counted group by incident_id
    ) as dead using (incident_id)
    """,
)


def deaths(sheets: Path, out: Path) -> int:
    """Count the deaths of `deaths__synthetic.csv`, coding no more than the tallies need.

    Args:
        sheets: The folder of the sheets, in Casebook's own columns.
        out: A folder to write to.

    Returns:
        How many deaths were counted.
    """
    with _database(out) as connection:
        _receive(connection, sheets, "deaths", out)
        connection.execute(
            f"""
            create table deaths as
            select
                case_id, incident_id, try_cast(documented_on as date) as documented_on,
                date_trunc('month', try_cast(documented_on as date)) as month,
                try_cast(death_date as date) as death_date, try_cast(age as integer) as age,
                parties.code as party, governorates.code as killed_governorate, mechanism, archive,
                torture = 'death_due_to_torture' as is_torture_death,
                case
                    when age_class = 'child' or try_cast(age as integer) < 18 then 'children'
                    when sex = 'f' then 'women' when sex = 'm' then 'men' else 'unknown'
                end as category,
                civilian_status = 'civilian' and coalesce(exclusion_reason, '') = '' as is_counted
            from read_parquet('{out / "deaths"}/*/*.parquet', hive_partitioning = true) as received
            left join ({_spellings("parties")}) as parties on lower(trim(received.party)) = parties.spelling
            left join ({_spellings("governorates")}) as governorates
                on lower(trim(received.killed_governorate)) = governorates.spelling
            """
        )
        connection.execute(
            "create table massacres as select incident_id, min(month) as month, count(*) as deaths from deaths "
            "where incident_id is not null group by incident_id having count(*) >= 5"
        )
        return _count(connection)


def facts(sheets: Path, out: Path) -> int:
    """Make the facts of deaths, incidents and detentions, and count the deaths.

    Args:
        sheets: The folder of the sheets, in Casebook's own columns.
        out: A folder to write to.

    Returns:
        How many deaths were counted.
    """
    with _database(out) as connection:
        lists = {_list(meta) for kind in KINDS for meta in contract()[kind].values() if _list(meta)}
        spelled = " union all ".join(f"select '{name}' as code_list, * from ({_spellings(name)})" for name in lists)
        connection.execute(f"create temp table spelled as {spelled}")
        connection.execute(
            f"""
            create temp table lines as
            select scheme, party, bucket, party as sub_bucket, schemes.valid_from,
                coalesce(schemes.valid_to, date '9999-12-31') as valid_to
            from read_csv('{SEEDS}/schemes.csv') as schemes
            join read_csv('{SEEDS}/party_schemes.csv') as lines on schemes.valid_from
                between lines.valid_from and coalesce(lines.valid_to, date '9999-12-31')
            """
        )
        for kind in KINDS:
            _receive(connection, sheets, kind, out)
            connection.execute(_fact(kind, out))
        for made in OF_FACTS:
            connection.execute(made)
        return _count(connection)


def _database(out: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(out / "bare.duckdb", config={"preserve_insertion_order": False})


def _receive(connection: duckdb.DuckDBPyConnection, sheets: Path, kind: str, out: Path) -> None:
    connection.execute(
        f"copy (select *, substr(documented_on, 1, 7) as received_month "
        f"from read_csv('{sheets / kind}__synthetic.csv', all_varchar = true)) "
        f"to '{out / kind}' (format parquet, compression zstd, compression_level 1, partition_by (received_month))"
    )


def _fact(kind: str, out: Path) -> str:
    """What a fact has of a kind's columns, typed and coded, with the line its party is printed in."""
    kept = ((name, meta) for name, meta in contract()[kind].items() if not meta.get("restricted"))
    columns = {name: meta for name, meta in kept if name not in LEFT_OUT}
    groups = (
        f"left join (select scheme, mechanism, cause_group from read_csv('{SEEDS}/schemes.csv') as schemes join "
        f"read_csv('{SEEDS}/cause_groups.csv') as of_version on schemes.cause_groups = of_version.headline) "
        "as cause_groups using (scheme, mechanism)"
    )
    return f"""
        create table {kind} as
        with codes as (
            select {", ".join(sorted({_map(meta) for meta in columns.values() if _list(meta)}))}
            from (select distinct code_list, spelling, code from spelled)
        ),
        typed as (
            select {", ".join(_typed(name, meta) for name, meta in columns.items())},
                file_row_number as row_key, received.status as received_status
            from read_parquet('{out / kind}/*/*.parquet', file_row_number = true) as received
            cross join codes
        )
        select typed.* exclude (received_status), date_trunc('month', documented_on) as month, scheme, bucket,
            sub_bucket {BEYOND[kind]}
        from typed
        left join lines on typed.party = lines.party and documented_on between valid_from and valid_to
        {groups if kind == "deaths" else ""}
    """


def _typed(name: str, meta: dict[str, str]) -> str:
    if _list(meta):
        return f"codes.{_list(meta)}[lower(trim(received.{name}))] as {name}"
    types = {"date": "date", "integer": "integer", "age": "integer"}
    return f"try_cast(received.{name} as {types.get(meta['type'], 'varchar')}) as {name}"


def _map(meta: dict[str, str]) -> str:
    return f"map_from_entries(list((spelling, code)) filter (where code_list = '{_list(meta)}')) as {_list(meta)}"


def _list(meta: dict[str, str]) -> str | None:
    return meta["code_list"] if meta["type"] == "code" else None


def _spellings(code_list: str) -> str:
    """The codes of a list, each with every spelling of it."""
    path = SEEDS / f"{code_list}.csv"
    if not path.exists():
        path, code, where = SEEDS / "codes.csv", "code", f"where code_list = '{code_list}'"
    else:
        code, where = path.open(encoding="utf-8").readline().split(",")[0], ""
    names = f"unnest([lower({code}), lower(name_en), name_ar])"
    return f"select distinct {code} as code, {names} as spelling from read_csv('{path}') {where}"


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    connection.execute(
        """
        create table figures as
        select month, party, killed_governorate, category,
            count(*) as deaths, count(*) filter (where is_torture_death) as torture
        from deaths where is_counted
        group by grouping sets ((month), (month, category), (month, party), (month, party, category),
            (month, killed_governorate), (month, killed_governorate, category), (month, party, killed_governorate))
        """
    )
    return connection.execute("select count(*) from deaths where is_counted").fetchone()[0]


if __name__ == "__main__":
    print(globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3])))

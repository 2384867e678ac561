"""The bare script that `make bench` measures a backfill against: the same sheets, without Casebook.

It reads a CSV of deaths as text, stores it as Parquet by month, casts and codes the cells, and counts: tallies by
month, party, governorate and category, and massacres. No checks, no problems told, no revisions, no history.
"""

import sys
from pathlib import Path

import duckdb

from orchestration.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"


def run(sheet: Path, out: Path) -> int:
    """Count the deaths of one CSV.

    Args:
        sheet: The sheet of deaths, in Casebook's own columns.
        out: A folder to write to.

    Returns:
        How many deaths were counted.
    """
    with duckdb.connect(out / "bare.duckdb") as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            f"copy (select *, substr(documented_on, 1, 7) as month from read_csv('{sheet}', all_varchar = true)) "
            f"to '{out / 'received'}' (format parquet, compression zstd, compression_level 1, partition_by (month))"
        )
        connection.execute(
            f"""
            create table deaths as
            select
                case_id, incident_id, try_cast(documented_on as date) as documented_on,
                date_trunc('month', try_cast(documented_on as date)) as month,
                try_cast(death_date as date) as death_date, try_cast(age as integer) as age,
                parties.code as party, governorates.code as governorate, mechanism, archive, torture,
                case
                    when age_class = 'child' or try_cast(age as integer) < 18 then 'children'
                    when sex = 'f' then 'women' when sex = 'm' then 'men' else 'unknown'
                end as category,
                civilian_status = 'civilian' and coalesce(exclusion_reason, '') = '' as is_counted
            from read_parquet('{out / "received"}/*/*.parquet', hive_partitioning = true) as received
            left join {_spellings("parties", "party")} as parties on lower(trim(received.party)) = parties.spelling
            left join {_spellings("governorates", "governorate")} as governorates
                on lower(trim(received.killed_governorate)) = governorates.spelling
            """
        )
        connection.execute(
            """
            create table figures as
            select month, party, governorate, category,
                count(*) as deaths, count(*) filter (where torture = 'yes') as torture
            from deaths where is_counted
            group by grouping sets ((month), (month, category), (month, party), (month, party, category),
                (month, governorate), (month, governorate, category), (month, party, governorate))
            """
        )
        connection.execute(
            "create table massacres as select incident_id, min(month) as month, count(*) as deaths from deaths "
            "where incident_id is not null group by incident_id having count(*) >= 5"
        )
        return connection.execute("select count(*) from deaths where is_counted").fetchone()[0]


def _spellings(seed: str, code: str) -> str:
    names = f"lower({code}), lower(name_en), name_ar"
    return f"(select distinct {code} as code, unnest([{names}]) as spelling from read_csv('{SEEDS / seed}.csv'))"


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), Path(sys.argv[2])))

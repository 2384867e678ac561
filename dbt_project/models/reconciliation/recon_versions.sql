with released_cells as (
    select * from {{ source("received", "released_cells") }}
),

recon_monthly_cells as (
    select * from {{ ref("recon_monthly_cells") }}
),

released_records as (
    select * from {{ source("received", "released_records") }}
),

recon_records as (
    select * from {{ ref("recon_records") }}
),

run as (
    select max(released_on) as released_on from {{ source("received", "run") }}
),

-- the monthly totals as the last release has them, and as they are now
totals as (
    select measure, month, sum(was) as was, sum(became) as became
    from (
        select measure, month, value as was, 0 as became
        from released_cells
        where basis = 'documented' and not is_part and category = 'total' and trim(coordinates, '|') = ''
        union all
        select measure, month, 0 as was, value as became
        from recon_monthly_cells
        where basis = 'documented' and not is_part and category = 'total' and trim(coordinates, '|') = ''
    )
    group by measure, month
),

-- the records that differ from those of the last release; one that stands on the same row has no reason to
records as (
    select
        coalesce(released.measure, became.measure) as measure,
        coalesce(released.record_id, became.record_id) as record_id,
        released.month as month_before,
        became.month,
        released.value as value_before,
        became.value,
        coalesce(released.stands_on != became.stands_on, true) as is_explained
    from released_records as released
    full join recon_records as became on {{ same("released", "became", ["measure", "record_id"]) }}
    where
        released.stands_on is distinct from became.stands_on
        or released.month is distinct from became.month
        or released.value is distinct from became.value
),

changes as (
    select
        measure,
        month,
        coalesce(sum(value) filter (where is_explained), 0) as added,
        coalesce(sum(value_before) filter (where is_explained), 0) as removed,
        list(distinct record_id order by record_id) filter (where not is_explained) as record_ids
    from (
        select measure, record_id, month, value, 0 as value_before, is_explained from records
        where month is not null
        union all
        select measure, record_id, month_before as month, 0 as value, value_before, is_explained from records
        where month_before is not null
    )
    group by measure, month
),

explained as (
    select
        totals.*,
        coalesce(changes.added, 0) as added,
        coalesce(changes.removed, 0) as removed,
        changes.record_ids[:20] as record_ids
    from totals
    left join changes on {{ same("totals", "changes", ["measure", "month"]) }}
),

years_to_date as (
    select
        measure,
        month,
        cast(date_trunc('year', month) as date) as year_start,
        sum(was - became) over so_far as fallen,
        sum(removed) over so_far as removed
    from explained
    window so_far as (partition by measure, date_trunc('year', month) order by month)
)

-- I62.versions: beside the last release a year to date falls by no more than later words took out
select
    {{ residual(
        "'I62.versions'", "'year_to_date'", "years_to_date.year_start", "last_day(years_to_date.month)",
        "years_to_date.measure || ': fallen since the last release'", "years_to_date.measure", "'total'",
        "years_to_date.removed", "greatest(years_to_date.fallen, 0)", judged="run.released_on is not null",
        reason="case when run.released_on is null then 'everything was built anew' end",
    ) }},
    cast(null as varchar[]) as record_ids
from years_to_date
cross join run

union all

-- I69: a total is that of the last release, with what came since and without what was taken out
select
    {{ monthly_residual(
        "I69", "explained.month", "explained.measure || ': the last release, and what rows changed since'", "explained.measure", "'total'",
        "explained.was + explained.added - explained.removed", "explained.became", judged="run.released_on is not null",
        reason="case when run.released_on is null then 'everything was built anew' end",
    ) }},
    explained.record_ids
from explained
cross join run

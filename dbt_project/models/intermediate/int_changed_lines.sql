-- the printed lines that are not made of the same parties in all schemes of a period: what no figure of the period can add
with int_periods as (
    select * from {{ ref("int_periods") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

-- the calendar year of each period too, which its figures are compared within
periods as (
    select period_start, period_end from int_periods
    union
    select year_start as period_start, cast(year_start + interval 12 month - interval 1 day as date) as period_end from int_periods
),

-- a party that left one line for another changed both
changes as (
    select distinct unnest([earlier.bucket, later.bucket]) as bucket, earlier.valid_to as last_day_before, later.valid_from as first_day_after
    from stg_scheme_parties as earlier
    inner join stg_scheme_parties as later
        on earlier.party = later.party and earlier.valid_to < later.valid_from and earlier.bucket != later.bucket
)

select distinct
    periods.period_start,
    periods.period_end,
    changes.bucket
from periods
inner join changes
    on periods.period_start <= changes.last_day_before and periods.period_end >= changes.first_day_after

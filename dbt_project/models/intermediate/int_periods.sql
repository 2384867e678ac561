-- the periods a measure can be told for: each known month, the year up to it, and the halves and years that have ended;
-- and how many of its months are known
with int_monthly_figures as (
    select * from {{ ref("int_monthly_figures") }}
),

months as (
    select distinct measure, basis, month, cast(date_trunc('year', month) as date) as year_start
    from int_monthly_figures
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

periods as (
    select measure, basis, year_start, cast('month' as code) as period_kind, month as period_start, last_day(month) as period_end
    from months

    union all

    select measure, basis, year_start, cast('year_to_date' as code) as period_kind, year_start as period_start, last_day(month) as period_end
    from months

    union all

    select distinct
        measure,
        basis,
        year_start,
        cast('half_year' as code) as period_kind,
        cast(year_start + case when month(month) > 6 then interval 6 month else interval 0 month end as date) as period_start,
        cast(year_start + case when month(month) > 6 then interval 12 month else interval 6 month end - interval 1 day as date) as period_end
    from months
    cross join run
    where year_start + case when month(month) > 6 then interval 12 month else interval 6 month end <= run.business_date

    union all

    select distinct
        measure,
        basis,
        year_start,
        cast('year' as code) as period_kind,
        year_start as period_start,
        cast(year_start + interval 12 month - interval 1 day as date) as period_end
    from months
    cross join run
    where year_start + interval 12 month <= run.business_date
)

select
    periods.measure,
    periods.basis,
    periods.year_start,
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    count(*) as months_present,
    max(months.month) as last_month,
    -- documentation began in March 2011: nobody has sheets of a month before
    date_diff('month', greatest(periods.period_start, date '2011-03-01'), periods.period_end) + 1 as months_expected
from periods
inner join months
    on periods.measure = months.measure
    and periods.basis = months.basis
    and months.month between periods.period_start and periods.period_end
group by
    periods.measure, periods.basis, periods.year_start, periods.period_kind, periods.period_start, periods.period_end

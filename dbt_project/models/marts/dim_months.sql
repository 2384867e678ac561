-- I70: how far the figures of a month are settled, by the day of the run and by what was published of them before
with int_editions as not materialized (
    select * from {{ ref("int_editions") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

received_editions as (
    select * from {{ source("received", "received_editions") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

months as (
    select
        editions.month,
        run.business_date,
        last_day(editions.month) + max(schemes.final_after_days) as final_on
    from (select distinct month from int_editions) as editions
    inner join schemes
        on editions.month between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
    cross join run
    group by editions.month, run.business_date
),

-- what was published of each month, this run last; whether the figures were others before
editions as (
    select
        month,
        run_id,
        business_date,
        mark != lag(mark) over (partition by month, measure, breakdown order by noted_at, business_date) as has_changed
    from (
        select month, measure, breakdown, mark, run_id, business_date, noted_at
        from received_editions
        union all
        select
            editions.month, editions.measure, editions.breakdown, editions.mark, 'this run' as run_id, run.business_date,
            timestamp 'infinity' as noted_at
        from int_editions as editions
        cross join run
    )
),

published as (
    select
        months.month,
        months.final_on,
        months.business_date,
        min(editions.business_date) as first_published_on,
        max(editions.business_date) filter (where editions.has_changed and editions.business_date >= months.final_on) as revised_on,
        count(distinct editions.run_id) filter (where editions.has_changed and editions.business_date >= months.final_on) as revisions
    from months
    inner join editions on months.month = editions.month
    group by months.month, months.final_on, months.business_date
)

select
    month,
    case when revisions > 0 then 'revised' when business_date >= final_on then 'final' else 'provisional' end as standing,
    final_on,
    first_published_on,
    revised_on,
    revisions
from published

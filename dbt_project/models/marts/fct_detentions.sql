{{ config(materialized="incremental", incremental_strategy="months", month_column="month", months_from="int_months", on_schema_change="fail") }}

with int_months as (
    select * from {{ ref("int_months") }}
),

months as (
    select * from int_months
),

detentions as (
    select
        *,
        cast(case when status = 'merged' then 'duplicate' end as code) as exclusion_reason
    from {{ current_records("detentions", "detention_id") }} as records
    where month in (select months.month from months)
)

select
    month,
    detention_id,
    incident_id,
    case_id,
    documented_on,
    detained_on,
    detained_on_precision,
    -- a row that gives no number speaks of one person
    coalesce(persons, 1) as persons,
    coalesce(persons_hedge, cast('exact' as code)) as persons_hedge,
    children,
    women,
    governorate,
    outcome,
    coalesce(released, case when outcome = 'released' then coalesce(persons, 1) else 0 end) as released,
    released_on,
    -- where no day is written, the release counts with the detention
    cast(date_trunc('month', coalesce(released_on, month)) as date) as released_month,
    scheme,
    party,
    candidates,
    bucket,
    sub_bucket,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from detentions

{{ config(materialized="incremental", incremental_strategy="months", month_column="month", months_from="int_months", on_schema_change="fail") }}

with int_months as (
    select * from {{ ref("int_months") }}
),

fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

months as (
    select * from int_months
),

deaths as (
    select * from fct_deaths
),

acts as (
    select
        *,
        cast(case when status = 'merged' then 'duplicate' end as code) as exclusion_reason
    from {{ current_records("torture", "event_id") }} as records
    where month in (select months.month from months)
)

select
    month,
    cast('death_due_to_torture' as code) as torture_kind,
    case_id as torture_id,
    incident_id,
    detention_id,
    case_id,
    documented_on,
    death_date as occurred_from,
    death_date as occurred_to,
    1 as victims,
    cast('exact' as code) as victims_hedge,
    case when category = 'children' then 1 else 0 end as children,
    case when category = 'women' then 1 else 0 end as women,
    governorate,
    scheme,
    party,
    candidates,
    bucket,
    sub_bucket,
    exclusion_reason,
    is_counted,
    row_key
from deaths
where is_torture_death and month in (select months.month from months)

union all

select
    month,
    cast('torture_event' as code) as torture_kind,
    event_id as torture_id,
    incident_id,
    detention_id,
    case_id,
    documented_on,
    occurred_from,
    coalesce(occurred_to, occurred_from) as occurred_to,
    coalesce(victims, 1) as victims,
    coalesce(victims_hedge, cast('exact' as code)) as victims_hedge,
    children,
    women,
    governorate,
    scheme,
    party,
    candidates,
    bucket,
    sub_bucket,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from acts

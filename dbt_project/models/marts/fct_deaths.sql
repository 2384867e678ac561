{{ config(materialized="incremental", incremental_strategy="months", month_column="month", months_from="int_months", on_schema_change="fail") }}

with int_months as (
    select * from {{ ref("int_months") }}
),

int_deaths as (
    select * from {{ ref("int_deaths") }}
),

months as (
    select * from int_months
),

deaths as (
    select * from int_deaths
)

select
    month,
    case_id,
    incident_id,
    detention_id,
    documented_on,
    death_date,
    death_date_precision,
    occurred_month,
    injured_on,
    archive,
    sex,
    age,
    age_class,
    category,
    age_group,
    civilian_status,
    governorate,
    pcode,
    country,
    origin_governorate,
    scheme,
    party,
    bucket,
    sub_bucket,
    candidates,
    attribution_status,
    post_fall_channel,
    mechanism,
    cause_group,
    is_torture_death,
    roles,
    verification,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from deaths
where month in (select months.month from months)

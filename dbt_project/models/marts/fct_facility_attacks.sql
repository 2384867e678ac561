{{ config(materialized="incremental", incremental_strategy="months", month_column="month", months_from="int_months", on_schema_change="fail") }}

with int_months as (
    select * from {{ ref("int_months") }}
),

months as (
    select * from int_months
),

facility_types as (
    select * from {{ ref("facility_types") }}
),

attacks as (
    select
        records.*,
        cast(case
            when records.status = 'merged' then 'duplicate'
            when not facility_types.is_vital then 'out_of_mandate'
        end as code) as exclusion_reason
    from {{ current_records("facility_attacks") }} as records
    left join facility_types on records.facility_type = facility_types.facility_type
    where records.month in (select months.month from months)
)

select
    month,
    attack_id,
    incident_id,
    documented_on,
    attacked_on,
    facility_type,
    governorate,
    pcode,
    mechanism,
    damage,
    scheme,
    party,
    bucket,
    sub_bucket,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from attacks

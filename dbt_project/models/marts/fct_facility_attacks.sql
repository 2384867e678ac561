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

written as (
    select
        records.*,
        cast(case
            when records.status = 'merged' then 'duplicate'
            when not facility_types.is_vital then 'out_of_mandate'
        end as code) as own_reason
    from {{ current_records("facility_attacks", "attack_id") }} as records
    left join facility_types on records.facility_type = facility_types.facility_type
    where records.month in (select months.month from months)
),

-- an attack that stands twice in a month counts once, by the row documented first; across months a rule tells (I46)
attacks as (
    select
        *,
        coalesce(own_reason, cast(case
            when
                facility_key is not null and attacked_on is not null
                and row_number() over (
                    partition by month, own_reason is null, {{ of_one_attack("written") }}
                    order by documented_on, attack_id
                ) > 1
                then 'duplicate'
        end as code)) as exclusion_reason
    from written
)

select
    month,
    attack_id,
    incident_id,
    documented_on,
    attacked_on,
    attacked_on_precision,
    facility_type,
    governorate,
    pcode,
    mechanism,
    damage,
    scheme,
    party,
    candidates,
    bucket,
    sub_bucket,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from attacks

{{ config(materialized="incremental", incremental_strategy="months", month_column="month", on_schema_change="fail") }}

select
    records.month,
    written.attack_id,
    written.incident_id,
    written.documented_on,
    written.attacked_on,
    written.facility_type,
    written.governorate,
    written.pcode,
    written.mechanism,
    written.damage,
    scheme_parties.scheme,
    written.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    cast(case when written.status = 'merged' then 'duplicate' when not facility_types.is_vital then 'out_of_mandate' end as code) as exclusion_reason,
    case when written.status = 'merged' then 'duplicate' when not facility_types.is_vital then 'out_of_mandate' end is null as is_counted,
    written.row_key
from {{ current_records("facility_attacks") }}
left join {{ ref("facility_types") }} as facility_types on written.facility_type = facility_types.facility_type
where records.month in (select int_months.month from {{ ref("int_months") }} as int_months)

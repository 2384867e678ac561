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
    case when written.status = 'merged' then 'duplicate' when not facility_types.is_vital then 'out_of_mandate' end as exclusion_reason,
    case when written.status = 'merged' then 'duplicate' when not facility_types.is_vital then 'out_of_mandate' end is null as is_counted,
    written.row_key
from {{ ref("stg_facility_attacks") }} as written
inner join {{ ref("int_records") }} as records
    on written.row_key = records.row_key and records.kind = 'facility_attacks' and records.state = 'current'
inner join {{ ref("stg_scheme_parties") }} as scheme_parties
    on written.party = scheme_parties.party
    and records.month between scheme_parties.valid_from and scheme_parties.valid_to
left join {{ ref("facility_types") }} as facility_types on written.facility_type = facility_types.facility_type
where records.month in (select int_months.month from {{ ref("int_months") }} as int_months)

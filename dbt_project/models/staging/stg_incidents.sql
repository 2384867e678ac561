{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", on_schema_change="fail") }}

{%- set rules = record_rules("incident_id") + pcode_rules("pcode", "governorate") + party_rules() %}

with {{ received_and_coded("incidents") }},

checked as (
    select
        coded.* replace (case when coded.written_party is null then 'unidentified' else coded.party end as party),
        coalesce(coded.date_from, coded.documented_on) as incident_date,
        parties.valid_from as party_valid_from,
        parties.valid_to as party_valid_to,
        areas.governorate as pcode_governorate
    from coded
    left join {{ ref("parties") }} as parties on coded.party = parties.party
    left join {{ ref("stg_areas") }} as areas on coded.pcode = areas.pcode
)

select
    {{ staged_columns("incidents") }},
    {{ problems("incidents", rules) }} as problems
from checked

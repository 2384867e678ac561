{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", on_schema_change="fail") }}

{%- set rules = record_rules("detention_id") + party_rules() %}

with {{ received_and_coded("detentions") }},

checked as (
    select
        coded.* replace (case when coded.written_party is null then 'unidentified' else coded.party end as party),
        coalesce(coded.detained_on, coded.documented_on) as incident_date,
        parties.valid_from as party_valid_from,
        parties.valid_to as party_valid_to
    from coded
    left join {{ ref("parties") }} as parties on coded.party = parties.party
)

select
    {{ staged_columns("detentions") }},
    {{ problems("detentions", rules) }} as problems
from checked

-- who was under whose command, and when: units of a party for as long as there are any, others for a stretch of days
with party_affiliations as (
    select * from {{ ref("party_affiliations") }}
),

parties as (
    select * from {{ ref("stg_parties") }}
),

affiliations as (
    select party, under, valid_from, valid_to from party_affiliations
    union all
    select party, parent_party as under, valid_from, valid_to from parties
    where parent_party is not null
)

select
    affiliations.party,
    parties.name_en as party_name,
    parties.name_ar as party_name_ar,
    affiliations.under,
    commands.name_en as under_name,
    commands.name_ar as under_name_ar,
    affiliations.valid_from,
    affiliations.valid_to
from affiliations
inner join parties on affiliations.party = parties.party
inner join parties as commands on affiliations.under = commands.party

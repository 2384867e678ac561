with int_incident_dead as (
    select * from {{ ref("int_incident_dead") }}
),

stg_scheme_parties as not materialized (
    select * from {{ ref("stg_scheme_parties") }}
),

int_unlisted_incidents as (
    select * from {{ ref("int_unlisted_incidents") }}
),

fct_incidents as (
    select * from {{ ref("fct_incidents") }}
),

released_massacres as (
    select * from {{ source("received", "released_massacres") }}
),

-- a number that two offices give is no incident (I40.scattered)
dead as (
    select * from int_incident_dead
    where incident_id not in (select unlisted.incident_id from int_unlisted_incidents as unlisted where unlisted.is_scattered)
),

-- the dead of each incident in the order in which they were documented
ordered as (
    select
        dead.*,
        scheme_parties.party_root,
        scheme_parties.massacre_threshold,
        row_number() over (partition by dead.incident_id order by dead.first_documented_on, dead.case_id) as position
    from dead
    inner join stg_scheme_parties as scheme_parties on dead.scheme = scheme_parties.scheme and dead.party = scheme_parties.party
),

-- the case that made it a massacre gives it its month
reached as (
    select
        incident_id,
        cast(date_trunc('month', min(first_documented_on)) as date) as first_month,
        cast(date_trunc('month', min(first_documented_on) filter (where position >= massacre_threshold)) as date) as month
    from ordered
    group by incident_id
    having bool_or(position >= massacre_threshold)
),

-- one that readers have keeps the month it has there; unless nobody of it was documented by then after all
months as (
    select reached.incident_id, case when released.month >= reached.first_month then released.month else reached.month end as month
    from reached
    left join released_massacres as released on reached.incident_id = released.incident_id
),

-- the parties most of its dead are laid to; units of a party count as the party, and where there are several it is the party
most as (
    select
        incident_id,
        case when count(distinct party) = 1 then min(party) else party_root end as party
    from ordered
    group by incident_id, party_root
    qualify rank() over (partition by incident_id order by count(*) desc) = 1
),

-- between parties with as many dead evidence has not decided: the massacre is pending, and keeps them as its candidates
parties as (
    select
        incident_id,
        case when count(*) = 1 then min(party) else cast('pending_two_party' as code) end as party,
        case when count(*) > 1 then string_agg(cast(party as varchar), ';' order by cast(party as varchar)) end as candidates
    from most
    group by incident_id
),

massacres as (
    select
        months.month,
        months.incident_id,
        min(ordered.death_date) as occurred_on,
        -- of several it is none in particular
        case when count(distinct ordered.governorate) = 1 then min(ordered.governorate) end as governorate_of_dead,
        count(*) as deaths,
        count(*) filter (where ordered.archive != 'anonymous') as named,
        count(*) filter (where ordered.archive = 'anonymous') as anonymous,
        count(*) filter (where ordered.category = 'children') as children,
        count(*) filter (where ordered.category = 'women') as women,
        count(*) filter (where ordered.category = 'men') as men,
        count(*) filter (where ordered.category = 'unknown') as unknown,
        count(*) filter (where ordered.month != months.month) as documented_in_other_months
    from months
    inner join ordered on months.incident_id = ordered.incident_id
    group by months.month, months.incident_id
)

select
    massacres.month,
    massacres.incident_id,
    massacres.occurred_on,
    scheme_parties.scheme,
    scheme_parties.massacre_threshold,
    parties.party,
    parties.candidates,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    coalesce(incidents.governorate, massacres.governorate_of_dead) as governorate,
    massacres.deaths,
    massacres.named,
    massacres.anonymous,
    massacres.children,
    massacres.women,
    massacres.men,
    massacres.unknown,
    massacres.documented_in_other_months
from massacres
inner join parties on massacres.incident_id = parties.incident_id
inner join stg_scheme_parties as scheme_parties
    on parties.party = scheme_parties.party
    and massacres.month between scheme_parties.valid_from and scheme_parties.valid_to
left join fct_incidents as incidents on massacres.incident_id = incidents.incident_id

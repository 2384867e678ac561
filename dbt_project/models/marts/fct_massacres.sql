with int_incident_dead as (
    select * from {{ ref("int_incident_dead") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

int_untold_incidents as (
    select * from {{ ref("int_untold_incidents") }}
),

-- a number that two offices give is no incident (I40.scattered)
dead as (
    select * from int_incident_dead
    where incident_id not in (select untold.incident_id from int_untold_incidents as untold where untold.is_scattered)
),

schemes as (
    select * from {{ ref("schemes") }}
),

scheme_parties as (
    select * from stg_scheme_parties
),

-- the dead of each incident in the order in which they were documented
ordered as (
    select
        dead.*,
        schemes.massacre_threshold,
        row_number() over (partition by dead.incident_id order by dead.documented_on, dead.case_id) as position
    from dead
    inner join schemes on dead.scheme = schemes.scheme
),

-- the case that made it a massacre gives it its month, its scheme and its threshold
threshold_cases as (
    select * from ordered
    where position >= massacre_threshold
    qualify row_number() over (partition by incident_id order by position) = 1
),

-- of as many dead of two parties, or in two governorates, the one documented first decides
parties as (
    select incident_id, party
    from ordered
    group by incident_id, party
    qualify row_number() over (partition by incident_id order by count(*) desc, min(position)) = 1
),

governorates as (
    select incident_id, governorate
    from ordered
    where governorate is not null
    group by incident_id, governorate
    qualify row_number() over (partition by incident_id order by count(*) desc, min(position)) = 1
)

select
    threshold_cases.month,
    threshold_cases.incident_id,
    min(ordered.death_date) as occurred_on,
    threshold_cases.scheme,
    threshold_cases.massacre_threshold,
    parties.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    governorates.governorate,
    count(*) as deaths,
    count(*) filter (where ordered.archive != 'anonymous') as named,
    count(*) filter (where ordered.archive = 'anonymous') as anonymous,
    count(*) filter (where ordered.category = 'children') as children,
    count(*) filter (where ordered.category = 'women') as women,
    count(*) filter (where ordered.category = 'men') as men,
    count(*) filter (where ordered.category = 'unknown') as unknown,
    count(*) filter (where ordered.month != threshold_cases.month) as documented_in_other_months
from threshold_cases
inner join ordered on threshold_cases.incident_id = ordered.incident_id
inner join parties on threshold_cases.incident_id = parties.incident_id
inner join scheme_parties on threshold_cases.scheme = scheme_parties.scheme and parties.party = scheme_parties.party
left join governorates on threshold_cases.incident_id = governorates.incident_id
group by
    threshold_cases.month, threshold_cases.incident_id, threshold_cases.scheme, threshold_cases.massacre_threshold,
    parties.party, scheme_parties.bucket, scheme_parties.sub_bucket, governorates.governorate

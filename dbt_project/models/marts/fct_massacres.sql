-- civilians of one incident, named and anonymous, in the order in which they were documented
with dead as (
    select
        deaths.*,
        schemes.massacre_threshold,
        row_number() over (partition by deaths.incident_id order by deaths.documented_on, deaths.case_id) as position
    from {{ ref("fct_deaths") }} as deaths
    inner join {{ ref("schemes") }} as schemes on deaths.scheme = schemes.scheme
    where
        deaths.incident_id is not null
        and (deaths.is_counted or deaths.exclusion_reason = 'anonymous_archive')
),

-- the case that made it a massacre gives it its month and its threshold
fifth as (
    select * from dead
    where position = massacre_threshold
),

parties as (
    select incident_id, party, bucket, sub_bucket
    from dead
    group by incident_id, party, bucket, sub_bucket
    qualify row_number() over (partition by incident_id order by count(*) desc, party) = 1
)

select
    fifth.month,
    fifth.incident_id,
    min(dead.death_date) as occurred_on,
    fifth.scheme,
    fifth.massacre_threshold,
    parties.party,
    parties.bucket,
    parties.sub_bucket,
    max(dead.governorate) as governorate,
    count(*) as deaths,
    count(*) filter (where dead.archive != 'anonymous') as named,
    count(*) filter (where dead.archive = 'anonymous') as anonymous,
    count(*) filter (where dead.category = 'children') as children,
    count(*) filter (where dead.category = 'women') as women,
    count(*) filter (where dead.category = 'men') as men,
    count(*) filter (where dead.category = 'unknown') as unknown,
    count(*) filter (where dead.month != fifth.month) as documented_in_other_months
from fifth
inner join dead on fifth.incident_id = dead.incident_id
inner join parties on fifth.incident_id = parties.incident_id
group by
    fifth.month, fifth.incident_id, fifth.scheme, fifth.massacre_threshold,
    parties.party, parties.bucket, parties.sub_bucket

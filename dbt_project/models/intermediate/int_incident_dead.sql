{{ config(materialized="view") }}

-- who counts towards a massacre: the civilians killed in an incident, named and anonymous. The one home of this condition
with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

stg_deaths as (
    select * from {{ ref("stg_deaths") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

-- when a victim who may be identified since was documented without a name, under this number or one that was merged into it
nameless as (
    select coalesce(written.merged_into, written.case_id) as case_id, min(written.documented_on) as documented_on
    from stg_deaths as written
    inner join int_records as records
        on written.row_key = records.row_key and records.kind = 'deaths' and records.state in ('current', 'superseded')
    where written.archive = 'anonymous'
    group by all
)

select
    deaths.month,
    deaths.incident_id,
    deaths.case_id,
    least(deaths.documented_on, nameless.documented_on) as first_documented_on,
    deaths.death_date,
    deaths.archive,
    deaths.category,
    deaths.governorate,
    deaths.scheme,
    deaths.party,
    deaths.attribution_status,
    deaths.is_counted
from fct_deaths as deaths
left join nameless on deaths.case_id = nameless.case_id
where deaths.incident_id is not null and (deaths.is_counted or deaths.exclusion_reason = 'anonymous_archive')

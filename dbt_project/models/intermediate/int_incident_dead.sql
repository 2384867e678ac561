{{ config(materialized="view") }}

-- who counts towards a massacre: the civilians killed in an incident, named and anonymous. The one home of this condition
with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

deaths as (
    select * from fct_deaths
)

select
    month,
    incident_id,
    case_id,
    documented_on,
    death_date,
    archive,
    category,
    governorate,
    scheme,
    party,
    attribution_status,
    is_counted
from deaths
where incident_id is not null and (is_counted or exclusion_reason = 'anonymous_archive')

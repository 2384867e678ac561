{{ config(materialized="view") }}

-- who counts towards a massacre: the civilians killed in an incident, named and anonymous. The one home of this condition
with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

int_untold_incidents as (
    select * from {{ ref("int_untold_incidents") }}
),

scattered as (
    select incident_id from int_untold_incidents
    where is_scattered
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
-- a number that two offices give is no incident (I40.scattered)
anti join scattered using (incident_id)
where incident_id is not null and (is_counted or exclusion_reason = 'anonymous_archive')

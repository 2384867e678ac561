-- made anew as a whole: what is linked to an incident may have been documented in any month
with int_incident_dead as (
    select * from {{ ref("int_incident_dead") }}
),

dead as (
    select * from int_incident_dead
),

cases as (
    select
        incident_id,
        count(*) as cases,
        count(distinct party) as parties,
        -- of one party this is the party; of several it is none in particular
        min(party) as party,
        count(*) filter (where attribution_status = 'disputed') as disputed
    from dead
    group by incident_id
),

incidents as (
    select
        *,
        cast(case when status = 'merged' then 'duplicate' end as code) as exclusion_reason
    from {{ current_records("incidents", "incident_id") }} as records
)

select
    incidents.month,
    incidents.incident_id,
    incidents.documented_on,
    incidents.date_from,
    coalesce(incidents.date_to, incidents.date_from) as date_to,
    incidents.kind as incident_kind,
    incidents.governorate,
    incidents.pcode,
    incidents.control,
    incidents.mechanism,
    incidents.killed_min,
    incidents.killed_best,
    incidents.killed_max,
    incidents.injured_min,
    incidents.injured_max,
    incidents.military_presence,
    incidents.warning_given,
    incidents.under_investigation,
    coalesce(cases.cases, 0) as cases,
    -- contested: the incident's cases name another party, or a case is disputed
    coalesce(cases.disputed > 0 or cases.parties > 1 or cases.party != incidents.party, false) as is_attribution_contested,
    incidents.scheme,
    incidents.party,
    incidents.candidates,
    incidents.bucket,
    incidents.sub_bucket,
    incidents.exclusion_reason,
    incidents.exclusion_reason is null as is_counted,
    incidents.row_key
from incidents
left join cases on incidents.incident_id = cases.incident_id

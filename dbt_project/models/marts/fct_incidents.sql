-- made anew as a whole: what is linked to an incident may have been documented in any month
select
    records.month,
    written.incident_id,
    written.documented_on,
    written.date_from,
    coalesce(written.date_to, written.date_from) as date_to,
    written.kind as incident_kind,
    written.governorate,
    written.pcode,
    written.control,
    written.mechanism,
    written.killed_min,
    written.killed_best,
    written.killed_max,
    written.injured_min,
    written.injured_max,
    written.military_presence,
    written.warning_given,
    written.under_investigation,
    coalesce(cases.cases, 0) as cases,
    -- contested: the incident's cases name another party, or a case is disputed
    coalesce(cases.disputed > 0 or cases.parties > 1 or cases.party != written.party, false) as is_attribution_contested,
    scheme_parties.scheme,
    written.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    cast(case when written.status = 'merged' then 'duplicate' end as code) as exclusion_reason,
    case when written.status = 'merged' then 'duplicate' end is null as is_counted,
    written.row_key
from {{ current_records("incidents") }}
left join (
    select
        incident_id,
        count(*) as cases,
        count(distinct party) as parties,
        min(party) as party,
        sum(case when attribution_status = 'disputed' then 1 else 0 end) as disputed
    from {{ ref("fct_deaths") }}
    where incident_id is not null and (is_counted or exclusion_reason = 'anonymous_archive')
    group by incident_id
) as cases on written.incident_id = cases.incident_id

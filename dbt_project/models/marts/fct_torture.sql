{{ config(materialized="incremental", incremental_strategy="months", month_column="month", on_schema_change="fail") }}

select
    month,
    cast('death_due_to_torture' as code) as torture_kind,
    case_id as torture_id,
    incident_id,
    detention_id,
    case_id,
    documented_on,
    death_date as occurred_from,
    death_date as occurred_to,
    1 as victims,
    cast('exact' as code) as victims_hedge,
    case when category = 'children' then 1 else 0 end as children,
    case when category = 'women' then 1 else 0 end as women,
    governorate,
    scheme,
    party,
    bucket,
    sub_bucket,
    exclusion_reason,
    is_counted,
    row_key
from {{ ref("fct_deaths") }}
where
    is_torture_death
    and month in (select int_months.month from {{ ref("int_months") }} as int_months)

union all

select
    records.month,
    cast('torture_event' as code) as torture_kind,
    written.event_id as torture_id,
    written.incident_id,
    written.detention_id,
    written.case_id,
    written.documented_on,
    written.occurred_from,
    coalesce(written.occurred_to, written.occurred_from) as occurred_to,
    coalesce(written.victims, 1) as victims,
    coalesce(written.victims_hedge, cast('exact' as code)) as victims_hedge,
    written.children,
    written.women,
    written.governorate,
    scheme_parties.scheme,
    written.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    cast(case when written.status = 'merged' then 'duplicate' end as code) as exclusion_reason,
    coalesce(written.status, 'active') != 'merged' as is_counted,
    written.row_key
from {{ current_records("torture") }}
where records.month in (select int_months.month from {{ ref("int_months") }} as int_months)

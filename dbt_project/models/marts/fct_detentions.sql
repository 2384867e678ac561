{{ config(materialized="incremental", incremental_strategy="months", month_column="month", on_schema_change="fail") }}

select
    records.month,
    written.detention_id,
    written.incident_id,
    written.case_id,
    written.documented_on,
    written.detained_on,
    -- a row that gives no number speaks of one person
    coalesce(written.persons, 1) as persons,
    coalesce(written.persons_hedge, cast('exact' as code)) as persons_hedge,
    written.children,
    written.women,
    written.governorate,
    written.outcome,
    coalesce(written.released, case when written.outcome = 'released' then coalesce(written.persons, 1) else 0 end) as released,
    written.released_on,
    scheme_parties.scheme,
    written.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    cast(case when written.status = 'merged' then 'duplicate' end as code) as exclusion_reason,
    case when written.status = 'merged' then 'duplicate' end is null as is_counted,
    written.row_key
from {{ current_records("detentions") }}
where records.month in (select int_months.month from {{ ref("int_months") }} as int_months)

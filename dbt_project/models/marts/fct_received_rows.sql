-- what became of every row received, by month and kind: the conservation every run has to show
with excluded as (
    select 'deaths' as kind, row_key from {{ ref("fct_deaths") }} where not is_counted
    union all
    select 'incidents' as kind, row_key from {{ ref("fct_incidents") }} where not is_counted
    union all
    select 'facility_attacks' as kind, row_key from {{ ref("fct_facility_attacks") }} where not is_counted
    union all
    select 'torture' as kind, row_key from {{ ref("fct_torture") }} where not is_counted and torture_kind = 'torture_event'
    union all
    select 'detentions' as kind, row_key from {{ ref("fct_detentions") }} where not is_counted
)

select
    records.month,
    records.kind,
    count(*) as received,
    sum(case when records.state != 'quarantined' then 1 else 0 end) as accepted,
    sum(case when records.state = 'quarantined' then 1 else 0 end) as quarantined,
    sum(case when records.state = 'current' and excluded.row_key is null then 1 else 0 end) as counted,
    sum(case when records.state = 'current' and excluded.row_key is not null then 1 else 0 end) as excluded,
    sum(case when records.state = 'superseded' then 1 else 0 end) as superseded,
    sum(case when records.state = 'withdrawn' then 1 else 0 end) as withdrawn
from {{ ref("int_records") }} as records
left join excluded on records.kind = excluded.kind and records.row_key = excluded.row_key
group by records.month, records.kind

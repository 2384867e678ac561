{#- the dead of one incident die within so many days: who dies later of their wounds is said by a row of the incident -#}
{%- set days = 3 %}

with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

int_records as not materialized (
    select * from {{ ref("int_records") }}
),

spread as (
    select
        deaths.incident_id,
        min(deaths.month) as month,
        count(*) as dead,
        count(distinct deaths.governorate) as governorates,
        coalesce(date_diff('day', min(deaths.exact_date), max(deaths.exact_date)), 0) as days_apart,
        list(distinct records.sheet_hash order by records.sheet_hash) as sheets
    from (
        -- what is known to the month or year is written as its first day
        select *, case when coalesce(death_date_precision, 'day') = 'day' then death_date end as exact_date from fct_deaths
    ) as deaths
    inner join int_records as records on deaths.row_key = records.row_key and records.kind = 'deaths'
    where
        deaths.incident_id is not null
        and deaths.incident_id not in (select listed.record_id from int_records as listed where listed.kind = 'incidents' and listed.state = 'current')
    group by deaths.incident_id
)

select
    *,
    governorates > 1 or days_apart > {{ days }} as is_scattered
from spread

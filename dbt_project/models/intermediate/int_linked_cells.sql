-- what the records documented in a month bring to figures of any month: deaths by the month they occurred in, the dead of
-- incidents, whose massacre has its month from the one that made it a massacre, and releases by theirs
with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

int_incident_dead as (
    select * from {{ ref("int_incident_dead") }}
),

deaths as (
    select * from fct_deaths
),

incident_dead as (
    select * from int_incident_dead
),

detentions as (
    select * from {{ ref("fct_detentions") }}
)

select
    month,
    cast('deaths' as code) as measure,
    cast('occurred' as code) as basis,
    concat_ws('|', occurred_month, party, coalesce(governorate, 'unknown')) as coordinates,
    category,
    count(*) as value
from deaths
where is_counted and occurred_month is not null
group by all

union all

select
    month,
    cast('massacre_deaths' as code) as measure,
    cast('documented' as code) as basis,
    concat_ws('|', incident_id, party, coalesce(governorate, 'unknown'), archive) as coordinates,
    category,
    count(*) as value
from incident_dead
group by all

union all

select
    month,
    cast('released' as code) as measure,
    cast('documented' as code) as basis,
    concat_ws('|', released_month, party, coalesce(governorate, 'unknown')) as coordinates,
    cast('total' as code) as category,
    cast(sum(released) as bigint) as value
from detentions
where is_counted and released > 0
group by all

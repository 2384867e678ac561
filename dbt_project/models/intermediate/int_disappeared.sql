-- who is once recorded as disappeared stays so until a later word says what became of them
with fct_detentions as (
    select * from {{ ref("fct_detentions") }}
),

stg_detentions as not materialized (
    select * from {{ ref("stg_detentions") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

disappeared as (
    select distinct written.detention_id
    from stg_detentions as written
    inner join int_records as records
        on written.row_key = records.row_key and records.kind = 'detentions' and records.state in ('current', 'superseded')
    where written.outcome = 'disappeared'
)

select
    detentions.detention_id,
    detentions.row_key,
    detentions.month,
    cast(case
        when coalesce(detentions.outcome, 'disappeared') != 'disappeared'
            then greatest(detentions.month, date_trunc('month', coalesce(detentions.released_on, cast(written.revised_on as date), detentions.month)))
    end as date) as found_month,
    detentions.party,
    detentions.governorate,
    detentions.persons,
    detentions.children,
    detentions.women
from fct_detentions as detentions
inner join disappeared on detentions.detention_id = disappeared.detention_id
inner join stg_detentions as written on detentions.row_key = written.row_key
where detentions.is_counted

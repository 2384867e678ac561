{#- the kinds of sheet that figures of a month are made of -#}
{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions"] %}

with int_records as (
    select * from {{ ref("int_records") }}
),

previous_rows as (
    select * from {{ source("received", "previous_rows") }}
),

int_attributions as (
    select * from {{ ref("int_attributions") }}
),

previous_attributions as (
    select * from {{ source("received", "previous_attributions") }}
),

run as (
    select * from {{ source("received", "run") }}
),

became as (
    select kind, row_key, month from int_records
    where state = 'current' and kind in ('{{ kinds | join("', '") }}')
),

known as (
    select kind, row_key, month from previous_rows
    where state = 'current' and kind in ('{{ kinds | join("', '") }}')
),

-- records that were revised, withdrawn or moved by a sheet of another month
changed as (
    select month
    from (from became union all from known)
    group by kind, row_key, month
    having count(*) = 1
),

-- records that we hold somebody else responsible for, whenever we said so
restated as (
    (select * from int_attributions except select * from previous_attributions)
    union all
    (select * from previous_attributions except select * from int_attributions)
)

-- the months whose facts this run makes anew: those asked for, and those where what the warehouse stood on before is not
-- what the sheets say now
select month from run
union
select month from changed
union
select month from restated

-- the finest monthly cells every figure is added up from
with int_counted_records as (
    select * from {{ ref("int_counted_records") }}
),

int_disappeared as (
    select * from {{ ref("int_disappeared") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

months as (
    select distinct month from int_records
    where kind = 'detentions' and month is not null
)

select * exclude (record_id, value), sum(value) as value
from int_counted_records
group by all

union all by name

-- a stock: who is still missing at the end of a month, under the list of parties of that month
select
    cast('still_disappeared' as code) as measure,
    cast('documented' as code) as basis,
    months.month,
    lines.scheme,
    lines.bucket as party,
    lines.sub_bucket as sub_party,
    coalesce(missing.governorate, cast('unknown' as code)) as governorate,
    missing.category,
    sum(missing.persons) as value
from (
    select
        month, found_month, party, governorate,
        unnest([cast('children' as code), cast('women' as code), cast('unknown' as code)]) as category,
        unnest([coalesce(children, 0), coalesce(women, 0), persons - coalesce(children, 0) - coalesce(women, 0)]) as persons
    from int_disappeared
) as missing
inner join months on months.month >= missing.month and months.month < coalesce(missing.found_month, date '9999-12-31')
inner join stg_scheme_parties as lines
    on missing.party = lines.party and months.month between lines.valid_from and lines.valid_to
where missing.persons > 0
group by all

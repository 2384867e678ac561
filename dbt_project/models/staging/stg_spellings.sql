with stg_known_spellings as (
    select * from {{ ref("stg_known_spellings") }}
),

stg_taught_spellings as (
    select * from {{ ref("stg_taught_spellings") }}
),

taught as (
    select * from stg_taught_spellings
    where problem is null
),

-- the days from which a word may mean something else than the day before
days as (
    select code_list, folded, unnest([date '0001-01-01', valid_from]) as valid_from from stg_known_spellings
    union
    select code_list, folded, valid_to + 1 as valid_from from stg_known_spellings
    where valid_to < date '9999-12-31'
    union
    select code_list, folded, unnest([date '0001-01-01', first_day]) as valid_from from taught
    union
    select code_list, folded, last_day + 1 as valid_from from taught
    where last_day < date '9999-12-31'
)

select
    days.code_list,
    days.folded,
    coalesce(taught.spelling, known.spelling) as spelling,
    -- what people taught comes before what the code lists say
    coalesce(taught.code, known.code) as code,
    taught.code is null and coalesce(known.is_made, false) as is_made,
    days.valid_from,
    coalesce(
        lead(days.valid_from) over (partition by days.code_list, days.folded order by days.valid_from) - 1, date '9999-12-31'
    ) as valid_to
from days
left join taught
    on days.code_list = taught.code_list and days.folded = taught.folded
    and days.valid_from between taught.first_day and taught.last_day
left join stg_known_spellings as known
    on days.code_list = known.code_list and days.folded = known.folded
    and days.valid_from between known.valid_from and known.valid_to

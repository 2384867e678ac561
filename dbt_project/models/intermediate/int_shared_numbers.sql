with int_repeated_rows as (
    select * from {{ ref("int_repeated_rows") }}
)

select
    kind,
    sheets[1] as one_sheet,
    sheets[2] as other_sheet,
    sheets,
    count(*) as shared,
    count(*) filter (where is_of_another) as of_others,
    -- versions of one list are mostly of the same people
    count(*) filter (where is_of_another) * 2 >= count(*) as is_two_lists
from int_repeated_rows
where sheets is not null
group by kind, sheets

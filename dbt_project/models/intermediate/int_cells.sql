-- the finest monthly cells every figure is added up from
with int_counted_records as (
    select * from {{ ref("int_counted_records") }}
)

select
    measure,
    basis,
    month,
    scheme,
    party,
    sub_party,
    governorate,
    category,
    cause_group,
    mechanism,
    roles,
    facility_type,
    sum(value) as value
from int_counted_records
group by all

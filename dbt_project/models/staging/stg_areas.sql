with governorates as (
    select * from {{ ref("governorates") }}
),

admin_areas as (
    select * from {{ ref("admin_areas") }}
)

select
    governorate as pcode,
    governorate
from governorates
union all
select
    area as pcode,
    governorate
from admin_areas

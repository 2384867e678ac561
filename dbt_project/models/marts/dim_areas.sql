with admin_areas as (
    select * from {{ ref("admin_areas") }}
)

select
    area,
    level,
    governorate,
    parent_area,
    name_en as area_name,
    name_ar as area_name_ar
from admin_areas

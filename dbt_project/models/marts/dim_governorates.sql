with governorates as (
    select * from {{ ref("governorates") }}
)

select
    governorate,
    iso,
    name_en as governorate_name,
    name_ar as governorate_name_ar
from governorates

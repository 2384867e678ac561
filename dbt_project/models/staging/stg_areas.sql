select
    governorate as pcode,
    governorate
from {{ ref("governorates") }}
union all
select
    area as pcode,
    governorate
from {{ ref("admin_areas") }}

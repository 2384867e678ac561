with roles as (
    select * from {{ ref("roles") }}
)

select
    role,
    name_en as role_name,
    name_ar as role_name_ar
from roles

select
    role,
    name_en as role_name,
    name_ar as role_name_ar
from {{ ref("roles") }}

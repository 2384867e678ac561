with facility_types as (
    select * from {{ ref("facility_types") }}
)

select
    facility_type,
    name_en as facility_type_name,
    name_ar as facility_type_name_ar,
    facility_group,
    is_vital
from facility_types

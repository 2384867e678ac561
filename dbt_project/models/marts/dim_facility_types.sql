select
    facility_type,
    name_en as facility_type_name,
    name_ar as facility_type_name_ar,
    facility_group,
    is_vital
from {{ ref("facility_types") }}

select
    incident_kind,
    name_en as incident_kind_name,
    name_ar as incident_kind_name_ar
from {{ ref("incident_kinds") }}

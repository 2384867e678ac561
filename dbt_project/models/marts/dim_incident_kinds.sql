with incident_kinds as (
    select * from {{ ref("incident_kinds") }}
)

select
    incident_kind,
    name_en as incident_kind_name,
    name_ar as incident_kind_name_ar
from incident_kinds

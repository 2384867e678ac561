with mechanisms as (
    select * from {{ ref("mechanisms") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

cause_groups as (
    select * from {{ ref("cause_groups") }}
)

select
    schemes.scheme,
    mechanisms.mechanism,
    mechanisms.name_en as mechanism_name,
    mechanisms.name_ar as mechanism_name_ar,
    coalesce(cause_groups.cause_group, 'other') as cause_group,
    mechanisms.is_remnant,
    mechanisms.is_excluded_from_attribution
from mechanisms
cross join schemes
left join cause_groups
    on schemes.cause_groups = cause_groups.headline and mechanisms.mechanism = cause_groups.mechanism

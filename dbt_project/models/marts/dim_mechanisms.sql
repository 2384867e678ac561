select
    schemes.scheme,
    mechanisms.mechanism,
    mechanisms.name_en as mechanism_name,
    mechanisms.name_ar as mechanism_name_ar,
    coalesce(cause_groups.cause_group, 'other') as cause_group,
    mechanisms.is_remnant,
    mechanisms.is_excluded_from_attribution
from {{ ref("mechanisms") }} as mechanisms
cross join {{ ref("schemes") }} as schemes
left join {{ ref("cause_groups") }} as cause_groups
    on schemes.scheme = cause_groups.scheme and mechanisms.mechanism = cause_groups.mechanism

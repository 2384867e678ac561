with names as (
    select governorate, unnest([name_en, name_ar]) as spelling
    from {{ ref("admin_areas") }}
    union all
    select areas.governorate, aliases.alias as spelling
    from {{ ref("area_aliases") }} as aliases
    inner join {{ ref("admin_areas") }} as areas on aliases.area = areas.area
)

select
    fold(spelling) as folded,
    min(governorate) as governorate
from names
where spelling is not null
group by fold(spelling)
-- a name that areas of two governorates share says nothing
having count(distinct governorate) = 1

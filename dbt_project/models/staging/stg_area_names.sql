with admin_areas as not materialized (
    select * from {{ ref("admin_areas") }}
),

area_aliases as (
    select * from {{ ref("area_aliases") }}
),

names as (
    select governorate, unnest([name_en, name_ar]) as spelling
    from admin_areas
    union all
    select areas.governorate, aliases.alias as spelling
    from area_aliases as aliases
    inner join admin_areas as areas on aliases.area = areas.area
)

select
    fold(spelling) as folded,
    min(governorate) as governorate
from names
where spelling is not null
group by fold(spelling)
-- a name that areas of two governorates share says nothing
having count(distinct governorate) = 1

{#- a measure whose cells are part of another measure's -#}
{%- set subsets = [("torture_deaths", "deaths")] %}

with figures as (
    select
        figures.*,
        {{ breakdown_of("figures") }} as breakdown,
        {{ coordinates("figures") }} as coordinates
    from {{ ref("fct_figures") }} as figures
),

-- each cell beside each of its margins: the same cell with one dimension, or its category, not told apart
margins as (
    {%- for dimension in dimensions() %}
    select measure, basis, period_kind, period_start, period_end, category, value, {{ coordinates("figures", without="'" ~ dimension ~ "'") }} as margin
    from figures
    where {{ dimension }} is not null
    union all
    {%- endfor %}
    select measure, basis, period_kind, period_start, period_end, 'total' as category, value, coordinates as margin
    from figures
    where category != 'total'
),

categories as (
    select
        measure, basis, period_kind, period_start, period_end, {{ members_of("figures") }} as members,
        sum(case when category = 'total' then value end) as total,
        sum(case when category != 'total' then value end) as parts_total
    from figures
    where breakdown in ('', 'party', 'governorate', 'role')
    group by all
    having count(*) > 1
)

-- I54: children, women, men and unknown are everybody
select
    {{ residual(
        "'I54'", "period_kind", "period_start", "period_end", "measure || ' by category' || case when basis = 'occurred' then ', by month of death' else '' end || coalesce(', ' || nullif(members, ''), '')",
        "measure", "'total'", "total", "parts_total",
    ) }}
from categories
{%- for subset, whole in subsets %}

union all

-- I55: {{ subset }} are {{ whole }}
select
    {{ residual(
        "'I55'", "parts.period_kind", "parts.period_start", "parts.period_end",
        "'" ~ subset ~ " among " ~ whole ~ "' || coalesce(', ' || nullif(" ~ members_of("parts") ~ ", ''), '')",
        "parts.measure", "parts.category", "coalesce(wholes.value, 0)", "parts.value",
    ) }}
from figures as parts
left join figures as wholes
    on wholes.measure = '{{ whole }}'
    and parts.basis = wholes.basis
    and parts.period_kind = wholes.period_kind
    and parts.period_start = wholes.period_start
    and parts.period_end = wholes.period_end
    and parts.category = wholes.category
    and parts.coordinates = wholes.coordinates
where parts.measure = '{{ subset }}' and parts.breakdown in ('', 'party', 'governorate')
{%- endfor %}

union all

-- I56: no cell is larger than its margin; counted, since there are as many pairs as cells
select
    {{ residual(
        "'I56'", "margins.period_kind", "margins.period_start", "margins.period_end",
        "margins.measure || ': cells above their margin' || case when margins.basis = 'occurred' then ', by month of death' else '' end",
        "margins.measure", "'total'", "0", "sum(case when margins.value > wholes.value then 1 else 0 end)",
    ) }}
from margins
inner join figures as wholes
    on margins.measure = wholes.measure
    and margins.basis = wholes.basis
    and margins.period_kind = wholes.period_kind
    and margins.period_start = wholes.period_start
    and margins.period_end = wholes.period_end
    and margins.category = wholes.category
    and margins.margin = wholes.coordinates
group by margins.measure, margins.basis, margins.period_kind, margins.period_start, margins.period_end

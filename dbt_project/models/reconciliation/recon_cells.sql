{#- a measure whose cells are part of another measure's -#}
{%- set subsets = [("torture_deaths", "deaths")] %}
{%- set place = ["basis", "period_kind", "period_start", "period_end", "category"] %}

with recon_figures as (
    select * from {{ ref("recon_figures") }}
),

figures as (
    select * from recon_figures
),

-- each cell beside each of its margins: the same cell with one dimension, or its category, not distinguished
margins as (
    {%- for dimension in dimensions() %}
    select measure, basis, period_kind, period_start, period_end, category, value, {{ coordinates("figures", without="'" ~ dimension ~ "'") }} as coordinates
    from figures
    where {{ dimension }} is not null
    union all
    {%- endfor %}
    select measure, basis, period_kind, period_start, period_end, 'total' as category, value, coordinates
    from figures
    where category != 'total'
),

categories as (
    select
        measure, period_kind, period_start, period_end, label,
        sum(case when category = 'total' then value end) as total,
        sum(case when category != 'total' then value end) as parts_total
    from figures
    where breakdown in ('', 'party', 'governorate', 'role')
    group by all
    having count(*) > 1
)

-- I54: children, women, men and unknown are everybody
select {{ residual("'I54'", "period_kind", "period_start", "period_end", "measure || ' by category' || label", "measure", "'total'", "total", "parts_total") }}
from categories
{%- for subset, whole in subsets %}

union all

-- I55: {{ subset }} are {{ whole }}
select
    {{ residual(
        "'I55'", "parts.period_kind", "parts.period_start", "parts.period_end", "'" ~ subset ~ " among " ~ whole ~ "' || parts.label",
        "parts.measure", "parts.category", "coalesce(wholes.value, 0)", "parts.value",
    ) }}
from figures as parts
left join figures as wholes
    on wholes.measure = '{{ whole }}' and {{ same("parts", "wholes", place + ["coordinates"]) }}
where parts.measure = '{{ subset }}' and parts.breakdown in ('', 'party', 'governorate')
{%- endfor %}

union all

-- I56: no cell is larger than its margin; counted, since there are as many pairs as cells
select
    {{ residual(
        "'I56'", "cells.period_kind", "cells.period_start", "cells.period_end",
        "cells.measure || ': cells above their margin' || case when cells.basis = 'occurred' then ', by month of death' else '' end",
        "cells.measure", "'total'", "0", "sum(case when cells.value > wholes.value then 1 else 0 end)",
    ) }}
from margins as cells
inner join figures as wholes on {{ same("cells", "wholes", place + ["measure", "coordinates"]) }}
group by cells.measure, cells.basis, cells.period_kind, cells.period_start, cells.period_end

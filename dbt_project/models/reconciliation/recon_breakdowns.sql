{%- set place = ["measure", "basis", "period_kind", "period_start", "period_end", "category"] %}

with recon_figures as not materialized (
    select * from {{ ref("recon_figures") }}
),

breakdowns as (
    select
        measure,
        basis,
        dimensions,
        completeness,
        rule_id,
        regexp_extract(dimensions, '[^;]+$') as dimension,
        regexp_replace(dimensions, ';?[^;]+$', '') as parent
    from {{ ref("breakdowns") }}
    where dimensions is not null
),

parts as (
    select
        {%- for column in place %}
        figures.{{ column }},
        {%- endfor %}
        breakdowns.dimensions,
        breakdowns.dimension,
        breakdowns.completeness,
        breakdowns.rule_id,
        {{ coordinates("figures", without="breakdowns.dimension") }} as coordinates,
        sum(figures.value) as parts_total,
        max(figures.value) as largest
    from recon_figures as figures
    inner join breakdowns
        on figures.breakdown = breakdowns.dimensions and {{ same("figures", "breakdowns", ["measure", "basis"]) }}
    group by all
),

wholes as (
    select figures.*, breakdowns.dimensions, breakdowns.dimension, breakdowns.completeness, breakdowns.rule_id
    from recon_figures as figures
    inner join breakdowns
        on figures.breakdown = breakdowns.parent and {{ same("figures", "breakdowns", ["measure", "basis"]) }}
),

-- parts without a whole are as wrong as a whole without parts
compared as (
    select
        {%- for column in place + ["dimension", "completeness", "rule_id"] %}
        coalesce(wholes.{{ column }}, parts.{{ column }}) as {{ column }},
        {%- endfor %}
        coalesce(wholes.label, ', ' || parts.coordinates) as label,
        wholes.value,
        coalesce(parts.parts_total, 0) as parts_total,
        coalesce(parts.largest, 0) as largest
    from wholes
    full join parts on {{ same("wholes", "parts", place + ["dimensions", "coordinates"]) }}
)

-- I44, I47, I51, I52, I53, I59, I60: the parts of an exhaustive breakdown add up to the whole; I55: those of a subset
-- are none of them more than it
select
    {{ residual(
        "rule_id", "period_kind", "period_start", "period_end", "measure || ' by ' || dimension || label", "measure", "category",
        "value", "case completeness when 'exhaustive' then parts_total else largest end",
    ) }}
from compared

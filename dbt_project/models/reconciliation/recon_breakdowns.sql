with figures as (
    select
        figures.*,
        {{ breakdown_of("figures") }} as breakdown,
        {{ coordinates("figures") }} as coordinates
    from {{ ref("fct_figures") }} as figures
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
        figures.measure, figures.basis, figures.period_kind, figures.period_start, figures.period_end, figures.category,
        breakdowns.dimensions,
        {{ coordinates("figures", without="breakdowns.dimension") }} as coordinates,
        sum(figures.value) as parts_total,
        max(figures.value) as largest
    from figures
    inner join breakdowns
        on figures.measure = breakdowns.measure
        and figures.basis = breakdowns.basis
        and figures.breakdown = breakdowns.dimensions
    group by all
),

wholes as (
    select figures.*, breakdowns.dimensions, breakdowns.dimension, breakdowns.completeness, breakdowns.rule_id
    from figures
    inner join breakdowns
        on figures.measure = breakdowns.measure
        and figures.basis = breakdowns.basis
        and figures.breakdown = breakdowns.parent
),

compared as (
    select
        coalesce(wholes.rule_id, breakdowns.rule_id) as rule_id,
        coalesce(wholes.completeness, breakdowns.completeness) as completeness,
        coalesce(wholes.dimension, breakdowns.dimension) as dimension,
        {%- for column in ["measure", "basis", "period_kind", "period_start", "period_end", "category"] %}
        coalesce(wholes.{{ column }}, parts.{{ column }}) as {{ column }},
        {%- endfor %}
        {{ members_of("wholes") }} as members,
        wholes.value,
        parts.parts_total,
        parts.largest
    from wholes
    full join parts
        on wholes.measure = parts.measure
        and wholes.basis = parts.basis
        and wholes.period_kind = parts.period_kind
        and wholes.period_start = parts.period_start
        and wholes.period_end = parts.period_end
        and wholes.category = parts.category
        and wholes.dimensions = parts.dimensions
        and wholes.coordinates = parts.coordinates
    left join breakdowns
        on parts.measure = breakdowns.measure and parts.basis = breakdowns.basis and parts.dimensions = breakdowns.dimensions
)

-- I44, I47, I51, I52, I53, I59, I60: the parts of an exhaustive breakdown add up to the whole
select
    {{ residual(
        "rule_id", "period_kind", "period_start", "period_end",
        "measure || ' by ' || dimension || case when basis = 'occurred' then ', by month of death' else '' end || coalesce(', ' || nullif(members, ''), '')",
        "measure", "category", "value", "coalesce(parts_total, 0)",
    ) }}
from compared
where completeness = 'exhaustive'

union all

-- I55: a subset is not more than what it is a subset of
select
    {{ residual(
        "rule_id", "period_kind", "period_start", "period_end",
        "measure || ' by ' || dimension || coalesce(', ' || nullif(members, ''), '')", "measure", "category", "value", "coalesce(largest, 0)",
    ) }}
from compared
where completeness = 'subset'

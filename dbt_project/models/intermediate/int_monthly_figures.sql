{#- What a figure shows even where nothing was counted, so that a printed zero is a number: breakdown, its members. #}
{%- set grid = [
    (none, {}),
    ("party", {"party": "bucket"}),
    ("governorate", {"governorate": "governorate"}),
    ("role", {"role": "role"}),
    ("role;party", {"role": "role", "party": "bucket"}),
] %}

with counted as (
    select
        cells.measure,
        cells.basis,
        cells.month,
        cells.scheme,
        {%- for dimension in dimensions() %}
        case when {{ is_by(dimension) }} then {{ "roles" if dimension == "role" else "cells" }}.{{ dimension }} end as {{ dimension }},
        {%- endfor %}
        unnest(case when cells.category is null then ['total'] else ['total', cells.category] end) as category,
        cells.value
    from {{ ref("int_cells") }} as cells
    inner join {{ ref("breakdowns") }} as breakdowns
        on cells.measure = breakdowns.measure and cells.basis = breakdowns.basis
    -- a person with two roles stands under both; in every other breakdown once
    left join {{ ref("roles") }} as roles
        on {{ is_by("role") }} and ';' || cells.roles || ';' like '%;' || roles.role || ';%'
    where not {{ is_by("role") }} or roles.role is not null
),

buckets as (
    select distinct scheme, bucket from {{ ref("stg_scheme_parties") }}
),

-- a month is known for a measure once a sheet of its kind has been received for it
known_months as (
    select distinct
        measures.measure,
        measures.has_categories,
        records.month,
        schemes.scheme
    from {{ ref("int_records") }} as records
    inner join {{ ref("measures") }} as measures on records.kind = measures.kind
    inner join {{ ref("schemes") }} as schemes
        on records.month between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
),

zeros as (
    {%- for breakdown, members in grid %}
    select
        known_months.measure,
        'documented' as basis,
        known_months.month,
        known_months.scheme,
        {%- for dimension in dimensions() %}
        {{ members.get(dimension, "cast(null as varchar)") }} as {{ dimension }},
        {%- endfor %}
        unnest(
            case when known_months.has_categories then ['total', 'children', 'women', 'men', 'unknown'] else ['total'] end
        ) as category,
        0 as value
    from known_months
    inner join {{ ref("breakdowns") }} as breakdowns
        on known_months.measure = breakdowns.measure
        and breakdowns.basis = 'documented'
        and breakdowns.dimensions is not distinct from {{ "'" ~ breakdown ~ "'" if breakdown else "null" }}
    {%- if "party" in members %}
    inner join buckets on known_months.scheme = buckets.scheme
    {%- endif %}
    {%- if "governorate" in members %}
    cross join {{ ref("governorates") }}
    {%- endif %}
    {%- if "role" in members %}
    cross join {{ ref("roles") }}
    {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    measure,
    basis,
    month,
    scheme,
    {%- for dimension in dimensions() %}
    {{ dimension }},
    {%- endfor %}
    category,
    cast(sum(value) as bigint) as value
from (
    select * from counted
    union all
    select * from zeros
)
group by all

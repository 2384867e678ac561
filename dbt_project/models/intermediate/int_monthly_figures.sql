{#- What a figure shows even where nothing was counted, so that a printed zero is a number: breakdown, its members. #}
{%- set grid = [
    (none, {}),
    ("party", {"party": "bucket"}),
    ("governorate", {"governorate": "governorate"}),
    ("role", {"role": "role"}),
    ("role;party", {"role": "role", "party": "bucket"}),
] %}

with breakdowns as not materialized (
    select * from {{ ref("breakdowns") }}
),

int_cells as not materialized (
    select * from {{ ref("int_cells") }}
),

roles as not materialized (
    select * from {{ ref("roles") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

measures as (
    select * from {{ ref("measures") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

governorates as (
    select * from {{ ref("governorates") }}
),

ways as (
    select
        {%- for dimension in dimensions() %}
        {{ is_by(dimension) }} as is_by_{{ dimension }},
        {%- endfor %}
        cast(measure as code) as measure,
        cast(basis as code) as basis
    from breakdowns
),

-- a person with two roles stands under both; in every other breakdown once
cells as (
    select *, cast(null as code) as role
    from int_cells
    union all
    select int_cells.*, cast(roles.role as code) as role
    from int_cells
    inner join roles on ';' || int_cells.roles || ';' like '%;' || roles.role || ';%'
),

counted as (
    select
        cells.measure,
        cells.basis,
        cells.month,
        cells.scheme,
        {%- for dimension in dimensions() %}
        case when ways.is_by_{{ dimension }} then cells.{{ dimension }} end as {{ dimension }},
        {%- endfor %}
        cells.category,
        sum(cells.value) as value
    from cells
    inner join ways
        on cells.measure = ways.measure and cells.basis = ways.basis and ways.is_by_role = (cells.role is not null)
    group by all
),

buckets as (
    select distinct scheme, bucket from stg_scheme_parties
),

-- a month is known for a measure once a sheet of its kind has been received for it
known_months as (
    select distinct
        cast(measures.measure as code) as measure,
        measures.has_categories,
        records.month,
        cast(schemes.scheme as code) as scheme
    from (select distinct kind, month from int_records) as records
    inner join measures on records.kind = measures.kind
    inner join schemes
        on records.month between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
),

zeros as (
    {%- for breakdown, members in grid %}
    select
        known_months.measure,
        cast('documented' as code) as basis,
        known_months.month,
        known_months.scheme,
        {%- for dimension in dimensions() %}
        cast({{ members.get(dimension, "null") }} as code) as {{ dimension }},
        {%- endfor %}
        cast(unnest(
            case when known_months.has_categories then ['total', 'children', 'women', 'men', 'unknown'] else ['total'] end
        ) as code) as category,
        0 as value
    from known_months
    inner join breakdowns
        on known_months.measure = breakdowns.measure
        and breakdowns.basis = 'documented'
        and breakdowns.dimensions is not distinct from {{ "'" ~ breakdown ~ "'" if breakdown else "null" }}
    {%- if "party" in members %}
    inner join buckets on known_months.scheme = buckets.scheme
    {%- endif %}
    {%- if "governorate" in members %}
    cross join governorates
    {%- endif %}
    {%- if "role" in members %}
    cross join roles
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
    where category is not null
    union all
    select * replace (cast('total' as code) as category) from counted
    union all
    select * from zeros
)
group by all

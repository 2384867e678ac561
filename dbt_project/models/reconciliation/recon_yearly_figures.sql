{{ config(materialized="view") }}

-- a line that changed within a year is one with the others that did, in every period of it: so its periods can be compared
with fct_figures as (
    select * from {{ ref("fct_figures") }}
),

int_changed_lines as (
    select * from {{ ref("int_changed_lines") }}
),

measures as (
    select * from {{ ref("measures") }}
),

figures as (
    select
        fct_figures.* exclude (months_present, months_expected, scheme, value) replace (
            case when changed.bucket is not null then cast('list_changed' as code) else fct_figures.party end as party
        ),
        cast(sum(fct_figures.value) as bigint) as value
    from fct_figures
    left join int_changed_lines as changed
        on changed.period_start = date_trunc('year', fct_figures.period_start)
        and changed.period_end = date_trunc('year', fct_figures.period_start) + interval 12 month - interval 1 day
        and fct_figures.party = changed.bucket
    -- those whose fate is not known at the end of a period are no sum of its months
    where fct_figures.measure not in (select measures.measure from measures where measures.is_stock)
    group by all
)

select
    measure,
    basis,
    period_kind,
    period_start,
    period_end,
    category,
    {{ breakdown_of("figures") }} as breakdown,
    {{ coordinates("figures") }} as coordinates,
    coalesce(', ' || nullif(concat_ws(
        ', ',
        case when basis = 'occurred' then 'by month of death' end,
        nullif({{ members_of("figures") }}, '')
    ), ''), '') as label,
    value
from figures

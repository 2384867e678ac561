-- a table, since ten models ask for these texts; without stocks, which are no sums and follow from records of every month before
with fct_figures as (
    select * from {{ ref("fct_figures") }}
),

measures as (
    select * from {{ ref("measures") }}
)

select
    figures.* exclude (months_present, months_expected),
    {{ breakdown_of("figures") }} as breakdown,
    {{ coordinates("figures") }} as coordinates,
    coalesce(', ' || nullif(concat_ws(
        ', ',
        case when figures.basis = 'occurred' then 'by month of death' end,
        nullif({{ members_of("figures") }}, '')
    ), ''), '') as label
from fct_figures as figures
where figures.measure not in (select measures.measure from measures where measures.is_stock)

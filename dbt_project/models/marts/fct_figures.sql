with int_monthly_figures as (
    select * from {{ ref("int_monthly_figures") }}
),

int_periods as (
    select * from {{ ref("int_periods") }}
),

measures as (
    select * from {{ ref("measures") }}
),

int_changed_lines as (
    select * from {{ ref("int_changed_lines") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

periods as (
    select
        int_periods.*,
        -- the list in force when the period ends
        cast(schemes.scheme as code) as scheme,
        -- what is given as it stood at the end of a month is given of a longer period as at its end
        measures.is_stock
    from int_periods
    inner join schemes
        on int_periods.period_end between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
    inner join measures on int_periods.measure = measures.measure
),

-- no period reaches over the end of a year; a line adds up over the schemes of a period where it is made of the same parties
figures_of_periods as (
    select
        figures.* exclude (month, scheme, value) replace (
            case when changed.bucket is not null then cast('list_changed' as code) else figures.party end as party
        ),
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        periods.months_present,
        periods.months_expected,
        periods.scheme,
        figures.value
    from int_monthly_figures as figures
    inner join periods
        on figures.measure = periods.measure
        and figures.basis = periods.basis
        and cast(date_trunc('year', figures.month) as date) = periods.year_start
        and figures.month between periods.period_start and periods.period_end
    left join int_changed_lines as changed
        on periods.period_start = changed.period_start
        and periods.period_end = changed.period_end
        and figures.party = changed.bucket
    where not periods.is_stock or figures.month = periods.last_month
)

select
    figures_of_periods.measure,
    figures_of_periods.basis,
    figures_of_periods.period_kind,
    figures_of_periods.period_start,
    figures_of_periods.period_end,
    figures_of_periods.months_present,
    figures_of_periods.months_expected,
    figures_of_periods.scheme,
    figures_of_periods.party,
    figures_of_periods.sub_party,
    {%- for dimension in dimensions() if dimension not in ("party", "sub_party") %}
    figures_of_periods.{{ dimension }},
    {%- endfor %}
    figures_of_periods.category,
    cast(sum(figures_of_periods.value) as bigint) as value
from figures_of_periods
group by all

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
        -- what is told as it stood at the end of a month is told of a longer period as at its end
        measures.is_stock
    from int_periods
    inner join schemes
        on int_periods.period_end between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
    inner join measures on int_periods.measure = measures.measure
),

-- no period reaches over the end of a year; a line adds up over the schemes of a period where it is made of the same parties
told as (
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
    told.measure,
    told.basis,
    told.period_kind,
    told.period_start,
    told.period_end,
    told.months_present,
    told.months_expected,
    told.scheme,
    told.party,
    told.sub_party,
    {%- for dimension in dimensions() if dimension not in ("party", "sub_party") %}
    told.{{ dimension }},
    {%- endfor %}
    told.category,
    cast(sum(told.value) as bigint) as value
from told
group by all

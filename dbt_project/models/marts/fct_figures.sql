with int_monthly_figures as (
    select * from {{ ref("int_monthly_figures") }}
),

int_periods as (
    select * from {{ ref("int_periods") }}
),

measures as (
    select * from {{ ref("measures") }}
)

select
    figures.measure,
    figures.basis,
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    periods.months_present,
    periods.months_expected,
    figures.scheme,
    figures.party,
    figures.sub_party,
    figures.governorate,
    figures.cause_group,
    figures.role,
    figures.facility_type,
    figures.mechanism,
    figures.category,
    cast(sum(figures.value) as bigint) as value
from int_monthly_figures as figures
-- no period reaches over the end of a year, and no scheme changes within one
inner join int_periods as periods
    on figures.measure = periods.measure
    and figures.basis = periods.basis
    and cast(date_trunc('year', figures.month) as date) = periods.year_start
    and figures.month between periods.period_start and periods.period_end
inner join measures on figures.measure = measures.measure
-- what is told as it stood at the end of a month is told of a longer period as at its end
where not measures.is_stock or figures.month = periods.last_month
group by
    figures.measure, figures.basis, periods.period_kind, periods.period_start, periods.period_end,
    periods.months_present, periods.months_expected, figures.scheme, figures.party, figures.sub_party,
    figures.governorate, figures.cause_group, figures.role, figures.facility_type, figures.mechanism, figures.category

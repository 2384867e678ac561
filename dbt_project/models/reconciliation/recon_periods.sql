with figures as (
    select
        figures.*,
        {{ breakdown_of("figures") }} as breakdown,
        {{ coordinates("figures") }} as coordinates,
        {{ members_of("figures") }} as members,
        cast(date_trunc('year', period_start) as date) as year_start
    from {{ ref("fct_figures") }} as figures
    where {{ breakdown_of("figures") }} in ('', 'party', 'cause_group', 'role')
),

months as (
    select * from figures where period_kind = 'month'
),

-- each longer period beside the months it holds, cell by cell
sums as (
    select
        whole.measure, whole.basis, whole.period_kind, whole.period_start, whole.period_end, whole.category, whole.members,
        whole.value, sum(months.value) as months_total, max(months.value) as largest_month
    from figures as whole
    left join months
        on whole.measure = months.measure
        and whole.basis = months.basis
        and whole.category = months.category
        and whole.coordinates = months.coordinates
        and whole.year_start = months.year_start
        and months.period_end <= whole.period_end
    where whole.period_kind in ('year_to_date', 'year')
    group by all
)

-- I61: the year to date is the sum of its months
select
    {{ residual(
        "'I61'", "period_kind", "period_start", "period_end", "measure || ' up to ' || period_end || case when basis = 'occurred' then ', by month of death' else '' end || coalesce(', ' || nullif(members, ''), '')",
        "measure", "category", "coalesce(months_total, 0)", "value",
    ) }}
from sums
where period_kind = 'year_to_date'

union all

-- I63: the year is the sum of its months …
select
    {{ residual(
        "'I63'", "period_kind", "period_start", "period_end", "measure || ' of the year' || case when basis = 'occurred' then ', by month of death' else '' end || coalesce(', ' || nullif(members, ''), '')",
        "measure", "category", "coalesce(months_total, 0)", "value",
    ) }}
from sums
where period_kind = 'year'

union all

-- … and no month is larger than its year
select
    {{ residual(
        "'I63'", "period_kind", "period_start", "period_end", "measure || ': months above their year' || case when basis = 'occurred' then ', by month of death' else '' end", "measure", "'total'", "0",
        "sum(case when largest_month > value then 1 else 0 end)",
    ) }}
from sums
where period_kind = 'year'
group by measure, basis, period_kind, period_start, period_end

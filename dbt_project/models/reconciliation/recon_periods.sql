with recon_yearly_figures as (
    select * from {{ ref("recon_yearly_figures") }}
),

figures as (
    select *, cast(date_trunc('year', period_start) as date) as year_start
    from recon_yearly_figures
    where breakdown in ('', 'party', 'cause_group', 'role')
),

-- each longer period beside the months it holds, cell by cell
sums as (
    select
        whole.measure, whole.basis, whole.period_kind, whole.period_start, whole.period_end, whole.category, whole.label,
        whole.value, coalesce(sum(months.value), 0) as months_total, max(months.value) as largest_month
    from figures as whole
    left join figures as months
        on months.period_kind = 'month'
        and {{ same("whole", "months", ["measure", "basis", "category", "coordinates", "year_start"]) }}
        and months.period_end <= whole.period_end
    where whole.period_kind in ('year_to_date', 'year')
    group by all
)

-- I61: the year to date is the sum of its months; I63: so is the year
select
    {{ residual(
        "case period_kind when 'year' then 'I63' else 'I61' end", "period_kind", "period_start", "period_end",
        "measure || case period_kind when 'year' then ' of the year' else ' up to ' || period_end end || label",
        "measure", "category", "months_total", "value",
    ) }}
from sums

union all

-- I63: and no month is larger than its year
select
    {{ residual(
        "'I63'", "period_kind", "period_start", "period_end",
        "measure || ': months above their year' || case when basis = 'occurred' then ', by month of death' else '' end",
        "measure", "'total'", "0", "sum(case when largest_month > value then 1 else 0 end)",
    ) }}
from sums
where period_kind = 'year'
group by measure, basis, period_kind, period_start, period_end

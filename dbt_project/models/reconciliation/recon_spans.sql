{#- cells of one measure that are of the same members -#}
{%- set cell = ["measure", "basis", "category", "coordinates"] %}

with recon_yearly_figures as (
    select * from {{ ref("recon_yearly_figures") }}
),

fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

figures as (
    select
        measure, basis, period_kind, period_start, period_end, breakdown, category, coordinates, value,
        cast(date_trunc('year', period_start) as date) as year_start
    from recon_yearly_figures
),

-- each year to date beside the next one of its year
years_to_date as (
    select
        measure, basis, period_start, period_end,
        lead(period_end) over (partition by measure, basis, period_start order by period_end) as next_end
    from (select distinct measure, basis, period_start, period_end from figures where period_kind = 'year_to_date')
),

falls as (
    select
        earlier.measure, earlier.basis, earlier.period_start, years_to_date.next_end,
        count(*) filter (where coalesce(later.value, 0) < earlier.value) as fallen
    from figures as earlier
    inner join years_to_date on {{ same("earlier", "years_to_date", ["measure", "basis", "period_start", "period_end"]) }}
    left join figures as later
        on later.period_kind = 'year_to_date'
        and {{ same("earlier", "later", cell + ["period_start"]) }}
        and years_to_date.next_end = later.period_end
    where earlier.period_kind = 'year_to_date' and years_to_date.next_end is not null
    group by earlier.measure, earlier.basis, earlier.period_start, years_to_date.next_end
),

-- halves beside their months, and years beside their halves: each cell once as a whole, and as often as it is a part
joined as (
    select measure, basis, category, coordinates, period_kind, period_start, value as whole, 0 as part
    from figures
    where period_kind in ('half_year', 'year')
    union all
    select
        measure, basis, category, coordinates, 'half_year' as period_kind,
        cast(year_start + case when month(period_start) > 6 then interval 6 month else interval 0 month end as date) as period_start,
        0 as whole, value as part
    from figures
    where period_kind = 'month'
    union all
    select measure, basis, category, coordinates, 'year' as period_kind, year_start as period_start, 0 as whole, value as part
    from figures
    where period_kind = 'half_year'
),

-- those that have ended, and so are given
ended as (
    select distinct measure, basis, period_kind, period_start, period_end
    from figures
    where period_kind in ('half_year', 'year')
),

by_month_of_death as (
    select period_start as month, value
    from figures
    where measure = 'deaths' and basis = 'occurred' and period_kind = 'month' and breakdown = '' and category = 'total'
),

dead as (
    select cast(date_trunc('month', death_date) as date) as month, count(*) as deaths
    from fct_deaths
    where is_counted and death_date_precision is distinct from 'year'
    group by all
)

-- I62: a year to date only grows, cell by cell; counted, since there are as many pairs as cells
select
    {{ residual(
        "'I62'", "'year_to_date'", "period_start", "next_end",
        "measure || ': cells below the month before' || case when basis = 'occurred' then ', by month of death' else '' end",
        "measure", "'total'", "0", "fallen",
    ) }}
from falls

union all

-- I64: a half is its six months, and a year its two halves
select
    {{ residual(
        "'I64'", "ended.period_kind", "ended.period_start", "ended.period_end",
        "ended.measure || case ended.period_kind when 'year' then ': cells that are not their two halves' else ': cells that are not their six months' end"
        ~ " || case when ended.basis = 'occurred' then ', by month of death' else '' end",
        "ended.measure", "'total'", "0", "count(*) filter (where sums.whole != sums.part)",
    ) }}
from ended
inner join (
    select measure, basis, category, coordinates, period_kind, period_start, sum(whole) as whole, sum(part) as part
    from joined
    group by all
) as sums on {{ same("ended", "sums", ["measure", "basis", "period_kind", "period_start"]) }}
group by ended.measure, ended.basis, ended.period_kind, ended.period_start, ended.period_end

union all

-- I66: what is given by month of death is those who died in it, and nobody who was only documented in it
select
    {{ monthly_residual(
        "I66", "given.month", "'deaths by month of death, and cases of that month of death'", "'deaths'", "'total'",
        "coalesce(dead.deaths, 0)", "given.value",
    ) }}
from by_month_of_death as given
left join dead on given.month = dead.month

{#- dimension, and the figures and facts in which a key may be unknown -#}
{%- set unknown_keys = [
    ("deaths", "governorate", ref("fct_deaths")),
    ("deaths", "mechanism", ref("fct_deaths")),
    ("deaths", "sex", ref("fct_deaths")),
    ("deaths", "age_group", ref("fct_deaths")),
    ("deaths", "origin_governorate", ref("fct_deaths")),
    ("facility_attacks", "governorate", ref("fct_facility_attacks")),
    ("facility_attacks", "facility_type", ref("fct_facility_attacks")),
] %}

-- I18: the anonymous archive stays outside the toll
with fct_deaths as not materialized (
    select * from {{ ref("fct_deaths") }}
),

stg_deaths as not materialized (
    select * from {{ ref("stg_deaths") }}
),

fct_torture as (
    select * from {{ ref("fct_torture") }}
),

recon_figures as not materialized (
    select * from {{ ref("recon_figures") }}
)

select
    {{ monthly_residual(
        "I18", "month", "'anonymous victims in the toll'", "'deaths'", "'total'", "0",
        "sum(case when is_counted and archive = 'anonymous' then 1 else 0 end)",
    ) }}
from fct_deaths
group by month

union all

-- I50: an act of torture that did not kill is nobody's death
select {{ monthly_residual("I50", "acts.month", "'acts of torture that did not kill, among the dead'", "'deaths'", "'total'", "0", "count(deaths.case_id)") }}
from fct_torture as acts
left join fct_deaths as deaths on acts.torture_id = deaths.case_id and deaths.is_counted
where acts.torture_kind = 'torture_event'
group by acts.month

union all

-- I50: and the toll of a month is the counted cases of that month, nothing besides
select {{ monthly_residual("I50", "figures.period_start", "'toll and counted cases'", "'deaths'", "'total'", "count(deaths.case_id)", "max(figures.value)") }}
from recon_figures as figures
left join fct_deaths as deaths on figures.period_start = deaths.month and deaths.is_counted
where
    figures.measure = 'deaths'
    and figures.basis = 'documented'
    and figures.period_kind = 'month'
    and figures.category = 'total'
    and figures.breakdown = ''
group by figures.period_start
{%- for measure, dimension, facts in unknown_keys %}

union all

-- I60: what is unknown stays in the breakdown, as its own member
select
    {{ monthly_residual(
        "I60", "facts.month", "'" ~ measure ~ " of unknown " ~ dimension ~ "'", "'" ~ measure ~ "'", "'total'",
        "max(facts.unknown)", "coalesce(sum(figures.value), 0)",
    ) }}
from (
    select month, sum(case when {{ dimension }} is null then 1 else 0 end) as unknown
    from {{ facts }}
    where is_counted
    group by month
) as facts
left join recon_figures as figures
    on facts.month = figures.period_start
    and figures.measure = '{{ measure }}'
    and figures.basis = 'documented'
    and figures.period_kind = 'month'
    and figures.category = 'total'
    and figures.{{ dimension }} = 'unknown'
    and figures.breakdown = '{{ dimension }}'
group by facts.month
{%- endfor %}

union all

-- I22: a governorate's toll is of those killed there, wherever they came from
select
    {{ monthly_residual(
        "I22", "killed.month", "'governorates whose toll is not those killed there'", "'deaths'", "'total'", "0",
        "count(*) filter (where killed.dead is distinct from figures.value)",
    ) }}
from (
    select cases.month, coalesce(written.killed_governorate, 'unknown') as governorate, count(*) as dead
    from fct_deaths as cases
    inner join stg_deaths as written on cases.row_key = written.row_key
    where cases.is_counted
    group by all
) as killed
left join recon_figures as figures
    on killed.month = figures.period_start
    and killed.governorate = figures.governorate
    and figures.measure = 'deaths'
    and figures.basis = 'documented'
    and figures.period_kind = 'month'
    and figures.category = 'total'
    and figures.breakdown = 'governorate'
group by killed.month

{%- set categories = ["total", "children", "women", "men", "unknown"] %}

with int_incident_dead as (
    select * from {{ ref("int_incident_dead") }}
),

fct_massacres as (
    select * from {{ ref("fct_massacres") }}
),

recon_figures as (
    select * from {{ ref("recon_figures") }}
),

int_unlisted_incidents as (
    select * from {{ ref("int_unlisted_incidents") }}
),

incident_dead as (
    select * from int_incident_dead
),

schemes as (
    select * from {{ ref("schemes") }}
),

massacres as (
    select * from fct_massacres
),

figures as (
    select measure, period_start as month, category, value
    from recon_figures
    where basis = 'documented' and period_kind = 'month' and breakdown = ''
),

incidents as (
    select
        incident_dead.incident_id,
        count(*) as dead,
        min(schemes.massacre_threshold) as massacre_threshold,
        max(incident_dead.month) as month
    from incident_dead
    inner join schemes on incident_dead.scheme = schemes.scheme
    where incident_dead.incident_id not in (select unlisted.incident_id from int_unlisted_incidents as unlisted where unlisted.is_scattered)
    group by incident_dead.incident_id
),

-- the dead of each month's massacres, as the massacres tell them
dead as (
    select month, category, sum(dead) as dead
    from (
        {%- for category in categories %}
        select month, '{{ category }}' as category, {{ "deaths" if category == "total" else category }} as dead
        from massacres
        {{ "union all" if not loop.last }}
        {%- endfor %}
    )
    group by month, category
),

-- and the named ones among them, as the cases tell them
named as (
    select
        month,
        category,
        count(*) as named,
        count(*) filter (where documented_month != month) as elsewhere
    from (
        select
            massacres.month,
            incident_dead.month as documented_month,
            unnest(['total', incident_dead.category]) as category
        from massacres
        inner join incident_dead on massacres.incident_id = incident_dead.incident_id and incident_dead.is_counted
    )
    group by month, category
)

-- I40: an incident is a massacre exactly where it has the dead
select
    {{ monthly_residual(
        "I40", "coalesce(massacres.month, incidents.month)",
        "'incident ' || coalesce(massacres.incident_id, incidents.incident_id)", "'massacres'", "'total'",
        "coalesce(incidents.dead, 0)", "coalesce(massacres.deaths, 0)",
    ) }}
from (select * from incidents where dead >= massacre_threshold) as incidents
full join massacres on incidents.incident_id = massacres.incident_id

union all

-- I40, as an alert: most of the dead are laid to one party; between several the massacre is pending
select
    {{ monthly_residual(
        "I40.tied", "month", "'parties with as many dead of incident ' || incident_id", "'massacres'", "'total'", "1",
        "coalesce(len(string_split(candidates, ';')), 1)",
    ) }}
from massacres

union all

-- I43: the dead in massacres are those of the month's massacres
select
    {{ monthly_residual(
        "I43", "figures.month", "'dead in massacres, ' || figures.category", "'massacre_deaths'", "figures.category",
        "coalesce(dead.dead, 0)", "figures.value",
    ) }}
from figures
left join dead on figures.month = dead.month and figures.category = dead.category
where figures.measure = 'massacre_deaths'

union all

-- I43, as an alert: the named ones stand in the month's toll, unless some were documented in other months
select
    {{ monthly_residual(
        "I43.named", "named.month", "'named dead in massacres within the toll, ' || named.category", "'massacre_deaths'", "named.category",
        "figures.value", "named.named", judged="named.elsewhere = 0",
        reason="case when named.elsewhere > 0 then 'victims of these massacres were documented in other months' end",
    ) }}
from named
inner join figures on named.month = figures.month and named.category = figures.category and figures.measure = 'deaths'

{#- how far a band looks back, from how few months it is not told, and how far out of it is worth a look (docs/rules.md) -#}
{%- set look_back = "interval 24 month" %}
{%- set fewest_months = 6 %}
{%- set least = {"cases": 20, "days": 30, "unknown": 5} %}
{#- what of a case may be unknown, and when it is -#}
{%- set unknowns = {
    "sex": "sex is null", "age": "age is null and age_class is null", "governorate": "governorate is null", "mechanism": "mechanism is null",
} %}

with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

recon_figures as (
    select * from {{ ref("recon_figures") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

-- how long after death a case was documented, where the day or the month of death is known
cases as (
    select
        *,
        case when coalesce(death_date_precision, 'day') in ('day', 'month') then documented_on - death_date end as delay,
        death_date < documented_on - interval 12 month as is_late
    from fct_deaths
    where is_counted
),

profile as (
    select
        month,
        count(*) as counted,
        count(delay) as dated,
        count(*) filter (where is_late and delay is not null) as late,
        {%- for name, condition in unknowns.items() %}
        count(*) filter (where {{ condition }}) as unknown_{{ name }},
        {%- endfor %}
        median(delay) as delay
    from cases
    group by month
),

-- what makes two months no history of each other: a change of what is counted, and not of the list of parties
ways_of_counting as (
    select scheme, concat_ws('/', massacre_threshold, cause_groups, allows_planted_mine) as way
    from {{ ref("schemes") }}
),

totals as (
    select measure, period_start as month, way, value
    from recon_figures
    inner join ways_of_counting using (scheme)
    where period_kind = 'month' and basis = 'documented' and breakdown = '' and category = 'total'
),

-- one row a month of a series: its value, and what it is a share of (1 where it is a number of its own)
series as (
    select 'I72' as rule_id, measure || ' of the month' as subject, measure, month, way, value, 1 as whole, true as is_enough
    from totals
    {%- for rule_id, subject, value, whole, is_enough in [
        ("I71", "deaths of more than 12 months before they were documented", "late", "dated", "true"),
        ("I71", "days from death to documentation, median", "delay", "1", "dated >= " ~ least["cases"]),
    ] %}
    union all
    select
        '{{ rule_id }}' as rule_id, '{{ subject }}' as subject, 'deaths' as measure, month, way,
        {{ value }} as value, {{ whole }} as whole, {{ is_enough }} as is_enough
    from profile
    inner join totals using (month)
    where measure = 'deaths'
    {%- endfor %}
    {%- for name in unknowns %}
    union all
    select
        'I10' as rule_id, 'deaths of unknown {{ name }}' as subject, 'deaths' as measure, month, way,
        unknown_{{ name }} as value, counted as whole, true as is_enough
    from profile
    inner join totals using (month)
    where measure = 'deaths'
    {%- endfor %}
),

-- the band of a month is told from the months before it that were counted in the same way: no trend goes over a break
bands as (
    select
        *,
        count(rate) over months_before as month_count,
        whole * median(rate) over months_before as middle,
        whole * mad(rate) over months_before as spread,
        whole * (avg(rate) over months_before + 3 * stddev_samp(rate) over months_before) as highest
    from (select *, case when is_enough then value / nullif(whole, 0) end as rate from series)
    window
        months_before as (
            partition by rule_id, subject, way
            order by month range between {{ look_back }} preceding and interval 1 month preceding
        )
),

judged as (
    select
        bands.*,
        case
            when last_day(bands.month) >= run.business_date then 'the month has not ended'
            when bands.rate is null then 'fewer than {{ least["cases"] }} cases of known day of death'
            when bands.month_count < {{ fewest_months }} then 'fewer than {{ fewest_months }} months of its way of counting in the 24 before it'
        end as reason,
        -- as far out as five spreads, and far enough to be worth a look
        abs(bands.value - bands.middle) > 5 * bands.spread
        and abs(bands.value - bands.middle) >= case when bands.subject like 'days %' then {{ least["days"] }} else {{ least["cases"] }} end as is_outside
    from bands
    cross join run
),

-- of late cases, how many at most belong to one incident: a mass grave that was opened
batches as (
    select month, max(cases) as largest
    from (
        select month, count(*) as cases from cases
        where is_late and delay is not null and incident_id is not null
        group by month, incident_id
    )
    group by month
)

-- I10: the share of what is unknown is no higher than it usually is
select
    {{ monthly_residual(
        "I10", "month", "subject", "measure", "'total'", "greatest(floor(highest), " ~ (least["unknown"] - 1) ~ ")", "value",
        judged="reason is null", reason="reason",
    ) }},
    cast(null as varchar) as signature
from judged
where rule_id = 'I10'

union all

-- I71, I72: what stands outside its band is held against the last whole number within it
select
    {{ residual(
        "judged.rule_id", "'month'", "judged.month", "last_day(judged.month)", "judged.subject", "judged.measure", "'total'",
        "case when judged.is_outside and judged.value > judged.middle then floor(judged.middle + 5 * judged.spread)"
        ~ " when judged.is_outside then ceil(judged.middle - 5 * judged.spread) else judged.value end",
        "judged.value", judged="judged.reason is null", reason="judged.reason",
    ) }},
    case
        when judged.is_outside and judged.rule_id = 'I71' and batches.largest * 2 > judged.value and judged.value > judged.middle
            then 'a batch: ' || batches.largest || ' of one incident'
    end as signature
from judged
left join batches on judged.month = batches.month and judged.subject like 'deaths %'
where judged.rule_id in ('I71', 'I72')

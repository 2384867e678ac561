{#- the kinds of sheet whose rows are figures one day: before their day of documentation has come they are refused -#}
{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "attributions"] %}

with previous_cells as (
    select * from {{ source("received", "previous_cells") }}
),

recon_monthly_cells as (
    select * from {{ ref("recon_monthly_cells") }}
),

int_months as (
    select * from {{ ref("int_months") }}
),

run as (
    select
        max(business_date) as business_date,
        max(released_on) as released_on,
        bool_or(is_unchanged) as is_unchanged
    from {{ source("received", "run") }}
),

-- each cell as it was before this run beside the cell as it is now; one that is not there is a zero, since a month is
-- known, and has zeros, as soon as any row is received for it
cells as (
    select month, measure, basis, is_part, coordinates, category, sum(was) != sum(became) as has_changed
    from (
        select month, measure, basis, is_part, coordinates, category, value as was, 0 as became
        from previous_cells
        union all
        select month, measure, basis, is_part, coordinates, category, 0 as was, value as became
        from recon_monthly_cells
    )
    group by all
),

changes as (
    select
        cells.month,
        cells.measure,
        cells.basis,
        cells.is_part,
        cells.month in (select int_months.month from int_months where int_months.month is not null) as is_made_anew,
        count(*) filter (where cells.has_changed) as changed
    from cells
    where cells.month is not null
    group by all
),

-- rows that count on the one of two days and not on the other change figures without any sheet being changed
awaited as (
    select count(*) as row_count
    from (
        {%- for kind in kinds %}
        select documented_on from {{ ref("stg_" ~ kind) }}
        {{ "union all" if not loop.last }}
        {%- endfor %}
    ) as written
    cross join run
    where
        written.documented_on > least(run.business_date, run.released_on)
        and written.documented_on <= greatest(run.business_date, run.released_on)
)

-- I67: a month that is not made anew keeps its figures. Those by month of death or release, massacres, and who was found may
-- rightly be changed by records of another month: of them it keeps what its own records bring to them
select
    {{ monthly_residual(
        "I67", "changes.month",
        "changes.measure || ': changed cells' || case when changes.basis = 'occurred' then ', by month of death'"
        ~ " when changes.is_part then ', by incident' else '' end",
        "changes.measure", "'total'", "0", "changes.changed",
        judged="run.released_on is not null", reason="case when run.released_on is null then 'everything was built anew' end",
    ) }}
from changes
cross join run
where
    not changes.is_made_anew
    and (changes.is_part or (changes.basis = 'documented' and changes.measure not in ('massacres', 'massacre_deaths', 'released', 'disappeared_found')))

union all

-- I68: where no sheet has changed, a month that is made anew has the same figures again
select
    {{ monthly_residual(
        "I68", "changes.month",
        "changes.measure || ': changed cells' || case when changes.basis = 'occurred' then ', by month of death' else '' end",
        "changes.measure", "'total'", "0", "changes.changed", judged="run.is_unchanged and awaited.row_count = 0",
        reason="case when run.released_on is null then 'everything was built anew'"
        ~ " when not run.is_unchanged then 'sheets have changed' when awaited.row_count > 0"
        ~ " then 'rows documented between the days of the two runs count on one of them only' end",
    ) }}
from changes
cross join run
cross join awaited
where changes.is_made_anew and not changes.is_part

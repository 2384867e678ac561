-- the places of one document that print one number, together: what is printed there, and the numbers that admits.
-- Absent dimensions are '' here, so that cells can be compared
with fct_stated_figures as (
    select * from {{ ref("fct_stated_figures") }}
),

claimants as (
    select * from {{ ref("claimants") }}
),

-- a month counted within a longer period, as a table of months does, is that month, wherever else it is printed
figures as (
    select
        * replace (
            case when is_month then 'month' else period_kind end as period_kind,
            case when is_month then part_month else period_start end as period_start,
            case when is_month then last_day(part_month) else period_end end as period_end,
            case when not is_month then part_month end as part_month
        )
    from (select *, unit = 'count' and part_month is not null as is_month from fct_stated_figures)
),

cells as (
    select
        figures.document,
        -- '' is the document's own author, as is ours in a report of ours
        coalesce(case when claimants.is_own is not true then figures.claimant end, '') as claimant,
        coalesce(bool_or(claimants.is_own) or bool_and(figures.claimant is null and figures.outlet is null), false) as is_own,
        figures.scope,
        period_kind,
        period_start,
        period_end,
        measure,
        coalesce(role, '') as role,
        coalesce(cause_group, '') as cause_group,
        coalesce(party, '') as party,
        coalesce(sub_party, '') as sub_party,
        coalesce(governorate, '') as governorate,
        coalesce(facility_type, '') as facility_type,
        coalesce(strftime(part_month, '%Y-%m'), '') as part_month,
        coalesce(at_place, '') as at_place,
        category,
        unit,
        -- the first row speaks for the cell; of two files with it in one row, always the same
        arg_min(value, (row_number, row_key)) as value,
        arg_min(low, (row_number, row_key)) as low,
        arg_min(high, (row_number, row_key)) as high,
        min(value) as smallest,
        max(value) as largest,
        -- where all places are right at once; empty (the first above the second) where they exclude each other
        max(low) as common_low,
        min(high) as common_high,
        count(*) as places,
        list(distinct location order by location) filter (where location is not null) as locations,
        bool_or(is_part) as is_part,
        min(completeness) as completeness,
        max(decimals) as decimals,
        bool_or(hedge = 'approx') as is_approximate,
        max(published_on) as published_on,
        bool_and(is_known) as is_known,
        bool_or(outlet is not null) as is_republished
    from figures
    left join claimants on figures.claimant = claimants.claimant
    group by all
)

select
    -- what the cell goes by beside all others
    {{ text_key("concat_ws('|', " ~ ((stated_frame() + stated_place() + ["category", "unit"]) | join(", ")) ~ ")") }} as cell,
    *
from cells

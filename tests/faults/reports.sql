-- A report of each month, as a sheet of stated figures: the toll by party and category, and by governorate.
select
    'report-' || strftime(period_start, '%Y-%m') as document,
    'body' as location,
    strftime(period_start, '%Y-%m-%d') as period_start,
    strftime(period_end, '%Y-%m-%d') as period_end,
    measure,
    coalesce(party, 'ALL') as party,
    coalesce('gov:' || governorate, category) as category,
    value,
    'count' as unit,
    'exact' as hedge,
    'SNHR' as claimant,
    strftime(period_end + 2, '%Y-%m-%d') as published_on
from marts.fct_figures
where
    measure in ('deaths', 'torture_deaths')
    and basis = 'documented'
    and period_kind = 'month'
    and concat(sub_party, cause_group, role, facility_type, mechanism, sex, age_group, origin_governorate) = ''
    and (governorate is null or (party is null and category = 'total' and governorate != 'unknown'))
    and category in ('total', 'children', 'women')

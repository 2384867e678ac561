-- A release as anybody may see it, under the names that it has: the figures and revisions that are open, and what codes, months
-- and releases are called. Given are the release, attached as `released`, the list open_breakdowns, what is told of deaths by place
-- (small_cells.sql), and in braces the dimensions that a figure is broken down by, sorted.

create schema marts;
create schema history;

create table marts.fct_figures as
with breakdowns as (
    select *, {dimensions} as dimensions from released.marts.fct_figures
),

-- a sum has no places where one of its months has none
without_places as (
    select month from month_totals
    where not has_places
)

select breakdowns.* exclude (dimensions)
from breakdowns
semi join open_breakdowns as listed
    on breakdowns.measure = listed.measure
    and breakdowns.basis = listed.basis
    and breakdowns.dimensions = list_sort(list_filter(string_split(coalesce(listed.dimensions, ''), ';'), lambda name: name != ''))
    and (listed.shown = 'categories' or (listed.shown = 'totals' and breakdowns.category = 'total'))
where
    governorate is null
    or measure != 'deaths'
    or not exists (
        from without_places
        where without_places.month between breakdowns.period_start and breakdowns.period_end
    );

create view history.revisions as
select revisions.*
from released.history.revisions as revisions
semi join open_breakdowns as listed
    on revisions.measure = listed.measure
    and revisions.basis = listed.basis
    -- between which places or kinds somebody moved would tell a cell
    and coalesce(revisions.dimension, '') = coalesce(listed.dimensions, '')
    and (revisions.dimension is null or revisions.dimension = 'party');

create view history.releases as from released.history.releases;
create view marts.dim_facility_types as from released.marts.dim_facility_types;
create view marts.dim_governorates as from released.marts.dim_governorates;
create view marts.dim_mechanisms as from released.marts.dim_mechanisms;
create view marts.dim_months as from released.marts.dim_months;
create view marts.dim_parties as from released.marts.dim_parties;
create view marts.dim_roles as from released.marts.dim_roles;

-- What a release says of each period: which are held, how far they are settled, and from which release their numbers
-- are. Given are what the draft has of figures, months and deaths (draft_*), what the release before has of them, which may
-- be one of an earlier version, or none (last_*), what is held (held_months, held_sums, permitted_months), and as variables
-- the name of the release and whether years without all of their months are held.

-- by the month of death a month has cases of any month of documentation: it is held where a case of a held month is in it
create or replace temp table held_by_occurrence as
select distinct cast(date_trunc('month', death_date) as date) as month
from (
    select month, death_date from draft_deaths
    union all
    select month, death_date from last_deaths
) as deaths
semi join held_months using (month)
where death_date is not null;

-- a period is held with any of its months, and with any sum that is part of it
create or replace temp table periods as
with known as (
    select distinct basis, period_kind, period_start, period_end from draft_figures
    union
    select distinct basis, period_kind, period_start, period_end from last_figures
)

select
    known.*,
    case
        when basis = 'documented'
            then exists (from held_months as held where held.month between known.period_start and known.period_end)
        else exists (from held_by_occurrence as held where held.month between known.period_start and known.period_end)
    end
    or exists (
        from held_sums as held
        where held.period_start >= known.period_start and held.period_end <= known.period_end
    ) as is_held
from known;

create or replace temp table standings as
with months as (
    from draft_months
    where month not in (select month from held_months)
    union all by name
    from last_months
    where month in (select month from held_months)
)

-- a month that is held and was never released has no figures: nothing of it was published or revised
select
    coalesce(months.month, held.month) as month,
    case when held.month is not null then 'held' else months.standing end as standing,
    coalesce(months.final_on, draft.final_on) as final_on,
    months.first_published_on,
    months.revised_on,
    coalesce(months.revisions, 0) as revisions,
    held.since as held_since,
    held.rules as held_by,
    held.caused_by as held_with,
    permitted.rules as released_in_spite_of,
    case when held.month is null then getvariable('release') else months.figures_from end as figures_from
from months
full join held_months as held on months.month = held.month
left join draft_months as draft on held.month = draft.month
left join permitted_months as permitted on coalesce(months.month, held.month) = permitted.month;

create or replace table marts.dim_months as from standings order by month;

-- a sum is as settled as the least settled of its months
-- history.sql adds the version of each
create or replace temp view settled_figures as
with of_months as (
    select
        periods.*,
        bool_or(periods.basis != 'documented' or months.standing = 'provisional') as is_provisional,
        bool_or(months.standing = 'revised') as is_revised
    from periods
    left join standings as months on months.month between periods.period_start and periods.period_end
    group by all
),

settled as (
    select
        * exclude (is_held, is_provisional, is_revised),
        case
            when is_held then 'held' when is_provisional then 'provisional' when is_revised then 'revised' else 'final'
        end as standing
    from of_months
),

figures as (
    select *, getvariable('release') as figures_from from draft_figures as figures
    semi join (from periods where not is_held) as periods using (basis, period_kind, period_start, period_end)
    where
        not getvariable('holds_incomplete_years')
        or period_kind not in ('year', 'half_year')
        or months_present = months_expected
    union all by name
    from last_figures
    semi join (from periods where is_held) as periods using (basis, period_kind, period_start, period_end)
)

select figures.* exclude (figures_from), settled.standing, figures.figures_from
from figures
inner join settled using (basis, period_kind, period_start, period_end);

-- records count where the figures of their month are from
create or replace table marts.fct_counted_records as
with held as (
    select basis, period_start as month from periods
    where period_kind = 'month' and is_held
)

from draft_counted_records anti join held using (basis, month)
union all by name
select * exclude (figures_from) from last_counted_records semi join held using (basis, month);

-- how each record stands in its sheets
create or replace temp view record_states as
select kind, record_id, state from casebook.intermediate.int_records
where state in ('current', 'withdrawn');

-- What a release changes beside the one before, appended to the tables of the schema history. Given are the release
-- itself, what readers had before it (before_figures, before_months, before_sheets, before_records, before_facts,
-- before_statements), where records count now in what both can say (now_records), the facts they stand on (now_facts) and the
-- statements by which somebody is held responsible for them (now_statements), the state of each record (record_states), the
-- kind of sheet that each measure is counted from (measures), and as variables the number of the release, which history.releases has already, its name (release),
-- whether it gives an earlier one back (is_restored), and the name of the one before (last); in braces the dimensions of figures, what
-- tells a total, and what is said of each dimension of records (history.py).

create temp table published_before as
select distinct measure, basis, period_start as month from history.figures
where period_kind = 'month';

-- a figure has a version for each value it had
create table marts.fct_figures as
with versions as (
    select
        measure, basis, period_kind, period_start, period_end, scheme, row({dimensions}) as place, category,
        arg_max(value, number) as value, arg_max(version, number) as version
    from history.figures
    where sign = 1
    group by all
)

select
    figures.* exclude (place),
    case
        when versions.version is null then 1
        when versions.value = figures.value then versions.version
        else versions.version + 1
    end as version
from (
    select * exclude (number, sign, version), row({dimensions}) as place
    -- an earlier release that is given back may not know of all dimensions
    from (from settled_figures union all by name (from history.figures limit 0))
) as figures
left join versions
    on figures.measure = versions.measure
    and figures.basis = versions.basis
    and figures.period_kind = versions.period_kind
    and figures.period_start = versions.period_start
    and figures.period_end = versions.period_end
    and figures.scheme = versions.scheme
    and figures.place = versions.place
    and figures.category = versions.category;

-- what readers had of a table and have now, both under the columns of either, which an upgrade may add to; a release is not
-- named by itself
create temp macro had(now, before) as table
select * replace (nullif(figures_from, getvariable('last')) as figures_from)
from ((from query_table(now) limit 0) union all by name (from query_table(before)));

create temp macro have(now, before) as table
select * replace (nullif(figures_from, getvariable('release')) as figures_from)
from ((from query_table(now)) union all by name (from query_table(before) limit 0));

-- the rows of one table that another has not; none is there twice: by their hashes rows are compared in a fifth of the time
-- that `except all` takes
create temp macro only_in(one, other) as table
select one_row.*
from query_table(one) as one_row
anti join query_table(other) as other_row on hash(one_row) = hash(other_row) and one_row = other_row;

create temp macro signed_difference(was, now) as table
select getvariable('number') as number, -1 as sign, * from only_in(was, now)
union all
select getvariable('number') as number, 1 as sign, * from only_in(now, was);

create temp table was_figures as from had('marts.fct_figures', 'before_figures');
create temp table now_figures as from have('marts.fct_figures', 'before_figures');
create temp table was_months as from had('marts.dim_months', 'before_months');
create temp table now_months as from have('marts.dim_months', 'before_months');
create temp table now_sheets as
select sheet_hash, string_agg(distinct layout, ' ' order by layout) as layout
from received.received_sheets
where sheet_hash != ''
group by sheet_hash;

insert into history.figures by name from signed_difference('was_figures', 'now_figures');
insert into history.months by name from signed_difference('was_months', 'now_months');
insert into history.sheets by name from signed_difference('before_sheets', 'now_sheets');

create temp view was_records as (from now_records limit 0) union all by name (from before_records);

-- the months whose records are not all what they were; a month that is published for the first time revises nothing
create temp table revised_months as
with marks as (
    select measure, basis, month, sum(hash(records)) as mark, true as is_before
    from (from was_records semi join published_before using (measure, basis, month)) as records
    group by measure, basis, month
    union all
    select measure, basis, month, sum(hash(records)) as mark, false as is_before
    from (from now_records semi join published_before using (measure, basis, month)) as records
    group by measure, basis, month
)

select measure, basis, month
from marks
group by measure, basis, month
having max(mark) filter (where is_before) is distinct from max(mark) filter (where not is_before);

-- a table, so that it is known how few they are before all records are looked through for them
create temp table changed as
with were as (
    from was_records semi join revised_months using (measure, basis, month)
),

are as (
    from now_records semi join revised_months using (measure, basis, month)
),

-- where a record stands in a dimension that only one of the two can tell, as of a month that was held since before an upgrade, is
-- no change
known_dimensions as (
    select measure, basis, month, {are_known}
    from (from were union all by name from are)
    group by measure, basis, month
),

was as (
    select were.* replace ({if_known}) from were inner join known_dimensions using (measure, basis, month)
),

now as (
    select are.* replace ({if_known}) from are inner join known_dimensions using (measure, basis, month)
)

select -1 as sign, false as is_first, * from (from was except all from now)
union all
select 1 as sign, false as is_first, * from (from now except all from was);

create temp table signed as
-- where a record went that left a month for one that is published for the first time
with first_published as (
    select 1 as sign, true as is_first, *
    from now_records
    semi join changed using (measure, basis, record_id)
    anti join published_before using (measure, basis, month)
),

either as (
    from changed
    union all
    from first_published
)

-- a massacre is counted from sheets of deaths, and its record is the incident
select
    either.*,
    case when measure in ('massacres', 'massacre_deaths') then 'massacres' else coalesce(measures.kind, 'none') end as kind
from either
left join measures using (measure);

-- the release that the numbers of a month were from: a month that was held had those of an earlier one
create temp table numbers_from as
select distinct
    figures.basis,
    figures.period_start as month,
    coalesce(releases.number, getvariable('number') - 1) as number
from was_figures as figures
left join history.releases as releases on figures.figures_from = releases.release
where figures.period_kind = 'month';

create temp table changed_records as
select signed.kind, signed.record_id, min(coalesce(numbers_from.number, getvariable('number') - 1)) as number
from signed
left join numbers_from using (basis, month)
group by signed.kind, signed.record_id;

-- what is made otherwise than it was in one of these releases
create temp table made_otherwise as
select
    was.number,
    coalesce(now.models != was.models, false) as has_other_models,
    coalesce(now.code_lists != was.code_lists, false) as has_other_lists
from history.releases as was
inner join history.releases as now on now.number = getvariable('number')
where was.number in (select changed_records.number from changed_records);

create temp table was_sheets as
select releases.number, sheets.sheet_hash, sheets.layout
from (select distinct number from changed_records) as releases
inner join history.sheets as sheets on sheets.number <= releases.number
group by releases.number, sheets.sheet_hash, sheets.layout
having sum(sheets.sign) > 0;

set variable reasons = [
    'withdrawn', 'merged', 'identified', 'reattributed', 'new', 'revised', 'layout', 'rule', 'code list', 'rolled back'
];

-- why a record counts otherwise: what its sheets say of it now, or else how they are read
create temp table reasons as
with incidents as (
    select record_id as incident_id, number from changed_records
    where kind = 'massacres'
),

were_dead as (
    from before_facts semi join incidents using (incident_id)
),

are_dead as (
    from now_facts semi join incidents using (incident_id)
),

-- a massacre changes with its dead, who may count in no other figure
dead as (
    select * from (from were_dead except from are_dead)
    union
    select * from (from are_dead except from were_dead)
),

touched as (
    select kind, record_id, min(number) as number
    from (
        select kind, record_id, number from changed_records
        where kind != 'massacres'
        union all
        select dead.kind, dead.record_id, incidents.number from dead inner join incidents using (incident_id)
    )
    group by kind, record_id
),

with_reasons as (
    select
        touched.kind,
        touched.record_id,
        coalesce(now_fact.incident_id, was_fact.incident_id) as incident_id,
        case
            when getvariable('is_restored') then 'rolled back'
            when record.state = 'withdrawn' then 'withdrawn'
            when now_fact.exclusion_reason = 'duplicate' and was_fact.exclusion_reason is distinct from 'duplicate'
                then 'merged'
            when was_fact.archive = 'anonymous' and now_fact.archive != 'anonymous' then 'identified'
            when now_sheet.sheet_hash is null then 'withdrawn'
            when was_sheet.sheet_hash is null and was_fact.row_key is null then 'new'
            -- by a later row, or by a statement of ours
            when
                now_fact.party != was_fact.party
                and (now_fact.row_key != was_fact.row_key or now_statement.stands_on is distinct from was_statement.stands_on)
                then 'reattributed'
            when now_fact.row_key != was_fact.row_key then 'revised'
            when was_sheet.layout != now_sheet.layout then 'layout'
            when made_otherwise.has_other_models then 'rule'
            when made_otherwise.has_other_lists then 'code list'
            -- a row that had to wait for its day
            when was_fact.row_key is null then 'new'
            else 'revised'
        end as reason
    from touched
    left join made_otherwise on touched.number = made_otherwise.number
    left join before_facts as was_fact on touched.kind = was_fact.kind and touched.record_id = was_fact.record_id
    left join now_facts as now_fact on touched.kind = now_fact.kind and touched.record_id = now_fact.record_id
    left join before_statements as was_statement
        on touched.kind = was_statement.kind and touched.record_id = was_statement.record_id
    left join now_statements as now_statement
        on touched.kind = now_statement.kind and touched.record_id = now_statement.record_id
    left join record_states as record on touched.kind = record.kind and touched.record_id = record.record_id
    left join was_sheets as was_sheet
        on touched.number = was_sheet.number
        and split_part(coalesce(now_fact.row_key, was_fact.row_key), ':', 1) = left(was_sheet.sheet_hash, 16)
    left join now_sheets as now_sheet
        on split_part(coalesce(now_fact.row_key, was_fact.row_key), ':', 1) = left(now_sheet.sheet_hash, 16)
)

-- a record that is there twice, which a rule finds, has one reason
select kind, record_id, min_by(reason, list_position(getvariable('reasons'), reason)) as reason from with_reasons
group by kind, record_id
union all
-- the reason of most of its dead; of as many the one that sheets say first
select
    'massacres' as kind,
    incidents.incident_id as record_id,
    coalesce(
        (
            select with_reasons.reason from with_reasons
            where with_reasons.incident_id = incidents.incident_id
            group by with_reasons.reason
            order by count(*) desc, list_position(getvariable('reasons'), with_reasons.reason)
            limit 1
        ),
        case
            when getvariable('is_restored') then 'rolled back'
            when made_otherwise.has_other_models then 'rule'
            when made_otherwise.has_other_lists then 'code list'
            else 'revised'
        end
    ) as reason
from incidents
left join made_otherwise on incidents.number = made_otherwise.number;

create temp table changes as
with of_records as (
    select
        measure,
        basis,
        record_id,
        sum(value) filter (where sign = -1) as was,
        sum(value) filter (where sign = 1) as now,
        list(distinct month order by month) filter (where sign = -1) as was_in,
        list(distinct month order by month) filter (where sign = 1) as now_in
    from signed
    group by measure, basis, record_id
)

select
    signed.* exclude (sign, value, kind),
    signed.sign * signed.value as value,
    case
        when of_records.was is null then 'added'
        when of_records.now is null then 'removed'
        when of_records.was_in != of_records.now_in or of_records.was = of_records.now then 'moved'
        else 'recounted'
    end as change,
    reasons.reason
from signed
inner join of_records
    on signed.measure = of_records.measure
    and signed.basis = of_records.basis
    and signed.record_id = of_records.record_id
inner join reasons on signed.kind = reasons.kind and signed.record_id = reasons.record_id;

insert into history.record_changes by name
select getvariable('number') as number, * exclude (is_first) from changes
where not is_first;

insert into history.revisions by name
with totals as (
    select *, period_start as month
    from (select *, true as is_before from was_figures union all select *, false as is_before from now_figures)
    where
        period_kind = 'month'
        and category = 'total'
        and {total}
),

of_month as (
    select
        measure,
        basis,
        month,
        coalesce(max(value) filter (where is_before), 0) as was,
        coalesce(max(value) filter (where not is_before), 0) as now
    from totals
    group by measure, basis, month
),

-- what each record that moved left, and where it came to; one that stands in several places at once is named by its number
moved as (
    select
        measure,
        basis,
        record_id,
        max(reason) as reason,
        max(month) filter (where value > 0) as month,
        max(value) as n,
        dimension,
        max(member) filter (where value < 0) as "from",
        max(member) filter (where value > 0) as "to",
        -- the lists of two months may be others: of what moved between months nothing more is said
        dimension = 'month' or count(distinct month) = 1 as is_within
    from (
        select
            measure, basis, record_id, reason, month, value,
            unnest([
                {{'dimension': 'month', 'member': strftime(month, '%Y-%m')}},
                {{'dimension': 'category', 'member': category}},
                {{'dimension': 'role', 'member': roles}},
                {members}
            ], recursive := true)
        from changes
        where change = 'moved'
    )
    group by measure, basis, record_id, dimension
    having count(*) = 2 and count(*) filter (where value > 0) = 1 and "from" is distinct from "to"
),

lines as (
    select
        changes.month,
        changes.measure,
        changes.basis,
        cast(null as varchar) as dimension,
        cast(of_month.was as varchar) as "from",
        cast(of_month.now as varchar) as "to",
        sum(changes.value) as n,
        changes.change,
        changes.reason
    from changes
    inner join of_month
        on changes.measure = of_month.measure and changes.basis = of_month.basis and changes.month = of_month.month
    where not changes.is_first
    group by changes.month, changes.measure, changes.basis, of_month.was, of_month.now, changes.change, changes.reason
    having sum(changes.value) != 0

    union all

    select month, measure, basis, dimension, "from", "to", sum(n) as n, 'moved' as change, reason
    from moved
    where is_within
    group by month, measure, basis, dimension, "from", "to", reason
)

select getvariable('number') as number, * from lines
order by measure, basis, month, dimension nulls first, change, reason, "from", "to";

update history.releases
set
    figure_columns = (select list(column_name) from (describe marts.fct_figures)),
    month_columns = (select list(column_name) from (describe marts.dim_months))
where number = getvariable('number');

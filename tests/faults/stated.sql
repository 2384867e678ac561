-- Faults of printed figures: copies of the documents of the sample, each with one fault, and who must speak of it.
-- Given: printed (the sample's stated figures, every cell as text). Made: copies, stated_faults(fault, kind, document, rule).
-- A copy is told apart by its scope, which no rule compares across.

create macro period_kind_of(first_day, last_day_of) as
    case when strftime(last_day(first_day::date), '%Y-%m-%d') = last_day_of then 'month' else 'other' end;

create table lines as
select row_number() over () as line, * from printed;

-- the parts of lists whose whole is printed too, and adds up today
create table parts as
select parts.*, count(*) over (partition by document, period_start, period_end, measure, category, party like '%/%') as parts_printed
from lines as parts
where
    parts.unit = 'count'
    and parts.party != 'ALL'
    and parts.location != 'III'
    and (parts.document, parts.period_start, parts.category) != ('002', '2024-01-01', 'children')
    and exists (
        from lines as wholes
        where
            (wholes.document, wholes.period_start, wholes.period_end, wholes.measure, wholes.category)
            = (parts.document, parts.period_start, parts.period_end, parts.measure, parts.category)
            and wholes.party = case when parts.party like 'other/%' and parts.measure = 'deaths' then 'other' else 'ALL' end
            -- a whole that is a lower bound holds any parts
            and wholes.unit = 'count' and wholes.hedge = 'exact'
    )
    -- one party's line alone is no list
    and (
        select count(*) from lines as others
        where
            (others.document, others.period_start, others.period_end, others.measure, others.category)
            = (parts.document, parts.period_start, parts.period_end, parts.measure, parts.category)
    ) > 2;

-- what becomes of a line: another number, hedge …, a line less, or a line more beside it
create table targets (
    kind varchar, rule varchar, document varchar, line bigint, value varchar, hedge varchar, party varchar,
    category varchar, period_start varchar, period_end varchar, outlet varchar, claimant varchar, measure varchar,
    is_lost boolean default false, is_added boolean default false
);

insert into targets by name
select 'digits turned' as kind, 'I75' as rule, document, line, reverse(value) as value
from parts where len(value) = 2 and reverse(value) != value and right(value, 1) != '0';

insert into targets by name
select 'digits turned' as kind, 'I75' as rule, document, line, value[1] || value[3] || value[2] as value
from parts where len(value) = 3 and value[2] != value[3];

insert into targets by name
select 'digit dropped' as kind, 'I75' as rule, document, line, value[:-2] as value
from parts where len(value) >= 2;

insert into targets by name
select 'digit added' as kind, 'I75' as rule, document, line, value || '0' as value
from parts where value != '0' and line % 2 = 0;

insert into targets by name
select 'one more' as kind, 'I75' as rule, document, line, cast(value::int + 1 as varchar) as value
from parts where line % 2 = 1;

insert into targets by name
select 'one less' as kind, 'I75' as rule, document, line, cast(value::int - 1 as varchar) as value
from parts where line % 2 = 0 and value::int > 1;

-- one part is no list, and parts of a party need not be all of it; a column that lost a line may have left it out
insert into targets by name
select 'line lost' as kind, if(party like 'other/%', 'I75.likely', 'I75') as rule, document, line, true as is_lost
from parts
where line % 2 = 0 and value != '0' and parts_printed > 2 and party != 'other' and not (party like 'other/%' and category = 'total');

insert into targets by name
select 'the rest lost' as kind, 'I75.likely' as rule, document, line, true as is_lost
from parts where value != '0' and parts_printed > 2 and party = 'other' and category != 'total' and document != '004';

insert into targets by name
select 'another line''s number' as kind, 'I75' as rule, document, line, neighbour as value
from (select *, lead(value) over (partition by document, measure, category, period_start order by line) as neighbour from parts)
where neighbour != value and line % 3 = 1;

-- a second place that says otherwise; that says the same, or more than it
insert into targets by name
select 'two numbers' as kind, 'I74' as rule, document, line, cast(value::int + 10 as varchar) as value, true as is_added
from lines where unit = 'count' and party = 'ALL' and hedge = 'exact' and category in ('total', 'women') and document != '003' and period_start != '2023-06-01';

insert into targets by name
select 'hedge that excludes' as kind, 'I82' as rule, document, line, 'over' as hedge, true as is_added
from lines where unit = 'count' and party = 'ALL' and category = 'total' and hedge = 'exact' and line % 2 = 0;

-- the numbers of a share, a rank, a label
insert into targets by name
select 'impossible share' as kind, 'I76' as rule, document, line, '25.7' as value
from lines where unit = 'percent' and document = '004' and category = 'gov:Daraa';

insert into targets by name
select 'impossible share' as kind, 'I76' as rule, document, line, unnest(['41', '37', '46.9']) as value
from lines where unit = 'percent' and document = '004' and measure = 'torture_deaths_share' and party != 'ALL';

insert into targets by name
select 'rank of another' as kind, 'I57' as rule, document, line, cast(value::int + 1 as varchar) as value
from lines where unit = 'rank' and document in ('001', '002') and value != '4';

insert into targets by name
select 'label of the next month' as kind, 'I77' as rule, document, line, '2025-02-28' as period_end, true as is_added
from lines where unit = 'count' and party = 'ALL' and document = '001' and category = 'total';

insert into targets by name
select 'not all in December' as kind, 'I65' as rule, document, line, '2' as value, true as is_added, '2024-12-01' as period_start
from lines where measure in ('deaths_media', 'deaths_civil_defense') and party = 'ALL' and document = '002';

-- a part of more than its whole
insert into targets by name
select 'more tortured than dead' as kind, 'I55.stated' as rule, document, line, '999' as value
from lines where measure = 'torture_deaths' and party = 'ALL' and category = 'total' and period_kind_of(period_start, period_end) = 'month';

insert into targets by name
select 'more women than everybody' as kind, 'I55.stated' as rule, document, line, '9999' as value
from lines where measure = 'deaths' and party = 'ALL' and category = 'women';

insert into targets by name
select 'massacres of fewer than five' as kind, 'I45.stated' as rule, document, line, '199' as value
from lines where measure = 'massacres' and unit = 'count' and party in ('sdf', 'russia', 'other') and document != '004';

insert into targets by name
select 'massacres of fewer than five' as kind, 'I45.stated' as rule, document, line, '3' as value
from lines where measure = 'massacres' and document = '004' and party = 'other';

insert into targets by name
select 'a month above its year' as kind, 'I63.stated' as rule, document, line, '9999' as value
from lines where period_kind_of(period_start, period_end) = 'month' and document in ('002', '004') and party = 'ALL' and measure = 'deaths' and category in ('total') and unit = 'count' and period_start != '2023-06-01';

insert into targets by name
select 'released and never detained' as kind, 'I49.stated' as rule, document, line, '70' as value
from lines where measure = 'released' and category like '%Fahel';

-- words
insert into targets by name
select 'unknown party' as kind, 'I81' as rule, document, line, 'The Unheard Of' as party
from parts where line % 5 = 0;

insert into targets by name
select 'unknown measure' as kind, 'I81' as rule, document, line, 'sorrows' as measure
from lines where unit = 'count' and line % 23 = 0;

insert into targets by name
select 'ungraded outlet' as kind, 'I85' as rule, document, line, 'An outlet nobody knows' as outlet
from lines where document = '003';

create table stated_faults as
select 'F' || lpad(row_number() over (order by document, line, kind)::varchar, 3, '0') as fault, targets.*
from targets;

-- each fault in a copy of its document; and one copy of each without
create table copies as
select lines.* replace (
    stated_faults.fault || if(lines.document = '003', lines.measure, '') as scope,
    lines.document || '-' || stated_faults.fault as document,
    case when lines.line = stated_faults.line then coalesce(stated_faults.value, lines.value) else lines.value end as value,
    case when lines.line = stated_faults.line then coalesce(stated_faults.party, lines.party) else lines.party end as party,
    case when lines.line = stated_faults.line then coalesce(stated_faults.measure, lines.measure) else lines.measure end as measure,
    case when lines.line = stated_faults.line then coalesce(stated_faults.outlet, lines.outlet) else lines.outlet end as outlet
)
from lines
inner join stated_faults on lines.document = stated_faults.document
where not (lines.line = stated_faults.line and stated_faults.is_lost)
and not stated_faults.is_added
union all
select lines.* replace (stated_faults.fault || if(lines.document = '003', lines.measure, '') as scope, lines.document || '-' || stated_faults.fault as document)
from lines
inner join stated_faults on lines.document = stated_faults.document
where stated_faults.is_added
union all
select lines.* replace (
    stated_faults.fault || if(lines.document = '003', lines.measure, '') as scope,
    lines.document || '-' || stated_faults.fault as document,
    'added' as location,
    coalesce(stated_faults.value, lines.value) as value,
    coalesce(stated_faults.hedge, lines.hedge) as hedge,
    coalesce(stated_faults.period_start, lines.period_start) as period_start,
    coalesce(stated_faults.period_end, lines.period_end) as period_end
)
from lines
inner join stated_faults on lines.line = stated_faults.line
where stated_faults.is_added
union all
select lines.* replace ('control' || if(lines.document = '003', lines.measure, '') as scope, lines.document || '-control' as document)
from lines;

-- one fault of several lines: the paragraph of December stands in the report of January
insert into stated_faults by name
select 'F900' as fault, 'stale paragraph' as kind, 'I78' as rule, '001' as document, min(line) as line
from lines where document = '001';

insert into copies
select lines.* replace ('F900' as scope, lines.document || '-F900' as document, coalesce(december.value, lines.value) as value)
from lines
left join lines as december
    on lines.document = '001'
    and december.document = '002'
    and december.period_start = '2024-12-01'
    and december.party = 'ALL'
    and (december.measure, december.party, december.category, december.unit) = (lines.measure, lines.party, lines.category, lines.unit)
where lines.document in ('001', '002');

-- What was said of each fault. Given: before and after (failures of two nights), stated_faults, sheet_faults, invented, expert,
-- and the month of the night, as variable night_month.

-- what speaks of a document or a month, without the copy's own name in it
create table said as
select distinct
    rule_id,
    case
        when document in (select invented.document from invented) then document
        else coalesce(regexp_extract(document, '-(F\d+|control)$', 1), '')
    end as fault,
    case when document like 'report-%' then document[8:] when document is null then strftime(period_start, '%Y-%m') end as month,
    regexp_extract(document, '^\d+') as original,
    regexp_replace(subject, ', counting (F\d+|control)\w*', '') as subject,
    category,
    strftime(period_start, '%Y-%m-%d') as period_start
from after;

create table said_before as
select distinct rule_id, document as original, subject, category, strftime(period_start, '%Y-%m-%d') as period_start
from before;

-- what the documents of the sample say wrong themselves is no news of a copy
create table news as
select said.* from said
left join said_before
    on said.rule_id = said_before.rule_id
    and said.original = said_before.original
    and said.subject = said_before.subject
    and said.category = said_before.category
    and said.period_start = said_before.period_start
where
    said_before.rule_id is null
    -- a band judges a month by those before it: a fault moves it for months after
    and said.rule_id not in ('I10', 'I71', 'I72')
    -- words nobody knows are told twice: of their document, and of their month's rows
    and said.rule_id != 'I05.stated'
    -- nobody graded the invented claimants
    and not (said.rule_id = 'I85' and said.fault in (select invented.document from invented));

create table expected as
select fault, kind, rule, document || ' line ' || line as place, null as month, false as is_all from stated_faults
union all
select null as fault, kind, rule, month as place, month, false as is_all from sheet_faults
union all
-- a word nobody knows is told once for all months, on the day of the night
select distinct null as fault, kind, 'I05.word' as rule, 'all months' as place, getvariable('night_month') as month, true as is_all
from sheet_faults where kind = 'party misspelt'
union all
-- of an invented document an expert says everything there is to say
select document as fault, shape as kind, rule_id as rule, document as place, null as month, true as is_all from expert
where rule_id is not null;

create table matched as
select
    expected.*,
    coalesce(bool_or(news.rule_id = expected.rule), false) as is_found,
    count(distinct news.rule_id) filter (where news.rule_id != expected.rule) as others
from expected
left join news on expected.fault = news.fault or expected.month = news.month
group by all;

create table matrix as
select
    kind as fault,
    rule,
    count(*) as faults,
    count(*) filter (where is_found) as found,
    count(*) filter (where not is_found) as missed,
    count(*) filter (where others > 0) as "other rules spoke"
from matched
group by kind, rule
order by rule, kind;

create table missed as
select kind || ' (' || rule || '), ' || place as said from matched where not is_found;

create table false_alarms as
select rule_id || ' of ' || coalesce(nullif(news.fault, ''), news.month, '') || ' ' || coalesce(news.original, '') || ' ' || news.subject || ', ' || news.category as said
from news
left join expected
    on (news.month = expected.month or news.fault = expected.fault) and (news.rule_id = expected.rule or not expected.is_all)
where expected.kind is null

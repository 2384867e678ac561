-- Faults of case sheets: one a month, in a row of its sheet of deaths, and the printed report of that month must disagree.
-- Given: deaths (sheets of many months, every cell as text, with month 'YYYY-MM'). Made: faulty, sheet_faults.

create table numbered as
select row_number() over (partition by month order by case_id) as position, count(*) over (partition by month) as cases, * from deaths;

create table kinds as
select row_number() over () - 1 as kind_number, kind, rule
from (values
    ('row lost', 'I79'), ('row twice, under another number', 'I79'), ('party swapped', 'I79'), ('moved over the month''s end', 'I79'),
    ('adult made a child', 'I79'), ('governorate changed', 'I79'), ('sex changed', 'I79'), ('impossible date', 'I79'),
    ('a year ahead', 'I79'), ('party misspelt', 'I79'), ('made a combatant', 'I79'), ('made anonymous', 'I79'),
    ('one number, two people', 'I79'), ('withdrawn', 'I79'), ('sheet lost', 'I09')
) as listed (kind, rule);

-- every fourth month has no fault
create table sheet_faults as
select month, kinds.kind, kinds.rule
from (select month, row_number() over (order by month) as month_number from (select distinct month from deaths))
inner join kinds on (month_number - month_number // 4) % 15 = kinds.kind_number
where month_number % 4 != 0;

create table faulty as
with hit as (
    select numbered.*, coalesce(sheet_faults.kind, '') as kind,
        -- an adult man of a known party and governorate, not killed in detention, is hit: the first of the month
        position = min(position) filter (where numbered.sex = 'm' and numbered.age_class = 'adult' and numbered.detention_id is null and numbered.incident_id is null and numbered.post_fall_channel is null)
            over (partition by month) as is_hit
    from numbered
    left join sheet_faults using (month)
),

changed as (
    select * replace (
        case when is_hit and kind = 'party swapped' then case party when 'sdf' then 'unidentified' else 'sdf' end
            when is_hit and kind = 'party misspelt' then 'The Unheard Of' else party end as party,
        case when is_hit and kind = 'moved over the month''s end' then strftime(documented_on::date + interval 1 month, '%Y-%m-%d')
            when is_hit and kind = 'a year ahead' then strftime(documented_on::date + interval 1 year, '%Y-%m-%d')
            when is_hit and kind = 'impossible date' then documented_on[:8] || '32' else documented_on end as documented_on,
        case when is_hit and kind = 'adult made a child' then 'child' else age_class end as age_class,
        case when is_hit and kind = 'adult made a child' then '9' else age end as age,
        case when is_hit and kind = 'governorate changed' then case killed_governorate when 'SY14' then 'SY13' else 'SY14' end else killed_governorate end as killed_governorate,
        case when is_hit and kind = 'governorate changed' then null else killed_pcode end as killed_pcode,
        case when is_hit and kind = 'governorate changed' then null else killed_place end as killed_place,
        case when is_hit and kind = 'sex changed' then 'f' else sex end as sex,
        case when is_hit and kind = 'made a combatant' then 'combatant' else civilian_status end as civilian_status,
        case when is_hit and kind = 'made anonymous' then 'anonymous' else archive end as archive,
        case when is_hit and kind = 'made anonymous' then null else name_en end as name_en,
        case when is_hit and kind = 'made anonymous' then null else name_ar end as name_ar,
        case when is_hit and kind = 'withdrawn' then 'withdrawn' else status end as status
    )
    from hit
    where not (is_hit and kind = 'row lost') and kind != 'sheet lost'
    union all
    -- the same person again with another number, or another person under the same
    select * replace (
        case kind when 'row twice, under another number' then case_id || '-B' else case_id end as case_id,
        case kind when 'one number, two people' then '71' else age end as age
    )
    from hit
    where is_hit and kind in ('row twice, under another number', 'one number, two people')
)

select * exclude (position, cases, kind, is_hit) from changed;

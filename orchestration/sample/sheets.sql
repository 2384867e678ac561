-- From cells ("so many like cases") to one row a case, an incident, an attack, a detention, an act. Needs people.sql.

-- `a=1|b=2` as a map; a cell says by it what its rows hold apart from what is drawn for them.
create or replace macro pairs(written) as map_from_entries(list_transform(
    string_split(written, '|'), lambda p: (split_part(p, '=', 1), split_part(p, '=', 2))));
create or replace macro stated(pairs, key, otherwise) as
    if(coalesce(map_contains(pairs, key), false), nullif(pairs[key], ''), otherwise);

create or replace table cells as
select cell, month, count, children, women, coalesce(sheet, '') as sheet, expected, t.party, t.mechanism, g.governorate,
    first_day, last_day, incident, try_cast(incident as integer) as per_incident, pairs(also) as also,
    pairs(mistake) as mistake, revised_on, pairs(revised) as revised, strptime(month, '%Y-%m')::date as month_start
from (select row_number() over () as cell, * from read_csv(getvariable('here') || '/targets.csv')) as t
left join read_csv(getvariable('seeds') || '/governorates.csv') as g on g.name_en = t.governorate;

-- One row a victim; those of one incident share `event`, and with it day and place.
create or replace table victims as
with drawn as (
    select *, row_number() over (order by cell, k) as number,
        case
            when incident is null then cell || ' ' || k
            when per_incident is null then month || ' ' || incident
            else cell || ' group ' || (k - 1) // per_incident
        end as event,
        (k - 1) // coalesce(per_incident, 1) as turn
    from cells, unnest(generate_series(1, count)) as counted(k)
),

dated as (
    select *, min(number) over (partition by event) as event_number,
        stated(also, 'sex', case when k <= children then if(k % 2 = 0, 'f', 'm')
            when k <= children + women then 'f' else 'm' end) as sex,
        coalesce(stated(also, 'age', null)::integer, age_of(number, k <= children)) as age,
        first_day + ((turn * 7 + cell * 3) % (last_day - first_day + 1))::integer as death_date
    from drawn
),

documented as (
    select *, case
        when death_date < month_start then month_start + (draw(number, 3) % 28)::integer
        else least(death_date + (draw(event_number, 4) % 4)::integer, last_day(month_start)) end as documented_on
    from dated
)

select d.*, p.* exclude (governorate, number),
    stated(also, 'area_control', control_at(death_date, before, after)) as control,
    'SYN-' || month || '-' || lpad((row_number() over (partition by month order by documented_on, cell, k))::varchar,
        4, '0') as case_id,
    if(incident is null, null, 'SYN-I-' || month || '-' || lpad((dense_rank() over (
        partition by month, incident is null order by event_number))::varchar, 3, '0')) as incident_id
from documented as d
left join places as p on p.governorate = d.governorate and p.number = draw(event_number, 5) % p.places;

create or replace table made_deaths as
select month, sheet, also, mistake, revised_on, revised, case_id, incident_id,
    -- a month whose detained are printed has no other detentions than those
    if(mechanism = 'torture_in_detention' and month not in (select e.month from read_csv(getvariable('here') || '/events.csv') as e where e.kind = 'detentions'),
        replace(case_id, 'SYN-', 'SYN-D-'), null) as detention_id,
    documented_on, death_date, 'day' as death_date_precision,
    if(archive = 'named', name_en(number, sex), null) as name_en,
    if(archive = 'named', name_ar(number, sex), null) as name_ar,
    archive, sex,
    if(number % 9 = 0 and sheet = '' and not map_contains(coalesce(also, map {}), 'age'), null, age) as age,
    if(number % 7 = 0 and archive = 'named' and number % 9 <> 0, death_date - to_years(age) - to_days((draw(number,
        6) % 300)::integer), null)::date as birth_date,
    if(k <= children, 'child', 'adult') as age_class,
    'civilian' as civilian_status, governorate as killed_governorate, pcode as killed_pcode, if(sheet = 'arabic',
        place_ar, place) as killed_place, 'SY' as country,
    if(draw(number, 7) % 6 = 0, 'SY' || lpad((1 + draw(number, 8) % 14)::varchar, 2, '0'), coalesce(governorate,
        'SY04')) as origin_governorate,
    'Syrian' as nationality, party,
    attribution(is_excluded_from_attribution, kind, stated(also, 'post_fall_channel', null)) as attribution_status,
    control as area_control,
    mechanism, if(sheet = 'arabic', null, weapon) as weapon, 'no' as torture, if(draw(number, 9) % 8 = 0,
        'corroborated', 'verified') as verification,
    'SRC-' || lpad((draw(number, 10) % 20)::varchar, 2, '0') || ';SRC-' || (20 + draw(number, 11) % 20) as sources,
    'photo ' || number as evidence,
    if(draw(number, 12) % 3 = 0, 'yes', 'no') as consent_un_submission,
    if(draw(number, 13) % 4 = 0, 'yes', 'no') as consent_publish_name,
    if(draw(number, 14) % 5 = 0, 'yes', 'no') as consent_awsd,
    'active' as status, 1 as revision,
    if(sheet = 'arabic', 'شخص وهمي من صنع casebook sample', concat_ws(' ',
        'Synthetic person made by casebook sample.', stated(also, 'remark', null))) as notes
from (select *, stated(also, 'archive', 'named') as archive from victims) as v
join mechanisms using (mechanism)
join (select party, kind from parties) using (party);

create or replace table events as
select e.* exclude (governorate), g.governorate as governorate, strptime(month, '%Y-%m')::date as month_start,
    pairs(also) as stated_pairs,
    first_day + ((k - 1) * 5 % (last_day - first_day + 1))::integer as happened_on,
    row_number() over (partition by kind, month order by cell, k) as turn, 100000 + row_number() over (order by cell,
        k) as number
from (select row_number() over () as cell, * from read_csv(getvariable('here') || '/events.csv')) as e
join read_csv(getvariable('seeds') || '/governorates.csv') as g on g.name_en = e.governorate
cross join unnest(generate_series(1, count)) as counted(k);

-- Events without a death, as columns that every kind of sheet shares.
create or replace table placed_events as
select e.*, p.pcode, p.place, control_at(happened_on, before, after) as control,
    least(happened_on + (draw(e.number, 4) % 5)::integer, last_day(month_start)) as documented_on
from events as e join places as p on p.governorate = e.governorate
    -- what belongs to one incident happened in one place
    and p.number = draw(coalesce(right(stated(stated_pairs, 'incident_id', null), 3)::bigint, e.number), 5) % p.places;

create or replace table made_incidents as
select month, '' as sheet, null::map(varchar, varchar) as also, incident_id, max(documented_on) as documented_on,
    min(death_date) as date_from, max(death_date) as date_to, any_value(m.incident_kind) as kind,
        any_value(governorate) as governorate,
    any_value(pcode) as pcode, any_value(place) as place,
    any_value(control) as control, any_value(party) as party, mechanism,
    count(*) as killed_min, count(*) as killed_best, count(*) + min(event_number) % 2 as killed_max,
    draw(min(event_number), 15) % 4 as injured_min, draw(min(event_number),
        15) % 4 + min(event_number) % 3 as injured_max,
    'none' as military_presence, 'no' as warning_given, 'no' as under_investigation,
    'Synthetic incident made by casebook sample.' as narrative
from victims join mechanisms as m using (mechanism)
where incident_id is not null
group by month, incident_id, mechanism
union all by name
select month, '' as sheet, stated_pairs as also, 'SYN-I-' || month || '-' || (500 + turn) as incident_id,
    documented_on, happened_on as date_from,
    governorate, pcode, place, control, party, mechanism, 'none' as military_presence, 'no' as under_investigation,
    concat_ws(' ', 'Synthetic incident made by casebook sample.', stated(stated_pairs, 'remark', null)) as narrative
from placed_events where kind = 'incidents';

create or replace table made_facility_attacks as
select month, '' as sheet, stated_pairs as also, 'SYN-F-' || month || '-' || lpad(turn::varchar, 3, '0') as attack_id,
    documented_on,
    happened_on as attacked_on, 'Invented facility ' || number as facility_name, governorate, pcode, place, party,
        mechanism,
    'SRC-' || lpad((turn % 20)::varchar, 2, '0') || ';SRC-' || (20 + turn % 20) as sources,
        'photo ' || number as evidence,
    'Synthetic attack made by casebook sample.' as notes
from placed_events where kind = 'facility_attacks';

create or replace table made_torture as
select month, '' as sheet, stated_pairs as also, 'SYN-T-' || month || '-' || lpad(turn::varchar, 3, '0') as event_id,
    documented_on,
    happened_on as occurred_from, happened_on as occurred_to, governorate, place, party, 'SRC-01;SRC-21' as sources,
    'photo ' || number as evidence, 'Synthetic act made by casebook sample.' as notes
from placed_events where kind = 'torture';

-- Who died due to torture was detained before.
create or replace table made_detentions as
select month, '' as sheet, null::map(varchar, varchar) as also, detention_id, documented_on,
    death_date - 40 as detained_on, 1 as persons,
    'exact' as persons_hedge, (age_class = 'child')::integer as children,
        (age_class = 'adult' and sex = 'f')::integer as women,
    killed_governorate as governorate, killed_place as place, party, 'died' as outcome, case_id,
    'Synthetic detention made by casebook sample.' as notes
from made_deaths where detention_id is not null
union all by name
select month, '' as sheet, stated_pairs as also, 'SYN-D-' || month || '-' || (500 + turn) as detention_id,
    documented_on, happened_on as detained_on,
    governorate, place, party, 'Synthetic detention made by casebook sample.' as notes
from placed_events where kind = 'detentions';

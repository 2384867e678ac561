-- Any number of cases over any months. Needs people.sql and the variables cases, first_month, months and seed.
-- Everything is drawn by the number of the case, or of its event, so rows need no sorting and no second pass.

create or replace view attacks as
select {party: party, mechanism: mechanism, since: valid_from, until: valid_until, weapon: weapon,
    incident_kind: incident_kind, attribution: attribution(is_excluded_from_attribution, kind, null)} as attack, party
from parties cross join mechanisms;
set variable drawn_attacks = (select list(attack order by attack)
    from attacks join read_csv(getvariable('here') || '/draws.csv') as draws
        on draws.party = attack.party and draws.mechanism = attack.mechanism, unnest(range(weight)));
-- Who takes the place of a party that was not there on the day.
set variable fallback = (select attack from attacks
    where attack.party = 'gunfire_unidentified' and attack.mechanism = 'gunfire');
set variable spots = (select list({pcode: pcode, place: place} order by governorate, number) from places);
set variable drawn_areas = (select list(area order by area) from (
    select {governorate: governorate, before: before, after: after, spots: count(*),
        spots_before: (sum(count(*)) over (order by governorate) - count(*))::bigint} as area,
            any_value(weight) as weight
    from places group by governorate, before, after), unnest(range(weight)));

-- Of twelve cases in a row, one time in forty, five to twelve died together; else of three in a row one time in three
-- all three; else everybody alone. What an event's people share is drawn by the number of its first.
create or replace view numbered as
select number, number + getvariable('seed') * 100003 as person,
    case
        when draw(number // 12 + getvariable('seed') * 100003, 30) % 40 = 0
            and number % 12 < 5 + draw(number // 12, 31) % 8 then number // 12 * 12
        when draw(number // 12 + getvariable('seed') * 100003, 30) % 40 > 0
            and draw(number // 3 + getvariable('seed') * 100003, 32) % 3 = 0 then number // 3 * 3
    end as incident_number,
    coalesce(incident_number, number) + getvariable('seed') * 100003 as event
from range(getvariable('cases')) as counted(number);

create or replace view dated as
select *, (getvariable('first_month') + to_months((draw(event,
    20) % getvariable('months'))::integer))::date as month_start,
    month_start + (draw(event, 21) % day(last_day(month_start)))::integer as documented_on,
    case when draw(event, 22) % 100 < 85 then draw(event, 23) % 21
        when draw(event, 22) % 100 < 97 then draw(event, 23) % 365 else draw(event, 23) % 2500 end as delay,
    least(documented_on, greatest(documented_on - delay::integer, date '2011-03-18')) as death_date,
    getvariable('drawn_attacks')[1 + draw(event, 24) % 1000] as drawn_attack,
    if(death_date between drawn_attack['since'] and drawn_attack['until'], drawn_attack,
        getvariable('fallback')) as attack,
    getvariable('drawn_areas')[1 + draw(event, 25) % 1000] as area,
    getvariable('spots')[1 + area['spots_before'] + draw(event, 26) % area['spots']] as spot,
    draw(person, 40) % 100 < 18 as is_child,
    if(draw(person, 41) % 100 < if(is_child, 45, 20), 'f', 'm') as sex
from numbered;

create or replace table identified as
select *, 'SYN-' || getvariable('seed') || '-' || lpad(number::varchar, 8, '0') as case_id,
    if(attack.mechanism = 'torture_in_detention', replace(case_id, 'SYN-', 'SYN-D-'), null) as detention_id,
    if(attack.mechanism = 'torture_in_detention' or incident_number is null, null,
        'SYN-I-' || getvariable('seed') || '-' || lpad(incident_number::varchar, 8, '0')) as incident_id,
    control_at(death_date, area.before, area.after) as control
from dated;

create or replace view made_deaths as
select case_id, incident_id, detention_id, documented_on, death_date, 'day' as death_date_precision,
    name_en(person, sex) as name_en, name_ar(person, sex) as name_ar, 'named' as archive, sex,
    if(draw(person, 42) % 10 = 0, null, age_of(person, is_child)) as age, if(is_child, 'child', 'adult') as age_class,
    'civilian' as civilian_status, area.governorate as killed_governorate, spot.pcode as killed_pcode,
    spot.place as killed_place, 'SY' as country, area.governorate as origin_governorate, 'Syrian' as nationality,
    attack.party as party, attack.attribution as attribution_status, control as area_control,
        attack.mechanism as mechanism,
    attack.weapon as weapon, if(detention_id is null, 'no', 'death_due_to_torture') as torture,
    case draw(person, 43) % 100 when 0 then 'medical' when 1 then 'media' when 2 then 'civil_defense'
        when 3 then 'aid' end as roles,
    'verified' as verification, 'SRC-' || draw(person, 44) % 20 || ';SRC-' || (20 + draw(person, 45) % 20) as sources,
    'photo ' || number as evidence, if(draw(person, 46) % 3 = 0, 'yes', 'no') as consent_un_submission,
    'no' as consent_publish_name, 'no' as consent_awsd, 'active' as status, 1 as revision,
    'Synthetic person made by casebook sample.' as notes
from identified;

create or replace view made_incidents as
select incident_id, documented_on, death_date as date_from, death_date as date_to,
    any_value(attack.incident_kind) as kind,
    any_value(area.governorate) as governorate, any_value(spot.pcode) as pcode, any_value(spot.place) as place,
    any_value(control) as control, any_value(attack.party) as party, any_value(attack.mechanism) as mechanism,
    count(*) as killed_min, count(*) as killed_best, count(*) as killed_max, 'none' as military_presence,
    'no' as warning_given, 'no' as under_investigation, 'active' as status, 1 as revision,
    'Synthetic incident made by casebook sample.' as narrative
from identified where incident_id is not null group by incident_id, documented_on, death_date;

create or replace view made_detentions as
select detention_id, documented_on, greatest(death_date - 40, date '2011-03-01') as detained_on,
    1 as persons, 'exact' as persons_hedge,
    is_child::integer as children, (sex = 'f' and not is_child)::integer as women, area.governorate as governorate,
    spot.place as place, attack.party as party, 'died' as outcome, case_id, 'active' as status, 1 as revision,
    'Synthetic detention made by casebook sample.' as notes
from identified where detention_id is not null;

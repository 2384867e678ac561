-- Invented people and places, by number: what both the sample months and write_cases draw from. Arithmetic only, no
-- hash() or random(), whose values may change with a version of DuckDB: the same number is the same person for ever.

create or replace macro names(its_part, is_latin) as (
    select list(if(is_latin, en, ar) order by number) from read_csv(getvariable('here') || '/names.csv')
    where part = its_part);
set variable male = names('male', true);
set variable male_ar = names('male', false);
set variable female = names('female', true);
set variable female_ar = names('female', false);
set variable family = names('family', true);
set variable family_ar = names('family', false);

-- A number in [0, 2^31) that looks random; salt tells the questions asked about one case apart.
create or replace macro mixed(x) as xor(x, x >> 15) * 48271 % 2147483647;
create or replace macro draw(number, salt) as
    mixed(mixed((number::bigint * 1103515245 + salt::bigint * 69069069 + 12345) % 2147483647));

-- Given name, father's, grandfather's and a family name that is a word for "made up", so that nobody bears it. The odd
-- factor makes it a bijection: 2^20 different names a sex before one comes again.
create or replace macro name_of(number, given, male, family) as
    given[1 + (number * 605167) % 32] || ' ' || male[1 + ((number * 605167) // 32) % 32]
    || ' ' || male[1 + ((number * 605167) // 1024) % 32] || ' ' || family[1 + ((number * 605167) // 32768) % 32];
create or replace macro name_en(number, sex) as name_of(
    number, if(sex = 'f', getvariable('female'), getvariable('male')), getvariable('male'), getvariable('family'));
create or replace macro name_ar(number, sex) as name_of(
    number, if(sex = 'f', getvariable('female_ar'), getvariable('male_ar')), getvariable('male_ar'),
        getvariable('family_ar'));

-- Age in whole years: 0 to 17 or 18 to 79.
create or replace macro age_of(number, is_child) as
    if(is_child, draw(number, 1) % 18, 18 + least(draw(number, 1) % 62, draw(number, 2) % 62));

create or replace table places as
select governorate, area as pcode, name_en as place, name_ar as place_ar, before, after, weight,
    row_number() over (partition by governorate order by area) - 1 as number,
    count(*) over (partition by governorate) as places
from read_csv(getvariable('seeds') || '/admin_areas.csv') as areas
join read_csv(getvariable('here') || '/control.csv') as control using (governorate)
where level = 3;

create or replace table mechanisms as
select * from read_csv(getvariable('seeds') || '/mechanisms.csv') as known
left join read_csv(getvariable('here') || '/mechanisms.csv') as shown using (mechanism);

create or replace table parties as
select *, coalesce(valid_to, date '9999-12-31') as valid_until from read_csv(getvariable('seeds') || '/parties.csv');

-- Who controlled the area: not told for the years before 2018, when it changed hands too often for a list this short.
create or replace macro control_at(day, before, after) as
    case when day > date '2024-12-08' then after when day >= date '2018-01-01' then before end;

-- Landmines, remote explosions and suicide attacks are not attributed to anybody (S35).
create or replace macro attribution(is_excluded, party_kind, channel) as
    case
        when is_excluded then 'excluded_by_rule'
        when party_kind = 'waiting' then 'pending'
        when channel is not null then 'residual_post_fall'
        when party_kind = 'residual' then 'probable'
        else 'confirmed'
    end;

-- Deaths by place and party, coarsened such that nothing follows of place, party and a third thing (age and sex, cause, role),
-- and totals still add up. Given are the tables cells (month, place, party, value: each once, none zero) and of_party (month, party,
-- kind, value): how many dead of a party were of each kind that is open beside it, such as women, or killed by gunfire.
--
-- Of a month are known anyway how many died in each place. What is told beside that is of which parties they were. The parties
-- stand in lines: of a line its dead by place and its dead by kind are known, and nothing else. So two dead of a line may have
-- their places exchanged, and all that is told stays as it is. How many of a kind died in a place follows only where all dead
-- of the line are in one place, or all of that kind: Fréchet's bounds of a table with given margins meet there, and
-- elsewhere at zero alone. So a line has more dead than any one place, and no kind has all of them.
--
-- Which parties stand in a line follows from numbers that are told anyway, by place or by kind: who knows this rule learns no
-- more by it. The tests try every table there could be.

create or replace temp table parties as
with of_parties as (
    select month, party, sum(value) as dead from cells
    group by month, party
),

of_places as (
    select month, max(dead) as dead
    from (select month, sum(value) as dead from cells group by month, place)
    group by month
),

of_kinds as (
    select month, party, max(value) as dead from of_party
    group by month, party
)

select
    of_parties.*,
    of_places.dead as most_in_a_place,
    of_parties.dead > of_places.dead and of_kinds.dead < of_parties.dead as stands_alone
from of_parties
inner join of_places on of_parties.month = of_places.month
inner join of_kinds on of_parties.month = of_kinds.month and of_parties.party = of_kinds.party;

-- the others stand together; where that makes no line, the smallest party that is one joins them
create or replace temp table lines as
with together as (
    select month, party from parties
    where not stands_alone
),

are_one as (
    select parties.month, sum(parties.dead) > any_value(parties.most_in_a_place) and any_value(of_kinds.dead) < sum(parties.dead) as is_line
    from parties
    semi join together on parties.month = together.month and parties.party = together.party
    inner join (
        select month, max(dead) as dead
        from (select month, sum(value) as dead from of_party semi join together using (month, party) group by month, kind)
        group by month
    ) as of_kinds on parties.month = of_kinds.month
    group by parties.month
),

joining as (
    select parties.month, min_by(parties.party, (parties.dead, parties.party)) as party
    from parties
    inner join are_one on parties.month = are_one.month
    where parties.stands_alone and not are_one.is_line
    group by parties.month
),

joined as (
    from together
    union
    from joining
),

named as (
    select month, string_agg(party, ';' order by party) as parties from joined
    group by month
)

select
    parties.month,
    parties.party,
    if(joined.party is null, parties.party, named.parties) as parties,
    -- where no party is a line, and all of them are none, the places of the month are not told
    coalesce(are_one.is_line, true)
    or exists (from parties as line where line.month = parties.month and line.stands_alone) as has_places
from parties
left join joined on parties.month = joined.month and parties.party = joined.party
left join named on parties.month = named.month
left join are_one on parties.month = are_one.month;

create or replace temp table month_totals as
select month, bool_and(has_places) as has_places from lines
group by month;

-- each of the dead in one row
create or replace temp table open_cells as
select
    cells.month,
    if(lines.has_places, cells.place, 'not_shown') as place,
    if(lines.has_places, lines.parties, cells.party) as parties,
    sum(cells.value) as value
from cells
inner join lines on cells.month = lines.month and cells.party = lines.party
group by all;

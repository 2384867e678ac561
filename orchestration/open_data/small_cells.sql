-- Deaths by place and party, coarsened such that no small cell of place, party, age and sex can be worked out, and totals
-- still add up. Given are the table cells (month, place, party, category, value: each once, none zero) and the variable
-- smallest: a cell below it is small.
--
-- Of a month are known anyway how many died in each place, and how many of each kind: a party and an age and sex. What is
-- told beside that is of which parties the dead of a place are. The parties stand in blocks: of a block its dead by place
-- and its dead by kind are known, and nothing else. So any two dead of a block who differ in both may have their
-- places exchanged, and all that is told stays as it is. A cell follows from what is told only where all dead of its block
-- are in one place, or all of one kind: Fréchet's bounds of a table with given margins meet there, and elsewhere at zero
-- alone.
--
-- Which parties stand in a block follows from numbers that are told anyway, by place or by kind, and never from a cell: who
-- knows this rule learns no more by it. The tests try every table there could be.

create or replace temp table kinds as
select month, party, category, sum(value) as dead from cells
group by month, party, category;

create or replace temp table places as
select month, place, sum(value) as dead from cells
group by month, place;

-- a party stands alone where no cell of it can be worked out that is small, wherever its dead are
create or replace temp table parties as
select
    month,
    party,
    count(*) as kinds,
    sum(dead) as dead,
    count(*) > 1 and min(dead) >= getvariable('smallest') as stands_alone
from kinds
group by month, party;

-- what is told of a month anyway, and of the parties that do not stand alone
create or replace temp table month_totals as
with of_places as (
    select month, count(*) as places, max(dead) as most_in_a_place from places
    group by month
),

of_kinds as (
    select month, count(*) as kinds, min(dead) as fewest_of_a_kind from kinds
    group by month
),

of_parties as (
    select
        month,
        coalesce(sum(kinds) filter (where not stands_alone), 0) as kinds_together,
        coalesce(sum(dead) filter (where not stands_alone), 0) as dead_together
    from parties
    group by month
)

select
    of_places.month,
    of_places.most_in_a_place,
    of_parties.dead_together,
    -- they must be of several kinds, and more than could all be in one place
    of_parties.dead_together = 0
    or (of_parties.kinds_together > 1 and of_parties.dead_together > of_places.most_in_a_place) as are_enough,
    -- where these totals alone give a small cell away, or might, the places of the month are not told
    of_kinds.kinds > 1
    and (of_places.places > 1 or of_kinds.fewest_of_a_kind >= getvariable('smallest')) as has_places
from of_places
inner join of_kinds on of_places.month = of_kinds.month
inner join of_parties on of_places.month = of_parties.month;

-- where they are not enough, the smallest party with which they are stands with them
create or replace temp table joining as
select parties.month, min_by(parties.party, (parties.dead, parties.party)) as party
from parties
inner join month_totals on parties.month = month_totals.month
where
    parties.stands_alone
    and not month_totals.are_enough
    and month_totals.dead_together + parties.dead > month_totals.most_in_a_place
group by parties.month;

create or replace temp table blocks as
with standing as (
    select
        parties.month,
        parties.party,
        month_totals.has_places,
        not parties.stands_alone
        -- where no party makes them enough, all stand together
        or (not month_totals.are_enough and parties.party = coalesce(joining.party, parties.party)) as is_together
    from parties
    inner join month_totals on parties.month = month_totals.month
    left join joining on parties.month = joining.month
),

together as (
    select month, string_agg(party, ';' order by party) as parties from standing
    where is_together
    group by month
)

select
    standing.month,
    standing.party,
    standing.has_places,
    if(standing.is_together and standing.has_places, together.parties, standing.party) as parties
from standing
left join together on standing.month = together.month;

-- each of the dead in one row
create or replace temp table open_cells as
select
    cells.month,
    if(blocks.has_places, cells.place, 'not_shown') as place,
    blocks.parties,
    sum(cells.value) as value
from cells
inner join blocks on cells.month = blocks.month and cells.party = blocks.party
group by all;

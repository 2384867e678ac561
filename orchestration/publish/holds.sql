-- Which months a release leaves as they were. Given are the tables failed (what failed of rules that block) and
-- permissions, the variable business_date, and in the draft what was built and what was released before.

-- a person decides last, for as long as the finding is what it was; what holds everything is held whatever was permitted
create or replace temp table decided as
select
    failed.*,
    exists (
        from permissions
        where
            failed.finding_id = permissions.finding_id
            and failed.observed is not distinct from permissions.observed
            and getvariable('business_date') <= coalesce(permissions.until_day, date '9999-12-31')
    ) as is_permitted
from failed
where not failed.is_of_everything;

create or replace temp table of_months as
select
    cast(date_trunc('month', period_start) as date) as month,
    is_permitted,
    list(distinct rule_id order by rule_id) as rules,
    list(distinct finding_id order by finding_id) as finding_ids
from decided
where period_kind = 'month'
group by 1, 2;

create or replace table received.permitted_months as
select * exclude (is_permitted) from of_months
where is_permitted;

create or replace temp table held_of_itself as
select * exclude (is_permitted) from of_months
where not is_permitted;

create or replace table received.held_sums as
select period_kind, period_start, period_end, list(distinct rule_id order by rule_id) as rules
from decided
where not is_permitted and period_kind != 'month'
group by period_kind, period_start, period_end;

create or replace table received.held_everything as
select distinct rule_id from failed
where is_of_everything;

-- months between which a case moved since the last release: held or released together, so that nobody is counted in both
-- or in neither. Where nothing is held, nothing need be tied.
create or replace temp table ties as
with moved as (
    -- by its date
    select released.month as one, records.month as other
    from received.released_rows as released
    inner join intermediate.int_records as records
        on released.kind = records.kind and released.record_id = records.record_id
    where released.state = 'current' and records.state = 'current' and exists (from held_of_itself)

    union

    -- by being merged into another
    select released.month as one, into_case.month as other
    from received.released_records as released
    inner join marts.fct_deaths as merged on released.record_id = merged.case_id and not merged.is_counted
    inner join restricted.stg_deaths as written on merged.row_key = written.row_key
    inner join marts.fct_deaths as into_case on written.merged_into = into_case.case_id
    where released.measure = 'deaths' and released.value > 0 and exists (from held_of_itself)

    union

    -- by its massacre, which is of one month and counts the dead of any
    select unnest([released.month, became.month]) as one, dead.month as other
    from (from received.released_records where measure = 'massacres') as released
    full join (from reconciliation.recon_records where measure = 'massacres') as became
        on released.record_id = became.record_id
    inner join marts.fct_deaths as dead on coalesce(released.record_id, became.record_id) = dead.incident_id
    where
        (released.stands_on is distinct from became.stands_on or released.month is distinct from became.month)
        and exists (from held_of_itself)
)

select one, other from moved where one != other
union
select other, one from moved where one != other;

create or replace temp table reached as
with recursive reached as (
    select month, month as caused_by from held_of_itself
    union
    select ties.other as month, reached.caused_by
    from reached
    inner join ties on reached.month = ties.one
)

select month, coalesce(max(caused_by) filter (where caused_by = month), min(caused_by)) as caused_by
from reached
group by month;

create or replace temp table holding as
select
    reached.month,
    coalesce(held_before.since, getvariable('business_date')) as since,
    causes.rules,
    causes.finding_ids,
    reached.caused_by
from reached
inner join held_of_itself as causes on reached.caused_by = causes.month
left join received.held_months as held_before on reached.month = held_before.month;

-- The open tables of a release. Given are the release, attached as `released`, what of it is open (release.sql), its codes with
-- their names (publish/names.sql), the lists open_breakdowns, sdg_causes, measures and schemes, what is told of deaths by place
-- (small_cells.sql), and as a variable the name of the release.

create temp table figures as
select
    figures.measure,
    measure.name as measure_name,
    measure.name_ar as measure_name_ar,
    figures.basis,
    figures.period_kind,
    figures.period_start,
    figures.period_end,
    figures.months_present,
    figures.months_expected,
    figures.scheme,
    figures.party,
    coalesce(line.name, party.name) as party_name,
    coalesce(line.name_ar, party.name_ar) as party_name_ar,
    figures.sub_party,
    sub_party.name as sub_party_name,
    sub_party.name_ar as sub_party_name_ar,
    figures.governorate,
    governorate.name as governorate_name,
    governorate.name_ar as governorate_name_ar,
    figures.cause_group,
    cause_group.name as cause_group_name,
    cause_group.name_ar as cause_group_name_ar,
    figures.mechanism,
    mechanism.name as mechanism_name,
    mechanism.name_ar as mechanism_name_ar,
    figures.role,
    role.name as role_name,
    role.name_ar as role_name_ar,
    figures.facility_type,
    facility_type.name as facility_type_name,
    facility_type.name_ar as facility_type_name_ar,
    figures.category,
    category.name as category_name,
    category.name_ar as category_name_ar,
    figures.value,
    figures.standing,
    figures.version,
    figures.figures_from
from marts.fct_figures as figures
left join codes as measure on measure.list = 'measure' and figures.measure = measure.code
left join codes as line on line.list = 'party' and figures.scheme = line.scheme and figures.party = line.code
left join codes as party on party.list = 'party' and party.scheme is null and figures.party = party.code
left join codes as sub_party on sub_party.list = 'sub_party' and figures.sub_party = sub_party.code
left join codes as governorate on governorate.list = 'governorate' and figures.governorate = governorate.code
left join codes as cause_group on cause_group.list = 'cause_group' and figures.cause_group = cause_group.code
left join codes as mechanism on mechanism.list = 'mechanism' and figures.mechanism = mechanism.code
left join codes as role on role.list = 'role' and figures.role = role.code
left join codes as facility_type on facility_type.list = 'facility_type' and figures.facility_type = facility_type.code
left join codes as category on category.list = 'category' and figures.category = category.code
order by
    measure, basis, period_kind, period_start, period_end, scheme, party nulls first, sub_party nulls first,
    governorate nulls first, cause_group nulls first, mechanism nulls first, role nulls first, facility_type nulls first, category;

-- each of the dead in one row: where they were killed, and of which party, or of which parties together
create temp table deaths_by_place as
with named as (
    select
        cells.*,
        scheme.scheme,
        (
            select string_agg(names.name, ' or ' order by names.code) from codes as names
            where
                names.list = 'party'
                and names.scheme = scheme.scheme
                and list_contains(string_split(cells.parties, ';'), names.code)
        ) as parties_name,
        (
            select string_agg(names.name_ar, ' أو ' order by names.code) from codes as names
            where
                names.list = 'party'
                and names.scheme = scheme.scheme
                and list_contains(string_split(cells.parties, ';'), names.code)
        ) as parties_name_ar
    from open_cells as cells
    left join schemes as scheme
        on cells.month between scheme.valid_from and coalesce(scheme.valid_to, date '9999-12-31')
)

select
    named.month,
    named.place as governorate,
    governorate.name as governorate_name,
    governorate.name_ar as governorate_name_ar,
    named.scheme,
    named.parties,
    named.parties_name,
    named.parties_name_ar,
    cast(named.value as bigint) as deaths,
    months.standing
from named
left join codes as governorate on governorate.list = 'governorate' and named.place = governorate.code
left join marts.dim_months as months on named.month = months.month
order by named.month, named.place, named.parties;

-- one breakdown, months alone, no total beside its parts, no stock: rows of one measure may be added
create temp table figures_safe_to_sum as
select
    figures.period_start as month,
    figures.measure,
    figures.measure_name,
    figures.measure_name_ar,
    figures.scheme,
    figures.party,
    figures.party_name,
    figures.party_name_ar,
    figures.category,
    figures.category_name,
    figures.category_name_ar,
    figures.value,
    figures.standing
from figures
inner join measures on figures.measure = measures.measure
inner join open_breakdowns
    on figures.measure = open_breakdowns.measure
    and figures.basis = open_breakdowns.basis
    and open_breakdowns.dimensions = 'party'
where
    figures.basis = 'documented'
    and figures.period_kind = 'month'
    and not measures.is_stock
    and figures.party is not null
    and coalesce(figures.sub_party, figures.governorate, figures.cause_group, figures.mechanism, figures.role, figures.facility_type)
    is null
    and (figures.category = 'total') = (open_breakdowns.shown = 'totals')
order by month, measure, party, category;

create temp macro facts(relation) as table
select
    facts.*,
    coalesce(line.name, facts.bucket) as party_name,
    line.name_ar as party_name_ar,
    governorate.name as governorate_name,
    governorate.name_ar as governorate_name_ar
from query_table(relation) as facts
left join codes as line on line.list = 'party' and facts.scheme = line.scheme and facts.bucket = line.code
left join codes as governorate
    on governorate.list = 'governorate' and coalesce(facts.governorate, 'unknown') = governorate.code;

create temp view released_massacres as from released.marts.fct_massacres;
create temp view released_attacks as from released.marts.fct_facility_attacks where is_counted;

create temp table massacres as
select
    month,
    occurred_on,
    coalesce(governorate, 'unknown') as governorate,
    governorate_name,
    governorate_name_ar,
    scheme,
    bucket as party,
    party_name,
    party_name_ar,
    deaths
from facts('released_massacres')
order by all;

create temp table facility_attacks as
select
    facts.month,
    -- where only its month or year is known there is no day to tell
    case when coalesce(facts.attacked_on_precision, 'day') = 'day' then facts.attacked_on end as attacked_on,
    coalesce(facts.governorate, 'unknown') as governorate,
    facts.governorate_name,
    facts.governorate_name_ar,
    coalesce(facts.facility_type, 'unknown') as facility_type,
    facility_type.name as facility_type_name,
    facility_type.name_ar as facility_type_name_ar,
    facts.scheme,
    facts.bucket as party,
    facts.party_name,
    facts.party_name_ar
from facts('released_attacks') as facts
left join codes as facility_type
    on facility_type.list = 'facility_type' and coalesce(facts.facility_type, 'unknown') = facility_type.code
order by all;

create temp table months as
select month, standing, final_on, first_published_on, revised_on, revisions from marts.dim_months
order by month;

-- what releases changed of figures that had been published, as far as these are open
create temp table changes as
select
    releases.release,
    releases.business_date,
    revisions.month,
    revisions.measure,
    revisions.basis,
    revisions.dimension,
    revisions."from",
    revisions."to",
    revisions.n,
    revisions.change,
    revisions.reason
from history.revisions
inner join history.releases on revisions.number = releases.number
order by releases.number, month, measure, basis, dimension nulls first, change, reason, "from", "to";

-- SDG 16.1.2 counts per 100,000 inhabitants; here are the deaths, by year of documentation
create temp table sdg_16_1_2 as
with persons as (
    select
        *,
        case category when 'women' then 'Woman' when 'men' then 'Man' else 'Unknown' end as sex,
        case category when 'children' then 'Child' when 'unknown' then 'Unknown' else 'Adult' end as age_group
    from figures
    where basis = 'documented' and period_kind = 'year' and category != 'total'
),

by_cause as (
    select persons.*, sdg_causes.sdg_cause
    from persons
    inner join sdg_causes on persons.mechanism = sdg_causes.mechanism
    where persons.measure = 'deaths'
),

whole as (
    select * from persons
    where coalesce(party, governorate, cause_group, mechanism, role, facility_type) is null
)

select
    year(period_start) as year, 'cause' as breakdown, sdg_cause as cause, 'Civilian or other protected person' as status, sex,
    age_group, cast(sum(value) as bigint) as deaths, any_value(months_present) as months_present,
    any_value(months_expected) as months_expected
from by_cause
group by period_start, sdg_cause, sex, age_group
union all
select
    year(period_start), 'status', 'All', if(measure = 'deaths', 'Civilian', 'Other protected person'), sex, age_group,
    -- who was hors de combat is within the deaths
    cast(if(
        measure = 'deaths',
        value - coalesce(sum(value) filter (where measure = 'hors_de_combat') over (partition by period_start, category), 0),
        value
    ) as bigint),
    months_present, months_expected
from whole
where measure in ('deaths', 'hors_de_combat')
order by all;

-- as UCDP GED has it: by month of death, where it is known; a month and no day (date_prec 4), a country and no place (where_prec 6)
create temp table ucdp_ged as
select
    row_number() over (order by period_start, party) as id,
    year(period_start) as year,
    cast(null as integer) as type_of_violence,
    party_name as side_a,
    'Civilians' as side_b,
    cast(null as integer) as number_of_sources,
    getvariable('release') as source_original,
    6 as where_prec,
    'Syria' as where_description,
    cast(null as varchar) as adm_1,
    'Syria' as country,
    652 as country_id,
    'Middle East' as region,
    2 as event_clarity,
    4 as date_prec,
    period_start as date_start,
    period_end as date_end,
    0 as deaths_a,
    0 as deaths_b,
    value as deaths_civilians,
    0 as deaths_unknown,
    value as best,
    value as low,
    cast(null as bigint) as high
from figures
where
    measure = 'deaths' and basis = 'occurred' and period_kind = 'month' and category = 'total' and party is not null
    and value > 0
order by id;

-- as AWSD has it: aid workers killed, by month of documentation and party; what we do not have is empty
create temp table awsd as
select
    row_number() over (order by period_start, role, party) as "Incident ID",
    year(period_start) as "Year",
    month(period_start) as "Month",
    cast(null as integer) as "Day",
    'SY' as "Country Code",
    'Syrian Arab Republic' as "Country",
    cast(null as varchar) as "Region",
    if(role = 'un', value, 0) as "UN",
    cast(null as bigint) as "INGO",
    cast(null as bigint) as "NNGO",
    if(role = 'aid', value, 0) as "Other",
    value as "Total killed",
    cast(null as bigint) as "Total wounded",
    cast(null as bigint) as "Total kidnapped",
    value as "Total affected",
    value as "Gender Unknown",
    'Unknown' as "Means of attack",
    'Unknown' as "Attack context",
    'Unknown' as "Actor type",
    party_name as "Actor name",
    'Killed, by month of documentation; whether in captivity is not told' as "Details",
    getvariable('release') as "Source"
from figures
where
    measure = 'deaths' and basis = 'documented' and period_kind = 'month' and role in ('aid', 'un') and party is not null
    and value > 0
order by "Incident ID";

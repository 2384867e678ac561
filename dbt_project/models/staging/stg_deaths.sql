{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="deaths",
    on_schema_change="fail"
) }}

{#- checked like every cell, but read by no model: what is written a million times over takes its time -#}
{%- set unused = ["nationality", "area_control", "weapon", "consent_un_submission", "consent_publish_name", "consent_awsd"] %}
{%- set rules = record_rules("case_id") + pcode_rules("killed_pcode", "killed_governorate") + precision_rules("death_date") + [
    {"rule_id": "I04", "column": "declared_victims", "when": "declared_victims > 1 and coalesce(submission_id, parent_tab, parent_index) is null",
     "say": "'the row stands for ' || declared_victims || ' victims: expected a row for each'"},
    {"rule_id": "I11", "column": "death_date", "when": "death_date > documented_on",
     "say": "'death_date ' || death_date || ' is after documented_on ' || documented_on"},
    {"rule_id": "I12", "column": "injured_on", "when": "injured_on > last_death_date",
     "say": "'injured_on ' || injured_on || ' is after death_date ' || death_date"},
    {"rule_id": "I12", "column": "injured_on", "when": "death_date is null and injured_on > documented_on",
     "say": "'injured_on ' || injured_on || ' is after documented_on ' || documented_on"},
    {"rule_id": "I12", "column": "injured_on", "when": "mechanism = 'late_wound' and injured_on >= last_death_date",
     "say": "'a death from a late wound comes after the injury, but injured_on is ' || injured_on"},
    {"rule_id": "I14", "column": "age", "when": "age not between 0 and 115",
     "say": "'age ' || age || ' is not between 0 and 115'"},
    {"rule_id": "I14", "column": "birth_date", "when": "birth_date > coalesce(last_death_date, documented_on)", "written": "null",
     "say": "'birth_date is after ' || coalesce(last_death_date, documented_on) || ', the day of ' || case when last_death_date is null then 'documentation' else 'death' end"},
    {"rule_id": "I14", "column": "sex", "when": "sex is null and told_by_sex is not null", "severity": "W",
     "say": "'sex ' || written_sex || ' says the age class alone; the sex counts as not known'"},
    {"rule_id": "I14", "column": "sex", "when": "age_class is null and (age < 18) != (told_by_sex = 'child')", "severity": "W",
     "say": "'sex ' || written_sex || ' does not fit age ' || age || ', which counts (a child is under 18)'"},
    {"rule_id": "I14", "column": "age_class",
     "when": "(age < 18) != (age_class = 'child') and ((exact_age < 18) = (age_class = 'child')) is not true",
     "say": "'age_class ' || age_class || ' does not fit age ' || age || ' (a child is under 18)'"},
    {"rule_id": "I14", "column": "age", "when": "abs(age - datesub('year', birth_date, death_date)) > 1", "written": "written_age",
     "say": "'age ' || age || ' does not fit the day of birth (' || datesub('year', birth_date, death_date) || ' at death)'"},
    {"rule_id": "I17", "column": "archive",
     "when": "archive = 'named' and not has_name and written_evidence is null", "written": "null",
     "say": "'archive says named, but there is neither a name nor other identifying evidence'"},
    {"rule_id": "I17", "column": "archive", "when": "archive = 'anonymous' and has_name", "written": "null",
     "say": "'archive says anonymous, but the row carries a name'"},
    {"rule_id": "I21", "column": "killed_place", "when": "place_governorate != killed_governorate", "written": "null", "severity": "A",
     "say": "'killed_place names an area of ' || place_governorate || ', but the governorate written is ' || killed_governorate"},
] + responsibility_rules() + candidate_rules() %}

with stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

mechanisms as (
    select * from {{ ref("mechanisms") }}
),

post_fall_channels as (
    select * from {{ ref("post_fall_channels") }}
),

stg_areas as (
    select * from {{ ref("stg_areas") }}
),

stg_area_names as (
    select * from {{ ref("stg_area_names") }}
),

-- the sheets that tell names: a published list that has no column for them leaves them out on purpose
telling_names as (
    select distinct sheet_hash, tab from {{ source("received", "received_sheets") }}
    where kind = 'deaths' and (json_exists(headings, '$.name_en') or json_exists(headings, '$.name_ar'))
),

-- the governorates of places, each looked up once, however often it is written
places as (
    select written.killed_place, area_names.governorate
    from (
        select distinct known(killed_place) as killed_place from {{ source("received", "received_deaths") }}
    ) as written
    inner join stg_area_names as area_names on fold(written.killed_place) = area_names.folded
),

{{ received_and_coded("deaths", ["injured_on", "death_date", "documented_on"], parties=ref("stg_parties")) }},

-- who was born in a year of two digits was born before the documentation
born as (
    select
        * replace (
            cast(case
                when birth_date > documented_on and has_short_year(written_birth_date) then birth_date - interval 100 year
                else birth_date
            end as date) as birth_date
        )
    from coded
),

dated_deaths as (
    select
        * replace (
            {{ as_exact_as_written("death_date") }},
            coalesce(birth_date, first_day_of(written_birth_date, date_style)) as birth_date
        ),
        coalesce(
            -- some write a year alone as its first day
            case when dayofyear(birth_date) = 1 then last_of_period(cast(year(birth_date) as varchar)) end,
            birth_date,
            last_of_period(written_birth_date)
        ) as last_birth_date
    from born
),

-- the ages that these days leave room for: at death, never at the day of the run (I15)
aged as (
    select
        *,
        {{ last_day_it_may_be("dated_deaths") }} as last_death_date,
        cast(datesub('year', birth_date, last_death_date) as integer) as oldest,
        cast(datesub('year', last_birth_date, death_date) as integer) as youngest
    from dated_deaths
),

filled as (
    select
        * replace (
            -- where one of them is a child's and another none, nothing is known
            coalesce(age, case when (oldest < 18) = (youngest < 18) then cast(datesub('year', birth_date, death_date) as integer) end) as age,
            case when written_party is null then cast('unidentified' as code) else party end as party,
            -- an occupation may name a protected role
            case when written_roles is null then occupation else roles end as roles,
            -- a case that says into which it was merged is merged
            case when written_status is null and merged_into is not null then cast('merged' as code) else status end as status,
            case when written_country is null then cast('SY' as code) else country end as country
        ),
        written_name_en is not null or written_name_ar is not null as has_name,
        coalesce(written_name_en, written_name_ar) as written_name
    from aged
),

hashed as (
    {{ hashed("deaths", "filled") }}
),

timed as (
    select
        *,
        coalesce(injured_on, death_date, documented_on) as incident_date
    from hashed
),

{{ party_days(ref("stg_parties")) }},

checked as (
    select
        timed.*,
        -- the Assad regime after its fall may be one of them, by a channel
        {{ absent_candidates("timed", "timed.incident_date", unless="'assad_regime'",
                             last_date="coalesce(timed.injured_on, timed.last_death_date, timed.documented_on)") }} as absent_candidates,
        -- what the days of birth and death give, where they leave room for one age only
        case when timed.oldest = timed.youngest and coalesce(timed.death_date_precision, 'day') != 'estimated' then timed.oldest end as exact_age,
        telling_names.sheet_hash is not null as is_of_sheet_with_names,
        scheme_parties.* exclude (party, valid_from, valid_to, massacre_threshold, is_mapped),
        mechanisms.is_remnant,
        mechanisms.is_excluded_from_attribution,
        post_fall_channels.needs_remnant as channel_needs_remnant,
        areas.governorate as pcode_governorate,
        places.governorate as place_governorate,
        coalesce(timed.injured_on, timed.last_death_date, timed.documented_on) as last_incident_date
    from timed
    cross join party_days
    left join stg_scheme_parties as scheme_parties
        on timed.party = scheme_parties.party
        and timed.documented_on between scheme_parties.valid_from and scheme_parties.valid_to
    left join mechanisms on timed.mechanism = mechanisms.mechanism
    left join post_fall_channels
        on timed.post_fall_channel = post_fall_channels.post_fall_channel
    left join stg_areas as areas on timed.killed_pcode = areas.pcode
    left join places on timed.killed_place = places.killed_place
    left join telling_names on timed.sheet_hash = telling_names.sheet_hash and timed.tab = telling_names.tab
)

select
    {{ staged_columns("deaths", without=unused + ["archive", "age", "age_class"]) }},
    -- who has neither a name nor evidence is not identified, where nothing else is written
    coalesce(archive, cast(case
        when has_name or written_evidence is not null or not is_of_sheet_with_names then 'named' else 'anonymous'
    end as code)) as archive,
    -- two exact days say more than an age that somebody reckoned, and the class that was reckoned from it
    coalesce(exact_age, age) as age,
    coalesce(
        cast(case when exact_age < 18 then 'child' when exact_age >= 18 then 'adult' end as code),
        age_class,
        case when age is null then told_age_class end
    ) as age_class,
    -- what rules about records need to know of names and free text, without what they say (I26 to I29)
    case when written_name like '% % %' then hash(strip_accents(lower(replace(written_name, ' ', '')))) end as name_key,
    case
        when split_part(written_sources, ';', 2) != '' and split_part(written_sources, ';', 1) != split_part(written_sources, ';', 2) then 2
        else len(list_distinct(string_split(replace(written_sources, '؛', ';'), ';')))
    end as source_count,
    written_evidence is not null as has_evidence,
    coalesce(
        regexp_full_match(written_evidence, '(?i)\s*([^;؛]*(death certificate|شهادة وفاة|بيان وفاة)[^;؛]*[;؛]?\s*)+'), false
    ) as has_certificate_only,
    written_notes is not null as has_notes,
    {{ problems("deaths", rules) }} as problems
from checked

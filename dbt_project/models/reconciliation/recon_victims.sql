{%- set rules = [
    {"rule_id": "I15", "subject": "ages that are not those at death", "of": "age is not null",
     "when": "age is distinct from age_at_death or (is_released_row and age is distinct from released_age)"},
    {"rule_id": "I16", "subject": "children and women by another rule than age class and sex",
     "when": "(category = 'children') != coalesce(age_class = 'child', false)
        or (category = 'women') != coalesce(sex = 'f' and age_class = 'adult', false)"},
    {"rule_id": "I19", "subject": "combatants and security forces in the toll",
     "when": "is_counted and civilian_status in ('combatant', 'security')"},
    {"rule_id": "I20", "subject": "cases in the toll in spite of a reason, or out of it for one nobody knows",
     "when": "is_counted != (exclusion_reason is null) or not is_known_reason"},
    {"rule_id": "I23", "subject": "deaths due to torture without party or custody", "of": "is_torture_death and is_counted and is_of_sheet_with_custody",
     "when": "(has_no_party and candidates is null) or not is_in_custody"},
    {"rule_id": "I23.mechanism", "subject": "killed by torture, and not counted among the deaths due to it",
     "of": "mechanism = 'torture_in_detention' and is_counted", "when": "not is_torture_death"},
    {"rule_id": "I25", "subject": "merged cases that lead to no case", "of": "status = 'merged'",
     "when": "is_counted or merged_into is null or not is_merged_into_case"},
    {"rule_id": "I26", "subject": "cases that may be one person", "when": "has_double and not has_double_of_mechanism"},
    {"rule_id": "I26.same", "subject": "cases that may be one person, killed in one way", "when": "has_double_of_mechanism",
     "has_limit": true},
    {"rule_id": "I27", "subject": "verified cases with too little behind them",
     "of": "verification = 'verified' and is_of_sheet_with_sources", "when": "not has_evidence or coalesce(source_count, 0) < 2"},
    {"rule_id": "I27.unverified", "subject": "cases that count, and nobody has verified", "of": "is_counted and is_of_sheet_with_verification",
     "when": "coalesce(verification = 'unverified', false)"},
    {"rule_id": "I28", "subject": "roles without a status, and police without a note",
     "of": "is_counted and (roles is not null or civilian_status = 'civilian_police')",
     "when": "case civilian_status when 'civilian' then false when 'civilian_police' then not has_notes else true end"},
    {"rule_id": "I29", "subject": "causes that stand on a death certificate alone", "of": "has_evidence", "when": "has_certificate_only"},
    {"rule_id": "I30", "subject": "counted cases without one attribution", "when": "is_counted and (is_there_twice or bucket is null)"},
    {"rule_id": "I34", "subject": "pending cases without candidates, or not under other", "of": "is_pending",
     "when": "bucket != 'other' or coalesce(len(list_distinct(string_split(candidates, ';'))), 0) < 2"},
    {"rule_id": "I34.overdue", "subject": "cases pending for more than 180 days", "of": "is_pending and is_awaiting",
     "when": "documented_on < business_date - 180"},
    {"rule_id": "I37", "subject": "disputed cases that name one party only", "of": "attribution_status = 'disputed'",
     "when": "len(list_distinct(string_split(concat_ws(';', party, candidates, said_parties), ';'))) < 2"},
    {"rule_id": "I38", "subject": "attributions changed without a revision", "of": "is_released and is_of_closed_month",
     "when": "(party != released_party or bucket != released_bucket) and not is_superseded and not is_restated"},
] %}

with stg_expected_months as (
    select * from {{ ref("stg_expected_months") }}
),

stg_deaths as not materialized (
    select * from {{ ref("stg_deaths") }}
),

fct_deaths as not materialized (
    select * from {{ ref("fct_deaths") }}
),

parties as (
    select * from {{ ref("stg_parties") }}
),

exclusion_reasons as (
    select * from {{ ref("exclusion_reasons") }}
),

fct_detentions as (
    select * from {{ ref("fct_detentions") }}
),

released_rows as (
    select * from {{ source("received", "released_rows") }}
),

fct_attributions as (
    select * from {{ ref("fct_attributions") }}
),

released_attributions as (
    select * from {{ source("received", "released_attributions") }}
),

int_attributions as (
    select * from {{ ref("int_attributions") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

run as (
    select max(business_date) as business_date, cast(date_trunc('month', max(released_on)) as date) as last_open_month
    from {{ source("received", "run") }}
),

-- a data root that is complete says so in expected_months.csv: nobody decides on its pending cases any more
awaiting as (
    select
        coalesce(bool_or(
            lines.last_month is null or lines.last_month >= date_trunc('month', run.business_date) - interval 1 month
        ), true) as is_awaiting
    from run
    left join stg_expected_months as lines on lines.kind = 'deaths' and lines.problem is null
),

-- names that come more than once, by their keys: hardly any, and only they are looked at closely
names as (
    select name_key from stg_deaths
    where name_key is not null
    group by name_key
    having count(*) > 1
),

namesakes as (
    select row_key, case_id, name_key, killed_governorate, death_date, documented_on, age, mechanism
    from stg_deaths
    semi join names using (name_key)
),

-- the later of two cases that may be one person: same name of three parts or more, same governorate, days of death and
-- ages close together
doubles as (
    select
        later.row_key,
        coalesce(bool_or(later.mechanism = earlier.mechanism), false) as is_of_mechanism
    from namesakes as later
    inner join namesakes as earlier
        on later.name_key = earlier.name_key
        and later.killed_governorate = earlier.killed_governorate
        and abs(later.death_date - earlier.death_date) <= 3
        and coalesce(abs(later.age - earlier.age), 0) <= 2
        and (later.documented_on, later.case_id) > (earlier.documented_on, earlier.case_id)
        and later.case_id != earlier.case_id
    inner join fct_deaths as counted on earlier.row_key = counted.row_key and counted.is_counted
    group by later.row_key
),

-- the parties that statements about a case name, whosever they are
said as (
    select about_id as case_id, string_agg(distinct cast(party as varchar), ';') as said_parties
    from fct_attributions
    where about_kind = 'deaths' and is_counted
    group by about_id
),

-- the cases that others were merged into: looked for among the few that are named so
merged_into as (
    select distinct targets.case_id
    from fct_deaths as targets
    semi join stg_deaths as merged on targets.case_id = merged.merged_into
    where targets.exclusion_reason is distinct from 'duplicate'
),

sheets as (
    select
        sheet_hash,
        bool_or(source_count is not null) as tells_sources,
        bool_or(source_count is not null or verification is not null) as tells_verification,
        bool_or(detention_id is not null or candidates is not null) as tells_custody
    from stg_deaths
    group by sheet_hash
),

twice as (
    select case_id from fct_deaths
    group by case_id
    having count(*) > 1
),

cases as (
    select
        deaths.* exclude (case_id),
        deaths.case_id as record_id,
        run.business_date,
        awaiting.is_awaiting,
        written.age as age_at_death,
        written.status,
        written.merged_into,
        written.source_count,
        written.has_evidence,
        written.has_certificate_only,
        written.has_notes,
        targets.case_id is not null as is_merged_into_case,
        deaths.exclusion_reason is null or reasons.exclusion_reason is not null as is_known_reason,
        parties.kind = 'residual' and parties.party != 'other_identified' as has_no_party,
        deaths.detention_id is not null
        or coalesce(deaths.mechanism = 'torture_in_detention', false)
        or detentions.case_id is not null as is_in_custody,
        deaths.is_counted and doubles.row_key is not null as has_double,
        deaths.is_counted and coalesce(doubles.is_of_mechanism, false) as has_double_of_mechanism,
        -- a sheet that never tells of sources, or of custody and candidates, cannot be asked for them
        coalesce(sheets.tells_sources, false) as is_of_sheet_with_sources,
        coalesce(sheets.tells_verification, false) as is_of_sheet_with_verification,
        coalesce(sheets.tells_custody, false) as is_of_sheet_with_custody,
        twice.case_id is not null as is_there_twice,
        deaths.party = 'pending_two_party' or coalesce(deaths.attribution_status = 'pending', false) as is_pending,
        released.record_id is not null as is_released,
        coalesce(released.row_key = deaths.row_key, false) as is_released_row,
        released.age as released_age,
        released.party as released_party,
        released.bucket as released_bucket,
        coalesce(deaths.month < run.last_open_month, false) as is_of_closed_month,
        superseded.row_key is not null as is_superseded,
        said.said_parties,
        coalesce(released_statement.stands_on, '') != coalesce(statement.stands_on, '') as is_restated
    from fct_deaths as deaths
    cross join run
    cross join awaiting
    inner join stg_deaths as written on deaths.row_key = written.row_key
    inner join parties on deaths.party = parties.party
    left join exclusion_reasons as reasons on deaths.exclusion_reason = reasons.exclusion_reason
    left join merged_into as targets on written.merged_into = targets.case_id
    left join (select distinct case_id from fct_detentions) as detentions on deaths.case_id = detentions.case_id
    left join doubles on deaths.row_key = doubles.row_key
    left join sheets on written.sheet_hash = sheets.sheet_hash
    left join twice on deaths.case_id = twice.case_id
    left join released_rows as released on deaths.case_id = released.record_id and released.kind = 'deaths'
    left join said on deaths.case_id = said.case_id
    left join released_attributions as released_statement
        on deaths.case_id = released_statement.record_id and released_statement.kind = 'deaths'
    left join int_attributions as statement on deaths.case_id = statement.record_id and statement.kind = 'deaths'
    left join int_records as superseded
        on released.row_key = superseded.row_key and superseded.kind = 'deaths' and superseded.state = 'superseded'
)

{{ judge_records(rules, "cases", "deaths") }}

{#- how many governorates there are; the facts whose records have a p-code, and the column that numbers them -#}
{%- set governorates = 14 %}
{%- set located = {
    "deaths": ("fct_deaths", "case_id"),
    "facility_attacks": ("fct_facility_attacks", "attack_id"),
    "incidents": ("fct_incidents", "incident_id"),
} %}

with recon_figures as (
    select * from {{ ref("recon_figures") }}
),

governorates as not materialized (
    select * from {{ ref("governorates") }}
),

stg_areas as not materialized (
    select * from {{ ref("stg_areas") }}
),

-- what people teach: words, and parties of their own
taught as (
    select 'spellings.csv' as file_name, problem from {{ ref("stg_taught_spellings") }}
    union all
    select 'own_parties.csv' as file_name, problem from {{ ref("stg_own_parties") }}
),

received_given_files as (
    select * from {{ source("received", "received_given_files") }}
),

received_given_files_now as (
    select * from {{ source("received", "received_given_files_now") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

schemes as (
    select scheme, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref("schemes") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

int_changed_lines as (
    select * from {{ ref("int_changed_lines") }}
)

-- I73: a figure is told under the scheme in force at the end of its period, and no line adds up over a change of what it holds
select
    {{ residual(
        "'I73'", "figures.period_kind", "figures.period_start", "figures.period_end",
        "figures.measure || ': figures under another list, or over a change of it' || case when figures.basis = 'occurred' then ', by month of death' else '' end",
        "figures.measure", "'total'", "0",
        "count(*) filter (where (figures.period_end between schemes.valid_from and schemes.valid_to) is not true"
        ~ " or changed.bucket is not null)",
    ) }},
    cast(null as varchar[]) as record_ids
from recon_figures as figures
left join schemes on figures.scheme = schemes.scheme
left join int_changed_lines as changed
    on figures.period_start = changed.period_start and figures.period_end = changed.period_end and figures.party = changed.bucket
group by figures.measure, figures.basis, figures.period_kind, figures.period_start, figures.period_end

union all

-- I94: fourteen governorates, each with an ISO code and a p-code of its own
{%- for subject, count in [
    ("governorates", "count(*)"),
    ("governorates with an ISO code of their own", "count(distinct iso) filter (where iso like 'SY-__')"),
    ("governorates with a p-code of their own", "count(distinct governorate) filter (where governorate like 'SY__')"),
] %}
select
    {{ residual("'I94'", "'day'", "max(run.business_date)", "max(run.business_date)", "'" ~ subject ~ "'", "'codes'", "'total'", governorates, count) }},
    cast(null as varchar[]) as record_ids
from governorates
cross join run

union all
{%- endfor %}
{%- for measure, (fact, record_id) in located.items() %}

-- I94: and every p-code of a fact is in the gazetteer
select
    {{ monthly_residual(
        "I94", "facts.month", "'" ~ measure ~ ": p-codes that are in no gazetteer'", "'" ~ measure ~ "'", "'total'", "0",
        "count(facts.pcode) filter (where areas.pcode is null)", judged="count(facts.pcode) > 0",
        reason="case when count(facts.pcode) = 0 then 'no record has a p-code' end",
    ) }},
    list(facts.{{ record_id }} order by facts.{{ record_id }}) filter (where facts.pcode is not null and areas.pcode is null) as record_ids
from {{ ref(fact) }} as facts
left join stg_areas as areas on facts.pcode = areas.pcode
group by facts.month

union all
{%- endfor %}

-- I36: every party has its line in the scheme of the report
select
    {{ monthly_residual(
        "I36", "facts.month", "'records whose party has no line in the scheme'", "facts.kind", "'total'", "0",
        "count(*) filter (where scheme_parties.is_mapped is not true)",
    ) }},
    min(facts.record_id, 20) filter (where scheme_parties.is_mapped is not true) as record_ids
from (
    {%- for kind, fact, record_id in [
        ("deaths", "fct_deaths", "case_id"), ("incidents", "fct_incidents", "incident_id"),
        ("facility_attacks", "fct_facility_attacks", "attack_id"), ("torture", "fct_torture", "torture_id"),
        ("detentions", "fct_detentions", "detention_id"),
    ] %}
    select '{{ kind }}' as kind, month, scheme, party, bucket, {{ record_id }} as record_id from {{ ref(fact) }}
    {{ "where torture_kind = 'torture_event'" if kind == "torture" }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
) as facts
left join stg_scheme_parties as scheme_parties on {{ same("facts", "scheme_parties", ["scheme", "party", "bucket"]) }}
group by facts.month, facts.kind

union all

-- I05: a line of spellings.csv or own_parties.csv that is not clear teaches nothing
select
    {{ residual(
        "'I05.taught'", "'day'", "run.business_date", "run.business_date", "coalesce(taught.problem, taught.file_name)", "'lines'", "'total'", "0",
        "count(taught.problem)",
    ) }},
    cast(null as varchar[]) as record_ids
from taught
cross join run
group by run.business_date, taught.file_name, taught.problem

union all

-- I100: a file that says what is expected is at the end of the run what it was at the beginning
select
    {{ residual(
        "'I100'", "'day'", "run.business_date", "run.business_date", "coalesce(given.file_name, now.file_name)", "'files'", "'total'", "1",
        "case when given.sha256 = now.sha256 then 1 else 0 end",
    ) }},
    cast(null as varchar[]) as record_ids
from received_given_files as given
full join received_given_files_now as now on given.file_name = now.file_name
cross join run

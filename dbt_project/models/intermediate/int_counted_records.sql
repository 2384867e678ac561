{{ config(materialized="view") }}

{#-
Where each record counts: what figures are made of, and what a revision moves. Unknown is a member of a dimension; a
dimension or category that a measure does not have is null.
#}
{%- set no_category = "cast(null as code)" %}
{%- set no_row = "cast(null as varchar)" %}

{{ counted("deaths", ref("fct_deaths"), "case_id",
           dimensions=["cause_group", "coalesce(mechanism, cast('unknown' as code)) as mechanism", "roles"]) }}

union all by name

-- by the month a death occurred in: a basis of its own, never added to months of documentation (I66); and how many of them
-- in a month that is estimated
select
    cast(unnest(case deaths.death_date_precision when 'estimated' then ['deaths', 'estimated_deaths'] else ['deaths'] end) as code) as measure,
    cast('occurred' as code) as basis,
    deaths.occurred_month as month,
    deaths.case_id as record_id,
    deaths.row_key,
    scheme_parties.scheme,
    scheme_parties.bucket as party,
    scheme_parties.sub_bucket as sub_party,
    coalesce(deaths.governorate, cast('unknown' as code)) as governorate,
    deaths.category,
    1 as value
from {{ ref("fct_deaths") }} as deaths
inner join {{ ref("stg_scheme_parties") }} as scheme_parties
    on deaths.party = scheme_parties.party
    and deaths.occurred_month between scheme_parties.valid_from and scheme_parties.valid_to
where deaths.is_counted

union all by name
{{ counted("torture_deaths", ref("fct_deaths"), "case_id", where="is_counted and is_torture_death") }}

-- a massacre stands on all of its dead, and on no row of its own
union all by name
{{ counted("massacres", ref("fct_massacres"), "incident_id", where="true", category=no_category, row_key=no_row) }}

{%- for category in ["children", "women", "men", "unknown"] %}

union all by name
{{ counted("massacre_deaths", ref("fct_massacres"), "incident_id", where=category ~ " > 0", value=category,
           category=code(category), row_key=no_row) }}
{%- endfor %}

union all by name
{{ counted("facility_attacks", ref("fct_facility_attacks"), "attack_id", category=no_category,
           dimensions=["coalesce(facility_type, cast('unknown' as code)) as facility_type"]) }}

{%- for category, persons in [
    ("children", "children"), ("women", "women"), ("unknown", "persons - coalesce(children, 0) - coalesce(women, 0)")
] %}

union all by name
{{ counted("detained", ref("fct_detentions"), "detention_id", where="is_counted and " ~ persons ~ " > 0", value=persons,
           category=code(category)) }}
{%- endfor %}

union all by name
{{ counted("released", ref("fct_detentions"), "detention_id", where="is_counted and released > 0", value="released",
           category=no_category) }}

union all by name
{{ counted("torture_events", ref("fct_torture"), "torture_id", where="is_counted and torture_kind = 'torture_event'",
           category=no_category) }}

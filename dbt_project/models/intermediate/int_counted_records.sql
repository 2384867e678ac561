{{ config(materialized="view") }}

{#-
Where each record counts: what figures are made of, and what a revision moves. Unknown is a member of a dimension; a
dimension or category that a measure does not have is null.
#}
{%- set no_category = "cast(null as code)" %}
{#- what is told of a person of whom a sheet has a row -#}
{%- set sex, age_group, origin = [
    "coalesce(sex, cast('unknown' as code)) as sex",
    "coalesce(age_group, cast('unknown' as code)) as age_group",
    "coalesce(origin_governorate, cast('unknown' as code)) as origin_governorate",
] %}

{{ counted("deaths", ref("fct_deaths"), "case_id",
           dimensions=["cause_group", "coalesce(mechanism, cast('unknown' as code)) as mechanism", "roles", sex, age_group, origin]) }}

union all by name

-- by the month a death occurred in: a basis of its own, never added to months of documentation (I66); and how many of them
-- in a month that is estimated
{{ counted("deaths", ref("fct_deaths"), "case_id", basis="occurred", month="occurred_month") }}

union all by name
{{ counted("estimated_deaths", ref("fct_deaths"), "case_id", where="is_counted and death_date_precision = 'estimated'",
           basis="occurred", month="occurred_month") }}

union all by name
{{ counted("torture_deaths", ref("fct_deaths"), "case_id", where="is_counted and is_torture_death", dimensions=[sex, age_group]) }}

union all by name
{{ counted("hors_de_combat", ref("fct_deaths"), "case_id", where="is_counted and civilian_status = 'hors_de_combat'") }}

union all by name
{{ counted("unverified_deaths", ref("fct_deaths"), "case_id", where="is_counted and verification = 'unverified'") }}

union all by name
{{ counted("killed_abroad", ref("fct_deaths"), "case_id", where=is_killed_abroad(), dimensions=[sex, age_group, origin]) }}

union all by name
{{ counted("massacres", ref("fct_massacres"), "incident_id", where="true", category=no_category) }}

{%- for category in ["children", "women", "men", "unknown"] %}

union all by name
{{ counted("massacre_deaths", ref("fct_massacres"), "incident_id", where=category ~ " > 0", value=category, category=code(category)) }}
{%- endfor %}

union all by name
{{ counted("facility_attacks", ref("fct_facility_attacks"), "attack_id", category=no_category,
           dimensions=["coalesce(facility_type, cast('unknown' as code)) as facility_type"]) }}

union all by name
{{ counted_persons("detained", ref("fct_detentions"), "detention_id", "persons") }}

union all by name
-- in the month of the release, whenever the detention was documented
{{ counted("released", ref("fct_detentions"), "detention_id", where="is_counted and released > 0", value="released",
           category=no_category, month="released_month") }}

union all by name
{{ counted_persons("disappeared", ref("int_disappeared"), "detention_id", "persons", where="true", month="month") }}

union all by name
{{ counted_persons("disappeared_found", ref("int_disappeared"), "detention_id", "persons", where="true", month="found_month") }}

union all by name
{{ counted_persons("tortured", ref("fct_torture"), "torture_id", "victims", where="is_counted and torture_kind = 'torture_event'") }}
{%- for measure, wounded in [("wounded_min", "injured_min"), ("wounded_max", "greatest(injured_min, injured_max)")] %}

union all by name
{{ counted(measure, ref("fct_incidents"), "incident_id", where="is_counted and " ~ wounded ~ " > 0", value=wounded, category=no_category) }}
{%- endfor %}

union all by name
{{ counted("torture_events", ref("fct_torture"), "torture_id", where="is_counted and torture_kind = 'torture_event'",
           category=no_category) }}

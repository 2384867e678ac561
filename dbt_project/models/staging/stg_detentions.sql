{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="detentions",
    on_schema_change="fail"
) }}

{#- a release counts in its own month, which has to have come, and not before the detention, unless its day is only thought to be so (I49) -#}
{%- set of_releases = [
    {"rule_id": "I13", "column": "released_on", "when": "released_on > business_date",
     "say": "'released_on ' || released_on || ' is after the day of this run, ' || business_date"},
    {"rule_id": "I13", "column": "released_on", "when": "released_on < detained_on and coalesce(detained_on_precision, 'day') != 'estimated'",
     "say": "'released_on ' || released_on || ' is before detained_on ' || detained_on"},
] %}

{{ stage_record("detentions", "detention_id", day="detained_on", group="persons", own_rules=of_releases, has_precision=true) }}

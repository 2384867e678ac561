{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", on_schema_change="fail") }}

{#- a release counts in its own month, which has to have come -#}
{%- set of_releases = [
    {"rule_id": "I13", "column": "released_on", "when": "released_on > business_date",
     "say": "'released_on ' || released_on || ' is after the day of this run, ' || business_date"},
] %}

{{ stage_record("detentions", "detention_id", day="detained_on", group="persons", own_rules=of_releases, has_precision=true) }}

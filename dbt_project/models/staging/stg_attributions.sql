{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="attributions",
    on_schema_change="fail"
) }}

{#- what a statement says nothing without; one that is withdrawn need not say it again -#}
{%- set of_statements = [
    {"rule_id": "I04", "column": "about_id", "when": "written_about_id is null and unread is null and coalesce(status, 'active') != 'withdrawn'",
     "say": "'about_id is empty: the statement is about no record'"},
    {"rule_id": "I05", "column": "about_kind", "when": "written_about_kind is null and unread is null and coalesce(status, 'active') != 'withdrawn'",
     "say": "'about_kind is empty: expected case, incident, attack, torture or detention'"},
    {"rule_id": "I05", "column": "stated_by", "when": "written_stated_by is null and unread is null and coalesce(status, 'active') != 'withdrawn'",
     "say": "'stated_by is empty: expected ours, official, monitor, accused or other'"},
    {"rule_id": "I05", "column": "stance", "when": "stated_by = 'ours' and stance != 'claim'",
     "say": "'a statement of ours holds a party responsible: expected claim, not ' || stance || '; to take one back, withdraw it'"},
    {"rule_id": "I13", "column": "stated_on", "when": "stated_on > documented_on",
     "say": "'stated_on ' || stated_on || ' is after documented_on ' || documented_on"},
] %}

{{ stage_record("attributions", "attribution_id", day="stated_on", own_rules=of_statements, is_of_day=false) }}

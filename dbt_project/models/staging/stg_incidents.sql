{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="incidents",
    on_schema_change="fail"
) }}

{{ stage_record("incidents", "incident_id", day="date_from", until="date_to", has_pcode=true) }}

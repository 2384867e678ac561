{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="torture",
    on_schema_change="fail"
) }}

{{ stage_record("torture", "event_id", day="occurred_from", until="occurred_to", group="victims") }}

{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", on_schema_change="fail") }}

{{ stage_record("detentions", "detention_id", day="detained_on", group="persons") }}

{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", on_schema_change="fail") }}

{{ stage_record(
    "facility_attacks", "attack_id", day="attacked_on", has_pcode=true,
    kept={"facility_key": "hash(strip_accents(lower(replace(written_facility_name, ' ', ''))))"},
) }}

{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="facility_attacks",
    on_schema_change="fail"
) }}

{{ stage_record(
    "facility_attacks", "attack_id", day="attacked_on", has_pcode=true, has_precision=true,
    kept={"facility_key":
        "case when coalesce(attacked_on_precision, 'day') = 'day' then hash(strip_accents(lower(replace(written_facility_name, ' ', '')))) end"},
) }}

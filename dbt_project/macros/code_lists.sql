{#
Every code list and where its codes and spellings stand: (list, codes seed, code column, aliases seed). What a party is called
changes: its aliases have days.
#}
{% macro code_lists() %}
    {{ return([
        ("parties", "stg_parties", "party", "party_aliases"),
        ("governorates", "governorates", "governorate", "governorate_aliases"),
        ("mechanisms", "mechanisms", "mechanism", "mechanism_aliases"),
        ("facility_types", "facility_types", "facility_type", "facility_type_aliases"),
        ("roles", "roles", "role", "role_aliases"),
        ("incident_kinds", "incident_kinds", "incident_kind", "incident_kind_aliases"),
        ("exclusion_reasons", "exclusion_reasons", "exclusion_reason", "exclusion_reason_aliases"),
        ("post_fall_channels", "post_fall_channels", "post_fall_channel", "post_fall_channel_aliases"),
    ]) }}
{% endmacro %}

{# A word as a code (codes.sql), where SQL is put together. #}
{% macro code(word) -%} cast('{{ word }}' as code) {%- endmacro %}

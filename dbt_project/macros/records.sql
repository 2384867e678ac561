{# From a kind's staged rows to its records as they stand now (written, records) and who answers for them (scheme_parties). #}
{% macro current_records(kind) -%}
    {{ ref("stg_" ~ kind) }} as written
    inner join {{ ref("int_records") }} as records
        on written.row_key = records.row_key and records.kind = '{{ kind }}' and records.state = 'current'
    inner join {{ ref("stg_scheme_parties") }} as scheme_parties
        on written.party = scheme_parties.party
        and records.month between scheme_parties.valid_from and scheme_parties.valid_to
{%- endmacro %}

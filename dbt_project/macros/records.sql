{# The records of a kind as they stand now: each by its latest row, with its month and who answers for it. #}
{% macro current_records(kind) -%}
(
    select
        written.*,
        records.month,
        scheme_parties.scheme,
        scheme_parties.bucket,
        scheme_parties.sub_bucket
    from {{ ref("stg_" ~ kind) }} as written
    inner join {{ ref("int_records") }} as records
        on written.row_key = records.row_key and records.kind = '{{ kind }}' and records.state = 'current'
    inner join {{ ref("stg_scheme_parties") }} as scheme_parties
        on written.party = scheme_parties.party
        and records.month between scheme_parties.valid_from and scheme_parties.valid_to
)
{%- endmacro %}

{# A civilian with a name who was killed outside Syria: in no toll, and a measure by itself. #}
{% macro is_killed_abroad() -%} exclusion_reason = 'outside_territory' and archive = 'named' {%- endmacro %}

{# What two rows of one attack have alike: the facility by its name, type and place, the day, and the incident (I46). #}
{% macro of_one_attack(attacks) -%}
    {%- for column in ["facility_key", "facility_type", "governorate", "pcode", "attacked_on", "incident_id"] -%}
    {{ ", " if not loop.first }}{{ attacks }}.{{ column }}
    {%- endfor -%}
{%- endmacro %}

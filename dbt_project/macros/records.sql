{#
The records of a kind as they stand now: each by its latest row, with its month and who answers for it. That is whom we hold
responsible by what we said last (int_attributions), else the party of the row; with it goes how that stands. `record_id` is the column that
numbers them.
#}
{% macro current_records(kind, record_id) -%}
(
    select
        written.* replace (
            coalesce(held.party, written.party) as party
            {%- for column in ["candidates"] + (["attribution_status", "post_fall_channel"] if kind == "deaths" else []) %},
            case when held.party is null then written.{{ column }} else held.{{ column }} end as {{ column }}
            {%- endfor %}
        ),
        records.month,
        scheme_parties.scheme,
        scheme_parties.bucket,
        scheme_parties.sub_bucket
    from {{ ref("stg_" ~ kind) }} as written
    inner join {{ ref("int_records") }} as records
        on written.row_key = records.row_key and records.kind = '{{ kind }}' and records.state = 'current'
    left join {{ ref("int_attributions") }} as held on held.kind = '{{ kind }}' and written.{{ record_id }} = held.record_id
    inner join {{ ref("stg_scheme_parties") }} as scheme_parties
        on coalesce(held.party, written.party) = scheme_parties.party
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

{# The last day that a day may have been, which is written as its first where its month or year is known only. #}
{% macro last_day_it_may_be(row, day="death_date") -%}
    case {{ row }}.{{ day }}_precision
        when 'month' then last_day({{ row }}.{{ day }})
        when 'year' then last_day({{ row }}.{{ day }} + interval 11 month)
        else {{ row }}.{{ day }}
    end
{%- endmacro %}

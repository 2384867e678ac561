{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", on_schema_change="fail") }}

{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "attributions", "stated_figures"] %}

with cells as (
    {%- for kind in kinds %}
    select
        received_month,
        unnest(
            [
                {%- for column in contract(kind) if column.type in ("code", "codes") %}
                { 'code_list': '{{ column.code_list }}', 'is_list': {{ column.type == "codes" }}, 'cells': list(distinct {{ column.name }}) },
                {%- endfor %}
                {%- for column in contract(kind) if column.hedges %}
                -- how a number is meant may stand beside it in its cell
                { 'code_list': '{{ column.code_list }}', 'is_list': false, 'cells': list(distinct hedged(without_percent({{ column.hedges }})).word) },
                {%- endfor %}
                {%- for column in contract(kind) if column.may_say_yes_of %}
                { 'code_list': 'yes_no', 'is_list': false, 'cells': list(distinct {{ column.name }}) },
                {%- endfor %}
                {%- for column in contract(kind) if column.tells %}
                { 'code_list': '{{ column.tells }}', 'is_list': false, 'cells': list(distinct {{ column.name }}) },
                {%- endfor %}
                {%- for column in contract(kind) if column.type == "words" %}
                -- free text, of which single words may be codes
                {
                    'code_list': '{{ column.words_of }}',
                    'is_list': false,
                    'cells': flatten(list_transform(list(distinct {{ column.name }}), lambda cell: words_of(cell, true)))
                },
                {%- endfor %}
                {%- if kind == "stated_figures" %}
                -- a party stands there as printed, and behind the line it is a part of
                { 'code_list': 'parties', 'is_list': false, 'cells': list(distinct regexp_extract(party, '[^/]+$')) },
                {%- endif %}
                { 'code_list': null, 'is_list': null, 'cells': null }
            ],
            recursive := true
        )
    from {{ source("received", "received_" ~ kind) }}
    group by received_month
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

written as (
    select
        received_month,
        code_list,
        is_list,
        known(cell) as written
    from (select received_month, code_list, is_list, unnest(cells) as cell from cells)
)

select distinct
    received_month,
    code_list,
    is_list,
    written
from written
where written is not null

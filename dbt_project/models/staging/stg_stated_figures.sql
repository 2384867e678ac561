{{ config(materialized="incremental", incremental_strategy="months", month_column="received_month") }}

{#- Party and category stand as printed: a spelling no alias knows is kept and noted, never refused. #}
{%- set rules = [
    {"rule_id": "I06", "column": "period_end", "when": "period_end is null and written_period_end is null and unread is null",
     "say": "'period_end is empty: without it the figure belongs to no month'"},
    {"rule_id": "I06", "column": "period_end", "when": "period_end < period_start",
     "say": "'period_end ' || period_end || ' is before period_start ' || period_start"},
    {"rule_id": "I04", "column": "document", "when": "document is null and unread is null",
     "say": "'document is empty: nobody could tell who printed the figure'"},
] %}

with {{ received_and_coded("stated_figures") }},

checked as (
    select
        coded.*,
        concat_ws('|', document, location, period_start, period_end, measure, party, category, unit, claimant) as figure_id,
        period_end as documented_on
    from coded
)

select
    {{ staged_columns("stated_figures") }},
    figure_id,
    documented_on,
    {{ problems("stated_figures", rules) }} as problems
from checked

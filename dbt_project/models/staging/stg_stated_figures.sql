{{ config(
    materialized="incremental", incremental_strategy="months", month_column="received_month", months_from="run", kind="stated_figures",
    on_schema_change="fail"
) }}

{#- Measure, party and category stand as printed: a word nobody knows is kept and noted, never refused. #}
{%- set printed_as = ["document", "location", "period_start", "period_end", "measure", "party", "category", "unit", "claimant"] %}
{%- set rules = [
    {"rule_id": "I06", "column": "period_end", "when": "period_end is null and written_period_end is null and unread is null",
     "say": "'period_end is empty: without it the figure belongs to no month'"},
    {"rule_id": "I06", "column": "period_end", "when": "period_end < period_start",
     "say": "'period_end ' || period_end || ' is before period_start ' || period_start"},
    {"rule_id": "I04", "column": "document", "when": "document is null and unread is null",
     "say": "'document is empty: nobody could tell who printed the figure'"},
    {"rule_id": "I06", "column": "period_start", "when": "written_period_start is null and unread is null",
     "say": "'period_start is empty: nobody could tell of which time the figure is'"},
    {"rule_id": "I05", "column": "measure", "when": "measure is null and unread is null",
     "say": "'measure is empty: nobody could tell what the number counts'"},
    {"rule_id": "I05", "column": "value", "when": "written_value is null and unread is null",
     "say": "'value is empty: the number that is printed was expected'"},
    {"rule_id": "I05", "column": "value", "when": "unit != 'percent' and without_percent(written_value) != written_value",
     "say": "'value ' || written_value || ' is a share, but unit says ' || unit"},
    {"rule_id": "I05", "column": "unit", "when": "written_unit is null and unread is null",
     "say": "'unit is empty: nobody could tell whether the number is a count or a share'"},
    {"rule_id": "I05", "column": "party", "when": "not is_everybody and folded_party is null and not is_claimant", "severity": "W",
     "say": "'party ' || party || ' is no spelling of a party: kept as printed, and compared with nothing of ours'"},
    {"rule_id": "I05", "column": "measure", "when": "measure is not null and known_measure is null", "severity": "W",
     "say": "'measure ' || measure || ' is none that Casebook knows: kept as printed, and compared with nothing of ours'"},
    {"rule_id": "I05", "column": "value", "when": "unit = 'count' and (value < 0 or value != round(value))", "severity": "W",
     "say": "'value ' || written_value || ' is no number of people or events: a whole number without a separator was expected'"},
    {"rule_id": "I05", "column": "category", "when": "not is_known_category", "severity": "W",
     "say": "'category ' || category || ' is none that Casebook knows: kept as printed, and compared with nothing of ours'"},
] %}

with claimants as (
    select * from {{ ref("claimants") }}
),

stated_measures as (
    select fold(stated_measure) as known_measure from {{ ref("stated_measures") }}
),

stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

{{ received_and_coded("stated_figures", ["period_end"]) }},

hashed as (
    {{ hashed("stated_figures", "coded") }}
),

placed as (
    select *, min((row_number, row_key)) over (partition by sheet_hash, tab, {{ printed_as | join(", ") }}, content_hash) as first_row
    from hashed
),

-- what one sheet prints otherwise at one place is no later word on it: both stand, and contradict each other
told_apart as (
    select *, dense_rank() over (partition by sheet_hash, tab, {{ printed_as | join(", ") }} order by first_row) as telling
    from placed
),

checked as (
    select
        told_apart.*,
        -- a figure is where it stands and what it is of: a key of these, since either may be any words
        left(md5(concat_ws(
            '|'
            {%- for column in printed_as %},
            coalesce(cast({{ column }} as varchar), '')
            {%- endfor %},
            nullif(telling, 1)
        )), 12) as figure_id,
        period_end as documented_on,
        -- as many decimals as are printed
        len(regexp_extract(hedged(without_percent(written_value)).number, '[.,](\d+)$', 1)) as decimals,
        stg_spellings.folded as folded_party,
        fold(told_apart.party) in ({{ stated_everybody() }}) as is_everybody,
        stated_measures.known_measure,
        -- of a breakdown staging knows the dimension, and the fact its members
        categories.folded is not null or coalesce(regexp_matches(told_apart.category, '^[a-z]+:.'), true) or told_apart.period_end is null as is_known_category,
        -- a claim about nobody's dead stands under who claims it
        coalesce(told_apart.party in (select claimants.claimant from claimants), false) as is_claimant
    from told_apart
    left join stated_measures on fold(regexp_replace(told_apart.measure, '_share$', '')) = stated_measures.known_measure
    left join stg_spellings
        on stg_spellings.code_list = 'parties' and fold(regexp_extract(told_apart.party, '[^/]+$')) = stg_spellings.folded
        and told_apart.period_end between stg_spellings.valid_from and stg_spellings.valid_to and stg_spellings.code is not null
    left join stg_spellings as categories
        on categories.code_list = 'category' and fold(told_apart.category) = categories.folded
        and told_apart.period_end between categories.valid_from and categories.valid_to and categories.code is not null
)

select
    {{ staged_columns("stated_figures") }},
    figure_id,
    documented_on,
    decimals,
    {{ problems("stated_figures", rules) }} as problems
from checked

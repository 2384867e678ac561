{#- kind, and the day by which its words are read -#}
{%- set kinds = [
    ("deaths", "coalesce(injured_on, death_date, documented_on)"), ("incidents", "coalesce(date_from, documented_on)"),
    ("facility_attacks", "coalesce(attacked_on, documented_on)"), ("torture", "coalesce(occurred_from, documented_on)"),
    ("detentions", "coalesce(detained_on, documented_on)"), ("attributions", "coalesce(stated_on, documented_on)"),
    ("stated_figures", "documented_on"),
] -%}
{{ config(schema="restricted") }}

with int_problems as (
    select * from {{ ref("int_problems") }}
),

stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

stg_area_names as (
    select * from {{ ref("stg_area_names") }}
),

governorates as (
    select * from {{ ref("governorates") }}
),

-- the columns of codes, and the rule a cell of theirs breaks that holds a word the list does not know
coded_columns as (
    {%- for kind, _ in kinds %}
    {%- for column in contract(kind) if column.type in ("code", "codes") %}
    select
        '{{ kind }}' as kind,
        '{{ column.name }}' as column_name,
        '{{ column.get("rule_id", "I05") }}' as rule_id,
        '{{ column.code_list }}' as code_list,
        {{ column.type == "codes" }} as is_list
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'stated_figures' as kind,
        'party' as column_name,
        'I05' as rule_id,
        'parties' as code_list,
        false as is_list
),

days as (
    {%- for kind, day in kinds %}
    select '{{ kind }}' as kind, row_key, {{ day }} as day from {{ ref("stg_" ~ kind) }}
    where problems is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

written as (
    select
        problems.kind,
        problems.row_key,
        problems.month,
        problems.sheet_hash,
        problems.tab,
        problems.column_name,
        problems.rule_id,
        problems.severity,
        coded_columns.code_list,
        coalesce(days.day, date '9999-12-31') as day,
        unnest(words_of(
            case
                when problems.kind = 'stated_figures' and problems.column_name = 'party' then regexp_extract(problems.written, '[^/]+$')
                else problems.written
            end,
            coded_columns.is_list
        )) as word
    from int_problems as problems
    inner join coded_columns
        on problems.kind = coded_columns.kind and problems.column_name = coded_columns.column_name
        and problems.rule_id = coded_columns.rule_id
    inner join days on problems.kind = days.kind and problems.row_key = days.row_key
    where why_no_value(problems.written) is null and why_unsure(problems.written) is null
),

words as (
    select written.*, fold(written.word) as folded from written
),

unknown as (
    select words.*
    from words
    left join stg_spellings as known
        on words.code_list = known.code_list and words.folded = known.folded
        and words.day between known.valid_from and known.valid_to
    where known.code is null
),

likened as (
    select
        words.code_list,
        words.folded,
        known.spelling,
        known.code,
        nearness(words.folded, known.folded) as similarity
    from (select distinct code_list, folded from unknown) as words
    -- what is made of a spelling is many times as much, and no nearer than the spelling
    inner join stg_spellings as known
        on words.code_list = known.code_list and known.code is not null and known.is_made is not true
),

nearest as (
    select
        code_list,
        folded,
        list({ 'spelling': spelling, 'code': code } order by similarity desc, spelling)[1] as known
    from likened
    where similarity is not null
    group by code_list, folded
),

-- a district that stands for its governorate is near to no name of one
districts as (
    select
        'governorates' as code_list,
        areas.folded,
        { 'spelling': governorates.name_en || ', in which it lies', 'code': areas.governorate } as known
    from stg_area_names as areas
    inner join governorates on areas.governorate = governorates.governorate
)

select
    unknown.kind,
    unknown.row_key,
    unknown.month,
    unknown.sheet_hash,
    unknown.tab,
    unknown.column_name,
    unknown.rule_id,
    unknown.severity,
    unknown.code_list,
    unknown.word,
    unknown.folded,
    unknown.day,
    coalesce(districts.known, nearest.known).spelling as nearest_spelling,
    coalesce(districts.known, nearest.known).code as nearest_code
from unknown
left join nearest on unknown.code_list = nearest.code_list and unknown.folded = nearest.folded
left join districts on unknown.code_list = districts.code_list and unknown.folded = districts.folded

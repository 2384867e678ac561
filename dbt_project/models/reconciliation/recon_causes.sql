{{ config(materialized="view") }}

{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "attributions", "stated_figures"] %}
{#- what a cell of a column has to be, by its type -#}
{%- set expected = {
    "date": "a date", "code": "a word of the list ", "codes": "words of the list ", "integer": "a whole number", "number": "a number",
    "id": "the number of a record",
} %}
{#- so many refused rows, and different words, are more than slips of one column -#}
{%- set many = 5 %}

with int_problems as (
    select * from {{ ref("int_problems") }}
),

int_unknown_words as (
    select * from {{ ref("int_unknown_words") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

expectations as (
    {%- for kind in kinds %}
    {%- for column in contract(kind) if column.type in expected %}
    select
        '{{ kind }}' as kind,
        '{{ column.name }}' as column_name,
        '{{ expected[column.type] ~ column.get("code_list", "") }}' as expects
    union all
    {%- endfor %}
    {%- endfor %}
    select null as kind, null as column_name, null as expects
),

refused as (
    select kind, row_key, month, sheet_hash, tab, column_name, rule_id
    from int_problems
    -- for what stands beside it a row is refused too, which is no fault of a column
    where severity = 'Q' and rule_id not in ('I03', 'I07')
),

waiting as (
    select kind, row_key, month, sheet_hash, tab, column_name, rule_id, code_list, word_key(code_list, folded) as word_key, nearest_code
    from int_unknown_words
    where severity = 'Q'
),

words as (
    select kind, sheet_hash, tab, column_name, count(distinct word_key) as word_count
    from waiting
    group by kind, sheet_hash, tab, column_name
),

-- a column that cannot be read in half of the rows of its sheet; one where a few words are in the way is not misread
misread as (
    select
        refused.kind,
        refused.sheet_hash,
        refused.tab,
        refused.column_name,
        case
            when sheets.layout != '' then 'layout ' || split_part(sheets.layout, ' ', 1)
            else file_key(concat_ws('/', any_value(sheets.folder), any_value(sheets.file_name)), refused.tab)
        end || ', column ' || refused.column_name as subject
    from refused
    inner join received_sheets as sheets on refused.sheet_hash = sheets.sheet_hash and refused.tab = sheets.tab
    left join words on {{ same("refused", "words", ["kind", "sheet_hash", "tab", "column_name"]) }}
    group by refused.kind, refused.sheet_hash, refused.tab, refused.column_name, sheets.layout, sheets.received_rows, words.word_count
    having
        count(distinct refused.row_key) >= {{ many }}
        and count(distinct refused.row_key) * 2 >= sheets.received_rows
        and coalesce(words.word_count, {{ many }}) >= {{ many }}
)

select
    'I05.sheet' as rule_id,
    misread.subject,
    refused.kind,
    refused.row_key,
    refused.month,
    refused.sheet_hash,
    refused.rule_id as refused_by,
    'expected: ' || expectations.expects as hint
from refused
inner join misread on {{ same("refused", "misread", ["kind", "sheet_hash", "tab", "column_name"]) }}
left join expectations on {{ same("refused", "expectations", ["kind", "column_name"]) }}

union all

select
    'I05.word' as rule_id,
    waiting.code_list || ': unknown word ' || waiting.word_key as subject,
    waiting.kind,
    waiting.row_key,
    waiting.month,
    waiting.sheet_hash,
    waiting.rule_id as refused_by,
    'nearest: ' || waiting.nearest_code as hint
from waiting
anti join misread on {{ same("waiting", "misread", ["kind", "sheet_hash", "tab", "column_name"]) }}

{#- column, when it is wrong, and what is said of it: the cell itself is not quoted, since it may be a sheet's -#}
{%- set complaints = [
    ("list", "code_list is null", "is empty: a code list was expected"),
    ("list", "not is_list", "there is no such list (casebook learn names them)"),
    ("spelling", "spelling is null", "is empty, or says that nothing is known: a word was expected"),
    ("code", "code is null", "is empty: a code of the list was expected"),
    ("code", "not is_code", "is no code of the list"),
    ("from", "written_from is not null and first_day is null", "is no date (expected YYYY-MM-DD)"),
    ("until", "written_until is not null and last_day is null", "is no date (expected YYYY-MM-DD)"),
    ("from", "first_day > last_day", "is after the day in until"),
] %}

with received_spellings as (
    select * from {{ source("received", "received_spellings") }}
),

stg_known_spellings as (
    select * from {{ ref("stg_known_spellings") }}
),

written as (
    select
        row_number,
        lower(known(list)) as code_list,
        known(spelling) as spelling,
        known(code) as code,
        known("from") as written_from,
        known("until") as written_until,
        to_date(known("from"), 'iso') as first_day,
        to_date(known("until"), 'iso') as last_day,
        unread
    from received_spellings
),

looked_up as (
    select
        *,
        fold(spelling) as folded,
        code_list in (select code_list from stg_known_spellings) as is_list,
        (code_list, code) in (select (code_list, code) from stg_known_spellings) as is_code
    from written
),

complained_of as (
    select
        *,
        case
            when unread is not null then ': ' || unread
            {%- for column, when, say in complaints %}
            when {{ when }} then ', {{ column }}: {{ say }}'
            {%- endfor %}
        end as complaint
    from looked_up
),

checked as (
    select * replace (coalesce(first_day, date '0001-01-01') as first_day, coalesce(last_day, date '9999-12-31') as last_day)
    from complained_of
),

-- of two lines about the same days of a word neither is clear
overlapping as (
    select distinct line.row_number
    from checked as line
    inner join checked as other
        on line.code_list = other.code_list and line.folded = other.folded and line.row_number != other.row_number
        and line.first_day <= other.last_day and other.first_day <= line.last_day
    where line.complaint is null and other.complaint is null
)

select
    checked.row_number,
    checked.code_list,
    checked.folded,
    checked.spelling,
    checked.code,
    checked.first_day,
    checked.last_day,
    'spellings.csv' || coalesce(', row ' || checked.row_number, '') || coalesce(
        checked.complaint,
        case when overlapping.row_number is not null then ', spelling: another line says what it means on the same days' end
    ) as problem
from checked
left join overlapping on checked.row_number = overlapping.row_number

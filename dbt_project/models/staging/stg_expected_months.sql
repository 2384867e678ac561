{#- the kinds of sheet there are -#}
{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "attributions", "stated_figures"] -%}
{#- column, when it is wrong, and what is said of it -#}
{%- set complaints = [
    ("kind", "kind is null", "is empty: a kind of sheet was expected"),
    ("kind", "kind not in ('" ~ kinds | join("', '") ~ "')", "is no kind of sheet (expected " ~ kinds | join(", ") ~ ")"),
    ("from", "written_from is null", "is empty: the first month was expected"),
    ("from", "first_month is null", "is no month (expected YYYY-MM)"),
    ("to", "written_to is not null and last_month is null", "is no month (expected YYYY-MM)"),
    ("from", "first_month > last_month", "is after the month in to"),
    ("due_day", "written_due_day is not null and (due_day between 1 and 31) is not true", "is no day of a month (expected 1 to 31)"),
] %}

with received_expected_months as (
    select * from {{ source("received", "received_expected_months") }}
),

written as (
    select
        row_number,
        lower(known(kind)) as kind,
        known("from") as written_from,
        known("to") as written_to,
        known(due_day) as written_due_day,
        unread
    from received_expected_months
),

typed as (
    select
        row_number,
        kind,
        written_from,
        written_to,
        written_due_day,
        unread,
        {%- for bound, month in [("from", "first_month"), ("to", "last_month")] %}
        case
            when regexp_matches(western_digits(written_{{ bound }}), '^\d{4}-\d{2}$')
                then try_cast(western_digits(written_{{ bound }}) || '-01' as date)
        end as {{ month }},
        {%- endfor %}
        to_integer(written_due_day) as due_day
    from written
)

select
    row_number,
    kind,
    first_month,
    last_month,
    coalesce(due_day, 1) as due_day,
    'expected_months.csv' || coalesce(', row ' || row_number, '') || case
        when unread is not null then ': ' || unread
        {%- for column, when, say in complaints %}
        when {{ when }} then ', {{ column }}: ' || coalesce({{ "kind" if column == "kind" else "written_" ~ column }} || ' ', '') || '{{ say }}'
        {%- endfor %}
    end as problem
from typed

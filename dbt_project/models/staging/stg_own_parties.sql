{#- column, when it is wrong, and what is said of it -#}
{%- set complaints = [
    ("party", "party is null or not regexp_full_match(party, '[a-z][a-z0-9_]*')", "a code of small Latin letters, digits and _ was expected"),
    ("party", "party in (select party from parties)", "is a code of the lists already"),
    ("name_en", "name_en is null", "is empty: its name in English was expected"),
    ("name_ar", "name_ar is null", "is empty: its name in Arabic was expected"),
    ("name_en", "list_has_any(folded, (select list(folded) from spellings))", "the code lists know this code or name already"),
    ("kind", "kind is null or kind not in (select kind from parties)", "is no kind of party (expected one of the code list, such as non_state)"),
    ("from", "written_from is not null and valid_from is null", "is no date (expected YYYY-MM-DD)"),
    ("until", "written_until is not null and valid_to is null", "is no date (expected YYYY-MM-DD)"),
    ("from", "valid_from > valid_to", "is after the day in until"),
    ("parent_party", "parent_party not in (select party from parties)", "is no code of a party"),
    ("lines", "not list_has_all((select list(scheme || '=' || bucket) from party_schemes), lines)", "a scheme with one of its lines was expected, such as snhr_2025=other"),
    ("lines", "len(lines) > list_unique(list_transform(lines, lambda line: split_part(line, '=', 1)))", "a scheme has two lines"),
] %}

with received_parties as (
    select * from {{ source("received", "received_parties") }}
),

parties as (
    select * from {{ ref("parties") }}
),

party_aliases as (
    select * from {{ ref("party_aliases") }}
),

party_schemes as (
    select * from {{ ref("party_schemes") }}
),

spellings as (
    select fold(unnest([party, name_en, name_ar])) as folded from parties
    union
    select fold(alias) as folded from party_aliases
),

written as (
    select
        row_number,
        known(party) as party,
        known(name_en) as name_en,
        known(name_ar) as name_ar,
        lower(known(kind)) as kind,
        known("from") as written_from,
        known("until") as written_until,
        coalesce(to_date(known("from"), 'iso'), case when known("from") is null then date '2011-03-01' end) as valid_from,
        to_date(known("until"), 'iso') as valid_to,
        known(parent_party) as parent_party,
        list_filter(regexp_split_to_array(coalesce(lines, ''), '[;\s]+'), lambda line: line != '') as lines,
        [fold(known(party)), fold(known(name_en)), fold(known(name_ar))] as folded,
        unread
    from received_parties
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
    from written
),

-- of two lines with a code or name in common neither is clear
repeated as (
    select distinct line.row_number
    from complained_of as line
    inner join complained_of as other on line.row_number != other.row_number and list_has_any(line.folded, other.folded)
    where line.complaint is null and other.complaint is null
)

select
    complained_of.row_number,
    complained_of.party,
    complained_of.name_en,
    complained_of.name_ar,
    complained_of.kind,
    complained_of.valid_from,
    complained_of.valid_to,
    complained_of.parent_party,
    complained_of.lines,
    'own_parties.csv' || coalesce(', row ' || complained_of.row_number, '') || coalesce(
        complained_of.complaint,
        case when repeated.row_number is not null then ', party: another line has this code or name' end
    ) as problem
from complained_of
left join repeated on complained_of.row_number = repeated.row_number

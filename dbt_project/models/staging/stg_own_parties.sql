{#- column, when it is wrong, and what is said of it, as SQL; of written cells only codes of the lists are quoted -#}
{%- set complaints = [
    ("party", "party is null or not regexp_full_match(party, '[a-z][a-z0-9_]*')",
     "'a code of small Latin letters, digits and _ was expected'"),
    ("party", "is_code", "'the code lists have this code already'"),
    ("party", "party_means is not null", "'means ' || party_means || ' already'"),
    ("name_en", "coalesce(fold(name_en), '') = ''", "'is empty: its name in English was expected'"),
    ("name_en", "name_en_means is not null", "'means ' || name_en_means || ' already'"),
    ("name_ar", "coalesce(fold(name_ar), '') = ''", "'is empty: its name in Arabic was expected'"),
    ("name_ar", "name_ar_means is not null", "'means ' || name_ar_means || ' already'"),
    ("kind", "kind is null or not list_contains(kinds, kind)", "'is no kind of party (expected one of ' || list_aggregate(kinds, 'string_agg', ', ') || ')'"),
    ("from", "written_from is not null and valid_from is null", "'is no date (expected YYYY-MM-DD)'"),
    ("until", "written_until is not null and valid_to is null", "'is no date (expected YYYY-MM-DD)'"),
    ("from", "valid_from > valid_to", "'is after the day in until'"),
    ("parent_party", "not is_parent", "'is no party of the code lists; the nearest: ' || nearest_parent"),
    ("lines", "unknown_line is not null", "'has no line of a scheme, scheme=line; the nearest: ' || nearest_line"),
    ("lines", "len(lines) > list_unique(list_transform(lines, lambda line: split_part(line, '=', 1)))",
     "'a scheme has two lines'"),
] %}

with received_parties as (
    select * from {{ source("received", "received_parties") }}
),

parties as (
    select * from {{ ref("parties") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

party_aliases as (
    select * from {{ ref("party_aliases") }}
),

scheme_lines as (
    select * from {{ ref("scheme_lines") }}
),

spellings as (
    select fold(unnest([party, name_en, name_ar])) as folded, party from parties
    union
    select fold(alias) as folded, party from party_aliases
),

printed as (
    select scheme, scheme || '=' || bucket as line from scheme_lines
),

printed_lists as (
    select
        (select list(line) from printed) as lines,
        list({ 'scheme': scheme, 'split_from': split_from } order by valid_from) as schemes
    from schemes
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
        known(note) as note,
        unread
    from received_parties
),

lined as (
    select
        written.*,
        list_filter(written.lines, lambda line: not list_contains(printed_lists.lines, line))[1] as unknown_line,
        -- in a scheme without a line of its own a party stands where it stood before the scheme was split from another, if
        -- that line is printed there, else in other
        list_transform(
            printed_lists.schemes,
            lambda each: coalesce(
                list_filter(written.lines, lambda line: split_part(line, '=', 1) = each.scheme)[1],
                list_filter(
                    list_transform(
                        list_filter(written.lines, lambda line: split_part(line, '=', 1) = each.split_from),
                        lambda line: each.scheme || '=' || split_part(line, '=', 2)
                    ),
                    lambda line: list_contains(printed_lists.lines, line)
                )[1],
                each.scheme || '=other'
            )
        ) as lines_of_schemes
    from written
    cross join printed_lists
),

looked_up as (
    select
        lined.*,
        -- a printed line is told by its own code too
        party in (select party from parties) or party in (select bucket from scheme_lines) as is_code,
        (select min(known.party) from spellings as known where known.folded = lined.folded[1]) as party_means,
        (select min(known.party) from spellings as known where known.folded = lined.folded[2]) as name_en_means,
        (select min(known.party) from spellings as known where known.folded = lined.folded[3]) as name_ar_means,
        (select list(distinct known.kind order by known.kind) from parties as known) as kinds,
        parent_party in (select party from parties) as is_parent,
        (
            select arg_max(known.party, (jaro_winkler_similarity(known.party, lined.parent_party), known.party))
            from parties as known
        ) as nearest_parent,
        (
            select
                arg_max(
                    known.line,
                    (
                        known.scheme = split_part(lined.unknown_line, '=', 1),
                        jaro_winkler_similarity(known.line, lined.unknown_line),
                        known.line
                    )
                )
            from printed as known
        ) as nearest_line
    from lined
),

complained_of as (
    select
        *,
        case
            when unread is not null then ': ' || unread
            {%- for column, when, say in complaints %}
            when {{ when }} then ', {{ column }}: ' || {{ say }}
            {%- endfor %}
        end as complaint
    from looked_up
),

-- of two lines with a code or name in common neither is clear
repeated as (
    select line.row_number, min(other.row_number) as other_row
    from complained_of as line
    inner join complained_of as other on line.row_number != other.row_number and list_has_any(line.folded, other.folded)
    where line.complaint is null and other.complaint is null
    group by line.row_number
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
    complained_of.lines_of_schemes as lines,
    complained_of.note,
    'own_parties.csv' || coalesce(', row ' || complained_of.row_number, '') || coalesce(
        complained_of.complaint, ', party: row ' || repeated.other_row || ' has this code or name too'
    ) as problem
from complained_of
left join repeated on complained_of.row_number = repeated.row_number

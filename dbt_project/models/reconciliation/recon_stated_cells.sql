{%- set frame = stated_frame() %}
{%- set of_people = ["measure", "role", "cause_group", "category"] %}
{%- set within = of_people + ["party", "sub_party"] %}

with int_stated_cells as (
    select * from {{ ref("int_stated_cells") }}
),

fct_stated_figures as (
    select * from {{ ref("fct_stated_figures") }}
),

cells as (
    select
        *,
        -- what it has a place among, where there is an order: the rest of a list has none
        case
            when governorate != '' then if(governorate = 'other', null, 'governorates')
            when party not in ('', 'other') and concat(part_month, facility_type, at_place) = '' and (sub_party = '' or is_part is false) then 'parties'
            else 'months'
        end as ordered_among
    from int_stated_cells
),

months_of_documents as (
    select document, max(period_start) as month
    from cells
    where period_kind = 'month'
    group by document
),

periods as (
    select
        document,
        period_kind,
        period_start,
        period_end,
        string_agg(distinct measure, ', ' order by measure) as measure,
        max(published_on) as published_on
    from cells
    group by document, period_kind, period_start, period_end
),

-- what one place of a document prints of its own month, and of the month before
paragraphs as (
    select
        figures.document,
        figures.location,
        months.month,
        count(*) filter (where figures.period_start = months.month) as of_the_month,
        count(*) filter (where figures.period_start = months.month - interval 1 month) as of_the_month_before
    from fct_stated_figures as figures
    inner join months_of_documents as months on figures.document = months.document
    where figures.period_kind = 'month' and figures.unit = 'count' and figures.party is null
    group by all
),

-- total, children, women … of one line in two documents, of a month and of the month before
tuples as (
    select
        later.document,
        earlier.document as earlier_document,
        later.period_kind,
        later.period_start,
        later.period_end,
        later.claimant,
        later.scope,
        {%- for column in stated_place() %}
        later.{{ column }},
        {%- endfor %}
        max(later.value) as largest,
        count(*) as printed,
        count(*) filter (where later.value = earlier.value) as repeated
    from cells as later
    inner join cells as earlier
        on earlier.period_kind = 'month'
        and earlier.period_start = later.period_start - interval 1 month
        and {{ same("later", "earlier", ["claimant", "scope", "category", "unit"] + stated_place()) }}
        and later.document != earlier.document
    where later.period_kind = 'month' and later.unit = 'count' and later.value > 0
    group by all
),

-- the smallest of the largest has the last rank of them, whether that is printed or not
ranked_last as (
    select
        * replace (
            {{ text_key("'the largest|' || cell") }} as cell, 'rank' as unit,
            count(*) over largest as value, count(*) over largest as low, count(*) over largest as high
        )
    from (select *, case when ordered_among = 'governorates' then concat_ws('|', party, sub_party) end as of_whom from cells)
    where completeness = 'top_n' and ordered_among in ('governorates', 'parties') and unit in ('count', 'percent')
    window largest as (partition by {{ (frame + of_people + ["of_whom", "ordered_among", "part_month", "unit"]) | join(", ") }})
    qualify row_number() over (
        partition by {{ (frame + of_people + ["of_whom", "ordered_among", "part_month"]) | join(", ") }} order by unit = 'percent' desc, value, cell
    ) = 1
),

-- each rank beside its own share, or else its own number: a month that is counted stands as that month
ranks as (
    select
        ranks.*,
        own.cell as own_cell,
        own.value as own_value,
        own.unit as own_unit,
        own.period_start as own_start,
        own.period_end as own_end,
        own.part_month as own_part_month
    from (
        select *, true as is_printed from cells
        union all by name
        select * exclude (of_whom), false as is_printed from ranked_last
    ) as ranks
    left join cells as own
        on own.unit in ('percent', 'count')
        and {{ same("ranks", "own", ["document", "claimant", "scope", "governorate"] + within) }}
        and (
            {{ same("ranks", "own", ["period_start", "period_end", "part_month"]) }}
            or own.period_kind = 'month' and strftime(own.period_start, '%Y-%m') = ranks.part_month
        )
    where ranks.unit in ('rank', 'rank_from_last')
    qualify row_number() over (
        partition by {{ "ranks." ~ ((frame + within + ["governorate", "part_month", "unit"]) | join(", ranks.")) }}
        order by ranks.is_printed desc, own.unit = 'percent' desc
    ) = 1
),

-- and what is printed beside it: the same of the other governorates, parties or months
ranked as (
    select
        ranks.*,
        1 + count(peers.value) filter (where if(ranks.unit = 'rank', peers.value > own_value, peers.value < own_value)) as position,
        count(peers.value) filter (where peers.value = own_value) as ties,
        -- the others in order of rank
        list(peers.value order by if(ranks.unit = 'rank', -peers.value, peers.value)) filter (where peers.cell != own_cell) as peer_values
    from ranks
    left join cells as peers
        on peers.unit = ranks.own_unit
        and {{ same("ranks", "peers", ["document", "claimant", "scope"] + of_people) }}
        and (
            ranks.ordered_among = 'parties' and peers.ordered_among = 'parties'
            or ranks.ordered_among = 'governorates' and peers.ordered_among = 'governorates' and {{ same("ranks", "peers", ["party", "sub_party"]) }}
            or ranks.ordered_among = 'months' and peers.governorate = '' and {{ same("ranks", "peers", ["party", "sub_party"]) }}
        )
        and (
            peers.period_start = ranks.own_start and peers.period_end = ranks.own_end and (peers.part_month != '') = (ranks.own_part_month != '')
            or ranks.part_month != '' and ranks.own_part_month = '' and peers.period_kind = 'month'
            and peers.period_start between ranks.period_start and ranks.period_end
        )
    group by all
)

-- I74: a document says the same wherever it says it
select
    {{ stated_residual(
        "'I74'", "cells", stated_subject("cells") ~ " || ', in ' || unit", "category",
        "value", "case when common_low <= common_high then value when smallest != value then smallest else largest end",
        mended_by="[" ~ mend("cell", "smallest") ~ ", " ~ mend("cell", "largest") ~ "]",
    ) }}
from cells
where places > 1 and (common_low <= common_high or smallest != largest)

union all

-- I82: and where it is hedged, in numbers that do not exclude each other
select
    {{ stated_residual(
        "'I82'", "cells", stated_subject("cells") ~ " || ', in ' || unit", "category", "value", "greatest(value, common_low)",
        signature="case when common_low > common_high then 'one place says over ' || cast(value as bigint) || ', another exactly that' end",
    ) }}
from cells
where places > 1 and smallest = largest

union all

-- I77: a period that is printed has ended when it is
select
    {{ stated_residual(
        "'I77'", "periods", "'days from publication to the end of the period'", "'total'", "0",
        "greatest(0, datediff('day', published_on, period_end))",
        judged="published_on is not null", reason="case when published_on is null then 'the day of publication is not known' end",
        mended_by="[" ~ mend(text_key("'published|' || document")) ~ "]",
    ) }}
from periods

union all

-- I78: a paragraph of the month before, left standing
select
    {{ residual(
        "'I78'", "'month'", "month", "last_day(month)", "'figures of ' || strftime(month - interval 1 month, '%Y-%m') || ' in ' || coalesce(location, 'it')",
        "'figures'", "'total'", "0", "case when of_the_month_before >= 3 then of_the_month_before else 0 end",
    ) }},
    document,
    case when of_the_month_before >= 3 then 'a paragraph of the month before' end as signature,
    [{{ mend(text_of_the_month_before("document", "month")) }}] as mended_by
from paragraphs

union all

-- I78: or its numbers under the new month
select
    {{ stated_residual(
        "'I78'", "tuples", stated_subject("tuples") ~ " || ', as in ' || earlier_document", "'all'", "0",
        "case when repeated = printed and largest >= 5 then repeated else 0 end",
        signature="case when repeated = printed and largest >= 5 then 'the numbers of the month before' end",
        mended_by="[" ~ mend(text_of_the_month_before("document", "period_start")) ~ "]",
    ) }}
from tuples
where printed >= 3

union all

-- I57: what is printed as the highest, the second or the lowest is so among what is printed beside it
select
    {{ stated_residual(
        "'I57'", "ranked", stated_subject("ranked") ~ " || ': ' || replace(unit, '_', ' ')", "category",
        "least(greatest(value, position), position + greatest(ties - 1, 0))", "value",
        judged="own_value is not null", reason="case when own_value is null then 'no number is printed beside the rank' end",
        mended_by="[" ~ mend("cell", "position") ~ ", case when unit = 'rank' then "
        ~ mend("own_cell", "coalesce(peer_values[cast(value as bigint)], 0)", "coalesce(peer_values[cast(value as bigint) - 1], 'infinity')") ~ " else "
        ~ mend("own_cell", "coalesce(peer_values[cast(value as bigint) - 1], 0)", "coalesce(peer_values[cast(value as bigint)], 'infinity')") ~ " end]",
    ) }}
from ranked

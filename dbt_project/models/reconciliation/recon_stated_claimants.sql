{#- what tells one line of a claimant's from another, whatever its documents call it -#}
{%- set line = [
    "author", "scope", "measure", "role", "cause_group", "line", "governorate", "facility_type", "part_month", "at_place", "category", "unit",
] %}
{%- set of_list = stated_frame() + stated_place() + ["category", "unit"] %}
{#- what tells a longer period from another, and how far what is printed of it is from its parts -#}
{%- set of_longer = ["kind", "document"] + line + ["period_start", "period_end"] %}
{#- months that are more than their period: more in it would mend that, or less in one of them -#}
{%- set fewer_parts %}
list_prepend({{ mend("cell", "parts_low", "'infinity'") }}, list_transform(parts, lambda part: {{ mend("part.cell", "0", "part.value + high - parts_low") }}))
{%- endset %}

with int_stated_cells as (
    select * from {{ ref("int_stated_cells") }}
),

measures as (
    select * from {{ ref("measures") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

-- who says it: a claimant, or we; of whom nobody knows, the document alone
cells as (
    select
        cells.*,
        case when cells.claimant = '' and not cells.is_own then 'of ' || cells.document else cells.claimant end as author,
        -- a party printed flat is itself, in whichever line our list of those days has it
        case when cells.sub_party = '' then cells.party when cells.is_part is false then cells.sub_party else cells.party || '/' || cells.sub_party end as line,
        case
            when day(cells.period_start) = 1 and cells.period_end = last_day(cells.period_end)
                then datediff('month', cells.period_start, cells.period_end) + 1
        end as months_long,
        -- what a list gives as the rest depends on what else it names
        case
            when cells.party = 'other' and cells.sub_party = ''
                then list_sort(list_distinct(list(cells.party || cells.sub_party) filter (where cells.is_part is not true) over of_parties))
            when 'other' in (cells.governorate, cells.facility_type)
                then list_sort(list_distinct(list(cells.governorate || cells.facility_type) over of_places))
        end as rest_beside,
        schemes.scheme
    from int_stated_cells as cells
    left join schemes
        on cells.period_end between schemes.valid_from and coalesce(schemes.valid_to, date '9999-12-31')
    window
        of_parties as (partition by {{ "cells." ~ ((of_list | reject("in", ["party", "sub_party"]) | list) | join(", cells.")) }}),
        of_places as (partition by {{ "cells." ~ ((of_list | reject("in", ["governorate", "facility_type"]) | list) | join(", cells.")) }})
),

-- how many there are at a day, which is no sum of months and may fall, is none of these
flows as (
    select * from cells
    where unit = 'count' and measure not in (select measures.measure from measures where measures.is_stock)
),

-- the same line since the same day, as it was given the time before
tolls as (
    select
        *,
        lag(document) over of_line as earlier_document,
        lag(cell) over of_line as earlier_cell,
        lag(period_end) over of_line as earlier_end,
        lag(value) over of_line as earlier_value,
        lag(low) over of_line as earlier_low,
        lag(high) over of_line as earlier_high
    from flows
    where period_kind != 'month'
    window of_line as (partition by {{ line | join(", ") }}, period_start order by period_end, published_on, document)
),

-- what shorter periods add up to: a period, or what a toll rose by from one day to another
longer as (
    select
        'period' as kind, cell, document, claimant, author, scope, scheme, period_kind, period_start, period_end, months_long,
        measure, role, cause_group, line, party, sub_party, governorate, facility_type, part_month, at_place, category, unit,
        value, low, high
    from flows
    where months_long > 1
    union all by name
    select
        'rise' as kind, cell, document, claimant, author, scope, scheme, 'other' as period_kind, earlier_end + 1 as period_start, period_end,
        datediff('month', earlier_end, period_end) as months_long,
        measure, role, cause_group, line, party, sub_party, governorate, facility_type, part_month, at_place, category, unit,
        value - earlier_value as value, low - earlier_high as low, high - earlier_low as high
    from tolls
    where months_long is not null and earlier_end = last_day(earlier_end) and earlier_end < period_end and value >= earlier_value
),

-- the parts of each, of its own document before another's, and of the latest before an earlier one
printed_parts as (
    select
        longer.*,
        parts.cell as part_cell,
        parts.document as part_document,
        parts.period_start as part_start,
        parts.period_end as part_end,
        parts.months_long as part_months,
        parts.scheme as part_scheme,
        parts.value as part_value,
        parts.low as part_low,
        parts.high as part_high
    from longer
    inner join flows as parts
        on {{ same("longer", "parts", line) }}
        and parts.period_start >= longer.period_start and parts.period_end <= longer.period_end
        and parts.months_long in (1, 3, 6)
        and datediff('month', longer.period_start, parts.period_start) % parts.months_long = 0
        and (parts.months_long < longer.months_long or longer.kind = 'rise')
    qualify row_number() over (
        partition by {{ "longer." ~ (of_longer | join(", longer.")) }}, parts.period_start, parts.period_end
        order by parts.document != longer.document, parts.published_on desc nulls last, parts.document desc
    ) = 1
),

summed as (
    select
        * exclude (part_cell, part_document, part_start, part_end, part_scheme, part_value, part_low, part_high),
        sum(part_months) = any_value(months_long) as is_all_printed,
        bool_and(part_document = document) as is_one_document,
        -- what a list gives as the rest depends on the list
        bool_or(line = 'other' and part_scheme != scheme) as is_over_a_change,
        sum(part_low) as parts_low,
        sum(part_high) as parts_high,
        list({
            'cell': part_cell,
            'value': part_value,
            'told': strftime(part_start, '%Y-%m') || case when part_months > 1 then '/' || strftime(part_end, '%Y-%m') else '' end
        } order by part_start) as parts
    from printed_parts
    group by all
),

-- by the shortest parts that are all printed, or else by the shortest
compared as (
    select
        *,
        {{ nearest("low", "high", "parts_low", "parts_high") }} as expected,
        {{ nearest("parts_low", "parts_high", "expected", "expected") }} as observed,
        observed - expected as gap
    from summed
    qualify row_number() over (
        partition by {{ of_longer | join(", ") }}
        order by is_all_printed desc, part_months
    ) = 1
),

-- a part that is the whole gap, or a line whose gap is the other way
explained as (
    select
        compared.*,
        list_filter(compared.parts, lambda part: part.value = abs(compared.gap) and compared.gap != 0) as parts_of_the_gap,
        moved.line as moved_line,
        -- what one line is short by, all are
        compared.gap != 0 and compared.gap = max(compared.gap) filter (where compared.line = '') over (
            partition by {{ "compared." ~ (of_longer | reject("equalto", "line") | join(", compared.")) }}
        ) as is_gap_of_all
    from compared
    left join (
        select
            *,
            min(line) over (partition by {{ of_longer | reject("equalto", "line") | join(", ") }}, gap) as first_line
        from compared
        where is_all_printed and line != '' and gap != 0 and not is_over_a_change
    ) as moved
        on {{ same("compared", "moved", of_longer | reject("equalto", "line") | list) }}
        and moved.line != compared.line and compared.line != '' and moved.gap = -compared.gap and moved.line = moved.first_line
        and not compared.is_over_a_change
),

judged as (
    select
        *,
        -- what is printed side by side, less than its parts, or made good by another line, no later word explains
        gap = 0 or gap > 0 or is_one_document or moved_line is not null as is_certain,
        case
            when gap = 0 then null
            when moved_line is not null then 'line ' || moved_line || ' is as far from its parts the other way'
            when len(parts_of_the_gap) = 1 then 'exactly what is printed of ' || parts_of_the_gap[1].told
        end as signature
    from explained
    -- a toll whose parts are all printed is compared with them, and not its rise too
    anti join (select * from compared where kind = 'period' and is_all_printed) as told
        on explained.kind = 'rise' and {{ same("explained", "told", ["document", "period_end"] + line) }}
    where is_all_printed
),

-- one figure in one document after the other
prints as (
    select
        *,
        lag(document) over printed as earlier_document,
        lag(cell) over printed as earlier_cell,
        lag(published_on) over printed as earlier_published_on,
        lag(value) over printed as earlier_value,
        lag(low) over printed as earlier_low,
        lag(high) over printed as earlier_high
    from cells
    window printed as (partition by {{ line | join(", ") }}, rest_beside, period_start, period_end, is_republished order by published_on, document)
)

-- I62: a toll since a day does not fall as days go on
select
    {{ stated_residual(
        "'I62.stated'", "tolls", stated_subject("tolls") ~ " || ', since ' || earlier_document", "category",
        "case when not isinf(high) then high when isinf(earlier_high) then low end", "earlier_low",
        judged="not isinf(high) or isinf(earlier_high)",
        reason="case when isinf(high) and not isinf(earlier_high) then 'the whole is a lower bound only' end",
        mended_by="case when earlier_low > high then [" ~ mend("cell", "earlier_low", "'infinity'") ~ ", " ~ mend("earlier_cell", "0", "high") ~ "] end",
    ) }}
from tolls
where earlier_document is not null and earlier_end < period_end

union all

-- I63: the months printed of a longer period are not more than it
select {{ stated_at_most("'I63.stated'", "compared", stated_subject("compared") ~ " || ', months printed'", "high", "parts_low", mended_by=fewer_parts) }}
from compared
where kind = 'period' and not is_all_printed and part_months = 1 and not is_over_a_change

union all

-- I63: and where all are printed, they add up to it
select
    {{ stated_residual(
        "case when is_certain then 'I63.claimant' else 'I63.late' end", "judged",
        stated_subject("judged") ~ " || case kind when 'rise' then ', from toll to toll' else '' end || ', by its ' || "
        ~ "case part_months when 1 then 'months' when 3 then 'quarters' else 'half years' end",
        "category", "expected", "observed", judged="not is_over_a_change",
        reason="case when is_over_a_change then 'the list of parties changed within its period' end", signature="signature",
        mended_by="list_prepend(" ~ mend("cell", "value + gap") ~ ", list_transform(parts, lambda part: " ~ mend("part.cell", "part.value - gap")
        ~ ")) || case when moved_line is null and not is_gap_of_all then [] else ["
        ~ mend(text_key("concat_ws('|', 'one line', document, period_start, period_end, abs(gap))")) ~ "] end",
    ) }}
from judged

union all

-- I74: what a claimant prints of one thing on one day is one number, in whatever language or document; I83: and later the same
select
    {{ stated_residual(
        "case when published_on = earlier_published_on and not is_republished then 'I74.claimant' else 'I83' end", "prints",
        stated_subject("prints") ~ " || ', first printed in ' || earlier_document", "category", "earlier_value",
        "case when greatest(low, earlier_low) <= least(high, earlier_high) then earlier_value else value end",
        mended_by="[" ~ mend("cell", "earlier_value") ~ ", " ~ mend("earlier_cell", "value") ~ "]",
    ) }}
from prints
where earlier_document is not null and earlier_document != document

union all

-- I83: who prints a figure of another again prints the same
select
    {{ stated_residual(
        "'I83'", "again", stated_subject("again") ~ " || ', first printed in ' || original.document", "again.category", "original.value", "again.value",
        mended_by="[" ~ mend("again.cell", "original.value") ~ ", " ~ mend("original.cell", "again.value") ~ "]",
    ) }}
from cells as again
inner join cells as original
    on {{ same("again", "original", ["claimant", "period_start", "period_end"] + (line | reject("equalto", "author") | list)) }}
    and again.document != original.document
where again.is_republished and not original.is_republished

{#- how far a whole may be beside the printed one for its neighbour to be the likely one (I76) -#}
{%- set neighbours = [1, -1, 2, -2, 3, -3] %}
{%- set frame = stated_frame() %}
{%- set place = stated_place() %}

with int_stated_cells as (
    select * from {{ ref("int_stated_cells") }}
),

cells as (
    select * from int_stated_cells
),

-- the shares of one list: of parties, of governorates, of types of facility, of those whom ours tells apart
lists as (
    {%- for dimension in ["party", "governorate", "facility_type", "category"] %}
    select
        {{ (frame + ["period_kind"] + (place | reject("in", [dimension, "sub_party"]) | list)) | join(", ") }},
        '{{ dimension | replace("_", " ") }}' as dimension,
        {{ "'total' as category" if dimension == "category" else "category, '' as " ~ dimension }},
        {{ "sub_party" if dimension == "category" else "'' as sub_party" }},
        min(completeness) as completeness,
        bool_or({{ dimension }} = '{{ "unknown" if dimension == "category" else "other" }}') as has_rest,
        round(sum(value), 6) as together,
        sum(low - 0.5 * pow(10, -decimals)) as least_together,
        sum(high + 0.5 * pow(10, -decimals)) as most_together,
        list({ 'cell': cell, 'value': value } order by cell) as part_cells
    from cells
    where
        unit = 'percent'
        and {{ "category in ('children', 'women', 'men', 'unknown')" if dimension == "category" else dimension ~ " != '' and sub_party = ''" }}
    group by all
    having count(*) > 1
    {{ "union all by name" if not loop.last }}
    {%- endfor %}
),

-- each share beside its whole, and beside the number it is the share of, where that is printed too
shares as (
    select
        shares.*,
        wholes.cell as whole_cell,
        wholes.value as whole,
        parts.cell as part_cell,
        parts.value as part,
        0.5 * pow(10, -shares.decimals) as half,
        case when shares.is_approximate then pow(10, -shares.decimals) else 0 end as widened
    from cells as shares
    left join cells as wholes
        on wholes.unit = 'count'
        and wholes.low = wholes.high
        and wholes.category = 'total'
        and {{ same("shares", "wholes", frame + ["measure", "role", "cause_group"]) }}
        and concat({{ "wholes." ~ (["party", "sub_party", "governorate", "facility_type", "part_month", "at_place"] | join(", wholes.")) }}) = ''
    left join cells as parts
        on parts.unit = 'count'
        and parts.low = parts.high
        and {{ same("shares", "parts", ["document", "claimant", "scope", "category"] + (place | reject("equalto", "part_month") | list)) }}
        and parts.part_month = ''
        and parts.period_start = case when shares.part_month = '' then shares.period_start else cast(shares.part_month || '-01' as date) end
        and parts.period_end = case when shares.part_month = '' then shares.period_end else last_day(cast(shares.part_month || '-01' as date)) end
    where shares.unit = 'percent'
),

-- the whole numbers that round to the share as it is printed, and as "about" admits
attained as (
    select
        *,
        -- no part is more than its whole
        value <= 100 and {{ attains("value", "half", "whole", "part") }} as is_attained,
        value <= 100 and {{ attains("value", "(half + widened)", "whole", "part") }} as is_nearly_attained,
        case
            when part is not null then round(100 * part / whole, decimals)
            when whole > 0 then least(100, round(100 * round(whole * value / 100) / whole, decimals))
        end as nearest_share
    from shares
),

hinted as (
    select
        attained.*,
        case when part is not null and not is_attained then (
            select 'fits ' || cast(others.value as bigint) || ', printed for ' || min({{ stated_subject("others") }} || ', ' || others.category)
            from cells as others
            where
                others.unit = 'count'
                and {{ same("others", "attained", frame) }}
                and {{ attains("attained.value", "attained.half", "attained.whole", "others.value") }}
            group by others.value
            order by abs(others.value - attained.part), others.value
            limit 1
        ) end as other_count,
        case
            when is_attained or value > 100 then null
            {%- for step in neighbours %}
            when {{ attains("value", "half", "(whole + " ~ step ~ ")", "part") }}
                then
                    'fits ' || cast(coalesce(part, round((whole + {{ step }}) * value / 100)) as bigint) || ' of '
                    || cast(whole + {{ step }} as bigint) || ', the total {{ "%+d" % step }}'
            {%- endfor %}
        end as other_whole,
        -- another share, another part, another whole: next to the printed one, or so large that every share is possible
        [
            {{ mend("cell", "nearest_share") }},
            {{ mend("part_cell", "whole * (value - half) / 100", "whole * (value + half) / 100") }},
            case
                when part is not null and value > half then {{ mend("whole_cell", "100 * part / (value + half)", "100 * part / (value - half)") }}
                when part is null then {{ mend("whole_cell", "50 / half", "'infinity'") }}
            end
            {%- for step in neighbours %},
            case when {{ attains("value", "half", "(whole + " ~ step ~ ")", "part") }} then {{ mend("whole_cell", "whole + " ~ step) }} end
            {%- endfor %}
        ] as mended_by
    from attained
)

-- I56: the shares of one list are together not more than everything, but for what rounding adds to each; I75: nor less, where
-- the list names the rest, or is said to be everything
select
    {{ stated_residual(
        "rule_id", "lists", stated_subject("lists") ~ " || ', in percent by ' || dimension", "category",
        "case when least_together > 100 or (rule_id = 'I75' and most_together < 100) then 100 else together end", "together",
        mended_by="list_transform(part_cells, lambda part: if(rule_id = 'I75', "
        ~ mend("part.cell", "part.value + 100 - together") ~ ", " ~ mend("part.cell", "0", "part.value") ~ "))",
    ) }}
from (
    select
        *,
        case
            when least_together <= 100 and (completeness = 'exhaustive' or completeness is null and has_rest) then 'I75'
            else 'I56.stated'
        end as rule_id
    from lists
) as lists

union all

-- I76: a printed share is one that a whole number of the printed total can have; of a count printed beside it, that one.
-- I65: all of a year in one month
select
    {{ stated_residual(
        "case when value = 100 and part_month != '' then 'I65' else 'I76' end", "hinted", stated_subject("hinted") ~ " || ': share'", "category",
        "case when is_attained or is_approximate and is_nearly_attained then value else nearest_share end", "value",
        judged="coalesce(whole > 0, false)", reason="case when (whole > 0) is not true then 'the total it is a share of is not printed' end",
        signature="case when not (is_attained or is_approximate and is_nearly_attained) then coalesce(other_count, other_whole) end",
        mended_by="mended_by",
    ) }}
from hinted

union all

-- I76, where it says about: within one unit of the last digit it is only odd
select
    {{ stated_residual(
        "'I76.approx'", "hinted", stated_subject("hinted") ~ " || ': share'", "category",
        "case when is_attained then value else nearest_share end", "value",
        judged="coalesce(whole > 0 and is_nearly_attained, false)",
        reason="case when (whole > 0) is not true then 'the total it is a share of is not printed' when not is_nearly_attained then 'told by I76' end",
        signature="case when not is_attained then coalesce(other_count, other_whole) end", mended_by="mended_by",
    ) }}
from hinted
where is_approximate

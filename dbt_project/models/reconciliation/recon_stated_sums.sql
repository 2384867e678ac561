{%- set frame = stated_frame() + ["period_kind"] %}
{#- a part is printed beside its whole: the dimension told apart, and whether its parts may be everything -#}
{%- set dimensions = {"party": true, "sub_party": true, "facility_type": true, "governorate": false} %}

with int_stated_cells as (
    select * from {{ ref("int_stated_cells") }}
),

stated_wholes as (
    select * from {{ ref("stated_wholes") }}
),

cells as (
    select * from int_stated_cells
    where unit = 'count'
),

-- a part of a party whose own line is not printed stands for itself among the parties
placed as (
    select
        cells.*,
        cells.sub_party != '' and lines.document is null as is_own_line
    from cells
    left join (
        select distinct {{ (frame + ["measure", "role", "cause_group", "party", "category"]) | join(", ") }}
        from cells
        where sub_party = '' and governorate = '' and facility_type = '' and at_place = ''
    ) as lines
        on {{ same("cells", "lines", frame + ["measure", "role", "cause_group", "party", "category"]) }}
),

groups as (
    {%- for dimension, may_be_everything in dimensions.items() %}
    {%- set others = stated_place() | reject("equalto", dimension) | list %}
    select
        wholes.*,
        '{{ dimension }}' as dimension,
        {{ may_be_everything }} as may_be_everything,
        sum(parts.low) as parts_low,
        sum(parts.high) as parts_high,
        count(*) as parts_printed,
        bool_or(parts.{{ dimension }} = 'other') as has_rest,
        sum(parts.value) as parts_value
    from placed as wholes
    inner join placed as parts
        on {{ same("wholes", "parts", frame + ["category"] + (others | reject("equalto", "sub_party") | list)) }}
        {%- if dimension == "party" %}
        and parts.party != '' and (parts.sub_party = '' or parts.is_own_line)
        {%- elif dimension == "sub_party" %}
        and parts.sub_party != '' and parts.party != ''
        {%- else %}
        and parts.{{ dimension }} != '' and wholes.sub_party = parts.sub_party
        {%- endif %}
    where wholes.{{ dimension }} = '' {{ "and wholes.sub_party = ''" if dimension == "party" }} {{ "and wholes.party != ''" if dimension == "sub_party" }}
    group by all
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- a list is meant to be everything where it names the rest, or where its document prints lists that add up
lists as (
    select
        *,
        may_be_everything and (
            bool_or(has_rest) over (partition by {{ (frame + ["measure", "role", "cause_group", "dimension"]) | join(", ") }})
            or bool_or(parts_value = value and parts_printed > 1) over (partition by document, dimension)
        ) as is_everything
    from groups
),

-- what is part of a whole by what it is
members as (
    select
        parts.*,
        pairs.rule_id,
        pairs.whole,
        pairs.factor,
        wholes.high as whole_high
    from cells as parts
    inner join stated_wholes as pairs on parts.measure = pairs.part
    inner join cells as wholes
        on pairs.whole = wholes.measure
        and parts.document = wholes.document
        and {{ same("parts", "wholes", ["claimant", "scope", "category"] + (stated_place() | reject("equalto", "measure") | list)) }}
        -- who is released was detained before, over whatever days that is told
        and (
            parts.period_start = wholes.period_start and parts.period_end = wholes.period_end
            or pairs.rule_id = 'I49' and parts.period_end >= wholes.period_start
        )
    {%- for column in ["role", "cause_group"] %}
    union all
    select parts.*, 'I55' as rule_id, wholes.measure as whole, 1 as factor, wholes.high as whole_high
    from cells as parts
    inner join cells as wholes
        on wholes.{{ column }} = ''
        and {{ same("parts", "wholes", frame + ["category"] + (stated_place() | reject("equalto", column) | list)) }}
    where parts.{{ column }} != ''
    {%- endfor %}
),

categories as (
    select wholes.*, sum(parts.low) as parts_low
    from cells as wholes
    inner join cells as parts on {{ same("wholes", "parts", frame + stated_place()) }}
    where wholes.category = 'total' and parts.category in ('children', 'women', 'men', 'unknown')
    group by all
),

months as (
    select longer.*, sum(months.low) as parts_low
    from cells as longer
    inner join cells as months
        on months.period_kind = 'month'
        and months.period_start between longer.period_start and longer.period_end
        and months.period_end <= longer.period_end
        and {{ same("longer", "months", ["document", "claimant", "scope", "category"] + stated_place()) }}
    where longer.period_kind in ('year', 'half_year', 'year_to_date')
    group by all
),

-- the same line of the same year, as it was told the time before: up to an earlier day, or in a document published earlier
years as (
    select
        *,
        lag(document) over line as earlier_document,
        lag(low) over line as earlier_low
    from cells
    where period_kind in ('year_to_date', 'year')
    window line as (
        partition by {{ (["claimant", "scope", "period_start", "category"] + stated_place()) | join(", ") }}
        order by period_end, published_on, document
    )
)

-- I75: the parts of a list that is everything add up to the whole
select
    {{ stated_residual(
        "'I75'", "lists", stated_subject("lists") ~ " || ' by ' || replace(dimension, '_', ' ')", "category",
        nearest("low", "high", "parts_low", "parts_high"),
        nearest("parts_low", "parts_high", nearest("low", "high", "parts_low", "parts_high"), nearest("low", "high", "parts_low", "parts_high")),
    ) }}
from lists
where is_everything

union all

-- I56: the parts of any other list are not more than the whole
select {{ stated_at_most("'I56.stated'", "lists", stated_subject("lists") ~ " || ' by ' || replace(dimension, '_', ' ')", "high", "parts_low") }}
from lists
where not is_everything

union all

-- I45, I49, I55: neither is what a measure holds of another
select {{ stated_at_most("rule_id || '.stated'", "members", stated_subject("members") ~ " || ' among ' || whole", "whole_high", "factor * low") }}
from members

union all

-- I55: nor are children and women of everybody
select {{ stated_at_most("'I55.stated'", "categories", stated_subject("categories") ~ " || ' by category'", "high", "parts_low") }}
from categories

union all

-- I63: nor the months printed of their year
select {{ stated_at_most("'I63.stated'", "months", stated_subject("months") ~ " || ', months printed'", "high", "parts_low") }}
from months

union all

-- I62: the year to date does not fall
select {{ stated_at_most("'I62.stated'", "years", stated_subject("years") ~ " || ', since ' || earlier_document", "high", "earlier_low") }}
from years
where earlier_document is not null

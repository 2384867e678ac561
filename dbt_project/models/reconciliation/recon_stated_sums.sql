{%- set frame = stated_frame() + ["period_kind"] %}
{#- a part is printed beside its whole: the dimension told apart, and how many parts everybody knows there are -#}
{%- set dimensions = {"party": none, "sub_party": none, "facility_type": none, "governorate": 14} %}
{#- what tells one list from another: who prints it, where, and what it is a list of; its columns are categories -#}
{%- set of_list = frame + ["measure", "role", "cause_group", "dimension", "parent", "place"] %}
{#- a sum that another number in the whole, or in one of its parts, would mend -#}
{%- set another_number %}
list_prepend({{ mend("cell", "parts_value") }}, list_transform(part_cells, lambda part: {{ mend("part.cell", "part.value + value - parts_value") }}))
{%- endset %}
{#- parts that are more than their whole: a larger whole would mend it, or one part less -#}
{%- set fewer_parts %}
list_prepend({{ mend("cell", "parts_low", "'infinity'") }}, list_transform(part_cells, lambda part: {{ mend("part.cell", "0", "part.value + high - parts_low") }}))
{%- endset %}

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

-- what is printed flat is a line of its own among the parties, and so is a part of a party whose own line is not printed
placed as (
    select
        cells.*,
        cells.sub_party != '' and (cells.is_part is false or lines.document is null) as is_own_line
    from cells
    left join (
        select distinct {{ (frame + ["measure", "role", "cause_group", "party", "category"]) | join(", ") }}
        from cells
        where sub_party = '' and governorate = '' and facility_type = '' and at_place = ''
    ) as lines
        on {{ same("cells", "lines", frame + ["measure", "role", "cause_group", "party", "category"]) }}
),

-- of the whole document (''), and of each of its places
spread as (
    select *, unnest(list_prepend('', coalesce(locations, []))) as place
    from placed
),

groups as (
    {%- for dimension, all_there_are in dimensions.items() %}
    {%- set others = stated_place() | reject("equalto", dimension) | list %}
    select
        wholes.*,
        '{{ dimension }}' as dimension,
        concat_ws('|', wholes.party, wholes.sub_party, wholes.governorate, wholes.facility_type, wholes.at_place) as parent,
        parts.place,
        sum(parts.low) as parts_low,
        sum(parts.high) as parts_high,
        sum(parts.value) as parts_value,
        list({ 'cell': parts.cell, 'value': parts.value } order by parts.cell) as part_cells,
        count(*) as parts_printed,
        {{ "count(*) >= " ~ all_there_are if all_there_are else false }} as is_all_there_are,
        -- the rest, or what it is made of ("other/jordan"); not what ours alone roll into it
        bool_or(parts.{{ dimension }} = 'other' {{ "and (parts.sub_party = '' or parts.is_part is not false)" if dimension == "party" }}) as has_rest,
        min(parts.completeness) as parts_completeness
    from placed as wholes
    inner join spread as parts
        on {{ same("wholes", "parts", frame + ["category"] + (others | reject("equalto", "sub_party") | list)) }}
        {%- if dimension == "party" %}
        and parts.party != '' and (parts.sub_party = '' or parts.is_own_line)
        {%- elif dimension == "sub_party" %}
        and parts.sub_party != '' and parts.party != '' and parts.is_part is not false
        {%- else %}
        and parts.{{ dimension }} != '' and wholes.sub_party = parts.sub_party
        {%- endif %}
    where wholes.{{ dimension }} = '' {{ "and wholes.sub_party = ''" if dimension == "party" }} {{ "and wholes.party != ''" if dimension == "sub_party" }}
    group by all
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- by what a list is known to be everything: it is said; it names all there are, or the rest; it adds up in one of its columns.
-- One part is no list
known as (
    select
        *,
        parts_printed > 1 and parts_value = value as adds_up,
        case
            when parts_printed = 1 then 'one_part'
            when min(parts_completeness) over list is not null then 'stated'
            when bool_or(is_all_there_are) over list then 'all_there_are'
            when bool_or(has_rest) over list then 'other_line'
            when bool_or(adds_up) over list then 'adds_up'
            -- other lists of the document do: as likely as it is
            when bool_or(parts_printed > 1 and parts_value = value) over (partition by document, dimension) then 'like_others'
        end as completeness_from,
        min(parts_completeness) over list as stated_completeness,
        -- a column without the rest that has fewer lines than another may leave some out
        has_rest or parts_printed = max(parts_printed) over list as is_whole_column,
        bool_or(place = '' and adds_up) over cell as adds_up_at_all,
        bool_or(place != '' and adds_up) over cell as adds_up_at_a_place
    from groups
    window
        list as (partition by {{ of_list | join(", ") }}),
        cell as (partition by {{ (of_list | reject("equalto", "place") | list + ["category"]) | join(", ") }})
),

lists as (
    select
        *,
        case
            when completeness_from is null or completeness_from = 'one_part' then 'subset'
            when completeness_from = 'stated' then stated_completeness
            when parts_low > high or is_whole_column and completeness_from != 'like_others' then 'exhaustive'
            when completeness_from != 'like_others' then 'likely'
            -- and one slip in one part would explain it
            when list_bool_or(list_transform(part_cells, lambda part: is_slip(part.value, part.value + value - parts_value))) then 'likely'
            else 'subset'
        end as list_completeness
    from known
    -- the places of a document print one list together, unless one of them has a list of its own, of the same in other parts
    where
        (adds_up_at_all or not adds_up_at_a_place) and place = ''
        or not adds_up_at_all and adds_up_at_a_place and place != '' and parts_printed > 1 and (has_rest or adds_up)
    qualify row_number() over (
        partition by {{ (of_list | reject("equalto", "place") | list + ["category"]) | join(", ") }}
        order by abs(parts_value - value) desc, place
    ) = 1
),

-- what is part of a whole by what it is
members as (
    select
        parts.*,
        pairs.rule_id,
        pairs.whole,
        pairs.factor,
        wholes.cell as whole_cell,
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
    -- of several such days those on which most were detained: these may be among them
    qualify
        row_number() over (
            partition by {{ "parts." ~ ((frame + ["category"] + stated_place()) | join(", parts.")) }}, pairs.rule_id, pairs.whole
            order by wholes.high desc, wholes.cell
        ) = 1
    {%- for column in ["role", "cause_group"] %}
    union all
    select parts.*, 'I55' as rule_id, wholes.measure as whole, 1 as factor, wholes.cell as whole_cell, wholes.high as whole_high
    from cells as parts
    inner join cells as wholes
        on wholes.{{ column }} = ''
        and {{ same("parts", "wholes", frame + ["category"] + (stated_place() | reject("equalto", column) | list)) }}
    where parts.{{ column }} != ''
    {%- endfor %}
),

-- ours exclude each other; of any other nobody knows whom it counts too
categories as (
    select
        wholes.*,
        if(parts.category in ({{ stated_categories() }}), 'ours', parts.category) as told,
        case when count(*) > 1 then ' by category' else ' of category ' || any_value(parts.category) end as of_whom,
        sum(parts.low) as parts_low,
        list({ 'cell': parts.cell, 'value': parts.low } order by parts.cell) as part_cells
    from cells as wholes
    inner join cells as parts on {{ same("wholes", "parts", frame + stated_place()) }}
    where wholes.category = 'total' and parts.category != 'total'
    group by all
),

-- men, women and children are everybody, with those of whom it is not known for certain; girls and boys are the children
everybody as (
    select
        *,
        if(category = 'total', 'men women and children', 'girls and boys') as dimension,
        category = 'children' or has_unknown as is_certain
    from (
        select
            wholes.*,
            bool_or(parts.category = 'unknown') as has_unknown,
            count(*) filter (where parts.category != 'unknown') as groups,
            sum(parts.low) as parts_low,
            sum(parts.high) as parts_high,
            sum(parts.value) as parts_value,
            list({ 'cell': parts.cell, 'value': parts.value } order by parts.cell) as part_cells
        from cells as wholes
        inner join cells as parts
            on {{ same("wholes", "parts", frame + stated_place()) }}
            and (
                wholes.category = 'total' and parts.category in ('men', 'women', 'children', 'unknown')
                or wholes.category = 'children' and parts.category in ('girls', 'boys')
            )
        group by all
    )
    where groups = if(category = 'total', 3, 2)
),

-- civilians and combatants are some of all who were killed, by whatever measure they are told
scopes as (
    select
        wholes.*,
        sum(parts.low) as parts_low,
        list({ 'cell': parts.cell, 'value': parts.low } order by parts.cell) as part_cells
    from cells as wholes
    inner join (
        select *
        from cells
        where measure in ('deaths', 'combatants_killed') and scope in ('civilians', 'combatants')
        qualify row_number() over (
            partition by {{ (frame + stated_place() | reject("equalto", "measure") | list + ["category"]) | join(", ") }} order by low desc, cell
        ) = 1
    ) as parts
        on {{ same("wholes", "parts", (frame | reject("equalto", "scope") | list) + (stated_place() | reject("equalto", "measure") | list) + ["category"]) }}
    where wholes.measure = 'deaths' and wholes.scope = 'all'
    group by all
)

-- I75: the parts of a list that is everything add up to the whole
select
    {{ stated_residual(
        "case list_completeness when 'likely' then 'I75.likely' else 'I75' end", "lists",
        stated_subject("lists") ~ " || ' by ' || replace(dimension, '_', ' ')", "category",
        nearest("low", "high", "parts_low", "parts_high"),
        nearest("parts_low", "parts_high", nearest("low", "high", "parts_low", "parts_high"), nearest("low", "high", "parts_low", "parts_high")),
        mended_by=another_number,
    ) }},
    completeness_from
from lists
where list_completeness in ('exhaustive', 'likely')

union all

-- and so do men, women and children; that they are fewer where nobody is not known is likely a slip, if one would explain it
select
    {{ stated_residual(
        "if(is_certain, 'I75', 'I75.likely')", "everybody", stated_subject("everybody") ~ " || ' by ' || dimension", "category",
        nearest("low", "high", "parts_low", "parts_high"),
        nearest("parts_low", "parts_high", nearest("low", "high", "parts_low", "parts_high"), nearest("low", "high", "parts_low", "parts_high")),
        mended_by=another_number,
    ) }},
    null as completeness_from
from everybody
where
    parts_low <= high
    and (is_certain or parts_high >= low or list_bool_or(list_transform(part_cells, lambda part: is_slip(part.value, part.value + value - parts_value))))
    -- girls and boys are told of nowhere else
    or category = 'children'

union all

-- I56: the parts of any other list are not more than the whole
select
    {{ stated_at_most(
        "'I56.stated'", "lists", stated_subject("lists") ~ " || ' by ' || replace(dimension, '_', ' ')", "high", "parts_low",
        mended_by=fewer_parts,
    ) }},
    completeness_from
from lists
where list_completeness not in ('exhaustive', 'likely')

union all

-- I45, I49, I55: neither is what a measure holds of another
select
    {{ stated_at_most(
        "rule_id || '.stated'", "members", stated_subject("members") ~ " || ' among ' || whole", "whole_high", "factor * low",
        mended_by="[" ~ mend("whole_cell", "factor * low", "'infinity'") ~ ", " ~ mend("cell", "0", "whole_high / factor") ~ "]",
    ) }},
    null as completeness_from
from members

union all

-- I55: nor are children and women of everybody
select
    {{ stated_at_most(
        "'I55.stated'", "categories", stated_subject("categories") ~ " || of_whom", "high", "parts_low", mended_by=fewer_parts,
    ) }},
    null as completeness_from
from categories

union all

-- nor civilians and combatants of all
select
    {{ stated_at_most(
        "'I56.stated'", "scopes", stated_subject("scopes") ~ " || ' by civilians and combatants'", "high", "parts_low", mended_by=fewer_parts,
    ) }},
    null as completeness_from
from scopes

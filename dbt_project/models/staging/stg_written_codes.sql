{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "stated_figures"] %}
with stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

cells as (
    {%- for kind in kinds %}
    select
        unnest(
            [
                {%- for column in contract(kind) if column.type in ("code", "codes") %}
                { 'code_list': '{{ column.code_list }}', 'is_list': {{ column.type == "codes" }}, 'cells': list(distinct {{ column.name }}) },
                {%- endfor %}
                { 'code_list': null, 'is_list': null, 'cells': null }
            ],
            recursive := true
        )
    from {{ source("received", "received_" ~ kind) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

written as (
    select distinct
        code_list,
        is_list,
        known(cell) as written
    from (select code_list, is_list, unnest(cells) as cell from cells)
),

items as (
    select
        code_list,
        is_list,
        written,
        generate_subscripts(parts, 1) as position,
        unnest(parts) as item
    from (
        select
            *,
            case when is_list then regexp_split_to_array(written, '\s*[;؛]\s*') else [written] end as parts
        from written
        where written is not null
    )
)

select
    items.code_list,
    items.is_list,
    items.written,
    -- one unknown word leaves the whole cell without a value: half a list is not what was written
    case
        when bool_and(stg_spellings.code is not null)
            then string_agg(stg_spellings.code, ';' order by items.position)
    end as codes
from items
left join stg_spellings
    on items.code_list = stg_spellings.code_list and fold(items.item) = stg_spellings.folded
where trim(items.item) != ''
group by items.code_list, items.is_list, items.written

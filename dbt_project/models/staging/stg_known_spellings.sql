{#- a name of a list holds always -#}
{%- set always = "cast(null as date) as valid_from, cast(null as date) as valid_to" -%}
with codes as (
    select * from {{ ref("codes") }}
),

code_aliases as (
    select * from {{ ref("code_aliases") }}
),

spellings as (
    {%- for code_list, codes, code, aliases in code_lists() %}
    select '{{ code_list }}' as code_list, '{{ aliases }}' as aliases, {{ code }} as code, unnest([{{ code }}, name_en, name_ar]) as spelling, {{ always }}
    from {{ ref(codes) }}
    union all
    select
        '{{ code_list }}' as code_list,
        '{{ aliases }}' as aliases,
        {{ code }} as code,
        alias as spelling,
        {{ "valid_from, valid_to" if code_list == "parties" else always }}
    from {{ ref(aliases) }}
    union all
    {%- endfor %}
    select code_list, 'code_aliases' as aliases, code, unnest([code, name_en, name_ar]) as spelling, {{ always }}
    from codes
    union all
    select code_list, 'code_aliases' as aliases, code, alias as spelling, {{ always }}
    from code_aliases
),

folded as (
    select *, fold(spelling) as folded, false as is_made from spellings
    where spelling is not null
),

-- what else a governorate and a party may be called: Homs Governorate, SDF fighters
named as (
    select * from folded
    union all
    select * replace (unnest(also_called(code_list, spelling, folded)) as folded, true as is_made) from folded
),

-- what the list says itself comes first, as where a city and the land around it have nearly one name
chosen as (
    select * from named
    qualify is_made = min(is_made) over (partition by code_list, folded)
)

select
    code_list,
    folded,
    -- capitals come first: a name rather than the code
    min(spelling) as spelling,
    code,
    any_value(aliases) as aliases,
    any_value(is_made) as is_made,
    coalesce(valid_from, date '0001-01-01') as valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to
from chosen
group by code_list, folded, code, valid_from, valid_to

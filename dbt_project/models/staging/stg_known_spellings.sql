with codes as (
    select * from {{ ref("codes") }}
),

code_aliases as (
    select * from {{ ref("code_aliases") }}
),

spellings as (
    {%- for code_list, codes, code, aliases in code_lists() %}
    select '{{ code_list }}' as code_list, '{{ aliases }}' as aliases, {{ code }} as code, unnest([{{ code }}, name_en, name_ar]) as spelling
    from {{ ref(codes) }}
    union all
    select '{{ code_list }}' as code_list, '{{ aliases }}' as aliases, {{ code }} as code, alias as spelling
    from {{ ref(aliases) }}
    union all
    {%- endfor %}
    select code_list, 'code_aliases' as aliases, code, unnest([code, name_en, name_ar]) as spelling
    from codes
    union all
    select code_list, 'code_aliases' as aliases, code, alias as spelling
    from code_aliases
),

-- a governorate may be called one: Homs Governorate, محافظة حمص
named as (
    select *, false as is_made from spellings
    union all
    select
        code_list,
        aliases,
        code,
        unnest(also_called(spelling)) as spelling,
        true as is_made
    from spellings
    where code_list = 'governorates'
),

-- what the list says itself comes first, as where a city and the land around it have nearly one name
chosen as (
    select * from named
    where spelling is not null
    qualify is_made = min(is_made) over (partition by code_list, fold(spelling))
)

select
    code_list,
    fold(spelling) as folded,
    -- capitals come first: a name rather than the code
    min(spelling) as spelling,
    code,
    any_value(aliases) as aliases
from chosen
group by code_list, folded, code

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
)

select
    code_list,
    fold(spelling) as folded,
    -- capitals come first: a name rather than the code
    min(spelling) as spelling,
    code,
    any_value(aliases) as aliases
from spellings
where spelling is not null
group by code_list, folded, code

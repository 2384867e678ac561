{# The dimensions of a figure, in the order in which breakdowns.csv and fct_figures name them. #}
{% macro dimensions() %}
    {{ return(["governorate", "cause_group", "role", "facility_type", "mechanism", "party", "sub_party"]) }}
{% endmacro %}

{# Whether a breakdown is by a dimension. #}
{% macro is_by(dimension, breakdown="breakdowns") -%}
    ';' || coalesce({{ breakdown }}.dimensions, '') || ';' like '%;{{ dimension }};%'
{%- endmacro %}

{#
Where the records of one fact count in a measure, unknown as a member; dimensions are columns beyond party and governorate.
-#}
{% macro counted(
    measure, relation, record_id, where="is_counted", value="1", category="category", dimensions=(), row_key="row_key"
) %}
    select
        cast('{{ measure }}' as code) as measure,
        cast('documented' as code) as basis,
        month,
        {{ record_id }} as record_id,
        {{ row_key }} as row_key,
        scheme,
        bucket as party,
        sub_bucket as sub_party,
        coalesce(governorate, cast('unknown' as code)) as governorate,
        {{ category }} as category,
        {%- for dimension in dimensions %}
        {{ dimension }},
        {%- endfor %}
        cast({{ value }} as integer) as value
    from {{ relation }}
    where {{ where }}
{%- endmacro %}

{# Which breakdown a figure belongs to: the dimensions it is broken down by, as breakdowns.csv writes them. #}
{% macro breakdown_of(figures) -%}
    concat_ws(';'
    {%- for dimension in dimensions() %}, case when {{ figures }}.{{ dimension }} is not null then '{{ dimension }}' end{% endfor %})
{%- endmacro %}

{# One text for the place of a figure among the others of its measure and period, without the dimension named. #}
{% macro coordinates(figures, without="'none'") -%}
    concat_ws('|'
    {%- for dimension in dimensions() %},
        coalesce(case when {{ without }} = '{{ dimension }}' then null else {{ figures }}.{{ dimension }} end, '')
    {%- endfor %})
{%- endmacro %}

{# The members a figure is of, for a person: "party sdf, governorate SY02"; empty where it is not broken down. #}
{% macro members_of(figures, without="'none'") -%}
    concat_ws(', '
    {%- for dimension in dimensions() %},
        case when {{ without }} != '{{ dimension }}' then '{{ dimension }} ' || {{ figures }}.{{ dimension }} end
    {%- endfor %})
{%- endmacro %}

{# That two relations agree in some columns. #}
{% macro same(left, right, columns) -%}
    {%- for column in columns %}{{ "and " if not loop.first }}{{ left }}.{{ column }} = {{ right }}.{{ column }} {% endfor -%}
{%- endmacro %}

{# The columns of a residual, in the order all models of this room write them. #}
{% macro residual(rule_id, period_kind, period_start, period_end, subject, measure, category, expected, observed, judged="true", reason="cast(null as varchar)") -%}
    {{ rule_id }} as rule_id,
    cast({{ period_kind }} as varchar) as period_kind,
    {{ period_start }} as period_start,
    {{ period_end }} as period_end,
    {{ subject }} as subject,
    cast({{ measure }} as varchar) as measure,
    cast({{ category }} as varchar) as category,
    cast({{ expected }} as double) as expected,
    cast({{ observed }} as double) as observed,
    {{ judged }} as is_judged,
    {{ reason }} as reason
{%- endmacro %}

{# A residual of a month, on the facts of that month. #}
{% macro monthly_residual(rule_id, month, subject, measure, category, expected, observed, judged="true", reason="cast(null as varchar)") -%}
    {{ residual("'" ~ rule_id ~ "'", "'month'", month, "last_day(" ~ month ~ ")", subject, measure, category, expected, observed, judged, reason) }}
{%- endmacro %}

{#
The dimensions of a figure, in the order in which breakdowns.csv and fct_figures name them: a new one goes to the end.
`orchestration/dimensions.py` says the same to Python.
#}
{% macro dimensions() %}
    {{ return([
        "governorate", "cause_group", "role", "facility_type", "mechanism", "party", "sub_party", "sex", "age_group", "origin_governorate",
    ]) }}
{% endmacro %}

{# Whether a breakdown is by a dimension. #}
{% macro is_by(dimension, breakdown="breakdowns") -%}
    ';' || coalesce({{ breakdown }}.dimensions, '') || ';' like '%;{{ dimension }};%'
{%- endmacro %}

{#
Where the records of one fact count in a measure, unknown as a member; dimensions are columns beyond party and governorate.
`month` names the column of another month than the record's own, in which it counts under the list of parties of that month.
-#}
{% macro counted(
    measure, relation, record_id, where="is_counted", value="1", category="category", dimensions=(), basis="documented",
    month=none
) %}
    {%- set of_month = "lines" if month else "facts" %}
    select
        cast('{{ measure }}' as code) as measure,
        cast('{{ basis }}' as code) as basis,
        facts.{{ month or "month" }} as month,
        facts.{{ record_id }} as record_id,
        {{ of_month }}.scheme,
        {{ of_month }}.bucket as party,
        {{ of_month }}.sub_bucket as sub_party,
        coalesce(governorate, cast('unknown' as code)) as governorate,
        {{ category }} as category,
        {%- for dimension in dimensions %}
        {{ dimension }},
        {%- endfor %}
        cast({{ value }} as integer) as value
    from {{ relation }} as facts
    {%- if month %}
    inner join {{ ref("stg_scheme_parties") }} as lines
        on facts.party = lines.party and facts.{{ month }} between lines.valid_from and lines.valid_to
    {%- endif %}
    where {{ where }}
{%- endmacro %}

{# The same of groups of persons, of whom some may be known as children or women: a select for each category. #}
{% macro counted_persons(measure, relation, record_id, persons, where="is_counted", month=none) -%}
    {%- for category, number in [
        ("children", "children"), ("women", "women"),
        ("unknown", persons ~ " - coalesce(children, 0) - coalesce(women, 0)"),
    ] %}
    {{ "union all by name" if not loop.first }}
    {{- counted(measure, relation, record_id, where=where ~ " and " ~ number ~ " > 0", value=number, category=code(category), month=month) }}
    {%- endfor %}
{%- endmacro %}

{# Which breakdown a figure belongs to: the dimensions it is broken down by, as breakdowns.csv writes them. #}
{% macro breakdown_of(figures) -%}
    concat_ws(';'
    {%- for dimension in dimensions() %}, case when {{ figures }}.{{ dimension }} is not null then '{{ dimension }}' end{% endfor %})
{%- endmacro %}

{#
One text for the place of a figure among the others of its measure and period, without the dimension named. The dimensions there
were when marks began (int_editions) stand in their places; one that came later says its name where a figure is by it, so that the
text of all other figures, and with it their marks, stay as they were.
#}
{% macro coordinates(figures, without="'none'") -%}
    {%- set first = ["governorate", "cause_group", "role", "facility_type", "mechanism", "party", "sub_party"] -%}
    concat_ws('|'
    {%- for dimension in dimensions() %},
        {%- set member = "case when " ~ without ~ " != '" ~ dimension ~ "' then " ~ figures ~ "." ~ dimension ~ " end" %}
        {{ "coalesce(" ~ member ~ ", '')" if dimension in first else "'" ~ dimension ~ " ' || " ~ member }}
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

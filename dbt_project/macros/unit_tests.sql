{#
The rows of a table in a unit test, in place of dbt's own macro, which casts each of a hundred columns in every row: seven
megabytes of SQL for the widest test. Here what no row names is null once, and the rest is cast where it is read.
#}
{% macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {%- set columns = adapter.get_columns_in_relation(this) -%}
    {%- set named = rows | map("list") | sum(start=[]) | unique | list -%}
    {%- set unknown = named | reject("in", columns | map(attribute="name") | list) | list -%}
    {%- if unknown -%}
        {{ exceptions.raise_compiler_error("'" ~ model.name ~ "' has no column '" ~ unknown | join("', '") ~ "'") }}
    {%- endif -%}
    select
    {%- for column in columns %}
        cast({{ column.quoted if column.name in named else "null" }} as {{ column.data_type }}) as {{ column.quoted }}
        {{- "," if not loop.last }}
    {%- endfor %}
    from (values
    {%- for row in rows or [{}] %}
        ({{ loop.index }}
        {%- for name in named -%}
            , {{ "null" if row.get(name) is none else dbt.string_literal(dbt.escape_single_quotes(row[name] | string)) }}
        {%- endfor -%})
        {{- "," if not loop.last }}
    {%- endfor %}
    ) as fixture (fixture_row
    {%- for name in named %}, {{ adapter.quote(name) }}{% endfor -%})
    {%- if not rows %}
    limit 0
    {%- endif %}
{%- endmacro %}

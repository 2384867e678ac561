{#
Tables and views, made where they stand. dbt-duckdb makes them beside the old ones, renames both and drops the old, so that
somebody who reads meanwhile finds one or the other: nobody reads a draft. Six to nine statements each become one.
#}
{% macro made_where_it_stands(table, is_first) -%}
    {%- if config.get("contract").enforced %}
        {{ get_assert_columns_equivalent(compiled_code) if is_first }}
        create or replace table {{ table }} {{ get_table_columns_and_constraints() }};
        insert into {{ table }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }})
    {%- else %}
        create or replace table {{ table }} as ({{ compiled_code }})
    {%- endif %}
{%- endmacro %}

{% materialization table, adapter="duckdb" %}
    {#- a draft with a table in it was built by the same SQL: what was equivalent then still is -#}
    {%- set is_first = load_cached_relation(this) is none -%}
    {%- set table = this.incorporate(type="table") -%}
    {%- call statement("main") %}
        {{ made_where_it_stands(table, is_first) }}
    {%- endcall %}
    {%- do adapter.commit() %}
    {{ return({"relations": [table]}) }}
{% endmaterialization %}

{#
A table of which the run's months are taken out and put in anew, so that a month emptied by corrections becomes empty.
dbt-duckdb lays them out beside the table first, for readers and for schemas that change: a draft has neither, since one
of another project is begun empty. A model names the column that holds its month (config month_column), and which months those are (config
months_from): "run", the months the run was asked for, as rows received are made anew; or "int_months", also the months that
records came from or went to, as facts are. Such a model reads, of every table with a column `month` or
`received_month`, only what is of its own months: so an engine can make it in parts (docs/scale.md). One that stages the rows of a
kind (config kind) is not planned where no sheet of the kind has come: for each of most kinds that takes longer than the rows of a small night.
#}
{% materialization incremental, adapter="duckdb" %}
    {%- set is_first = load_cached_relation(this) is none -%}
    {%- set table = this.incorporate(type="table") -%}
    {%- set months = source("received", "run") if config.require("months_from") == "run" else ref("int_months") -%}
    {%- set kind = config.get("kind") -%}
    {%- set has_rows = is_first or not kind or run_query("select 1 from " ~ source("received", "received_" ~ kind) ~ " limit 1") | length -%}
    {%- call statement("main") %}
        {%- if is_first %}
            {{ made_where_it_stands(table, is_first) }}
        {%- else %}
            delete from {{ table }} as kept
            where exists (
                select 1 from {{ months }} as run where run.month is not distinct from kept.{{ config.require("month_column") }}
            );
            {%- if has_rows %}
            insert into {{ table }} by name ({{ compiled_code }})
            {%- endif %}
        {%- endif %}
    {%- endcall %}
    {%- do adapter.commit() %}
    {{ return({"relations": [table]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set is_first = load_cached_relation(this) is none -%}
    {%- set view = this.incorporate(type="view") -%}
    {%- call statement("main") %}
        {{ get_assert_columns_equivalent(compiled_code) if is_first and config.get("contract").enforced }}
        create or replace view {{ view }} as ({{ compiled_code }})
    {%- endcall %}
    {%- do adapter.commit() %}
    {{ return({"relations": [view]}) }}
{% endmaterialization %}

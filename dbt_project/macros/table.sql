{#
A table, made where it stands. dbt-duckdb makes it beside the old one, renames both and drops the old one, so that
somebody who reads meanwhile finds one or the other: nobody reads a draft. Nine statements a table become three.
#}
{% materialization table, adapter="duckdb" %}
    {#- a draft with a table in it was built by the same SQL: what was equivalent then still is -#}
    {%- set is_first = load_cached_relation(this) is none -%}
    {%- set table = this.incorporate(type="table") -%}
    {%- call statement("main") %}
        {%- if config.get("contract").enforced %}
            {{ get_assert_columns_equivalent(compiled_code) if is_first }}
            create or replace table {{ table }} {{ get_table_columns_and_constraints() }};
            insert into {{ table }} {{ get_column_names() }} ({{ get_select_subquery(compiled_code) }})
        {%- else %}
            create or replace table {{ table }} as ({{ compiled_code }})
        {%- endif %}
    {%- endcall %}
    {%- do adapter.commit() %}
    {{ return({"relations": [table]}) }}
{% endmaterialization %}

{#
Incremental strategy `months`: the run's months are taken out and put in anew, so that a month emptied by
corrections becomes empty (delete+insert would leave its old rows). A model names the column that holds its month
(config month_column). Received rows are made anew for the months the run was asked for, facts also for the months
their records came from or went to.
#}
{% macro get_incremental_months_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    {%- set month = config.require("month_column") -%}
    {%- set months = source("received", "run") if model.fqn[1] == "staging" else ref("int_months") %}
    delete from {{ arg_dict["target_relation"] }} as kept
    where exists (
        select 1 from {{ months }} as run where run.month is not distinct from kept.{{ month }}
    );
    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }};
{% endmacro %}


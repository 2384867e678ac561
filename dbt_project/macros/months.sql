{#
Incremental strategy `months`: the run's months are taken out and put in anew, so that a month emptied by
corrections becomes empty (delete+insert would leave its old rows). A model names the column that holds its month
(config month_column), and which months those are (config months_from): "run", the months the run was asked for, as
rows received are made anew; or "int_months", also the months that records came from or went to, as facts are.
Such a model reads, of every table with a column `month` or `received_month`, only what is of its own months: so an engine can
make it in parts (docs/scale.md).
#}
{% macro get_incremental_months_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) -%}
    {%- set month = config.require("month_column") -%}
    {%- set months = source("received", "run") if config.require("months_from") == "run" else ref("int_months") %}
    delete from {{ arg_dict["target_relation"] }} as kept
    where exists (
        select 1 from {{ months }} as run where run.month is not distinct from kept.{{ month }}
    );
    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }};
{% endmacro %}


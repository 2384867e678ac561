{{ config(materialized="view") }}

{#- measure, its fact, the column that numbers its records, what a record counts in it, and which records can -#}
{%- set measures = [
    ("deaths", "fct_deaths", "case_id", "1", "true"),
    ("torture_deaths", "fct_deaths", "case_id", "1", "is_torture_death"),
    ("facility_attacks", "fct_facility_attacks", "attack_id", "1", "true"),
    ("detained", "fct_detentions", "detention_id", "persons", "true"),
    ("released", "fct_detentions", "detention_id", "released", "released > 0"),
    ("torture_events", "fct_torture", "torture_id", "1", "torture_kind = 'torture_event'"),
] %}
{%- for measure, fact, record_id, value, condition in measures %}
select '{{ measure }}' as measure, {{ record_id }} as record_id, month, row_key as stands_on, case when is_counted then {{ value }} else 0 end as value
from {{ ref(fact) }}
where {{ condition }}

union all
{%- endfor %}
{%- for measure, value in [("massacres", "1"), ("massacre_deaths", "massacres.deaths")] %}

-- a massacre stands on the rows of all its dead
select '{{ measure }}' as measure, massacres.incident_id as record_id, massacres.month, dead.row_keys as stands_on, {{ value }} as value
from {{ ref("fct_massacres") }} as massacres
left join (
    select incident_id, cast(bit_xor(hash(row_key)) as varchar) as row_keys
    from {{ ref("fct_deaths") }}
    where incident_id is not null
    group by incident_id
) as dead on massacres.incident_id = dead.incident_id
{{ "union all" if not loop.last }}
{%- endfor %}

{{ config(materialized="view") }}

{#- measure, its fact, the column that numbers its records, the one of their month, what a record counts, and which can -#}
{%- set if_counted = "cast(is_counted as integer)" %}
{%- set measures = [
    ("deaths", "fct_deaths", "case_id", "month", if_counted, "true"),
    ("torture_deaths", "fct_deaths", "case_id", "month", if_counted, "is_torture_death"),
    ("hors_de_combat", "fct_deaths", "case_id", "month", if_counted, "civilian_status = 'hors_de_combat'"),
    ("unverified_deaths", "fct_deaths", "case_id", "month", if_counted, "verification = 'unverified'"),
    ("killed_abroad", "fct_deaths", "case_id", "month", "1", is_killed_abroad()),
    ("facility_attacks", "fct_facility_attacks", "attack_id", "month", if_counted, "true"),
    ("detained", "fct_detentions", "detention_id", "month", if_counted ~ " * persons", "true"),
    ("released", "fct_detentions", "detention_id", "released_month", if_counted ~ " * released", "released > 0"),
    ("disappeared", "int_disappeared", "detention_id", "month", "persons", "true"),
    ("disappeared_found", "int_disappeared", "detention_id", "found_month", "persons", "found_month is not null"),
    ("torture_events", "fct_torture", "torture_id", "month", if_counted, "torture_kind = 'torture_event'"),
    ("tortured", "fct_torture", "torture_id", "month", if_counted ~ " * victims", "torture_kind = 'torture_event'"),
    ("wounded_min", "fct_incidents", "incident_id", "month", if_counted ~ " * injured_min", "injured_min > 0"),
    ("wounded_max", "fct_incidents", "incident_id", "month", if_counted ~ " * greatest(injured_min, injured_max)",
     "greatest(injured_min, injured_max) > 0"),
] %}
{%- for measure, fact, record_id, month, value, condition in measures %}
select '{{ measure }}' as measure, {{ record_id }} as record_id, {{ month }} as month, row_key as stands_on, {{ value }} as value
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

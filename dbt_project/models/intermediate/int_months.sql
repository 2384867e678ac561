{#- the facts that keep months, by the kind of sheet their rows come from #}
{%- set facts = {
    "deaths": "fct_deaths", "facility_attacks": "fct_facility_attacks", "torture": "fct_torture", "detentions": "fct_detentions",
} %}

-- the months whose facts this run makes anew: those asked for, and those where what the facts hold is not what the
-- sheets say now (a record that was revised, withdrawn or moved by a sheet of another month)
select month from {{ source("received", "run") }}
{%- for kind, fact in facts.items() %}
{%- set kept = adapter.get_relation(database=this.database, schema="marts", identifier=fact) if execute %}
union
select month
from (
    select row_key, month from {{ ref("int_records") }} where kind = '{{ kind }}' and state = 'current'
    {%- if kept %}
    except
    select row_key, month from {{ kept }}
    {%- endif %}
)
{%- if kept %}
union
select month
from (
    select row_key, month from {{ kept }} {{ "where torture_kind = 'torture_event'" if kind == "torture" }}
    except
    select row_key, month from {{ ref("int_records") }} where kind = '{{ kind }}' and state = 'current'
)
{%- endif %}
{%- endfor %}

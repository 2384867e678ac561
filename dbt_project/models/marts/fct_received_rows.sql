{#- the facts rows end in, by the kind of sheet they come from; stated figures have none yet -#}
{%- set facts = {
    "deaths": "fct_deaths", "incidents": "fct_incidents", "facility_attacks": "fct_facility_attacks",
    "torture": "fct_torture", "detentions": "fct_detentions", "attributions": "fct_attributions",
} %}

-- what became of every row received, by month and kind: the conservation every run has to show. Counted and excluded
-- are told by the facts, so that a row that is lost on its way there leaves a gap (I01)
with int_records as (
    select * from {{ ref("int_records") }}
),

facts as (
    {%- for kind, fact in facts.items() %}
    select '{{ kind }}' as kind, row_key, is_counted
    from {{ ref(fact) }}
    {{ {"torture": "where torture_kind = 'torture_event'", "attributions": "where by_incident is null"}[kind] }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
)

select
    records.month,
    records.kind,
    count(*) as received,
    count(*) filter (where records.state != 'quarantined') as accepted,
    count(*) filter (where records.state = 'quarantined') as quarantined,
    count(*) filter (where records.state = 'current' and (facts.is_counted or records.kind = 'stated_figures')) as counted,
    count(*) filter (where records.state = 'current' and not facts.is_counted) as excluded,
    count(*) filter (where records.state = 'superseded') as superseded,
    count(*) filter (where records.state = 'withdrawn') as withdrawn
from int_records as records
left join facts on records.kind = facts.kind and records.row_key = facts.row_key
group by records.month, records.kind

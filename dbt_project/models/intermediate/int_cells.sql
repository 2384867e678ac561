{#-
The finest monthly cells every figure is added up from. Unknown is a member of a dimension; a dimension or category
that a measure does not have is null.
#}
{%- set no_category = "cast(null as code)" %}

{{ cells("deaths", ref("fct_deaths"), dimensions=["cause_group", "coalesce(mechanism, cast('unknown' as code)) as mechanism", "roles"]) }}

union all by name

-- by the month a death occurred in: a basis of its own, never added to months of documentation (I66)
select
    cast('deaths' as code) as measure,
    cast('occurred' as code) as basis,
    cast(date_trunc('month', deaths.death_date) as date) as month,
    scheme_parties.scheme,
    scheme_parties.bucket as party,
    scheme_parties.sub_bucket as sub_party,
    coalesce(deaths.governorate, cast('unknown' as code)) as governorate,
    deaths.category,
    count(*) as value
from {{ ref("fct_deaths") }} as deaths
inner join {{ ref("stg_scheme_parties") }} as scheme_parties
    on deaths.party = scheme_parties.party
    and deaths.death_date between scheme_parties.valid_from and scheme_parties.valid_to
where deaths.is_counted and coalesce(deaths.death_date_precision, 'day') in ('day', 'month')
group by all

union all by name
{{ cells("torture_deaths", ref("fct_deaths"), where="is_counted and is_torture_death") }}

union all by name
{{ cells("massacres", ref("fct_massacres"), where="true", category=no_category) }}

{%- for category in ["children", "women", "men", "unknown"] %}

union all by name
{{ cells("massacre_deaths", ref("fct_massacres"), where=category ~ " > 0", value="sum(" ~ category ~ ")", category=code(category)) }}
{%- endfor %}

union all by name
{{ cells("facility_attacks", ref("fct_facility_attacks"), category=no_category,
         dimensions=["coalesce(facility_type, cast('unknown' as code)) as facility_type"]) }}

{%- for category, persons in [
    ("children", "children"), ("women", "women"), ("unknown", "persons - coalesce(children, 0) - coalesce(women, 0)")
] %}

union all by name
{{ cells("detained", ref("fct_detentions"), where="is_counted and " ~ persons ~ " > 0", value="sum(" ~ persons ~ ")", category=code(category)) }}
{%- endfor %}

union all by name
{{ cells("released", ref("fct_detentions"), where="is_counted and released > 0", value="sum(released)", category=no_category) }}

union all by name
{{ cells("torture_events", ref("fct_torture"), where="is_counted and torture_kind = 'torture_event'", category=no_category) }}

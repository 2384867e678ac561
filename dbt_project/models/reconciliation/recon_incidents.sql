{%- set linked = "incident_party is not null" %}
{%- set of_dead = [
    {"rule_id": "I35", "subject": "cases of another party than their incident",
     "of": linked ~ " and incident_party != 'unidentified' and coalesce(attribution_status, 'confirmed') in ('confirmed', 'probable')
        and not is_stated_on_a_basis",
     "when": "party_root != incident_party_root"},
    {"rule_id": "I42", "subject": "deaths outside the days or the governorate of their incident", "of": linked, "has_limit": true,
     "when": "(not is_late_wound and (last_death_date < date_from or death_date > date_to + 60)) or governorate != incident_governorate"},
] %}
{%- set of_incidents = [
    {"rule_id": "I39", "subject": "massacres without the control of the area, or under a party not there that day",
     "of": "is_massacre and is_of_month_with_control", "when": "control is null or has_control_out_of_time"},
    {"rule_id": "I41", "subject": "incidents whose killed do not add up", "of": "coalesce(killed_min, killed_best, killed_max) is not null",
     "when": "killed_min > killed_best or killed_best > killed_max or killed_min > killed_max or linked > killed_best
        or (linked < killed_best and coalesce(under_investigation, 'no') != 'yes')"},
] %}
{%- set of_attacks = [
    {"rule_id": "I46", "subject": "attacks that stand twice", "when": "position > 1", "has_limit": true},
    {"rule_id": "I48", "subject": "attacks in another governorate than their incident", "of": "incident_governorate is not null",
     "when": "governorate != incident_governorate", "has_limit": true},
] %}
{%- set of_detentions = [
    {"rule_id": "I24", "subject": "detentions that do not fit the death they led to", "has_limit": true,
     "of": "death_known or outcome = 'died'",
     "when": "last_death_date < detained_on or (persons = 1 and death_known != (coalesce(outcome, 'died') = 'died'))"},
    {"rule_id": "I49", "subject": "more people released than detained, or before, or nobody", "of": "released > 0 or released_on is not null",
     "when": "released = 0 or (released_of_campaign > detained_of_campaign and not is_open) or released_on < detained_on
        or (outcome = 'released' and persons_hedge = 'exact' and released != persons)"},
] %}

with fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

parties as not materialized (
    select * from {{ ref("stg_parties") }}
),

fct_incidents as not materialized (
    select * from {{ ref("fct_incidents") }}
),

fct_massacres as (
    select * from {{ ref("fct_massacres") }}
),

fct_facility_attacks as (
    select * from {{ ref("fct_facility_attacks") }}
),

stg_facility_attacks as (
    select * from {{ ref("stg_facility_attacks") }}
),

fct_detentions as not materialized (
    select * from {{ ref("fct_detentions") }}
),

fct_attributions as (
    select * from {{ ref("fct_attributions") }}
),

recon_figures as not materialized (
    select * from {{ ref("recon_figures") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

dead as (
    select
        deaths.month,
        deaths.case_id as record_id,
        deaths.case_id,
        deaths.incident_id,
        deaths.detention_id,
        deaths.governorate,
        deaths.attribution_status,
        deaths.death_date,
        {{ last_day_it_may_be("deaths") }} as last_death_date,
        coalesce(deaths.mechanism = 'late_wound', false) or coalesce(deaths.post_fall_channel = 'late_wound', false) as is_late_wound,
        coalesce(deaths.exclusion_reason = 'duplicate', false) as is_duplicate,
        -- what we say of a case itself, and why, is another word than that on its incident
        deaths.case_id in (
            select said.about_id from fct_attributions as said
            where said.about_kind = 'deaths' and said.is_current and said.by_incident is null and said.basis is not null
        ) as is_stated_on_a_basis,
        incidents.date_from,
        incidents.date_to,
        incidents.governorate as incident_governorate,
        incidents.party as incident_party,
        coalesce(parties.parent_party, parties.party) as party_root,
        coalesce(incident_parties.parent_party, incident_parties.party) as incident_party_root
    from fct_deaths as deaths
    inner join parties on deaths.party = parties.party
    left join fct_incidents as incidents on deaths.incident_id = incidents.incident_id
    left join parties as incident_parties on incidents.party = incident_parties.party
),

incidents as (
    select
        incidents.*,
        incidents.incident_id as record_id,
        coalesce(linked.linked, 0) as linked,
        massacres.incident_id is not null as is_massacre,
        -- a month whose sheets never tell who was in control cannot be asked
        bool_or(incidents.control is not null) over (partition by incidents.month) as is_of_month_with_control,
        incidents.incident_id in (
            select controlled.incident_id
            from fct_incidents as controlled
            inner join parties on ';' || controlled.control || ';' like '%;' || parties.party || ';%'
            where parties.valid_from > controlled.date_to or parties.valid_to < controlled.date_from
        ) as has_control_out_of_time
    from fct_incidents as incidents
    left join (
        select incident_id, count(*) as linked from dead
        where not is_duplicate
        group by incident_id
    ) as linked on incidents.incident_id = linked.incident_id
    left join fct_massacres as massacres on incidents.incident_id = massacres.incident_id
),

attacks as (
    select
        attacks.*,
        attacks.attack_id as record_id,
        incidents.governorate as incident_governorate,
        -- the same facility on the same day in the same incident is the same attack; within a month the fact has taken it out
        case when attacks.is_of_one_attack then row_number() over (
            partition by attacks.is_of_one_attack, {{ of_one_attack("attacks") }} order by attacks.documented_on, attacks.attack_id
        ) end as position
    from (
        select
            facts.*,
            written.facility_key,
            written.facility_key is not null
            and facts.attacked_on is not null
            and (facts.is_counted or (facts.exclusion_reason = 'duplicate' and coalesce(written.status, 'active') != 'merged')) as is_of_one_attack
        from fct_facility_attacks as facts
        inner join stg_facility_attacks as written on facts.row_key = written.row_key
    ) as attacks
    left join fct_incidents as incidents on attacks.incident_id = incidents.incident_id
),

-- a death and a detention may each name the other
custody as (
    select detention_id, max(last_death_date) as last_death_date
    from (
        select detention_id, last_death_date from dead
        where detention_id is not null
        union all
        select detentions.detention_id, dead.last_death_date
        from fct_detentions as detentions
        inner join dead on detentions.case_id = dead.case_id
    )
    group by detention_id
),

detentions as (
    select
        detentions.*,
        detentions.detention_id as record_id,
        custody.detention_id is not null as death_known,
        custody.last_death_date,
        sum(detentions.released) over campaign as released_of_campaign,
        sum(detentions.persons) over campaign as detained_of_campaign,
        -- "at least 31" may have been more
        bool_or(detentions.persons_hedge in ('at_least', 'over', 'approx')) over campaign as is_open
    from fct_detentions as detentions
    left join custody on detentions.detention_id = custody.detention_id
    window campaign as (
        partition by coalesce(detentions.incident_id, detentions.detention_id), detentions.party, detentions.governorate
    )
)

{{ judge_records(of_dead, "dead", "deaths") }}

union all
{{ judge_records(of_incidents, "incidents", "incidents") }}

union all
{{ judge_records(of_attacks, "attacks", "facility_attacks") }}

union all
{{ judge_records(of_detentions, "detentions", "detentions") }}

union all

-- I45: a massacre has no fewer dead than its threshold
select
    {{ residual(
        "'I45'", "massacres.period_kind", "massacres.period_start", "massacres.period_end",
        "'massacres times their threshold, and their dead' || massacres.label", "'massacre_deaths'", "'total'",
        "coalesce(dead.value, 0)", "massacres.value * schemes.massacre_threshold",
    ) }},
    cast(null as varchar[]) as record_ids
from recon_figures as massacres
inner join schemes on massacres.scheme = schemes.scheme
left join recon_figures as dead
    on dead.measure = 'massacre_deaths'
    and {{ same("massacres", "dead", ["basis", "period_kind", "period_start", "period_end", "coordinates", "category"]) }}
where massacres.measure = 'massacres' and massacres.breakdown in ('', 'party') and massacres.category = 'total'

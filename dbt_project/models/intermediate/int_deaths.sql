{{ config(materialized="view") }}

-- the current state of each case: scope and coded exclusion, category, and one current attribution
select
    records.month,
    records.row_key,
    deaths.case_id,
    deaths.incident_id,
    deaths.detention_id,
    deaths.documented_on,
    deaths.death_date,
    deaths.death_date_precision,
    deaths.injured_on,
    coalesce(deaths.archive, 'named') as archive,
    deaths.sex,
    deaths.age,
    coalesce(deaths.age_class, case when deaths.age < 18 then 'child' when deaths.age >= 18 then 'adult' end) as age_class,
    case
        when coalesce(deaths.age_class, case when deaths.age < 18 then 'child' end) = 'child' then 'children'
        when deaths.age_class is null and deaths.age is null then 'unknown'
        when deaths.sex = 'f' then 'women'
        when deaths.sex = 'm' then 'men'
        else 'unknown'
    end as category,
    deaths.civilian_status,
    deaths.killed_governorate as governorate,
    deaths.killed_pcode as pcode,
    deaths.country,
    deaths.origin_governorate,
    scheme_parties.scheme,
    deaths.party,
    scheme_parties.bucket,
    scheme_parties.sub_bucket,
    deaths.candidates,
    coalesce(
        deaths.attribution_status,
        case
            when mechanisms.is_excluded_from_attribution then 'excluded_by_rule'
            when deaths.party = 'pending_two_party' then 'pending'
            when deaths.post_fall_channel is not null then 'residual_post_fall'
        end
    ) as attribution_status,
    deaths.post_fall_channel,
    deaths.mechanism,
    case
        when deaths.mechanism is null then 'unknown'
        else coalesce(cause_groups.cause_group, 'other')
    end as cause_group,
    coalesce(deaths.torture = 'death_due_to_torture', false) as is_torture_death,
    deaths.roles,
    deaths.verification,
    -- the sheet's own reason first, then what the case itself says about its scope (domain: exclusion reasons)
    coalesce(
        deaths.exclusion_reason,
        case
            when deaths.status = 'merged' then 'duplicate'
            when deaths.civilian_status = 'combatant' then 'combatant'
            when deaths.civilian_status = 'security' then 'security_force'
            when deaths.country != 'SY' then 'outside_territory'
            when deaths.archive = 'anonymous' then 'anonymous_archive'
        end
    ) as exclusion_reason
from {{ ref("stg_deaths") }} as deaths
inner join {{ ref("int_records") }} as records
    on deaths.row_key = records.row_key and records.kind = 'deaths' and records.state = 'current'
inner join {{ ref("stg_scheme_parties") }} as scheme_parties
    on deaths.party = scheme_parties.party
    and records.month between scheme_parties.valid_from and scheme_parties.valid_to
left join {{ ref("mechanisms") }} as mechanisms on deaths.mechanism = mechanisms.mechanism
left join {{ ref("cause_groups") }} as cause_groups
    on deaths.mechanism = cause_groups.mechanism and scheme_parties.scheme = cause_groups.scheme

{{ config(materialized="view") }}

-- the current state of each case: scope and coded exclusion, category, and one current attribution
with mechanisms as (
    select * from {{ ref("mechanisms") }}
),

cause_groups as (
    select schemes.scheme, cause_groups.mechanism, cause_groups.cause_group
    from {{ ref("schemes") }} as schemes
    inner join {{ ref("cause_groups") }} as cause_groups on schemes.cause_groups = cause_groups.headline
)

select
    written.month,
    written.row_key,
    written.case_id,
    written.incident_id,
    written.detention_id,
    written.documented_on,
    written.death_date,
    written.death_date_precision,
    written.injured_on,
    coalesce(written.archive, cast('named' as code)) as archive,
    written.sex,
    written.age,
    coalesce(written.age_class, case when written.age < 18 then cast('child' as code) when written.age >= 18 then cast('adult' as code) end) as age_class,
    cast(case
        when coalesce(written.age_class, case when written.age < 18 then 'child' end) = 'child' then 'children'
        when written.age_class is null and written.age is null then 'unknown'
        when written.sex = 'f' then 'women'
        when written.sex = 'm' then 'men'
        else 'unknown'
    end as code) as category,
    written.civilian_status,
    written.killed_governorate as governorate,
    written.killed_pcode as pcode,
    written.country,
    written.origin_governorate,
    written.scheme,
    written.party,
    written.bucket,
    written.sub_bucket,
    written.candidates,
    coalesce(
        written.attribution_status,
        cast(case
            when mechanisms.is_excluded_from_attribution then 'excluded_by_rule'
            when written.party = 'pending_two_party' then 'pending'
            when written.post_fall_channel is not null then 'residual_post_fall'
        end as code)
    ) as attribution_status,
    written.post_fall_channel,
    written.mechanism,
    cast(case
        when written.mechanism is null then 'unknown'
        else coalesce(cause_groups.cause_group, 'other')
    end as code) as cause_group,
    coalesce(written.torture = 'death_due_to_torture', false) as is_torture_death,
    written.roles,
    written.verification,
    -- the sheet's own reason first, then what the case itself says about its scope (domain: exclusion reasons)
    coalesce(
        written.exclusion_reason,
        cast(case
            when written.status = 'merged' then 'duplicate'
            when written.civilian_status = 'combatant' then 'combatant'
            when written.civilian_status = 'security' then 'security_force'
            when written.country != 'SY' then 'outside_territory'
            when written.archive = 'anonymous' then 'anonymous_archive'
        end as code)
    ) as exclusion_reason
from {{ current_records("deaths") }} as written
left join mechanisms on written.mechanism = mechanisms.mechanism
left join cause_groups
    on written.mechanism = cause_groups.mechanism and written.scheme = cause_groups.scheme

{{ config(materialized="view") }}

-- the current state of each case: scope and coded exclusion, category, and one current attribution
with mechanisms as (
    select * from {{ ref("mechanisms") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

cause_groups as (
    select * from {{ ref("cause_groups") }}
),

age_groups as (
    select * from {{ ref("age_groups") }}
),

groups_of_schemes as (
    select schemes.scheme, cause_groups.mechanism, cause_groups.cause_group
    from schemes
    inner join cause_groups on schemes.cause_groups = cause_groups.headline
),

-- what nobody has verified and no source tells of is unverified until somebody says otherwise (S9)
written as (
    select
        records.* replace (
            coalesce(records.verification, cast(case when records.source_count is null then 'unverified' end as code)) as verification
        ),
        schemes.counts_unverified,
        schemes.counts_wounded_here
    from {{ current_records("deaths", "case_id") }} as records
    inner join schemes on records.scheme = schemes.scheme
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
    -- an estimated day is of the month it is estimated in; a year is of none
    cast(case when written.death_date_precision is distinct from 'year' then date_trunc('month', written.death_date) end as date) as occurred_month,
    written.injured_on,
    written.archive,
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
    cast(age_groups.age_group as code) as age_group,
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
            -- but for a planted mine, where the scheme lays it to its party (I33)
            when mechanisms.is_excluded_from_attribution and written.bucket in ('other', 'unidentified') then 'excluded_by_rule'
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
    -- a mechanism says it too, where the sheet says nothing; where it says no, I23.mechanism tells
    coalesce(written.torture = 'death_due_to_torture', written.mechanism = 'torture_in_detention', false) as is_torture_death,
    written.roles,
    written.verification,
    -- the sheet's own reason first, then what the case itself says about its scope (domain: exclusion reasons)
    coalesce(
        written.exclusion_reason,
        cast(case
            when written.status = 'merged' then 'duplicate'
            when written.civilian_status = 'combatant' then 'combatant'
            when written.civilian_status = 'security' then 'security_force'
            when written.verification = 'unverified' and not written.counts_unverified then 'not_verified'
            when
                written.country != 'SY'
                and not (written.counts_wounded_here and written.injured_on is not null and written.killed_governorate is not null)
                then 'outside_territory'
            when written.archive = 'anonymous' then 'anonymous_archive'
        end as code)
    ) as exclusion_reason
from written
left join mechanisms on written.mechanism = mechanisms.mechanism
-- by the age, else where a group holds all who are of the class
left join age_groups
    on case
        when written.age is not null then written.age between age_groups.from_age and coalesce(age_groups.to_age, written.age)
        when written.age_class = 'child' then age_groups.from_age = 0 and coalesce(age_groups.to_age >= 17, true)
        else written.age_class = 'adult' and age_groups.from_age <= 18 and age_groups.to_age is null
    end
left join groups_of_schemes as cause_groups
    on written.mechanism = cause_groups.mechanism and written.scheme = cause_groups.scheme

{#- the kinds of record that statements are about, with the column that numbers them and the day of what happened -#}
{%- set kinds = [
    ("deaths", "case_id", "coalesce(injured_on, death_date, documented_on)"),
    ("incidents", "incident_id", "coalesce(date_from, documented_on)"),
    ("facility_attacks", "attack_id", "coalesce(attacked_on, documented_on)"),
    ("torture", "event_id", "coalesce(occurred_from, documented_on)"),
    ("detentions", "detention_id", "coalesce(detained_on, documented_on)"),
] %}

-- made anew as a whole: a statement is about a record of any month
with int_records as (
    select * from {{ ref("int_records") }}
),

stg_attributions as (
    select * from {{ ref("stg_attributions") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

mechanisms as (
    select * from {{ ref("mechanisms") }}
),

post_fall_channels as (
    select * from {{ ref("post_fall_channels") }}
),

statements as (
    select
        written.* replace (
            coalesce(written.stated_on, written.documented_on) as stated_on,
            coalesce(written.stance, cast('claim' as code)) as stance,
            coalesce(written.revision, 1) as revision
        ),
        records.month,
        cast(case when written.status = 'merged' then 'duplicate' end as code) as exclusion_reason
    from stg_attributions as written
    inner join int_records as records
        on written.row_key = records.row_key and records.kind = 'attributions' and records.state = 'current'
),

-- the records they are about, as their own sheets have them
subjects as (
    {%- for kind, record_id, day in kinds %}
    {%- set is_of_deaths = kind == "deaths" %}
    select
        cast('{{ kind }}' as code) as kind,
        records.record_id,
        {{ "written.incident_id" if kind != "incidents" else "cast(null as varchar)" }} as incident_id,
        records.month,
        written.party,
        coalesce(cast(written.revised_on as date), written.documented_on) as said_on,
        {{ day }} as incident_date,
        {% if kind == "deaths" %}coalesce(injured_on, {{ last_day_it_may_be("written") }}, documented_on)
        {%- elif kind == "detentions" %}coalesce({{ last_day_it_may_be("written", "detained_on") }}, documented_on)
        {%- else %}{{ day }}
        {%- endif %} as last_incident_date,
        {{ "injured_on" if is_of_deaths else "cast(null as date)" }} as injured_on,
        {{ "mechanism" if is_of_deaths else "cast(null as code)" }} as mechanism,
        {{ "post_fall_channel" if is_of_deaths else "cast(null as code)" }} as post_fall_channel
    from {{ ref("stg_" ~ kind) }} as written
    inner join int_records as records
        on written.row_key = records.row_key and records.kind = '{{ kind }}' and records.state = 'current'
    where
        written.{{ record_id }} in (select about_id from statements where about_kind = '{{ kind }}')
        {%- if kind != "incidents" %}
        or written.incident_id in (select about_id from statements where about_kind = 'incidents')
        {%- endif %}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- who is held responsible for an incident is so for all that names it: deaths, attacks, acts of torture, detentions
about as (
    select *, cast(null as varchar) as by_incident from statements
    union all
    select
        statements.* replace (subjects.kind as about_kind, subjects.record_id as about_id),
        statements.about_id as by_incident
    from statements
    inner join subjects on statements.about_kind = 'incidents' and statements.about_id = subjects.incident_id
),

laid as (
    select
        statements.*,
        subjects.month as about_month,
        subjects.party as sheet_party,
        subjects.said_on as sheet_said_on,
        subjects.incident_date,
        subjects.last_incident_date,
        subjects.injured_on,
        subjects.mechanism,
        lines.scheme,
        lines.party_root,
        lines.bucket,
        lines.allows_planted_mine,
        lines.party_valid_from,
        lines.party_valid_to,
        -- of one party that the record's own sheet names too, the channel may stand there
        coalesce(statements.post_fall_channel, case when lines.party_root = own_lines.party_root then subjects.post_fall_channel end) as channel
    from about as statements
    left join subjects on statements.about_kind = subjects.kind and statements.about_id = subjects.record_id
    left join stg_scheme_parties as lines
        on statements.party = lines.party and subjects.month between lines.valid_from and lines.valid_to
    left join stg_scheme_parties as own_lines
        on subjects.party = own_lines.party and subjects.month between own_lines.valid_from and own_lines.valid_to
),

-- a statement holds nobody responsible whom a sheet could not
fitted as (
    select
        laid.* exclude (channel) replace (laid.channel as post_fall_channel),
        mechanisms.is_remnant,
        -- only deaths ask for a channel, and have a mechanism that nobody is held responsible for
        laid.about_kind = 'deaths' and coalesce(mechanisms.is_excluded_from_attribution, false) as is_excluded_from_attribution,
        post_fall_channels.needs_remnant as channel_needs_remnant
    from laid
    left join mechanisms on laid.mechanism = mechanisms.mechanism
    left join post_fall_channels on laid.channel = post_fall_channels.post_fall_channel
),

judged as (
    select
        *,
        case
            {%- for rule in responsibility_rules() %}
            when {{ "about_kind = 'deaths' and " if rule.rule_id == "I32" }}({{ rule.when }}) then '{{ rule.rule_id }}'
            {%- endfor %}
        end as unfit_by
    from fitted
),

holding as (
    select
        *,
        stated_by = 'ours' and about_month is not null and unfit_by is null and exclusion_reason is null as can_hold
    from judged
),

-- of what we say of a record, what is said on the latest day decides; of one day what was documented last, and of that the highest
-- revision. From the day of a statement about the record itself those about its incident decide nothing any more
ranked as (
    select
        *,
        is_ours and rank() over (
            partition by about_kind, about_id, stated_on, is_ours order by documented_on desc, revision desc
        ) = 1 as is_decisive
    from (
        select
            *,
            can_hold and (
                by_incident is null
                or coalesce(
                    stated_on < min(stated_on) filter (where can_hold and by_incident is null) over (partition by about_kind, about_id), true
                )
            ) as is_ours
        from holding
    )
)

select
    month,
    attribution_id,
    about_kind,
    about_id,
    by_incident,
    about_month,
    documented_on,
    stated_on,
    stated_by,
    stance,
    party,
    candidates,
    attribution_status,
    post_fall_channel,
    basis,
    sheet_party,
    sheet_said_on,
    unfit_by,
    case when is_decisive then stated_on end as held_from,
    case when is_decisive then min(stated_on) filter (where is_decisive) over later - 1 end as held_until,
    is_decisive and min(stated_on) filter (where is_decisive) over later is null as is_current,
    coalesce(bool_or(is_ours) over record, false) as has_ours,
    exclusion_reason,
    exclusion_reason is null as is_counted,
    row_key
from ranked
window
    record as (partition by about_kind, about_id),
    later as (
        partition by about_kind, about_id order by stated_on
        range between interval 1 day following and unbounded following
    )

-- The state of each finding, derived from the log of what runs said, and from nothing else: the head of a query, which
-- plans what it asks for and no more. Given are the tables log, acknowledgements, exceptions and rules. A line of the log
-- stands for as many nights as it has times, of which it is the last.

with
-- what runs said of a finding: found, found and accepted, or healed; a run that could not tell says nothing
states as (
    select
        *,
        case when verdict != 'failed' then 'healed' when is_accepted then 'accepted' else 'failed' end as state
    from log
    where finding_id is not null and verdict != 'not judged'
    -- what is healed, or was never found, need not be healed
    qualify
        state != 'healed'
        or coalesce(lag(state) over (partition by finding_id order by noted_at, run_id), 'healed') != 'healed'
),

followed as (
    select
        *,
        cast(sum(times) over in_order as bigint) as position,
        lag(state) over in_order as state_before,
        date_diff('day', lag(business_date) over in_order, business_date) as days_since
    from states
    window in_order as (partition by finding_id order by noted_at, run_id)
),

said as (
    select
        *,
        -- an opening is counted anew where the finding was healed for longer than a fortnight
        sum(cast(state_before is null or (state_before = 'healed' and days_since > 14) as integer))
            over in_order as opening,
        -- within a span the finding was there all the time, and reported all the time or accepted all the time
        sum(cast(state is distinct from state_before as integer)) over in_order as span,
        sum(cast(coalesce(state_before = 'healed', true) as integer)) over in_order as presence
    from followed
    window in_order as (partition by finding_id order by position)
),

-- what changed: one row a finding and run that says something new of it
compared as (
    select
        *,
        max(abs(observed - expected)) over so_far as worst_difference,
        min(severity_rank(severity)) over so_far as worst_severity,
        bool_or(state = 'failed') over (partition by finding_id, presence order by position) as is_known
    from said
    window so_far as (
        partition by finding_id, span order by position rows between unbounded preceding and 1 preceding
    )
),

changes as (
    select
        *,
        case
            when state = 'healed' then 'resolved'
            when state = 'accepted' then 'accepted'
            when state_before is null or (state_before = 'healed' and days_since > 14) then 'opened'
            when state_before != 'failed' then 'reopened'
            else 'worsened'
        end as change,
        -- an accepted exception is silent, and so is its end, where nothing was reported of it
        state = 'failed' or (state = 'healed' and is_known) as is_reported
    from compared
    where
        (state != 'failed' and state is distinct from state_before)
        or (state = 'failed' and state_before is distinct from 'failed')
        or (state = 'failed' and abs(observed - expected) > worst_difference)
        or (state = 'failed' and severity_rank(severity) < worst_severity)
),

-- the numbers of a healed finding are those it was last found with
last_found as (
    from said
    where state != 'healed'
    qualify row_number() over (partition by finding_id order by position desc) = 1
),

-- what is accepted by now, also where no run has said so yet
silenced as (
    select distinct last_found.finding_id
    from last_found
    inner join exceptions
        on fits(
            exceptions.rule_id, exceptions.subject, exceptions.observed, exceptions.document, exceptions.period,
            last_found.rule_id, last_found.subject, last_found.observed, last_found.document,
            period_words(last_found.period_kind, last_found.period_start, last_found.period_end)
        )
    where exceptions.problem is null and last_found.business_date <= exceptions.until_day
),

last_said as (
    select
        *,
        min(business_date) over this_opening as first_seen,
        cast(sum(times) filter (where state != 'healed') over this_opening as bigint) as occurrences,
        max(business_date) filter (where state != 'healed') over this_opening as last_seen
    from said
    window this_opening as (partition by finding_id, opening)
    qualify row_number() over (partition by finding_id order by position desc) = 1
),

last_change as (
    select finding_id, max_by(change, position) as change, max(noted_at) as changed_at
    from changes where state = 'failed'
    group by finding_id
),

acknowledged as (
    select finding_id, max(acknowledged_at) as acknowledged_at from acknowledgements group by finding_id
),

findings as (
    select
        found.finding_id,
        found.rule_id,
        found.severity,
        case
            when last.state = 'healed' then 'resolved'
            when found.is_accepted or silenced.finding_id is not null then 'accepted exception'
            when acknowledged.acknowledged_at > last_change.changed_at then 'acknowledged'
            when last_change.change = 'opened' then 'open'
            else last_change.change
        end as status,
        found.document,
        if(found.period_kind in ('day', 'run'), null, found.period_start) as period_start,
        if(found.period_kind in ('day', 'run'), null, found.period_end) as period_end,
        found.subject,
        found.measure,
        found.category,
        found.expected,
        found.observed,
        found.observed - found.expected as difference,
        error_pattern_of(found.signature, found.expected, found.observed, rules.finds_en, found.severity) as signature,
        found.owner,
        last.first_seen,
        last.last_seen,
        last.occurrences,
        found.record_ids,
        'docs/rules.md#' || coalesce(rules.runbook, lower(found.rule_id)) as runbook,
        found.run_id,
        found.touches,
        found.period_kind,
        found.published_on,
        rules.asset,
        rules.sentence,
        rules.sentence_ar,
        last.run_id as last_run_id,
        found.caused_by
    from last_said as last
    inner join last_found as found on last.finding_id = found.finding_id
    left join last_change on last.finding_id = last_change.finding_id
    left join acknowledged on last.finding_id = acknowledged.finding_id
    left join rules on found.rule_id = rules.rule_id
    left join silenced on last.finding_id = silenced.finding_id
)

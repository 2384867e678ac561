-- What a run says, as rows of the log: one row a rule, one a failing subject, and one for each subject that was open
-- before and does not fail now. Given are the tables verdicts, failures, residuals, this_run, and last_found of what is
-- open.
create temp table failing as
with failed as (
    select
        rule_id, period_kind, period_start, period_end, document, subject, measure, category, expected, observed,
        record_ids, signature, caused_by, published_on
    from failures
    union all by name
    -- a rule that raised is a finding of its own
    select rule_id, 'run' as period_kind, 'the rule itself could not be judged' as subject from verdicts where error is not null
)

select
    *,
    number_of(
        rule_id, document, period_kind, period_start, period_end, subject, measure, category, expected, observed
    ) as finding_id,
    exists (
        from exceptions
        where
            exceptions.problem is null
            and (select business_date from this_run) <= exceptions.until_day
            and fits(
                exceptions.rule_id, exceptions.subject, exceptions.observed, exceptions.document, exceptions.period,
                failed.rule_id, failed.subject, failed.observed, failed.document,
                period_words(failed.period_kind, failed.period_start, failed.period_end)
            )
    ) as is_accepted
from failed;

-- what became of the subjects that were open before
create temp table open_before as
with matched as (
    select
        last_found.finding_id,
        bool_or(residuals.is_judged and coalesce(residuals.expected, residuals.observed) is not null) as is_judged,
        count(residuals.rule_id) > 0 as is_there
    from last_found
    left join residuals
        on
            last_found.rule_id = residuals.rule_id
            and last_found.document is not distinct from residuals.document
            and last_found.subject is not distinct from residuals.subject
            and last_found.measure is not distinct from residuals.measure
            and last_found.category is not distinct from residuals.category
            and last_found.period_kind is not distinct from residuals.period_kind
            and (
                last_found.period_kind = 'day'
                or (
                    last_found.period_start is not distinct from residuals.period_start
                    and last_found.period_end is not distinct from residuals.period_end
                )
            )
    group by last_found.finding_id
)

select
    last_found.* exclude (verdict),
    case
        -- what stopped a run is healed by one that works on some of its months
        when
            last_found.period_kind = 'run'
            and not coalesce(list_has_any(last_found.months, this_run.months), true) then 'not judged'
        when last_found.period_kind = 'run' then 'passed'
        when verdicts.rule_id is null then 'gone'
        when verdicts.verdict = 'not judged' or verdicts.error is not null then 'not judged'
        when matched.is_judged then 'passed'
        when matched.is_there then 'not judged'
        else 'gone'
    end as verdict
from last_found
inner join matched on last_found.finding_id = matched.finding_id
left join verdicts on last_found.rule_id = verdicts.rule_id
cross join this_run
where last_found.finding_id not in (select finding_id from failing);

create temp view rows_of_run as
with rules_and_subjects as (
    select rule_id, severity, owner, verdict, judged, error, touches from verdicts
    union all by name
    select
        failing.*, verdicts.severity, verdicts.owner, verdicts.judged, verdicts.touches, 'failed' as verdict,
        -- what holds a period back, and what is of none and speaks of the build as a whole
        case
            when not verdicts.is_blocking then null
            when verdicts.holds = 'everything' then 'everything'
            when failing.period_kind in ('month', 'year_to_date', 'half_year', 'year') and failing.period_start is not null
                then 'period'
            else 'everything'
        end as holds
    from failing inner join verdicts on failing.rule_id = verdicts.rule_id
    union all by name
    select
        rule_id, severity, owner, verdict, period_kind, period_start, period_end, document, subject, measure, category,
        finding_id
    from open_before
)

select
    this_run.*,
    (select coalesce(bool_or(holds = 'everything'), false) from rules_and_subjects) as is_blocked,
    rules_and_subjects.*
from rules_and_subjects
cross join this_run;

-- the submissions that are rows of their own: the main tab of a workbook, or the submissions of a file themselves
with stg_incidents as (
    select * from {{ ref("stg_incidents") }}
),

stg_deaths as (
    select * from {{ ref("stg_deaths") }}
),

mains as (
    select sheet_hash, row_key, tab, submission_id, submission_index, declared_victims
    from stg_incidents
    where coalesce(submission_id, submission_index) is not null and parent_tab is null
),

victims as (
    select
        sheet_hash,
        row_key,
        row_number,
        case_id,
        submission_id,
        coalesce(parent_tab, '') as parent_tab,
        parent_index,
        declared_victims,
        -- what lies in a list inside a submission is of that one, whatever it says
        coalesce(parent_tab, '') = 'submissions' as is_nested,
        sheet_hash in (select mains.sheet_hash from mains) as has_mains
    from stg_deaths
    where coalesce(submission_id, parent_index) is not null
),

-- a row names its parent by the number of the submission, by tab and row, or by both, which may be of two
parents as (
    select victims.row_key, mains.row_key as parent
    from victims
    inner join mains on victims.sheet_hash = mains.sheet_hash and victims.submission_id = mains.submission_id
    where not victims.is_nested
    union
    select victims.row_key, mains.row_key as parent
    from victims
    inner join mains
        on victims.sheet_hash = mains.sheet_hash
        and victims.parent_tab = coalesce(nullif(mains.tab, ''), 'submissions')
        and victims.parent_index = mains.submission_index
),

-- where no submission is a row, the victims alone say which of them belong together; the first speaks for all
together as (
    select
        min_by(row_key, row_number) as row_key,
        coalesce(min_by(parent_index, row_number), min_by(submission_id, row_number)) as submission,
        max(declared_victims) as declared,
        count(distinct coalesce(case_id, row_key)) as victims
    from victims
    where not has_mains
    group by sheet_hash, parent_tab, coalesce(parent_index, submission_id)
)

select
    'deaths' as kind,
    victims.row_key,
    coalesce(victims.submission_id, victims.parent_index) as submission,
    count(parents.parent) as parent_count,
    cast(null as integer) as declared,
    cast(null as bigint) as victims
from victims
left join parents on victims.row_key = parents.row_key
where victims.has_mains and not victims.is_nested
group by all

union all

select 'deaths' as kind, row_key, submission, null as parent_count, declared, victims
from together
where declared is not null

union all

-- a file without any victims may have them in another
select
    'incidents' as kind,
    mains.row_key,
    coalesce(mains.submission_id, mains.submission_index) as submission,
    null as parent_count,
    mains.declared_victims as declared,
    count(distinct coalesce(victims.case_id, victims.row_key)) as victims
from mains
left join parents on mains.row_key = parents.parent
left join victims on parents.row_key = victims.row_key
where mains.declared_victims is not null and mains.sheet_hash in (select known.sheet_hash from victims as known)
group by all

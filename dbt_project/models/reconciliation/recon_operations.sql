{#- how old, in days, the last release and the newest sheet may be -#}
{%- set release_days, sheet_days = 1, 3 %}

with stg_expected_months as not materialized (
    select * from {{ ref("stg_expected_months") }}
),

fct_received_rows as (
    select * from {{ ref("fct_received_rows") }}
),

received_parts as not materialized (
    select * from {{ source("received", "received_parts") }}
),

received_sheets as not materialized (
    select * from {{ source("received", "received_sheets") }}
),

previous_sheets as (
    select * from {{ source("received", "previous_sheets") }}
),

run as (
    select
        max(business_date) as business_date,
        max(released_on) as released_on,
        max(started_on) as started_on,
        max(previous_started_on) as previous_started_on,
        cast(date_trunc('month', max(business_date)) as date) as running_month,
        cast(date_trunc('month', max(business_date)) - interval 1 month as date) as last_closed_month
    from {{ source("received", "run") }}
),

-- what the file says; of a kind with a line that says nothing clear, and of every kind where it does not even say
-- of which, the months are not known
lines as (
    select written.* from stg_expected_months as written
    where not exists (
        select 1 from stg_expected_months as unclear
        where unclear.problem is not null and coalesce(unclear.kind, written.kind) = written.kind
    )
),

expected as (
    select
        kind,
        month,
        min(least(month + interval 1 month + (due_day - 1) * interval 1 day, last_day(cast(month + interval 1 month as date)))) as due_on
    from (
        select
            lines.kind,
            lines.due_day,
            cast(unnest(generate_series(
                lines.first_month, least(coalesce(lines.last_month, run.last_closed_month), run.last_closed_month), interval 1 month
            )) as date) as month
        from lines
        cross join run
    )
    group by kind, month
),

-- a month has its sheets with any row received for it, refused or not yet worked on by a run, and with a sheet that
-- says by its heading alone that there was nothing; corrections of other months are not its sheets
received as (
    select kind, month, bool_or(is_accepted) as is_accepted
    from (
        select kind, month, accepted > 0 as is_accepted from fct_received_rows
        union all
        select parts.kind, parts.received_month as month, false as is_accepted
        from received_parts as parts
        inner join received_sheets as files on parts.sheet_hash = files.sheet_hash
        where coalesce(files.folder_month = parts.received_month, true)
        union all
        select kind, folder_month as month, false as is_accepted
        from received_sheets
        where kind is not null and set_aside is null and received_rows = 0
    )
    where month is not null
    group by kind, month
),

-- I96: each file received, when, and whether any of its rows was not taken in before; a month that is held is told by what
-- holds it
sheets as (
    select
        parts.sheet_hash,
        min(files.folder_month) as folder_month,
        min(cast(files.received_at as date)) as received_on,
        bool_or(coalesce(previous.row_count, 0) < parts.row_count) as is_held_back
    from (
        select sheet_hash, kind, sum(row_count) as row_count from received_parts
        group by sheet_hash, kind
    ) as parts
    inner join received_sheets as files on parts.sheet_hash = files.sheet_hash
    left join previous_sheets as previous
        on parts.sheet_hash = previous.sheet_hash and parts.kind = previous.kind
    group by parts.sheet_hash
)

-- I09: sheets where they are expected, and no accepted row where none are
select
    {{ monthly_residual(
        "I09", "coalesce(expected.month, received.month)", "'sheets of the month'", "'sheets'", "coalesce(expected.kind, received.kind)",
        "case when expected.month is not null then 1 else 0 end", "case when received.month is not null then 1 else 0 end",
        judged="coalesce(expected.due_on <= run.business_date, true)",
        reason="case when expected.due_on > run.business_date then 'due on ' || cast(expected.due_on as date) end",
    ) }}
from expected
full join received on {{ same("expected", "received", ["kind", "month"]) }}
cross join run
where
    expected.month is not null
    or (received.is_accepted and received.month < run.running_month and received.kind in (select kind from lines))

union all

-- I09: what cannot be read, nobody can hold to
select {{ residual("'I09'", "'day'", "run.business_date", "run.business_date", "stg_expected_months.problem", "'lines'", "'total'", "0", "count(*)") }}
from stg_expected_months
cross join run
where stg_expected_months.problem is not null
group by run.business_date, stg_expected_months.problem

union all

-- I96: the night before this one came to its end. A run that was asked for another day than its own is no night: only as
-- many days count as have passed by the clock too
select
    {{ residual(
        "'I96'", "'day'", "business_date", "business_date", "'time since the last release'", "'release'", "'days'",
        release_days, "least(business_date - released_on, started_on - previous_started_on)", judged="coalesce(business_date > released_on, false)",
        reason="case when (business_date > released_on) is not true then 'no earlier day has been released' end",
    ) }}
from run

union all

-- I96: a sheet is visible after one night
select
    {{ monthly_residual(
        "I96", "sheets.folder_month", "'received and held back'", "'sheets'", "'sheets'", "0",
        "count(*) filter (where sheets.is_held_back and sheets.received_on < run.business_date - 1)",
        judged="run.released_on is not null", reason="case when run.released_on is null then 'everything was built anew' end",
    ) }}
from sheets
cross join run
group by sheets.folder_month, run.released_on

union all

-- I96: and sheets still come, unless the file says that none is expected any more
select
    {{ residual(
        "'I96'", "'day'", "run.business_date", "run.business_date", "'time since a sheet was last received'", "'sheets'", "'days'",
        sheet_days, "run.business_date - newest.received_on", judged="coalesce(awaiting.is_awaiting, true)",
        reason="case when not awaiting.is_awaiting then 'no sheet is expected of this month or the last' end",
    ) }}
from run
cross join (select max(received_on) as received_on from sheets) as newest
cross join (
    select
        bool_or(
            lines.first_month <= run.running_month
            and coalesce(lines.last_month, run.running_month) >= run.last_closed_month
        ) as is_awaiting
    from lines
    cross join run
) as awaiting
where newest.received_on is not null

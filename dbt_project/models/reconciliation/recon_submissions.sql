with int_submissions as (
    select * from {{ ref("int_submissions") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

fct_received_rows as (
    select * from {{ ref("fct_received_rows") }}
),

asked as (
    select
        records.month,
        records.record_id,
        submissions.parent_count,
        submissions.declared,
        submissions.victims
    from int_submissions as submissions
    inner join int_records as records
        on {{ same("submissions", "records", ["kind", "row_key"]) }}
),

by_month as (
    select
        month,
        count(parent_count) as placed,
        count(*) filter (where parent_count != 1) as misplaced,
        min(record_id, 20) filter (where parent_count != 1) as misplaced_ids,
        count(declared) as declaring,
        count(*) filter (where declared != victims) as differing,
        min(record_id, 20) filter (where declared != victims) as differing_ids
    from asked
    group by month
),

months as (
    select month, coalesce(max(received) filter (where kind = 'deaths'), 0) as received
    from fct_received_rows
    where month is not null and kind in ('deaths', 'incidents')
    group by month
)

-- I03: how many rows without their one parent were taken out, and how many may be
select
    {{ monthly_residual(
        "I03", "months.month", "'deaths: rows taken out, not of one submission'", "'rows'", "'deaths'", row_limit("months.received"),
        "coalesce(by_month.misplaced, 0)", judged="coalesce(by_month.placed, 0) > 0",
        reason="case when coalesce(by_month.placed, 0) = 0 then 'no row of the month names a submission in the main tab of its workbook' end",
    ) }},
    by_month.misplaced_ids as record_ids
from months
left join by_month on months.month = by_month.month

union all

-- I03.declared: a submission has as many victims as it says
select
    {{ monthly_residual(
        "I03.declared", "months.month", "'submissions with another number of victims than they declare'", "'submissions'", "'deaths'", "0",
        "coalesce(by_month.differing, 0)", judged="coalesce(by_month.declaring, 0) > 0",
        reason="case when coalesce(by_month.declaring, 0) = 0 then 'no submission of the month says how many victims it has' end",
    ) }},
    by_month.differing_ids as record_ids
from months
left join by_month on months.month = by_month.month

-- I01: every row of every sheet has exactly one status, and the statuses add up by month and kind
with rows_of_sheet as (
    select sheet_hash, tab, kind, count(*) as row_count
    from {{ ref("int_records") }}
    group by sheet_hash, tab, kind
),

run as (
    select month from {{ source("received", "run") }}
)

select {{ monthly_residual("I01", "cast(month as date)", "kind || ': accepted and quarantined'", "'rows'", "kind", "received", "accepted + quarantined") }}
from {{ ref("fct_received_rows") }}
where month is not null

union all

select {{ monthly_residual("I01", "cast(month as date)", "kind || ': counted, excluded, superseded and withdrawn'", "'rows'", "kind", "accepted", "counted + excluded + superseded + withdrawn") }}
from {{ ref("fct_received_rows") }}
where month is not null

union all

-- what intake says it read against what staging holds; a sheet of months the run has not worked on yet is not judged
select
    {{ monthly_residual(
        "I01", "cast(try_strptime(sheets.folder || '-01', '%Y-%m-%d') as date)", "'sheet ' || sheets.file_name || coalesce(' ' || nullif(sheets.tab, ''), '')",
        "'rows'", "sheets.kind", "sheets.received_rows", "coalesce(rows_of_sheet.row_count, 0)",
        judged="sheets.folder = 'any' and rows_of_sheet.row_count = sheets.received_rows or run.month is not null",
        reason="case when run.month is null then 'not all its months are part of this run' end",
    ) }}
from {{ source("received", "received_sheets") }} as sheets
left join rows_of_sheet
    on sheets.sheet_hash = rows_of_sheet.sheet_hash and sheets.tab = rows_of_sheet.tab and sheets.kind = rows_of_sheet.kind
left join run on try_strptime(sheets.folder || '-01', '%Y-%m-%d') = run.month
where sheets.set_aside is null

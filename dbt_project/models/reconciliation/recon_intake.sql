-- I01: every row of every sheet has exactly one status, and the statuses add up by month and kind; I04.file: every file is read
with int_records as (
    select * from {{ ref("int_records") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

received_parts as not materialized (
    select * from {{ source("received", "received_parts") }}
),

fct_received_rows as not materialized (
    select * from {{ ref("fct_received_rows") }}
),

run as (
    select * from {{ source("received", "run") }}
),

staged as (
    select sheet_hash, kind, received_month, count(*) as row_count
    from int_records
    group by sheet_hash, kind, received_month
),

sheets as (
    select
        sheet_hash,
        kind,
        min(folder_month) as folder_month,
        file_key(min(concat_ws('/', folder, file_name)), null) as file,
        sum(received_rows) as received_rows
    from received_sheets
    where set_aside is null and kind is not null
    group by sheet_hash, kind
),

aside as (
    select file_key(concat_ws('/', folder, file_name), tab) as file, count(*) as sheets
    from received_sheets
    where set_aside is not null
    group by file
    union all
    -- whether there is any
    select 'files' as file, 0 as sheets
),

stored as (
    select sheet_hash, kind, sum(row_count) as row_count
    from received_parts
    group by sheet_hash, kind
)

select {{ monthly_residual("I01", "cast(month as date)", "kind || ': accepted and quarantined'", "'rows'", "kind", "received", "accepted + quarantined") }}
from fct_received_rows

union all

select
    {{ monthly_residual(
        "I01", "cast(month as date)", "kind || ': counted, excluded, superseded and withdrawn'",
        "'rows'", "kind", "accepted", "counted + excluded + superseded + withdrawn",
    ) }}
from fct_received_rows

union all

-- what intake read of a sheet against what it stored of it, over all months
select
    {{ monthly_residual(
        "I01", "sheets.folder_month", "'read and stored of ' || sheets.file",
        "'rows'", "sheets.kind", "sheets.received_rows", "coalesce(stored.row_count, 0)",
    ) }}
from sheets
left join stored on sheets.sheet_hash = stored.sheet_hash and sheets.kind = stored.kind

union all

-- what intake stored for a month of this run against what staging holds of it
select
    {{ monthly_residual(
        "I01", "cast(parts.received_month as date)", "'stored and staged of ' || sheets.file",
        "'rows'", "parts.kind", "parts.row_count", "coalesce(staged.row_count, 0)",
    ) }}
from received_parts as parts
inner join run on parts.received_month is not distinct from run.month
left join sheets on parts.sheet_hash = sheets.sheet_hash and parts.kind = sheets.kind
left join staged
    on parts.sheet_hash = staged.sheet_hash
    and parts.kind = staged.kind
    and parts.received_month is not distinct from staged.received_month

union all

-- what lies in raw/ and is set aside, one a file or tab
select
    {{ residual(
        "'I04.file'", "'day'", "run.business_date", "run.business_date", "aside.file", "'sheets'", "'total'", "0", "aside.sheets",
        judged="exists (from received_sheets)", reason="case when not exists (from received_sheets) then 'nothing lies in raw/' end",
    ) }}
from aside
cross join (select max(business_date) as business_date from run) as run

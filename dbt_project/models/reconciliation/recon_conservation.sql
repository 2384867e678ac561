{#- how many released records of a month that is not final yet may vanish from one sheet before the month is held -#}
{%- set few = 3 %}

with int_records as not materialized (
    select * from {{ ref("int_records") }}
),

-- more of a list is gone than a newer version of it may leave out (int_unlisted_rows)
unlisted as (
    select kind, row_key from {{ ref("int_unlisted_rows") }}
    where is_many
),

released_rows as (
    select * from {{ source("received", "released_rows") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

received_editions as (
    select * from {{ source("received", "received_editions") }}
),

dim_months as (
    select * from {{ ref("dim_months") }}
),

records as (
    select
        kind,
        record_id,
        max(month) as month,
        count(*) filter (where state in ('current', 'withdrawn')) as heads
    from int_records
    where state != 'quarantined'
    group by kind, record_id
),

-- what was released, and how it stands now: lost from a sheet that is still there, or vanished: gone with its sheet, or
-- refused where it stands, or left out of a list with many others
released as (
    select
        released.kind,
        released.record_id,
        released.month,
        -- a name can be a person's: readers are told the key of the file, officers what it stands for
        concat_ws(
            ' ',
            case
                when sheets.sheet_hash is null and replaced.place is not null then 'released records that are not in what replaced'
                else 'released records that vanish from'
            end,
            file_key(released.place, null)
        ) as subject,
        records.record_id is null and sheets.sheet_hash is not null as is_lost,
        released.state = 'current' and coalesce(records.is_refused or records.is_unlisted, sheets.sheet_hash is null) as has_vanished,
        coalesce(months.standing != 'provisional', false) as is_final
    from released_rows as released
    left join (
        select
            kind,
            record_id,
            bool_and(state = 'quarantined') as is_refused,
            bool_or(state = 'withdrawn' and (kind, row_key) in (select (unlisted.kind, unlisted.row_key) from unlisted)) as is_unlisted
        from int_records
        group by kind, record_id
    ) as records
        on {{ same("released", "records", ["kind", "record_id"]) }}
    left join (select distinct sheet_hash from received_sheets) as sheets
        on released.sheet_hash = sheets.sheet_hash
    left join (select distinct concat_ws('/', folder, file_name) as place from received_sheets) as replaced
        on released.place = replaced.place
    left join dim_months as months on released.month = months.month
    where released.month is not null
),

-- of a month that was never published, what an earlier version of a list had and its newest leaves out with many others
left_out as (
    select
        records.kind,
        records.record_id,
        records.month,
        concat_ws(' ', 'records that a newer version of their list leaves out, of', file_key(sheets.place, null)) as subject,
        true as has_vanished,
        false as is_final
    from int_records as records
    inner join unlisted on records.kind = unlisted.kind and records.row_key = unlisted.row_key
    left join (
        select sheet_hash, min(concat_ws('/', folder, file_name)) as place from received_sheets
        group by sheet_hash
    ) as sheets on records.sheet_hash = sheets.sheet_hash
    where
        records.state = 'withdrawn'
        and records.month not in (select received_editions.month from received_editions)
        and (records.kind, records.record_id) not in (select (released.kind, released.record_id) from released)
),

vanished as (
    select
        kind,
        month,
        subject,
        case when is_final then 0 else {{ few }} end as may_vanish,
        count(*) filter (where has_vanished) as records,
        min(record_id, 20) filter (where has_vanished) as record_ids
    from (
        select kind, record_id, month, subject, has_vanished, is_final from released
        union all
        select kind, record_id, month, subject, has_vanished, is_final from left_out
    )
    group by kind, month, subject, is_final
)

-- I02: a row received once stands once, however often its file was dropped
select
    {{ monthly_residual("I02", "month", "'rows that stand more than once'", "'rows'", "kind", "0", "count(*) - count(distinct row_key)") }},
    cast(null as varchar[]) as record_ids
from int_records
where month is not null
group by month, kind

union all

-- I07: of the rows of a record one is its latest word
select
    {{ monthly_residual("I07", "month", "'records without one latest row'", "'records'", "kind", "0", "count(*) filter (where heads != 1)") }},
    min(record_id, 20) filter (where heads != 1) as record_ids
from records
where month is not null
group by month, kind

union all

-- I08: what was released is lost from no sheet that is still there
select
    {{ monthly_residual(
        "I08", "month", "'released records lost from sheets that are still there'", "'records'", "kind", "0",
        "count(*) filter (where is_lost)",
    ) }},
    min(record_id, 20) filter (where is_lost) as record_ids
from released
group by month, kind

union all

-- I08.kept: nothing that was released vanishes but by a person's word; of a month that is not final a few may
select
    {{ monthly_residual("I08.kept", "month", "subject", "'records'", "kind", "may_vanish", "records") }},
    record_ids
from vanished
where kind != 'stated_figures'

union all

-- I08.taken: and those few are told
select
    {{ monthly_residual(
        "I08.taken", "month", "subject", "'records'", "kind", "0", "records",
        judged="kind = 'stated_figures' or records <= may_vanish",
        reason="case when kind != 'stated_figures' and records > may_vanish then 'the month keeps them (I08.kept)' end",
    ) }},
    record_ids
from vanished

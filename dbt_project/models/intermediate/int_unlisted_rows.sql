{#- so many records of an earlier version, or so many in a hundred, may be missing from the newest before a person has to say so -#}
{%- set few, in_a_hundred = 3, 5 %}

with int_rows as not materialized (
    select * from {{ ref("int_rows") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

-- the sheets that say they are the whole list; of several files the newest says, in all its tabs, who is on it
versions as (
    select
        whole_list,
        kind,
        sheet_hash,
        tab,
        sheet_hash = first_value(sheet_hash) over (
            partition by whole_list, kind order by list_day(file_name, received_at) desc, received_at desc, sheet_hash
        ) as is_newest
    from received_sheets
    where whole_list is not null
),

listed as (
    select
        int_rows.kind,
        int_rows.row_key,
        int_rows.record_id,
        int_rows.sheet_hash,
        versions.whole_list,
        versions.is_newest
    from int_rows
    inner join versions
        on int_rows.kind = versions.kind and int_rows.sheet_hash = versions.sheet_hash and int_rows.tab = versions.tab
    where int_rows.record_id is not null
),

-- a record that the newest version has is on the list, whether or not its row there is refused
earlier as (
    select
        *,
        (whole_list, kind, record_id) not in (
            select (newest.whole_list, newest.kind, newest.record_id) from listed as newest
            where newest.is_newest
        ) as is_missing
    from listed
    where not is_newest
)

select
    kind,
    row_key,
    record_id,
    whole_list,
    missing > {{ few }} and missing * 100 > records * {{ in_a_hundred }} as is_many
from (
    select
        *,
        count(distinct record_id) filter (where is_missing) over (partition by whole_list, kind, sheet_hash) as missing,
        count(distinct record_id) over (partition by whole_list, kind, sheet_hash) as records
    from earlier
)
where is_missing

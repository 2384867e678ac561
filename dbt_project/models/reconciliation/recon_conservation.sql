with int_records as not materialized (
    select * from {{ ref("int_records") }}
),

released_rows as (
    select * from {{ source("received", "released_rows") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
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

-- what was released and is nowhere now, not even refused; and whether its sheet still lies in raw/
gone as (
    select
        released.kind,
        released.record_id,
        released.month,
        records.record_id is null as is_gone,
        sheets.sheet_hash is null as is_taken_back
    from released_rows as released
    left join (select distinct kind, record_id from int_records) as records
        on {{ same("released", "records", ["kind", "record_id"]) }}
    left join (select distinct sheet_hash from received_sheets) as sheets
        on released.sheet_hash = sheets.sheet_hash
    where released.month is not null
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
{%- for rule_id, subject, where in [
    ("I08", "released records lost from sheets that are still there", "not is_taken_back"),
    ("I08.taken", "released records gone with their sheets", "is_taken_back"),
] %}

union all

-- {{ rule_id }}: {{ subject }}
select
    {{ monthly_residual(rule_id, "month", "'" ~ subject ~ "'", "'records'", "kind", "0", "count(*) filter (where is_gone and " ~ where ~ ")") }},
    min(record_id, 20) filter (where is_gone and {{ where }}) as record_ids
from gone
group by month, kind
{%- endfor %}

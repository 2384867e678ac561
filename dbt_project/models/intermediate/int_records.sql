with int_rows as not materialized (
    select * from {{ ref("int_rows") }}
),

int_repeated_rows as (
    select * from {{ ref("int_repeated_rows") }}
),

int_shared_numbers as (
    select * from {{ ref("int_shared_numbers") }}
),

int_unlisted_rows as (
    select * from {{ ref("int_unlisted_rows") }}
),

-- two sheets that number different people alike: neither wins, whichever came first
of_two_lists as (
    select distinct repeated.kind, repeated.record_id
    from int_repeated_rows as repeated
    inner join int_shared_numbers as shared on repeated.kind = shared.kind and repeated.sheets = shared.sheets
    where shared.is_two_lists and repeated.has_changed
),

-- the rows of the records more than one row speaks of, in their order
ordered as (
    select
        int_rows.*,
        repeated.position,
        repeated.is_double,
        case when of_two_lists.record_id is not null then 'lists' when repeated.is_conflict then 'conflict' end as refused_beside
    from int_rows
    inner join int_repeated_rows as repeated on int_rows.kind = repeated.kind and int_rows.row_key = repeated.row_key
    left join of_two_lists on repeated.kind = of_two_lists.kind and repeated.record_id = of_two_lists.record_id
),

-- a row dated outside its folder's month is right only as a later word on a record already known
placed as (
    select
        *,
        min(case
            when refused_beside is null and documented_month is not null and coalesce(folder_month, documented_month) = documented_month
                then position
        end)
            over (partition by kind, record_id) as first_position,
        last_value(case when refused_beside is null then documented_month end ignore nulls)
            over (partition by kind, record_id order by position rows unbounded preceding) as month_of_record
    from ordered
),

settled as (
    select
        * exclude (first_position),
        -- none of the rows before the first one that is right says anything
        refused_beside is null and coalesce(position >= first_position, false) as is_accepted,
        max(case when refused_beside is null and position >= first_position then position end)
            over (partition by kind, record_id) as last_position
    from placed

    union all by name

    -- a row that is the only one of its record, or none at all
    select
        *,
        case when not is_refused then 1 end as position,
        cast(null as varchar) as refused_beside,
        false as is_double,
        documented_month as month_of_record,
        not is_refused and (coalesce(folder_month, documented_month) = documented_month) is true as is_accepted,
        1 as last_position
    from int_rows
    where is_refused or (kind, row_key) not in (select (repeated.kind, repeated.row_key) from int_repeated_rows as repeated)
)

select
    kind,
    row_key,
    record_id,
    sheet_hash,
    tab,
    folder_month,
    -- a refused row stays with the month it was dropped for, so that its sender finds it there
    case when is_accepted then month_of_record else coalesce(folder_month, received_month) end as month,
    received_month,
    revision,
    position,
    is_double,
    case
        when not is_accepted then 'quarantined'
        when position < last_position then 'superseded'
        when status = 'withdrawn' then 'withdrawn'
        -- the list it stood on is there in a newer version, and the record is not on it
        when (kind, row_key) in (select (unlisted.kind, unlisted.row_key) from int_unlisted_rows as unlisted) then 'withdrawn'
        else 'current'
    end as state,
    case
        when is_refused then 'row'
        when refused_beside is not null then refused_beside
        when is_accepted then null
        when folder_month != documented_month then 'folder'
        else 'orphan'
    end as refused_for
from settled

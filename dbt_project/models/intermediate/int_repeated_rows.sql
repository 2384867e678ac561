with int_rows as not materialized (
    select * from {{ ref("int_rows") }}
),

-- the records more than one row speaks of: few, and only their rows stand in an order
of_several_rows as (
    select kind, record_id from int_rows
    where not is_refused
    group by kind, record_id
    having count(*) > 1
),

repeated as (
    select
        *,
        sheet_hash || ' ' || tab as sheet,
        list_day(file_name, received_at) as list_day
    from int_rows
    semi join of_several_rows using (kind, record_id)
    where not is_refused
),

-- one record's rows in the order in which they supersede each other: the higher revision, or, with none given, the
-- later moment of revised_on, then the later day of the list, then the later receipt, then the folder of the later month
ordered as (
    select
        *,
        row_number() over record as position,
        -- the same record twice in one revision: with a revision given in it, with none in one receipt, whichever folder of one month it lies in
        min(content_hash) over same_revision != max(content_hash) over same_revision as is_conflict,
        -- the file says it again, word for word
        row_number() over (partition by kind, record_id, sheet_hash, content_hash order by row_key) > 1 as is_double,
        lag(
            struct_pack(
                sheet := sheet, traits := traits, content_hash := content_hash, revision := revision, revised_on := revised_on
            )
        ) over record as earlier
    from repeated
    window
        record as (
            partition by kind, record_id
            order by coalesce(revision, 1), revised_on nulls first, list_day, received_at, folder_month nulls first, row_key
        ),
        same_revision as (
            partition by
                kind, record_id, coalesce(revision, 1),
                case when revision is null then concat_ws('|', revised_on, list_day, received_at, folder_month) end
        )
)

select
    kind,
    row_key,
    record_id,
    position,
    is_conflict,
    is_double,
    case when sheet != earlier.sheet then list_sort([earlier.sheet, sheet]) end as sheets,
    content_hash != earlier.content_hash as has_changed,
    -- who revises says so; of anybody else, most of what is known has to be the same, or it is somebody else
    content_hash != earlier.content_hash
    and (revision is not distinct from earlier.revision)
    and (revised_on is not distinct from earlier.revised_on)
    and agreeing(traits, earlier.traits) * 2 <= comparable(traits, earlier.traits)
    and comparable(traits, earlier.traits) > 0 as is_of_another
from ordered

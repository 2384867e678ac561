{% set plain_number = "lower(regexp_replace(record_id, ' |((^|[^0-9])0+([0-9]))', '\\2\\3', 'g'))" %}
with int_records as not materialized (
    select * from {{ ref("int_records") }}
),

int_rows as not materialized (
    select * from {{ ref("int_rows") }}
),

int_repeated_rows as (
    select * from {{ ref("int_repeated_rows") }}
),

int_shared_numbers as (
    select * from {{ ref("int_shared_numbers") }}
),

int_unlisted_incidents as (
    select * from {{ ref("int_unlisted_incidents") }}
),

released_rows as (
    select * from {{ source("received", "released_rows") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

stg_sources as (
    select * from {{ ref("stg_sources") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

dim_months as (
    select * from {{ ref("dim_months") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

places as (
    select
        sheet_hash,
        sheet_hash || ' ' || tab as sheet,
        file_key(min(concat_ws('/', folder, file_name)), null) as file
    from received_sheets
    group by sheet_hash, tab
),

-- the records of which two sheets say different things; by month
clashes as (
    select
        records.month,
        shared.kind,
        shared.is_two_lists,
        one.file || ' and ' || other.file || ' number alike' as told,
        -- the line that would tell them apart
        case when shared.is_two_lists then ' (in sources.csv: ' || other.file || case when one.file = other.file then ',{tab})' else ',{name})' end end as line,
        count(distinct records.record_id) as records,
        min(distinct records.record_id, 20) as record_ids
    from int_shared_numbers as shared
    inner join int_repeated_rows as repeated on shared.kind = repeated.kind and shared.sheets = repeated.sheets
    inner join int_records as records on repeated.kind = records.kind and repeated.row_key = records.row_key
    left join places as one on shared.one_sheet = one.sheet
    left join places as other on shared.other_sheet = other.sheet
    where repeated.has_changed
    group by records.month, shared.kind, shared.is_two_lists, one.file, other.file
),

-- the numbers that are the same but for the case of letters, spaces and zeros before digits, C-7, c-7 and C-07: most likely of one person
alike as (
    select
        kind,
        {{ plain_number }} as number,
        list_sort(list(distinct record_id)) as record_ids
    from int_records
    where
        state = 'current'
        -- as hashes, of which most months have no two alike
        and (kind, hash({{ plain_number }})) in (
            select (records.kind, hash({{ plain_number }})) from int_records as records where records.state = 'current'
            group by all having count(*) > 1
        )
        -- who was merged into the other has been told from it
        and (kind, row_key) not in (select (written.kind, written.row_key) from int_rows as written where written.status = 'merged')
    group by all
    having count(distinct record_id) > 1
),

nearly as (
    select records.kind, records.month, alike.record_ids, array_to_string(alike.record_ids, '=') as told
    from (select kind, record_ids, unnest(record_ids) as record_id from alike) as alike
    inner join int_records as records
        on alike.kind = records.kind and records.state = 'current' and alike.record_id = records.record_id
),

-- what was released of a record, beside its row now, where that is another and says of itself that it revises nothing
became as (
    select
        released.kind,
        released.month,
        released.record_id,
        array_to_string(list_filter(released.traits, lambda trait: trait is not null), ' ') as was,
        array_to_string(list_filter(written.traits, lambda trait: trait is not null), ' ') as is_now,
        agreeing(released.traits, written.traits) * 2 <= comparable(released.traits, written.traits)
        and comparable(released.traits, written.traits) > 0 as is_another,
        coalesce(months.standing != 'provisional', false) as is_final
    from released_rows as released
    inner join int_records as records
        on released.kind = records.kind and released.record_id = records.record_id and records.state = 'current'
        and released.row_key != records.row_key
    inner join int_rows as written on records.kind = written.kind and records.row_key = written.row_key
    left join dim_months as months on released.month = months.month
    where released.state = 'current' and coalesce(written.revision, 1) = 1 and written.revised_on is null
),

persons as (
    select
        kind,
        month,
        is_final,
        count(*) filter (where is_another) as others,
        string_agg(record_id || ': ' || was || ' became ' || is_now, '; ' order by record_id) filter (where is_another and place <= 3) as told,
        min(record_id, 20) filter (where is_another) as record_ids
    from (select *, row_number() over (partition by kind, month, is_another order by record_id) as place from became)
    group by kind, month, is_final
),

-- the incidents that would be massacres if they were one each, with the files their dead stand in
unlisted as (
    select
        unlisted.month,
        unlisted.incident_id,
        unlisted.dead,
        unlisted.governorates,
        unlisted.days_apart,
        unlisted.is_scattered,
        string_agg(distinct places.file, ', ' order by places.file) as told
    from (select *, unnest(sheets) as sheet_hash from int_unlisted_incidents) as unlisted
    left join places on unlisted.sheet_hash = places.sheet_hash
    where unlisted.dead >= (select min(schemes.massacre_threshold) from schemes)
    group by unlisted.month, unlisted.incident_id, unlisted.dead, unlisted.governorates, unlisted.days_apart, unlisted.is_scattered
)

-- two sheets do not give one number to different people
select
    {{ monthly_residual(
        "I07.lists", "month", "concat(told, line)", "'records'", "kind", "0", "case when is_two_lists then records else 0 end",
    ) }},
    case when is_two_lists then record_ids end as record_ids
from clashes

union all

-- no two numbers differ in the case of letters, spaces or zeros before digits alone
select
    {{ monthly_residual(
        "I07.alike", "month", "'numbers that are one but for letter case or zeros: ' || array_to_string(list_sort(list(distinct told))[:3], ', ')",
        "'records'", "kind", "0", "count(*)",
    ) }},
    list_sort(list_distinct(flatten(list(record_ids))))[:20] as record_ids
from nearly
group by month, kind
{%- for rule_id, is_of, other in [
    ("I07.person", "not is_final", "the month is final (I07.final)"),
    ("I07.final", "is_final", "the month is not final (I07.person)"),
] %}

union all

-- a released record is of the same person as before, unless a revision says otherwise
select
    {{ monthly_residual(
        rule_id, "month", "concat_ws(': ', 'released records that are of somebody else now', told)", "'records'", "kind", "0", "others",
        judged=is_of, reason="case when not (" ~ is_of ~ ") then '" ~ other ~ "' end",
    ) }},
    record_ids
from persons
{%- endfor %}

union all

-- what cases call one incident, and no sheet of incidents tells of, can be one
select
    {{ monthly_residual(
        "I40.scattered", "month",
        "'incident ' || incident_id || case when is_scattered then ', its dead in ' || governorates || ' governorates and ' || days_apart"
        ~ " || ' days apart, in ' || told else '' end",
        "'massacres'", "'total'", "0", "case when is_scattered then dead else 0 end",
    ) }},
    cast(null as varchar[]) as record_ids
from unlisted

union all

-- a line of sources.csv that is not clear, or fits no file, tells nothing apart
select
    {{ residual(
        "'I07.sources'", "'day'", "run.business_date", "run.business_date", "coalesce(sources.problem, 'sources.csv')", "'lines'", "'total'",
        "0", "count(sources.problem)",
    ) }},
    cast(null as varchar[]) as record_ids
from stg_sources as sources
cross join run
group by run.business_date, sources.problem

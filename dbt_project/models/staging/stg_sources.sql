with received_sources as (
    select * from {{ source("received", "received_sources") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

lines as (
    select
        row_number,
        lower(trim(files)) as files,
        trim(word) as word,
        case
            when unread is not null then ': ' || unread
            when coalesce(trim(files), '') = '' then ', files: is empty: folder and name of files were expected, with * for anything'
            when not coalesce(regexp_full_match(trim(word), '[\pL\pN_.-]+|\{[^{}"]+\}'), false)
                then ', word: a word of letters and digits was expected, or {folder}, {name}, {tab} or {a heading}'
        end as complaint
    from received_sources
),

sheets as (
    select distinct folder, file_name, lower(concat_ws('/', folder, file_name)) as place from received_sheets
)

-- of several lines that fit a file the first one counts
select
    sheets.folder,
    sheets.file_name,
    lines.word,
    lines.row_number,
    'sources.csv' || coalesce(', row ' || lines.row_number, '')
    || coalesce(lines.complaint, case when sheets.place is null then ', files: no file fits' end) as problem
from lines
left join sheets on lines.complaint is null and sheets.place glob lines.files
qualify sheets.place is null or row_number() over (partition by sheets.place order by lines.row_number) = 1

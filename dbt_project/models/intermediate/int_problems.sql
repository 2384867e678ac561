{%- set kinds = ["deaths", "incidents", "facility_attacks", "torture", "detentions", "attributions", "stated_figures"] %}
{#- what decides no figure -#}
{%- set free_text = [
    "name_en", "name_ar", "killed_place", "place", "facility_name", "occupation", "sources", "evidence", "notes", "narrative",
    "submission_id", "parent_tab", "parent_index", "declared_victims", "revision", "revised_on",
] -%}
{{ config(schema="restricted") }}

with int_records as not materialized (
    select * from {{ ref("int_records") }}
),

int_repeated_rows as (
    select * from {{ ref("int_repeated_rows") }}
),

int_submissions as (
    select * from {{ ref("int_submissions") }}
),

received_sheets as (
    select * from {{ source("received", "received_sheets") }}
),

staged as (
    {%- for kind in kinds %}
    select '{{ kind }}' as kind, row_key, file_name, row_number, unnest(problems, recursive := true)
    from {{ ref("stg_" ~ kind) }}
    where problems is not null
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

located as (
    {%- for kind in kinds %}
    select '{{ kind }}' as kind, row_key, file_name, row_number, documented_on from {{ ref("stg_" ~ kind) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

beside_others as (
    select
        records.kind,
        records.row_key,
        located.file_name,
        located.row_number,
        case records.refused_for when 'folder' then 'I06' else 'I07' end as rule_id,
        case
            when records.refused_for = 'folder' then 'documented_on'
            when records.refused_for is not null and records.kind != 'stated_figures' then 'revision'
            else 'row'
        end as column_name,
        case records.refused_for when 'folder' then cast(located.documented_on as varchar) else cast(records.revision as varchar) end as written,
        case
            -- a printed figure has no number of its own
            when records.kind = 'stated_figures' and records.refused_for = 'conflict'
                then
                    'another sheet that came the same night says otherwise of this figure: expected one of the two, or the right one '
                    || 'in a later sheet'
            when records.kind = 'stated_figures' and records.refused_for is null
                then 'the file has this figure twice, word for word: it counts once'
            when records.refused_for = 'folder'
                then
                    'documented_on ' || located.documented_on || ' is not in ' || strftime(records.folder_month, '%Y-%m')
                    || ', the month of its folder: expected a date of that month, or the folder of the date'
            when records.refused_for = 'conflict'
                then
                    'the record ' || records.record_id || ' stands more than once in one revision with '
                    || 'different content: expected one row, or a higher revision for the later one'
            when records.refused_for = 'lists'
                then
                    'the record ' || records.record_id || ' is of somebody else in another sheet that numbers alike: expected numbers '
                    || 'of their own, or a line of sources.csv that tells the two apart'
            when records.refused_for = 'orphan'
                then 'the row withdraws or revises the record ' || records.record_id || ', which no sheet has brought yet'
            else
                'the file has the record ' || records.record_id || ' twice, word for word: it counts once; '
                || 'two people under one number are lost'
        end as sentence,
        case when records.refused_for is null then 'W' else 'Q' end as severity
    from int_records as records
    inner join located on records.row_key = located.row_key and records.kind = located.kind
    where records.refused_for in ('folder', 'conflict', 'lists', 'orphan') or (records.is_double and records.refused_for is null)
),

-- rows and the submissions of their form (I03): which submission a row is of, and whether it has the victims it says
of_submissions as (
    select
        submissions.kind,
        submissions.row_key,
        located.file_name,
        located.row_number,
        'I03' as rule_id,
        case when submissions.declared is null then 'submission_id' else 'declared_victims' end as column_name,
        case when submissions.declared is null then submissions.submission else cast(submissions.declared as varchar) end as written,
        case
            when submissions.parent_count = 0
                then 'the submission ' || submissions.submission || ', which the row is of, is not in the main tab of its workbook'
            when submissions.parent_count > 1
                then 'the row is of ' || submissions.parent_count || ' submissions of the main tab: expected one'
            else
                'the submission ' || submissions.submission || ' declares ' || submissions.declared
                || ' as its number of victims, and has ' || submissions.victims
        end as sentence,
        case when submissions.declared is null then 'Q' else 'A' end as severity
    from int_submissions as submissions
    inner join located on submissions.row_key = located.row_key and submissions.kind = located.kind
    where submissions.parent_count != 1 or submissions.declared != submissions.victims
),

-- told once a sheet and month: what the reader noted of the sheet as a whole, and how it was read
noted as (
    select
        located.month,
        located.kind,
        sheets.sheet_hash,
        sheets.file_name,
        sheets.tab,
        sheets.column_name,
        'I04' as rule_id,
        sheets.severity,
        unnest(string_split(sheets.notes, chr(10))) as sentence
    from (
        select sheet_hash, file_name, tab, kind, notes, 'sheet' as column_name, 'A' as severity from received_sheets
        union all
        -- as somebody wanted it, or as what it is, whatever it is called
        select sheet_hash, file_name, tab, kind, reading_notes, 'reading', 'W' from received_sheets
    ) as sheets
    inner join (
        {%- for kind in kinds %}
        select distinct '{{ kind }}' as kind, received_month as month, sheet_hash, tab from {{ ref("stg_" ~ kind) }}
        {{ "union all" if not loop.last }}
        {%- endfor %}
    ) as located on sheets.sheet_hash = located.sheet_hash and sheets.tab = located.tab and sheets.kind = located.kind
    where sheets.notes is not null
),

-- told once a sheet: the rows go on, with what is under the heading left aside
unknown_headings as (
    select
        month,
        kind,
        sheet_hash,
        min(file_name) as file_name,
        tab,
        heading as column_name,
        'I04' as rule_id,
        'W' as severity,
        'nobody knows the heading ' || heading || '; what is under it is kept but not read (rows: ' || count(*) || ')' as sentence
    from (
        {%- for kind in kinds %}
        select '{{ kind }}' as kind, received_month as month, sheet_hash, file_name, tab, unnest(unknown_headings) as heading
        from {{ ref("stg_" ~ kind) }}
        where unknown_headings is not null
        {{ "union all" if not loop.last }}
        {%- endfor %}
    )
    group by month, kind, sheet_hash, tab, heading
),

-- told once a sheet and month: of a date that can be read both ways nobody sees that its month comes first
month_first as (
    select
        located.month,
        staged.kind,
        located.sheet_hash,
        min(staged.file_name) as file_name,
        located.tab,
        staged.column_name,
        'I04' as rule_id,
        'A' as severity,
        'the month comes first in ' || staged.column_name || ' (rows: ' || count(*) || ', row ' || min(staged.row_number)
        || ' among them): such dates are refused, and those that can be read both ways were read day first; '
        || 'YYYY-MM-DD was expected, or a layout that says mdy' as sentence
    from staged
    inner join int_records as located on staged.row_key = located.row_key and staged.kind = located.kind
    where
        -- as to_date() reads it, day first, there is no such month
        regexp_matches(western_digits(staged.written), '^\d{1,2}[/.-](1[3-9]|2\d|3[01])[/.-]\d{4}')
        and staged.sentence like '%there is no month%'
    group by located.month, staged.kind, located.sheet_hash, located.tab, staged.column_name
),

-- the rows that are the latest word on a record, each with the one before it, where that is of another sheet
said_anew as (
    select records.*, before.row_key as row_before, file_before.headings as headings_before, file.headings
    from int_repeated_rows as repeated
    inner join int_repeated_rows as before
        on repeated.kind = before.kind and repeated.record_id = before.record_id and repeated.position = before.position + 1
    inner join int_records as records
        on repeated.row_key = records.row_key and repeated.kind = records.kind and records.state = 'current'
    inner join int_records as records_before on before.row_key = records_before.row_key and before.kind = records_before.kind
    inner join received_sheets as file on records.sheet_hash = file.sheet_hash and records.tab = file.tab
    inner join received_sheets as file_before
        on records_before.sheet_hash = file_before.sheet_hash and records_before.tab = file_before.tab
    where repeated.has_changed and repeated.sheets is not null
),

-- what these rows say, column by column
said as (
    {%- for kind in kinds %}
    select '{{ kind }}' as kind, row_key, to_json(staged) as cells from {{ ref("stg_" ~ kind) }} as staged -- noqa: AL05
    where row_key in (select row_key from said_anew union all select row_before from said_anew)
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- the columns that had something in the row before, and that the sheet of the latest one does not have
with_less as (
    select
        said_anew.*,
        list_sort(list_filter(
            json_keys(said_anew.headings_before),
            lambda each: not list_contains(json_keys(said_anew.headings), each) and not list_contains({{ free_text }}, each)
            and json_extract_string(said_before.cells, '$."' || each || '"') is not null
            and json_extract_string(said_now.cells, '$."' || each || '"') is null
        )) as lost
    from said_anew
    inner join said as said_now on said_anew.row_key = said_now.row_key and said_anew.kind = said_now.kind
    inner join said as said_before on said_anew.row_before = said_before.row_key and said_anew.kind = said_before.kind
),

-- told once a sheet and month
said_with_less as (
    select
        with_less.month,
        with_less.kind,
        with_less.sheet_hash,
        min(located.file_name) as file_name,
        with_less.tab,
        'sheet' as column_name,
        'I04' as rule_id,
        'A' as severity,
        'rows say anew what a sheet of more columns had said (rows: ' || count(*) || ', row ' || min(located.row_number) || ' among them): '
        || array_to_string(list_sort(list_distinct(flatten(list(with_less.lost)))), ', ')
        || ', of which this sheet has no column, are not known of them any more; '
        || 'a row that says a record anew was expected whole' as sentence
    from with_less
    inner join located on with_less.row_key = located.row_key and with_less.kind = located.kind
    where len(with_less.lost) > 0
    group by with_less.month, with_less.kind, with_less.sheet_hash, with_less.tab
),

of_rows as (
    select
        records.month,
        records.sheet_hash,
        records.tab,
        records.record_id,
        json_extract_string(sheets.headings, '$."' || problems.column_name || '"') as heading,
        problems.*
    from (
        select * from staged
        union all by name
        select * from beside_others
        union all by name
        select * from of_submissions
    ) as problems
    inner join int_records as records on problems.row_key = records.row_key and problems.kind = records.kind
    left join received_sheets as sheets on records.sheet_hash = sheets.sheet_hash and records.tab = sheets.tab
)

select
    month,
    kind,
    row_key,
    sheet_hash,
    file_name,
    tab,
    row_number,
    record_id,
    column_name,
    heading,
    rule_id,
    severity,
    written,
    sentence
from (
    select * from of_rows
    union all by name
    select * from noted
    union all by name
    select * from unknown_headings
    union all by name
    select * from month_first
    union all by name
    select * from said_with_less
)

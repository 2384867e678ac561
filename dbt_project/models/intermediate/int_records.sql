{#- kind, the column that numbers its records #}
{%- set kinds = [
    ("deaths", "case_id"), ("incidents", "incident_id"), ("facility_attacks", "attack_id"),
    ("torture", "event_id"), ("detentions", "detention_id"), ("stated_figures", "figure_id"),
] %}

with int_submissions as not materialized (
    select * from {{ ref("int_submissions") }}
),

rows_read as (
    {%- for kind, record_id in kinds %}
    {%- set has_revisions = kind != "stated_figures" %}
    select
        '{{ kind }}' as kind,
        row_key,
        {{ record_id }} as record_id,
        sheet_hash,
        tab,
        folder,
        -- any folder takes a stated figure: it belongs to the month its period ends in
        {{ "folder_month" if has_revisions else "cast(null as date)" }} as folder_month,
        received_month,
        cast(date_trunc('month', documented_on) as date) as documented_month,
        received_at,
        content_hash,
        {{ "revision" if has_revisions else "cast(null as integer)" }} as revision,
        {{ "revised_on" if has_revisions else "cast(null as date)" }} as revised_on,
        {{ "coalesce(status, 'active')" if has_revisions else "'active'" }} as status,
        coalesce(len(list_filter(problems, problem -> problem.severity = 'Q')) > 0, false)
        {%- if kind == "deaths" %}
        -- or it has not its one parent in the workbook (I03)
        or row_key in (select submissions.row_key from int_submissions as submissions where submissions.parent_count != 1)
        {%- endif %} as is_refused
    from {{ ref("stg_" ~ kind) }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

-- the records more than one row speaks of: few, and only their rows stand in an order
revised as (
    select kind, record_id
    from rows_read
    where not is_refused
    group by kind, record_id
    having count(*) > 1
),

-- one record's rows in the order in which they supersede each other: the higher revision, or, with none given, the
-- later revised_on, then the later receipt
ordered as (
    select
        *,
        row_number() over (record order by coalesce(revision, 1), revised_on nulls first, received_at, folder, row_key) as position,
        -- the same record twice in one revision: with a revision given in it, with none in one receipt
        min(content_hash) over same_revision != max(content_hash) over same_revision as is_conflict,
        -- the file says it again, word for word
        row_number() over (partition by kind, record_id, sheet_hash, content_hash order by row_key) > 1 as is_double
    from rows_read
    semi join revised using (kind, record_id)
    where not is_refused
    window
        record as (partition by kind, record_id),
        same_revision as (
            partition by
                kind, record_id, coalesce(revision, 1), case when revision is null then concat_ws('|', revised_on, received_at, folder) end
        )
),

-- a row dated outside its folder's month is right only as a later word on a record already known
placed as (
    select
        *,
        min(case
            when not is_conflict and documented_month is not null and coalesce(folder_month, documented_month) = documented_month
                then position
        end)
            over (partition by kind, record_id) as first_position,
        last_value(case when not is_conflict then documented_month end ignore nulls)
            over (partition by kind, record_id order by position rows unbounded preceding) as month_of_record
    from ordered
),

settled as (
    select
        * exclude (first_position),
        -- none of the rows before the first one that is right says anything
        not is_conflict and coalesce(position >= first_position, false) as is_accepted,
        max(case when not is_conflict and position >= first_position then position end)
            over (partition by kind, record_id) as last_position
    from placed

    union all by name

    -- a row that is the only one of its record, or none at all
    select
        *,
        case when not is_refused then 1 end as position,
        false as is_conflict,
        false as is_double,
        documented_month as month_of_record,
        not is_refused and (coalesce(folder_month, documented_month) = documented_month) is true as is_accepted,
        1 as last_position
    from rows_read
    where is_refused or (kind, record_id) not in (select (revised.kind, revised.record_id) from revised)
)

select
    kind,
    row_key,
    record_id,
    sheet_hash,
    tab,
    folder,
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
        else 'current'
    end as state,
    case
        when is_refused then 'row'
        when is_conflict then 'conflict'
        when is_accepted then null
        when folder_month != documented_month then 'folder'
        else 'orphan'
    end as refused_for
from settled

{{ config(materialized="view") }}

{#-
kind, the column that numbers its records, and what tells one person or incident from another in it: two rows of one record
are compared by these
#}
{%- set kinds = [
    ("deaths", "case_id", ["sex", "age", "death_date", "killed_governorate"]),
    ("incidents", "incident_id", ["kind", "date_from", "governorate"]),
    ("facility_attacks", "attack_id", ["facility_type", "attacked_on", "governorate"]),
    ("torture", "event_id", ["occurred_from", "governorate", "victims"]),
    ("detentions", "detention_id", ["detained_on", "governorate", "persons"]),
    ("attributions", "attribution_id", ["about_id", "stated_by", "stated_on"]),
    ("stated_figures", "figure_id", []),
] %}

with int_submissions as not materialized (
    select * from {{ ref("int_submissions") }}
)

{%- for kind, record_id, traits in kinds %}
{%- set has_revisions = kind != "stated_figures" %}
{{ "union all" if not loop.first }}
select
    '{{ kind }}' as kind,
    row_key,
    {{ record_id }} as record_id,
    sheet_hash,
    tab,
    folder,
    file_name,
    -- any folder takes a stated figure: it belongs to the month its period ends in
    {{ "folder_month" if has_revisions else "cast(null as date)" }} as folder_month,
    received_month,
    cast(date_trunc('month', documented_on) as date) as documented_month,
    received_at,
    content_hash,
    {{ "revision" if has_revisions else "cast(null as integer)" }} as revision,
    {{ "revised_on" if has_revisions else "cast(null as timestamp)" }} as revised_on,
    {{ "coalesce(status, 'active')" if has_revisions else "'active'" }} as status,
    coalesce(len(list_filter(problems, problem -> problem.severity = 'Q')) > 0, false)
    {%- if kind == "deaths" %}
    -- or it has not its one parent in the workbook (I03)
    or row_key in (
        select submissions.row_key from int_submissions as submissions
        where submissions.parent_count != 1
    )
    {%- endif %} as is_refused,
    cast([
        {%- for trait in traits %}
        cast({{ trait }} as varchar){{ "," if not loop.last }}
        {%- endfor %}
    ] as varchar[]) as traits
from {{ ref("stg_" ~ kind) }}
{%- endfor %}

{#-
Rules of a row, which staging judges: rule, its name here, the severity of its problems (Q takes the row out, A and W
leave it in), and the kinds of sheet whose rows can break it.
#}
{%- set records = ["deaths", "incidents", "facility_attacks", "torture", "detentions"] %}
{%- set numbered = records + ["attributions"] %}
{%- set every = numbered + ["stated_figures"] %}
{%- set rules = [
    ("I04", "I04", "Q", every), ("I04", "I04.headings", "W", every), ("I04", "I04.state", "A", every),
    ("I05", "I05", "Q", every), ("I05", "I05.stated", "W", ["stated_figures"]),
    ("I06", "I06", "Q", every), ("I07", "I07.rows", "Q", numbered), ("I07", "I07.twice", "W", numbered),
    ("I11", "I11", "Q", ["deaths"]),
    ("I12", "I12", "Q", ["deaths"]), ("I13", "I13", "Q", numbered), ("I14", "I14", "Q", ["deaths"]), ("I14", "I14.read", "W", ["deaths"]),
    ("I17", "I17", "Q", ["deaths"]), ("I20", "I20.rows", "Q", ["deaths"]),
    ("I21", "I21", "Q", ["deaths", "incidents", "facility_attacks"]), ("I21", "I21.place", "A", ["deaths"]),
    ("I31", "I31", "Q", records), ("I31", "I31.candidates", "A", records), ("I32", "I32", "Q", ["deaths"]), ("I33", "I33", "Q", ["deaths"]),
    ("I54", "I54.rows", "Q", ["torture", "detentions"]),
] %}

with int_problems as (
    select * from {{ ref("int_problems") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

fct_received_rows as (
    select * from {{ ref("fct_received_rows") }}
),

recon_causes as (
    select * from {{ ref("recon_causes") }}
),

run as (
    select max(business_date) as business_date from {{ source("received", "run") }}
),

rules as (
    select listed.*
    from (
        values
        {%- for problem, rule_id, severity, kinds in rules %}
        {%- set is_last = loop.last %}
        {%- for kind in kinds %}
        ('{{ problem }}', '{{ rule_id }}', '{{ severity }}', '{{ kind }}'){{ "," if not (is_last and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    ) as listed (problem, rule_id, severity, kind)
),

-- a row that gets two things wrong is reported under both rules; what a layout does is no fault of a sheet
found as (
    select
        problems.month,
        problems.kind,
        problems.rule_id as problem,
        problems.severity,
        -- an unknown heading is reported once a sheet and has no row
        count(distinct coalesce(problems.row_key, concat_ws('|', problems.sheet_hash, problems.tab, problems.column_name))) as row_count,
        min(records.record_id, 20) as record_ids
    from int_problems as problems
    left join int_records as records on problems.row_key = records.row_key and problems.kind = records.kind
    where problems.column_name is distinct from 'layout'
    group by problems.month, problems.kind, problems.rule_id, problems.severity
),

-- a cause that alone takes out more rows of a month than its rule may
causes_by_month as (
    select
        refused_rows.month,
        refused_rows.kind,
        refused_rows.refused_by,
        list(refused_rows.subject order by refused_rows.row_count desc, refused_rows.subject) as subjects
    from (
        select month, kind, refused_by, subject, count(distinct row_key) as row_count
        from recon_causes
        group by month, kind, refused_by, subject
    ) as refused_rows
    inner join fct_received_rows as months on {{ same("refused_rows", "months", ["month", "kind"]) }}
    where refused_rows.row_count > {{ row_limit("months.received") }}
    group by refused_rows.month, refused_rows.kind, refused_rows.refused_by
),

causes as (
    select
        rule_id,
        subject,
        count(distinct row_key) as row_count,
        concat_ws(
            '; ',
            case when min(month) = max(month) then strftime(min(month), '%Y-%m') else strftime(min(month), '%Y-%m to ') || strftime(max(month), '%Y-%m') end,
            'sheets: ' || count(distinct sheet_hash),
            any_value(hint)
        ) as signature
    from recon_causes
    group by rule_id, subject

    union all

    -- whether there is any
    select listed.rule_id, listed.subject, 0 as row_count, null as signature
    from (values ('I05.word', 'unknown words'), ('I05.sheet', 'columns that cannot be read')) as listed (rule_id, subject)
)

-- how many rows of a month a rule took out, and how many it may; what is not taken out may not be there at all
select
    {{ residual(
        "rules.rule_id", "'month'", "months.month", "last_day(months.month)",
        "months.kind || case when rules.severity = 'Q' then ': rows taken out' else ': rows to look at' end", "'rows'", "months.kind",
        "case when rules.severity = 'Q' then " ~ row_limit("months.received") ~ " else 0 end", "coalesce(found.row_count, 0)",
        judged="months.month is not null", reason="case when months.month is null then 'rows without a month hold back no period' end",
    ) }},
    found.record_ids,
    cast(null as varchar) as signature,
    causes.subjects as caused_by
from fct_received_rows as months
inner join rules on months.kind = rules.kind
left join found
    on months.month is not distinct from found.month
    and {{ same("rules", "found", ["kind", "problem", "severity"]) }}
left join causes_by_month as causes
    on {{ same("months", "causes", ["month", "kind"]) }}
    and rules.problem = causes.refused_by and rules.severity = 'Q'

union all

-- I05: what takes rows out, one a word nobody knows, one a column that cannot be read, over all months
select
    {{ residual(
        "causes.rule_id", "'day'", "run.business_date", "run.business_date", "causes.subject", "'rows'", "'total'", "0", "causes.row_count",
        judged="exists (from fct_received_rows)", reason="case when not exists (from fct_received_rows) then 'no row was received' end",
    ) }},
    cast(null as varchar[]) as record_ids,
    causes.signature,
    cast(null as varchar[]) as caused_by
from causes
cross join run

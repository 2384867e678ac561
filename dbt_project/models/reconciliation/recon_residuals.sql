{%- set models = [
    "recon_intake", "recon_cases", "recon_massacres", "recon_breakdowns", "recon_cells", "recon_periods", "recon_changes",
    "recon_operations", "recon_series", "recon_spans", "recon_versions", "recon_codes",
    "recon_alerts", "recon_stated_causes", "recon_rows", "recon_submissions", "recon_conservation", "recon_numbers", "recon_victims", "recon_incidents",
    "recon_attributions",
] %}

-- what only some models tell: which document prints the number, which records break the rule, what the gap smells of, what
-- it follows from
with residuals as (
    select
        cast(null as varchar) as document,
        cast(null as varchar[]) as record_ids,
        cast(null as varchar) as signature,
        cast(null as varchar[]) as caused_by
    where false
    {%- for model_name in models %}
    union all by name
    select * from {{ ref(model_name) }}
    {%- endfor %}
),

fct_stated_figures as (
    select * from {{ ref("fct_stated_figures") }}
),

documents as (
    select document, max(published_on) as published_on from fct_stated_figures
    group by document
)

select
    residuals.rule_id,
    residuals.period_kind,
    residuals.period_start,
    residuals.period_end,
    residuals.document,
    residuals.subject,
    residuals.measure,
    residuals.category,
    residuals.expected,
    residuals.observed,
    residuals.is_judged,
    residuals.reason,
    residuals.record_ids[:20] as record_ids,
    residuals.signature,
    residuals.caused_by,
    documents.published_on
from residuals
left join documents on residuals.document = documents.document

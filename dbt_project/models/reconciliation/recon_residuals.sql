{%- set models = [
    "recon_intake", "recon_cases", "recon_massacres", "recon_breakdowns", "recon_cells", "recon_periods", "recon_changes",
    "recon_operations", "recon_series", "recon_spans", "recon_versions", "recon_codes",
    "recon_alerts", "recon_stated_cells", "recon_stated_sums", "recon_stated_shares", "recon_stated_figures",
    "recon_rows", "recon_submissions", "recon_conservation", "recon_numbers", "recon_victims", "recon_incidents", "recon_attributions",
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
)

select
    rule_id,
    period_kind,
    period_start,
    period_end,
    document,
    subject,
    measure,
    category,
    expected,
    observed,
    is_judged,
    reason,
    record_ids[:20] as record_ids,
    signature,
    caused_by
from residuals

{%- set models = [
    "recon_intake", "recon_cases", "recon_massacres", "recon_breakdowns", "recon_cells", "recon_periods", "recon_changes",
    "recon_operations",
] %}
{%- for model_name in models %}
select * from {{ ref(model_name) }}
{{ "union all" if not loop.last }}
{%- endfor %}

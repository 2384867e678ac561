{{ config(materialized="view") }}

select period_start as month, measure, basis, false as is_part, coordinates, category, value
from {{ ref("recon_figures") }}
where period_kind = 'month'

union all

select month, measure, basis, true as is_part, coordinates, category, value
from {{ ref("int_linked_cells") }}

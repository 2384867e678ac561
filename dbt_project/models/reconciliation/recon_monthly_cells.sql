{{ config(materialized="view") }}

with recon_figures as (
    select * from {{ ref("recon_figures") }}
),

int_linked_cells as (
    select * from {{ ref("int_linked_cells") }}
)

select period_start as month, measure, basis, false as is_part, coordinates, category, value
from recon_figures
where period_kind = 'month'

union all

select month, measure, basis, true as is_part, coordinates, category, value
from int_linked_cells

with parties as (
    select * from {{ ref("parties") }}
),

stg_own_parties as (
    select * from {{ ref("stg_own_parties") }}
)

select party, name_en, name_ar, kind, valid_from, valid_to, parent_party, null::varchar[] as own_lines
from parties
union all
select party, name_en, name_ar, kind, valid_from, valid_to, parent_party, lines as own_lines
from stg_own_parties
where problem is null

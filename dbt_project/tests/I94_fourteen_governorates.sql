-- I94: fourteen governorates, each with one ISO and one OCHA p-code, and every p-code in one governorate
select 'governorates' as fails
from {{ ref("governorates") }}
having count(*) != 14 or count(distinct iso) != 14 or count(distinct governorate) != 14
union all
select pcode as fails
from {{ ref("stg_areas") }}
group by pcode
having count(distinct governorate) != 1 or min(left(pcode, 4)) != min(governorate)

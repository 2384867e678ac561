with stg_written_cells as (
    select * from {{ ref("stg_written_cells") }}
),

stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

stg_area_names as (
    select * from {{ ref("stg_area_names") }}
),

run as (
    select * from {{ source("received", "run") }}
),

written as (
    select distinct cells.code_list, cells.is_list, cells.written
    from stg_written_cells as cells
    where exists (select 1 from run where run.month is not distinct from cells.received_month)
),

ways as (
    select *, unnest(ways) as words, generate_subscripts(ways, 1) as way
    from (select *, ways_of(written, is_list) as ways from written)
),

items as (
    select
        code_list,
        is_list,
        written,
        way,
        generate_subscripts(words, 1) as position,
        fold(unnest(words)) as folded
    from ways
),

-- beside the name of its governorate an area is one more name of it: Aleppo / Afrin
areas as (
    select 'governorates' as code_list, folded, governorate from stg_area_names
),

-- the days from which a cell means something else than the day before: those of any word of it
days as (
    select distinct items.code_list, items.is_list, items.written, spellings.valid_from
    from items
    inner join stg_spellings as spellings on items.code_list = spellings.code_list and items.folded = spellings.folded
),

meant as (
    select
        items.code_list,
        items.is_list,
        items.written,
        items.way,
        days.valid_from,
        -- one unknown word leaves the whole cell without a value: half a list is not what was written
        case
            when bool_and(spellings.code is not null) and items.is_list then string_agg(spellings.code, ';' order by items.position)
            -- of one thing twice, the third way, every word is a name; of those between which it is not known, the last, there are some
            when
                bool_and(coalesce(spellings.code, areas.governorate) is not null) and bool_or(spellings.code is not null)
                and (items.way < 3 or (items.way = 3) = (count(distinct coalesce(spellings.code, areas.governorate)) = 1))
                then string_agg(distinct coalesce(spellings.code, areas.governorate), ';' order by coalesce(spellings.code, areas.governorate))
        end as codes
    from items
    left join days on items.code_list = days.code_list and items.is_list = days.is_list and items.written = days.written
    left join stg_spellings as spellings
        on items.code_list = spellings.code_list and items.folded = spellings.folded
        and days.valid_from between spellings.valid_from and spellings.valid_to
    left join areas on items.code_list = areas.code_list and items.folded = areas.folded
    group by items.code_list, items.is_list, items.written, items.way, days.valid_from
),

-- the surest way to take it apart whose words are all known
surest as (
    select code_list, is_list, written, valid_from, min_by(codes, way) as codes
    from meant
    group by code_list, is_list, written, valid_from
)

select
    code_list,
    is_list,
    written,
    case when count(*) = 1 then any_value(codes) end as codes,
    case when count(*) > 1 then list({ 'valid_from': valid_from, 'codes': codes } order by valid_from) end as codes_by_day
from surest
group by code_list, is_list, written

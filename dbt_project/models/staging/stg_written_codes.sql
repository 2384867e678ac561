with stg_written_cells as (
    select * from {{ ref("stg_written_cells") }}
),

stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

stg_area_names as (
    select * from {{ ref("stg_area_names") }}
),

stg_parties as (
    select * from {{ ref("stg_parties") }}
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

understood as (
    select
        items.*,
        days.valid_from,
        spellings.code as own_code,
        coalesce(spellings.code, areas.governorate) as code,
        -- what it is one name of, with others: its governorate, the party whose unit it is
        coalesce(cast(parties.parent_party as varchar), spellings.code, areas.governorate) as thing
    from items
    left join days on items.code_list = days.code_list and items.is_list = days.is_list and items.written = days.written
    left join stg_spellings as spellings
        on items.code_list = spellings.code_list and items.folded = spellings.folded
        and days.valid_from between spellings.valid_from and spellings.valid_to
    left join areas on items.code_list = areas.code_list and items.folded = areas.folded
    left join stg_parties as parties on items.code_list = 'parties' and spellings.code = cast(parties.party as varchar)
),

meant as (
    select
        code_list,
        is_list,
        written,
        way,
        valid_from,
        -- one unknown word leaves the whole cell without a value: half a list is not what was written
        case
            when bool_and(own_code is not null) and is_list then string_agg(code, ';' order by position)
            -- of one thing twice, the third way, every word is a name; of those between which it is not known, the last, there are some
            when
                bool_and(code is not null) and bool_or(own_code is not null)
                and case way when 3 then count(distinct thing) = 1 when 4 then count(distinct code) > 1 else true end
                then string_agg(distinct code, ';' order by code)
        end as codes
    from understood
    group by code_list, is_list, written, way, valid_from
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

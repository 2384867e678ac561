{#- what tells one printed line from another, in our words: who prints it where, of which days, and of whom -#}
{%- set printed_line = [
    "document", "location", "coded_claimant", "coded_scope", "period_start", "period_end", "coded_measure", "role", "cause_group",
    "coded_party", "coded_sub_party",
] %}

with stg_stated_figures as (
    select * from {{ ref("stg_stated_figures") }}
),

int_records as (
    select * from {{ ref("int_records") }}
),

schemes as (
    select * from {{ ref("schemes") }}
),

scheme_lines as (
    select * from {{ ref("scheme_lines") }}
),

stg_spellings as (
    select * from {{ ref("stg_spellings") }}
),

stated_measures as (
    select * from {{ ref("stated_measures") }}
),

stg_scheme_parties as not materialized (
    select * from {{ ref("stg_scheme_parties") }}
),

claimants as (
    select * from {{ ref("claimants") }}
),

outlets as (
    select * from {{ ref("outlets") }}
),

stg_area_names as (
    select * from {{ ref("stg_area_names") }}
),

-- who claims and who prints, by code or by name
listed as (
    select distinct 'claimants' as code_list, claimant as code, unnest([fold(claimant), fold(name_en), fold(name_ar)]) as folded from claimants
    union all
    select distinct 'outlets' as code_list, outlet as code, unnest([fold(outlet), fold(name_en), fold(name_ar)]) as folded from outlets
),

-- a party says what others did, too
sources as (
    select *, date '0001-01-01' as valid_from, date '9999-12-31' as valid_to from listed
    union all by name
    select 'claimants' as code_list, code, folded, valid_from, valid_to
    from stg_spellings
    where code_list = 'parties' and code is not null and folded not in (select listed.folded from listed where listed.code_list = 'claimants')
),

-- a line that the list of those days prints, before a party of the same name, as "Other parties"
lines as (
    select distinct
        lines.bucket,
        unnest([fold(lines.bucket), fold(lines.name_en), fold(lines.name_ar)]) as folded,
        schemes.valid_from,
        coalesce(schemes.valid_to, date '9999-12-31') as valid_to
    from scheme_lines as lines
    inner join schemes on lines.scheme = schemes.scheme
),

written as (
    select
        records.month,
        written.*,
        fold(regexp_replace(written.measure, '_share$', '')) as folded_measure,
        fold(written.party) as folded_whole,
        fold(coalesce(written.claimant, written.party)) as folded_claimant,
        fold(written.outlet) as folded_outlet,
        regexp_extract(written.category, '^([a-z]+):(.*)$', ['dimension', 'member']) as broken_down
    from stg_stated_figures as written
    inner join int_records as records
        on written.row_key = records.row_key and records.kind = 'stated_figures' and records.state = 'current'
),

printed as (
    select
        written.*,
        -- a line whose name has a slash in it ("Armed opposition factions/SNA") is no part
        coalesce(lines.folded, fold(split_part(written.party, '/', 1))) as folded_party,
        written.folded_whole in ({{ stated_everybody() }}) as is_everybody,
        case when lines.folded is null then fold(nullif(split_part(written.party, '/', 2), '')) end as folded_part,
        -- what is joined on stands alone, or DuckDB would fold the word beside every spelling
        case written.broken_down.dimension when '' then fold(written.category) end as folded_category,
        case written.broken_down.dimension when 'gov' then fold(written.broken_down.member) end as folded_governorate,
        case when written.broken_down.dimension not in ('', 'gov', 'type', 'month') then fold(written.broken_down.member) end as folded_place,
        case written.broken_down.dimension when 'type' then fold(written.broken_down.member) end as folded_facility_type
    from written
    left join lines
        on written.folded_whole = lines.folded and written.period_end between lines.valid_from and lines.valid_to
),

spellings as (
    select code_list, folded, code, valid_from, valid_to
    from stg_spellings
    where code_list in ('parties', 'governorates', 'facility_types', 'facility_group', 'category') and code is not null
),

coded as (
    select
        printed.*,
        measures.stated_measure is not null as is_known_measure,
        coalesce(measures.measure, {{ unknown_word("measures", "printed.folded_measure") }}) as coded_measure,
        measures.role,
        measures.cause_group,
        coalesce(printed.scope, measures.scope, 'civilians') as coded_scope,
        case
            when printed.claimant is not null then coalesce(claimant.code, {{ unknown_word("claimants", "fold(printed.claimant)") }})
            when measures.is_claim then coalesce(claimant.code, {{ unknown_word("claimants", "printed.folded_whole") }})
        end as coded_claimant,
        coalesce(outlet.code, {{ unknown_word("outlets", "printed.folded_outlet") }}) as coded_outlet,
        -- who is held responsible; a claim names who claims in its place
        case
            when measures.is_claim or printed.is_everybody then null
            when {{ stated_rest("parties.code", "printed.folded_party") }} then 'other'
            else coalesce(lines.bucket, party.bucket, {{ unknown_word("parties", "printed.folded_party") }})
        end as coded_party,
        case when not coalesce(measures.is_claim, false) then coalesce(
            part.sub_bucket,
            {{ unknown_word("parties", "printed.folded_part") }},
            case
                when {{ stated_rest("parties.code", "printed.folded_party") }} then null
                when lines.bucket is null and party.party != party.bucket then party.sub_bucket
            end,
            measures.sub_party
        ) end as coded_sub_party,
        -- "other/jordan" is a part of other; "Jordan" printed flat is a line of its own, also where ours roll it up
        coalesce(not measures.is_claim and (printed.folded_part is not null or measures.sub_party is not null), false) as is_part,
        coalesce(measures.is_claim, false)
        or printed.is_everybody
        or (lines.bucket is not null or party.bucket is not null) and (printed.folded_part is null or part.sub_bucket is not null)
            as is_known_party,
        printed.folded_category is null or category.code is not null as is_known_category,
        case
            when printed.folded_category is null then 'total'
            else coalesce(category.code, {{ unknown_word("categories", "printed.folded_category") }})
        end as coded_category,
        governorate.code as governorate,
        -- a type, or else a group of types as it is printed: "medical facilities"
        coalesce(facility_type.code, facility_group.code) as facility_type
    from printed
    left join stated_measures as measures on printed.folded_measure = fold(measures.stated_measure)
    left join sources as claimant
        on claimant.code_list = 'claimants' and claimant.folded = printed.folded_claimant
        and printed.period_end between claimant.valid_from and claimant.valid_to
    left join sources as outlet
        on outlet.code_list = 'outlets' and outlet.folded = printed.folded_outlet
        and printed.period_end between outlet.valid_from and outlet.valid_to
    left join lines
        on printed.folded_party = lines.folded and printed.period_end between lines.valid_from and lines.valid_to
    left join spellings as parties
        on parties.code_list = 'parties'
        and printed.folded_party = parties.folded
        and printed.period_end between parties.valid_from and parties.valid_to
    left join stg_scheme_parties as party
        on parties.code = party.party and printed.period_end between party.valid_from and party.valid_to
    left join spellings as parts
        on parts.code_list = 'parties'
        and printed.folded_part = parts.folded
        and printed.period_end between parts.valid_from and parts.valid_to
    left join stg_scheme_parties as part
        on parts.code = part.party and printed.period_end between part.valid_from and part.valid_to
    left join spellings as category
        on category.code_list = 'category'
        and printed.folded_category = category.folded
        and printed.period_end between category.valid_from and category.valid_to
    left join spellings as governorate
        on governorate.code_list = 'governorates'
        and printed.folded_governorate = governorate.folded
        and printed.period_end between governorate.valid_from and governorate.valid_to
    left join spellings as facility_type
        on facility_type.code_list = 'facility_types'
        and printed.folded_facility_type = facility_type.folded
        and printed.period_end between facility_type.valid_from and facility_type.valid_to
    left join spellings as facility_group
        on facility_group.code_list = 'facility_group'
        and printed.folded_facility_type = facility_group.folded
        and printed.period_end between facility_group.valid_from and facility_group.valid_to
),

-- two names at one place that are one party to us, with two numbers, are two lines of that list
named as (
    select
        *,
        coalesce(
            not is_part and coded_party is not null and bool_or(is_another) over (partition by {{ printed_line | join(", ") }}),
            false
        ) as is_one_of_two
    from (
        select
            *,
            min(folded_whole) over cell != max(folded_whole) over cell and min(value) over cell != max(value) over cell as is_another
        from coded
        window cell as (partition by {{ printed_line | join(", ") }}, coded_category, unit)
    )
),

-- how far from the number the truth may be, by how it is hedged: about 1500 is 1400 to 1600, about 16 percent 15 to 17
hedged as (
    select
        *,
        case when hedge = 'approx' then pow(10, case
            when decimals > 0 then -decimals
            when unit = 'count' then len(regexp_extract(cast(cast(value as bigint) as varchar), '0*$'))
            else 0
        end) else 0 end as tolerance
    from named
)

select
    month,
    figure_id,
    document,
    -- the title, a chapter, a table …; any other words by their key
    case
        when regexp_full_match(location, {{ stated_location() }}) then location
        else 'place ' || word_key('locations', fold(location))
    end as location,
    published_on,
    coded_claimant as claimant,
    coded_outlet as outlet,
    coded_scope as scope,
    case
        when period_start = date_trunc('month', period_end) and period_end = last_day(period_end) then 'month'
        when dayofyear(period_start) = 1 and period_end = last_day(cast(date_trunc('year', period_start) + interval 11 month as date)) then 'year'
        when dayofyear(period_start) = 1 and period_end = last_day(period_end) and year(period_start) = year(period_end) then 'year_to_date'
        when day(period_start) = 1 and month(period_start) = 7 and period_end = last_day(cast(period_start + interval 5 month as date)) then 'half_year'
        else 'other'
    end as period_kind,
    period_start,
    period_end,
    coded_measure as measure,
    role,
    cause_group,
    coded_party as party,
    case when is_one_of_two then 'line_' || word_key('parties', folded_whole) else coded_sub_party end as sub_party,
    is_part,
    case
        when folded_governorate in ({{ stated_others() }}) then 'other'
        when folded_governorate is not null then coalesce(governorate, {{ unknown_word("governorates", "folded_governorate") }})
    end as governorate,
    case
        when folded_facility_type in ({{ stated_others() }}) then 'other'
        when folded_facility_type is not null then coalesce(facility_type, {{ unknown_word("facility_types", "folded_facility_type") }})
    end as facility_type,
    case broken_down.dimension when 'month' then cast(try_strptime(broken_down.member || '-01', '%Y-%m-%d') as date) end as part_month,
    -- a name of the gazetteer as it is written, and any other by its key
    case
        when broken_down.dimension in ('', 'gov', 'type', 'month') then null
        when folded_place in (select stg_area_names.folded from stg_area_names) then broken_down.member
        else {{ unknown_word("places", "folded_place") }}
    end as at_place,
    coded_category as category,
    completeness,
    value,
    unit,
    cast(decimals as integer) as decimals,
    hedge,
    -- the numbers the printed one admits
    case hedge
        when 'exact' then value
        when 'at_least' then value
        when 'over' then value + case unit when 'count' then 1 else 0 end
        when 'approx' then value - tolerance
        else 0
    end as low,
    case hedge
        when 'exact' then value
        when 'approx' then value + tolerance
        when 'under' then value - case unit when 'count' then 1 else 0 end
        else cast('infinity' as double)
    end as high,
    is_known_measure
    and is_known_party
    and not is_one_of_two
    and is_known_category
    and (broken_down.dimension != 'gov' or governorate is not null)
    and (broken_down.dimension != 'type' or facility_type is not null) as is_known,
    row_number,
    row_key
from hedged

{%- set place = ["role", "cause_group", "party", "sub_party", "governorate", "facility_type"] %}

with int_stated_cells as (
    select * from {{ ref("int_stated_cells") }}
),

breakdowns as (
    select * from {{ ref("breakdowns") }}
),

recon_figures as not materialized (
    select * from {{ ref("recon_figures") }}
),

recon_stated_shares as (
    select * from {{ ref("recon_stated_shares") }}
),

int_changed_lines as (
    select * from {{ ref("int_changed_lines") }}
),

fct_stated_figures as (
    select * from {{ ref("fct_stated_figures") }}
),

claimants as (
    select * from {{ ref("claimants") }}
),

facility_types as (
    select facility_type, facility_group from {{ ref("facility_types") }}
),

outlets as (
    select * from {{ ref("outlets") }}
),

fct_deaths as (
    select * from {{ ref("fct_deaths") }}
),

cells as (
    select * from int_stated_cells
),

kept as (
    select measure, coalesce(dimensions, '') as dimensions
    from breakdowns
    where basis = 'documented'
),

months_known as (
    select distinct measure, period_start as month
    from recon_figures
    where basis = 'documented' and period_kind = 'month' and breakdown = '' and category = 'total'
),

-- why a printed figure is compared with none of ours; empty where it is
placed as (
    select
        cells.*,
        concat_ws(
            ';'
            {%- for dimension in dimensions() if dimension in place %},
            case when cells.{{ dimension }} != '' then '{{ dimension }}' end
            {%- endfor %}
        ) as breakdown,
        datediff('month', cells.period_start, cells.period_end) + 1 as months_printed,
        (
            select count(*)
            from months_known
            where months_known.measure = cells.measure and months_known.month between cells.period_start and cells.period_end
        ) as months_received
    from cells
),

-- shares that no count of their document has
impossible as (
    select document, period_start, period_end, subject, category
    from recon_stated_shares
    where rule_id = 'I76' and is_judged and expected != observed
),

reasoned as (
    select
        placed.*,
        case
            when not is_own then 'a claim of another monitor'
            when scope != 'civilians' then 'it counts ' || scope || ', ours civilians'
            when unit not in ('count', 'percent') then 'it is a rank'
            when at_place != '' then 'ours are not broken down by place'
            when part_month != '' and unit != 'percent' then 'it is of a month within a period'
            when not is_known then 'its measure, party or category is none that Casebook knows'
            when placed.category not in ('total', 'children', 'women', 'men', 'unknown') then 'its category is none of ours'
            when day(placed.period_start) != 1 or last_day(placed.period_end) != placed.period_end then 'its period is not one of whole months'
            when kept.measure is null then 'Casebook keeps no such breakdown'
            when changed.bucket is not null then 'the list of parties changed within its period'
            when months_received < months_printed then 'sheets of ' || months_received || ' of its ' || months_printed || ' months were received'
            when common_low > common_high then 'its document says different things of it'
            when impossible.subject is not null then 'its document contradicts it'
        end as reason
    from placed
    left join kept on placed.measure = kept.measure and placed.breakdown = kept.dimensions
    left join int_changed_lines as changed
        on placed.period_start = changed.period_start and placed.period_end = changed.period_end and placed.party = changed.bucket
    left join impossible
        on {{ same("placed", "impossible", ["document", "period_start", "period_end", "category"]) }}
        and {{ stated_subject("placed") }} || ': share' = impossible.subject
),

of_types as (
    select
        measure, period_start, period_end, category,
        {%- for column in place %}
        coalesce({{ column }}, '') as {{ column }},
        {%- endfor %}
        max(value) as value
    from recon_figures
    where
        basis = 'documented'
        -- of all figures, those of which anything is printed
        and measure in (select cells.measure from cells)
        {%- for dimension in dimensions() if dimension not in place %}
        and {{ dimension }} is null
        {%- endfor %}
    group by all
),

-- an attack is on one facility: those on a group of types are those on its types
ours as (
    select * from of_types
    union all by name
    select of_types.* exclude (facility_type, value), groups.facility_group as facility_type, sum(of_types.value) as value
    from of_types
    inner join facility_types as groups on of_types.facility_type = groups.facility_type
    group by all
),

compared as (
    select
        reasoned.*,
        coalesce(ours.value, 0) as our_value,
        wholes.value as our_whole,
        before.value as value_before
    from reasoned
    left join ours
        on {{ same("reasoned", "ours", ["measure", "category"] + place) }}
        and ours.period_start = case when part_month = '' then reasoned.period_start else cast(part_month || '-01' as date) end
        and ours.period_end = case when part_month = '' then reasoned.period_end else last_day(cast(part_month || '-01' as date)) end
    left join ours as wholes
        on {{ same("reasoned", "wholes", ["measure", "period_start", "period_end", "role", "cause_group"]) }}
        and wholes.category = 'total'
        and concat(wholes.party, wholes.sub_party, wholes.governorate, wholes.facility_type) = ''
    left join ours as before
        on {{ same("reasoned", "before", ["measure", "category"] + place) }}
        and before.period_start = reasoned.period_start - interval 1 month
        and before.period_end = reasoned.period_start - interval 1 day
),

-- ours, as the document would print it
printed as (
    select
        *,
        case unit when 'count' then our_value else round(100.0 * our_value / nullif(our_whole, 0), decimals) end as ours_printed
    from compared
),

-- the words of a document that nobody knows, each by its key
unknowns as (
    select
        cells.document,
        cells.period_kind,
        cells.period_start,
        cells.period_end,
        'figures' as measure,
        words.code_list,
        split_part(words.code, '_', 2) as word_key,
        count(words.code) as figures
    from cells
    left join (
        {%- for code_list, column in [
            ("measures", "measure"), ("parties", "party"), ("parties", "sub_party"), ("governorates", "governorate"),
            ("facility_types", "facility_type"), ("categories", "category"),
        ] %}
        select distinct '{{ code_list }}' as code_list, '{{ column }}' as column_name, {{ column }} as code
        from cells
        where {{ column }} like 'unknown\__%' escape '\'
        {{ "union all" if not loop.last }}
        {%- endfor %}
    ) as words
        on words.code = case words.column_name
            when 'measure' then cells.measure
            when 'party' then cells.party
            when 'sub_party' then cells.sub_party
            when 'governorate' then cells.governorate
            when 'facility_type' then cells.facility_type
            else cells.category
        end
    group by all
),

claims as (
    select
        figures.*,
        claimants.grade as claimant_grade,
        outlets.grade as outlet_grade
    from fct_stated_figures as figures
    left join claimants on figures.claimant = claimants.claimant
    left join outlets on figures.outlet = outlets.outlet
    where claimants.is_own is not true and (figures.claimant is not null or figures.outlet is not null)
)

-- I79: what a report of ours prints is what the sheets add up to
select
    {{ stated_residual(
        "'I79'", "printed", stated_subject("printed") ~ " || case unit when 'percent' then ', in percent' when 'rank' then ', rank' else '' end", "category",
        "ours_printed", nearest("low", "high", "ours_printed", "ours_printed"), judged="reason is null", reason="reason",
        signature="case when period_kind = 'month' and value_before = value and ours_printed != value then 'the number of the month before' end",
        mended_by="case when period_kind = 'month' and value_before = value then [" ~ mend(text_of_the_month_before("document", "period_start"))
        ~ "] else [" ~ mend("cell", "ours_printed") ~ "] end",
    ) }}
from printed

union all

-- I81: every printed figure is compared with ours, or it is said why not; what is not known is looked at, word by word
select
    {{ stated_residual(
        "'I81'", "unknowns", "coalesce(code_list || ': unknown word ' || word_key, 'unknown words')", "'total'", "0", "figures",
        signature="case when word_key is not null then 'casebook quarantine shows it' end",
        mended_by="[" ~ mend("code_list || ': unknown word ' || word_key") ~ "]",
    ) }}
from unknowns

union all

-- I84: the claims of others are in no toll of ours
select
    {{ monthly_residual(
        "I84", "claims.month", "'claims of other monitors among our cases'", "'deaths'", "'total'", "0", "count(deaths.row_key)",
    ) }},
    null as document,
    null as signature,
    {{ no_mend() }} as mended_by
from claims
left join fct_deaths as deaths on claims.row_key = deaths.row_key and deaths.is_counted
group by claims.month

union all

-- I85: who claims and who prints are graded, each apart
select
    {{ monthly_residual(
        "I85", "claims.month", "'claims without a grade of claimant and outlet'", "'claims'", "'total'", "0",
        "count(*) filter (where claimant_grade is null or (outlet is not null and outlet_grade is null))",
    ) }},
    document,
    null as signature,
    -- whom nobody graded is one cause, whatever documents print it
    list(distinct {{ mend(text_key("'the grade of ' || coalesce(case when claimant_grade is null then claimant end, outlet)")) }}) filter (
        where claimant_grade is null or (outlet is not null and outlet_grade is null)
    ) as mended_by
from claims
group by claims.month, claims.document

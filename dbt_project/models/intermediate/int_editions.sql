-- the figures of a month as they would be published now, one mark a measure and breakdown: blind to their order, to zeros, which
-- come and go with the members of a code list, and to dimensions that came later; without stocks, which what is documented of any
-- month before moves
with int_monthly_figures as (
    select * from {{ ref("int_monthly_figures") }}
),

measures as (
    select * from {{ ref("measures") }}
),

received_editions as (
    select * from {{ source("received", "received_editions") }}
),

marks as (
    select
        month,
        measure,
        {{ breakdown_of("figures") }} as breakdown,
        cast(coalesce(
            bit_xor(md5_number_lower(concat_ws('|', {{ coordinates("figures") }}, category, value))) filter (where value != 0), 0
        ) as varchar) as mark
    from int_monthly_figures as figures
    where basis = 'documented' and measure not in (select measures.measure from measures where measures.is_stock)
    group by all
),

published as (
    select month, measure, breakdown, max_by(mark, noted_at) as mark
    from received_editions
    group by month, measure, breakdown
)

select
    coalesce(marks.month, published.month) as month,
    coalesce(marks.measure, published.measure) as measure,
    coalesce(marks.breakdown, published.breakdown) as breakdown,
    -- a total of which no sheet is left is as good as none
    coalesce(marks.mark, '0') as mark,
    published.mark as published_mark
from marks
full join published on {{ same("marks", "published", ["month", "measure", "breakdown"]) }}
where marks.month is not null or published.breakdown = ''

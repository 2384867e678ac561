{%- set models = ["recon_stated_cells", "recon_stated_sums", "recon_stated_claimants", "recon_stated_shares", "recon_stated_figures"] %}

with residuals as (
    select *, row_number() over () as residual
    from (
        {%- for model_name in models %}
        select * from {{ ref(model_name) }}
        {{ "union all by name" if not loop.last }}
        {%- endfor %}
    )
),

mends as (
    select residual, unnest(mended_by, recursive := true)
    from residuals
    where is_judged and expected != observed
),

-- a cause is a number of a cell that would mend something: where bounds would, each of them
causes as (
    select cell, low as number from mends where low is distinct from 'infinity'
    union
    select cell, high as number from mends where high is distinct from 'infinity'
),

-- what would mend several residuals at once is likelier than what would mend fewer
weighed as (
    select
        mends.residual,
        concat_ws(' is ', causes.cell, cast(round(causes.number, 2) as varchar)) as cause,
        count(*) over (partition by causes.cell, causes.number) as mended
    from (select distinct residual, cell, low, high from mends where cell is not null) as mends
    inner join causes
        on mends.cell = causes.cell
        and (mends.low is null and causes.number is null or causes.number between mends.low - 1e-9 and mends.high + 1e-9)
),

likeliest as (
    select residual, arg_max(cause, (mended, cause)) as cause, max(mended) as mended
    from weighed
    group by residual
)

select
    residuals.* exclude (residual, mended_by),
    case when likeliest.mended > 1 then [likeliest.cause] end as caused_by
from residuals
left join likeliest on residuals.residual = likeliest.residual

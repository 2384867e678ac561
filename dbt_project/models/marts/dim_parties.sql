with parties as (
    select * from {{ ref("stg_parties") }}
),

stg_scheme_parties as (
    select * from {{ ref("stg_scheme_parties") }}
),

scheme_lines as (
    select * from {{ ref("scheme_lines") }}
)

select
    scheme_parties.scheme,
    parties.party,
    parties.name_en as party_name,
    parties.name_ar as party_name_ar,
    parties.kind as party_kind,
    parties.parent_party,
    parties.valid_from,
    parties.valid_to,
    scheme_parties.bucket,
    lines.name_en as bucket_name,
    lines.name_ar as bucket_name_ar,
    lines.sort as bucket_sort,
    scheme_parties.sub_bucket
from parties
inner join stg_scheme_parties as scheme_parties on parties.party = scheme_parties.party
left join scheme_lines as lines on scheme_parties.scheme = lines.scheme and scheme_parties.bucket = lines.bucket

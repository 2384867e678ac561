with schemes as (
    select * from {{ ref("schemes") }}
),

parties as (
    select * from {{ ref("stg_parties") }}
),

party_schemes as (
    select * from {{ ref("party_schemes") }}
),

own_lines as (
    select party, split_part(line, '=', 1) as scheme, split_part(line, '=', 2) as bucket
    from (select party, unnest(own_lines) as line from parties)
)

select
    cast(schemes.scheme as code) as scheme,
    schemes.valid_from,
    coalesce(schemes.valid_to, date '9999-12-31') as valid_to,
    schemes.massacre_threshold,
    schemes.allows_planted_mine,
    cast(parties.party as code) as party,
    cast(coalesce(parties.parent_party, parties.party) as code) as party_root,
    parties.valid_from as party_valid_from,
    parties.valid_to as party_valid_to,
    -- a party unknown to a scheme falls into other; a dbt test on this model says so
    cast(coalesce(party_schemes.bucket, own_lines.bucket, 'other') as code) as bucket,
    cast(parties.party as code) as sub_bucket,
    coalesce(party_schemes.party, own_lines.party) is not null as is_mapped
from schemes
cross join parties
left join party_schemes
    on parties.party = party_schemes.party
    and schemes.valid_from between party_schemes.valid_from and coalesce(party_schemes.valid_to, date '9999-12-31')
left join own_lines
    on schemes.scheme = own_lines.scheme and parties.party = own_lines.party

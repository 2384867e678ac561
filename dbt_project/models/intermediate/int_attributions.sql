-- who is held responsible by what we say now, for each record that a statement of ours is about. A record without one is held
-- against the party of its own sheet
with int_statements as (
    select * from {{ ref("int_statements") }}
),

stg_parties as (
    select * from {{ ref("stg_parties") }}
),

-- what was said on the day that decides: as a rule one statement
statements as (
    select
        int_statements.*,
        coalesce(stg_parties.parent_party, stg_parties.party) as party_root
    from int_statements
    inner join stg_parties on int_statements.party = stg_parties.party
    where int_statements.is_current
),

-- units of a party count as the party
held as (
    select
        about_kind,
        about_id,
        about_month,
        min(party) = max(party) as is_of_one,
        min(party_root) = max(party_root) as is_of_one_root,
        min(party) as party,
        min(party_root) as party_root,
        string_agg(distinct cast(party as varchar), ';' order by cast(party as varchar)) as parties,
        min(candidates) as candidates,
        min(attribution_status) as attribution_status,
        min(post_fall_channel) as post_fall_channel,
        string_agg(row_key, ' ' order by row_key) as stands_on
    from statements
    group by about_kind, about_id, about_month
)

-- between parties of one day evidence has not decided: the record is pending, and keeps them as its candidates
select
    about_kind as kind,
    about_id as record_id,
    about_month as month,
    cast(case when is_of_one then party when is_of_one_root then party_root else 'pending_two_party' end as code) as party,
    case when is_of_one_root then candidates else parties end as candidates,
    cast(case when is_of_one_root then attribution_status else 'pending' end as code) as attribution_status,
    case when is_of_one_root then post_fall_channel end as post_fall_channel,
    stands_on
from held

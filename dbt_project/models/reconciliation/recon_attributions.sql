{%- set rules = [
    {"rule_id": "I37.record", "subject": "statements about a record that no sheet has brought", "when": "about_month is null"},
    {"rule_id": "I37.fits", "subject": "statements of ours that hold responsible who cannot be",
     "of": "stated_by = 'ours' and about_month is not null", "when": "is_unfit"},
    {"rule_id": "I37.tied", "subject": "records that statements of one day hold against several parties", "of": "is_current", "when": "is_tied"},
    {"rule_id": "I37.sheet", "subject": "statements that a later sheet of the record contradicts", "of": "is_current", "when": "is_contradicted"},
    {"rule_id": "I37.denied", "subject": "denials of the accused that no statement of ours answers",
     "of": "stated_by = 'accused' and stance = 'denial' and about_month is not null", "when": "not has_ours"},
] %}

with fct_attributions as (
    select * from {{ ref("fct_attributions") }}
),

int_attributions as (
    select * from {{ ref("int_attributions") }}
),

-- a statement about an incident is one statement, however many records name that
statements as (
    select
        said.month,
        said.attribution_id as record_id,
        any_value(said.stated_by) as stated_by,
        any_value(said.stance) as stance,
        max(said.about_month) filter (where said.by_incident is null) as about_month,
        bool_or(said.has_ours) filter (where said.by_incident is null) as has_ours,
        bool_or(said.unfit_by is not null) as is_unfit,
        bool_or(said.is_current) as is_current,
        bool_or(said.is_current and held.party = 'pending_two_party' and said.party != 'pending_two_party') as is_tied,
        bool_or(said.is_current and said.sheet_said_on > said.stated_on and said.sheet_party != held.party) as is_contradicted
    from fct_attributions as said
    left join int_attributions as held on said.about_kind = held.kind and said.about_id = held.record_id
    where said.is_counted
    group by said.month, said.attribution_id
)

{{ judge_records(rules, "statements", "attributions") }}

{%- set rules = [
    {"rule_id": "I37.record", "subject": "statements about a record that no sheet has brought", "when": "about_month is null"},
    {"rule_id": "I37.fits", "subject": "statements of ours that hold responsible who cannot be",
     "of": "stated_by = 'ours' and about_month is not null", "when": "unfit_by is not null"},
    {"rule_id": "I37.tied", "subject": "records that statements of one day hold against several parties", "of": "is_current",
     "when": "party_now = 'pending_two_party' and party != 'pending_two_party'"},
    {"rule_id": "I37.sheet", "subject": "statements that a later sheet of the record contradicts", "of": "is_current",
     "when": "sheet_said_on > stated_on and sheet_party != party_now"},
    {"rule_id": "I37.denied", "subject": "denials of the accused that no statement of ours answers",
     "of": "stated_by = 'accused' and stance = 'denial' and about_month is not null", "when": "not has_ours"},
] %}

with fct_attributions as (
    select * from {{ ref("fct_attributions") }}
),

int_attributions as (
    select * from {{ ref("int_attributions") }}
),

statements as (
    select
        fct_attributions.*,
        fct_attributions.attribution_id as record_id,
        int_attributions.party as party_now
    from fct_attributions
    left join int_attributions
        on fct_attributions.about_kind = int_attributions.kind and fct_attributions.about_id = int_attributions.record_id
    where fct_attributions.is_counted
)

{{ judge_records(rules, "statements", "attributions") }}

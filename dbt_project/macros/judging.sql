{#
Rules over the records of one kind, judged by month: one residual a month and rule, with up to twenty of the records that
break it. `relation` has a row a record, with its month and record_id; a rule is a dictionary of
  rule_id, subject, when (a condition that breaks it), of (the records it speaks of; all, unless said otherwise), has_limit
  (whether some may break it, as of the rows taken out by staging).
A rule that speaks of none of a month's records is not judged for it.
#}
{% macro judge_records(rules, relation, kind) -%}
    select
        {{ residual(
            "rules.rule_id", "'month'", "months.month", "last_day(months.month)", "rules.subject", "'" ~ kind ~ "'", "'total'",
            "case when rules.has_limit then " ~ row_limit("months.received") ~ " else 0 end", "coalesce(found.broken, 0)",
            judged="rules.is_of_all or coalesce(found.spoken_of, 0) > 0",
            reason="case when not rules.is_of_all and coalesce(found.spoken_of, 0) = 0 then 'no record of the month is one the rule speaks of' end",
        ) }},
        found.record_ids
    from {{ ref("fct_received_rows") }} as months
    cross join (
        values
        {%- for rule in rules %}
        ('{{ rule.rule_id }}', '{{ rule.subject }}', {{ "of" not in rule }}, {{ rule.get("has_limit", false) }}){{ "," if not loop.last }}
        {%- endfor %}
    ) as rules (rule_id, subject, is_of_all, has_limit)
    left join (
        select
            month,
            unnest(
                [
                    {%- for rule in rules %}
                    {
                        'rule_id': '{{ rule.rule_id }}',
                        'spoken_of': {{ "count(*)" if "of" not in rule else "count(*) filter (where " ~ rule.of ~ ")" }},
                        {#- of the records that a rule does not speak of, nothing is worked out -#}
                        {%- set broken = "filter (where " ~ ("case when " ~ rule.of ~ " then " ~ rule.when ~ " end" if "of" in rule else rule.when) ~ ")" %}
                        'broken': count(*) {{ broken }},
                        'record_ids': min(record_id, 20) {{ broken }}
                    }{{ "," if not loop.last }}
                    {%- endfor %}
                ],
                recursive := true
            )
        from {{ relation }}
        group by month
    ) as found on months.month = found.month and rules.rule_id = found.rule_id
    where months.kind = '{{ kind }}' and months.month is not null
{%- endmacro %}

{# How many rows of a month may be taken out by one rule before the month is held back: three, or two in a hundred. #}
{% macro row_limit(received) -%}
    floor(greatest(3, 0.02 * {{ received }}))
{%- endmacro %}

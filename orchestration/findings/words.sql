-- What a finding is known by: its number, its period, and what its difference looks like. Sentences are said in sentences.py.

-- a period as people write it; nothing where the finding is of no period
create or replace macro period_words(kind, first, last) as case kind
    when 'month' then strftime(first, '%Y-%m')
    when 'year' then strftime(first, '%Y')
    when 'half_year' then strftime(first, '%Y') || if(month(first) = 1, '-H1', '-H2')
    when 'year_to_date' then strftime(first, '%Y-%m') || '/' || strftime(last, '%Y-%m')
    when 'day' then null
    when 'run' then null
    else strftime(first, '%Y-%m-%d') || '/' || strftime(last, '%Y-%m-%d')
end;

create or replace macro direction(expected, observed) as
    coalesce(case sign(observed - expected) when 1 then '+' when -1 then '-' else '=' end, '?');

-- the number a finding keeps for life: what is wrong where, and which way, but neither how much nor in which run
create or replace macro number_of(rule_id, document, kind, first, last, subject, measure, category, expected, observed) as
    left(md5(concat_ws(
        chr(31), rule_id, coalesce(document, ''), coalesce(if(kind in ('day', 'run'), null, concat_ws('/', kind, first, last)), ''),
        coalesce(subject, ''), coalesce(measure, ''), coalesce(category, ''), direction(expected, observed)
    )), 12);

-- an accepted exception is of one rule, subject and observed value; of one document and period where it names them
create or replace macro fits(
    its_rule, its_subject, its_observed, its_document, its_period, rule_id, subject, observed, document, period
) as
    its_rule = rule_id and its_subject = subject and its_observed is not distinct from observed
    and coalesce(its_document = document, its_document is null) and coalesce(its_period = period, its_period is null);

create or replace macro severity_rank(severity) as list_position(['B', 'Q', 'A', 'W'], severity);

-- what a rule tells in words of its own, without what was expected, is compared with nothing
create or replace macro is_compared(finds) as
    finds is null or contains(finds, '{expected}') or contains(finds, '{bound}');

-- what the residual says itself; where none should be, or a band or a limit was left, no two numbers should have been one
create or replace macro error_pattern_of(signature, expected, observed, finds, severity) as coalesce(
    signature,
    case when severity != 'Q' and expected != 0 and not contains(coalesce(finds, ''), '{bound}') and is_compared(finds) then slip_of(observed, expected) end
);

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

create or replace macro number_words(number) as case
    when number is null then null
    when number = round(number) then cast(cast(number as bigint) as varchar)
    else cast(round(number, 2) as varchar)
end;

-- I80: what two whole numbers look like that should have been one; where none should be, there is no other number
create or replace macro lost_a_digit(long, short) as
    length(short) > 1 and length(long) = length(short) + 1
    and list_contains([left(long, place - 1) || substr(long, place + 1) for place in range(1, length(long) + 1)], short);

create or replace macro error_pattern(expected, observed) as case
    when least(expected, observed) < 0 or expected = 0 or expected != round(expected) or observed != round(observed) then null
    when abs(observed - expected) = 1 then 'one off'
    when (observed - expected) % 9 = 0 and observed != expected
        and list_sort(string_split(number_words(expected), '')) = list_sort(string_split(number_words(observed), ''))
        then 'digits changed places'
    when list_contains([pow(10, place) for place in range(1, 10)], abs(observed - expected)) then 'one digit off'
    when lost_a_digit(number_words(expected), number_words(observed))
        or lost_a_digit(number_words(observed), number_words(expected)) then 'a digit dropped or added'
end;

-- what a rule tells in words of its own, without what was expected, is compared with nothing
create or replace macro is_compared(finds) as
    finds is null or contains(finds, '{expected}') or contains(finds, '{bound}');

-- what the residual says itself; where a band or a limit was left, no two numbers should have been one
create or replace macro error_pattern_of(signature, expected, observed, finds, severity) as
    coalesce(signature, if(severity = 'Q' or contains(finds, '{bound}') or not is_compared(finds), null, error_pattern(expected, observed)));

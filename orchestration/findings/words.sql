-- What a finding is called: its number, what its difference looks like, and one sentence a person understands.

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

create or replace macro difference_words(expected, observed) as
    if(observed > expected, '+', '') || number_words(observed - expected);

-- I80: what two whole numbers look like that should have been one
create or replace macro lost_a_digit(long, short) as
    length(short) > 1 and length(long) = length(short) + 1
    and list_contains([left(long, place - 1) || substr(long, place + 1) for place in range(1, length(long) + 1)], short);

create or replace macro error_pattern(expected, observed) as case
    when least(expected, observed) < 0 or expected != round(expected) or observed != round(observed) then null
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

create or replace macro error_pattern_ar(error_pattern) as coalesce(map {
    'one off': 'زيادة أو نقص واحد', 'digits changed places': 'تبدّل موضع رقمين', 'one digit off': 'خطأ في خانة واحدة',
    'a digit dropped or added': 'خانة ناقصة أو زائدة'
}[error_pattern], error_pattern);

create or replace macro category_ar(category) as coalesce(map {
    'children': 'الأطفال', 'women': 'النساء', 'men': 'الرجال', 'unknown': 'غير معروف', 'total': 'الإجمالي'
}[category], category);

-- a subject that says "deaths by party, …": what its parts are called
create or replace macro parts(subject) as
    regexp_extract(subject, ' by (party|sub_party|governorate|category|cause_group|role|facility_type|mechanism)\b', 1);

create or replace macro parts_en(subject) as map {
    'party': 'parties', 'sub_party': 'sub-parties', 'governorate': 'governorates', 'category': 'categories',
    'cause_group': 'cause groups', 'role': 'roles', 'facility_type': 'types of facility', 'mechanism': 'mechanisms'
}[parts(subject)];

create or replace macro parts_ar(subject) as map {
    'party': 'الجهات', 'sub_party': 'الجهات الفرعية', 'governorate': 'المحافظات', 'category': 'الفئات',
    'cause_group': 'مجموعات الأسباب', 'role': 'الأدوار', 'facility_type': 'أنواع المنشآت', 'mechanism': 'وسائل القتل'
}[parts(subject)];

-- a rule of rows speaks where they are too many; others may have words of their own
create or replace macro words_en(finds, severity) as
    coalesce(finds, if(severity = 'Q', '{observed}; a month is held back above {expected}', null));

create or replace macro words_ar(finds, severity) as
    coalesce(finds, if(severity = 'Q', 'العدد {observed}، ويُحجز الشهر إذا زاد على {expected}', null));

-- what a rule says of a finding in words of its own, with the numbers in their places, and which way a bound was broken
create or replace macro filled(finds, expected, observed, at_most, at_least) as
    replace(
        replace(
            replace(finds, '{expected}', coalesce(number_words(expected), '–')), '{observed}', coalesce(number_words(observed), '–')
        ),
        '{bound}', if(observed < expected, at_least, at_most)
    );

-- a subject without numbers is a sentence already
create or replace macro sentence_en(document, period, subject, category, expected, observed, error_pattern, is_at_most, finds) as
    concat_ws(' ', if(is_at_most or parts_en(subject) is null, subject, regexp_replace(subject, ' by \w+', '')), period)
    || if(category is null or category = 'total' or contains(subject, category), '', ', ' || category)
    || case
        when expected is null and observed is null then ''
        when finds is not null then ': ' || filled(finds, expected, observed, 'no more than', 'no less than')
        when is_at_most
            then ': ' || coalesce(number_words(observed), 'nothing') || ' found, no more than '
                || coalesce(number_words(expected), 'nothing') || ' can be'
        when parts_en(subject) is not null
            then ': the ' || parts_en(subject) || ' add up to ' || coalesce(number_words(observed), 'nothing')
                || ', the total says ' || coalesce(number_words(expected), 'nothing')
        else ': expected ' || coalesce(number_words(expected), 'nothing') || ', found '
            || coalesce(number_words(observed), 'nothing')
    end
    || coalesce(' (document ' || document || ')', '')
    || if(
        is_compared(finds),
        coalesce('; difference ' || difference_words(expected, observed), '') || coalesce(' (' || error_pattern || ')', ''),
        coalesce('; ' || error_pattern, '')
    );

create or replace macro sentence_ar(
    document, period, subject, measure_ar, category, expected, observed, error_pattern, is_at_most, finds
) as
    concat_ws(' ', coalesce(measure_ar, subject), period)
    || if(category is null or category = 'total' or contains(subject, category), '', '، ' || category_ar(category))
    || case
        when expected is null and observed is null then ''
        when finds is not null then ': ' || filled(finds, expected, observed, 'لا يزيد على', 'لا يقل عن')
        when is_at_most
            then ': الموجود ' || coalesce(number_words(observed), 'لا شيء') || '، والحد الأعلى '
                || coalesce(number_words(expected), 'لا شيء')
        when parts_ar(subject) is not null
            then ': مجموع ' || parts_ar(subject) || ' ' || coalesce(number_words(observed), 'لا شيء') || '، والإجمالي '
                || coalesce(number_words(expected), 'لا شيء')
        else ': المتوقع ' || coalesce(number_words(expected), 'لا شيء') || '، والموجود '
            || coalesce(number_words(observed), 'لا شيء')
    end
    || if(measure_ar is null, '', ' [' || subject || ']')
    || coalesce(' (الوثيقة ' || document || ')', '')
    || if(
        is_compared(finds),
        coalesce('؛ الفرق ' || difference_words(expected, observed), '') || coalesce(' (' || error_pattern_ar(error_pattern) || ')', ''),
        coalesce('؛ ' || error_pattern_ar(error_pattern), '')
    );

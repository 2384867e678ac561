-- How a written cell becomes a value: the one home of matching and parsing, as DuckDB macros.
-- Intake (in memory) and the warehouse both load this file; it changes nothing that is stored.

-- Arabic-Indic and Persian digits are digits.
create or replace macro western_digits(written) as
    translate(written, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789');

-- The key by which two spellings are the same word: NFC, lower case, Arabic letter forms (أإآٱ→ا, ى→ي, ة→ه), no
-- vowel marks or tatweel, no accents, apostrophes, hyphens, underscores, dots or spaces, no article al-/el-/ar-/as- …
-- For matching only; the written form is kept.
create or replace macro fold(written) as
    regexp_replace(
        regexp_replace(
            strip_accents(translate(lower(western_digits(nfc_normalize(written))), 'أإآٱىة''’‘ʿʾʼ`´', 'اااايه')),
            '(^|[^[:alnum:]])(al|el|ar|as|ash|ad|at|az|an)[- _]+', '\1', 'g'
        ),
        '[\x{064B}-\x{065F}\x{0670}\x{0640}\x{200B}-\x{200F}\x{FEFF}_\-–—./\\,\s]', '', 'g'
    );

-- The spaces around a cell: also those that cannot be broken or seen.
create or replace macro spaces() as
    ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(8206) || chr(8207) || chr(65279);

-- A cell without the spaces around it.
create or replace macro bare(written) as trim(written, spaces());

-- The words that say nothing is known, with any spaces around them, as a regular expression.
create or replace macro unknown_words() as
    '(?i)[' || spaces() || ']*'
    || '(|-|–|—|nan|n/a|na|null|unknown|0000-00-00|غير معروف|غير معروفة|مجهول)'
    || '[' || spaces() || ']*';

-- A cell, or null where it says that nothing is known. Most cells are what they are, which one look tells; and only
-- of a regular expression for the whole cell DuckDB knows that it need not look twice at the same word.
create or replace macro known(written) as
    case
        when
            not regexp_full_match(
                written, '(?s)[' || spaces() || '].*|.*[' || spaces() || ']|' || unknown_words()
            ) then written
        when regexp_full_match(written, unknown_words()) then null
        else bare(written)
    end;

-- A date, or null where it is not one. ISO is unambiguous; else day first, unless the sheet's style is mdy, or iso,
-- which admits no other; a bare number is the serial date of a spreadsheet. Never a guess: an impossible date is null.
create or replace macro to_date(written, style) as
    case
        -- most cells by far
        when regexp_full_match(written, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(written as date)
        else coalesce(
            case when regexp_full_match(western_digits(written), '\d{4}-\d{1,2}-\d{1,2}([T ].*)?')
                then try_cast(regexp_extract(western_digits(written), '^\d{4}-\d{1,2}-\d{1,2}') as date) end,
            case when regexp_full_match(western_digits(written), '\d{1,2}[/.-]\d{1,2}[/.-]\d{4}') then
                case style
                    when 'iso' then null
                    when 'mdy'
                        then try_strptime(regexp_replace(western_digits(written), '[.-]', '/', 'g'), '%m/%d/%Y')::date
                    else try_strptime(regexp_replace(western_digits(written), '[.-]', '/', 'g'), '%d/%m/%Y')::date
                end
            end,
            case when regexp_full_match(western_digits(written), '\d{5}(\.0+)?')
                then date '1899-12-30' + try_cast(western_digits(written) as double)::integer end
        )
    end;

-- The day a date begins, also one that is known to the month or year only and written so.
create or replace macro first_day_of(written, style) as
    coalesce(
        to_date(written, style),
        try_cast(western_digits(written) || '-01' as date),
        try_cast(western_digits(written) || '-01-01' as date)
    );

-- A whole number, or null where it is not one.
create or replace macro to_integer(written) as
    case
        -- most cells by far
        when regexp_full_match(written, '[0-9]{1,9}') then try_cast(written as integer)
        else case when regexp_full_match(western_digits(trim(written)), '-?\d{1,9}(\.0+)?')
            then try_cast(western_digits(trim(written)) as double)::integer end
    end;

-- The words of a cell: several, separated by `;`, where its column takes a list.
create or replace macro words_of(written, is_list) as
    list_filter(
        case when is_list then regexp_split_to_array(written, '\s*[;؛]\s*') else [written] end, lambda word: trim(word) != ''
    );

-- Why a year, month and day that a cell gives are no date; null where they are one, or not all there.
create or replace macro no_day(given) as
    case
        when try_cast(given.month as integer) not between 1 and 12 then 'there is no month ' || given.month
        when try_cast(given.day as integer) = 0 then 'there is no day 0'
        when try_cast(given.day as integer) > day(last_day(try_cast(given.year || '-' || given.month || '-01' as date)))
            then strftime(try_cast(given.year || '-' || given.month || '-01' as date), '%B %Y has ')
                || day(last_day(try_cast(given.year || '-' || given.month || '-01' as date))) || ' days'
    end;

-- Why to_date() finds no date in a cell, or else how one is written.
create or replace macro why_no_date(written, style) as
    coalesce(
        no_day(regexp_extract(western_digits(written), '^(\d{4})-(\d{1,2})-(\d{1,2})([T ].*)?$', ['year', 'month', 'day'])),
        case style
            when 'dmy'
                then no_day(regexp_extract(western_digits(written), '^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$', ['day', 'month', 'year']))
            when 'mdy'
                then no_day(regexp_extract(western_digits(written), '^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$', ['month', 'day', 'year']))
        end,
        case style
            when 'iso' then 'expected YYYY-MM-DD'
            when 'mdy' then 'expected YYYY-MM-DD, or month/day/year'
            else 'expected YYYY-MM-DD, or day/month/year'
        end
    );

-- the last day that a file's name says, as of a list that is sent anew: list_2015-06-20.csv, MoH_20240430.xlsx
create or replace macro date_in_name(name) as
    try_cast(
        regexp_replace(
            regexp_extract_all(name, '(?:^|[^0-9])((?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01]))(?:[^0-9]|$)', 1)[-1],
            '^([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})$', '\1-\2-\3'
        ) as date
    );

-- of how many traits two rows both say something, and in how many of these they say the same
create or replace macro comparable(one, other) as
    len(list_filter(range(1, len(one) + 1), lambda i: one[i] is not null and other[i] is not null));
create or replace macro agreeing(one, other) as
    len(list_filter(range(1, len(one) + 1), lambda i: one[i] = other[i]));

-- what a file's name says beside its kind and its ending, as a word: deaths__aleppo office.csv is aleppo-office
create or replace macro word_of(name) as
    nullif(trim(regexp_replace(regexp_replace(regexp_replace(name, '\.[^.]*$', ''), '^.*__', ''), '[^\pL\pN]+', '-', 'g'), '-'), '');

-- a sheet's number of a record, with the word of its source before it (sources.csv): the word itself, or what stands in {folder},
-- in {name} or under a heading that nobody else reads
create or replace macro numbered(number, word, folder, file_name, unknown_columns) as
    case
        when word is null or number is null then number
        else concat_ws(
            '-',
            case
                when word = '{folder}' then word_of(folder)
                when word = '{name}' then word_of(file_name)
                when word like '{%}' then word_of(json_extract_string(unknown_columns, '$."' || word[2:-2] || '"'))
                else word
            end,
            number
        )
    end;

-- By what a word is told where no cell may be quoted: short, and the same every night.
create or replace macro word_key(code_list, folded) as left(md5(code_list || ':' || folded), 6);

-- How a written cell becomes a value: the one home of matching and parsing, as DuckDB macros.
-- Intake (in memory) and the warehouse both load this file; it changes nothing that is stored.

-- The marks that turn the direction of writing: spreadsheets in Arabic put them into dates and numbers, and nobody sees them.
-- Read out of JSON, which can name them: put together of chr(), they take longer to plan than all else that is done to a cell.
create or replace macro direction_marks() as
    json_extract_string('"\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069"', '$');

-- Arabic-Indic and Persian digits are digits; marks of direction, which have no place in the second list, are left out.
create or replace macro western_digits(written) as
    translate(written, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹' || direction_marks(), '01234567890123456789');

-- Arabic letters as old programs write them, one sign for each place in a word, as the letters they are.
create or replace macro plain_letters(written) as
    case
        when regexp_matches(written, '[\x{FE80}-\x{FEFC}]') then translate(
            regexp_replace(written, '[\x{FEF5}-\x{FEFC}]', 'لا', 'g'),
            array_to_string(list_transform(range(65152, 65269), lambda sign: chr(sign::integer)), ''),
            'ءآآأأؤؤإإئئئئااببببةةتتتتثثثثججججححححخخخخددذذررززسسسسششششصصصصضضضضططططظظظظععععغغغغففففققققككككللللممممننننههههووىىيييي'
        )
        else written
    end;

-- The key by which two spellings are the same word: NFC, lower case, Arabic letter forms (أإآٱ→ا, ى→ي, ة→ه), Persian ones
-- (ی→ي, ک→ك, ہ→ه), the Turkish ı, no vowel marks, tatweel or marks of direction, no accents, apostrophes, hyphens, underscores, dots or
-- spaces, also those that cannot be broken or seen, no article al-/el-/ar-/as- …
-- For matching only; the written form is kept.
create or replace macro fold(written) as
    regexp_replace(
        regexp_replace(
            strip_accents(translate(lower(western_digits(plain_letters(nfc_normalize(written)))), 'ıأإآٱىةیېکہھەۀ''’‘ʿʾʼ`´', 'iاااايهييكهههه')),
            '(^|[^[:alnum:]])(al|el|ar|as|ash|ad|at|az|an)[- _]+', '\1', 'g'
        ),
        '[\x{064B}-\x{065F}\x{0670}\x{0640}\x{A0}\x{AD}\x{2000}-\x{200F}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}_\-–—./\\,\s]', '', 'g'
    );

-- The spaces around a cell: also those that cannot be broken or seen, and the wide and narrow ones of typesetters.
create or replace macro spaces() as json_extract_string('" \t\n\r\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u202F\u205F\u3000\uFEFF"', '$') || direction_marks();

-- The same as a regular expression for one of them.
create or replace macro a_space() as
    '[ \t\n\r\x{A0}\x{2000}-\x{200B}\x{FEFF}\x{61C}\x{200E}\x{200F}\x{202A}-\x{202F}\x{205F}\x{2066}-\x{2069}\x{3000}]';

-- A cell without the spaces around it.
create or replace macro bare(written) as trim(written, spaces());

-- The words that say of somebody or something that it is not known, as a regular expression.
create or replace macro said_unknown() as
    '(?i:unk(nown|[.])?|n/?k|not (known|specified|stated|recorded|determined|mentioned|reported)|un(specified|determined)'
    || '|غير (معروفة?|محددة?|مذكورة?|مسجلة?|واضحة?)|(لم|لا) [يت](حدد|ذكر|عرف)|مجهولة?|inconnue?|non (précisée?|spécifiée?)|bilinmiyor|bilinmeyen|belirsiz|nezan[îi]n)';

-- The words that say nothing is known, as a regular expression. A day of zeros is none, nor is the one that a spreadsheet makes of 0.
create or replace macro unknown_words() as
    '(?i)(|[-–—_]+|\\N|[(\[<](null|blank|empty|فارغ)[)\]>]|={3,}|[?؟]+|[.]|[.]{3}|…|nan|nat|<na>|n[./]?[ad][.]?|null|not available|لا (توجد |يوجد )?(معلومات|بيانات)|غير (معلومة?|متوفرة?|متاحة?)|' || said_unknown()
    || '|0{4}([-/.])00?([-/.])00?|00?([-/.])00?([-/.])0{4}|1900-01-00|(00?/0?1|0?1/00?)/1900|1899-12-3[01]( 00:00:00)?)';

-- A cell, or null where what is left of it without the spaces around it is one of such words. Most cells are what they are, which
-- one look tells, and so is null, which is not worked on; only of a regular expression for the whole cell DuckDB knows that it need
-- not look twice at the same word.
create or replace macro known_but(written, nothing) as
    case
        when regexp_full_match(written, '(?s)' || a_space() || '.*|.*' || a_space() || '|' || nothing)
            then list_transform([bare(written)], lambda cell: case when not regexp_full_match(cell, nothing) then cell end)[1]
        else written
    end;

-- A cell, or null where it says that nothing is known.
create or replace macro known(written) as known_but(written, unknown_words());

-- What programs and people write who mean that there is none, as a regular expression.
create or replace macro said_none() as '(?i:0|none|no|nil|لا|لا يوجد)';

-- A list of several codes, or null where a cell says that there is none.
create or replace macro known_list(written) as known_but(written, unknown_words() || '|' || said_none());

-- What stands for the number of a record that is still to come, as a regular expression: the whole of it, or its last part.
create or replace macro number_to_come() as
    '(?i:(\S*\d\S*|[A-Z]+)([-_/. ](x{3,}|tb[acd]|_{2,})|[-_/][?؟]{1,9})|[(\[<]*('
    || 't[.]?b[.]?[acdn]|to be (assigned|determined|confirmed|added|given|completed|numbered)( later)?|pending|awaited|later|x{2,}'
    || '|(number )?(not (yet )?(assigned|given|issued|numbered|allocated)( yet)?|unassigned|unnumbered|pending)|n(one|ot) yet'
    || '|(no|without)( an?)?( case| record)? (number|no|id|code)( yet)?|new|temp(orary)?|placeholder'
    || '|à (venir|déterminer|attribuer)|en attente|sans numéro|bekli?yor|beklemede|belirlenecek|verilecek'
    || '|قيد (ال)?(تعيين|[إا]نتظار|[إا]صدار|تحديد|ترقيم|[إا]نشاء|[إا]دخال|معالجة)|(ب|في )?(ال)?[إا]نتظار( ال(رقم|ترقيم|تعيين))?'
    || '|((س)?(يحدد|يعين|يضاف|يعطى|يرقم|يصدر)|سيتم \S+) لاحق[اً]*|لاحق[اً]*'
    || '|(بدون|بلا|من دون|دون|لا|لا يوجد|ليس له) (رقم|ترقيم)|لم (يعين|يحدد|يعط|يصدر|يرقم)( بعد)?|غير مرقمة?|جديدة?|مؤقت'
    || ')[.)\]>]*)';

-- The number of another record, or null where a cell says that there is none, as programs write 0 for it, or none yet: the dead of no
-- incident are of none, and not all of the same.
create or replace macro known_reference(written) as known_but(written, unknown_words() || '|' || said_none() || '|' || number_to_come());

-- A word as it is printed, or null where nothing stands there: a printed line may be of those of whom something is not known.
create or replace macro printed_word(written) as
    coalesce(known(written), case when regexp_full_match(bare(written), said_unknown()) then 'Unidentified' end);

-- The key by which a heading is known: a mark before its name, as form tools write it before what is theirs, is a part of it.
create or replace macro heading_key(written) as case when left(bare(written), 1) = '_' then '_' else '' end || fold(written);

-- What may stand in brackets behind a heading and makes nothing else of it, as a regular expression: a unit, a form to write in, a
-- language. `Governorate (origin)` and `Age (at arrest)` are other columns than without it.
create or replace macro said_of_a_heading() as
    '((in |as |full )?(years?|yrs?|y|numbers?|digits|text|name|code|list|letters)( old)?|[dmyhs/.: -]+|(day|month|year)([/ -]+(day|month|year))*'
    || '|[mf](ale)?[/ ,-]+[mf](emale)?|yes[/ ,-]+no|required|optional|mandatory|unique|if (known|any|available)|(select|choose|drop.?down)[^()\[\]]*'
    || '|(in )?(en|ar|fr|tr|english|arabic|french|turkish|latin)|(of |the )*(death|killing|martyrdom|killed|perpetrator|responsible( party)?)'
    || '|(بال|ب)?(سنة|سنوات|سنين|أعوام|عام)|ذ[/ ,-]+[أا]|(يوم|شهر|سنة)([/ -]+(يوم|شهر|سنة))*|ذكر[/ ,-]+[أا]نثى|نعم[/ ,-]+لا|[إا]لزامي|[اإ]ختياري|[إا]ن وجد|(بال)?(عربي|عربية|إنجليزي|إنجليزية|انكليزي|انكليزية)'
    || '|(ال)?(قتل|وفاة|استشهاد)|[0-9a-c])';

-- Whether the group of questions before a heading is about somebody else than a victim: whoever reports, saw it or did it.
create or replace macro is_of_another(heading) as regexp_matches(
    heading,
    '(?i)(report(er|ed_by|ing)|inform(er|ant)|interview|respondent|witness|enumerator|data.?collector|contact|perpetrator|family|relative|next.?of.?kin|مبلغ|مبلّغ|شاهد|شهود|راصد|موثق|مصدر|الجاني|عائلة|أقارب)[^/:.-]*[/:.-]'
);

-- The keys a heading may be known by, the surest first: as it is written; without its unit, its number and its marks, as `Age (years)`,
-- `3. Sex`, `Name¹` and `Party*:`, but not without a unit that makes other numbers of what is below it, as `Age (months)`; in the sheet of a form tool without the group of questions before it, `victims/age`; and without both.
create or replace macro heading_keys(written, is_form) as
    list_transform(
        [case
            when regexp_matches(written, '(?i)[(\[]\s*(in\s+|ب|بال)?(months?|weeks?|days?|[أا]?شه[وُ]?ر|[أا]يام|[أا]سابيع)\s*[)\]]')
                then written
            else regexp_replace(
                bare(written),
                '^[*\s]*(?:(?:[QqسS]\s?)?[0-9٠-٩]{1,2}\s*[.):–-]+\s*|[A-Z]\s*[.)]\s+)?|(?i)(\s*[(\[]\s*' || said_of_a_heading() || '\s*[)\]])?[\s*:：¹²³⁰-⁹†‡§]*$',
                '', 'g'
            )
        end],
        lambda plain: list_transform(
            [written, plain] || case
                when not is_form or is_of_another(written) then ['', '', '', '']
                else [
                    regexp_extract(written, '[^/]+$'), regexp_extract(written, '[^/:.-]+$'),
                    regexp_extract(plain, '[^/]+$'), regexp_extract(plain, '[^/:.-]+$')
                ]
            end,
            lambda each: coalesce(heading_key(each), '')
        )
    )[1];

-- What somebody writes who means what stands above, as a regular expression.
create or replace macro said_again() as
    '(?i)[-–—"''“”„«»〃]*("|''''|“|”|„|«|»|〃|//)[-–—"''“”„«»〃 ]*|[↑^]+|do[.]?|ditto|idem|id[.]|same( as (above|previous|before))?|as above'
    || '|كذلك|كما (سبق|(في )?[أا]علاه)|[أا]يض[اً]+|(ب)?نفس(ه|ها| (السابق|الشيء|ال(محافظة|مكان|جهة|تاريخ|يوم)))|المحافظة نفسها|aynı(sı)?|même';

-- Why a cell has no value although something is in it, as the end of a sentence; null where it has one. The readers write
-- what a workbook holds there as a spreadsheet shows it; #MERGED! is their own word.
create or replace macro why_no_value(written) as
    case
        when left(written, 1) = '=' and not regexp_full_match(written, '=+')
            then 'is a formula without a stored value: open the workbook, let it calculate, and save it'
        when written = '#MERGED!' then 'lies under a cell that is merged over several columns: write it into each'
        when regexp_full_match(written, '#([A-Z]+!|DIV/0!|NAME\?|N/A|GETTING_DATA)') then 'is an error of the spreadsheet: a value was expected'
        when regexp_full_match(written, '#{3,}') then 'is what a spreadsheet shows where a column is too narrow: the value was expected'
        when regexp_full_match(bare(written), said_again()) then 'means what stands above it: write it into each row'
    end;

-- Why a word that nobody knows is none to be taught, as the end of a sentence: whoever wrote it was not sure. Null where nothing says so.
create or replace macro why_unsure(written) as
    case when regexp_matches(
        bare(written),
        '(?i)[?؟][)\]]?$|^[(\[]?[?؟]|^(probably|possibly|perhaps|maybe|likely|allegedly|alleged|suspected|presumed(ly)?|unconfirmed)\s'
        || '|[\s(\[-](probably|probable|possibly|possible|likely|alleged(ly)?|suspected|presumed|unconfirmed|unverified|to be confirmed|tbc)[)\]]?$'
        || '|^(ربما|قد يكون|يعتقد|يشتبه|يحتمل|يرجح|(على )?ال[أا](رجح|غلب)|غالبا)\s|[\s(\[-](محتملة?|(على )?ال[أا](رجح|غلب)|غير مؤكدة?|مشتبه به?)[)\]]?$'
    ) then 'says what is not sure: write it if it is, or leave the cell empty, and the doubt in a column of its own' end;

-- A letter, or what is written above or below one, as a regular expression: letters of ASCII, and what is beyond it but for marks between
-- words. To name all letters there are (\p{L}) takes longer to plan than all else that is done to a date.
create or replace macro a_letter() as '[^\x00-@\[-`{-~–—،؛؟]';

-- Whether what stands for the number of a record may be the name of a person: letters and spaces, or a word that begins with a
-- capital, and no digit.
create or replace macro is_like_a_name(written) as
    not regexp_matches(written, '\p{N}') and regexp_matches(
        written, a_letter() || '[.]?\s+' || a_letter() || '|\p{Arabic}|^[A-Z\x{C0}-\x{DE}\x{100}-\x{17F}][a-z\x{DF}-\x{17F}]{2,}$'
    );

-- The number of a record, by which it is known wherever it stands: digits are digits, a dash is a dash, and what nobody sees,
-- as marks of direction that come along from a spreadsheet in Arabic, is no part of it.
create or replace macro record_number(written) as
    case
        -- a whole number that a program wrote with a fraction, as it does where others of the column are empty
        when regexp_full_match(written, '\d+[.]00?') then regexp_replace(written, '[.]0+$', '')
        -- a mark by which a spreadsheet takes a cell as text is no part of it
        when regexp_full_match(written, '[ -~]*') then ltrim(written, '''')
        else ltrim(regexp_replace(
            translate(western_digits(written), '‐‑‒–—−', '------'), '[\x{AD}\x{200B}-\x{200D}\x{2060}\x{FEFF}]', '', 'g'
        ), '''')
    end;

-- Whether a sheet's layout says of a column that it holds numbers of records, whatever they look like.
create or replace macro is_number(column_name, numbers) as list_contains(string_split(coalesce(numbers, ''), ';'), column_name);

-- Several numbers of records in one cell, as a regular expression: 12, 13, SYN-12 & SYN-13, 12 و 13, 12 to 15. A comma without a space
-- may be a part of one number, unless what stands around it are two plain ones.
create or replace macro several_numbers() as
    '(?i:(?:(?:numbers?|nos?|cases?|ids?|records?|from|between|(?:ال)?(?:رقم|[أا]رقام|حالة|حالات|رقمي)|من|بين)[.:]?\s*)?(?:[1-9]\d*(?:,[1-9]\d*)+'
    || '|[^\s,;،؛|&+:]*\d[^\s,;،؛|&+:]*(?:(?:,\s+|\s*[;،؛|&+\n]\s*|,?\s+(?:and|or|to|till|until|through|et|ve|[إا]لى|حتى|[أا]و)\s+|[،,]?\s+و\s*)'
    || '[^\s,;،؛|&+:]*\d[^\s,;،؛|&+:]*)+))';

-- Why a cell is no number of a record, as the end of a sentence, or null where it may be one. Numbers of letters alone look like
-- names, unless the column is among those of which the sheet's layout says that they hold numbers.
create or replace macro why_no_id(written, column_name, numbers) as
    case
        -- asked first, since in most columns most cells are empty
        when written is null then null
        -- what a spreadsheet makes of 1-4; incidents may well be called by their day
        when (written like '____-__-__%' or written like '%-___') and column_name != 'incident_id'
            and regexp_full_match(written, '\d{4}-\d{2}-\d{2}( 00:00:00)?|\d{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)')
            and not is_number(column_name, numbers)
            then 'is a day, as a spreadsheet makes one of 1-4: write the number of the record, in a column of text'
        -- most cells by far
        when regexp_full_match(written, '[A-Za-z_./:-]*[0-9][A-Za-z0-9_./:-]*') and lower(right(written, 3)) not in ('xxx', 'tba', 'tbc', 'tbd')
            then null
        when regexp_full_match(bare(written), said_none() || '|' || number_to_come()) and bare(written) != '0'
            then 'stands for a number that is still to come: without its own the row belongs to no record'
        when regexp_full_match(western_digits(written), '(?i)\d([.,٫]\d+)?e[+]\d+')
            then 'was shortened by a spreadsheet: write the whole number, in a column of text'
        when why_no_value(written) is not null then why_no_value(written)
        when regexp_full_match(fold(written), '((grand|sub)?totals?|sum|(grand)?count|average|mean|(ال)?(مجموع|اجمالي|عدد)(ال)?(كلي|عام|اجمالي)?)[:=(]*\d*\)?')
            or regexp_matches(written, '(?i)\s(sub-?)?(total|count)s?[\s:]*$')
            then 'says that the row sums up others: the number of a record was expected'
        when regexp_full_match(record_number(written), '\d{1,3}([,،٬''’ ]\d{3})+') and not is_number(column_name, numbers)
            then 'was parted by thousands: write the whole number, in a column of text'
        when regexp_full_match(western_digits(bare(written)), several_numbers()) and not is_number(column_name, numbers)
            then 'says several numbers: one was expected, and a row for each'
        when regexp_matches(written, '\p{N}') and why_unsure(written) is not null and not is_number(column_name, numbers)
            then why_unsure(written)
        when not regexp_matches(written, '[\p{L}\p{N}]') and known(written) is not null
            then 'has neither a letter nor a digit: the number of a record was expected'
        when is_like_a_name(written) and not is_number(column_name, numbers)
            then 'looks like a name: the number of a record was expected'
    end;

-- Which month a word names, in English, as Syrians and as Egyptians call it, in French, Turkish and Kurdish; null where it names none.
create or replace macro month_number(word) as
    (list_position(
        [
            'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec',
            'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december',
            'كانونالثاني', 'شباط', 'اذار', 'نيسان', 'ايار', 'حزيران', 'تموز', 'اب', 'ايلول', 'تشرينالاول', 'تشرينالثاني', 'كانونالاول',
            'كالثاني', 'شباط', 'اذار', 'نيسان', 'ايار', 'حزيران', 'تموز', 'اب', 'ايلول', 'تالاول', 'تالثاني', 'كالاول',
            'يناير', 'فبراير', 'مارس', 'ابريل', 'مايو', 'يونيو', 'يوليو', 'اغسطس', 'سبتمبر', 'اكتوبر', 'نوفمبر', 'ديسمبر',
            'جانفي', 'فيفري', 'مارس', 'افريل', 'ماي', 'جوان', 'جويليه', 'اوت', 'شتنبر', 'اكتوبر', 'نونبر', 'دجنبر',
            'janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout', 'septembre', 'octobre', 'novembre', 'decembre',
            'ocak', 'subat', 'mart', 'nisan', 'mayis', 'haziran', 'temmuz', 'agustos', 'eylul', 'ekim', 'kasim', 'aralik',
            'janv', 'fevr', 'mars', 'avr', 'mai', 'juin', 'juil', 'aout', 'sept', 'oct', 'nov', 'dec',
            'oca', 'sub', 'mar', 'nis', 'may', 'haz', 'tem', 'agu', 'eyl', 'eki', 'kas', 'ara',
            'rebendan', 'resemi', 'adar', 'avrel', 'gulan', 'pusper', 'tirmeh', 'tebax', 'ilon', 'cotmeh', 'mijdar', 'berfanbar',
            'cileyapasin', 'sibat', 'adar', 'nisan', 'gulan', 'heziran', 'tirmeh', 'tebax', 'eylul', 'ciriyapesin', 'ciriyapasin', 'cileyapesin'
        ],
        regexp_replace(fold(word), '^(كانون|تشرين|ك|ت)(اول|ثاني)$', '\1ال\2')
    ) - 1) % 12 + 1;

-- The time of day that may follow a date, with its zone, as a regular expression; a second day is none.
create or replace macro time_of_day() as
    '([T ,،]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(' || a_letter() || '|[ .])*([+-]\d{1,2}:?\d{0,2})?(' || a_letter() || '|[ ()\[\]/_])*(?:[+-]\d{2}:\d{2}\))?|Z|[+]\d{2}:\d{2})?';

-- A day with the name of its month, 13 Feb 2014, February 13th, 2014, 13 شباط 2014 or 13 شباط/فبراير 2014, as year-month-day;
-- null where it is none. A year of two digits behind day and name, 13-Feb-14 as spreadsheets show a day, is of the years from 2000
-- on: in no other order is it told from a day. Given are western digits.
create or replace macro named_day(digits) as
    list_transform(
        [case
            when regexp_matches(digits, '^\d{4}') then regexp_extract(
                digits,
                '^(\d{4})[\s./-]+(' || a_letter() || '(?:' || a_letter() || '|[ ./()])*)[\s./-]+(\d{1,2})' || time_of_day() || '$', ['year', 'month', 'day']
            )
            when regexp_matches(digits, '^\d') then regexp_extract(
                digits,
                '^(\d{1,2})(?:st|nd|rd|th|er)?(?: of )?[\s./-]*(' || a_letter() || '(?:' || a_letter() || '|[ ./()])*)[\s.,،/-]*(\d{4}|[''’]?\d{2})' || time_of_day() || '$', ['day', 'month', 'year']
            )
            else regexp_extract(
                digits,
                '^(' || a_letter() || '(?:' || a_letter() || '|[ ./()])*)[\s./-]*(\d{1,2})(?:st|nd|rd|th)?[\s,،/-]+(\d{4})' || time_of_day() || '$', ['month', 'day', 'year']
            )
        end],
        lambda given: list_transform(
            -- one name, or two of the same month
            [list_distinct(list_transform(
                list_filter(regexp_split_to_array(given.month, '[/()]'), lambda name: fold(name) != ''), lambda name: coalesce(month_number(name), 0)
            ))],
            lambda months: case when len(months) = 1 and months[1] > 0
                then case when len(given.year) < 4 then '20' else '' end || ltrim(given.year, '''’') || '-' || months[1] || '-' || given.day end
        )[1]
    )[1];

-- Whether a moment in world time is the beginning of a day in Syria, as programs write a day that somebody chose:
-- 2025-01-19T21:00:00.000Z is 20 January. Three hours ahead in summer, and all the year since October 2022; else two.
create or replace macro is_midnight_here(digits) as
    regexp_full_match(digits, '\d{4}-\d{2}-\d{2}[T ]2[12]:00(:00([.]0+)?)?(Z|[+]00:?00)')
    and (substr(digits, 12, 2) = '22' or left(digits, 10) >= '2022-10-28' or substr(digits, 6, 2) between '04' and '10');

-- A date in western digits, without the mark of a spreadsheet and the day of the week before it, spaces around its strokes, and the mark
-- of the common calendar behind it, and with the names of months that some count: Sunday, 19 January 2025, 19 / 01 / 2025, ١٩/٠١/٢٠٢٥م,
-- 19 كانون2 2025, 19 ك2 2025. A day of both calendars, 19 رجب 1446هـ الموافق 19/1/2025, is that of the common one.
create or replace macro plain_date(written) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(translate(western_digits(written), '‐‑‒–—−_\', '-------/'), '^''|\s*(/)\s*', '\1', 'g'),
                    '^[(\["“]|^(?:(?i:(?:sun|mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur)(?:day)?|on|le|date:?'
                    || '|dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi|pazar(?:tesi)?|salı|çarşamba|perşembe|cuma(?:rtesi)?|في|(?:ب)?تاريخ:?'
                    || '|(?:يوم )?(?:ال)?(?:[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت)|يوم|صباح|فجر|ظهر|عصر|مساء|ليل|ليلة'
                    || '|[0-9]{1,2}[^0-9]+[0-9]{1,2}[^0-9]+1[34][0-9]{2} ?(?:هـ?|هجرية?)|[0-9]{1,2} ' || a_letter() || '[^0-9]* 1[34][0-9]{2} ?(?:هـ?|هجرية?)?|الموافق(?: ?لـ?)?)[ ,،.:(-]+)+',
                    ''
                ),
                '([0-9]{4})(?: ?(?:م|ميلادي|ميلادية))?[ (-]*(?: (?:صباح[اً]*|فجر[اً]*|ظهر[اً]*|بعد الظهر|عصر[اً]*|مساء[ً]?|ليل[اً]*)|الموافق.* 1[34][0-9]{2} ?(?:هـ?|هجرية?)?)?[.)\]"”]*$', '\1'
            ),
            '(كانون|تشرين|(?:^|[^\p{Arabic}])[كت])[ .]?1([^0-9])', '\1 الأول\2'
        ),
        '(كانون|تشرين|(?:^|[^\p{Arabic}])[كت])[ .]?2([^0-9])', '\1 الثاني\2'
    );

-- A written day as year-month-day, be there such a day or not; null where it is not written as a day. Given are western digits.
create or replace macro written_day(digits, style) as
    case
        when is_midnight_here(digits) then (try_cast(left(digits, 10) as date) + 1)::varchar
        -- no day and month before a year: a month is no 19 or 20
        when regexp_full_match(digits, '(19|20)\d{6}(T\d{4}(\d\d)?)?') then regexp_replace(digits, '^(....)(..)(..).*$', '\1-\2-\3')
        when regexp_full_match(digits, '\d{4}[/.-]\d{1,2}[/.-]\d{1,2}' || time_of_day())
            then regexp_replace(digits, '^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2}).*$', '\1-\2-\3')
        when regexp_full_match(digits, '\d{1,2}[/.-]\d{1,2}[/.-]\d{4}' || time_of_day())
            then case
                when style = 'mdy' then regexp_replace(digits, '^(\d{1,2}).(\d{1,2}).(\d{4}).*$', '\3-\1-\2')
                when style is distinct from 'iso' then regexp_replace(digits, '^(\d{1,2}).(\d{1,2}).(\d{4}).*$', '\3-\2-\1')
            end
        else named_day(digits)
    end;

-- Whether a date is written with a year of two digits: 19-Jan-75.
create or replace macro has_short_year(written) as not regexp_matches(western_digits(written), '\d{4}');

-- Whether a day is of a year of the Hijri calendar; nobody was born so long ago.
create or replace macro is_hijri(day) as try_cast(left(day, 4) as integer) between 1300 and 1500;

-- Whether a day is written as most cells by far write it, 2025-01-20; null where nothing is.
create or replace macro is_plain_day(written) as
    regexp_full_match(written, '(1[6-9]|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])');

-- Western digits of a date, or where they are a moment as programs count it, in milliseconds since 1970, that moment in world time.
create or replace macro counted_moment(digits) as
    case when regexp_full_match(digits, '-?\d{11,13}') then strftime(epoch_ms(try_cast(digits as bigint)), '%Y-%m-%dT%H:%M:%SZ') else digits end;

-- A date, or null where it is not one. A day that begins with its year, or names its month, is unambiguous; else day first,
-- unless the sheet's style is mdy, or iso, which admits neither; a bare number is the serial date of a spreadsheet, a long one milliseconds. Never
-- a guess: an impossible date is null, and so is one of the Hijri calendar.
create or replace macro to_date(written, style) as
    case
        when is_plain_day(written) then try_cast(written as date)
        -- a list of one, so that what is needed often is written, and worked out, once
        when written is not null then list_transform([counted_moment(plain_date(written))], lambda digits: coalesce(
            case when regexp_full_match(digits, '\d{5}(\.\d+)?')
                then date '1899-12-30' + try_cast(floor(try_cast(digits as double)) as integer) end,
            list_transform([written_day(digits, style)], lambda day: case when not is_hijri(day) then try_cast(day as date) end)[1]
        ))[1]
    end;

-- The moment a cell gives, a day with or without its time; a day without one is its beginning. Null where it gives no day.
create or replace macro to_moment(written, style) as
    case when written is not null then list_transform([counted_moment(western_digits(written))], lambda digits: to_date(digits, style) + coalesce(
        case
            when regexp_full_match(digits, '\d{5}\.\d+')
                then time '00:00' + to_seconds(round(86400 * (try_cast(digits as double) % 1))::bigint)
            when is_midnight_here(digits) then time '00:00'
            else try_cast(regexp_extract(digits, '\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?') as time)
                + to_hours(case when regexp_matches(digits, '(?i)[^0-9](1[01]|0?[1-9]):.*(pm|م)$') then 12 else 0 end)
        end,
        time '00:00'
    ))[1] end;

-- What stands for a day, or a month, that is not known, as a regular expression.
create or replace macro no_day_known() as '(?:00|--|[?؟xX]{1,2})';

-- The first day of a month that stands for a date, 2025-01, 01/2025, January 2025 or شباط 2025, and of a year, 2025; also where what is
-- not known stands there as no day, 2025-01-00, ??/01/2025, 2025-00-00. Else null.
create or replace macro first_of_month(written) as
    list_transform([plain_date(written)], lambda digits: try_cast(case
        when regexp_full_match(digits, '\d{4}[/.-]\d{1,2}([/.-]' || no_day_known() || ')?') then regexp_replace(digits, '^(\d{4}).(\d{1,2}).*$', '\1-\2-1')
        when regexp_full_match(digits, '(' || no_day_known() || '[/.-])?\d{1,2}[/.-]\d{4}')
            then regexp_replace(digits, '^(?:..?[/.-])?(\d{1,2})[/.-](\d{4})$', '\2-\1-1')
        -- Jan-25 may be a day of a year that nobody wrote
        when regexp_matches(digits, '\d{4}') then named_day('1 ' || digits)
    end as date))[1];

create or replace macro first_of_year(written) as
    list_transform([plain_date(written)], lambda digits: case
        when regexp_full_match(digits, '\d{4}([/.-]' || no_day_known() || '){0,2}|(' || no_day_known() || '[/.-]){2}\d{4}')
            then try_cast(regexp_extract(digits, '\d{4}') || '-01-01' as date)
    end)[1];

-- The last day of the month or year that stands for a date; null where it is none.
-- What is plainly a day is none, which most cells by far are: it is asked first, since DuckDB works out what two branches share for every row.
create or replace macro last_of_period(written) as
    case when not is_plain_day(written)
        then coalesce(last_day(first_of_month(written)), first_of_year(written) + interval 1 year - interval 1 day)::date end;

-- The day a date begins, also one that is known to the month or year only and written so.
create or replace macro first_day_of(written, style) as
    case
        when is_plain_day(written) then try_cast(written as date)
        when written is not null then coalesce(to_date(written, style), first_of_month(written), first_of_year(written))
    end;

-- A whole number, or null where it is not one: 1.000 may be a thousand, and 1,000 one. 1,200, ١٬٢٠٠ and 1,000,000 are parted by
-- thousands, and nothing else.
create or replace macro to_integer(written) as
    case
        -- most cells by far
        when regexp_full_match(written, '[0-9]{1,9}') then try_cast(written as integer)
        else case when regexp_full_match(western_digits(trim(written)), '-?\d{1,9}([.](0|00|0{4,}))?')
            then try_cast(western_digits(trim(written)) as double)::integer
            when regexp_full_match(western_digits(trim(written)), '\d{1,3}([,٬\x{A0}\x{202F}]\d{3}){1,2}')
                and not regexp_full_match(western_digits(trim(written)), '\d{1,3},000')
                then try_cast(regexp_replace(western_digits(written), '[^0-9]', '', 'g') as integer)
        end
    end;

-- How many there are of something, as a whole number; null where it is none, or below 0.
create or replace macro to_count(written) as nullif(greatest(to_integer(written), -1), -1);

-- A number, with a fraction or without; null where it is none, or so large that nobody counted it: programs read inf and 1e400 as numbers.
create or replace macro to_number(written) as list_transform(
    [try_cast(western_digits(written) as double)], lambda number: case when isfinite(number) and abs(number) < 1e15 then number end
)[1];

-- A cell without the mark of a percentage behind its number.
create or replace macro without_percent(written) as regexp_replace(written, '\s*[%٪]\s*$', '');

-- A cell of one number with a word before or behind it that may say how the number is meant, at least 31, 20+, ~12, taken apart into both;
-- the word is null where there is none, or one on both sides. What begins with = is a formula.
create or replace macro hedged(written) as
    list_transform(
        [regexp_extract(
            western_digits(bare(written)), '^([^0-9=][^0-9]*?)?[( ]*([0-9]+(?:[.,٬\x{A0}\x{202F}][0-9]+)*)[ (]*([^0-9]*?)[)]?$', ['before', 'number', 'behind']
        )],
        lambda given: {
            'number': given.number,
            'word': case when given.before = '' or given.behind = '' then nullif(given.before || given.behind, '') end
        }
    )[1];

-- Why a cell is no number, or whole number, as the end of a sentence.
create or replace macro why_no_number(written, expected) as
    case
        when expected = 'whole number' and to_integer(written) < 0 then 'is below 0'
        when regexp_full_match(western_digits(bare(written)), '(?i)[0-9]+\s*(-|–|—|/|to|إلى|الى)\s*[0-9]+') then 'is a range: one number was expected'
        when regexp_matches(western_digits(written), '\d[.,٬''’ \x{A0}\x{202F}]\d{3}(\D|$)')
            then 'is not a ' || expected || ': it was expected without a mark between its thousands'
        else 'is not a ' || expected
    end;

-- An age in whole years, rounded down, or null where it cannot be read. Months, weeks and days are those of infants; so is
-- a bare m up to two years, above which it may as well be a man.
create or replace macro to_age(written) as
    case
        -- most cells by far
        when regexp_full_match(written, '[0-9]{1,2}|1[0-9]{2}') then try_cast(written as integer)
        -- by these numbers programs for statistics say that it is not known; 99 may be an age
        when written is not null and not regexp_full_match(western_digits(bare(written)), '(-9{1,4}|-?8{3}|9{3,4})([.]0+)?') then list_transform(
            -- 1,5 is a fraction, and 12,13 may be two ages
            [regexp_extract(western_digits(written), '(?s)^(?i:''|aged?:? |العمر:? )?\s*(-?\d+(?:[.٫]\d+|,(?:\d|00|25|50|75)\b)?)?(.*)$', ['number', 'unit'])],
            lambda given: list_transform(
                [{ 'number': try_cast(translate(given.number, ',٫', '..') as double), 'unit': fold(given.unit) }],
                lambda age: try_cast(floor(case
                    when age.number is null then case when age.unit in (
                        'newborn', 'newlyborn', '½', 'infant', 'baby', 'رضيع', 'رضيعه', 'حديثالولاده', 'حديثولاده', 'شهر', 'شهرواحد', 'شهران', 'شهرين', 'يوم', 'يومواحد',
                        'يومان', 'يومين', 'اسبوع', 'اسبوعين', 'عدهاشهر', 'بضعهاشهر', 'عدهايام', 'بضعهايام', 'اقلمنسنه', 'اقلمنعام', 'دونالسنه', 'دونالعام'
                    ) or regexp_full_match(age.unit, '(<|under|lessthan)(1|a|one)(year)?|a?(few|several)(days|weeks|months)') then 0
                    when age.unit in ('year', 'ayear', 'oneyear', 'سنهواحده', 'عامواحد')
                        or regexp_full_match(age.unit, '(سنه|عام)(و(نصف|[0-9]{1,2}(شهرا?|اشهر|شهور)))?') then 1
                    when regexp_full_match(age.unit, '(سنتان|سنتين|عامان|عامين)(ونصف)?|twoyears') then 2 end
                    when age.unit in (
                        '', 'y', 'yr', 'yrs', 'year', 'years', 'yo', 'yearold', 'yearsold', 'سنه', 'سنوات', 'سنين', 'عام', 'عاما', 'اعوام',
                        'سنهونصف', 'سنواتونصف', 'ونصف', '½', 'andahalf', 'an', 'ans', 'yas', 'yasinda', 'sal', 'sali', 'سال', 'ساله'
                    ) or regexp_full_match(
                        age.unit, '(y|yrs?|years?|سنه|سنوات|سنين|عام|عاما|اعوام)(و|and)?[0-9]{1,2}(m|mos?|months?|شهر|شهرا|اشهر|شهور)'
                    ) then age.number
                    when age.unit in (
                        'month', 'months', 'mo', 'mos', 'mth', 'mths', 'monthold', 'monthsold', 'شهر', 'شهرا', 'اشهر', 'شهور', 'mois', 'ay', 'aylik', 'meh', 'mehi'
                    ) or (age.unit = 'm' and age.number < 24) then age.number / 12
                    when age.unit in ('week', 'weeks', 'wk', 'wks', 'w', 'weekold', 'weeksold', 'اسبوع', 'اسابيع')
                        then age.number * 7 / 365
                    when age.unit in ('day', 'days', 'd', 'dayold', 'daysold', 'يوم', 'يوما', 'ايام', 'jour', 'jours', 'gun', 'gunluk') then age.number / 365
                    when age.unit in ('hour', 'hours', 'ساعه', 'ساعات') then age.number / 8760
                end) as integer)
            )[1]
        )[1]
    end;

-- Of which class somebody is of whose age no more is written than what it lies between, ~30, 30-35, 40s, 60+, under 10, 6-8 months:
-- a child where every age that it may be is below 18, an adult where none is. Two years more or less are *about* an age.
create or replace macro class_of_age(written) as
    -- most cells by far are years
    case when not regexp_full_match(written, '[0-9]{1,3}') then list_transform(
        [regexp_extract(
            lower(western_digits(written)),
            '^\s*(?:aged?|between|(?:in (?:his|her|their|the) )?(?:early|mid|late)[ -]|in (?:his|her|their|the)|من|بين|عمره|عمرها)?\s*(?:'
            || '(~|≈|about|approx(?:imately)?\.?|around|circa|ca?\.|nearly|almost|حوالي|تقريبا|نحو|قرابة)|(>=?|≥|\+|over|above|more than|older than|at least|[أا]كثر من|فوق)'
            || '|(<|under|below|less than|younger than|[أا]قل من|دون|تحت))?\s*'
            || '(\d{1,3})\s*(?:(?:-|–|—|/|,|;|،|to|or|and|[إا]لى|[أا]و|و)\s*(\d{1,3}))?\s*(?:years?|yrs?|y|سنة|سنوات|عاما?ً?|[أا]عوام|(months?|weeks?|days?|[أا]?شهرا?|[أا]شهر|[أا]سابيع|[أا]يام))?\s*'
            || '(\+|and (?:over|above|older)|or (?:over|above|older|more)|فما فوق|ف[أا]كثر)?(''?s)?(\?|approx(?:imately)?\.?|or so|تقريبا)?\s*(?:old)?\s*$',
            ['about', 'over', 'under', 'number', 'high', 'infant', 'more', 'decade', 'or_so']
        )],
        lambda age: list_transform(
            [{
                'number': try_cast(age.number as integer),
                'high': try_cast(age.high as integer),
                'around': if(age.about || age.or_so != '', 2, 0),
                'is_open': age.over || age.more != ''
            }],
            lambda known: case
                when known.number is null or known.number > 115 or known.high < known.number then null
                when age.infant != '' and known.number <= 36 or age.under != '' and known.number <= 18 then 'child'
                when age.infant || age.under != '' then null
                when known.number - known.around >= 18 then 'adult'
                when known.is_open then null
                when coalesce(known.high, known.number + if(age.decade = '', 0, 9)) + known.around < 18 then 'child'
            end
        )[1]
    )[1] end;

-- The low or the high end of a written number that may be a range, 10-15, at least 30, up to 1,200, as digits: null for the end
-- that a range does not say. What is no such number stays as it is written.
create or replace macro end_of(written, which_end) as
    list_transform(
        [regexp_replace(regexp_replace(western_digits(bare(written)), '(\d)[,٬](\d{3})\b', '\1\2', 'g'), '(\d)[,٬](\d{3})\b', '\1\2', 'g')],
        lambda digits: list_transform(
            [regexp_extract(
                digits,
                '(?i)^(at least|min(?:imum)?|>=|≥|up to|at most|max(?:imum)?|<=|≤|about|around|approximately|approx\.?|circa|~|≈)?'
                || '\s*(\d+(?:\.0+)?)\s*(\+|or more|(?:-|–|—|/|to|and|إلى|الى)\s*\d+(?:\.0+)?)?$',
                ['hedge', 'number', 'more']
            )],
            lambda given: case
                when given.number = '' then written
                when regexp_matches(given.more, '\d')
                    then case when which_end = 'low' then given.number else regexp_extract(given.more, '(\d+(?:\.0+)?)$', 1) end
                when given.more != '' or regexp_full_match(given.hedge, '(?i)at least|min(imum)?|>=|≥')
                    then case when which_end = 'low' then given.number end
                when regexp_full_match(given.hedge, '(?i)up to|at most|max(imum)?|<=|≤')
                    then case when which_end = 'high' then given.number end
                else given.number
            end
        )[1]
    )[1];

-- A day that is written in a style of its own, as year-month-day; with its style beside it, 13/04/2014 [mdy], where it is none,
-- since in another style it might be a day. A month or a year stays as it is.
create or replace macro iso_day(written, style) as
    coalesce(
        regexp_replace(strftime(to_moment(bare(written), style), '%Y-%m-%d %H:%M:%S'), ' 00:00:00$', ''),
        case
            when written is null or first_day_of(bare(written), style) is not null then written
            else written || ' [' || style || ']'
        end
    );

-- What is written before those of whom one is meant and nobody knows which, as a regular expression.
create or replace macro not_known_which() as
    '(?i:\s*(?:unknown|unidentified|not known|undetermined|disputed|contested|either|غير معروف|غير محدد|مجهول|[إا]ما)\s*[:(\[،,-]?\s*)';

-- What parts the words of a list in a cell, where nothing tells more of it.
create or replace macro list_marks() as '[;؛|,،\n]';

-- What stands between marks in a cell, as it is, or where its column takes a list without what is around it.
create or replace macro taken_apart(written, mark, is_list) as
    list_filter(
        list_transform(regexp_split_to_array(written, mark), lambda word: case when is_list then bare(word) else word end),
        lambda word: trim(word) != ''
    );

-- The ways to take a cell apart whose column takes a list, the surest first: at `;` and `|`, then also at commas, then also
-- at spaces, as form tools separate the answers to one question, then at strokes and words between them: doctor / journalist. The first whose words are all known is the one meant. One that
-- takes no list is one word; else somebody wrote several, with a mark between them: SDF / coalition, قسد والتحالف; else one thing
-- twice: Islamic State (ISIS), حلب - Aleppo; else, the last way, those between which it is not known: unknown (SDF or ISIS).
create or replace macro ways_of(written, is_list) as
    list_transform(
        case when is_list then ['[;؛|\n]', list_marks(), '[;؛|,،\s]', '[;؛|,،/&+\n]|\s(?:and|or|أو|او)\s|\sو\s*']
            else ['$^', '[;؛|,،/&+\n]|\s(?:and|or|أو)\s|\sو\s*', '[()\[\]]|\s[-–—]\s|:\s'] end,
        lambda mark: taken_apart(written, mark, is_list)
    ) || case
        when not is_list and regexp_matches(written, '^' || not_known_which()) then [
            regexp_split_to_array(regexp_extract(written, '^' || not_known_which() || '(.+?)[)\]]?\s*$', 1), '[;؛|,،/&+\n]|\s(?:and|or|أو|او)\s')
        ]
        else []
    end;

-- The words of a cell, one that takes no list being one word.
create or replace macro words_of(written, is_list) as
    -- two calls, of one pattern each: a pattern that is no constant is made ready anew for each row
    case when is_list then taken_apart(written, list_marks(), true) else taken_apart(written, '$^', false) end;

-- Why a year, month and day that a cell gives are no date; null where they are one, or not all there.
create or replace macro no_day(given) as
    case
        when try_cast(given.month as integer) not between 1 and 12 then 'there is no month ' || given.month
        when try_cast(given.day as integer) = 0 then 'there is no day 0'
        when try_cast(given.day as integer) > day(last_day(try_cast(given.year || '-' || given.month || '-01' as date)))
            then strftime(try_cast(given.year || '-' || given.month || '-01' as date), '%B %Y has ')
                || day(last_day(try_cast(given.year || '-' || given.month || '-01' as date))) || ' days'
    end;

-- Why to_date() finds no date in a cell, or else how one is written. A cell may have a style of its own beside it (iso_day).
create or replace macro why_no_date(written, sheet_style) as
    list_transform([coalesce(nullif(regexp_extract(written, ' \[(iso|dmy|mdy)\]$', 1), ''), sheet_style)], lambda style:
    list_transform([plain_date(regexp_replace(written, ' \[(iso|dmy|mdy)\]$', ''))], lambda digits:
    list_transform([{ 'digits': digits, 'day': written_day(digits, style) }], lambda given: coalesce(
        case when is_hijri(given.day) or regexp_matches(given.digits, '\d ?(هـ|ه$|هجري)|محرم|صفر|ربيع|جماد|رجب|شعبان|رمضان|شوال|القعدة|الحجة')
            then 'a year of the Hijri calendar; one of the common calendar was expected' end,
        no_day(regexp_extract(given.day, '^(\d{4})-(\d{1,2})-(\d{1,2})$', ['year', 'month', 'day'])),
        case
            when regexp_full_match(given.digits, '(\d{1,2}[/.-]\d{1,2}[/.-]|' || a_letter() || '+[\s/.-]+(\d{1,2}[\s,،/.-]+)?)[''’]?\d{2}' || time_of_day())
                then 'a year of four digits was expected'
            when regexp_matches(given.digits, '\d{4}.*[^\d]\d{4}') then 'one day was expected, and not a time between two'
        end,
        case style
            when 'iso' then 'expected YYYY-MM-DD'
            when 'mdy' then 'expected YYYY-MM-DD, or month/day/year'
            else 'expected YYYY-MM-DD, or day/month/year'
        end
    ))[1])[1])[1];

-- How like each other two folded words are, of 1; null where they are not near.
create or replace macro nearness(folded, other) as
    case when jaro_winkler_similarity(folded, other) >= 0.8 then jaro_winkler_similarity(folded, other) end;

-- What a governorate or a party may be called besides its names, folded: Homs Governorate, محافظة حمص, Homs City and its countryside,
-- but for that of Damascus, which is a governorate of its own; SDF fighters, ميليشيا حزب الله, and Arabic names without the article. Words
-- before and behind a name, folded too, are laid to its key, which need not be made anew.
create or replace macro also_called(code_list, spelling, folded) as
    case
        when code_list = 'governorates'
            then list_transform(
                ['*governorate', 'governorateof*', '*gov', 'govof*', '*province', 'محافظه*', '*city', '*(city)', 'cityof*', 'مدينه*', '*المدينه', '*syria', 'syria*', '*سوريا', 'سوريا*']
                || case when not regexp_matches(folded, 'damas|dimash|دمشق') then [
                    '*countryside', 'countrysideof*', 'rural*', '*rural', '*suburbs', 'northern*countryside', 'southern*countryside',
                    'eastern*countryside', 'western*countryside', '*(countryside)', '*(rural)', 'northern*', 'southern*', 'eastern*', 'western*',
                    'north*', 'south*', 'east*', 'west*', 'شمال*', 'جنوب*', 'شرق*', 'غرب*', '*الشماليه', '*الجنوبيه', '*الشرقيه', '*الغربيه', 'ريف*', '*ريف', 'ريف*الشمالي', 'ريف*الجنوبي', 'ريف*الشرقي', 'ريف*الغربي'
                ] else [] end,
                lambda pattern: replace(pattern, '*', folded)
            )
        when code_list = 'parties' and regexp_matches(spelling, '\p{Arabic}')
            then list_transform(
                ['قوات', 'عناصر', 'مسلحو', 'مقاتلو', 'ميليشيا', 'ميليشيات', 'مليشيا', 'مليشيات', 'فصايل', 'خلايا', 'طايرات', 'طيران', 'تنظيم'],
                lambda word: word || folded
            ) || [fold(regexp_replace(spelling, '(^|[ /(])ال', '\1', 'g'))]
        when code_list = 'parties'
            then list_transform(
                [
                    'forces', 'troops', 'army', 'soldiers', 'fighters', 'gunmen', 'militia', 'militias', 'militants', 'militiamen',
                    'factions', 'group', 'groups', 'cells', 'snipers', 'artillery', 'warplanes', 'airforce', 'airstrikes', 'drones',
                    'personnel', 'sforces', 'stroops', 'sarmy'
                ],
                lambda word: folded || word
            ) || list_transform(['the', 'forcesof', 'forcesloyalto'], lambda word: word || folded)
    end;

-- The last day that a file's name says, as of a list that is sent anew: list_2015-06-20.csv, MoH_20240430.xlsx
create or replace macro date_in_name(name) as
    try_cast(
        regexp_replace(
            regexp_extract_all(name, '(?:^|[^0-9])((?:19|20)[0-9]{2}[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12][0-9]|3[01]))(?:[^0-9]|$)', 1)[-1],
            '^([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})$', '\1-\2-\3'
        ) as date
    );

-- Of which day a list is that is sent anew: a list that says so in its name is of that day, whenever it came.
create or replace macro list_day(name, received_at) as coalesce(date_in_name(name), cast(received_at as date));

-- Of how many traits two rows both say something, and in how many of these they say the same
create or replace macro comparable(one, other) as
    len(list_filter(range(1, len(one) + 1), lambda i: one[i] is not null and other[i] is not null));
create or replace macro agreeing(one, other) as
    len(list_filter(range(1, len(one) + 1), lambda i: one[i] = other[i]));

-- What a file's name says beside its kind and its ending, as a word: deaths__aleppo office.csv is aleppo-office
create or replace macro word_of(name) as
    nullif(trim(regexp_replace(regexp_replace(regexp_replace(name, '\.[^.]*$', ''), '^.*__', ''), '[^\pL\pN]+', '-', 'g'), '-'), '');

-- A sheet's number of a record, with the word of its source before it (sources.csv): the word itself, or what stands in {folder},
-- in {name}, in {tab} or under a heading that nobody else reads
create or replace macro numbered(number, word, folder, file_name, tab, unknown_columns) as
    case
        when word is null or number is null then number
        else concat_ws(
            '-',
            case
                when word = '{folder}' then word_of(folder)
                when word = '{name}' then word_of(file_name)
                when word = '{tab}' then word_of(tab)
                when word like '{%}' then word_of(json_extract_string(unknown_columns, '$."' || word[2:-2] || '"'))
                else word
            end,
            number
        )
    end;

-- By what a file, or a tab of one, is told where its name, which may be a person's, is not: short, and the same every night.
create or replace macro file_key(place, tab) as 'file ' || left(md5(concat_ws(' tab ', place, nullif(tab, ''))), 8);

-- By what a word is told where no cell may be quoted: short, and the same every night.
create or replace macro word_key(code_list, folded) as left(md5(code_list || ':' || folded), 6);

"""How a written cell becomes a value: the DuckDB macros of functions.sql, each by what it must and must not read."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

FUNCTIONS = Path(__file__).parents[2] / "dbt_project" / "functions.sql"
CONNECTION = duckdb.connect()
CONNECTION.execute(FUNCTIONS.read_text("utf-8"))
CONNECTION.execute(FUNCTIONS.with_name("slips.sql").read_text("utf-8"))

# each day of a century in the ways that sheets write it
DAYS_WRITTEN = """
    select day, way.cell, way.style
    from (select unnest(generate_series(date '2000-01-01', date '2099-12-31', interval 1 day))::date as day)
    cross join lateral (
        select unnest([
            {'cell': strftime(day, '%Y-%m-%d'), 'style': 'iso'}, {'cell': strftime(day, '%d/%m/%Y'), 'style': 'dmy'},
            {'cell': strftime(day, '%m/%d/%Y'), 'style': 'mdy'},
            -- as spreadsheets count days
            {'cell': format('{}', day - date '1899-12-30'), 'style': 'dmy'}
        ]) as way
    )
"""
# no null bytes and no half surrogates: neither can stand in a sheet that was decoded
WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


def _value(function: str, *arguments: object) -> object:
    marks = ", ".join("?" for _ in arguments)
    found = CONNECTION.execute(f"select {function}({marks})", list(arguments)).fetchone()
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deir ez-Zor", "DEIR EZ ZOR"),
        ("killed_governorate", "Killed Governorate"),
        ("Hay'at Tahrir al-Sham", "Hay’at  Tahrir Al-Sham"),
        ("al-Sanamín", "Sanamin"),
        ("al_Sham", "al-Sham"),
        ("إدلب", "ادلب"),
        ("حماة", "حماه"),
        ("القـــتل", "القَتْل"),
        ("مبنى", "مبني"),
        ("Area ٣", "area 3"),
        ("الحسکة", "الحسكة"),
        ("سوری", "سوري"),
        ("ﺣﻠﺐ", "حلب"),
        ("ﻼ", "لا"),
        ("\u202bحلب\u202c", "حلب"),
        ("Assad\u00a0regime", "Assad regime"),
        ("Deir\u202fez-Zor", "Deir ez-Zor"),
    ],
)
def test_fold_knows_the_same_word(one, other):
    """Case, spaces, hyphens, accents, articles, vowel marks and letter forms do not tell two spellings apart."""
    assert _value("fold", one) == _value("fold", other)


@pytest.mark.parametrize(("one", "other"), [("Homs", "Hama"), ("Alam", "Am"), ("Aleppo", "Leppo"), ("قتل", "قتيل")])
def test_fold_keeps_words_apart(one, other):
    """An article is one only before a space or hyphen, and no letter is lost."""
    assert _value("fold", one) != _value("fold", other)


@given(WRITTEN)
def test_fold_is_idempotent(written):
    """What is folded stays as it is when folded again."""
    folded = _value("fold", written)
    assert _value("fold", folded) == folded


@pytest.mark.parametrize(
    "written",
    ["", " ", "-", "–", "NaN", "N/A", "n/a", "Unknown", " unknown ", "0000-00-00", "غير معروف", "مجهول", None]
    + ["?", "؟", "??", "--", "...", "…", "not available", "غير متوفر"]
    + ["n.a.", "N.A", "na", "Not known", "not specified", "Unspecified", "غير محدد", "غير محددة", "مجهولة"]
    + ["unk", "Unk.", "N/K", "n.d.", "not stated", "Not recorded", "undetermined", "<NA>", "NaT"]
    + [
        "_",
        ".",
        "=====",
        "\\N",
        "(null)",
        "(blank)",
        "[empty]",
        "<NULL>",
        "لا توجد معلومات",
    ]
    + ["inconnu", "non précisé", "Bilinmiyor", "nezanîn", "غير مذكور", "لم يحدد", "لا يعرف"]
    + ["غير مسجلة", "غير متاح"]
    # a day of zeros, and what a spreadsheet makes of 0
    + ["00/00/0000", "0000/00/00", "0/0/0000", "1900-01-00", "00/01/1900", "1/0/1900", "1899-12-31"]
    + ["1899-12-30 00:00:00"],
)
def test_known_is_null_where_nothing_is_known(written):
    """The words for not known are no value."""
    assert _value("known", written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (" SY02 ", "SY02"),
        ("\u202fSY02\u2009\u3000", "SY02"),
        ("0", "0"),
        ("no", "no"),
        ("unknown party", "unknown party"),
        ("none", "none"),
        ("not given", "not given"),
        ("blank", "blank"),
        ("N", "N"),
        ("no date", "no date"),
        ("لا يوجد", "لا يوجد"),
        ("=", "="),
        ("*", "*"),
        ("00/05/1990", "00/05/1990"),
        ("01/01/1900", "01/01/1900"),
        ("0000", "0000"),
    ],
)
def test_known_is_the_cell_without_its_margins(written, value):
    """Anything else is what it is; zero and no are values."""
    assert _value("known", written) == value


def test_every_space_is_one_to_known():
    """The spaces are written once as a text and once as a regular expression."""
    spaces = _value("spaces", *())
    assert len(set(spaces)) == 33
    for space in spaces:
        assert [_value("known", each) for each in (space, f"{space}a b", f"a b{space}")] == [None, "a b", "a b"]
        assert _value("known", f"{space}unknown{space}") is None


@pytest.mark.parametrize(
    ("written", "style", "value"),
    [
        ("2023-07-05", "dmy", date(2023, 7, 5)),
        ("2023-07-05", "mdy", date(2023, 7, 5)),
        ("2023-7-5", "iso", date(2023, 7, 5)),
        ("2023-07-05T10:11:12", "dmy", date(2023, 7, 5)),
        ("2023-07-05 00:00:00", "dmy", date(2023, 7, 5)),
        ("07/05/2023", "dmy", date(2023, 5, 7)),
        ("07/05/2023", "mdy", date(2023, 7, 5)),
        ("7.5.2023", "dmy", date(2023, 5, 7)),
        ("7-5-2023", "dmy", date(2023, 5, 7)),
        ("٠٧/٠٥/٢٠٢٣", "dmy", date(2023, 5, 7)),
        ("۲۰۲۳-۰۷-۰۵", "dmy", date(2023, 7, 5)),
        ("45112", "dmy", date(2023, 7, 5)),
        ("45112.0", "dmy", date(2023, 7, 5)),
        ("2024-02-29", "dmy", date(2024, 2, 29)),
        ("05 May 2023", "iso", date(2023, 5, 5)),
        ("13 Feb 2014", "mdy", date(2014, 2, 13)),
        ("13-February-2014", "dmy", date(2014, 2, 13)),
        ("13 شباط 2014", "dmy", date(2014, 2, 13)),
        ("١٣ كانون الأول ٢٠١٤", "dmy", date(2014, 12, 13)),
        ("13 ديسمبر 2014", "dmy", date(2014, 12, 13)),
        ("2014/02/13", "iso", date(2014, 2, 13)),
        ("13/02/2014 14:35", "dmy", date(2014, 2, 13)),
        ("5/20/2023 0:00:00", "mdy", date(2023, 5, 20)),
        ("13\u200f/02\u200f/2014", "dmy", date(2014, 2, 13)),
        ("\u202a2014-02-13\u202c", "dmy", date(2014, 2, 13)),
        ("41683.5", "dmy", date(2014, 2, 13)),
        ("February 13, 2014", "dmy", date(2014, 2, 13)),
        ("13th February 2014", "dmy", date(2014, 2, 13)),
        ("13 شباط/فبراير 2014", "dmy", date(2014, 2, 13)),
        ("13 كانون الثاني (يناير) 2014", "dmy", date(2014, 1, 13)),
        ("13 février 2014", "dmy", date(2014, 2, 13)),
        ("13 Aralık 2014", "dmy", date(2014, 12, 13)),
        ("Sept. 13, 2014", "dmy", date(2014, 9, 13)),
        ("13 févr. 2014", "dmy", date(2014, 2, 13)),
        ("13 Şub 2014", "dmy", date(2014, 2, 13)),
        ("13 Ara 2014", "dmy", date(2014, 12, 13)),
        ("13 Rêbendan 2014", "dmy", date(2014, 1, 13)),
        ("13 Berfanbar 2014", "dmy", date(2014, 12, 13)),
        ("13 Çileya Paşîn 2014", "dmy", date(2014, 1, 13)),
        ("13 Çiriya Pêşîn 2014", "dmy", date(2014, 10, 13)),
        ("2014-02-13 14:35:10 +0300 UTC", "dmy", date(2014, 2, 13)),
        ("20140213", "iso", date(2014, 2, 13)),
        ("Thursday, 13 February 2014", "dmy", date(2014, 2, 13)),
        ("Thu 02/13/2014", "mdy", date(2014, 2, 13)),
        ("الخميس 13/02/2014", "dmy", date(2014, 2, 13)),
        ("يوم الخميس، ١٣ شباط ٢٠١٤م", "dmy", date(2014, 2, 13)),
        ("13/02/2014 ميلادي", "dmy", date(2014, 2, 13)),
        ("13 كانون2 2014", "dmy", date(2014, 1, 13)),
        ("5 ك2 2025", "dmy", date(2025, 1, 5)),
        ("le 5 janvier 2025", "dmy", date(2025, 1, 5)),
        ("dimanche 1er janvier 2025", "dmy", date(2025, 1, 1)),
        ("Pazar, 5 Ocak 2025", "dmy", date(2025, 1, 5)),
        ("5 جانفي 2025", "dmy", date(2025, 1, 5)),
        ("5 نونبر 2024", "dmy", date(2024, 11, 5)),
        ("مساء 5/1/2025", "dmy", date(2025, 1, 5)),
        ("فجر يوم الأحد 5/1/2025", "dmy", date(2025, 1, 5)),
        ("5/1/2025 مساءً", "dmy", date(2025, 1, 5)),
        ("يوم الأحد الموافق لـ 5/1/2025", "dmy", date(2025, 1, 5)),
        ("5/7/1446هـ الموافق 5/1/2025م", "dmy", date(2025, 1, 5)),
        ("5 رجب 1446 هـ - 5/1/2025", "dmy", date(2025, 1, 5)),
        ("5/1/2025 (الموافق 5 رجب 1446هـ)", "dmy", date(2025, 1, 5)),
        ("(5/1/2025)", "dmy", date(2025, 1, 5)),
        ("5 / 1 / 2025م.", "dmy", date(2025, 1, 5)),
        ("Date: 5/1/2025", "dmy", date(2025, 1, 5)),
        ("2025-01-05+03:00", "dmy", date(2025, 1, 5)),
        ("2025-01-05Z", "dmy", date(2025, 1, 5)),
        ("Sun Jan 05 2025 00:00:00 GMT+0300 (GMT+03:00)", "dmy", date(2025, 1, 5)),
        ("٥ ك٢ ٢٠٢٥", "dmy", date(2025, 1, 5)),
        ("5ك1/2024", "dmy", date(2024, 12, 5)),
        ("5-ت1-2024", "dmy", date(2024, 10, 5)),
        ("5 ت. الثاني 2024", "dmy", date(2024, 11, 5)),
        ("5 ك.أول 2024", "dmy", date(2024, 12, 5)),
        ("13 تشرين 1 2014", "dmy", date(2014, 10, 13)),
        ("13 تشرين ثاني 2014", "dmy", date(2014, 11, 13)),
        ("13 / 2 / 2014", "dmy", date(2014, 2, 13)),
        ("2014–02–13", "iso", date(2014, 2, 13)),
        ("13_02_2014", "dmy", date(2014, 2, 13)),
        ("13\\02\\2014", "dmy", date(2014, 2, 13)),
        ("2014-Feb-13", "dmy", date(2014, 2, 13)),
        ("2014 شباط 3", "dmy", date(2014, 2, 3)),
        ("on Thursday, 13/02/2014", "dmy", date(2014, 2, 13)),
        ("في 13/2/2014", "dmy", date(2014, 2, 13)),
        ("13th of February 2014", "dmy", date(2014, 2, 13)),
        ("'2014-02-13", "iso", date(2014, 2, 13)),
        ("20140213T101500", "iso", date(2014, 2, 13)),
        # as a spreadsheet shows a day: its month is named, and its year comes last
        ("13-Feb-14", "iso", date(2014, 2, 13)),
        ("3-Feb-14 10:30", "dmy", date(2014, 2, 3)),
        ("13 شباط ١٤", "dmy", date(2014, 2, 13)),
        ("13 Feb '00", "dmy", date(2000, 2, 13)),
        ("13-Feb-99", "dmy", date(2099, 2, 13)),
        # the beginning of a day in Syria, as programs write it
        ("2025-01-31T21:00:00.000Z", "dmy", date(2025, 2, 1)),
        # as programs count moments: that one, midnight in world time, and a birth before there were any
        ("1738357200000", "dmy", date(2025, 2, 1)),
        ("1738281600000", "iso", date(2025, 1, 31)),
        ("-157766400000", "dmy", date(1965, 1, 1)),
        ("1738357200", "dmy", None),
        ("2015-01-31T22:00:00Z", "dmy", date(2015, 2, 1)),
        ("2015-05-31T21:00Z", "dmy", date(2015, 6, 1)),
        ("2015-01-31T21:00:00Z", "dmy", date(2015, 1, 31)),
        ("2025-01-31T21:00:01Z", "dmy", date(2025, 1, 31)),
        ("2025-01-31T21:00:00", "dmy", date(2025, 1, 31)),
        ("2014-02-13T14:35:10+03:00[Asia/Damascus]", "dmy", date(2014, 2, 13)),
    ],
)
def test_to_date_reads(written, style, value):
    """ISO is unambiguous; else the style says what comes first; a serial of a spreadsheet is a date."""
    assert _value("to_date", written, style) == value


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("2023-02-30", "dmy"),
        ("31/02/2023", "dmy"),
        ("13/12/2023", "mdy"),
        ("12/13/2023", "dmy"),
        ("07/05/2023", "iso"),
        ("05/07/23", "dmy"),
        ("2023", "dmy"),
        ("2023-07", "dmy"),
        ("July 2023", "dmy"),
        ("13 Foo 2014", "dmy"),
        ("Feb-14", "dmy"),
        ("Feb-13-14", "dmy"),
        ("13-Feb-4", "dmy"),
        ("13-Feb-114", "dmy"),
        ("32-Feb-14", "dmy"),
        ("13-Foo-14", "dmy"),
        ("1435-04-13", "dmy"),
        ("13/04/1435", "dmy"),
        # a day and month before their year, without a mark
        ("13022014", "dmy"),
        ("20122011", "dmy"),
        ("20141302", "dmy"),
        ("20140213T210000Z", "dmy"),
        ("13 of 2 2014", "dmy"),
        ("2014-Feb-30", "dmy"),
        ("2014-Feb", "dmy"),
        ("2014-02-00", "dmy"),
        ("2014–02–13 – 2014–02–15", "dmy"),
        ("180000213", "dmy"),
        ("Someday 13/02/2014", "dmy"),
        ("13 كانون3 2014", "dmy"),
        ("5/7/1446هـ", "dmy"),
        ("5/7/1446هـ الموافق 35/1/2025", "dmy"),
        ("5/1/2025 الموافق 6/1/2025", "dmy"),
        ("5/1/2025 مساء 6/1/2025", "dmy"),
        ("5/1/2025 -06:00", "iso"),
        ("ليلة 5-6/1/2025", "dmy"),
        ("0000-00-00", "dmy"),
        ("2014-02-13 - 2014-02-15", "dmy"),
        ("2014-02-13 to 2014-02-15", "iso"),
        ("2014-02-13\n2014-02-15", "iso"),
        ("2014-02-13 10:00 - 2014-02-15 10:00", "iso"),
        ("2014-02-13 or before", "iso"),
        ("5 May/June 2014", "dmy"),
        ("", "dmy"),
        (None, "dmy"),
    ],
)
def test_to_date_never_guesses(written, style):
    """An impossible date, or one the style does not admit, is none."""
    assert _value("to_date", written, style) is None


def test_every_day_of_a_century_is_read_however_it_is_written() -> None:
    """A day written in any admitted way is read as that day, in any digits."""
    digits = "['0123456789', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹'][1 + day(day) % 3]"
    read = f"to_date(translate(cell, '0123456789', {digits}), style)"
    wrong = f"select cell, style, day from ({DAYS_WRITTEN}) where {read} is distinct from day"
    assert CONNECTION.execute(wrong).fetchall() == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("34", 34),
        (" 34 ", 34),
        ("٣٤", 34),
        ("۳۴", 34),
        ("34.0", 34),
        ("-1", -1),
        ("007", 7),
        ("123456789", 123456789),
        ("1,200", 1200),
        ("١٬٢٠٠", 1200),
        ("12٬000", 12000),
        ("1\u202f200", 1200),
        ("1,000,000", 1000000),
        ("1,200,000", 1200000),
    ],
)
def test_to_integer_reads(written, value):
    """A whole number in any digits, also as a spreadsheet writes it."""
    assert _value("to_integer", written) == value


@pytest.mark.parametrize(
    "written",
    [
        "34.5",
        "1e3",
        "1,000",
        "12,000",
        "1.000",
        "1.200",
        "1,20",
        "1200,300",
        "1,2000",
        "1 200",
        "thirty",
        "3 4",
        "1234567890",
        "",
        None,
    ],
)
def test_to_integer_never_guesses(written):
    """What is not a whole number is none."""
    assert _value("to_integer", written) is None


@pytest.mark.parametrize(("written", "count"), [("0", 0), ("3", 3), ("-1", None), ("x", None), (None, None)])
def test_a_count_is_none_below_0(written: str | None, count: int | None) -> None:
    assert _value("to_count", written) == count


@pytest.mark.parametrize(
    ("written", "expected", "why"),
    [
        ("-3", "whole number", "is below 0"),
        ("1,000", "whole number", "is not a whole number: it was expected without a mark between its thousands"),
        ("1.000 persons", "number", "is not a number: it was expected without a mark between its thousands"),
        ("12 persons", "whole number", "is not a whole number"),
        ("-3 persons", "number", "is not a number"),
        ("12-15", "whole number", "is a range: one number was expected"),
        ("١٢ إلى ١٥", "whole number", "is a range: one number was expected"),
        ("1-2-3", "whole number", "is not a whole number"),
    ],
)
def test_why_a_number_cannot_be(written: str, expected: str, why: str) -> None:
    assert _value("why_no_number", written, expected) == why


def test_a_cell_without_the_mark_of_a_percentage() -> None:
    assert [_value("without_percent", written) for written in ("12 %", "١٢٪", "12", None)] == ["12", "١٢", "12", None]


@pytest.mark.parametrize(
    ("written", "number", "word"),
    [
        ("at least 31", "31", "at least"), ("20+", "20", "+"), ("+20", "20", "+"), (">= 20", "20", ">="),
        ("~1,200", "1,200", "~"), ("نحو ١٢", "12", "نحو"), ("12 (approx.)", "12", "approx."),
        ("12 or more", "12", "or more"),
        ("31.5 ", "31.5", None), ("12", "12", None), ("-3", "3", "-"),
        # what is more than one number with a word, or a formula
        ("about 12 people", "12", None), ("12-15", "", None), ("=20", "", None), (">=A4", "4", ">=A"), ("", "", None),
        (None, None, None),
    ],
)  # fmt: skip
def test_a_number_and_the_word_that_says_how_it_is_meant(
    written: str | None, number: str | None, word: str | None
) -> None:
    assert _value("hedged", written) == {"number": number, "word": word}


@pytest.mark.parametrize(
    ("written", "style", "why"),
    [
        ("30/02/2025", "dmy", "February 2025 has 28 days"),
        ("30.2.2024", "dmy", "February 2024 has 29 days"),
        ("٣١-١١-٢٠٢٤", "dmy", "November 2024 has 30 days"),
        ("2024-11-31", "iso", "November 2024 has 30 days"),
        ("2024-00-10", "dmy", "there is no month 00"),
        ("12/13/2024", "dmy", "there is no month 13"),
        ("13/12/2024", "mdy", "there is no month 13"),
        # a style of its own, beside a sheet of another
        ("13/12/2024 [mdy]", "dmy", "there is no month 13"),
        ("soon [mdy]", "dmy", "expected YYYY-MM-DD, or month/day/year"),
        ("soon [iso]", "mdy", "expected YYYY-MM-DD"),
        ("02/30/2025", "mdy", "February 2025 has 28 days"),
        ("00/12/2024", "dmy", "there is no day 0"),
        ("30/02/2025", "iso", "expected YYYY-MM-DD"),
        ("30/02", "dmy", "expected YYYY-MM-DD, or day/month/year"),
        ("soon", "mdy", "expected YYYY-MM-DD, or month/day/year"),
        ("13/2/14", "dmy", "a year of four digits was expected"),
        ("Feb-14", "dmy", "a year of four digits was expected"),
        ("Feb-13-14", "dmy", "a year of four digits was expected"),
        ("30-Feb-14", "dmy", "February 2014 has 28 days"),
        ("30 Feb 2014", "iso", "February 2014 has 28 days"),
        ("13/04/1435", "dmy", "a year of the Hijri calendar; one of the common calendar was expected"),
        ("1435-04-13", "iso", "a year of the Hijri calendar; one of the common calendar was expected"),
        ("18/07/1446 هـ", "dmy", "a year of the Hijri calendar; one of the common calendar was expected"),
        ("١٨ رجب ١٤٤٦", "dmy", "a year of the Hijri calendar; one of the common calendar was expected"),
        ("18 رجب", "dmy", "a year of the Hijri calendar; one of the common calendar was expected"),
        ("soon", None, "expected YYYY-MM-DD, or day/month/year"),
        ("2014-02-13 - 2014-02-15", "dmy", "one day was expected, and not a time between two"),
    ],
)
def test_why_a_date_cannot_be(written: str, style: str | None, why: str) -> None:
    assert _value("to_date", written, style) is None
    assert _value("why_no_date", written, style) == why


def test_no_reason_is_given_against_a_date() -> None:
    given_one = f"select cell, style from ({DAYS_WRITTEN}) where not starts_with(why_no_date(cell, style), 'expected')"
    assert CONNECTION.execute(given_one).fetchall() == []


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-07", date(2023, 7, 1)),
        ("2023/7", date(2023, 7, 1)),
        ("07/2023", date(2023, 7, 1)),
        ("July 2023", date(2023, 7, 1)),
        ("تموز ٢٠٢٣", date(2023, 7, 1)),
        ("2023-13", None),
        ("2023-7-1-1", None),
        ("202", None),
        ("Ju 2023", None),
        ("07/23", None),
        ("2023-07-00", date(2023, 7, 1)),
        ("00/07/2023", date(2023, 7, 1)),
        ("??/7/2023", date(2023, 7, 1)),
        ("x/07/2023", date(2023, 7, 1)),
        ("--/07/2023", date(2023, 7, 1)),
        ("2023-00-00", date(2023, 1, 1)),
        ("؟؟/؟؟/2023", date(2023, 1, 1)),
        ("2023-00-07", None),
        ("07/00/2023", None),
        ("00/13/2023", None),
        ("000/07/2023", None),
        ("Jul-23", None),
        ("تموز ٢٣", None),
        ("كانون2 2023", date(2023, 1, 1)),
        ("ت2/2023", date(2023, 11, 1)),
        ("ك 2023", None),
        ("ت12 2023", None),
        ("سبت1 2023", None),
        ("٢٠٢٣م", date(2023, 1, 1)),
        ("٢٠٢٣", date(2023, 1, 1)),
        ("19/07/2023", date(2023, 7, 19)),
        ("30/02/2023", None),
        ("soon", None),
    ],
)
def test_the_day_a_date_begins(written: str, day: date | None) -> None:
    assert _value("first_day_of", written, "dmy") == day


@pytest.mark.parametrize("written", ["0", " 0 ", "None", "NO", "nil", "لا", "\u200fلا يوجد", "n/a", "", None])
def test_a_record_of_no_other(written: str | None) -> None:
    assert _value("known_reference", written) is None
    assert _value("known_list", written) is None


@pytest.mark.parametrize(
    "written",
    ["TBD", "t.b.d.", "TBA", "to be assigned", "Pending", "(pending)", "[TBC]", "later", "XX"]
    + ["XXX", "xxxx", "no number yet"]
    + ["not assigned", "Not yet assigned", "without number", "new", "temp", "SYN-TBD"]
    + ["SYN-2024-XXX", "SYN-?", "12/??", "SYN-__"]
    + ["قيد التعيين", "قيد الانتظار", "لاحقا", "لاحقاً", "يحدد لاحقا", "سيتم تحديده لاحقاً"]
    + ["بدون رقم", "بلا رقم", "لا يوجد رقم"]
    + ["لم يعين بعد", "غير مرقم", "بانتظار الرقم", "en attente", "à déterminer", "sans numéro", "bekliyor"],
)  # fmt: skip
def test_a_number_that_is_still_to_come_is_none(written: str) -> None:
    assert _value("known_reference", written) is None
    assert "still to come" in str(_value("why_no_id", written, "case_id", None))
    assert "still to come" in str(_value("why_no_id", written, "case_id", "case_id"))
    # of a list nobody knows what it says
    assert _value("known_list", written) == written


@pytest.mark.parametrize(
    "written",
    ["X", "A-XX", "TBD-1", "TBD1", "new-1", "pending 3", "temp2", "SYN-X12", "later-7", "قيد 12", "SYN-0XX", "SYN-XX"],
)
def test_a_number_that_is_like_one_to_come(written: str) -> None:
    assert _value("known_reference", written) == written
    assert _value("why_no_id", written, "case_id", None) is None


@pytest.mark.parametrize("written", ["none", "No", "nil", "لا يوجد"])
def test_a_record_that_has_no_number(written: str) -> None:
    assert "still to come" in str(_value("why_no_id", written, "case_id", None))


@pytest.mark.parametrize(
    "written",
    ["12, 13", "12,13", "12,13,14", "12; 13", "12;13", "12 & 13", "12&13", "12+13", "12 and 13"]
    + ["12 or 13", "12 to 15", "12|13"]
    + ["SYN-12, SYN-13", "SYN-12 & 13", "12, 13 and 14", "from 12 to 15", "Nos. 12 and 13"]
    + ["12, and 13", "12\n13", "12 et 13"]
    + ["١٢، ١٣", "12 و 13", "12 و13", "12، و13", "رقم 12 و 13", "من 12 إلى 15", "12 حتى 15", "A/1 and A/2"],
)  # fmt: skip
def test_several_numbers_of_records_are_none(written: str) -> None:
    assert "several numbers" in str(_value("why_no_id", written, "case_id", None))
    # a layout may put its numbers together like that
    assert _value("why_no_id", written, "case_id", "case_id") is None


@pytest.mark.parametrize(
    "written",
    ["2024-12", "SY/12/7", "A-12", "12-15", "12/13", "12.13", "SYN-1,2", "1,01", "0,12"]
    + ["Idlib 4 April 2017, 12:00", "7 Homs"]
    + ["Case 12", "12 B", "Hama and 12", "12 and", "12 to Homs", "no-12", "رقم 3", "12 حمص", "12و"]
    + ["SYN-12 (2)"],
)  # fmt: skip
def test_one_number_of_a_record(written: str) -> None:
    assert _value("why_no_id", written, "case_id", None) is None


@pytest.mark.parametrize(
    "written", ["12?", "12 ?", "?12", "١٢؟", "SYN-12 (?)", "probably 12", "ربما 12", "12 (محتمل)", "12 unconfirmed"]
)
def test_a_number_of_a_record_of_which_somebody_was_not_sure(written: str) -> None:
    assert "not sure" in str(_value("why_no_id", written, "case_id", None))
    assert _value("known_reference", written) == written


@pytest.mark.parametrize("written", ["10", "no-1", "00", "none of them"])
def test_a_record_of_another(written: str) -> None:
    assert _value("known_reference", f" {written}\u00a0") == written


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("known", []),
        ("printed_word", []),
        ("to_count", []),
        ("to_age", []),
        ("to_date", ["dmy"]),
        ("first_day_of", ["dmy"]),
        ("to_moment", ["dmy"]),
        ("why_no_id", ["case_id", None]),
    ],
)
def test_an_empty_cell_says_nothing(function: str, arguments: list[str | None]) -> None:
    assert _value(function, None, *arguments) is None


def test_the_words_of_a_cell() -> None:
    assert _value("words_of", "sdf ; ISIS؛ hts;", True) == ["sdf", "ISIS", "hts"]
    assert _value("words_of", "a;b", False) == ["a;b"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("10", 10), ("١٠", 10), ("-5", -5), ("3.50", 3.5), ("1e3", 1000), ("999999999999999", 999999999999999),
        ("1000000000000000", None), ("inf", None), ("-Infinity", None), ("nan", None), ("1e400", None), ("ten", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_number_is_one_that_somebody_may_have_counted(written: str | None, number: float | None) -> None:
    assert _value("to_number", written) == number


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("34", 34), ("34.0", 34), ("١٧", 17), ("17.9", 17), ("0.58", 0), ("1,5", 1), ("-1", -1), ("35 سنة", 35),
        ("35 y/o", 35), ("3 months", 0), ("11 months", 0), ("12 months", 1), ("23 mos", 1), ("٣ أشهر", 0),
        ("5 days", 0), ("365 days", 1), ("6 weeks", 0), ("6m", 0), ("23m", 1), ("رضيع", 0), ("شهرين", 0),
        ("سنة", 1), ("عامين", 2), ("25 سنة و3 أشهر", 25), ("< 1", 0), ("less than a year", 0),
        ("under 1 year", 0), ("several months", 0), ("أقل من سنة", 0),
        ("عدة أشهر", 0), ("سنة ونصف", 1), ("سنتين ونصف", 2),
        ("17½", 17), ("17 and a half", 17), ("17 ونصف", 17), ("½", 0), ("a year", 1), ("two years", 2),
        ("سنة و6 أشهر", 1), ("حديث ولادة", 0),
        # by which programs for statistics say that it is not known
        ("999", None), ("-99", None), ("-9", None), ("999.0", None), ("٩٩٩", None), ("-888", None), ("99", 99),
        ("998", 998),
        ("under 18", None), ("less than 5", None),
        ("2 years 11 months", 2), ("1y 6m", 1),
        ("3 سنوات ونصف", 3), ("31 ans", 31), ("6 mois", 0), ("aged 31", 31), ("Age: 31", 31),
        ("العمر: 31 سنة", 31), ("'31", 31),
        ("age of 31", None), ("31 yaşında", 31), ("30 salî", 30), ("30 سال", 30), ("3 meh", 0), ("١٧٫٥", 17),
        # a fraction, and what may be two ages
        ("17,5", 17), ("17,75", 17), ("12,13", None), ("17,18", None),
        ("18 aylık", 1),
        # a bare m may be a man
        ("24m", None), ("40s", None), ("18-25", None), ("~30", None), ("30+", None), ("thirty", None), ("1E+300", None),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_an_age_in_whole_years(written: str | None, years: int | None) -> None:
    assert _value("to_age", written) == years


@pytest.mark.parametrize(
    ("written", "age_class"),
    [
        ("~30", "adult"), ("about 20", "adult"), ("about 19", None), ("around 15 years", "child"), ("~16", None),
        ("30-35", "adult"), ("18-25", "adult"), ("17 - 18", None), ("10–12 years", "child"), ("16 to 17", "child"),
        ("5 or 6", "child"), ("between 20 and 25", "adult"), ("من 10 إلى 12 سنة", "child"), ("٣٠-٣٥", "adult"),
        ("40s", "adult"), ("30's", "adult"), ("in his 20s", "adult"), ("10s", None),
        ("12,13", "child"), ("12; 13", "child"), ("17,18", None), ("mid 30s", "adult"),
        ("in his late 20s", "adult"), ("+18", "adult"), ("+17", None),
        ("60+", "adult"), ("over 60", "adult"), (">18", "adult"), ("over 17", None), ("65 and over", "adult"),
        ("أكثر من 50 سنة", "adult"), ("16+", None), ("12+", None),
        ("under 18", "child"), ("under 19", None), ("less than 5", "child"), ("< 10 years old", "child"),
        ("أقل من 10", "child"), ("دون 18 سنة", "child"), ("under 40", None),
        ("6-8 months", "child"), ("3-4 days", "child"), ("24-36 months", "child"),
        ("36-40 months", "child"), ("37-40 months", None),
        ("30?", "adult"), ("12?", "child"), ("17?", None), ("30 or so", "adult"), ("حوالي 45", "adult"),
        ("30-20", None), ("115+", "adult"), ("116+", None), ("24m", None), ("thirty", None), ("b. 1990", None),
        ("30 35", None), ("-1", None), ("1990", None),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_class_of_an_age_of_which_only_bounds_are_known(written: str | None, age_class: str | None) -> None:
    assert _value("class_of_age", written) == age_class


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("SYN-2024-12-0208", None), ("12E5", None), ("case", None), ("a b 1", None), ("رقم ٣", None),
        ("2.02E+11", "shortened"), ("٢٫٠٢E+11", "shortened"), ("2E+11", "shortened"), ("Invented Person", "a name"),
        ("شخص", "a name"), ("Total", "sums up"), ("Grand total: 25", "sums up"),
        ("المجموع الكلي: 2", "sums up"), ("Total (25)", "sums up"),
        ("count", "sums up"), ("العدد", "sums up"), ("Homs 3 Total", "sums up"),
        ("2025-01 count", "sums up"), ("subtotal-7", None),
        ("الإجمالي", "sums up"), ("1,001", "by thousands"),
        ("١٬٠٠١", "by thousands"), ("1,01", None), ("12,345-6", None), ("!", "neither a letter"),
        ("(!)", "neither"), ("?", None), ("...", None),
        ("-", None), ("Invented", "a name"), ("I. Invented", "a name"), ("ABC", None), ("2025-04-01", "is a day"),
        ("1-Apr", "is a day"), ("2025-04-01-7", None), ("1-Apo", None),
        ("#REF!", "an error"), ("=A1", "a formula"), (None, None),
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_record(written: str | None, why: str | None) -> None:
    told = _value("why_no_id", written, "case_id", "incident_id")
    assert (why or "") in str(told or "")
    assert bool(told) == bool(why)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("SYN-1", "SYN-1"), ("۴۰٤-2", "404-2"), ("\u200fSYN\u200e-1", "SYN-1"), ("SYN\u200b-1", "SYN-1"),
        ("SYN–1", "SYN-1"), ("رقم ٣", "رقم 3"), ("1001.0", "1001"), ("7.00", "7"), ("1.0.0", "1.0.0"), 
        ("'SYN-1", "SYN-1"), ("'٤٠٤", "404"), ("O'1", "O'1"),
        ("12.10", "12.10"), ("", ""), (None, None),
    ],
)  # fmt: skip
def test_the_number_of_a_record_is_the_same_in_any_digits_and_with_what_nobody_sees(
    written: str | None, number: str | None
) -> None:
    assert _value("record_number", written) == number


def test_an_incident_may_be_called_by_its_day() -> None:
    assert _value("why_no_id", "2025-04-01", "incident_id", None) is None


@pytest.mark.parametrize(
    ("written", "why"),
    [("Invented Person", None), ("2.02E+11", "shortened"), ("1,001", None), ("2025-04-01", None), ("Invented", None)],
)
def test_what_looks_like_a_name_is_a_number_where_its_layout_says_so(written: str, why: str | None) -> None:
    told = _value("why_no_id", written, "case_id", "incident_id;case_id")
    assert (why or "") in str(told or "")
    assert bool(told) == bool(why)


@pytest.mark.parametrize("written", ["#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#MERGED!", "=1+1", "########"])
def test_a_cell_that_holds_something_and_no_value(written: str) -> None:
    assert _value("why_no_value", written)


@pytest.mark.parametrize("written", ["#1", "# 12", "#tag", "N/A", "a=b", ""])
def test_a_cell_that_has_a_value(written: str) -> None:
    assert _value("why_no_value", written) is None


@pytest.mark.parametrize(
    "written",
    ['"', "''", "〃", "//", '-"-', "-//-", "” ”", "do.", "Ditto", "idem", "Id.", "same", "Same as above", "↑"]
    + ["as above", "كذلك", "نفسه", "نفسها", "نفس المحافظة", "كما سبق", "كما في أعلاه", "أيضاً", "aynı", "même"],
)
def test_what_means_the_cell_above_is_no_value(written: str) -> None:
    assert "what stands above it" in _value("why_no_value", written)  # type: ignore[operator]


@pytest.mark.parametrize("written", ["-", "", "/", "Do-1", "Idlib", "Same street", "Sami", "نفيسة", "a//b", "15//2"])
def test_what_does_not_mean_the_cell_above(written: str) -> None:
    assert _value("why_no_value", written) is None


@pytest.mark.parametrize(
    ("written", "is_unsure"),
    [
        *[(each, True) for each in ("SDF?", "SDF (?)", "?SDF", "قسد؟", "probably SDF", "SDF (probable)", "SDF likely")],
        *[(each, True) for each in ("Suspected ISIS", "ربما قسد", "على الأغلب قسد", "قسد (محتمل)", "ISIS - alleged")],
        *[(each, False) for each in ("SDF", "The Probable Front", "The Likely Lads", "Who? Us", "محتملون", "")],
    ],
)
def test_a_word_of_which_somebody_was_not_sure(written: str, is_unsure: bool) -> None:
    assert (_value("why_unsure", written) is not None) == is_unsure


def test_two_words_are_near_or_not() -> None:
    assert _value("nearness", "damascus", "damascus") == 1
    assert 0.8 <= _value("nearness", "damascuss", "damascus") < 1  # type: ignore[operator]
    assert _value("nearness", "damascus", "homs") is None


@pytest.mark.parametrize(
    ("code_list", "name", "called"),
    [
        ("governorates", "Homs", {"Homs Governorate", "Governorate of Homs", "Homs Province", "محافظة Homs"}),
        ("governorates", "Homs", {"Homs Gov.", "Gov. of Homs", "Homs (City)", "Northern Homs", "شرق Homs", "Homs ريف"}),
        ("governorates", "Homs", {"Homs City", "City of Homs", "مدينة Homs", "Homs - المدينة", "Homs, Syria"}),
        (
            "parties",
            "al-Nusra",
            {"al-Nusra's forces", "The Nusra", "Forces of al-Nusra", "Nusra air force", "NUSRA cells"},
        ),
        (
            "parties",
            "النظام السوري",
            {"قوات النظام السوري", "ميليشيا النظام السوري", "طائرات النظام السوري", "نظام سوري"},
        ),
    ],
)
def test_what_a_governorate_or_a_party_may_be_called(code_list: str, name: str, called: set[str]) -> None:
    made = _value("also_called", code_list, name, _value("fold", name))
    assert {_value("fold", other) for other in called} <= set(made)  # type: ignore[call-overload]
    assert _value("also_called", "roles", name, _value("fold", name)) is None


@pytest.mark.parametrize(
    ("name", "is_made"), [("Homs", True), ("Damascus", False), ("دمشق", False), ("Rural Damascus", False)]
)
def test_the_land_around_a_city_is_of_its_governorate_but_for_that_of_damascus(name: str, is_made: bool) -> None:
    others = (f"{name} countryside", f"Rural {name}", f"ريف {name}", f"ريف {name} الشرقي")
    called = {_value("fold", other) for other in others}
    made = set(_value("also_called", "governorates", name, _value("fold", name)))  # type: ignore[call-overload]
    assert called <= made if is_made else not called & made


def test_the_ways_to_take_a_list_apart() -> None:
    assert _value("ways_of", "a b, c | d", True) == [
        ["a b, c", "d"],
        ["a b", "c", "d"],
        ["a", "b", "c", "d"],
        ["a b", "c", "d"],
    ]
    assert _value("ways_of", "a / b or c وd", True)[3] == ["a", "b", "c", "d"]  # type: ignore[index]
    assert _value("ways_of", "a, b", False) == [["a, b"], ["a", " b"], ["a, b"]]
    assert _value("ways_of", "a (b) - c", False) == [["a (b) - c"], ["a (b) - c"], ["a ", "b", "c"]]
    assert _value("ways_of", "Unknown (a or b)", False)[3:] == [["a", "b"]]  # type: ignore[index]
    assert _value("ways_of", "إما أ أو ب", False)[3:] == [["أ", "ب"]]  # type: ignore[index]
    assert _value("ways_of", "Unknown (a or b)", True)[4:] == []  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("SDF / coalition", ["SDF ", " coalition"]), ("SDF and coalition", ["SDF", "coalition"]),
        ("SDF & ISIS", ["SDF ", " ISIS"]), ("SDF or ISIS", ["SDF", "ISIS"]), ("قسد والتحالف", ["قسد", "التحالف"]),
        ("قسد و التحالف", ["قسد", "التحالف"]),
        # no mark between words
        ("SDF coalition", ["SDF coalition"]), ("Orlando", ["Orlando"]), ("وزارة الدفاع", ["وزارة الدفاع"]),
    ],
)  # fmt: skip
def test_a_cell_of_one_word_may_name_several(written: str, words: list[str]) -> None:
    assert _value("ways_of", written, False)[:2] == [[written], words]  # type: ignore[index]


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Age (years)", {"age(years)", "age"}),
        ("Age (months)", {"age(months)"}),
        ("Age [in days]:", {"age[indays]:"}),
        ("العمر (بالأشهر)", {"العمر(بالاشهر)"}),
        ("Date of death (day/month/year)", {"dateofdeath(daymonthyear)", "dateofdeath"}),
        ("Party*:", {"party*:", "party"}),
        ("Party (required)", {"party(required)", "party"}),
        ("Governorate [English]", {"governorate[english]", "governorate"}),
        ("Governorate (of death)", {"governorate(ofdeath)", "governorate"}),
        # another column than without what stands there
        ("Governorate (origin)", {"governorate(origin)"}),
        ("المحافظة (الأصل)", {"المحافظه(الاصل)"}),
        ("Age (when arrested)", {"age(whenarrested)"}),
        ("_status", {"_status"}),
        ("victims/age", {"victimsage"}),
        # numbers of questions, and marks of notes below the table
        ("3. Sex", {"3sex", "sex"}),
        ("Q3: Sex", {"q3:sex", "sex"}),
        ("٣- الجنس", {"3الجنس", "الجنس"}),
        ("B) Sex", {"b)sex", "sex"}),
        ("Name¹", {"name¹", "name"}),
        ("Party†:", {"party†:", "party"}),
        ("Age [1]", {"age[1]", "age"}),
        ("الجنس (ذ/أ)", {"الجنس(ذا)", "الجنس"}),
        ("Party (a)", {"party(a)", "party"}),
        ("Age 2", {"age2"}),
        ("A. Age", {"aage", "age"}),
        ("24", {"24"}),
    ],
)
def test_the_keys_of_a_heading(heading: str, keys: set[str]) -> None:
    assert set(_value("heading_keys", heading, False)) - {""} == keys  # type: ignore[call-overload]


def test_in_the_sheet_of_a_form_tool_a_heading_may_be_known_by_its_last_part() -> None:
    assert _value("heading_keys", "victims/age", True)[2] == "age"  # type: ignore[index]
    for mark in "/-.:":
        assert "age" in _value("heading_keys", f"victims{mark}age", True)  # type: ignore[operator]
        for group in ("reporter", "witness_details", "info/Interviewee", "المبلغ"):
            assert "age" not in _value("heading_keys", f"{group}{mark}age", True)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-05-01", datetime(2024, 5, 1)),
        ("2024-05-01T10:20:30.123+03:00", datetime(2024, 5, 1, 10, 20, 30, 123000)),
        ("13/02/2014 ١٤:٣٥", datetime(2014, 2, 13, 14, 35)),
        ("13/02/2014 2:35 PM", datetime(2014, 2, 13, 14, 35)),
        ("13/02/2014 12:35 pm", datetime(2014, 2, 13, 12, 35)),
        ("2025-01-31T21:00:00.000Z", datetime(2025, 2, 1)),
        ("1738357200000", datetime(2025, 2, 1)),
        ("1738316096000", datetime(2025, 1, 31, 9, 34, 56)),
        ("45000.75", datetime(2023, 3, 15, 18)),
        ("45000", datetime(2023, 3, 15)),
        ("14:35", None),
        ("soon", None),
        (None, None),
    ],
)
def test_the_moment_a_cell_gives(written: str | None, moment: datetime | None) -> None:
    assert _value("to_moment", written, "dmy") == moment


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("12", "12", "12"),
        ("10-15", "10", "15"),
        ("10 to 15", "10", "15"),
        ("١٠ – ١٥", "10", "15"),
        ("30+", "30", None),
        ("at least 30", "30", None),
        ("3 or more", "3", None),
        (">= 3", "3", None),
        ("up to 1,200", None, "1200"),
        ("≤5", None, "5"),
        ("about 20", "20", "20"),
        ("~20", "20", "20"),
        ("1,234,567", "1234567", "1234567"),
        # no end that anybody can tell: as it is written, and refused
        (">5", ">5", ">5"),
        ("1,23", "1,23", "1,23"),
        ("a family", "a family", "a family"),
        (None, None, None),
    ],
)
def test_the_ends_of_a_number_that_is_a_range(written: str | None, low: str | None, high: str | None) -> None:
    assert (_value("end_of", written, "low"), _value("end_of", written, "high")) == (low, high)


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_number_with_separators_is_that_number(low: int, high: int) -> None:
    written = f"{low:,}-{high:,}"
    assert (_value("end_of", written, "low"), _value("end_of", written, "high")) == (str(low), str(high))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("03/04/2014", "2014-03-04"),
        ("03/04/2014 14:35", "2014-03-04 14:35:00"),
        ("2014-04-03", "2014-04-03"),
        # a month or a year stays one
        ("2014-03", "2014-03"),
        ("2014", "2014"),
        ("13/04/2014", "13/04/2014 [mdy]"),
        ("soon", "soon [mdy]"),
        (None, None),
    ],
)
def test_a_day_in_a_style_of_its_own(written: str | None, day: str | None) -> None:
    assert _value("iso_day", written, "mdy") == day


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("deaths__list_2015-06-20.csv", date(2015, 6, 20)),
        ("MoH_20240430.xlsx", date(2024, 4, 30)),
        ("list 2015.06.20b.csv", date(2015, 6, 20)),
        # the last of several, and a year alone is none
        ("from_2024-01-01_to_2024-03-31.csv", date(2024, 3, 31)),
        ("press_release_2024_2025-01-02.csv", date(2025, 1, 2)),
        ("deaths__2024.csv", None),
        ("deaths__2024-13-01.csv", None),
        ("deaths__2024-02-30.csv", None),
        ("case_1202405011.csv", None),
    ],
)
def test_the_day_a_file_says_in_its_name(name: str, day: date | None) -> None:
    assert _value("date_in_name", name) == day


@pytest.mark.parametrize(
    ("one", "other", "comparable", "agreeing"),
    [
        (["m", "30", "SY02"], ["m", "31", "SY02"], 3, 2),
        (["m", None, "SY02"], ["m", "31", None], 1, 1),
        ([None, None], [None, None], 0, 0),
        ([], [], 0, 0),
    ],
)
def test_of_what_both_know_how_much_is_the_same(
    one: list[str], other: list[str], comparable: int, agreeing: int
) -> None:
    assert (_value("comparable", one, other), _value("agreeing", one, other)) == (comparable, agreeing)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        (None, "1"),
        ("aleppo", "aleppo-1"),
        ("{folder}", "2024-05-1"),
        ("{name}", "Aleppo-office-1"),
        ("{tab}", "Homs-city-1"),
        ("{office code}", "A-B-1"),
        # where the sheet does not say it, the number stays as it is
        ("{nothing}", "1"),
    ],
)
def test_the_word_before_a_number(word: str | None, number: str) -> None:
    of_sheet = ("2024-05", "deaths__Aleppo office.csv", "Homs city", '{"office code": "A/B"}')
    assert _value("numbered", "1", word, *of_sheet) == number
    assert _value("numbered", None, word, *of_sheet) is None


@pytest.mark.parametrize(
    ("printed", "meant", "slip"),
    [
        (100, 101, True),
        (100, 99, True),
        (15, 51, True),
        (236, 263, True),
        (22, 2, True),
        (2, 22, True),
        (305, 35, True),
        (7, 7, False),
        (102, 111, False),
        (40, 42, False),
        (1000, 10, False),
        (3, -3, False),
        (10, 10.5, False),
    ],
)
def test_one_slip_of_the_pen(printed: float, meant: float, slip: bool) -> None:
    assert _value("is_slip", printed, meant) is slip

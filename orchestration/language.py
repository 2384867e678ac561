"""Numbers, days and forms of words in the languages people read, for findings, alerts and reports alike."""

import re
from collections.abc import Mapping
from datetime import date

from babel import Locale
from babel.dates import format_date, format_interval

LANGUAGES = ("en", "ar")
# months are called as in Syria
LOCALES = {"en": "en", "ar": "ar_SY"}
# around what reads from left to right, as an id, within words that read from right to left
ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"
LATIN = re.compile(r"[A-Za-z]")
TYPED = re.compile(r"`([^`]+)`")


def plural(forms: Mapping[str, str], number: float, language: str) -> str:
    """What is counted, in the form its language has for a number (CLDR's plural rules), with the number in it.

    Args:
        forms: By CLDR's name of the form (`one`, `few`, `other`, …) a text with `{n}`; `zero` also where CLDR has none.
        number: The number.
        language: `en` or `ar`.
    """
    form = "zero" if number == 0 and "zero" in forms else Locale(language).plural_form(number)
    return forms.get(form, forms["other"]).format(n=digits(number))


def digits(number: float, decimals: int = 2) -> str:
    """A number as it is printed in either language: thousands with a comma, decimals where it has some."""
    number = round(number, decimals)
    return f"{int(number):,}" if number == int(number) else f"{number:,}"


def day(of: date, language: str) -> str:
    """A day in words."""
    return format_date(of, "d LLLL y", locale=LOCALES[language])


def month(of: date, language: str) -> str:
    """A month in words, with its year."""
    return f"{format_date(of, 'LLLL', locale=LOCALES[language])} {of.year}"


def stretch(first: date, last: date, language: str) -> str:
    """Some months in words; a year that they have in common is said once."""
    return format_interval(first, last, "yMMMM", locale=LOCALES[language]).replace("\u2009", " ")


def isolated(text: str, language: str) -> str:
    """A text that stays as it is written, as an id; set apart where it stands among words of the other direction."""
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if language == "ar" and LATIN.search(text) else text


def typed(text: str, language: str) -> str:
    """A text in which what is to be typed as it stands, in `backticks`, is set apart."""
    return TYPED.sub(lambda found: isolated(found[1], language), text)

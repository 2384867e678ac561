"""Whether a JSON document is one page of a longer list, as programs hand one out, whatever they call it."""

import re
from collections.abc import Iterator
from typing import Any

# the names under which programs say that a list goes on, that it began before, how many pages there are and which this
# is, how long the whole list is, and how much a page holds: in small letters, without anything else
GOES_ON = re.compile(
    r"(odata)?next(page)?(url|uri|link|href|token|cursor|offset|start|key|id|recordsurl)?|continuation(token)?"
    r"|has(more|next)(page|pages|records|items|results|data)?|more(available|records|items|results|data)?"
    r"|(is)?truncated|exceededtransferlimit"
)
BEGAN_BEFORE = re.compile(
    r"prev(ious)?(page)?(url|uri|link|href|token|cursor|offset|recordsurl)?|has(prev|previous)(page)?"
)
IS_LAST = re.compile(r"(is)?last(page)?|done|(is)?complete")
PAGES = re.compile(r"(total|num|numberof|last)pages?(no|number)?|pages?(count|total)|pages")
PAGE = re.compile(r"(current)?page(no|num|number)?")
OFFSET = re.compile(r"offset|skip|startat|fromrecord")
WHOLE = re.compile(
    r"(odata)?count|total(count|results?|records|elements|items|hits|rows|size|entries|number|submissions|features)?"
    r"|(records?|results?|items?|rows|entries)(total|count)|num(ber)?(found|matched|of(records|results|items))|found"
)
HOLDS = re.compile(r"limit|(max)?pagesize|size|(max)?(per|rows)(page|perpage)|maxresults|itemsperpage|resultsperpage")
# what else programs say of a list, and of how they came by it
BESIDE = (
    "(first|last)(page)?(url|uri|link|href)?|self|path|from|to|links?|odatacontext"
    "|status|success|ok|message|errors?|code|version"
)
ABOUT = "|".join(
    [*(each.pattern for each in (GOES_ON, BEGAN_BEFORE, IS_LAST, PAGES, PAGE, OFFSET, WHOLE, HOLDS)), BESIDE]
)
"""The names, in small letters, of what is said of a list, as a pattern."""
NOTHING = (None, False, "", 0, "0", "false", "null")


def note(around: Any, here: int) -> str | None:
    """The sentence that says that a list is a page of a longer one; None where nothing says so.

    Args:
        around: What stands around the list, without it.
        here: How many entries it has.
    """
    values = [(re.sub(r"[^a-z]", "", name.lower()), value) for name, value in _named_values(around)]
    numbers = [(name, number) for name, value in values if (number := _number(value)) is not None]
    whole = max((number for name, number in numbers if WHOLE.fullmatch(name)), default=None)
    is_page = (
        any(value not in NOTHING for name, value in values if GOES_ON.fullmatch(name) or BEGAN_BEFORE.fullmatch(name))
        or any(value is False for name, value in values if IS_LAST.fullmatch(name))
        or any(number > 1 for name, number in numbers if PAGES.fullmatch(name) or PAGE.fullmatch(name))
        or any(number > 0 for name, number in numbers if OFFSET.fullmatch(name))
        # a full page of which nobody says how many there are
        or (whole is None and any(number == here for name, number in numbers if HOLDS.fullmatch(name)))
    )
    if not is_page and (whole is None or whole <= here):
        return None
    how_many = f"{here:,} of {whole:,} submissions" if whole and whole > here else f"its first {here:,} submissions"
    return f"it is a page of a longer list: {how_many} were read; the other pages were expected beside it"


def _named_values(around: Any) -> Iterator[tuple[str, Any]]:
    """Every name with its value; that of a link is its address, `{"next": {"href": …}}` or `[{"rel": "next", …}]`."""
    for name, value in around.items() if isinstance(around, dict) else ():
        if isinstance(value, dict):
            yield from _named_values(value)
            yield name, value.get("href")
        elif isinstance(value, list):
            yield from (
                (str(link["rel"]), link.get("href")) for link in value if isinstance(link, dict) and "rel" in link
            )
        else:
            yield name, value


def _number(value: Any) -> int | None:
    """A whole number, written as one or as text."""
    return int(value) if re.fullmatch(r"\d{1,12}", str(value)) else None

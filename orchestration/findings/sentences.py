"""A finding as a sentence in the reader's language: names for codes, both numbers, and what they are of.

A finding's subject is its key for life, and is written in a small language of its own, as
`deaths, governorate SY02: share`. It is taken apart by the forms in `wording.yml`, and said in the words beside them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from orchestration.dimensions import DIMENSIONS
from orchestration.findings.names import Names, columns, counted, wording
from orchestration.judge.rules import Rule, declared_rules
from orchestration.language import day, digits, isolated, month, stretch, typed

DIMENSION = "|".join(name.replace("_", "[_ -]") for name in DIMENSIONS)
MEMBER = rf"(?:{DIMENSION}|month|place|counting|by)"
# what a subject may have in braces, as it is written there
SLOTS = {
    "measure": r"\w+",
    "members": rf"(?:, {MEMBER} [^,:]+?)*",
    "dimension": "|".join(name.replace("_", "[_ -]") for name in wording()["called"]["dimension"]),
    "unknown": r"\w+",
    "category": r"[^,]+",
    "kind": "|".join(wording()["called"]["kind"]),
    "line": r"[^/]+(?:/[^/]+)?",
    "list": r"[a-z_]+",
    "code": r"\w+",
    "column": r"\w+",
    "unit": r"\w+",
    "document": r".+",
    "file": r"file [0-9a-f]{8}",
    "files": r"file [0-9a-f]{8}(?:, file [0-9a-f]{8})*",
    "path": r"[\w/-]+\.(?:csv|yml)",
    "id": r"\S+",
    "key": r"[0-9a-f]{6}",
    "n": r"\d+",
    "step": r"[+-]\d+",
    "day": r"\d{4}-\d\d-\d\d",
    "month": r"\d{4}-\d\d",
    "contract": r".+",
    "changes": r"\S+: .+ became .+",
    "words": r".+",
    "reason": r".+",
    "heading": r"[a-z_]+",
    "location": r".+",
}
SLOT = re.compile(r"\{([a-z]+)(\d?)\}")
# how a file is called, which is written as it is
A_PATH = re.compile(r"[\w/-]+\.(?:csv|yml)\b")
NEITHER = (None, "", "total", "all")


@dataclass(frozen=True)
class Phrase:
    """One line of the table of words.

    Attributes:
        form: What it is written as.
        words: By language, what it says.
        of: What its numbers count; empty where a number is only a number.
        says_category: Whether it says of whom it is by itself.
        finds: What is found where less (-1) or more (1) was observed than expected, where it has words of its own.
    """

    form: re.Pattern[str]
    words: Mapping[str, str]
    of: str
    says_category: bool
    finds: Mapping[int, Mapping[str, str]]


class Count:
    """A number within a sentence: `{observed}`, or with what is counted, `{observed:rows}`."""

    def __init__(self, number: float | None, language: str, of: str = "") -> None:
        self._number, self._language, self._of = number, language, of

    def __format__(self, noun: str) -> str:
        if self._number is None:
            return str(wording()["frames"]["nothing"][self._language])
        of = noun or self._of
        return counted(self._number, of, self._language) if of else digits(self._number)


class Sentences:
    """Says the findings of one data root.

    Args:
        names: What codes and documents are called there.
    """

    def __init__(self, names: Names) -> None:
        self._names = names

    def sentence(self, row: Mapping[str, Any], language: str) -> str:
        """A finding in one sentence: of what it is, of when, and what was found.

        Args:
            row: A finding: `rule_id`, `severity`, `subject`, `measure`, `category`, `period_kind`, `period_start`,
                `period_end`, `document`, `published_on`, `expected`, `observed` and `signature`.
            language: `en` or `ar`.
        """
        rule = _rules().get(row["rule_id"])
        phrase, values = _taken_apart("subjects", row["subject"])
        context = self._context(row, rule, phrase.of if phrase else "", language)
        what = self._in_words("subjects", row["subject"], language, row, context)
        if not (phrase and phrase.says_category) and row["category"] not in {*NEITHER, *values.values()}:
            what = self._of_category(what, row["category"], language)
        if when := period(row["period_kind"], row["period_start"], row["period_end"], language):
            what = _framed("in_period", language, what=what, period=when)
        if row["document"]:
            what = _framed("in_document", language, document=self._document(row, language), what=what)
        finds = self._finds(row, rule, phrase, values.get("dimension"), language, context)
        written = _framed("sentence", language, what=what, finds=finds) if finds else what
        begins = written[:1] if A_PATH.match(written) else written[:1].upper()
        return typed(begins + written[1:], language)

    def reason(self, text: str, language: str) -> str:
        """Why a line that people keep by hand is not clear; in Arabic only that it is not where no form is known."""
        if _taken_apart("reasons", text)[0]:
            return typed(self._in_words("reasons", text, language, {}, {}), language)
        return _framed("unclear", language, reason=text)

    def _context(self, row: Mapping[str, Any], rule: Rule | None, of: str, language: str) -> dict[str, Any]:
        """What the words of any subject or rule may name."""
        return {
            "expected": Count(row["expected"], language, of),
            "observed": Count(row["observed"], language, of),
            "rule": rule.name[language] if rule else isolated(row["rule_id"], language),
            "rule_id": isolated(row["rule_id"], language),
        }

    def _finds(
        self,
        row: Mapping[str, Any],
        rule: Rule | None,
        phrase: Phrase | None,
        dimension: str | None,
        language: str,
        context: dict[str, Any],
    ) -> str:
        """What was found: in the subject's or the rule's own words, or both numbers beside each other."""
        expected, observed = row["expected"], row["observed"]
        if expected is None and observed is None:
            return ""
        sign = 0 if None in (expected, observed) else (observed > expected) - (observed < expected)
        if phrase and sign in phrase.finds:
            return phrase.finds[sign][language]
        own = rule.finds.get(language) if rule else None
        frame = own or _frame(row, rule, bool(dimension), language)
        parts = self._names.called("dimension", _key(dimension), language) if dimension else ""
        bound = _framed("no_less" if sign < 0 else "no_more", language)
        finds = frame.format(**context, bound=bound, dimension=parts)
        is_ordinal = bool(rule and rule.is_ordinal)
        is_own_equal = not own or "{expected" in own and "{bound" not in own
        is_to_be_met = is_own_equal and not (is_ordinal or _is_at_most(rule))
        is_compared = bool(expected and sign and is_to_be_met)
        if is_compared:
            more = _framed("more" if sign > 0 else "less", language, n=digits(abs(observed - expected)))
            finds = _framed("and_so", language, finds=finds, more=more)
        if row["signature"] and not is_ordinal:
            looks = self._in_words("signatures", row["signature"], language, row, context)
            finds = _framed("looks_like" if is_compared else "and_so", language, finds=finds, more=looks)
        return finds

    def _of_category(self, what: str, category: str, language: str) -> str:
        if category in wording()["called"]["kind"]:
            return _framed("of_kind", language, what=what, kind=self._names.called("kind", category, language))
        called = self._names.called("category", category, language)
        return _framed("of_category", language, what=what, category=called)

    def _document(self, row: Mapping[str, Any], language: str) -> str:
        """A document by its title and its day, as far as they are known."""
        document = self._cited(row["document"], language)
        published = row.get("published_on")
        return _framed("dated", language, document=document, day=day(published, language)) if published else document

    def _cited(self, document: str, language: str) -> str:
        title = self._names.title(document, language)
        return title or _framed("document", language, document=isolated(document, language))

    def _in_words(
        self, section: str, text: str, language: str, row: Mapping[str, Any], context: Mapping[str, Any]
    ) -> str:
        """A text in the words of a section; as it is written where the section has no form for it."""
        phrase, values = _taken_apart(section, text)
        if not phrase:
            return isolated(text, language)
        slots = {name: self._slot(name.rstrip("23"), value, language, row) for name, value in values.items()}
        if values.get("measure") == "deaths" and ", counting " in values.get("members", ""):
            slots["measure"] = self._names.called("kind", "deaths", language)  # and not of civilians alone
        if "step" in values:
            slots["printed"] = Count(float(values["n2"]) - float(values["step"]), language)
        return phrase.words[language].format(**{**context, **slots})

    def _slot(self, slot: str, text: str, language: str, row: Mapping[str, Any]) -> Any:
        """What stands in braces, as it is said."""
        say: dict[str, Callable[[], Any]] = {
            "members": lambda: self._members(text, language, row["period_end"]),
            "dimension": lambda: self._names.called("dimension", _key(text), language),
            "line": lambda: self._line(text, language, row["period_end"]),
            "unknown": lambda: wording()["called"]["unknown"][text][language],
            "code": lambda: self._names.of_any_list(text, language),
            "column": lambda: columns().get(text, {}).get(language) or isolated(text.replace("_", " "), language),
            "document": lambda: self._cited(text, language),
            "file": lambda: _file(text, language),
            "files": lambda: _framed("comma", language).join(_file(each, language) for each in text.split(", ")),
            "reason": lambda: self.reason(text, language),
            "words": lambda: _framed("comma", language).join(isolated(each, language) for each in text.split(", ")),
            "location": lambda: self._location(text, language),
            "n": lambda: Count(float(text), language),
            "day": lambda: day(date.fromisoformat(text), language),
            "month": lambda: month(date.fromisoformat(f"{text}-01"), language),
            "changes": lambda: self._changes(text, language),
            "contract": lambda: self._in_words("contracts", text, language, row, {}),
        }
        if slot in ("measure", "category", "kind", "list"):
            return self._names.called(slot, text, language)
        return say[slot]() if slot in say else isolated(text, language)

    def _changes(self, text: str, language: str) -> str:
        """What records said, and say now: `SYN-1: f 27 SY13 became m 11 SY02; …`."""
        changes = []
        for record_id, was, now in re.findall(r"(\S+): (.+?) became (.+?)(?:; |$)", text):
            values = [
                _framed("comma", language).join(self._names.of_any_list(word, language) for word in words.split())
                for words in (was, now)
            ]
            changes.append(_framed("became", language, id=isolated(record_id, language), was=values[0], now=values[1]))
        return _framed("comma", language).join(changes)

    def _location(self, text: str, language: str) -> str:
        """Where in a document, part by part: `table 3`, `IV.B` of a chapter, `place 1a2b3c`."""
        called, words = wording()["called"]["location"], text.split(" ")
        parts = [str(called.get(word.lower(), {}).get(language) or isolated(word, language)) for word in words]
        if words[0] == "place":
            return f"{parts[0]} ({parts[1]})"
        return " ".join(parts if words[0].lower() in called else [called["chapter"][language], *parts])

    def _line(self, text: str, language: str, on: date | None) -> str:
        """A printed line of a list of parties, which may be a part of another: `other/jordan`."""
        party, _, part = text.partition("/")
        named = [("party", party), *([("sub_party", part)] if part else [])]
        return _framed("comma", language).join(self._names.called(what, code, language, on) for what, code in named)

    def _members(self, text: str, language: str, on: date | None) -> str:
        """What a subject is further distinguished by: `, party sdf, governorate SY02`."""
        marks = ""
        for kind, code in re.findall(rf", ({MEMBER}) ([^,:]+)", text):
            marks += _framed("comma", language) + self._member(_key(kind), code, language, on)
        return marks

    def _member(self, kind: str, code: str, language: str, on: date | None) -> str:
        if kind == "month":
            return month(date.fromisoformat(f"{code[:7]}-01"), language)
        if kind == "by":
            ways = wording()["called"]["way"]
            if code in ways:
                return str(ways[code][language])
            return _framed("according_to", language, who=self._names.called("claimant", code, language))
        return self._names.called("scope" if kind == "counting" else kind, code, language, on)


def period(kind: str, first: date | None, last: date | None, language: str) -> str:
    """A period in words; nothing of a finding that is of none."""
    words = wording()["called"]["period"]
    if first is None or last is None or kind in ("day", "run"):
        return ""
    if kind == "month":
        return month(first, language)
    if kind == "year":
        return str(first.year)
    if kind == "half_year":
        return str(words["half_year"][language][first.month > 6]).format(year=first.year)
    is_of_months = first.day == 1 and date.fromordinal(last.toordinal() + 1).day == 1
    return stretch(first, last, language) if is_of_months else f"{day(first, language)} – {day(last, language)}"


def _frame(row: Mapping[str, Any], rule: Rule | None, is_of_parts: bool, language: str) -> str:
    """How two numbers are said where the rule has no words of its own for them."""
    if row["severity"] == "Q":
        name = "rows"
    elif is_of_parts:
        name = "parts"
    elif _is_at_most(rule):
        name = "at_most"
    else:
        name = "none" if row["expected"] == 0 else "equal"
    return str(wording()["frames"][name][language])


def _is_at_most(rule: Rule | None) -> bool:
    """Whether what is expected is a bound, and no number to be met."""
    return rule is not None and "greater_than_b" in rule.expectation["type"]


def _framed(name: str, language: str, **words: str) -> str:
    return str(wording()["frames"][name][language]).format(**words)


def _file(text: str, language: str) -> str:
    """A file by its key; `casebook status` says which it is."""
    key = text if language == "en" else isolated(text.removeprefix("file "), language)
    return _framed("file", language, file=key)


def _key(dimension: str) -> str:
    return dimension.replace(" ", "_").replace("-", "_")


@lru_cache(maxsize=4096)
def _taken_apart(section: str, text: str | None) -> tuple[Phrase | None, Mapping[str, str]]:
    """The first line of a section whose form a text has, and what stands in its braces."""
    for phrase in _phrases(section):
        if found := phrase.form.fullmatch(text or ""):
            return phrase, found.groupdict()
    return None, {}


@cache
def _phrases(section: str) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(
            _form(each["is"]),
            each,
            each.get("of", ""),
            each.get("category") == "said",
            {sign: each[name] for sign, name in ((-1, "below"), (1, "above")) if name in each},
        )
        for each in wording()[section]
    )


def _form(written: str) -> re.Pattern[str]:
    """A form as a pattern, each brace as the group of its name."""
    parts, at = [], 0
    for slot in SLOT.finditer(written):
        parts += [re.escape(written[at : slot.start()]), f"(?P<{slot[1]}{slot[2]}>{SLOTS[slot[1]]})"]
        at = slot.end()
    return re.compile("".join([*parts, re.escape(written[at:])]))


@cache
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in declared_rules()}

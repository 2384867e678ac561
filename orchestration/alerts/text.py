"""An alert as a person reads it: one line, and plain text beneath it or HTML beside that, in English or Arabic.

For a program that reads it, the same as data. Its words stand with those of findings, in `findings/wording.yml`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from orchestration import findings
from orchestration.findings import counted, wording
from orchestration.judge.rules import declared_rules
from orchestration.language import END_OF_ISOLATE, day, digits, isolated, month, stretch, typed

Message = dict[str, Any]
LISTED, FEW = 20, 5
# so many of the months that a cause holds
NAMED = 2
RIGHT_TO_LEFT = "\u200f"
ADDRESS = re.compile(rf"https?://[^\s{END_OF_ISOLATE}]+")
# what a program is given of a message, and of each change in it
OF_MESSAGE = ("message_id", "kind", "owners", "business_date", "run_id", "run_url", "is_blocked", "held", "released_on")
OF_CHANGE = (
    "change", "finding_id", "rule_id", "severity", "told_as", "status", "document", "period_start", "period_end",
    "subject", "measure", "category", "expected", "observed", "difference", "signature", "message", "message_ar",
    "owner", "first_seen", "last_seen", "occurrences", "record_ids", "runbook", "check_url", "touches", "caused_by",
)  # fmt: skip


def title(message: Message, language: str) -> str:
    """One line: the most telling change, and how many more there are."""
    changes = _folded(message)
    standing = [change for change in changes if change["change"] != "resolved"]
    head = next(iter(standing or changes), None)
    parts = [_say("digest", language)] if message["kind"] == "digest" else []
    if message["kind"] == "backfill":
        first, last = (date.fromisoformat(message[f"{name}_month"]) for name in ("first", "last"))
        parts = [_say("backfill", language, months=stretch(first, last, language))]
    if message["kind"] == "rollback":
        parts = [
            _say("rollback", language, **message["rollback"] | {"day": _day(message["rollback"]["day"], language)})
        ]
    if head:
        parts += [_say("all_healed", language)] if not standing else []
        parts.append(
            f"{isolated(head['rule_id'], language)} {sentence(head, language)}{rules_that_follow(head, language)}"
        )
    more = f" ({_say('and', language, count=digits(len(changes) - 1))})" if len(changes) > 1 else ""
    return ": ".join(parts) + more


def body(message: Message, language: str) -> str:
    """Plain text: the most telling change in full, the others a line each, and where to look."""
    lines = [*_release(message, language), *_months(message, language)]
    changes = _folded(message)
    standing = [change for change in changes if change["change"] != "resolved"]
    for change in standing[:1]:
        lines += [*_in_full(change, language), ""]
    rest = [*standing[1:], *(change for change in changes if change["change"] == "resolved")]
    for change in rest[: LISTED - 1]:
        lines += [_in_short(change, language), *_following(change, language)]
    if len(rest) > LISTED - 1:
        lines.append(_say("more", language, count=digits(len(rest) - LISTED + 1)))
    lines += [*([""] if rest else []), *([_link("run", message["run_url"], language)] if message["run_url"] else [])]
    lines.append(_say("message", language, number=isolated(message["message_id"], language)))
    mark = RIGHT_TO_LEFT if language == "ar" else ""
    return "\n".join(mark + line if line else "" for line in lines).strip("\n")


def html(message: Message, language: str) -> str:
    """The same as HTML: the numbers of what stands in a table, and the plain text beneath it."""
    columns = ("what", "expected", "observed", "difference")
    numbered = [each for each in _folded(message) if each["change"] != "resolved" and each["difference"] is not None]
    rows = "".join(
        _numbers(each, columns[1:], language, depth=0)
        + "".join(_numbers(of_it, columns[1:], language, depth=1) for of_it in each["follow"][:FEW])
        for each in numbered[:LISTED]
    )
    head = "".join(f'<th style="padding:4px 8px" align="start">{_say(name, language)}</th>' for name in columns)
    table = f'<table style="border-collapse:collapse" border="1"><tr>{head}</tr>{rows}</table>' if rows else ""
    lines = "<br>".join(_linked(line.removeprefix(RIGHT_TO_LEFT)) for line in body(message, language).splitlines())
    direction = "rtl" if language == "ar" else "ltr"
    return f'<html lang="{language}"><body dir="{direction}">{table}<p>{lines}</p></body></html>'


def data(message: Message) -> dict[str, Any]:
    """The same for a program: what the message is of, and each change once, by cause, in both languages."""
    changes = [_as_data(each) | {"consequences": [*map(_as_data, each["consequences"])]} for each in _folded(message)]
    content = {name: message.get(name) for name in OF_MESSAGE} | {"findings": changes}
    return json.loads(json.dumps(content, default=str))  # days as ISO text, as in a message that has waited


def _as_data(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: change.get(name) for name in OF_CHANGE}


def _numbers(change: Mapping[str, Any], names: Sequence[str], language: str, depth: int) -> str:
    """A row of the table: what was found, set in where it follows from the row above, and its numbers."""
    start, cell = ("right" if language == "ar" else "left"), '<td style="padding:4px 8px"'
    what = f"{isolated(change['rule_id'], language)} {escape(sentence(change, language))}"
    # from left to right in Arabic too: the sign of a number stands before it
    amounts = "".join(f'{cell} align="right" dir="ltr">{_amount(change[name])}</td>' for name in names)
    return f'<tr><td style="padding:4px 8px;padding-{start}:{8 + 24 * depth}px">{what}</td>{amounts}</tr>'


def trial(language: str, on: str) -> tuple[str, str]:
    """Title and body of a message that only shows that a channel works."""
    return _say("test", language), _say("test_body", language, day=_day(on, language))


def sentence(cause: Mapping[str, Any], language: str, is_numbered: bool = False) -> str:
    """What was found, with what follows from it and in how many other periods it was found.

    Args:
        cause: A row of `findings.folded` or of `findings.causes`.
        language: `en` or `ar`.
        is_numbered: Whether the findings that follow from it are named by their numbers too.
    """
    text = str(cause["message_ar" if language == "ar" else "message"])
    if holds := cause.get("holds"):
        months = [_held(each, number, language, is_numbered) for each, number in list(holds.items())[:NAMED]]
        more = f" {_say('and', language, count=digits(len(holds) - NAMED))}" if len(holds) > NAMED else ""
        text += _say("holds", language, months=_say("comma", language).join(months) + more)
    if cause.get("periods", 1) > 1:
        text += _say("elsewhere", language, periods=counted(cause["periods"] - 1, "periods", language))
        if cause["first_period"]:
            first, last = (date.fromisoformat(str(cause[f"{name}_period"])[:10]) for name in ("first", "last"))
            text += _say("from", language, months=stretch(first, last, language))
    return text


def rules_that_follow(cause: Mapping[str, Any], language: str) -> str:
    """Which rules speak of what follows from a cause, for a line that tells it alone; nothing where none does."""
    rules = dict.fromkeys(isolated(each["rule_id"], language) for each in cause["follow"])
    return _say("follow", language, rules=_say("comma", language).join(rules)) if rules else ""


def _held(key: str, number: str, language: str, is_numbered: bool) -> str:
    """A month that a cause holds, and the number of the finding that says so."""
    text = month(date.fromisoformat(f"{key}-01"), language)
    return _say("numbered", language, text=text, number=isolated(number, language)) if is_numbered else text


def _say(key: str, language: str, **words: str) -> str:
    """Words of the table, with what varies in them."""
    return typed(str(wording()["alerts"][key][language]).format(**words), language)


def _day(of: str, language: str) -> str:
    return day(date.fromisoformat(str(of)), language)


def _link(key: str, link: str, language: str) -> str:
    return _say(key, language, link=isolated(link, language))


def _linked(line: str) -> str:
    """A line as HTML, in which an address is a link."""
    return ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(line))


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"


def _release(message: Message, language: str) -> Iterator[str]:
    held = message.get("held", {}).get(language, [])  # messages of earlier versions do not say
    yield from held[:FEW]
    if len(held) > FEW:
        yield _say("held", language, count=digits(len(held) - FEW))
    if message["is_blocked"]:
        on = message["released_on"]
        yield _say("blocked", language, day=_day(on, language)) if on else _say("never", language)
    if held or message["is_blocked"]:
        yield ""


def _months(message: Message, language: str) -> Iterator[str]:
    if message["kind"] not in ("backfill", "rollback"):
        return
    months: Sequence[dict[str, Any]] = message["months"]
    yield _say("changed_months" if months else "no_months", language)
    for each in months[:LISTED]:
        of = month(date.fromisoformat(f"{each['month']}-01"), language)
        before, after = (_number(each[name]) for name in ("before", "after"))
        yield _say("of_month", language, month=of, before=before, after=after)
    if len(months) > LISTED:
        yield _say("and", language, count=digits(len(months) - LISTED))
    yield ""


def _in_full(change: dict[str, Any], language: str) -> Iterator[str]:
    yield _say("in_full", language, **_heading(change, language))
    yield from _following(change, language)
    rule = next((each for each in declared_rules() if each.id == change["rule_id"]), None)
    if rule:
        holds = rule.sentence if language == "en" else rule.sentence_ar
        yield _say("rule", language, id=isolated(rule.id, language), name=rule.name[language], sentence=holds)
    owner = wording()["called"]["owner"].get(change["owner"], {}).get(language, change["owner"])
    number, runs = isolated(change["finding_id"], language), counted(change["occurrences"], "runs", language)
    yield _say("since", language, day=_day(change["first_seen"], language), runs=runs, owner=owner, number=number)
    if change["document"]:
        yield _say("own", language)
    if change["record_ids"]:
        records = [isolated(each, language) for each in change["record_ids"][:LISTED]]
        yield _say("records", language, records=_say("comma", language).join(records))
    yield _link("do", change["runbook"], language)
    if change["check_url"]:
        yield _link("check", change["check_url"], language)
    yield _say("seen", language, number=change["finding_id"])


def _following(cause: Mapping[str, Any], language: str) -> Iterator[str]:
    """What follows from a cause, a line each."""
    for change in cause["follow"][:FEW]:
        marks = {name: isolated(change[key], language) for name, key in (("rule", "rule_id"), ("number", "finding_id"))}
        grave = _say(change["severity"], language)
        yield f"  {_say('follows', language, severity=grave, sentence=sentence(change, language), **marks)}"
    if len(cause["follow"]) > FEW:
        yield f"  {_say('more', language, count=digits(len(cause['follow']) - FEW))}"


def _in_short(change: dict[str, Any], language: str) -> str:
    marks = {name: isolated(change[key], language) for name, key in
            (("rule", "rule_id"), ("number", "finding_id"), ("link", "runbook"))}  # fmt: skip
    return _say("in_short", language, **marks, **_heading(change, language))


def _heading(change: dict[str, Any], language: str) -> dict[str, str]:
    """What became of a finding, how grave it is, and what was found."""
    what, grave = (_say(change[name], language) for name in ("change", "told_as"))
    return {"change": what, "severity": grave, "sentence": sentence(change, language)}


def _folded(message: Message) -> list[dict[str, Any]]:
    """The changes of a message by cause; its periods were days when it was written, and are texts where it waited."""
    return findings.folded(message["changes"])


def _number(value: int | None) -> str:
    return "–" if value is None else digits(value)

"""An alert as a person reads it: one line, and plain text beneath it or HTML beside that, in English or Arabic.

For a program that reads it, the same as data.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from orchestration import findings

Message = dict[str, Any]
LISTED, FEW = 20, 5
# so many of the months that a cause holds
NAMED = 2
RIGHT_TO_LEFT = "\u200f"
# what a program is told of a message, and of each change in it
OF_MESSAGE = ("message_id", "kind", "owners", "business_date", "run_id", "run_url", "is_blocked", "held", "released_on")
OF_CHANGE = (
    "change", "finding_id", "rule_id", "severity", "status", "document", "period_start", "period_end", "subject",
    "measure", "category", "expected", "observed", "difference", "signature", "message", "message_ar", "owner",
    "first_seen", "last_seen", "occurrences", "record_ids", "runbook", "check_url", "touches", "caused_by",
)  # fmt: skip
WORDS = {
    "en": {
        "opened": "new", "worsened": "worse", "reopened": "back again", "resolved": "healed",
        "B": "blocks", "Q": "blocks: too many rows refused", "A": "alert", "W": "to look at",
        "digest": "To look at", "backfill": "Backfill {first} to {last}",
        "rollback": "Rolled back to the release of {day}, by {who}: {why}", "all healed": "Healed",
        "more": "and {count} more: casebook findings --open", "and": "and {count} more",
        "blocked": "Nothing of this run is published: readers keep the release of {day}.",
        "never": "Nothing of this run is published, and nothing was before.",
        "held": "and {count} more are held: casebook status",
        "elsewhere": "; and in {count} more periods", "from": ", {first} to {last}", "holds": "; holds {months}",
        "comma": ", ",
        "changed months": "Months whose deaths changed", "before": "before", "after": "after",
        "no months": "No month's deaths changed.",
        "rule": "Rule", "since": "since {day}, runs that found it: {count}", "owner": "owner",
        "touches": "Touches", "own": "A printed number: our own figures are not affected.",
        "records": "Records", "do": "What to do", "check": "The check", "run": "The run",
        "seen": "Seen it? casebook acknowledge {number} --by … --why …", "finding": "finding", "message": "message",
        "what": "What", "expected": "Expected", "observed": "Found", "difference": "Difference",
        "test": "Casebook can reach this channel",
        "test body": "A test that somebody asked for on {day}: nothing is wrong, and nothing is to be done.",
    },
    "ar": {
        "opened": "جديد", "worsened": "أسوأ", "reopened": "عاد من جديد", "resolved": "زال",
        "B": "يمنع النشر", "Q": "يمنع النشر: صفوف مرفوضة كثيرة", "A": "تنبيه", "W": "للاطلاع",
        "digest": "للاطلاع", "backfill": "إعادة بناء الأشهر من {first} إلى {last}",
        "rollback": "أعيد إصدار {day}، بقرار {who}: {why}", "all healed": "زال",
        "more": "و{count} غيرها: casebook findings --open", "and": "و{count} غيرها",
        "blocked": "لم يُنشر شيء من هذا التشغيل: يبقى للقرّاء إصدار {day}.",
        "never": "لم يُنشر شيء من هذا التشغيل، ولا شيء قبله.",
        "held": "و{count} غيرها محجوزة: casebook status",
        "elsewhere": "؛ وفي {count} فترات أخرى", "from": " من {first} إلى {last}", "holds": "؛ يحجز {months}",
        "comma": "، ",
        "changed months": "أشهر تغيّر عدد قتلاها", "before": "قبل", "after": "بعد",
        "no months": "لم يتغيّر عدد القتلى في أي شهر.",
        "rule": "القاعدة", "since": "منذ {day}، عدد مرات ظهوره {count}", "owner": "المسؤول",
        "touches": "يمسّ", "own": "رقم منشور: أرقامنا نحن لا تتأثر.",
        "records": "السجلات", "do": "ما العمل", "check": "الفحص", "run": "التشغيل",
        "seen": "هل اطّلعت عليه؟ casebook acknowledge {number} --by … --why …", "finding": "رقم", "message": "رسالة",
        "what": "الملاحظة", "expected": "المتوقع", "observed": "الموجود", "difference": "الفرق",
        "test": "يصل كيسبوك إلى هذه القناة",
        "test body": "رسالة اختبار طُلبت يوم {day}: لا خلل، ولا يلزم أي إجراء.",
    },
}  # fmt: skip


def title(message: Message, language: str) -> str:
    """One line: the most telling change, and how many more there are."""
    words, changes = WORDS[language], _folded(message)
    standing = [change for change in changes if change["change"] != "resolved"]
    head = next(iter(standing or changes), None)
    parts = [words["digest"]] if message["kind"] == "digest" else []
    if message["kind"] == "backfill":
        parts = [words["backfill"].format(first=message["first_month"][:7], last=message["last_month"][:7])]
    if message["kind"] == "rollback":
        parts = [words["rollback"].format(**message["rollback"])]
    if head:
        parts += [words["all healed"]] if not standing else []
        parts.append(f"{head['rule_id']} {sentence(head, language)}")
    more = f" ({words['and'].format(count=len(changes) - 1)})" if len(changes) > 1 else ""
    return ": ".join(parts) + more


def body(message: Message, language: str) -> str:
    """Plain text: the most telling change in full, the others a line each, and where to look."""
    words = WORDS[language]
    lines = [*_release(message, words, language), *_months(message, words)]
    changes = _folded(message)
    standing = [change for change in changes if change["change"] != "resolved"]
    for change in standing[:1]:
        lines += [*_in_full(change, words, language), ""]
    rest = [*standing[1:], *(change for change in changes if change["change"] == "resolved")]
    lines += [_in_short(change, words, language) for change in rest[: LISTED - 1]]
    if len(rest) > LISTED - 1:
        lines.append(words["more"].format(count=len(rest) - LISTED + 1))
    lines += ["", *([f"{words['run']}: {message['run_url']}"] if message["run_url"] else [])]
    lines.append(f"{words['message']} {message['message_id']}")
    mark = RIGHT_TO_LEFT if language == "ar" else ""
    return "\n".join(mark + line if line else "" for line in lines).strip("\n")


def html(message: Message, language: str) -> str:
    """The same as HTML: the numbers of what stands in a table, and the plain text beneath it."""
    words = WORDS[language]
    columns = ("what", "expected", "observed", "difference")
    numbered = [each for each in _folded(message) if each["change"] != "resolved" and each["difference"] is not None]
    rows = "".join(
        "<tr>"
        + f'<td style="padding:4px 8px">{escape(str(each["rule_id"]))} {escape(sentence(each, language))}</td>'
        + "".join(f'<td style="padding:4px 8px" align="right">{_amount(each[name])}</td>' for name in columns[1:])
        + "</tr>"
        for each in numbered[:LISTED]
    )
    head = "".join(f'<th style="padding:4px 8px" align="start">{words[name]}</th>' for name in columns)
    table = f'<table style="border-collapse:collapse" border="1"><tr>{head}</tr>{rows}</table>' if rows else ""
    lines = "<br>".join(escape(line.removeprefix(RIGHT_TO_LEFT)) for line in body(message, language).splitlines())
    direction = "rtl" if language == "ar" else "ltr"
    return f'<html lang="{language}"><body dir="{direction}">{table}<p>{lines}</p></body></html>'


def data(message: Message) -> dict[str, Any]:
    """The same for a program: what the message is of, and each change with its numbers, in both languages."""
    changes = [{name: change.get(name) for name in OF_CHANGE} for change in message["changes"]]
    told = {name: message.get(name) for name in OF_MESSAGE} | {"findings": changes}
    return json.loads(json.dumps(told, default=str))  # days as ISO text, as in a message that has waited


def trial(language: str, day: str) -> tuple[str, str]:
    """Title and body of a message that only shows that a channel works."""
    words = WORDS[language]
    return words["test"], words["test body"].format(day=day)


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"


def _release(message: Message, words: dict[str, str], language: str) -> Iterator[str]:
    held = message.get("held", {}).get(language, [])  # messages of earlier versions do not say
    yield from held[:FEW]
    if len(held) > FEW:
        yield words["held"].format(count=len(held) - FEW)
    if message["is_blocked"]:
        day = message["released_on"]
        yield words["blocked"].format(day=day) if day else words["never"]
    if held or message["is_blocked"]:
        yield ""


def _months(message: Message, words: dict[str, str]) -> Iterator[str]:
    if message["kind"] not in ("backfill", "rollback"):
        return
    months: Sequence[dict[str, Any]] = message["months"]
    yield f"{words['changed months']}: {words['before']} → {words['after']}" if months else words["no months"]
    for month in months[:LISTED]:
        yield f"{month['month']}  {_number(month['before'])} → {_number(month['after'])}"
    if len(months) > LISTED:
        yield words["and"].format(count=len(months) - LISTED)
    yield ""


def _in_full(change: dict[str, Any], words: dict[str, str], language: str) -> Iterator[str]:
    yield f"{words[change['change']]} · {words[change['severity']]}: {sentence(change, language)}"
    yield f"{words['rule']} {change['rule_id']}: {change['sentence_ar' if language == 'ar' else 'sentence']}"
    since = words["since"].format(day=change["first_seen"], count=change["occurrences"])
    yield f"{since} · {words['owner']}: {change['owner']} · {words['finding']} {change['finding_id']}"
    if change["document"]:
        yield words["own"]
    if change["touches"]:
        yield f"{words['touches']}: {', '.join(change['touches'])}"
    if change["record_ids"]:
        yield f"{words['records']}: {', '.join(change['record_ids'][:LISTED])}"
    yield f"{words['do']}: {change['runbook']}"
    if change["check_url"]:
        yield f"{words['check']}: {change['check_url']}"
    yield words["seen"].format(number=change["finding_id"])


def _in_short(change: dict[str, Any], words: dict[str, str], language: str) -> str:
    line = (
        f"{words[change['change']]} · {change['rule_id']} ({words[change['severity']]}): {sentence(change, language)}"
    )
    return f"- {line} · {words['finding']} {change['finding_id']} · {change['runbook']}"


def _folded(message: Message) -> list[dict[str, Any]]:
    """The changes of a message by cause; its periods were days when it was written, and are texts where it waited."""
    return findings.folded(message["changes"])


def sentence(cause: Mapping[str, Any], language: str, is_numbered: bool = False) -> str:
    """What was found, with what follows from it and in how many other periods it was found.

    Args:
        cause: A row of `findings.folded` or of `findings.causes`.
        language: `en` or `ar`.
        is_numbered: Whether the findings that follow from it are told by their numbers too.
    """
    words, told = WORDS[language], str(cause["message_ar" if language == "ar" else "message"])
    if holds := cause["holds"]:
        months = [f"{month} ({number})" if is_numbered else month for month, number in list(holds.items())[:NAMED]]
        more = f" {words['and'].format(count=len(holds) - NAMED)}" if len(holds) > NAMED else ""
        told += words["holds"].format(months=words["comma"].join(months) + more)
    if cause.get("periods", 1) > 1:
        told += words["elsewhere"].format(count=cause["periods"] - 1)
        if cause["first_period"]:
            bounds = {name: str(cause[f"{name}_period"])[:7] for name in ("first", "last")}
            told += words["from"].format(**bounds)
    return told


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)

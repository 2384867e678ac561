"""Findings by cause: which is reported, which follow from it, and which are the same of several periods.

What belongs together is decided in SQL, which knows the numbers (`caused_by`); which rule tells it, in `expectations/`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.judge.rules import BLOCKING, declared_rules

Row = dict[str, Any]
# the place of a severity, the gravest first
RANK = "BQAW".index
# what is the same of findings that are reported once; a change of a finding has its `change` beside
ALIKE = ("rule_id", "severity", "document", "subject", "measure", "category", "change")


def causes(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Findings by cause: each once, by itself or as a consequence; its number, age and state stay its own.

    Two are of one cause where one names the other in `caused_by`, or both name the same there. It is reported by the
    rule that tells most of it (`telling` of its declaration), and of such by the row that comes first.

    Args:
        rows: Findings or changes of findings, the most telling first.

    Returns:
        A row a cause, with `consequences`, the other rows of it; `holds`, by month, `YYYY-MM`, the number of the
        finding that follows; and, as its consequences have too, `told_as`, the gravest severity of them all. Of each
        severity what holds most months is first.
    """
    of_cause: dict[tuple[Any, ...], list[Row]] = {}
    named = {cause for row in rows for cause in _causes_of(row)}
    subjects = {_subject(row) for row in rows}
    for number, row in enumerate(rows):
        found = [cause for cause in _causes_of(row) if cause in subjects] or _causes_of(row)
        own = _subject(row) if _subject(row) in named else (number,)
        of_cause.setdefault(found[0] if found else own, []).append({**row})
    holding: dict[tuple[Any, ...], list[Row]] = {}
    for row in (row for group in of_cause.values() for row in group):
        for cause in _causes_of(row):
            holding.setdefault(cause, []).append(row)
    groups = [_with_consequences(group, holding) for group in of_cause.values()]
    return sorted(groups, key=lambda row: (RANK(row["told_as"]), -len(row["holds"])))


def _subject(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """By what a consequence names a cause; what stands does not follow from what is healed, nor the other way round."""
    return row.get("subject", ""), _is_healed(row)


def _causes_of(row: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [(cause, _is_healed(row)) for cause in row.get("caused_by") or ()]


def _is_healed(row: Mapping[str, Any]) -> bool:
    return row.get("change", row.get("status")) == "resolved"


def _with_consequences(group: Sequence[Row], holding: Mapping[tuple[Any, ...], Sequence[Row]]) -> Row:
    telling = {rule.id: rule.telling for rule in declared_rules()}
    cause, *consequences = sorted(group, key=lambda row: telling.get(row["rule_id"], 2))
    following = holding.get(_subject(cause), [])
    holds = sorted(
        (str(row["period_start"])[:7], row["finding_id"]) for row in following if row["severity"] in BLOCKING
    )
    told_as = min((row["severity"] for row in [*group, *following]), key=RANK)
    following_as_grave = [row | {"told_as": told_as} for row in consequences]
    return {**cause, "told_as": told_as, "holds": dict(holds), "consequences": following_as_grave}


def folded(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Findings by cause, and what one rule finds of one subject in several periods reported once.

    Args:
        rows: Findings or changes of findings, the most telling first.

    Returns:
        By cause the most telling row, with what `causes` adds; `periods`, in how many it was found, and `first_period`
        and `last_period`, the first days of the first and last; and `follow`, those of its consequences that are
        reported beside it, folded too. Of each severity the largest first.
    """
    merged = _once_each(causes(rows))
    return sorted(merged, key=lambda row: (RANK(row["told_as"]), -max(row["periods"], len(row["holds"]))))


def _once_each(rows: Sequence[Row]) -> list[Row]:
    """Rows of one rule and subject as one, each with the rows that follow."""
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault(_alike(row), []).append(row)
    return [_in_periods(group) for group in alike.values()]


def _in_periods(group: Sequence[Row]) -> Row:
    first = group[0]
    consequences = [row for each in group for row in each.get("consequences", ())]
    again = [*group, *(row for row in consequences if _alike(row) == _alike(first))]
    starts = [start for row in again if (start := row.get("period_start"))]
    held = {number for each in group for number in each.get("holds", {}).values()}
    beside = [row for row in consequences if _alike(row) != _alike(first) and row.get("finding_id") not in held]
    return {
        **first,
        "periods": len(again),
        "first_period": min(starts, default=None),
        "last_period": max(starts, default=None),
        "consequences": [*({**each, "consequences": []} for each in group[1:]), *consequences],
        "follow": _once_each(beside),
    }


def _alike(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ALIKE)

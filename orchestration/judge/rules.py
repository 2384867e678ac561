"""The declared rules, as data: what Dagster's checks, the alerts and the documentation are built from.

Judging them is `judge`'s business; this module must not import Great Expectations, which costs seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from orchestration.settings import EXPECTATIONS

SEVERITIES = ("B", "Q", "A", "W")
# a failure holds the release back; a rule about rows (Q) fails where it took out too many
BLOCKING = ("B", "Q")
# where docs say what to do about each rule
RUN_BOOK = "docs/rules.md"


@dataclass(frozen=True)
class Rule:
    """One declared rule; `expectations/README.md` says what each field means."""

    id: str
    sentence: str
    severity: str
    owner: str
    asset: str
    runbook: str
    not_judged: str
    expectation: Mapping[str, Any]
    sentence_ar: str
    covers: Sequence[str] = field(default_factory=list)
    finds: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"rule {self.id}: severity {self.severity} is none of {', '.join(SEVERITIES)}")

    @property
    def is_monthly(self) -> bool:
        """Whether it has something to say of every month it has sheets of."""
        return bool(self.covers)

    @property
    def is_blocking(self) -> bool:
        """Whether a failure holds the release back."""
        return self.severity in BLOCKING


def check_name(rule_id: str) -> str:
    """The name of a rule's check in Dagster, which allows no dots."""
    return rule_id.replace(".", "_")


@cache
def declared_rules() -> tuple[Rule, ...]:
    """Every rule of `expectations/*.yml`, in order of id.

    Raises:
        ValueError: An id is declared twice, or a declaration has an unknown severity.
        TypeError: A declaration lacks a key or has one too many.
    """
    declared = (yaml.load(path.read_text(), Loader=yaml.CSafeLoader) for path in sorted(EXPECTATIONS.glob("*.yml")))
    entries = [entry for of_file in declared for entry in of_file]
    rules = sorted((Rule(**entry) for entry in entries), key=lambda rule: rule.id)
    twice = {rule.id for rule in rules if [other.id for other in rules].count(rule.id) > 1}
    if twice:
        raise ValueError(f"declared twice in expectations/: {', '.join(sorted(twice))}")
    return tuple(rules)

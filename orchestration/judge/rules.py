"""The declared rules, as data: what Dagster's checks, the alerts and the documentation are built from.

Judging them is `judge`'s business; this module must not import Great Expectations, which costs seconds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from orchestration.declared import problems
from orchestration.settings import EXPECTATIONS, REPOSITORY

Severity = Literal["B", "Q", "A", "W"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
# a failure holds its period back; a rule about rows (Q) fails where it took out too many
BLOCKING = ("B", "Q")
# where docs say what to do about each rule
RUN_BOOK = "docs/rules.md"
# where in a section another of its rules begins, and what it says is to be done
OF_A_RULE = re.compile(r"(?=\*\*I\d)")
DO = re.compile(r"\*Do\*: (.+?)(?= ?\*(?:Who|Likely cause)\*|$)")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Rule:
    """One declared rule; `expectations/README.md` says what each key means, and `subject` is the name of its file."""

    id: str
    name: Mapping[str, str]
    sentence: str
    severity: Severity
    owner: str
    asset: str
    runbook: str
    not_judged: str
    expectation: Mapping[str, Any]
    sentence_ar: str
    subject: str
    holds: Literal["period", "everything"] = "period"
    covers: Sequence[str] = field(default_factory=list)
    finds: Mapping[str, str] = field(default_factory=dict)
    telling: Literal[1, 2, 3] = 2
    is_ordinal: bool = False

    @property
    def is_blocking(self) -> bool:
        """Whether a failure holds a period back, or everything."""
        return self.severity in BLOCKING

    @property
    def check_name(self) -> str:
        """The name of its check in Dagster, which allows letters and digits only: `I75_parts_add_up`."""
        return re.sub(r"\W", "_", f"{self.id} {self.name['en']}")

    @property
    def what_to_do(self) -> str:
        """What the run-book says to do when it fails, as plain text: of the rule itself, or of its section."""
        parts = OF_A_RULE.split(run_book()[self.runbook])
        own = [DO.findall(part) for part in parts if part.startswith(f"**{self.id}:")]
        sentences = next(filter(None, own), None) or [each for part in parts for each in DO.findall(part)]
        return " ".join(each[0].upper() + each[1:] for each in sentences).replace("*", "")


@cache
def run_book() -> dict[str, str]:
    """The sections of the run-book as plain text, by anchor."""
    sections = re.split(r"^## ", (REPOSITORY / RUN_BOOK).read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {heading.strip().lower(): _plain(text) for heading, _, text in (each.partition("\n") for each in sections)}


def _plain(markdown: str) -> str:
    """Markdown without its links and marks of code, on one line."""
    text = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", markdown.replace("`", ""))
    return " ".join(text.split())


@cache
def declared_rules() -> tuple[Rule, ...]:
    """Every rule of `expectations/*.yml`, in order of id.

    Raises:
        ValueError: A declaration cannot be understood, or an id is declared twice; the message says where.
    """
    rules = sorted(
        (rule for path in sorted(EXPECTATIONS.glob("*.yml")) for rule in _declared_in(path)), key=lambda rule: rule.id
    )
    ids = [rule.id for rule in rules]
    twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if twice:
        raise ValueError(f"declared twice in expectations/: {', '.join(twice)}")
    return tuple(rules)


def _declared_in(path: Path) -> list[Rule]:
    where = f"expectations/{path.name}"
    rules = []
    for number, entry in enumerate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader), 1):
        if not isinstance(entry, Mapping):
            raise ValueError(f"{where}, rule number {number}: a mapping of keys was expected")
        try:
            rules.append(Rule(**entry, subject=path.stem))
        except ValidationError as error:
            raise ValueError(f"{where}, rule {entry.get('id', f'number {number}')}: {problems(error)}") from None
    return rules

"""What rules found: the log of verdicts, the state of each finding that follows from it, and what people say of it."""

from orchestration.findings.by_cause import causes, folded
from orchestration.findings.log import LOG, draft_log, opened, promote, record, write
from orchestration.findings.names import counted, wording
from orchestration.findings.people import acknowledge, unclear_exceptions
from orchestration.findings.state import (
    COLUMNS,
    TYPED,
    accept,
    changes,
    counts,
    findings,
    is_held_back,
    numbers_by_rule,
    publish,
    unreported,
)

__all__ = [
    "COLUMNS",
    "LOG",
    "TYPED",
    "accept",
    "acknowledge",
    "causes",
    "changes",
    "counted",
    "counts",
    "draft_log",
    "findings",
    "folded",
    "is_held_back",
    "numbers_by_rule",
    "opened",
    "promote",
    "publish",
    "record",
    "unclear_exceptions",
    "unreported",
    "wording",
    "write",
]

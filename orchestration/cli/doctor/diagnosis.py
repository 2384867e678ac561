"""What a doctor says of one subject, and the words all checks share."""

from dataclasses import dataclass
from typing import Any

OK, HINT, WRONG = "ok", "hint", "wrong"
NIGHTLY = "run `casebook nightly`"
LOOK_AT_STORE = "see that the store runs and this machine's variables (AWS_…) are right"


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one subject.

    Attributes:
        subject: What was looked at.
        answer: `ok`; `hint`, worth knowing and nothing is broken; or `wrong`.
        sentence: What was found.
        mend: What to do; empty where nothing is to be done.
    """

    subject: str
    answer: str
    sentence: str
    mend: str = ""


def ok(sentence: str) -> Diagnosis:
    """All is well."""
    return Diagnosis("", OK, sentence)


def hint(sentence: str, mend: str) -> Diagnosis:
    """Nothing is broken, but somebody may want to know."""
    return Diagnosis("", HINT, sentence, mend)


def wrong(sentence: str, mend: str) -> Diagnosis:
    """Something is missing or broken."""
    return Diagnosis("", WRONG, sentence, mend)


def not_yet(what: str) -> Diagnosis:
    """Something the first night makes."""
    return hint(f"{what} is not there yet", f"{NIGHTLY}, which makes it")


def first_line(error: Any) -> str:
    """The first line of an error, without its traceback."""
    lines = str(getattr(error, "message", error)).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__

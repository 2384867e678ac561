"""What must be true of every sentence of a finding, whatever it is of."""

import csv
import re
from collections.abc import Iterator
from functools import cache

from orchestration.language import END_OF_ISOLATE, ISOLATE
from orchestration.settings import DBT_PROJECT

A_CODE = re.compile(r"[a-z]+_[a-z_]+|\bSY\d\d\b")
# what stands in Arabic as it is written: an id, a file, a place in a document; or what somebody is to type
AS_IT_IS = re.compile(rf"{ISOLATE}([^{END_OF_ISOLATE}]*){END_OF_ISOLATE}")
A_FILE = re.compile(r"[\w.-]+\.(csv|yml)")
A_COMMAND = re.compile(r"casebook [a-z-]+( --[a-z]+)*")
# who is named in no list, as the tests invent them
WRITTEN = {"a monitor"}


def faults(english: str, arabic: str) -> Iterator[str]:
    """What is wrong with a finding's two sentences; nothing where both can be read aloud."""
    for text in (english, arabic):
        left = A_FILE.sub("", text)
        if A_CODE.search(left):
            yield f"a code: {text}"
        if "{" in text.replace("{name}", "") or "  " in text or "`" in text or "None" in text:
            yield f"words left over: {text}"
    if re.search("[A-Za-z]", AS_IT_IS.sub("", arabic)):
        yield f"English among Arabic: {arabic}"
    for kept in AS_IT_IS.findall(arabic):
        if " " in kept and kept not in WRITTEN and not A_COMMAND.fullmatch(kept):
            yield f"English set apart: {arabic}"
        if kept in codes():
            yield f"a code set apart: {arabic}"


@cache
def codes() -> set[str]:
    """The codes of all lists."""
    found = set()
    for name, column in (("parties", "party"), ("scheme_lines", "bucket"), ("mechanisms", "mechanism"),
                         ("roles", "role"), ("facility_types", "facility_type"), ("measures", "measure"),
                         ("governorates", "governorate"), ("cause_groups", "cause_group")):  # fmt: skip
        with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as seed:
            found |= {row[column] for row in csv.DictReader(seed)}
    return found

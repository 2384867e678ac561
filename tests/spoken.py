"""What must be true of every sentence of a finding, whatever it is of."""

import csv
import re
from collections.abc import Iterable, Iterator, Set
from functools import cache

from orchestration.findings import log
from orchestration.findings.names import Names
from orchestration.findings.sentences import Sentences
from orchestration.judge.verdicts import Verdict
from orchestration.language import END_OF_ISOLATE, ISOLATE
from orchestration.settings import DBT_PROJECT, Settings

A_CODE = re.compile(r"[a-z]+_[a-z_]+|\bSY\d\d\b")
# what stands in Arabic as it is written: an id, a file, a place in a document; or what somebody is to type
AS_IT_IS = re.compile(rf"{ISOLATE}([^{END_OF_ISOLATE}]*){END_OF_ISOLATE}")
A_FILE = re.compile(r"[\w.-]+\.(csv|yml)")
A_COMMAND = re.compile(r"casebook [a-z-]+( --[a-z]+)*")


def told(verdicts: Iterable[Verdict], place: Settings) -> list[tuple[str, str]]:
    """Whatever failed, in English and in Arabic."""
    sentences, found = Sentences(Names(place)), list[tuple[str, str]]()
    for verdict in verdicts:
        rows = verdict.failures.reindex(columns=list(log.OF_A_RESIDUAL)).astype(object)
        for row in rows.where(rows.notna(), None).to_dict("records"):
            of_rule = row | {"rule_id": verdict.rule.id, "severity": verdict.rule.severity}
            found.append((sentences.sentence(of_rule, "en"), sentences.sentence(of_rule, "ar")))
    return found


def misspoken(pairs: Iterable[tuple[str, str]], written: Set[str]) -> list[str]:
    """What is wrong with these sentences: codes without a name, English within Arabic, two that are told alike.

    Args:
        pairs: Each finding in English and in Arabic.
        written: Who and what is named in no list, as a test invents them: it stands as it is written.
    """
    english_of, wrong = dict[str, str](), list[str]()
    for english, arabic in pairs:
        wrong += faults(english, arabic, written)
        if english_of.setdefault(arabic, english) != english:
            wrong.append(f"said alike: {english} / {english_of[arabic]}")
    return wrong


def faults(english: str, arabic: str, written: Set[str]) -> Iterator[str]:
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
        if " " in kept and kept not in written and not A_COMMAND.fullmatch(kept):
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

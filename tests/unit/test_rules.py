"""The declarations of the rules are whole: what Dagster's checks, the alerts and the run-book are built from."""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.judge import rules
from orchestration.judge.rules import Rule, declared_rules
from orchestration.settings import DBT_PROJECT, EXPECTATIONS, REPOSITORY

MODELS = {path.stem for path in (DBT_PROJECT / "models").rglob("*.sql")}
TABLES = yaml.load((DBT_PROJECT / "models" / "staging" / "received.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)[
    "sources"
][0]["tables"]
KINDS = {table["config"]["meta"]["kind"] for table in TABLES if "kind" in table["config"]["meta"]}
RULES = declared_rules()
# a gap on one side must fail: `ignore_row_if` would hide it, and no rule has it
PAIR = {"column_A": "expected", "column_B": "observed"}
EQUAL = {"type": "expect_column_pair_values_to_be_equal", **PAIR}
AT_MOST = {"type": "expect_column_pair_values_a_to_be_greater_than_b", **PAIR, "or_equal": True}
RELATIONS = {frozenset(EQUAL.items()): "equal", frozenset(AT_MOST.items()): "at most"}
DECLARATION: dict[str, Any] = {
    "id": "I999", "name": {"en": "so it is", "ar": "هكذا"}, "sentence": "So it is.", "sentence_ar": "هكذا هو.",
    "severity": "B", "owner": "documentation",
    "asset": "fct_deaths", "runbook": "i999", "not_judged": "Never.",
    "expectation": {"type": "expect_column_to_exist", "column": "expected"},
}  # fmt: skip


def anchor(heading: str) -> str:
    """The anchor of a heading on a page of markdown."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.fixture
def declared(tmp_path, monkeypatch):
    """Declares entries, one file each, in place of the house's own."""

    def declare(*entries: Mapping[str, Any]) -> tuple[Rule, ...]:
        for number, entry in enumerate(entries):
            (tmp_path / f"{number}.yml").write_text(yaml.safe_dump([dict(entry)]))
        monkeypatch.setattr(rules, "EXPECTATIONS", tmp_path)
        # the declarations are read once in a process
        return declared_rules.__wrapped__()

    return declare


def test_what_decides_of_a_rule_is_what_was_agreed() -> None:
    """What decides is written down twice: whoever changes a declaration changes the table."""
    with Path(__file__).with_name("rules.csv").open(encoding="utf-8", newline="") as table:
        agreed = {
            row["id"]: (row["severity"], row["holds"] or "period", row["relation"], row["covers"], row["owner"])
            for row in csv.DictReader(table)
        }
    declared = {
        rule.id: (
            rule.severity,
            rule.holds,
            RELATIONS[frozenset(rule.expectation.items())],
            " ".join(rule.covers),
            rule.owner,
        )
        for rule in RULES
    }
    assert declared == agreed


def test_every_rule_is_whole() -> None:
    """A number for life, plain sentences, an asset and kinds there are, and a section of the run-book."""
    page = (REPOSITORY / "docs" / "rules.md").read_text("utf-8")
    headings = re.findall(r"^#+ +(.+?) *$", page, re.MULTILINE)
    anchors = {anchor(heading) for heading in headings} | set(re.findall(r'<a (?:id|name)="([^"]+)"', page))
    for rule in RULES:
        assert re.fullmatch(r"I\d\d\d?(\.[a-z]+)?", rule.id)
        for sentence in (rule.sentence, rule.sentence_ar, rule.not_judged):
            assert sentence.endswith(".") and "\n" not in sentence, rule.id
        assert rule.sentence[0].isupper() and rule.not_judged[0].isupper(), rule.id
        assert rule.name.keys() == {"en", "ar"}, rule.id
        assert re.fullmatch(r"[a-z]+( [a-z]+)+", rule.name["en"]), rule.id
        assert rule.asset in MODELS, rule.id
        assert set(rule.covers) <= KINDS, rule.id
        assert rule.runbook in anchors, rule.id


def test_a_check_has_a_name_in_words_and_says_what_to_do() -> None:
    names = {rule.id: rule.check_name for rule in RULES}
    assert names["I75"] == "I75_parts_add_up"
    assert names["I43.named"] == "I43_named_named_dead_of_massacres"
    assert len(set(names.values())) == len(RULES)
    told = {rule.id: rule.what_to_do for rule in RULES}
    assert told["I76"] == "Compute the share from the document's own numbers; ask the authors."
    assert not any("](" in text or "`" in text or "*" in text for text in told.values())
    assert [rule_id for rule_id, text in told.items() if not text] == []


def test_one_thing_has_one_word_in_arabic() -> None:
    """A party is جهة, the list in force قائمة, and what another monitor prints its number, not its pretence."""
    words = (REPOSITORY / "orchestration/findings/wording.yml").read_text("utf-8")
    told = [*(rule.sentence_ar for rule in RULES), *(rule.name["ar"] for rule in RULES), words]
    assert [text for text in told if re.search("الأطراف|الطرف|المخطط|مزاعم", text)] == []


def test_only_b_and_q_block() -> None:
    assert {severity: replace(RULES[0], severity=severity).is_blocking for severity in "BQAW"} == {
        "B": True, "Q": True, "A": False, "W": False
    }  # fmt: skip


def test_every_breakdown_names_a_declared_rule() -> None:
    lines = (DBT_PROJECT / "seeds" / "breakdowns.csv").read_text("utf-8").splitlines()[1:]
    assert {line.rsplit(",", 1)[1] for line in lines} - {""} <= {rule.id for rule in RULES}


def test_every_declaration_is_read() -> None:
    files = sorted(EXPECTATIONS.glob("*.yml"))
    assert sum(len(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)) for path in files) == len(RULES)


def test_an_id_declared_twice_is_refused(declared) -> None:
    with pytest.raises(ValueError, match="declared twice in expectations/: I999"):
        declared(DECLARATION, DECLARATION)


def test_an_unknown_severity_is_refused(declared) -> None:
    with pytest.raises(ValueError, match="rule I999: severity X is none of B, Q, A, W"):
        declared(DECLARATION | {"severity": "X"})


@pytest.mark.parametrize("change", [{"sentance": "So it is."}, {"sentence": None}])
def test_a_declaration_with_a_key_too_many_or_missing_is_refused(declared, change: dict[str, Any]) -> None:
    entry = {key: value for key, value in (DECLARATION | change).items() if value is not None}
    with pytest.raises(ValueError, match=r"expectations/0.yml, rule I999: .*(the key sentence|no key sentance)"):
        declared(entry)


def test_rules_come_in_order_whatever_their_files(declared) -> None:
    told = declared(DECLARATION, DECLARATION | {"id": "I998"}, DECLARATION | {"id": "I998.part", "severity": "W"})
    assert [rule.id for rule in told] == ["I998", "I998.part", "I999"]

"""The declarations of the rules are whole: what Dagster's checks, the alerts and the run-book are built from."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from orchestration.judge import rules
from orchestration.judge.rules import Rule, declared_rules
from orchestration.settings import DBT_PROJECT, EXPECTATIONS, REPOSITORY

MODELS = {path.stem for path in (DBT_PROJECT / "models").rglob("*.sql")}
TABLES = yaml.safe_load((DBT_PROJECT / "models" / "staging" / "received.yml").read_text("utf-8"))["sources"][0][
    "tables"
]
KINDS = {table["config"]["meta"]["kind"] for table in TABLES if "kind" in table["config"]["meta"]}
RULES = declared_rules()
DECLARATION: dict[str, Any] = {
    "id": "I999", "sentence": "So it is.", "sentence_ar": "هكذا هو.", "severity": "B", "owner": "documentation",
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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
class TestARule:
    def test_its_id_is_a_number_for_life_with_parts(self, rule: Rule) -> None:
        assert re.fullmatch(r"I\d\d\d?(\.[a-z]+)?", rule.id)

    @pytest.mark.parametrize("field", ["sentence", "sentence_ar", "not_judged"])
    def test_it_speaks_in_sentences(self, rule: Rule, field: str) -> None:
        sentence = getattr(rule, field)
        assert sentence.endswith(".")
        assert sentence[0].isupper() or field == "sentence_ar"
        assert "\n" not in sentence

    def test_somebody_owns_it(self, rule: Rule) -> None:
        assert rule.owner in ("data engineering", "documentation")

    def test_it_speaks_of_an_asset_there_is(self, rule: Rule) -> None:
        assert rule.asset in MODELS

    def test_it_covers_kinds_there_are(self, rule: Rule) -> None:
        assert set(rule.covers) <= KINDS
        assert len(set(rule.covers)) == len(rule.covers)

    def test_it_compares_what_was_expected_with_what_was_observed(self, rule: Rule) -> None:
        assert rule.expectation["type"].startswith("expect_")
        assert (rule.expectation["column_A"], rule.expectation["column_B"]) == ("expected", "observed")
        # a gap on one side must fail; this would hide it
        assert rule.expectation.get("ignore_row_if") != "either_value_is_missing"

    def test_the_run_book_says_what_to_do(self, rule: Rule) -> None:
        page = (REPOSITORY / "docs" / "rules.md").read_text("utf-8")
        headings = re.findall(r"^#+ +(.+?) *$", page, re.MULTILINE)
        anchors = {anchor(heading) for heading in headings} | set(re.findall(r'<a (?:id|name)="([^"]+)"', page))
        assert rule.runbook in anchors


def test_only_b_and_q_block() -> None:
    assert all(rule.is_blocking == (rule.severity in ("B", "Q")) for rule in RULES)


def test_every_breakdown_names_a_declared_rule() -> None:
    lines = (DBT_PROJECT / "seeds" / "breakdowns.csv").read_text("utf-8").splitlines()[1:]
    assert {line.rsplit(",", 1)[1] for line in lines} - {""} <= {rule.id for rule in RULES}


def test_files_are_short_and_of_one_subject() -> None:
    files = sorted(EXPECTATIONS.glob("*.yml"))
    assert all(len(path.read_text("utf-8").splitlines()) <= 100 for path in files)
    assert sum(len(yaml.safe_load(path.read_text("utf-8"))) for path in files) == len(RULES)


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

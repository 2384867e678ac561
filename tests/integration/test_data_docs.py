"""`casebook data-docs`: suites and a checkpoint that come to what the night came to, and pages that hold no more."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.judge.rules import declared_rules
from orchestration.publish import queries
from tests.integration.house import House


@pytest.fixture(scope="module")
def built(sample_house: House, tmp_path_factory: pytest.TempPathFactory) -> "tuple[House, dict]":
    house = sample_house.copy(tmp_path_factory.mktemp("data_docs"))
    (told,) = house.json("data-docs")
    return house, told


def files(house: House) -> Iterator[Path]:
    return (path for path in house.place.great_expectations.rglob("*") if path.is_file())


def test_each_rule_by_itself_comes_to_what_the_night_came_to(built: "tuple[House, dict]") -> None:
    house, told = built
    last = max(house.place.evaluations.glob("*.parquet"), key=lambda path: path.stat().st_mtime).stem
    verdicts = {row["rule_id"]: row["verdict"] for row in queries.verdicts(house.place, last) if not row["period_kind"]}
    assert told["rules"] == len(verdicts)
    assert told["failed"] == sorted(rule for rule, verdict in verdicts.items() if verdict == "failed")
    assert told["failed"]


def test_a_file_of_rules_is_a_suite_with_every_rule_of_it(built: "tuple[House, dict]") -> None:
    import great_expectations as gx

    house, _ = built
    with house.entered():
        context = gx.get_context(mode="file", context_root_dir=house.place.great_expectations)
        suites = {suite.name: [each.meta["rule"] for each in suite.expectations] for suite in context.suites.all()}
        assert [each.name for each in context.checkpoints.all()] == ["rules"]
    subjects = {rule.subject for rule in declared_rules()}
    assert suites == {
        subject: [rule.id for rule in declared_rules() if rule.subject == subject] for subject in subjects
    }


def test_pages_need_no_network_and_links_lead_somewhere(built: "tuple[House, dict]") -> None:
    house, told = built
    site = Path(told["page"]).parent
    pages = [path for path in files(house) if path.is_relative_to(site) and path.suffix in (".html", ".css")]
    assert len([path for path in pages if path.suffix == ".html"]) == 1 + 2 * len({r.subject for r in declared_rules()})
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r"<script|https?:|[\"'(]//", text), page
        for link in re.findall(r'<a[^>]* href="([^"#]+)"', text):
            assert (page.parent / link).exists(), (page, link)


def test_no_cell_of_a_row_is_kept(built: "tuple[House, dict]") -> None:
    house, _ = built
    names = set()
    for sheet in (house.root / "raw").rglob("*.csv"):
        with sheet.open(encoding="utf-8-sig", errors="replace") as opened:
            names |= {row.get("name_en") for row in csv.DictReader(opened)}
    names = {name.encode() for name in names if name and len(name) > 5}
    assert len(names) > 20
    for path in files(house):
        content = path.read_bytes()
        assert not [name for name in names if name in content], path
        if path.suffix == ".json":
            assert b"unexpected_index_list" not in content
            assert not re.search(rb'"(partial_)?unexpected_(list|counts)": \[\s*[^\]\s]', content), path


def test_where_nothing_is_published_it_says_so(tmp_path: Path) -> None:
    done = House(tmp_path).cli("data-docs")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "casebook: nothing is published yet: `casebook nightly` does\n"

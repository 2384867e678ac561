"""The documentation as pages: every link of theirs leads somewhere, nothing comes from elsewhere, and who may ask."""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from orchestration import documentation
from orchestration.judge.rules import declared_rules
from orchestration.settings import REPOSITORY, Settings
from tests.servers import free_port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    documentation.build(folder)
    return folder


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, BeautifulSoup]:
    return {path.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in folder.glob("*.html")}


@pytest.fixture
def address(folder: Path) -> Iterator[tuple[str, int]]:
    port = free_port()
    with documentation.served(folder, port) as told:
        assert told == f"http://127.0.0.1:{port}"
        yield "127.0.0.1", port


def status(address: tuple[str, int], path: str, host: str) -> int:
    caller = http.client.HTTPConnection(*address, timeout=10)
    caller.request("GET", path, headers={"Host": host})
    return caller.getresponse().status


def test_every_page_of_the_documentation_is_made(made: dict[str, BeautifulSoup]) -> None:
    written = {f"{path.stem}.html" for path in (REPOSITORY / "docs").glob("*.md")}
    arabic = {f"{path.stem}-ar.html" for path in (REPOSITORY / "docs" / "ar").glob("*.md")}
    assert made.keys() == written | arabic | {"README.html", "CONTRIBUTING.html", "CHANGELOG.html", "index.html"}
    listed = [name for group in documentation.contents() for name in group["pages"]]
    assert len(listed) == len(set(listed)) == len(made) - 1  # each once, and index.html is the first


def test_a_page_in_arabic_reads_from_right_to_left_and_leads_to_the_one_in_english(
    made: dict[str, BeautifulSoup],
) -> None:
    page = made["alerts-ar.html"]
    assert page.html and (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    twins = [link["href"] for name in ("alerts-ar.html", "alerts.html") for link in made[name].select(".twin a")]
    assert twins == ["alerts.html", "alerts-ar.html"]
    assert made["rules.html"].select(".twin a") == []


def test_every_link_leads_to_a_page_and_a_heading_of_it(folder: Path, made: dict[str, BeautifulSoup]) -> None:
    for name, page in made.items():
        for link in page.find_all("a", href=True):
            path, _, anchor = str(link["href"]).partition("#")
            if not path.startswith("https://"):
                target = made[path or name]
                assert not anchor or target.find(id=anchor), f"{name}: {link['href']}"
        for picture in page.find_all("img", src=True):
            assert (folder / str(picture["src"])).exists(), f"{name}: {picture['src']}"


def test_a_page_is_made_of_what_lies_beside_it(folder: Path, made: dict[str, BeautifulSoup]) -> None:
    """A browser asks nobody else for anything."""
    for page in made.values():
        asked = [each.get("src") or each.get("href") for each in page.find_all(["script", "link", "img"])]
        assert all((folder / str(name)).exists() for name in asked if name != "data:,")
    for path in [*folder.glob("*.css"), *folder.glob("search.js")]:
        assert not re.search(r"https?://|@import|url\(", path.read_text("utf-8"))


def test_each_rule_is_found_in_the_run_book(made: dict[str, BeautifulSoup]) -> None:
    assert [rule.id for rule in declared_rules() if not made["rules.html"].find(id=rule.runbook)] == []


def test_every_section_can_be_searched(folder: Path) -> None:
    sections = json.loads((folder / "index.js").read_text("utf-8").removeprefix("const SECTIONS = ").rstrip(";\n"))
    found = {section["page"]: section for section in sections}
    assert found["rules.html#i76"]["title"] == "I76"
    assert "printed share" in found["rules.html#i76"]["text"]


@pytest.mark.parametrize(
    ("path", "host", "answer"),
    [
        ("/rules.html", "127.0.0.1", 200), ("/rules.html", "localhost", 200), ("/", "127.0.0.1", 200),
        ("/rules.html", "casebook.example", 400), ("/", "", 400), ("/nothing.html", "127.0.0.1", 404),
        ("/../../etc/passwd", "127.0.0.1", 404),
    ],
)  # fmt: skip
def test_it_answers_to_this_machine_and_to_no_other_name(
    address: tuple[str, int], path: str, host: str, answer: int
) -> None:
    assert status(address, path, host) == answer
    assert status(address, "/index.html", f"localhost:{address[1]}") == 200


@pytest.mark.parametrize(
    ("dagster", "docs", "link"),
    [
        ("", "", "http://127.0.0.1:3001/rules.html#i76"),
        ("http://127.0.0.1:4000/", "", "http://127.0.0.1:4001/rules.html#i76"),
        ("https://casebook.example", "", "docs/rules.md#i76"),
        (
            "http://127.0.0.1:4000",
            "https://forge.example/casebook/",
            "https://forge.example/casebook/docs/rules.md#i76",
        ),
    ],
)
def test_a_link_leads_where_somebody_serves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dagster: str, docs: str, link: str
) -> None:
    monkeypatch.setenv("CASEBOOK_DAGSTER_URL", dagster)
    monkeypatch.setenv("CASEBOOK_DOCS_URL", docs)
    assert Settings(tmp_path).link_to("docs/rules.md#i76") == link

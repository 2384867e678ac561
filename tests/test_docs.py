"""The pages are true: links lead somewhere, pictures are drawn from today's code, commands can be typed as they stand.

That the commands do what they say is shown by `integration/long/test_documented_commands.py`.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from docs.lists import pages
from docs.pictures import pictures
from orchestration.cli.app import app
from orchestration.settings import REPOSITORY

PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
ARABIC = sorted((REPOSITORY / "docs" / "ar").glob("*.md"))
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)) | {".venv/ready"}
CASEBOOK: Any = typer.main.get_command(app)


@dataclass(frozen=True)
class Command:
    """A `casebook` command that stands in a block of a page, with the output the page shows below it."""

    page: str
    words: tuple[str, ...]
    output: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.page}: casebook {shlex.join(self.words)}"


def blocks(page: Path) -> list[list[str]]:
    """The lines of each block of code of a page."""
    return [block.splitlines()[1:-1] for block in FENCE.findall(page.read_text("utf-8"))]


def commands(page: Path) -> Iterator[Command]:
    """The commands in the blocks of a page; behind `$ ` the lines up to the next command are its output."""
    for block in blocks(page):
        for number, line in enumerate(block):
            typed = re.match(r"(\$ )?(?:\.venv/bin/)?casebook (.*)", line)
            if typed:
                following = [] if not typed[1] else block[number + 1 :]
                end = next((at for at, other in enumerate(following) if other.startswith("$ ")), len(following))
                yield Command(page.name, tuple(shlex.split(typed[2], comments=True)), tuple(following[:end]))


def anchors(page: Path) -> list[str]:
    """The anchors of a page's headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings]


def links(page: Path) -> Iterator[tuple[Path | str, str]]:
    """Where a page leads: the page or address, and the anchor there."""
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        is_ours = not re.match(r"https?://", link)
        yield ((page.parent / path).resolve() if path else page) if is_ours else link, anchor if is_ours else ""


def english(path: Path | str, anchor: str) -> tuple[Path | str, str]:
    """The same place in English: a page of `docs/ar/` is the one of its name, and its headings stand in its order."""
    if path not in ARABIC:
        return path, anchor
    twin = REPOSITORY / "docs" / Path(path).name
    return twin, anchor and anchors(twin)[anchors(Path(path)).index(anchor)]


def understood(words: list[str]) -> None:
    """Raises where a command, an option or a value is not one that `casebook` knows."""
    name, *rest = words
    CASEBOOK.commands[name].make_context(name, rest)


COMMANDS = sorted({command for page in PAGES for command in commands(page)}, key=str)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        if isinstance(target, Path):
            assert target.exists(), target
            assert not anchor or anchor in anchors(target), (target, anchor)


@pytest.mark.parametrize("page", ARABIC, ids=lambda page: page.name)
def test_a_page_in_arabic_is_the_page_in_english(page: Path) -> None:
    """Heading by heading, with the same blocks, and the same links to the same places."""
    twin = REPOSITORY / "docs" / page.name
    assert len(anchors(page)) == len(anchors(twin))
    assert blocks(page) == blocks(twin)
    told = [{english(*link) for link in links(each)} - {(twin, "")} for each in (page, twin)]
    assert told[0] == told[1]
    inline = [
        set(re.findall(r"`([^`]+)`", " ".join(FENCE.sub("", each.read_text("utf-8")).split()))) for each in (page, twin)
    ]
    assert {code for code in inline[0] if "casebook" in code} == {code for code in inline[1] if "casebook" in code}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_ours_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`((?:orchestration|dbt_project|expectations|tests|docs)/[\w./-]*)`", page.read_text("utf-8"))
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_the_pictures_are_of_the_code_as_it_is() -> None:
    stale = [path.name for path, drawn in pictures().items() if path.read_text("utf-8") != drawn]
    assert stale == [], "make pictures"


def test_the_lists_are_of_the_seeds_as_they_are() -> None:
    stale = [path.name for path, text in pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "make lists"


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_command_of_a_block_can_be_typed(command: Command) -> None:
    understood(list(command.words))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_sentence_says_of_a_command_exists(page: Path) -> None:
    for inline in re.findall(r"`(?:\.venv/bin/)?casebook ([^`]+)`", FENCE.sub("", page.read_text("utf-8"))):
        name, *words = inline.split()
        known = CASEBOOK if name.startswith("--") else CASEBOOK.commands[name]
        if words and words[0] in getattr(known, "commands", {}):
            known = known.commands[words[0]]
        options = {option for parameter in known.params for option in parameter.opts}
        assert {word for word in [name, *words] if word.startswith("--")} <= options, inline


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_make_is_asked_for_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    in_blocks = re.findall(
        r"^(?:\$ )?(?:.*&& )?make (?:[A-Z]+=\S+ )*([\w./-]+)", "\n".join(sum(blocks(page), [])), re.MULTILINE
    )
    asked = {*in_blocks, *re.findall(r"`make (?:[A-Z]+=\S+ )*([\w./-]+)", text)}
    assert asked <= TARGETS

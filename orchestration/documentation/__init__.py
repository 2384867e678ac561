"""The documentation as static pages: made of `docs/`, searched without a network, served on this machine alone."""

import json
import re
import shutil
import socket
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import uvicorn
import yaml
from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markdown_it import MarkdownIt
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from orchestration.build import dbt
from orchestration.settings import LOOPBACK, REPOSITORY

HERE = Path(__file__).parent
# which pages there are for whom; the first of all is the door
CONTENTS = HERE / "contents.yml"
PICTURES = ("*.svg", "*.png", "*.webp")
HEADINGS = ["h1", "h2", "h3"]
# dbt's page of all models
MODELS = "models.html"
# what pages are read in: those in a folder of `docs/` called so are of that language, all others in English
ARABIC = "ar"
Section = dict[str, str]


def build(folder: Path, with_models: bool = False) -> list[Path]:
    """Write the pages, with an index that is searched in the browser.

    Args:
        folder: Where to; it is made, and what stands there under the same names is replaced.
        with_models: Whether dbt's own documentation of the models is one of them, which takes seconds.

    Returns:
        The pages, in the order of the list on each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = _sources()
    made = {name: _page(path, sources) for name, path in sources.items()}
    written = _write(folder, made, MODELS if with_models else None)
    shutil.copy(written[0], folder / "index.html")
    index = [section for _, sections in made.values() for section in sections]
    (folder / "index.js").write_text(f"const SECTIONS = {json.dumps(index, ensure_ascii=False)};\n", "utf-8")
    for pattern in PICTURES:
        for picture in (REPOSITORY / "docs").glob(pattern):
            shutil.copy(picture, folder)
    for name in ("search.js", "page.css"):
        shutil.copy(HERE / name, folder)
    if with_models:
        dbt.document(folder / MODELS)
    return written


def _write(folder: Path, made: Mapping[str, tuple[BeautifulSoup, list[Section]]], models: str | None) -> list[Path]:
    titles = {name: _title(soup, name) for name, (soup, _) in made.items()}
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(["html.j2"]))
    page = environment.get_template("page.html.j2")
    written = []
    for name, (soup, _) in made.items():
        path = folder / f"{name}.html"
        language = _language(name)
        context = {"title": titles[name], "titles": titles, "here": name, "language": language, "body": str(soup)}
        path.write_text(
            page.render(contents=_contents_in(language), models=models, twin=_twin(name, made), **context), "utf-8"
        )
        written.append(path)
    return written


@cache
def contents() -> list[dict[str, Any]]:
    """The pages by whom they are for: `for`, the `language` of that, and `pages` by name, in the order to read them."""
    return yaml.load(CONTENTS.read_text("utf-8"), Loader=yaml.CSafeLoader)


def _contents_in(language: str) -> list[dict[str, Any]]:
    """The contents, what is in a language first."""
    return sorted(contents(), key=lambda group: group.get("language", "en") != language)


def _language(name: str) -> str:
    return ARABIC if name.endswith(f"-{ARABIC}") else "en"


def _twin(name: str, names: Collection[str]) -> str | None:
    """The same page in the other language, where there is one."""
    twin = name.removesuffix(f"-{ARABIC}") if _language(name) == ARABIC else f"{name}-{ARABIC}"
    return twin if twin in names else None


@contextmanager
def served(folder: Path, port: int) -> Iterator[str]:
    """Serve the pages to this machine for as long as the block lasts: whoever asks under another name is refused.

    Args:
        folder: Where `build` has written them.
        port: Where; it must be free.

    Yields:
        The address.
    """
    # a page of somebody else, whose name was made to lead here, would ask under that name
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))], middleware=[hosts])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    # it listens from here on: who asks before the server is ready waits for it
    listening = socket.create_server((LOOPBACK, port))
    thread = Thread(target=server.run, args=[[listening]], daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _sources() -> dict[str, Path]:
    """Each page by its name, in the order of the contents: those of the repository itself, and those of `docs/`."""
    docs = REPOSITORY / "docs"
    found = {path.stem: path for place in (REPOSITORY, docs) for path in place.glob("*.md")}
    found |= {f"{path.stem}-{ARABIC}": path for path in (docs / ARABIC).glob("*.md")}
    return {name: found[name] for group in contents() for name in group["pages"]}


def _page(source: Path, sources: Mapping[str, Path]) -> tuple[BeautifulSoup, list[Section]]:
    """A page as HTML, and what can be searched of it, section by section."""
    written = MarkdownIt("commonmark").enable("table").render(source.read_text("utf-8"))
    soup = BeautifulSoup(written, "html.parser")
    for heading in soup.find_all(HEADINGS):
        heading["id"] = _anchor(heading.get_text())
    names = {path.resolve(): name for name, path in sources.items()}
    for link in soup.find_all("a", href=True):
        _turn(link, source, names)
    for block in soup.find_all(["pre", "table"]):  # which may be wider than the page: keys can move it
        block["tabindex"] = "0"
    for picture in soup.find_all("img", src=True):
        picture["src"] = Path(str(picture["src"])).name
    return soup, list(_sections(soup, names[source.resolve()]))


def _turn(link: Tag, source: Path, names: Mapping[Path, str]) -> None:
    """Let a link to a page lead to it; one to a file of the repository, which is not here, becomes its words."""
    path, _, anchor = unquote(str(link["href"])).partition("#")
    if "://" in path:
        return
    if not path:  # within the page; as its headings are called, in whichever letters
        link["href"] = f"#{anchor}"
        return
    target = (source.parent / path).resolve()
    if target in names:
        link["href"] = f"{names[target]}.html" + (f"#{anchor}" if anchor else "")
    else:
        link.unwrap()


def _anchor(heading: str) -> str:
    """The anchor of a heading, as a forge makes it, so that a link holds here and there."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _title(soup: BeautifulSoup, name: str) -> str:
    heading = soup.find("h1")
    return heading.get_text() if heading else name


def _sections(soup: BeautifulSoup, name: str) -> Iterator[Section]:
    """What stands beneath each heading, as text."""
    for heading in soup.find_all(HEADINGS):
        text = []
        for beneath in heading.find_next_siblings():
            if beneath.name in HEADINGS:
                break
            text.append(beneath.get_text(" "))
        yield {
            "page": f"{name}.html#{heading.get('id', '')}",
            "title": heading.get_text(),
            "text": " ".join(" ".join(text).split()),
        }

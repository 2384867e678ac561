"""A report as files, and read back from them: HTML by Jinja, PDF by Typst, both of one document."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pypdf import PdfReader

from orchestration.report.charts import font_folders
from orchestration.report.document import Document
from orchestration.report.figures import Figures

HERE = Path(__file__).parent
# what a PDF is set by
LAYOUT = HERE / "report.typ"
# of a page, what another release may say otherwise although all the rest is as it was
SOURCE = re.compile(r'<p class="source">.*?</p>')
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def as_html(document: Document, pdf: bytes = b"") -> str:
    """The report as one page that needs no other file; it knows the PDF it belongs to by its fingerprint."""
    printed = hashlib.sha256(LAYOUT.read_bytes() + pdf).hexdigest()
    return templates().get_template("report.html.j2").render(document=document, printed=printed)


def is_still(document: Document, html: str, pdf: bytes) -> bool:
    """Whether a finished report says what would be written now, but for the release it names.

    Args:
        document: What would be written.
        html: The page that was.
        pdf: The PDF that lies beside it: another one than it was written with is another report.
    """
    return SOURCE.sub("", html) == SOURCE.sub("", as_html(document, pdf))


def templates(folder: Path = HERE) -> Environment:
    """The templates of a folder, which may use those of reports."""
    return Environment(loader=FileSystemLoader([folder, HERE]), autoescape=select_autoescape(["html", "j2"]))


def as_pdf(document: Document) -> bytes:
    """The report as a tagged PDF (PDF/UA-1), set in fonts that are installed with Casebook."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / LAYOUT.name).write_bytes(LAYOUT.read_bytes())
        (place / "document.json").write_text(json.dumps(asdict(document), ensure_ascii=False))
        for name, svg in document.pictures.items():
            (place / f"{name}.svg").write_text(svg)
        return typst.compile(
            str(place / LAYOUT.name), font_paths=font_folders(), ignore_system_fonts=True, pdf_standards=["ua-1"]
        )


def read_back(html: str, pdf: bytes, figures: Figures) -> list[str]:
    """What a finished report says otherwise than the release, of each number that is marked, and the PDF than the page.

    Args:
        html: The page.
        pdf: The PDF.
        figures: Of the release.

    Returns:
        A sentence each; none where every number is that of the release.
    """
    page = BeautifulSoup(html, "html.parser")
    found = otherwise(page, figures)
    on_page, in_pdf = (
        Counter(NUMBER.findall(text)) for text in (page.body.get_text(" ") if page.body else "", _text_of(pdf))
    )
    found += [
        f"{number} stands {there} times in the PDF, {here} on the page"
        for number, here, there in _apart(on_page, in_pdf)
    ]
    return found


def otherwise(page: BeautifulSoup, figures: Figures) -> list[str]:
    """What a page says otherwise than the release, of each number that is marked: a sentence each."""
    found, figures = [], figures.anew()
    marked = page.find_all("data", attrs={"data-figure": True})
    if not marked:
        found.append("no number of the page says what it is")
    for each in marked:
        address, printed = str(each["data-figure"]), float(str(each["value"]))
        known = figures.at(address)
        if known != printed:
            found.append(f"{address}: {printed:g} is printed, the release has {known}")
        shown = NUMBER.findall(each.get_text())
        if any(float(number.replace(",", "")) != printed for number in shown):
            found.append(f"{address}: {' '.join(shown)} is shown, {printed:g} is meant")
    return found


def _apart(one: Counter[str], other: Counter[str]) -> list[tuple[str, int, int]]:
    return [(number, one[number], other[number]) for number in sorted({*one, *other}) if one[number] != other[number]]


def _text_of(pdf: bytes) -> str:
    """The text of a PDF without the number of each page, which stands at its end."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "\n".join(
        page.extract_text(extraction_mode="layout").rstrip().removesuffix(str(number))
        for number, page in enumerate(pages, start=1)
    )

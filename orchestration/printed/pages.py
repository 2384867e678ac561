"""A report as sentences in their order, each with its page, its section and what kind of line it stands in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString, Tag
from pypdf import PdfReader
from pypdf.errors import PyPdfError

ROMAN = re.compile(r"^([IVX]{1,5})[.)]\s+\D")
LETTER = re.compile(r"^([A-H])[.)]\s+\S")
# as Arabic numbers its chapters: أولاً, ثانياً …
ORDINALS = {
    word: roman
    for roman, word in zip(
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"),
        ("أولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا", "سابعا", "ثامنا", "تاسعا", "عاشرا"),
        strict=True,
    )
}
ORDINAL = re.compile(rf"^({'|'.join(ORDINALS)})ً?\s*[:.-]")
PAGE_NUMBER = re.compile(r"^\W*\d{1,3}\W*$")
BULLET = re.compile(r"^\s*([-•■●▪–*]|\d{1,2}[.)])\s+")
# a line of a table of contents ends with its page
OF_CONTENTS = re.compile(r"(\t|\.{4,}|…)\s*\d+\s*$")
ENDS = re.compile(
    r"(?<=[.!?؟])[”\"’)\]]*\s+(?=[\"“‘'(]?[A-Z0-9؀-ۿ])"
    r"|(?<=[a-z]{2}\.)(?=[A-Z][a-z])"  # where a page lost the space between two: "sect.The"
)
# what ends with a full stop and is no end of a sentence
SHORT = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|No|no|St|vs|etc|p|pp|Nr|U\.S|U\.N)|\b[A-Z]|^\W*\d{1,2})\.$")
TITLE, HEADING, ITEM, TEXT = "title", "heading", "item", "text"
LONGEST_HEADING = 160
# a line of a list without a mark before it: "January: 14 killed"
LABELLED = re.compile(r"^[^\W\d][^:.!?؟]{1,50}[:：]\s*\d")
LONGEST_LINE = 70
BLOCKS = ["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "td", "th", "title", "section", "article", "body"]
UNSEEN = ["script", "style", "noscript", "nav", "footer", "form"]
KINDS = {"li": ITEM, "h1": TITLE, "title": TITLE, **dict.fromkeys(["h2", "h3", "h4", "h5", "h6"], HEADING)}
LINE_BREAK = "\x1f"
A_NUMBER = re.compile(r"\d[\d,٬. ]*")


class ReportError(ValueError):
    """A report that cannot be read; the message says why."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a report, or one line that is none: a title, a heading, the label of a list.

    Attributes:
        text: As printed, on one line.
        kind: title, heading, item or text.
        section: What the section above it is called: IV.B, or its heading; empty before the first.
        paragraph: The number of the paragraph it stands in.
        page: Of a PDF, from 1.
    """

    text: str
    kind: str
    section: str
    paragraph: int
    page: int | None = None


@dataclass(frozen=True)
class Line:
    """One paragraph of a file, with what its markup says of it."""

    text: str
    kind: str = ""
    page: int | None = None


def sentences(file: Path) -> list[Sentence]:
    """The sentences of a report: text, HTML, or a PDF that has text.

    Raises:
        ReportError: It is of no such kind, or there is no text in it.
        OSError: It cannot be read.
    """
    content = file.read_bytes()
    if content.startswith(b"%PDF"):
        lines = list(_of_pdf(file))
    elif re.match(rb"\s*(<!doctype html|<html|<\?xml)", content[:200], re.I):
        lines = list(_of_html(_text(content)))
    else:
        lines = list(_joined(_lines(_text(content))))
    if not any(line.text for line in lines):
        raise ReportError("there is no text in it; a scan has to be read by a program for that first")
    return list(of_lines(lines))


def of_text(text: str) -> list[Sentence]:
    """The sentences of a plain text."""
    return list(of_lines(list(_joined(_lines(text)))))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1256"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReportError("it is no text, HTML or PDF")


def _joined(lines: Iterable[tuple[str, int | None]]) -> Iterator[Line]:
    """Paragraphs of lines broken to fit a page: a line goes on where it ends no sentence and begins no item."""
    held, held_page = "", None
    for raw, page in lines:
        line = " ".join(raw.replace("**", "").split(" ")).strip()
        if held and _parts(held, line):
            yield Line(held, page=held_page)
            held = ""
        held_page = held_page if held else page
        # a word that was broken at the end of a line
        held = held[:-1] + line if re.search(r"[a-z]-$", held) and line[:1].islower() else f"{held} {line}".strip()
    if held:
        yield Line(held, page=held_page)


def _parts(held: str, line: str) -> bool:
    """Whether a line begins a new paragraph."""
    starts_anew = BULLET.match(line) or is_numbered(line) or "\t" in line or LABELLED.match(line)
    is_line = LABELLED.match(held) and len(held) <= LONGEST_LINE and not line[:1].islower()
    is_heading = len(held) <= LONGEST_HEADING and is_numbered(held) and not line[:1].islower()
    return bool(not line or starts_anew or is_heading or is_line or "\t" in held or re.search(r"[.:!?؟]$", held))


def _lines(text: str) -> list[tuple[str, int | None]]:
    return [(line, None) for line in text.splitlines()]


def _of_pdf(file: Path) -> Iterator[Line]:
    try:
        pages = enumerate([page.extract_text() for page in PdfReader(file).pages], start=1)
    except PyPdfError as error:
        raise ReportError(f"the PDF cannot be read: {error}") from error
    # a sentence may go on over the number at the foot of a page
    lines = ((line, number) for number, text in pages for line in text.splitlines() if not PAGE_NUMBER.match(line))
    yield from _joined(lines)


def _of_html(text: str) -> Iterator[Line]:
    """The text of a page, block by block, without what nobody sees."""
    page = BeautifulSoup(text, "html.parser")
    for unseen in page(UNSEEN):
        unseen.decompose()
    for table in page("table"):
        _as_lines(page, table)
    for line_break in page("br"):
        line_break.replace_with(LINE_BREAK)
    # comments and the like are strings too, of types of their own
    strings = [each for each in page.find_all(string=True) if type(each) is NavigableString]
    for _, group in groupby(strings, key=lambda each: id(each.find_parent(BLOCKS))):
        parts = list(group)
        block = parts[0].find_parent(BLOCKS)
        kind = KINDS.get(block.name, "") if block else ""
        for line in "".join(parts).split(LINE_BREAK):
            if bare := " ".join(line.split()):
                yield Line(bare, kind)


def _as_lines(page: BeautifulSoup, table: Tag) -> None:
    """A table of numbers as lines of a list: "Russian forces: 3,967 Civilians, including 1,042 Children, 684 Women"."""
    rows = [[" ".join(cell.get_text(" ").split()) for cell in row(["th", "td"])] for row in table("tr")]
    headings, *below = [row for row in rows if any(row)] or [[]]
    is_of_numbers = below and all(
        len(row) == len(headings) > 1 and all(A_NUMBER.fullmatch(cell) for cell in row[1:]) for row in below
    )
    if not is_of_numbers:
        return
    lines = page.new_tag("div")
    for label, *cells in below:
        counted = [f"{cell} {heading}" for heading, cell in zip(headings[1:], cells, strict=True)]
        line = page.new_tag("li")
        line.string = f"{label}: " + ", including ".join(filter(None, [counted[0], ", ".join(counted[1:])]))
        lines.append(line)
    table.replace_with(lines)


def of_lines(lines: list[Line]) -> Iterator[Sentence]:
    """The sentences of paragraphs, with the section each stands in; lines of a table of contents are none."""
    section: tuple[str, ...] = ()
    is_before_text = True
    for number, line in enumerate(line for line in lines if line.text and not OF_CONTENTS.search(line.text)):
        kind = line.kind or _kind(line.text, is_before_text)
        if kind == HEADING:
            section = _section(section, line.text)
        is_before_text = is_before_text and kind == TITLE
        bare = BULLET.sub("", line.text) if kind == ITEM else line.text
        for text in _split(bare):
            yield Sentence(text, kind, ".".join(section), number, line.page)


def _kind(text: str, is_before_text: bool) -> str:
    is_short = len(text) <= LONGEST_HEADING and not re.search(r"[.!?؟]\W*$", text)
    if is_short and (is_numbered(text) or text.isupper()):
        return HEADING
    if BULLET.match(text) or is_numbered(text):
        return ITEM
    return TITLE if is_before_text and not re.search(r"[.؟]\W*$", text) else TEXT


def _section(above: tuple[str, ...], heading: str) -> tuple[str, ...]:
    """The section a heading begins: a letter is beneath a Roman number, all else begins anew."""
    if letter := LETTER.match(heading):
        is_beneath = above and re.fullmatch("[IVX]+", above[0])
        # I. may be a number or a letter: a letter follows a letter
        return (*above[:1], letter[1]) if is_beneath else (letter[1],)
    if roman := ROMAN.match(heading):
        return (roman[1],)
    ordinal = ORDINAL.match(heading)
    return (ORDINALS[ordinal[1]],) if ordinal else (heading.strip(" :"),)


def is_numbered(text: str) -> bool:
    """Whether a line begins with the number or the letter of a chapter."""
    return any(pattern.match(text) for pattern in (ROMAN, LETTER, ORDINAL))


def _split(text: str) -> Iterator[str]:
    """A paragraph's sentences; a full stop after an abbreviation ends none."""
    held = ""
    for part in ENDS.split(text):
        held = f"{held} {part}".strip()
        if not SHORT.search(held):
            yield held
            held = ""
    if held:
        yield held

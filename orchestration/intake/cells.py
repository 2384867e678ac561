"""What cells of a workbook are that its reader does not tell: errors, formulas, percentages, merged and hidden cells.

Of XLSX: the parts of one are looked through for what may be such a cell, and read as XML only where there is one. Of
ODS: hidden rows and columns, percentages, numbers and days that show more or less than they are, errors, formulas
without a value, cells that span others, comments, and what is struck out.
"""

import io
import re
import string
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from orchestration.intake.bounds import require_size
from orchestration.intake.sheet import SheetError

BLOCK = 1 << 20
PREFIX = rb"(?:[^<>\s:/]+:)?"
"""What may stand before the name of a tag, which is of the same kind with it."""
ROOT = re.compile(rb"<([^<>\s!?/]+)\s[^<]*>")
# Marks begin with letters that seldom stand together: these are found ten times as fast as a choice of some.
ERROR = rb"""=\s*["']e["']"""
NO_VALUE = rb"(?=[\s/>])(?![^<]*(?:/>|</%sf>)\s*<%sv>[^<])" % (PREFIX, PREFIX)
MARKS = [re.compile(mark) for mark in (ERROR, rb"<f" + NO_VALUE, rb":f" + NO_VALUE)]
HIDDEN = re.compile(rb"""hidden(?<=\shidden)\s*=\s*["'](?:1|true)["']""")
ROW_OR_COLUMN = re.compile(rb"<%s(?:(row)|col)\s" % PREFIX)
VALUE_OR_END = re.compile(rb"<(?:%s([vt])|/?%s(?:row|sheetData))[\s/>]" % (PREFIX, PREFIX))
WHOLE_ROWS = re.compile(rb"(?s).*</%srow\s*>" % PREFIX)
LAST_CELL = re.compile(rb"(?s).*(<%sc[\s/>])" % PREFIX)
CELL_END = re.compile(rb"</%sc\s*>|(?=</?%s(?:c|row)[\s/>])|\Z" % (PREFIX, PREFIX))
# a comment, or text that is written as it is, may look like tags and be none
NO_TAGS = (b"<!", b"<?")
MAIN, PACKAGE, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
# a cell of some styles with something in it, its column and row; and one with a number
STYLED = rb"""<%sc\s(?=(?:[^>]*\s)?r="([A-Z]+)(\d+)")(?=[^>]*\bs="(?:%s)")%s[^>]*[^/]>"""
NUMBER = (rb"""(?![^>]*\bt="[^n])""", rb"\s*(?:<%sf(?:[^>]*/>|[^<]*</%sf>)\s*)?<%sv>([^<]+)<" % ((PREFIX,) * 3))
# a text that all tabs share, and a word of one that is struck out; and a cell of such a text
SHARED, STRIKE = "xl/sharedStrings.xml", re.compile(rb"""<%sstrike(?!\s+val="(?:0|false)")""" % PREFIX)
SHARED_TEXT = re.compile(rb"(?s)<%ssi(?:\s*/>|[\s>].*?</%ssi>)" % (PREFIX, PREFIX))
OF_SHARED = re.compile(rb"""<%sc\s(?=[^>]*\br="[A-Z]+(\d+)")(?=[^>]*\bt="s")[^>]*>\s*<%sv>(\d+)<""" % (PREFIX, PREFIX))
COMMENTED = re.compile(rb'<%scomment\s[^>]*?\bref="([A-Z]+\d+)"' % PREFIX)
# the two ways to show a percentage that every spreadsheet has, and what another one says as it is
PERCENTAGES = {"9", "10"}
AS_IT_IS = re.compile(r'"[^"]*"|\\.')
# the way to show a day without saying which of the month that every spreadsheet has, and what says nothing in others
MONTHS = {"17"}
OF_A_PLACE = re.compile(r"\[[^\]]*\]|;.*")
# no spreadsheet counts more days
LAST_DAY = 2_958_465
# a number that is shown with a word before it, or with so many digits: "SYN-"0000
WORDED = re.compile(r'(?:"([^"]*\w[^"]*)")?(0+)(?:;.*)?')
CONTENT = "content.xml"
# what a part of ODS has in it where cells of it tell more than values: percentages, errors, spans, comments
MARKS_IN_ODS = (b'"percentage"', b'"error"', b"-spanned=", b":annotation")
IN_ODS = b":formula="
FORMULA_OF_ODS = re.compile(rb"<(?=[^<>]*:formula=)(?![^<>]*:value-type=)")
# a number, or the first of a month, whose text in ODS may say more, or less, than the value; and the text of a number
# that is shown with a word before it, or zeros
SHOWN_IN_ODS = re.compile(
    rb"""value-type="(?:float"[^>]*>\s*<text:p>(?:<[^>]*>)*(?:0[0-9]|[^<0-9]*[A-Za-z\x80-\xff][^<0-9]*[0-9])"""
    rb"""|date"[^>]*date-value="\d{4}-\d\d-01"[^>]*>\s*<text:p>(?!\d+[/.-]\d+[/.-]\d))"""
)
WORDED_IN_ODS = re.compile(r"(\D*[^\W\d]\D*)?(\d+)")
HIDDEN_IN_ODS = ("collapse", "filter")
MAY_TELL_IN_ODS = (
    re.compile(rb"""visibility\s*=\s*["'](?:collapse|filter)"""),
    re.compile(rb"""text-line-through-style\s*=\s*["'](?!none)"""),
    SHOWN_IN_ODS,
)
# a row of ODS that says how often it is there may say so of all the rows there can be
REPEATED = 1000
MERGED = "#MERGED!"
FORMULA = "=…"
"""What stands for a formula without a value whose words are not at hand."""
LETTERS = string.ascii_uppercase


@dataclass
class Cells:
    """What a tab has beside values: texts by row and column from 0; rows and columns, as people say; its calendar.

    `errors` are texts that stand only where the reader finds nothing, or 0 where they are formulas: they were looked
    for in bytes. `merged` are the first and the last cell of those merged cells that the reader does not tell.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    struck_rows: list[str] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    is_of_1904: bool = False


def of_workbook(path: Path) -> dict[str, Cells]:
    """The cells of each tab of an XLSX file that have something beside a value, by the tab's name.

    Of another kind of file there are none.

    Raises:
        SheetError: a part of it is no XML.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as book:
            names = {*book.namelist()}
            if CONTENT in names:
                return _of_ods(book)
            return _of_xlsx(book) if {MAIN, PACKAGE} <= names else {}
    except (ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise SheetError("the workbook is damaged; a readable one was expected") from error


def require_size_of(path: Path) -> None:
    """Raise SheetError where a workbook that is packed would unpack to far more than honest ones do."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            require_size(sum(part.file_size for part in book.infolist()), path.stat().st_size)


def column_of(reference: str) -> int:
    """The column of a cell such as `AB12`, from 0."""
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def letters_of(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0."""
    before, last = divmod(column, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + last)


def span(first: int, last: int) -> str:
    """Columns, counted from 0, as people say them."""
    return letters_of(first) + (f" to {letters_of(last)}" if last > first else "")


def _of_xlsx(book: zipfile.ZipFile) -> dict[str, Cells]:
    main = ElementTree.fromstring(book.read(MAIN))
    is_of_1904, styles, words_struck = _counts_from_1904(main), _styles(book), _words_struck(book)
    found = {name: (_seen(book, part) or _read(book, part), part) for name, part in _parts(book, main)}
    for cells, part in found.values():
        cells.is_of_1904, cells.comments = is_of_1904, _comments(book, part)
        is_needed = any((styles.struck, styles.percent, styles.months, styles.worded, words_struck))
        text = book.read(part) if is_needed else b""
        rows = [row for _, row in re.findall(_styled(styles.struck), text)] if styles.struck else []
        rows += [row for row, number in OF_SHARED.findall(text) if int(number) in words_struck] if words_struck else []
        cells.struck_rows += sorted({row.decode() for row in rows}, key=int)
        if styles.percent:
            cells.texts |= _percentages(re.finditer(_styled(styles.percent, *NUMBER), text))
        if styles.months:
            shown = re.finditer(_styled(styles.months, *NUMBER), text)
            cells.months += [(cell[1] + cell[2]).decode() for cell in shown if _is_first(cell[3], is_of_1904)]
        for (before, digits), numbers in styles.worded.items():
            shown = re.finditer(_styled(numbers, *NUMBER), text)
            whole = ((cell, int(cell[3])) for cell in shown if cell[3].isdigit())
            cells.texts |= {_place(cell): f"{before}{number:0{digits}}" for cell, number in whole}
    return {name: cells for name, (cells, _) in found.items()}


def _words_struck(book: zipfile.ZipFile) -> set[int]:
    """The numbers of the texts of a workbook, as its cells say them, in which a word is struck out."""
    text = book.read(SHARED) if SHARED in book.namelist() else b""
    if not STRIKE.search(text):
        return set()
    return {number for number, each in enumerate(SHARED_TEXT.findall(text)) if STRIKE.search(each)}


def _parts(book: zipfile.ZipFile, main: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Name of each tab, and the part of the package it is in."""
    parts = set(book.namelist())
    places = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(book.read(PACKAGE))}
    for tab in (each for each in main.iter() if _tag(each) == "sheet"):
        place = next((places.get(value, "") for name, value in tab.items() if name.endswith("}id")), "")
        part = place.removeprefix("/") if place.startswith("/") else f"xl/{place}"
        if part in parts:
            yield tab.get("name", ""), part


def _comments(book: zipfile.ZipFile, part: str) -> list[str]:
    """The cells of a tab that somebody wrote a comment on, such as B3."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in book.namelist():
        return []
    related = ElementTree.fromstring(book.read(relations))
    of_tab = (each for each in related if each.get("Type", "").endswith("/comments"))
    named = [each.get("Target", "").rpartition("/")[2] for each in of_tab]
    parts = [each for each in book.namelist() if each.rpartition("/")[2] in named]
    return [cell.decode() for each in parts for cell in COMMENTED.findall(book.read(each))]


def _counts_from_1904(main: ElementTree.Element) -> bool:
    """Whether days are counted from 1904 and not from 1900, as spreadsheets on a Macintosh did."""
    return any(_tag(each) == "workbookPr" and each.get("date1904") in ("1", "true") for each in main)


@dataclass(frozen=True)
class _Styles:
    """The numbers of the styles of which more is to be known than a cell's value.

    Of letters that are struck out, as what shall not count is; of percentages; of days that are shown as months or
    years; and by word and number of digits, of numbers that are shown with these.
    """

    struck: list[bytes] = field(default_factory=list)
    percent: list[bytes] = field(default_factory=list)
    months: list[bytes] = field(default_factory=list)
    worded: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)


def _styles(book: zipfile.ZipFile) -> _Styles:
    if STYLES not in book.namelist():
        return _Styles()
    parts = {_tag(part): list(part) for part in ElementTree.fromstring(book.read(STYLES))}
    struck = {
        str(number)
        for number, font in enumerate(parts.get("fonts", ()))
        if any(_tag(each) == "strike" and each.get("val") not in ("0", "false") for each in font)
    }
    formats = {each.get("numFmtId"): each.get("formatCode", "") for each in parts.get("numFmts", ())}
    percent = PERCENTAGES | {number for number, code in formats.items() if "%" in AS_IT_IS.sub("", code)}
    months = MONTHS | {number for number, code in formats.items() if _says_no_day(code)}
    styles = [(str(number).encode(), style) for number, style in enumerate(parts.get("cellXfs", ()))]
    found = _Styles(
        [number for number, style in styles if style.get("fontId") in struck],
        [number for number, style in styles if style.get("numFmtId") in percent],
        [number for number, style in styles if style.get("numFmtId") in months],
    )
    for number, style in styles:
        worded = WORDED.fullmatch(formats.get(style.get("numFmtId"), ""))
        if worded and (worded[1] or len(worded[2]) > 1):
            found.worded.setdefault((worded[1] or "", len(worded[2])), []).append(number)
    return found


def _says_no_day(code: str) -> bool:
    """Whether a way to show a day tells its year, and not which of the month it is."""
    shown = OF_A_PLACE.sub("", AS_IT_IS.sub("", code)).lower()
    return "y" in shown and "d" not in shown


def _is_first(number: bytes, is_of_1904: bool) -> bool:
    """Whether a day, as a workbook counts it, is the first of a month, as it is where somebody typed a month alone."""
    counted = date(1904, 1, 1) if is_of_1904 else date(1899, 12, 30)
    return number.isdigit() and int(number) <= LAST_DAY and (counted + timedelta(int(number))).day == 1


def _styled(styles: list[bytes], more: bytes = b"", follows: bytes = b"") -> bytes:
    """The expression for a cell of these styles with something in it."""
    return STYLED % (PREFIX, b"|".join(styles), more) + follows


def _percentages(cells: Iterator[re.Match[bytes]]) -> dict[tuple[int, int], str]:
    """Numbers that are shown as percentages, as they are shown: 30%, where 0.3 is stored."""
    return {_place(cell): f"{float(cell[3]) * 100:.12g}%" for cell in cells}


def _place(cell: re.Match[bytes]) -> tuple[int, int]:
    """Row and column of a cell, from 0."""
    return int(cell[2]) - 1, column_of(cell[1].decode())


def _of_ods(book: zipfile.ZipFile) -> dict[str, Cells]:
    """What cells of each tab have beside values; read as XML only where there may be something."""
    text = book.read(CONTENT)
    is_plain = not any(mark in text for mark in MARKS_IN_ODS) and not any(each.search(text) for each in MAY_TELL_IN_ODS)
    if is_plain and not (IN_ODS in text and FORMULA_OF_ODS.search(text)):
        return {}
    found: dict[str, Cells] = {}
    struck: set[str] = set()
    tab, row, column = Cells(), 0, 0
    for event, element in ElementTree.iterparse(io.BytesIO(text), ("start", "end")):
        tag, of_ods = _tag(element), _attributes_of_ods(element)
        if (event, tag) == ("start", "table"):
            tab = found[of_ods.get("name", "")] = Cells()
            row = column = 0
        elif (event, tag) == ("end", "style"):
            lines = [_attributes_of_ods(each).get("text-line-through-style", "none") for each in element]
            struck |= {of_ods.get("name", "")} if any(line != "none" for line in lines) else set()
        elif (event, tag) == ("end", "table-column"):
            columns = int(of_ods.get("number-columns-repeated", 1))
            tab.hidden_columns += (
                [span(column, column + columns - 1)] if of_ods.get("visibility") in HIDDEN_IN_ODS else []
            )
            column += columns
        elif (event, tag) == ("end", "table-row"):
            rows, cells = int(of_ods.get("number-rows-repeated", 1)), list(_cells_of_ods(element, struck))
            for number in range(row, row + min(rows, REPEATED)) if cells else ():
                _add_row_of_ods(tab, number, cells)
                tab.hidden_rows += [str(number + 1)] if of_ods.get("visibility") in HIDDEN_IN_ODS else []
            tab.merged += _merged_in_ods(element, row)
            row += rows
            element.clear()
    return found


def _add_row_of_ods(tab: Cells, row: int, cells: list[tuple[int, str, str]]) -> None:
    """Add what the cells of a row tell, each given by its column, its kind and its text."""
    of_kinds: dict[str, dict[int, str]] = {}
    for column, kind, text in cells:
        of_kinds.setdefault(kind, {})[column] = text
    for kind in ("percentage", "worded"):
        tab.texts |= {(row, column): text for column, text in of_kinds.get(kind, {}).items()}
    # some errors have a number only, Err:502
    errors = {column: text if text[:1] == "#" else "#ERROR!" for column, text in of_kinds.get("error", {}).items()}
    tab.errors |= {(row, column): text for column, text in (errors | of_kinds.get("formula", {})).items()}
    tab.months += [f"{letters_of(column)}{row + 1}" for column in of_kinds.get("month", ())]
    tab.comments += [f"{letters_of(column)}{row + 1}" for column in of_kinds.get("comment", ())]
    tab.struck_rows += [str(row + 1)] if "struck" in of_kinds else []


def _cells_of_ods(row: ElementTree.Element, struck: set[str]) -> Iterator[tuple[int, str, str]]:
    """Column, kind of value and text of the written cells of a row, and which have a comment or are struck out."""
    column = 0
    for cell in row:
        attributes = _attributes_of_ods(cell)
        kind, times = attributes.get("value-type", ""), int(attributes.get("number-columns-repeated", 1))
        text = "\n".join("".join(each.itertext()) for each in cell if _tag(each) == "p")
        if not kind and not text and (formula := attributes.get("formula")):
            kind, text = "formula", f"={formula.partition('=')[2]}"
        kinds = [_shown_in_ods(kind, attributes, text)] if kind or text else []
        kinds += ["comment"] if any(_tag(each) == "annotation" for each in cell) else []
        kinds += ["struck"] if text and attributes.get("style-name") in struck else []
        # the like beside it is said once
        yield from ((place, each, text) for each in kinds for place in range(column, column + min(times, REPEATED)))
        column += times


def _attributes_of_ods(element: ElementTree.Element) -> dict[str, str]:
    """What a tag says, by names without what stands before them."""
    return {name.rpartition("}")[2]: value for name, value in element.items()}


def _shown_in_ods(kind: str, attributes: dict[str, str], text: str) -> str:
    """The kind of a cell's value, by its text: `worded` a number with a word before it or zeros, `month` a day's."""
    if kind == "float" and (shown := WORDED_IN_ODS.fullmatch(text)):
        is_whole = re.sub(r"\.0+$", "", attributes.get("value", "")) == str(int(shown[2]))
        return "worded" if is_whole and (shown[1] or (shown[2][0] == "0" and len(shown[2]) > 1)) else kind
    day, numbers = attributes.get("date-value", ""), re.findall(r"\d+", text)
    says_year = {day[:4], day[2:4]} & {*numbers}
    # of 01/2023 the year is the second number, of January 2023 the first
    is_month = len(numbers) <= 1 + (not re.search(r"[^\W\d]", text))
    return "month" if kind == "date" and day[7:] == "-01" and says_year and is_month else kind


def _merged_in_ods(element: ElementTree.Element, row: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The first and the last cell of those that the cells of a row span."""
    column = 0
    for cell in element:
        attributes = _attributes_of_ods(cell)
        down, across = (int(attributes.get(f"number-{of}-spanned", 1)) for of in ("rows", "columns"))
        if down > 1 or across > 1:
            yield (row, column), (row + down - 1, column + across - 1)
        column += int(attributes.get("number-columns-repeated", 1))


def _seen(book: zipfile.ZipFile, part: str) -> Cells | None:
    """What a part tells, of which only the tags that may tell something are read as XML; None where that is not enough.

    It is not where a cell or row does not say its number, or where not all that looks like a tag needs to be one.
    """
    cells, head, tail = Cells(), b"", b""
    with book.open(part) as stream:
        for rows in _pieces(stream):
            begin = 0
            if not head:
                root = ROOT.search(rows)
                if not root:
                    return None
                begin = root.end()
                head, tail = rows[:begin], b"</%s>" % root[1]
            # one letter is found thirty times as fast as two, and seldom there
            if any(mark[1:] in rows and rows.find(mark, begin) >= 0 for mark in NO_TAGS):
                return None
            tags = b"".join((*_hidden_tags(rows), *_cells_that_may_tell(rows)))
            if tags and not _is_added(head + tags + tail, cells):
                return None
    return cells


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A part in pieces that end with a row; the last one with the part."""
    rest = b""
    while block := stream.read(max(BLOCK, len(rest))):
        text = rest + block
        rows = WHOLE_ROWS.match(text)
        end = rows.end() if rows else 0
        if end:
            yield text[:end]
        rest = text[end:]
    yield rest


def _hidden_tags(rows: bytes) -> Iterator[bytes]:
    """The tags of hidden columns, and of hidden rows with something in them, without what is inside."""
    for hit in HIDDEN.finditer(rows):
        begin = rows.rfind(b"<", 0, hit.start())
        end = rows.find(b">", hit.end())
        tag = ROW_OR_COLUMN.match(rows, begin)
        if tag and (not tag[1] or (follows := VALUE_OR_END.search(rows, end)) and follows[1]):
            yield rows[begin:end].rstrip(b"/") + b"/>"


def _cells_that_may_tell(rows: bytes) -> Iterator[bytes]:
    """The cells with an error, or a formula without a value, and what looks like one of these."""
    end = 0
    for hit in sorted(hit.end() for mark in MARKS for hit in mark.finditer(rows)):
        if cell := LAST_CELL.match(rows, end, hit):
            begin = cell.start(1)
            end = CELL_END.search(rows, begin + 1).end()  # type: ignore[union-attr]
            yield rows[begin:end]


def _is_added(tags: bytes, cells: Cells) -> bool:
    """Add what tags tell, given as XML; False where they do not say where they are, or are no XML by themselves."""
    try:
        elements = list(ElementTree.fromstring(tags))
    except ElementTree.ParseError:
        return False
    for element in elements:
        tag, place = _tag(element), element.get("r", "")
        if tag == "col":
            cells.hidden_columns += [_columns_of(element)] if _is_hidden(element) else []
        elif not place:
            return False
        elif tag == "row":
            cells.hidden_rows += [place] if _is_hidden(element) else []
        elif (text := _text_of(element)) is not None:
            cells.texts[int(place.lstrip(LETTERS)) - 1, column_of(place)] = text
    return True


def _read(book: zipfile.ZipFile, part: str) -> Cells:
    """What a part tells, all of it read as XML, which takes some ten times as long."""
    cells, row = Cells(), -1
    with book.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            tag = _tag(element)
            if tag == "col" and _is_hidden(element):
                cells.hidden_columns.append(_columns_of(element))
            elif tag == "row":
                row = int(element.get("r", row + 2)) - 1
                column = -1
                for cell in element:
                    column = column_of(cell.get("r", "")) if cell.get("r") else column + 1
                    if (text := _text_of(cell)) is not None:
                        cells.texts[row, column] = text
                if _is_hidden(element) and any(_tag(each) in ("v", "t") for each in element.iter()):
                    cells.hidden_rows.append(str(row + 1))
                element.clear()
    return cells


def _text_of(cell: ElementTree.Element) -> str | None:
    """The text of a cell that holds an error, or a formula nobody has calculated; None of another one."""
    parts = {_tag(each): each for each in cell}
    value = parts["v"].text if "v" in parts else None
    if cell.get("t") == "e":
        return value or "#ERROR!"
    # a formula may come to an empty text, which is a value
    if "f" in parts and not value and not (cell.get("t") == "str" and "v" in parts):
        return f"={parts['f'].text or ''}"
    return None


def _columns_of(element: ElementTree.Element) -> str:
    """The columns that a tag speaks of, as people say them."""
    return span(int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get("hidden") in ("1", "true")

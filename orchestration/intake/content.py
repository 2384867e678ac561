"""What a file is by its bytes: its ending only says what somebody called it."""

import re
import zipfile
from pathlib import Path

from orchestration.intake.sheet import COLUMNAR, ENDINGS, FLAT, PAGES, SUBMISSIONS, WORKBOOKS, SheetError

PACKED = ".zip"
READ = ENDINGS | {PACKED}
HEAD = 4096
ZIP, OLE, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
# the stream that a workbook with a password lies in
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_PARTS = ("xl/", "mimetype", "META-INF/")
# a mark of its encoding, and blanks, before what text begins with
BEFORE_TEXT = re.compile(rb"(\xef\xbb\xbf)?\s*")
# how a table begins, submissions do, and a line of them
TABLE = re.compile(rb"[^\r\n]*[,;\t|][^\r\n]*[\r\n]")
SUBMISSION, OF_SUBMISSIONS = re.compile(rb"[\[{]\s*[\[{\"]"), re.compile(rb"^\s*[\[{]", re.MULTILINE)
# how a web page begins, which portals call a workbook
OF_PAGE = re.compile(rb"(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body|table|meta|style|!--)", re.IGNORECASE)
# how else something begins that is called a sheet, and what it is
NO_SHEET = {
    rb"mime-version:|from: .*\nmime-version:": "it is a message or a page saved as one; the sheet in it was expected",
    rb"\{\\rtf": "it is a text document (RTF); a sheet was expected",
    rb"%PDF-": "it is a PDF; the table it was made from was expected",
    rb"\x1f\x8b": "it is packed with gzip; unpacked, or packed as a ZIP, it is read",
    rb"<\?xml|<Workbook": "it is XML, as of a spreadsheet of 2003; saved as XLSX by a spreadsheet program it is read",
}
# files of something else than a sheet, or of one that nobody here reads: by endings, what they are and what to do
OTHERS = {
    (".pdf",): NO_SHEET[rb"%PDF-"] + "; figures of a report are proposed by `casebook read`",
    (".doc", ".docx", ".odt", ".rtf"): "it is a text document; its table, saved as XLSX or CSV, was expected",
    (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".heic", ".mp4", ".mp3"): (
        "it is a picture or a recording; the list itself, as a workbook or CSV, was expected"
    ),
    (".numbers", ".gsheet", ".mdb", ".accdb", ".sqlite", ".db", ".sav", ".dta", ".dbf", ".rds"): (
        "it is of a program whose files are not read; exported from there as XLSX or CSV it is read"
    ),
    (".rar", ".7z", ".gz", ".tgz", ".tar"): (
        "it is packed in a way that is not read; unpacked, or packed as a ZIP, it is"
    ),
    (".xml",): NO_SHEET[rb"<\?xml|<Workbook"],
    (".gpg", ".pgp", ".asc"): "it is encrypted; the file itself was expected",
    (".eml", ".msg", ".mht", ".mhtml"): NO_SHEET[rb"mime-version:|from: .*\nmime-version:"],
    (".lnk", ".url", ".webloc", ".desktop"): "it only says where a file is; the file itself was expected",
    (".icloud",): "it stands for a file that is not on this machine yet; the file itself, downloaded, was expected",
}


def ending_of(path: Path, ending: str) -> str:
    """How the names of such files end as a file is; its own ending where its bytes do not say otherwise.

    Args:
        path: Where its bytes lie.
        ending: How its name ends, in small letters.

    Raises:
        SheetError: It is of a kind that nobody reads, or asks for a password; the text says which.
        OSError: It cannot be read.
    """
    if ending not in READ:
        if reason := next((reason for endings, reason in OTHERS.items() if ending in endings), None):
            raise SheetError(reason)
        expected = "CSV, a workbook, JSON, Parquet or a ZIP of these was expected"
        raise SheetError(f"the ending {ending or 'of its name'} is unknown; {expected}")
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _found(path, head, ending)
    return ending if any({found, ending} <= alike for alike in (WORKBOOKS, FLAT, PAGES)) else found


def _found(path: Path, head: bytes, ending: str) -> str:
    """The ending that what a file holds usually has; the one it has where nothing speaks against it."""
    text = head[BEFORE_TEXT.match(head).end() :]  # type: ignore[union-attr]
    if OF_PAGE.match(text):
        return max(PAGES)
    for begins, sentence in NO_SHEET.items():
        if re.match(begins, text, re.IGNORECASE):
            raise SheetError(sentence)
    if not head and ending not in FLAT | SUBMISSIONS:
        raise SheetError("the file is empty; a sheet was expected")
    if head.startswith(ZIP):
        return ".xlsx" if _is_workbook(path, ending) else PACKED
    if head.startswith(OLE):
        if ENCRYPTED in path.read_bytes():
            raise SheetError("it asks for a password; a workbook that opens without one was expected")
        return ".xls"
    if head.startswith(PARQUET):
        return min(COLUMNAR)
    is_text = bool(text) and b"\0" not in head
    if is_text and ending in FLAT:
        return ".json" if SUBMISSION.match(text) else ending
    is_other = ending not in SUBMISSIONS or not OF_SUBMISSIONS.search(text)
    return ".csv" if is_text and is_other and TABLE.match(text) else ending


def _is_workbook(path: Path, ending: str) -> bool:
    """Whether a ZIP is what a spreadsheet program writes, which is one too; a damaged one is what it is called."""
    try:
        with zipfile.ZipFile(path) as packed:
            return any(name.startswith(WORKBOOK_PARTS) for name in packed.namelist())
    except (zipfile.BadZipFile, OSError):
        return ending in WORKBOOKS

"""What a file is by its bytes, whatever it is called: read as what it is, with a note, or told what to do."""

import io
import json
import zipfile

import pytest
import xlsxwriter

from orchestration.intake.content import ENCRYPTED, OLE


def book(house) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as written:
        tab = written.add_worksheet("deaths")
        for number, line in enumerate(house.csv().splitlines()):
            tab.write_row(number, 0, line.split(","))
    return stream.getvalue()


def submissions(house) -> bytes:
    heading, *lines = [line.split(",") for line in house.csv().splitlines()]
    return json.dumps([dict(zip(heading, line, strict=True)) for line in lines]).encode()


def page(house) -> bytes:
    rows = "".join(f"<tr><td>{line.replace(',', '<td>')}" for line in house.csv().splitlines())
    return f"<html><table>{rows}</table></html>".encode()


def packed(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["deaths.csv", "deaths.txt", "deaths.tsv"])
def test_a_flat_table_is_read_in_each_encoding_with_its_mark_and_without(house, name, encoding, mark):
    house.drop(name, (mark + house.csv()).encode(encoding))
    assert len(house.rows()) == 1
    assert house.night().sheets["reading_notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("name", "content", "held"),
    [
        ("deaths.csv", book, ".xlsx"),
        ("deaths.txt", submissions, ".json"),
        ("deaths.xls", lambda house: house.csv().replace(",", "\t").encode(), ".csv"),
        ("deaths.xlsx", lambda house: house.csv().encode(), ".csv"),
        ("deaths.json", lambda house: house.csv().encode(), ".csv"),
        ("deaths.parquet", lambda house: house.csv().encode(), ".csv"),
        ("deaths.zip", book, ".xlsx"),
        ("deaths.xls", page, ".html"),
        ("deaths.csv", lambda house: b"\xef\xbb\xbf<!DOCTYPE html>" + page(house), ".html"),
        ("deaths.xls", lambda house: b'<?xml version="1.0"?>\n' + page(house), ".html"),
        ("deaths.csv", lambda house: packed("deaths.csv", house.csv().encode()), ".zip"),
    ],
)
def test_what_is_called_otherwise_is_read_as_what_it_is_with_a_note(house, name, content, held):
    house.drop(name, content(house))
    intake = house.night()
    assert len(house.rows(intake)) == 1
    ending = name.removeprefix("deaths")
    note = f"its name ends in {ending}, but it holds {held}, and is read as that"
    assert intake.sheets["reading_notes"].to_pylist() == [note]
    assert intake.sheets["notes"].to_pylist() == [None]  # which would be an alert each night


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("deaths.csv", b"%PDF-1.7", "it is a PDF"),
        ("deaths.xls", b" \n<HTML><table></table>", "it is a web page"),
        ("deaths.csv", b"\xef\xbb\xbf<!DOCTYPE html><html>", "it is a web page"),
        ("deaths.xls", b'<?xml version="1.0"?><Workbook/>', "it is XML"),
        ("deaths.csv", b"\x1f\x8b\x08\x00", "packed with gzip"),
        ("deaths.xls", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "a page saved as one"),
        ("deaths.csv", b"{\\rtf1\\ansi case_id, documented_on\\par}", "a text document (RTF)"),
        ("deaths.xlsx", OLE + b"\0" * 600 + ENCRYPTED, "it asks for a password"),
        ("deaths.xlsx", b"", "the file is empty; a sheet was expected"),
        ("deaths.xlsx", b"PK\x03\x04 cut off", "the workbook is damaged"),
        ("deaths.zip", b"PK\x03\x04 cut off", "the packed file is damaged"),
        ("deaths.gz", b"\x1f\x8b\x08\x00", "packed in a way that is not read"),
        ("deaths.json", b'[{"case_id": "1"', "the file is damaged; JSON or JSON Lines"),
    ],
)
def test_what_nobody_reads_is_called_by_its_name(house, name, content, words):
    house.drop(name, content)
    (sentence,) = house.set_aside()
    assert words in sentence


@pytest.mark.parametrize("name", ["deaths.html", "deaths.HTM", "deaths.zip"])
def test_a_page_is_read_as_one(house, name):
    house.drop(name, packed("Sheet1.html", page(house)) if name.endswith("zip") else page(house))
    intake = house.night()
    assert len(house.rows(intake)) == 1
    assert intake.sheets["reading_notes"].to_pylist() == [None]


def test_in_a_packed_file_a_sheet_is_what_it_is_called(house):
    """One that holds itself would never end."""
    house.drop("deaths.zip", packed("deaths.csv", packed("deaths.csv", house.csv().encode())))
    (sentence,) = house.set_aside()
    assert "its name ends in .csv, but it holds .zip; dropped by itself it is read" in sentence


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("report.pdf", "it is a PDF"),
        ("list.DOCX", "it is a text document; its table, saved as XLSX or CSV, was expected"),
        ("list.jpg", "it is a picture"),
        ("list.numbers", "exported from there as XLSX or CSV it is read"),
        ("list.rar", "unpacked, or packed as a ZIP, it is"),
        ("list.xlsx.gpg", "it is encrypted"),
        ("list.eml", "it is a message"),
        ("list.xml", "it is XML"),
        ("list.html", "it is a web page"),
        ("deaths.lnk", "the file itself was expected"),
        ("deaths.url", "the file itself was expected"),
        (".deaths.csv.icloud", "not on this machine yet"),
        ("list.what", "the ending .what is unknown; CSV, a workbook, JSON, Parquet or a ZIP of these was expected"),
    ],
)
def test_of_what_is_no_sheet_it_is_told_what_to_do(house, name: str, said: str):
    house.drop(name, b"anything")
    [told] = house.set_aside()
    assert told.startswith(f"raw/2023-07/{name}: ")
    assert said in told

"""Bad files, made by code: what people, form tools, broken disks and ill will put beside a good sheet.

Every one is either set aside with a sentence or read, so many rows of it; nothing else may come of any.
"""

import codecs
import io
import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake import Limits, take_in

GOOD = "deaths__good.csv"
HEADINGS = ["case_id", "documented_on", "killed_governorate", "party", "notes"]
ROW = ["SYN-1", "2023-07-05", "Aleppo", "sdf", "synthetic"]
DEATH = dict(zip(HEADINGS, ROW, strict=True))
MEBIBYTE = 1 << 20
# what is drawn at random is drawn alike in every run
SEED = 20230705

Make = Callable[[Path], object]


@dataclass(frozen=True)
class BadFile:
    """A file that is made at a path.

    Attributes:
        name: What it is called.
        make: Writes it.
        rows: How many rows of it are received; None where it is set aside, as a whole or in part.
        is_slow: Whether reading it takes seconds, or much memory.
    """

    name: str
    make: Make
    rows: int | None = None
    is_slow: bool = False


def bad_files() -> list[BadFile]:
    """All of them, each with a name of its own."""
    return [*_texts(), *_damaged(), *_workbooks(), *_submissions(), *_columnar(), *_no_sheets()]


def received(root: Path, limits: Limits | None = None) -> tuple[dict[str, int], dict[str, str]]:
    """Take in what lies in a data root: rows by file, and the sentences, by file, of what was set aside."""
    sheets = take_in(root, datetime(2023, 9, 3, tzinfo=UTC), date(2023, 9, 3), None, None, limits or Limits()).sheets
    rows: dict[str, int] = {}
    said: dict[str, str] = {}
    for sheet in sheets.to_pylist():
        if sheet["set_aside"]:
            said[sheet["file_name"]] = sheet["set_aside"]
        elif sheet["kind"]:
            rows[sheet["file_name"]] = rows.get(sheet["file_name"], 0) + sheet["received_rows"]
    return rows, said


def drop(root: Path, file: BadFile) -> None:
    """Put a bad file into a data root, beside a good sheet of one row."""
    folder = root / "raw" / "2023-07"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GOOD).write_text(_csv())
    file.make(folder / file.name)


def complaint(file: BadFile, rows: dict[str, int], said: dict[str, str]) -> str | None:
    """What is wrong with what became of a file; None where all is as it should be."""
    if rows.get(GOOD) != 1:
        return "the good sheet beside it was not read"
    if file.rows is None:
        sentence = said.get(file.name)
        return None if sentence and sentence.endswith(".") and file.name in sentence else "it was not set aside"
    return None if rows.get(file.name) == file.rows else f"rows: {rows.get(file.name)} instead of {file.rows}"


def _write(content: str | bytes) -> Make:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def _csv(*rows: list[str], headings: list[str] = HEADINGS, delimiter: str = ",", ending: str = "\n") -> str:
    return "".join(delimiter.join(row) + ending for row in [headings, *(rows or [ROW])])


def _texts() -> Iterator[BadFile]:
    """CSV as it should not be."""
    contents: dict[str, tuple[str | bytes, int | None]] = {
        "empty": ("", None),
        "mark_only": (codecs.BOM_UTF8, None),
        "white": (" \n\t\n", None),
        "heading_only": (_csv([]), 0),
        "nul_bytes": ("\0" * 500, None),
        "quotes_only": ('"' * 101, None),
        "commas_only": ("," * 1000, None),
        "one_word": ("casualties", None),
        "no_heading": (",".join(ROW) + "\n", None),
        "bars": (_csv(delimiter="|"), 1),
        "carets": (_csv(delimiter="^"), None),
        "unclosed_quote": (_csv([*ROW[:4], '"open'], ROW), None),
        "quote_that_swallows": (_csv([*ROW[:4], '"open'], ROW, [*ROW[:4], 'x"']), None),
        "ragged": (_csv(ROW, [*ROW, "more"], ROW[:3]), 3),
        "second_heading": (_csv(ROW, [*HEADINGS[1:], "weapon"], ROW), None),
        "heading_on_each_page": (_csv(ROW, HEADINGS, ROW), 2),
        "heading_twice": (_csv([*ROW, "x"], headings=[*HEADINGS, "Case ID"]), None),
        "blank_heading_beside_column_6": (_csv([*ROW, "a", "b"], headings=[*HEADINGS, "", "column 6"]), 1),
        "unknown_heading_twice": (_csv([*ROW, "a", "b"], headings=[*HEADINGS, "remark", "remark"]), 1),
        "thousands_of_empty_columns": (_csv([*ROW, *[""] * 5000], headings=[*HEADINGS, *[""] * 5000]), 1),
        "thousands_of_columns_without_a_heading": (_csv([*ROW, *"x" * 3000], headings=[*HEADINGS, *[""] * 3000]), None),
        "more_columns_than_a_spreadsheet_has": (",".join(HEADINGS) + "," * 20_000 + "\n" + ",".join(ROW), None),
        "heading_below_25_titles": ("a title\n" * 25 + _csv(), None),
        "lines_in_quotes": ("".join(f'"{line}"\n' for line in _csv().splitlines()), 1),
        "two_headings_of_one_column": (_csv([*ROW, "x"], headings=["case no", *HEADINGS[1:], "case number"]), None),
        "no_kind": ("who,what\nsomebody,something\n", None),
        "old_mac": (_csv(ROW, ROW[:1] + ROW[1:], ending="\r"), 2),
        "mixed_endings": (_csv(ROW, ending="\r\n") + ",".join(ROW) + "\n" + ",".join(ROW), 3),
        "windows_1256": (_csv([*ROW[:4], "ملاحظة"]).encode("cp1256"), 1),
        "utf_16": (_csv().encode("utf-16"), 1),
        "utf_16_cut": (_csv().encode("utf-16")[:-3], None),
        "utf_16_without_mark": (_csv().encode("utf-16-le"), 1),
        "utf_32": (_csv().encode("utf-32"), None),
        "broken_utf_8": (_csv([*ROW[:4], "x"]).encode().replace(b",x", b",\xff\xfe\xc3"), 1),
        "control_marks": (_csv([*ROW[:4], "\x00\x01\x1b[31m\u202e"]), 1),
        "page": ("<html><table><tr><td>case_id</td></tr></table></html>", None),
        "json": (json.dumps([DEATH]), 1),
        "many_headings": (_csv(["x"] * 3000, headings=[f"h{i}" for i in range(3000)]), None),
        "long_heading": (_csv([*ROW, "x"], headings=[*HEADINGS, "h" * 2000]), None),
        "long_cell": (_csv([*ROW[:4], "x" * MEBIBYTE]), 1),
        "dates_that_are_none": (_csv([ROW[0], "2025-01-20T25:61:61Z", *ROW[2:]], [ROW[0], "31.02.2023", *ROW[2:]]), 2),
    }  # fmt: skip
    for name, (content, rows) in contents.items():
        yield BadFile(f"deaths__{name}.csv", _write(content), rows)
    yield BadFile("rumours.csv", _write("who,what\nsomebody,something\n"))
    for missing in HEADINGS[:4]:
        headings = [heading for heading in HEADINGS if heading != missing]
        yield BadFile(f"deaths__without_{missing}.csv", _write(_csv(ROW[1:], headings=headings)))
    yield BadFile("deaths__one_line_of_100_mb.csv", _write(_csv([*ROW[:4], "x" * (100 * MEBIBYTE)])), is_slow=True)
    yield BadFile("deaths__a_million_bars.csv", _write("|" * 1_000_000), is_slow=True)


def _damaged() -> Iterator[BadFile]:
    """Good files cut off, and with some of their bytes changed, as disks, mails and downloads do it."""
    drawn = random.Random(SEED)
    whole = {"xlsx": _workbook(), "json": json.dumps([DEATH] * 20).encode(), "parquet": _parquet(DEATH)}
    for ending, content in whole.items():
        for part in range(1, 10):
            yield BadFile(f"deaths__cut_{part}.{ending}", _write(content[: len(content) * part // 10]))
        for number in range(10):
            noise = drawn.randbytes(len(content) // 2)
            yield BadFile(f"deaths__noise_{number}.{ending}", _write(content[: len(content) // 4] + noise))
    for number in range(5):
        noise = drawn.randbytes(2000)
        for ending in ("csv", "xls", "xlsb", "ods", "json"):
            yield BadFile(f"deaths__noise_only_{number}.{ending}", _write(noise))


def _workbook(
    rows: int = 3, tabs: tuple[str, ...] = ("deaths",), edit: Callable[[openpyxl.Workbook], object] = id
) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    del book[book.active.title]
    for tab in tabs:
        book.create_sheet(tab)
        for row in [HEADINGS, *([ROW] * rows)]:
            book[tab].append(row)
    edit(book)
    book.save(out)
    return out.getvalue()


def _repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A packed file with each of its parts changed; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in packed.namelist():
            if (part := change(name, packed.read(name))) is not None:
                again.writestr(name, part)
    return out.getvalue()


def _with_part(name: str, part: bytes) -> bytes:
    return _repacked(_workbook(), lambda each, content: part if each == name else content)


def _workbooks() -> Iterator[BadFile]:
    """Workbooks that are none, hold nothing, or much more than they should."""
    sheet, texts = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k"))
    )
    corner = _workbook(edit=lambda book: book["deaths"].__setitem__("XFD1048576", "x"))
    contents: dict[str, tuple[bytes, int | None]] = {
        "no_rows": (_workbook(0), 0),
        "empty_tab": (_workbook(tabs=(), edit=lambda book: book.create_sheet("deaths")), None),
        "chart_only": (_workbook(tabs=(), edit=lambda book: book.create_chartsheet("deaths")), None),
        "no_tab_of_ours": (_workbook(tabs=("about",)), None),
        "wide": (_workbook(edit=lambda book: book["deaths"].append([f"h{i}" for i in range(3000)])), None),
        "heading_of_error": (_workbook(edit=lambda book: book["deaths"].__setitem__("A1", "#REF!")), None),
        "encrypted": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 5000, None),
        "no_package": (zipped(**{"a.txt": b"x"}), None),
        "packed_nothing": (zipped(), None),
        "no_workbook_part": (_repacked(_workbook(), lambda n, c: None if n == "xl/workbook.xml" else c), None),
        "no_sheet_part": (_repacked(_workbook(), lambda n, c: None if n == sheet else c), None),
        "sheet_is_no_xml": (_with_part(sheet, b"<worksheet><sheetData><row"), None),
        "sheet_of_noise": (_with_part(sheet, random.Random(SEED).randbytes(3000)), None),
        "entities": (_with_part(sheet, bomb + b"]><worksheet><sheetData>&j;</sheetData></worksheet>"), None),
        "outer_entity": (_with_part(sheet, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'), None),
        "ods_renamed": (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), None),
        "path_that_leads_out": (zipped(**{"../../../tmp/x": b"x"}), None),
    }  # fmt: skip
    for name, (content, rows) in contents.items():
        yield BadFile(f"deaths__{name}.xlsx", _write(content), rows)
    packed = {"packed_gigabyte": sheet, "gigabyte_of_texts": texts}
    for name, part in packed.items():
        yield BadFile(f"deaths__{name}.xlsx", lambda path, part=part: path.write_bytes(_gigabyte(part)), is_slow=True)
    yield BadFile("deaths__last_corner.xlsx", _write(corner), is_slow=True)


def zipped(**parts: str | bytes) -> bytes:
    """A package of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return out.getvalue()


def _gigabyte(name: str) -> bytes:
    """A workbook one part of which unpacks to a gigabyte."""
    out = io.BytesIO(_workbook())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w", force_zip64=True) as part:
        for _ in range(1024):
            part.write(b" " * MEBIBYTE)
    return out.getvalue()


def _submissions() -> Iterator[BadFile]:
    """JSON that is none, is nested, or is of something else."""
    one = json.dumps(DEATH)
    for depth in (65, 1_000, 5_000, 100_000):
        for shape, opening, closing in (("lists", "[", "]"), ("objects", '{"a":', "}")):
            deep = opening * depth + "1" + closing * depth
            yield BadFile(f"deaths__{depth}_{shape}.json", _write(f'[{one[:-1]}, "x": {deep}}}]'))
            yield BadFile(f"deaths__{depth}_{shape}.jsonl", _write(f"{one}\n{deep}\n"))
            yield BadFile(f"deaths__{depth}_{shape}_only.json", _write(deep))
    contents: dict[str, tuple[str | bytes, int | None]] = {
        "empty": ("", None), "null": ("null", None), "number": ("1", None), "text": ('"x"', None),
        "true": ("true", None),
        "no_submission": ("[]", None), "nothing_said": ("{}", None), "list_of_lists": ("[[]]", None),
        "list_of_numbers": ("[1, 2]", None), "list_of_nulls": ("[null, null]", None), "mixed": (f"[{one}, 1]", None),
        "two_documents": (one + one, None), "comma_too_many": (f"[{one},]", 1), "single_quotes": (str(DEATH), None),
        "not_a_number": (f'[{one[:-1]}, "age": NaN}}]', 1),
        "half_a_letter": (f'[{one[:-1]}, "x": "\\ud800"}}]', None),
        "no_escape": (f'[{one[:-1]}, "x": "\\q"}}]', None), "nul": (f'[{one[:-1]}, "x": "\\u0000"}}]', 1),
        "open_text": (f'[{one[:-1]}, "x": "', None), "open_list": (f"[{one}", None),
        "long_key": (json.dumps([DEATH | {"k" * 10_000: 1}]), None),
        "100_000_keys": (json.dumps([DEATH | {f"k{i}": i for i in range(100_000)}]), None),
        "keys_that_change": (json.dumps([DEATH | {f"k{i}_{j}": j for j in range(20)} for i in range(500)]), None),
        "100_000_columns_of_cells": (json.dumps({name: [1] for name in [*DEATH, *map(str, range(100_000))]}), None),
        "rows_longer_than_their_headings": (json.dumps([list(DEATH), [*DEATH.values(), "x"], None]), None),
        "two_records_of_one_key": (f'{{"SYN-1": {one}, "SYN-2": {one}, "SYN-1": {one}}}', None),
        "no_kind": (json.dumps({"features": [{"type": "Feature", "geometry": {"type": "Point"}}]}), None),
    }  # fmt: skip
    for name, (content, rows) in contents.items():
        yield BadFile(f"deaths__{name}.json", _write(content), rows)
    groups = {"homs": {"deaths": [DEATH]}, "hama": {"deaths": [DEATH | {"case_id": "SYN-2"}]}}
    yield BadFile("form__two_lists_of_one_name.json", _write(json.dumps([groups])), 2)
    yield BadFile("deaths__broken_line.jsonl", _write(f'{one}\n{{"case_id": \n{one}\n'), 3)
    yield BadFile(
        "deaths__text_of_50_mb.json", _write(json.dumps([DEATH | {"x": "x" * (50 * MEBIBYTE)}])), is_slow=True
    )


def _parquet(*rows: dict[str, object], **columns: pa.Array) -> bytes:
    table = pa.table(columns) if columns else pa.Table.from_pylist(list(rows))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _columnar() -> Iterator[BadFile]:
    """Parquet of odd types, and of far more than its bytes show."""
    deaths = {name: pa.array([cell]) for name, cell in DEATH.items()}
    odd = {
        "struct": pa.array([{"a": {"b": [1]}}]),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())), "nothing": pa.nulls(1),
        "bytes": pa.array([b"\xff\xfe\x00"]), "decimal": pa.array([1], pa.decimal128(38, 9)),
        "duration": pa.array([1], pa.duration("ns")), "moment": pa.array([-(1 << 62)], pa.timestamp("us")),
        "fixed": pa.array([b"abcd"], pa.binary(4)), "time": pa.array([1], pa.time64("ns")),
        "words": pa.array(["a"]).dictionary_encode(), "infinite": pa.array([float("inf")]),
        "lists": pa.array([[["a"], []]]),
    }  # fmt: skip
    for name, column in odd.items():
        yield BadFile(f"deaths__{name}.parquet", _write(_parquet(**deaths, odd=column)), 1)
        # a structure is the columns in it, and none of its own name
        rows = None if name == "struct" else 1
        yield BadFile(f"deaths__{name}_as_date.parquet", _write(_parquet(**deaths | {"documented_on": column})), rows)
    empty = {name: column.slice(0, 0) for name, column in deaths.items()}
    yield BadFile("deaths__no_rows.parquet", _write(_parquet(**empty)), 0)
    yield BadFile("deaths__mark_only.parquet", _write(b"PAR1" * 3))
    yield BadFile("deaths__encrypted.parquet", _write(b"PARE" + b"\0" * 500 + b"PARE"))
    wide = {f"h{i}": pa.array(["x"]) for i in range(20_000)}
    yield BadFile("deaths__20_000_columns.parquet", lambda path: path.write_bytes(_parquet(**wide)), is_slow=True)
    yield BadFile("deaths__20_million_rows.parquet", _many_rows, is_slow=True)


def _many_rows(path: Path) -> None:
    """A few kB that hold twenty million rows."""
    schema = pa.schema([(name, pa.string()) for name in HEADINGS])
    rows = pa.table([pa.repeat(pa.scalar(cell), 1_000_000) for cell in ROW], schema=schema)
    with pq.ParquetWriter(path, schema) as file:
        for _ in range(20):
            file.write_table(rows)


def _no_sheets() -> Iterator[BadFile]:
    """What people drop besides, and what is no file."""
    magic = {
        "zip": b"PK\x03\x04", "pdf": b"%PDF-1.7", "docx": b"PK\x03\x04", "png": b"\x89PNG", "jpg": b"\xff\xd8\xff",
        "7z": b"7z\xbc\xaf", "rar": b"Rar!", "gz": b"\x1f\x8b", "db": b"SQLite format 3\0",
        "mdb": b"\0\1\0\0Standard Jet",
        "html": b"<html>", "xml": b"<?xml", "eml": b"From: x", "exe": b"MZ", "numbers": b"PK\x03\x04", "sav": b"$FL2",
        "dta": b"<stata_dta>", "rtf": b"{\\rtf1", "shp": b"\0\0\x27\x0a", "geojson": b"{}",
    }  # fmt: skip
    for ending, head in magic.items():
        yield BadFile(f"deaths__list.{ending}", _write(head + b"\0" * 500))
        if ending in ("zip", "pdf", "png", "gz", "exe"):
            for sheet in ("csv", "xlsx", "json", "parquet", "xls"):
                yield BadFile(f"deaths__{ending}_renamed.{sheet}", _write(head + b"\0" * 500))
    yield BadFile("deaths", _write(_csv(ROW, ROW)))
    yield BadFile("deaths__folder.csv", Path.mkdir)
    yield BadFile("deaths__pipe.csv", os.mkfifo)
    yield BadFile("deaths__dangling.csv", lambda path: path.symlink_to("nowhere.csv"))
    yield BadFile("deaths__circular.csv", lambda path: path.symlink_to(path.name))
    yield BadFile("deaths__device.csv", lambda path: path.symlink_to("/dev/zero"))
    yield BadFile("deaths__out.csv", lambda path: path.symlink_to("/etc/passwd"))

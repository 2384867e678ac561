"""CSV: encodings, delimiters, quotes, and rows that do not fit."""

import pytest

from orchestration.intake import delimited, encoding


@pytest.fixture(autouse=True, params=[delimited.PIECE, 200], ids=["whole", "in pieces"])
def _(request, monkeypatch):
    """Every file is read once as a whole, and once some rows at a time."""
    monkeypatch.setattr(delimited, "PIECE", request.param)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_every_encoding_gives_the_same_rows(house, encoding):
    house.drop("deaths.csv", house.csv().encode(encoding))
    [row] = house.rows()
    assert [row[heading] for heading in house.headings] == house.row
    assert row["reader"] == f"csv-6 {encoding}"
    assert row["row_number"] == 2


@pytest.mark.parametrize("written", ['="001"', '"=""001"""'])
def test_a_cell_written_for_a_spreadsheet_as_text_is_that_text(house, written):
    house.drop("deaths.csv", house.csv([written, *house.row[1:]]))
    assert house.rows()[0]["case_id"] == "001"


@pytest.mark.parametrize("written", ["utf-8", "cp1256"])
def test_the_encoding_is_told_wherever_a_letter_is_cut(house, monkeypatch, written):
    path = house.drop("deaths.csv", house.csv().encode(written))
    for block in range(4, 24):
        monkeypatch.setattr(encoding, "BLOCK", block)
        assert encoding.encoding_of(path) == written


def test_half_a_letter_is_none(house, monkeypatch):
    monkeypatch.setattr(encoding, "BLOCK", 4)
    for torn in (b"abc\xd8", b"abcd\xd8e", b"abcd\x80", b"abc\xd8\xb4\x80\x80\x80\x80"):
        assert encoding.encoding_of(house.drop("deaths.csv", torn)) == "cp1256"


@pytest.mark.parametrize("block", [16, 1 << 20])
@pytest.mark.parametrize("is_cut_off", [False, True])
def test_a_broken_letter_does_not_make_other_letters_of_all(house, monkeypatch, block, is_cut_off):
    monkeypatch.setattr(encoding, "BLOCK", block)
    whole = house.csv(house.row, house.row).encode()
    before, _, after = whole.rpartition("مصطنع".encode())
    house.drop("deaths.csv", before + "مصطن".encode() + b"\xd8" + (b"" if is_cut_off else after))
    (reason,) = house.set_aside()
    assert "it is in UTF-8, but a letter in line 3 is broken; the sheet saved anew as UTF-8 was expected" in reason


def test_what_begins_like_utf_16_and_is_not_is_set_aside(house):
    house.drop("deaths.csv", house.csv().encode("utf-16") + b"\x00")
    assert "begins like UTF-16 but is not" in house.set_aside()[0]


@pytest.mark.parametrize("written", ["Şükrü ışık", "Yiğit", "İdlib"])
def test_letters_of_turkish_are_none_of_arabic(house, written):
    house.drop("deaths.csv", house.csv([*house.row[:4], written, "x"]).encode("cp1254"))
    (row,) = house.rows()
    assert (row["name_ar"], row["reader"]) == (written, "csv-6 cp1254")


@pytest.mark.parametrize("written", ["décès à côté", "ذ", "\u200fAleppo حلب", "x حلب \u200ey"])
def test_what_has_no_letters_of_turkish_or_a_word_of_arabic_is_read_as_windows_writes_arabic(house, written):
    house.drop("deaths.csv", house.csv([*house.row[:4], written, "x"]).encode("cp1256"))
    (row,) = house.rows()
    assert (row["name_ar"], row["reader"]) == (written, "csv-6 cp1256")


@pytest.mark.parametrize("delimiter", ["،", "؛"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
def test_cells_may_be_parted_by_arabic_marks(house, monkeypatch, delimiter, encoding):
    rows = [[f"SYN-{i}", *house.row[1:4], "شخص" * i, f'"a{delimiter} b"'] for i in range(9)]
    house.drop("deaths.csv", house.csv(*rows, delimiter=delimiter).encode(encoding))
    read = house.rows()
    assert [row["name_ar"] for row in read] == [None, *("شخص" * i for i in range(1, 9))]
    # within quotes it is a mark as any other
    assert [row["case_id"] for row in read] == [f"SYN-{i}" for i in range(9)]
    assert {row["notes"] for row in read} == {f"a{delimiter} b"}


@pytest.mark.parametrize("size", range(1, 9))
def test_a_mark_of_two_bytes_is_one_wherever_it_is_cut(size):
    text = "ا،ب،،؛،".encode()
    parts = (text[i : i + size] for i in range(0, len(text), size))
    assert b"".join(delimited._replaced(parts, "،".encode(), b"|")) == "ا|ب||؛|".encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_breaks_are_told(house, delimiter, line_break):
    house.drop("deaths.csv", house.csv(house.row, house.row, delimiter=delimiter).replace("\n", line_break))
    assert [row["notes"] for row in house.rows()] == ["synthetic"] * 2


def test_a_last_line_without_a_break_is_a_row(house):
    house.drop("deaths.csv", house.csv().rstrip("\n"))
    assert len(house.rows()) == 1


def test_arabic_headings_are_known(house):
    headings = ["رقم الحالة", "تاريخ التوثيق", "المحافظه", "الجهة المسؤولة", "الاسم", "ملاحظات"]
    house.drop("deaths__team.csv", house.csv(headings=headings))
    [row] = house.rows()
    assert [row[heading] for heading in house.headings] == house.row


def test_headings_are_folded(house):
    headings = ["Case ID", "DOCUMENTED-ON", "killed  governorate", " Party ", "Name_AR", "Notes"]
    house.drop("deaths.csv", house.csv(headings=headings))
    assert house.rows()[0]["killed_governorate"] == "Aleppo"


def test_a_quoted_line_break_stays_in_its_cell(house):
    house.drop("deaths.csv", house.csv([*house.row[:5], '"two\nlines, ""quoted"""'], house.row))
    first, second = house.rows()
    assert first["notes"] == 'two\nlines, "quoted"'
    assert (first["row_number"], second["row_number"]) == (2, 3)


def test_a_stray_quote_inside_a_cell_is_a_letter(house):
    house.drop("deaths.csv", house.csv([*house.row[:4], 'Abu "Ali" X', '5" pipe'], [*house.row[:5], '"a\nb"']))
    first, second = house.rows()
    assert (first["name_ar"], first["notes"], second["notes"]) == ('Abu "Ali" X', '5" pipe', "a\nb")


@pytest.mark.parametrize("later", ["plain", '"quoted"', '"'])
def test_an_unclosed_quote_sets_the_sheet_aside_and_names_the_row(house, later):
    rows = [house.row] * 3 + [[*house.row[:5], '"never closed']] + [house.row] * 5 + [[*house.row[:5], later]]
    house.drop("deaths.csv", house.csv(*rows))
    [reason] = house.set_aside()
    assert "raw/2023-07/deaths.csv: row 5 " in reason and "quote" in reason
    assert house.rows() == []


def test_rows_that_do_not_fit_the_heading_are_kept_unread(house):
    content = house.csv(house.row, ["SYN-2", "2023-07-06"], [*house.row, "more"], [*house.row, ""], house.row)
    house.drop("deaths.csv", content)
    rows = house.rows()
    assert [row["row_number"] for row in rows] == [2, 3, 4, 5, 6]
    assert [row["unread"] for row in rows] == [None, "SYN-2,2023-07-06", ",".join([*house.row, "more"]), None, None]
    assert rows[1]["case_id"] is None and str(rows[1]["received_month"]) == "2023-07-01"


def test_blank_and_title_rows_count_in_row_numbers_only(house):
    house.drop(
        "deaths.csv", "Monthly sheet\n\n" + house.csv(house.row, ["", " ", "", "", "", ""]) + "\n" + ",".join(house.row)
    )
    assert [row["row_number"] for row in house.rows()] == [4, 7]


def test_an_empty_file_is_set_aside(house):
    house.drop("deaths.csv", "")
    assert "is empty" in house.set_aside()[0]


def test_a_record_longer_than_a_block_is_read(house):
    long = "x" * (3 << 20)
    house.drop("deaths.csv", house.csv([*house.row[:5], long], house.row))
    assert [row["notes"] for row in house.rows()] == [long, house.row[5]]


@pytest.mark.parametrize("is_heading_quoted", [True, False])
@pytest.mark.parametrize(("line_break", "behind"), [("\n", ""), ("\r\n", ";;")])
def test_lines_that_stand_in_quotes_as_a_whole_are_what_stands_in_them(house, is_heading_quoted, line_break, behind):
    rows = [[f"SYN-{number}", *house.row[1:4], '""Invented, the second""', "x"] for number in range(20)]
    heading, *lines = house.csv(*rows).splitlines()
    quoted = [f'"{line}"{behind}' for line in lines]
    house.drop(
        "deaths.csv", line_break.join([f'"{heading}"{behind}' if is_heading_quoted else heading, *quoted]) + line_break
    )
    assert [(row["case_id"], row["name_ar"], row["notes"]) for row in house.rows()] == [
        (f"SYN-{number}", "Invented, the second", "x") for number in range(20)
    ]


def test_a_list_of_cells_with_commas_is_no_sheet_of_quoted_lines(house):
    house.drop("deaths.csv", house.csv(['"SYN-1, SYN-2"', *house.row[1:]]) + '"SYN-3, SYN-4",,,,,\n')
    assert [row["case_id"] for row in house.rows()] == ["SYN-1, SYN-2", "SYN-3, SYN-4"]

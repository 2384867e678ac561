"""Web pages: their tables are read as sheets, and nothing else of them."""

import pytest

CASE = ["SYN-1", "2023-07-05", "Aleppo", "sdf", "شخص مصطنع", "synthetic"]


def row(cells: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def page(house, *rows: str, before: str = "") -> str:
    return (
        f"<html><body><p>an export</p>{before}<table>{row(house.headings, 'th')}{''.join(rows)}</table></body></html>"
    )


def test_a_table_is_read_below_its_titles_with_the_numbers_of_its_rows(house):
    titles = "<tr><td colspan=6>Cases of July</td></tr>"
    text = page(house, row(CASE), row(["SYN-2", *CASE[1:5], "one<br>two &amp; <b>three</b>"]))
    house.drop("deaths.xls", text.replace("<table>", f"<table>{titles}"))
    rows = house.rows()
    assert [(each["row_number"], each["case_id"], each["notes"]) for each in rows] == [
        (3, "SYN-1", "synthetic"),
        (4, "SYN-2", "one two & three"),
    ]
    assert rows[0]["name_ar"] == "شخص مصطنع" and house.set_aside() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256"])
def test_its_letters_are_those_of_its_encoding(house, encoding):
    house.drop("deaths.xls", page(house, row(CASE)).encode(encoding))
    assert [each["name_ar"] for each in house.rows()] == ["شخص مصطنع"]


def test_a_cell_that_spans_rows_speaks_for_each_and_one_that_spans_columns_for_the_first(house):
    spanning = f"<tr><td>SYN-1</td><td rowspan='2'>2023-07-05</td>{row(CASE[2:])[4:]}"
    across = "<tr><td>SYN-3</td><td>2023-07-05</td><td colspan=2>Aleppo</td><td rowspan=99999999999></td></tr>"
    house.drop("deaths.xls", page(house, spanning, row(["SYN-2", *CASE[2:]]), across))
    cells = [
        (each["case_id"], each["documented_on"], each["killed_governorate"], each["party"]) for each in house.rows()
    ]
    assert cells == [
        ("SYN-1", "2023-07-05", "Aleppo", "sdf"),
        ("SYN-2", "2023-07-05", "Aleppo", "sdf"),
        ("SYN-3", "2023-07-05", "Aleppo", "#MERGED!"),
    ]


def test_tables_that_lay_a_page_out_or_are_of_something_else_are_told_at_most(house):
    menu = f"<table>{row(['Home', 'About'])}</table>"
    inner = page(house, row(CASE), before=menu)
    house.drop("deaths.xls", f"<table><tr><td>{inner}</td></tr></table>")
    intake = house.night()
    assert [each["case_id"] for each in house.rows(intake)] == ["SYN-1"]
    assert intake.sheets["notes"].to_pylist() == [
        "1 more of the page's tables have no heading that is known, and are not read"
    ]


def test_each_table_with_a_heading_that_is_known_is_a_sheet_of_its_own(house):
    second = f"<table>{row(house.headings)}{row(['SYN-2', *CASE[1:]])}</table>"
    house.drop("deaths.xls", page(house, row(CASE), before=second))
    assert [(each["tab"], each["case_id"]) for each in house.rows()] == [("table 1", "SYN-2"), ("table 2", "SYN-1")]
    assert house.set_aside() == []


def test_a_page_without_such_a_table_is_told_what_is_expected(house):
    house.drop("deaths.xls", f"<html><table>{row(['who', 'what'])}</table></html>")
    assert "it is a web page; the table itself" in house.set_aside()[0]


def test_a_table_of_a_heading_alone_has_no_rows(house):
    house.drop("deaths.xls", page(house))
    assert house.rows() == [] and house.set_aside() == []


def test_cells_and_rows_that_do_not_say_where_they_end_are_told_apart(house):
    lines = house.csv(CASE, ["SYN-2", *CASE[1:]]).splitlines()
    rows = "".join(f"<tr><td>{line.replace(',', '<td>')}" for line in lines)
    house.drop("deaths.xls", f"<table>{rows}<!-- no more --></table>")
    assert [(each["case_id"], each["notes"]) for each in house.rows()] == [
        ("SYN-1", "synthetic"),
        ("SYN-2", "synthetic"),
    ]

"""Reading the files people keep by hand: every cell as text, and a clear reason where that cannot be done."""

from pathlib import Path

import pytest

from orchestration.intake import expected_months, own_parties, spellings
from orchestration.intake.given import add_party, add_spelling

UNREAD = {
    "": "the file is empty; a heading line and rows were expected",
    "kind,from,till\ndeaths,2024-01,\n": "its headings are kind, from, till; kind, from, to, due_day were expected",
    "kind,to\ndeaths,2024-01\n": "its headings are kind, to; kind, from, to, due_day were expected",
    "kind,from,from\ndeaths,2024-01,\n": "its headings are kind, from, from; kind, from, to, due_day were expected",
    "deaths,2024-01\n": "its headings are deaths, 2024-01; kind, from, to, due_day were expected",
    'kind,from\n"deaths,2024-01\n': "row 2 opens a quote that is not closed where its cell ends; a closing "
    "quote was expected",
}  # fmt: skip


def read(root: Path, content: str) -> list[dict[str, object]]:
    (root / "expected_months.csv").write_text(content, encoding="utf-8", newline="")
    return [{name: value for name, value in row.items() if value} for row in expected_months(root).to_pylist()]


def test_nothing_is_expected_where_there_is_no_file(tmp_path: Path) -> None:
    assert expected_months(tmp_path).num_rows == 0


@pytest.mark.parametrize(
    "content",
    [
        "kind,from,to,due_day\ndeaths,2024-01,,5\n",
        "\ufeffKind;From;To;Due_day\r\n\r\ndeaths;2024-01;;5\r\n",
        "due_day,from,kind\n5,2024-01,deaths\n",
    ],
)
def test_a_line_is_read_as_text_however_the_file_is_written(tmp_path: Path, content: str) -> None:
    (line,) = read(tmp_path, content)
    assert line.pop("row_number") in (2, 3)
    assert line == {"kind": "deaths", "from": "2024-01", "due_day": "5"}


def test_a_line_that_does_not_fit_the_heading_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    told = read(tmp_path, "kind,from,to,due_day\ndeaths,2024-01\ntorture,2024-01,,\n")
    assert sorted(told, key=lambda line: str(line["row_number"])) == [
        {"row_number": 2, "unread": "the row has more or fewer cells than the heading"},
        {"row_number": 3, "kind": "torture", "from": "2024-01"},
    ]


@pytest.mark.parametrize(("content", "reason"), UNREAD.items())
def test_a_file_that_is_none_is_one_line_that_says_why(tmp_path: Path, content: str, reason: str) -> None:
    assert read(tmp_path, content) == [{"unread": reason}]


def test_a_file_of_words_that_cannot_be_read_is_told_without_a_word_of_it(tmp_path: Path) -> None:
    (tmp_path / "spellings.csv").write_text("parties,Banner,sdf\n")
    (line,) = spellings(tmp_path).to_pylist()
    told = ", ".join(("list", "spelling", "code", "from", "until", "who", "when", "note"))
    assert line["unread"] == f"its first line is no heading of ours; {told} were expected"


LINE = {"list": "parties", "spelling": "Banner, Invented", "code": "sdf", "who": "Lina", "note": 'a "quoted" note'}


def test_a_taught_word_is_written_below_a_heading_and_read_again(tmp_path: Path) -> None:
    for _ in range(2):
        add_spelling(tmp_path, LINE)
    text = (tmp_path / "spellings.csv").read_text("utf-8")
    line = 'parties,"Banner, Invented",sdf,,,Lina,,"a ""quoted"" note"\n'
    assert text == f"list,spelling,code,from,until,who,when,note\n{line}{line}"
    read = [{name: value for name, value in row.items() if value} for row in spellings(tmp_path).to_pylist()]
    assert read == [LINE | {"row_number": 2}, LINE | {"row_number": 3}]


def test_a_party_is_written_below_a_heading_of_its_own_and_read_again(tmp_path: Path) -> None:
    line = {
        "party": "hill",
        "name_en": "Hill, Invented",
        "name_ar": "تل",
        "kind": "non_state",
        "lines": "snhr_2025=sdf",
    }
    add_party(tmp_path, line)
    (read,) = own_parties(tmp_path).to_pylist()
    assert {name: value for name, value in read.items() if value} == line | {"row_number": 2}
    (tmp_path / "own_parties.csv").write_text("hill,Hill,تل,non_state\n")
    (read,) = own_parties(tmp_path).to_pylist()
    assert read["unread"].startswith("its first line is no heading of ours; party, name_en, name_ar, kind, from,")
    with pytest.raises(ValueError, match="the first line of own_parties.csv is no heading of party, name_en"):
        add_party(tmp_path, line)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("list,spelling,code,who,note\na,b,c,d,e", 'parties,"Banner, Invented",sdf,Lina,"a ""quoted"" note"\n'),
        (
            "\ufeffCode;Spelling;List;Who;Note\r\nc;b;a;d;e\r\n",
            'sdf;Banner, Invented;parties;Lina;"a ""quoted"" note"\r\n',
        ),
    ],
)
def test_a_file_that_somebody_else_wrote_is_kept_and_added_to(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "spellings.csv"
    path.write_bytes(before.encode())
    add_spelling(tmp_path, LINE)
    assert path.read_bytes().decode() == before + ("" if before.endswith("\n") else "\n") + after
    assert spellings(tmp_path)["list"].to_pylist() == ["a", "parties"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the first line of spellings.csv is no heading of list, spelling, code"),
        (b"parties,a,sdf\n", "the first line of spellings.csv is no heading of list, spelling, code"),
        (b"list,spelling,code\n", "the first line of spellings.csv is no heading of list, spelling, code, from"),
        ("list,spelling,code\nparties,قوات,sdf\n".encode("cp1256"), "spellings.csv is not in UTF-8"),
    ],
)
def test_a_file_that_nothing_can_be_added_to_stays_as_it_is(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "spellings.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=reason):
        add_spelling(tmp_path, LINE)
    assert path.read_bytes() == content

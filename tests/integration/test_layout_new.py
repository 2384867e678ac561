"""`casebook layout new`: what it writes, where, and what it says. All people are synthetic."""

import csv
import json
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from typer.testing import CliRunner

from orchestration.cli.app import app

ROWS = [
    ["Ref", "Full name", "Died on day", "Where", "By whom"],
    ["A-1", "Synthetic Personone", "13/02/2014", "Aleppo", "SDF"],
    ["A-2", "Synthetic Persontwo", "03/02/2014", "Idleb", "Sons of the Moon"],
    ["A-3", "Synthetic Personthree", "04/02/2014", "Homs", "ISIS"],
]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path))
    return tmp_path


def new(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["layout", "new", *map(str, words)])
    return done.exit_code, done.output


def sheet(path: Path) -> Path:
    with path.open("w", newline="") as written:
        csv.writer(written).writerows(ROWS)
    return path


def workbook(path: Path, tabs: list[str]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for tab in tabs:
            written = book.add_worksheet(tab)
            for at, row in enumerate(ROWS):
                written.write_row(at, 0, row)
    return path


def name(text: str) -> str:
    return str(yaml.safe_load(text)["name"])


def test_a_file_is_written_once_and_called_like_the_layout(root: Path) -> None:
    out = root / "theirs.yml"
    assert new(sheet(root / "list.csv"), "--out", out, "--json")[0] == 0
    assert name(out.read_text("utf-8")) == "theirs"
    # and nothing else in the data root
    assert {path.name for path in root.iterdir()} == {"list.csv", "theirs.yml"}
    status, said = new(root / "list.csv", "--out", out)
    assert status == 1 and "theirs.yml is there already: name another file" in said


def test_a_workbook_has_a_layout_for_each_tab_in_a_folder(root: Path) -> None:
    book = workbook(root / "book.xlsx", ["First", "Second"])
    status, said = new(book, "--out", root / "one.yml")
    assert status == 1 and "it has 2 tabs with a heading: --out must be a folder" in said
    status, said = new(book)
    first, second = said.split("---\n")
    assert status == 0 and "values of the tab First." in first and "values of the tab Second." in second
    assert name(first) != name(second)
    folder = root / "layouts"
    folder.mkdir()
    status, said = new(book, "--out", folder, "--json")
    assert status == 0
    assert [(row["tab"], Path(row["path"]).name) for row in json.loads(said)] == [
        ("First", "new.yml"),
        ("Second", "new-2.yml"),
    ]
    assert {name(path.read_text("utf-8")) for path in folder.iterdir()} == {"new", "new-2"}


def test_what_cannot_be_read_is_a_sentence(root: Path) -> None:
    (root / "list.xlsx").write_bytes(b"no workbook")
    status, said = new(root / "list.xlsx")
    assert status == 1
    assert said == "casebook: list.xlsx: the workbook is damaged or encrypted; a readable XLSX file was expected\n"
    assert "nowhere.csv is no file" in new(root / "nowhere.csv")[1]

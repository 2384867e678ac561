"""What every command offers, as a person finds it in its help."""

import csv
import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli import render
from orchestration.cli.app import app
from orchestration.cli.terminal import out
from orchestration.settings import REPOSITORY

GROUPS: dict[str, click.Command] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
# by what a person types: `release allow` is a command of the group `release`
COMMANDS = {
    " ".join([name, *more]): command
    for name, group in GROUPS.items()
    for more, command in [([part], each) for part, each in getattr(group, "commands", {}).items()] or [([], group)]
}
STARTS_A_SERVER = {"ui"}  # and has nothing to tell


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_tells_in_json(name: str) -> None:
    said = CliRunner().invoke(app, [*name.split(), "--help"]).output
    assert f"Example: casebook {name} " in said
    assert ("--json" in said) == (name not in STARTS_A_SERVER)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_every_command_can_be_typed(name: str) -> None:
    COMMANDS[name].make_context(
        name, shlex.split(str(COMMANDS[name].epilog))[2 + len(name.split()) :]
    )  # raises where a word is unknown


def test_the_version_is_that_of_the_package() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out(), "file", None)
        done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"casebook {declared}\n")


def test_a_sample_tells_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sample", "--cases", "10", "--out", str(tmp_path), "--json"])
    told = [Path(row["path"]) for row in json.loads(done.output)]
    assert told
    assert all(path.exists() for path in told)


PROBLEM = {
    "month": "2025-01", "file_name": "a.csv", "tab": "", "row_number": 3, "record_id": "ct-2", "column": "party",
    "heading": "Party", "rule_id": "I05", "severity": "Q", "sentence": "party X is unknown", "nearest": [],
}  # fmt: skip


def test_a_problem_names_the_record_the_heading_of_the_sheet_and_what_is_near() -> None:
    assert render.problem(PROBLEM) == "2025-01  a.csv  row 3  ct-2  Party  I05  party X is unknown"
    nameless = PROBLEM | {"record_id": None, "heading": None, "tab": "deaths", "severity": "W"}
    assert render.problem(nameless) == "2025-01  a.csv tab deaths  row 3  party  I05  (noted) party X is unknown"
    near = PROBLEM | {"nearest": [{"spelling": "SDF", "code": "sdf"}]}
    assert render.problem(near).endswith("party X is unknown; nearest: SDF (sdf)")


def test_an_unknown_word_comes_with_the_command_that_teaches_it() -> None:
    row = {
        "list": "parties", "word": "Sons of Moon's", "key": "1a2b3c", "rows": 3, "months": ["2024-12", "2025-01"],
        "sheets": 2, "nearest_spelling": "SDF", "nearest_code": "sdf", "is_waiting": True,
    }  # fmt: skip
    told, command = render.unknown_word(row)
    assert (
        told == "parties  Sons of Moon's  (1a2b3c)  rows 3  2024-12 to 2025-01, 2 months  sheets 2  nearest: SDF (sdf)"
    )
    words = shlex.split(command)
    assert words == ["casebook", "learn", "parties", "Sons of Moon's", "sdf", "--by", "NAME"]
    COMMANDS["learn"].make_context("learn", words[2:])
    noted = row | {"months": [None], "nearest_spelling": None, "nearest_code": None, "is_waiting": False}
    told, command = render.unknown_word(noted)
    assert told.endswith("rows 3 (noted)  undated  sheets 2  no known spelling is near")
    assert " CODE " in command


def test_figures_by_party_say_what_a_line_that_is_not_there_means() -> None:
    rows = [
        {"scheme": "snhr_2024", "party": "sdf", "value": 0}, {"scheme": "snhr_2024", "party": "sdf", "value": 2},
        {"scheme": "snhr_2024", "party": "hts", "value": 0},
    ]  # fmt: skip
    assert list(render.party_list(rows, ["iran", "israel"])) == [
        "zero  hts: lines of snhr_2024, which reports leave out where nothing counts in them",
        "in other  iran, israel: no lines of snhr_2024",
    ]
    changed = [{"scheme": "snhr_2025_04", "party": "list_changed", "value": 1}]
    (told,) = render.party_list(changed, [])
    assert told.startswith("list_changed  lines that are not of the same parties in the whole period")


REPORT = "SNHR documented the killing of 40 civilians in March 2022, {}.\n"


def read_report(*words: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out(), "file", None)
        return CliRunner().invoke(app, ["read", *words])


def test_figures_of_a_report_are_written_as_a_sheet_and_nothing_is_replaced(tmp_path: Path) -> None:
    report, sheet, workbook = tmp_path / "report.txt", tmp_path / "s.csv", tmp_path / "s.xlsx"
    report.write_text(REPORT.format("14 of them wounded"))
    done = read_report(str(report), "--out", str(sheet), "--document", "invented", "--outlet", "Invented Herald")
    assert done.exit_code == 0
    assert "1 figure in " in done.output
    assert "not understood  14: " in done.output
    (row,) = csv.DictReader(sheet.read_text("utf-8-sig").splitlines())
    assert (row["document"], row["outlet"], row["value"], row["party"]) == ("invented", "Invented Herald", "40", "ALL")
    assert row["sentence"] == report.read_text().strip()
    assert read_report(str(report), "--out", str(workbook)).exit_code == 0
    assert openpyxl.load_workbook(workbook)["stated_figures"].max_row == 2
    for wrong in ("s.csv", "s.txt"):
        assert read_report(str(report), "--out", str(tmp_path / wrong)).exit_code == 1


def test_what_is_no_report_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert read_report(str(tmp_path / "empty.txt")).exit_code == 1
    assert read_report(str(tmp_path / "none.txt")).exit_code == 1
    (tmp_path / "report.txt").write_text(REPORT.format("no more"))
    assert read_report(str(tmp_path / "report.txt"), "--published", "yesterday").exit_code == 1


def test_a_report_without_figures_says_so_in_json(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("Nothing is counted here.\n")
    (told,) = json.loads(read_report(str(tmp_path / "report.txt"), "--json").output)
    assert (told["figures"], told["not_understood"], told["published"]) == ([], [], None)

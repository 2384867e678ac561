"""What a shell offers while a person types `casebook …`, and that it need not wait for Dagster."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.settings import REPOSITORY
from tests.integration.house import House

CASEBOOK = str(Path(sys.executable).with_name("casebook"))


def offered(house: House, words: str) -> list[str]:
    """What bash is told when a person presses the key at the end of these words."""
    asked = {
        "_CASEBOOK_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "CASEBOOK_DATA": str(house.root),
    }
    done = CliRunner().invoke(app, [], env=asked, prog_name="casebook")
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("casebook ex", ["explain"]),
        ("casebook figures --period 2025", ["2025-01"]),
        ("casebook figures --period 2023", ["2023", "2023-07"]),
        ("casebook figures --by sub", ["sub_party"]),
        ("casebook quarantine --month ", ["2023-06", "2023-07", "2023-08", "2024-12", "2025-01", "2025-03"]),
        ("casebook backfill 2023-07 2024", ["2024-12"]),
    ],
)
def test_a_shell_is_offered_what_there_is(sample_house: House, words: str, expected: list[str]) -> None:
    assert offered(sample_house, words) == expected


def test_where_nothing_is_published_nothing_is_offered(tmp_path: Path) -> None:
    assert offered(House(tmp_path), "casebook figures --period ") == []


def test_the_shell_can_be_shown_and_given_its_script() -> None:
    # from a shell, as a person asks: which shell it is for is read off the process that started it
    words = ["bash", "-c", f"'{CASEBOOK}' --show-completion; exit"]
    shown = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "complete -o default -F _casebook_completion casebook" in shown.stdout
    assert "--install-completion" in subprocess.run([CASEBOOK, "--help"], capture_output=True, text=True).stdout


@pytest.mark.parametrize("module", ["orchestration.cli.app", "orchestration.intake.worker"])
def test_a_command_and_a_reader_of_files_begin_without_what_a_night_needs(module: str) -> None:
    slow = {"dagster", "dbt", "great_expectations", "jinja2", "pandas", "sqlalchemy", "uvicorn"}
    code = f"import sys, {module}; print(*({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")

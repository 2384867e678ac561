"""What every command offers, as a person finds it in its help."""

import json
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.cli.terminal import out
from orchestration.settings import REPOSITORY

COMMANDS: dict[str, click.Command] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
STARTS_A_SERVER = {"ui"}  # and has nothing to tell


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_tells_in_json(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"]).output
    assert f"Example: casebook {name} " in said
    assert ("--json" in said) == (name not in STARTS_A_SERVER)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_every_command_can_be_typed(name: str) -> None:
    COMMANDS[name].make_context(name, shlex.split(str(COMMANDS[name].epilog))[3:])  # raises where a word is unknown


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

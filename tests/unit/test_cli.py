"""What every command offers, as a person finds it in its help."""

import json
import shlex
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from orchestration.cli.app import app

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


def test_a_sample_tells_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sample", "--cases", "10", "--out", str(tmp_path), "--json"])
    told = [Path(row["path"]) for row in json.loads(done.output)]
    assert told
    assert all(path.exists() for path in told)

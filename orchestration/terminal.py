"""What all commands share: the terminal, exit statuses, and what a shell completes a word with."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from orchestration import readings
from orchestration.settings import Settings, settings

DID_ITS_WORK, COULD_NOT, BLOCKED = 0, 1, 3

# a stream of its own: while a step runs, Dagster sends what the usual one gets into the step's log
out = Console(file=os.fdopen(os.dup(1), "w", encoding="utf-8"), highlight=False, soft_wrap=True)
out.width = max(out.width, 120)  # a table cut short is no table

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def stop(sentence: str) -> Any:
    """End with a sentence: it could not be done."""
    typer.echo(f"casebook: {sentence}", err=True)
    raise typer.Exit(COULD_NOT)


def command() -> str:
    """How a person calls this command line from where they are: by its name where their shell finds it."""
    return "casebook" if shutil.which("casebook") else os.path.relpath(Path(sys.executable).with_name("casebook"))


def months(incomplete: str) -> list[str]:
    """The months that have rows, as far as they begin so."""
    return _offered(incomplete, readings.months)


def periods(incomplete: str) -> list[str]:
    """The months and years there are figures for, as far as they begin so."""
    return _offered(incomplete, readings.periods)


def dimensions(incomplete: str) -> list[str]:
    """The dimensions of figures, as far as they begin so."""
    return _offered(incomplete, lambda _: readings.DIMENSIONS)


def _offered(incomplete: str, of: Callable[[Settings], Sequence[str]]) -> list[str]:
    """A shell that asks is told of no error."""
    with suppress(Exception):
        return [word for word in of(settings()) if word.startswith(incomplete)]
    return []

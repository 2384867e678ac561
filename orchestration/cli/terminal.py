"""What all commands share: the terminal, exit statuses, and what a shell completes a word with."""

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from orchestration.dimensions import DIMENSIONS
from orchestration.publish import queries
from orchestration.settings import Settings, read_settings

DID_ITS_WORK, COULD_NOT, BLOCKED = 0, 1, 3


class Language(StrEnum):
    """What people read."""

    en = "en"
    ar = "ar"


InLanguage = Annotated[Language, typer.Option("--lang", help="In which language.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@cache
def out() -> Console:
    """Where a person reads: a stream of its own, since Dagster sends what the usual one gets into a step's log."""
    console = Console(file=os.fdopen(os.dup(1), "w", encoding="utf-8"), highlight=False, soft_wrap=True)
    console.width = max(console.width, 240)  # a table cut short is no table
    return console


def paragraph(console: Console, text: str, indent: str = "  ") -> None:
    """Print one thing; at a terminal wrapped to its width, the lines after the first set in, in a pipe as one line."""
    if console.is_terminal:
        width = shutil.get_terminal_size().columns
        text = textwrap.fill(text, width - 1, initial_indent=indent, subsequent_indent=indent + "    ")
    else:
        text = indent + text
    console.print(text, markup=False)


def stop(sentence: str) -> Any:
    """End with a sentence: it could not be done."""
    typer.echo(f"casebook: {sentence}", err=True)
    raise typer.Exit(COULD_NOT)


def write(path: Path, content: bytes) -> None:
    """Write a file that a person named; the end, with a sentence, where it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        stop(f"{path} cannot be written ({error.strerror})")


def sheets_set_aside(settings: Settings) -> list[str]:
    """Why what lies in raw/ is not read, a sentence each; none where only a release is there to read."""
    from orchestration import intake

    if not (settings.root / "lake").exists():
        return []
    try:
        return intake.sheets_set_aside(settings.root, settings.raw)
    except intake.RawError as error:
        return [str(error)]


def day_of(option: str, text: str) -> date:
    """A day as an option says it; where it is none, a sentence and the end."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return stop(f"{option} {text} is no date: expected YYYY-MM-DD")


def command() -> str:
    """How a person calls this command line from where they are: by its name where their shell finds it."""
    return "casebook" if shutil.which("casebook") else os.path.relpath(Path(sys.executable).with_name("casebook"))


def months(incomplete: str) -> list[str]:
    """The months that have rows, as far as they begin so."""
    return _offered(incomplete, queries.months)


def periods(incomplete: str) -> list[str]:
    """The months and years there are figures for, as far as they begin so."""
    return _offered(incomplete, queries.periods)


def dimensions(incomplete: str) -> list[str]:
    """The dimensions of figures, as far as they begin so."""
    return _offered(incomplete, lambda _: DIMENSIONS)


def _offered(incomplete: str, of: Callable[[Settings], Sequence[str]]) -> list[str]:
    """A shell that asks is told of no error."""
    with suppress(Exception):
        return [word for word in of(read_settings()) if word.startswith(incomplete)]
    return []

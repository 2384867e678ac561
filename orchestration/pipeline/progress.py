"""What a person sees while a run works: Dagster's own log, one line at a time, on a terminal."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import ClassVar

import dagster as dg
from rich.console import Console

STEPS = {
    "received": "read",
    "inputs": "read",
    "models": "build",
    "rules": "judge",
    "release_current": "publish",
    "open_data": "open data",
    "replica_current": "copy",
    "reports": "reports",
    "site": "site",
}


class _Show(logging.Handler):
    """Hands each message of a run to whoever watches it."""

    watcher: ClassVar[Callable[[str, str], None] | None] = None

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        step = STEPS.get(str(meta.get("step_key")))
        if _Show.watcher and step:
            _Show.watcher(step, meta.get("orig_message", "").splitlines()[0])


@dg.logger({}, description="One line at a time for a person at a terminal.")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Dagster's way to a terminal: nothing is printed unless somebody watches."""
    logger = logging.Logger("casebook", level=logging.INFO)
    logger.addHandler(_Show())
    return logger


@contextmanager
def watched(console: Console, title: str, quiet: bool = False) -> Iterator[None]:
    """Show what the runs inside are doing: on a terminal as one line that changes, and what they publish to stay."""
    if quiet:
        yield
        return
    with console.status(title) if console.is_terminal else nullcontext() as status:

        def show(step: str, text: str) -> None:
            if step == STEPS["release_current"]:
                console.print(f"  {text}", markup=False)
            elif status:
                status.update(f"{title}  {step}  {text[:90]}")

        _Show.watcher = show
        try:
            yield
        finally:
            _Show.watcher = None

"""What a person sees while a run works: Dagster's own log, one line at a time, on a terminal."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import dagster as dg
from rich.console import Console

STEPS = {"received": "read", "inputs": "read", "models": "build", "rules": "judge", "release_current": "publish"}


class _Show(logging.Handler):
    """Hands each message of a run to whoever watches it."""

    watcher: ClassVar[Callable[[str], None] | None] = None

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        step = STEPS.get(str(meta.get("step_key")))
        if _Show.watcher and step:
            _Show.watcher(f"{step}  {meta.get('orig_message', '').splitlines()[0]}")


@dg.logger({}, description="One line at a time for a person at a terminal.")
def progress_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Dagster's way to a terminal: nothing is printed unless somebody watches."""
    logger = logging.Logger("casebook", level=logging.INFO)
    logger.addHandler(_Show())
    return logger


@contextmanager
def watched(console: Console, title: str, quiet: bool = False) -> Iterator[None]:
    """Show what the runs inside are doing, on a terminal as one line that changes; elsewhere nothing."""
    if quiet or not console.is_terminal:
        yield
        return
    with console.status(title) as status:
        _Show.watcher = lambda text: status.update(f"{title}  {text[:90]}")
        try:
            yield
        finally:
            _Show.watcher = None

"""One run at a time in a data root, how to tell whether a run still has a process, and whether it was asked to stop.

The first two are locks of the system, which frees them when a process ends, however it ends: a killed run keeps nobody
waiting.
"""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration.settings import Settings

MOMENT = 2.0  # seconds


@contextmanager
def turn(settings: Settings, run_id: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other run works in this data root, and keep others waiting meanwhile.

    Args:
        settings: Where the data root is.
        run_id: Dagster's id of the run.
        tell: Told once if there is somebody to wait for.
    """
    own = _place(settings, run_id)
    with own.open("w") as alive, (own.parent / "turn").open("w") as handle:
        fcntl.flock(alive, fcntl.LOCK_EX)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another run is working: this one waits for its turn")
            fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            own.unlink(missing_ok=True)


@contextmanager
def heard() -> Iterator[int | None]:
    """Note every request to stop, for `require_unasked`; gives where they are noted, None outside the main thread.

    What a signal's handler raises is lost where nobody can catch it, in a callback of the garbage collector or of an
    import, say. The run would then go on and publish as if nobody had asked.
    """
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    noted, told = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    try:
        yield noted
    finally:
        signal.set_wakeup_fd(before)
        os.close(noted)
        os.close(told)


def require_unasked(noted: int | None) -> None:
    """Raise KeyboardInterrupt where somebody has asked the run to stop since `heard` began."""
    with suppress(BlockingIOError):  # nothing is noted
        if noted is not None and {signal.SIGINT, signal.SIGTERM} & set(os.read(noted, 4096)):
            raise KeyboardInterrupt


def is_alive(settings: Settings, run_id: str) -> bool:
    """Whether a run works, or waits for its turn."""
    own = _place(settings, run_id)
    if not own.exists():
        return False
    with own.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def has_died(settings: Settings, run_id: str) -> bool:
    """Whether a run that says it is working has no process.

    It may just have started, or be about to say that it has ended: this looks twice, and who asks looks once more
    whether the run has ended.
    """
    if is_alive(settings, run_id):
        return False
    time.sleep(MOMENT)
    return not is_alive(settings, run_id)


def _place(settings: Settings, run_id: str) -> Path:
    folder = settings.root / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"run-{run_id}"

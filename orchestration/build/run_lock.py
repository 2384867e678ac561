"""One run at a time in a data root, whether a run still has a process, and whether somebody asked it to stop.

The first two are locks of the system, which frees them when a process ends, however it ends: a killed run keeps nobody
waiting. Dagster's own queue does not do: runs of the command line pass it by, and a killed run keeps its slot.
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

SECOND_LOOK = 2.0  # seconds


@contextmanager
def run_lock(settings: Settings, run_id: str, log: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other run works in this data root, and keep others waiting meanwhile.

    Args:
        settings: Where the data root is.
        run_id: Dagster's id of the run.
        log: Called once with a sentence if there is somebody to wait for.
    """
    own = _lock_file(settings, run_id)
    with own.open("w") as alive, (own.parent / "turn").open("w") as lock:
        fcntl.flock(alive, fcntl.LOCK_EX)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log("another run is working: this one waits for its turn")
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            own.unlink(missing_ok=True)


@contextmanager
def capture_interrupts() -> Iterator[int | None]:
    """Capture every request to stop, for `raise_if_interrupted`.

    What a signal's handler raises is lost where nobody can catch it, in a callback of the garbage collector or of an
    import, say. The run would then go on and publish as if nobody had asked.

    Yields:
        The file descriptor that holds them; None outside the main thread, which no signal reaches.
    """
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    captured, signals = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    before = signal.set_wakeup_fd(signals, warn_on_full_buffer=False)
    try:
        yield captured
    finally:
        signal.set_wakeup_fd(before)
        os.close(captured)
        os.close(signals)


def raise_if_interrupted(captured: int | None) -> None:
    """Raise KeyboardInterrupt where somebody has asked the run to stop since `capture_interrupts` began."""
    with suppress(BlockingIOError):  # nothing was captured
        if captured is not None and {signal.SIGINT, signal.SIGTERM} & set(os.read(captured, 4096)):
            raise KeyboardInterrupt


def is_alive(settings: Settings, run_id: str) -> bool:
    """Whether a run works, or waits for its turn."""
    own = _lock_file(settings, run_id)
    if not own.exists():
        return False
    with own.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def has_died(settings: Settings, run_id: str) -> bool:
    """Whether a run that is recorded as working has no process.

    It may just have started, or be about to record that it has ended: this looks twice, and who asks looks once more
    whether the run has ended.
    """
    if is_alive(settings, run_id):
        return False
    time.sleep(SECOND_LOOK)
    return not is_alive(settings, run_id)


def _lock_file(settings: Settings, run_id: str) -> Path:
    folder = settings.root / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"run-{run_id}"

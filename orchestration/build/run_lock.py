"""One run at a time in a data root, whether a run still has a process, and whether somebody asked it to stop.

The first two are locks of the system, which frees them when a process ends, however it ends: a killed run keeps nobody
waiting. Dagster's own queue does not do: runs of the command line pass it by, and a killed run keeps its slot.

Where Dagster's log lies in PostgreSQL, other hosts may work on the same log, and their locks are not seen from here.
Then both are locks there as well, which the server frees when a connection ends.
"""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import Settings

if TYPE_CHECKING:  # every command would begin a seventh of a second later, and few need it
    from sqlalchemy import Connection

SECOND_LOOK = 2.0  # seconds
# how long until another host that waits for its turn asks again
ASK_AGAIN = 1.0  # seconds
TURN = "turn"
# a host that lost its power frees its locks within half a minute, not within the two hours of most systems
HEARD_FROM = "set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3"
TAKE = "select pg_try_advisory_lock(hashtextextended('casebook ' || :name, 0))"


class TurnLostError(Exception):
    """Another run may be working by now; the message says why."""


@contextmanager
def run_lock(settings: Settings, run_id: str, log: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Wait until no other run works in this data root, and keep others waiting meanwhile.

    Args:
        settings: Where the data root is.
        run_id: Dagster's id of the run.
        log: Called once with a sentence if there is somebody to wait for.

    Yields:
        What raises TurnLostError where others are not kept waiting any more: to be called before anything is published.
    """
    own = _lock_file(settings, run_id)
    with own.open("w") as alive, (own.parent / TURN).open("w") as lock, _other_hosts(settings) as database:
        fcntl.flock(alive, fcntl.LOCK_EX)
        _wait_for(database, run_id, lambda: None)  # for a moment, while another host asks whether the run works
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log("another run is working: this one waits for its turn")
            fcntl.flock(lock, fcntl.LOCK_EX)
        _wait_for(database, TURN, lambda: log("a run of another host is working: this one waits for its turn"))
        try:
            yield lambda: _require(database)
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
    with suppress(FileNotFoundError), _lock_file(settings, run_id).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    with _other_hosts(settings) as database:
        return not _take(database, run_id)


def has_died(settings: Settings, run_id: str) -> bool:
    """Whether a run that is recorded as working has no process.

    It may just have started, or be about to record that it has ended: this looks twice, and who asks looks once more
    whether the run has ended.
    """
    if is_alive(settings, run_id):
        return False
    time.sleep(SECOND_LOOK)
    return not is_alive(settings, run_id)


@contextmanager
def _other_hosts(settings: Settings) -> "Iterator[Connection | None]":
    """Where other hosts lock too, and until when: PostgreSQL; None where nobody but this host knows of a run."""
    if not settings.is_dagster_in_postgres:
        yield None
        return
    import sqlalchemy

    engine = sqlalchemy.create_engine(settings.dagster_postgres, poolclass=sqlalchemy.NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        database.execute(sqlalchemy.text(HEARD_FROM))
        yield database


def _take(database: "Connection | None", name: str) -> bool:
    """Whether other hosts know from now on that something is locked; not where one of them had locked it."""
    if database is None:
        return True
    from sqlalchemy import text

    return bool(database.execute(text(TAKE), {"name": name}).scalar())


def _wait_for(database: "Connection | None", name: str, on_wait: Callable[[], None]) -> None:
    if not _take(database, name):
        on_wait()
        while not _take(database, name):
            time.sleep(ASK_AGAIN)  # which, unlike a question that the server keeps, can be interrupted


def _require(database: "Connection | None") -> None:
    """Make sure that the connection is the one that took the locks, which end with it."""
    if database is None:
        return
    from sqlalchemy import exc, text

    try:
        database.execute(text("select 1"))
    except exc.SQLAlchemyError:
        raise TurnLostError(
            "the connection to PostgreSQL, which keeps other hosts waiting, has ended: nothing was published"
        ) from None


def _lock_file(settings: Settings, run_id: str) -> Path:
    folder = settings.root / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"run-{run_id}"

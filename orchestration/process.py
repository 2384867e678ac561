"""How a process that works on a night is tuned, and how it is stopped. Called by entry points, never at import."""

import atexit
import gc
import os
import signal
import sys
import warnings
from typing import NoReturn

_status_of_interrupted: list[int] = []


def tune() -> None:
    """Tell Python's collector, its warnings and pyarrow's allocator what a night is like; again changes nothing.

    A night makes a million objects that stay until its end: libraries, dbt's manifest. Python looks at all of them
    again and again, a sixth of the time, where it is not told to wait for more than seven hundred new ones; and for two
    seconds more at the end, to take apart what the system frees at once. Measured on 345 MB of CSV: 9.7 s of processor
    time with the allocator that pyarrow brings, 7.2 s with the system's. Where pyspark is installed, Great Expectations
    imports it, and it warns of a pandas of which nothing of ours asks it for anything.
    """
    import pyarrow as pa

    gc.set_threshold(10_000)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    pa.set_memory_pool(pa.system_memory_pool())
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)


def hear_requests_to_stop() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does, in a process that a shell started in the background as well.

    Such a process is deaf to SIGINT, and Dagster treats SIGTERM like SIGINT: nothing but SIGKILL would end it. SIGHUP
    stays ignored where `nohup` asked for it. To be called before libraries are imported: see `end_interrupted`.
    """
    atexit.register(_leave_threads_behind)  # what is registered first is called last
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if number == signal.SIGTERM or signal.getsignal(number) != signal.SIG_IGN:
            # whatever handles SIGINT by then: Dagster changes that while a run works
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def end_interrupted(status: int) -> NoReturn:
    """End a process that was interrupted. What DuckDB was doing goes on in its threads, and would abort the end.

    Args:
        status: The exit status.
    """
    _status_of_interrupted.append(status)
    sys.exit(status)


def _leave_threads_behind() -> None:
    if _status_of_interrupted:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status_of_interrupted[0])

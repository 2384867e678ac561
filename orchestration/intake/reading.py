"""Has files read by a worker, so that none can take down or hold up the night, and says which limit one met."""

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from orchestration.intake.bounds import MEBIBYTE, Limits, too_large, too_slow
from orchestration.intake.files import UNDAMAGED, Dropped, set_aside
from orchestration.settings import REPOSITORY

# what libraries write before they end a process for want of memory
WANT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"MemoryError")


# seconds between two looks at the memory of a worker
LOOK = 0.05
PAGE = resource.getpagesize()


class _EndedError(Exception):
    """A worker ended instead of answering; its text is the sentence."""


class _LateError(_EndedError):
    """A worker ended because its time was over."""


@dataclass
class BoundedReader:
    """Reads files in a process of its own: made when the first is read, and anew when a file has ended it.

    Used in a `with` statement, after which there is no such process.
    """

    root: Path
    latest: date
    limits: Limits
    _worker: "_Worker | None" = field(default=None, init=False)
    _is_over: bool = field(default=False, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process, whatever it is doing; what it was asked is answered by nobody."""
        self._is_over = True
        if self._worker:
            self._worker.end()

    def begin(self) -> None:
        """Have the process get ready for files that are to come, without waiting for it."""
        self._worker = self._worker or _Worker(self.root, self.latest, self.limits)

    def read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        """Read a file, stage its rows, and give what its manifest says.

        Args:
            dropped: The file.
            received_at: When it was first taken in.

        Raises:
            OSError: Nothing can be written in the lake, which is no fault of the file.
        """
        return self._answer(dropped, {"received_at": received_at.isoformat()})

    def propose(self, dropped: Dropped, name: str, kind: str) -> dict[str, Any]:
        """Layouts for the sheets of a file (`proposal.propose`), or what a manifest says of one that is set aside.

        Args:
            dropped: The file.
            name: What the layout is called.
            kind: The kind of its sheets; empty where nobody knows it.

        Raises:
            OSError: Nothing can be written in the lake, which is no fault of the file.
        """
        return self._answer(dropped, {"proposed": {"name": name, "kind": kind}})

    def _answer(self, dropped: Dropped, more: dict[str, Any]) -> dict[str, Any]:
        """What a worker answers.

        A file that ends a worker which read others before is read once more, alone: what they left behind in its memory
        is not this one's fault.
        """
        asked = {name: getattr(dropped, name) for name in ("sheet_hash", "beside", "below")} | more
        asked["path"] = str(dropped.path)
        was_used = self._worker is not None and self._worker.was_asked
        try:
            try:
                return self._ask(asked)
            except _EndedError as ended:
                if not was_used or self._is_over or isinstance(ended, _LateError):
                    raise
                return self._ask(asked)
        except _EndedError as ended:
            return set_aside(f"{dropped.place}: {ended}.")

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.begin()
        assert self._worker
        try:
            return self._worker.ask(asked)
        except _EndedError:
            self._worker = None
            raise


class _Worker:
    """A running worker, and what it writes to its error output, which may quote cells and is shown to nobody."""

    def __init__(self, root: Path, latest: date, limits: Limits) -> None:
        self._limits, self.was_asked = limits, False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.intake.worker"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is for whoever asks
        )
        self._write({"root": str(root.absolute()), "latest": latest.isoformat(), "limits": asdict(limits)})

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What it answers; raises _EndedError where it ends instead."""
        self.was_asked = True
        self._write(asked)
        assert self._process.stdout
        while not select.select([self._process.stdout], [], [], LOOK)[0]:
            if _resident(self._process.pid) > self._limits.memory * MEBIBYTE:
                self.end()
                raise _EndedError(too_large(self._limits.memory))
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._ended()
        answer = json.loads(line)
        if "errno" in answer:
            raise OSError(answer["errno"], os.strerror(answer["errno"]))
        return answer

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:  # it has ended, and the next look at its answers says so
            return

    def _ended(self) -> _EndedError:
        self._process.communicate()
        status = -self._process.returncode
        self._errors.seek(0)
        errors = self._errors.read()
        self._errors.close()
        if status == signal.SIGALRM:
            return _LateError(too_slow(self._limits.seconds))
        if any(words in errors for words in WANT_OF_MEMORY):
            return _EndedError(too_large(self._limits.memory))
        how = signal.Signals(status).name if status > 0 else f"status {-status}"
        return _EndedError(f"reading it ends the reader ({how}); {UNDAMAGED}")


def _resident(process: int) -> int:
    """How many bytes of memory are a process's own; none where the system does not tell, and only refuses too much.

    What it shares are files, such as its libraries, which take as much without any sheet.
    """
    try:
        _, resident, shared, *_ = map(int, Path(f"/proc/{process}/statm").read_text().split())
    except (OSError, ValueError):
        return 0
    return (resident - shared) * PAGE

"""Has files read before their turn comes, several at once, while whoever asks keeps what was made of those before."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

from orchestration.intake import store
from orchestration.intake.bounds import MEBIBYTE, Limits
from orchestration.intake.files import Dropped
from orchestration.intake.reading import BoundedReader

# a process takes as long to begin as so many small files to read
WORTH_A_PROCESS = 300
AT_MOST = 4
# a larger file is read when its turn comes, so that no two of them take their memory at once
SMALL = 4 * MEBIBYTE


@dataclass
class ReadersAhead:
    """Reads files in processes of their own, of which there are more where many small files are to be read.

    Used in a `with` statement, after which there are none.
    """

    root: Path
    latest: date
    limits: Limits
    _readers: list[BoundedReader] = field(default_factory=list, init=False)
    _free: "SimpleQueue[BoundedReader]" = field(default_factory=SimpleQueue, init=False)
    _ahead: dict[Dropped, "Future[dict[str, Any]]"] = field(default_factory=dict, init=False)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_MOST), init=False)

    def __enter__(self) -> Self:
        self._add()
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._readers:
            reader.end()

    def begin(self) -> None:
        """Have a process get ready for files that are to come, without waiting for it."""
        self._readers[0].begin()

    def read_ahead(self, files: Sequence[Dropped], received_at: datetime) -> None:
        """Begin to read those of some files that are small, in their order; what comes of it, `read` gives.

        Args:
            files: The files.
            received_at: When they were first taken in.
        """
        small = [each for each in files if store.original(self.root, each.sheet_hash).stat().st_size <= SMALL]
        for _ in range(1, min(AT_MOST, os.cpu_count() or 1, 1 + len(small) // WORTH_A_PROCESS)):
            self._add()
        self._ahead = {each: self._threads.submit(self._read, each, received_at) for each in small}

    def read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        """Read a file, or give what was read ahead of it (`BoundedReader.read`).

        Args:
            dropped: The file.
            received_at: When it was first taken in.

        Raises:
            OSError: Nothing can be written in the lake, which is no fault of the file.
        """
        ahead = self._ahead.pop(dropped, None)
        return ahead.result() if ahead else self._read(dropped, received_at)

    def _read(self, dropped: Dropped, received_at: datetime) -> dict[str, Any]:
        reader = self._free.get()
        try:
            return reader.read(dropped, received_at)
        finally:
            self._free.put(reader)

    def _add(self) -> None:
        reader = BoundedReader(self.root, self.latest, self.limits)
        self._readers.append(reader)
        self._free.put(reader)

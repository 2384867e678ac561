"""A process that reads files for another one, a line of JSON each, and that no file can make take more than it may.

What a file does to it ends it, and nothing else. It ends with the process it reads for.
"""

import json
import os
import queue
import resource
import signal
import sys
import threading
from datetime import date, datetime
from importlib.abc import MetaPathFinder
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from orchestration import process
from orchestration.intake import duckdb_session, mapping, proposal, store
from orchestration.intake.bounds import MEBIBYTE, Limits
from orchestration.intake.files import Dropped, FileReader

# libraries set aside much more memory than they ever use, which the system counts; what is used, whoever asks looks at
SET_ASIDE = 8


class _WithoutPandas(MetaPathFinder):
    """Tells libraries that pandas is not there.

    DuckDB and Arrow import it with the first value they are handed, to see whether the value is of its kind: none is,
    and it takes as long as all else that a worker begins with.
    """

    def find_spec(self, fullname: str, *_: object) -> None:
        """Raise ModuleNotFoundError for pandas; of other modules the next finder is asked."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=fullname)


def main() -> None:
    """Read the night from the first line, then a file a line, and answer each with what its manifest says."""
    process.tune()
    sys.meta_path.insert(0, _WithoutPandas())
    answers = _answers()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=[lines], daemon=True).start()
    night = json.loads(lines.get())
    root, limits = Path(night["root"]), Limits(**night["limits"])
    _restrict(limits)
    with duckdb_session.connect(store.staging(root), limits.memory // 2) as con:
        mapper, _ = mapping.load(con, root)
        reader = FileReader(root, mapper, date.fromisoformat(night["latest"]), limits)
        while True:
            print(json.dumps(_answer(reader, json.loads(lines.get()))), file=answers, flush=True)


def _answers() -> TextIO:
    """Where answers go, and nothing else: what libraries print goes where errors do."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _listen(lines: "queue.SimpleQueue[str]") -> None:
    """Hand on what is asked; when nobody can ask any more, there is nobody to answer."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _restrict(limits: Limits) -> None:
    """Let the system refuse memory out of all measure, and leave no core behind, which would hold what sheets hold."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = limits.memory * MEBIBYTE * SET_ASIDE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _answer(reader: FileReader, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return _read(reader, asked)
    except OSError as error:  # of the lake: what a file brings about is said of the file
        return {"errno": error.errno}


def _read(reader: FileReader, asked: dict[str, Any]) -> dict[str, Any]:
    """Read a file, or propose a layout of it; when its time is over, the system ends this process, whatever it does."""
    dropped = Dropped(PurePosixPath(asked["path"]), asked["sheet_hash"], tuple(asked["beside"]), tuple(asked["below"]))
    size = store.original(reader.root, dropped.sheet_hash).stat().st_size
    signal.setitimer(signal.ITIMER_REAL, reader.limits.seconds_of(size))
    try:
        if "proposed" in asked:
            return reader.guarded(dropped, lambda: proposal.propose(reader, dropped, **asked["proposed"]))
        return reader.read(dropped, datetime.fromisoformat(asked["received_at"]))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()

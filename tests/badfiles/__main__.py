"""`make badfiles`: every bad file alone beside a good sheet: what became of it, how long it took, how much memory."""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from orchestration.intake import Limits
from tests.badfiles import bad_files, complaint, drop, received

LIMITS = Limits()
KIBIBYTES = 1024
# a worker is looked at now and then: it may have taken more by then
OVER = 1.25


def main() -> int:
    """Print a line a file; 1 where one was not told, took too long or too much, or harmed the sheet beside it."""
    files, wrong = bad_files(), 0
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            drop(Path(folder), file)
            began = time.monotonic()
            rows, said, memory = _apart(Path(folder))
            seconds = time.monotonic() - began
        fault = complaint(file, rows, said)
        if seconds > LIMITS.seconds or memory > LIMITS.memory * OVER:
            fault = fault or "more than it may take"
        wrong += fault is not None
        became = said[file.name].partition(": ")[2] if file.name in said else f"rows: {rows.get(file.name)}"
        print(
            f"{seconds:6.1f} s {memory:6.0f} MiB  {file.name}  {became}{f'   WRONG: {fault}' if fault else ''}",
            flush=True,
        )
    print(f"{len(files)} bad files, {wrong} of them not as they should be")
    return 1 if wrong else 0


def _apart(root: Path) -> tuple[dict[str, int], dict[str, str], float]:
    """What an intake in a process of its own made of a data root, and the most memory its workers used, in MiB."""
    told = root / "told.json"
    child = os.fork()
    if not child:
        rows, said = received(root, LIMITS)
        told.write_text(json.dumps([rows, said, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIBIBYTES]))
        os._exit(0)
    os.waitpid(child, 0)
    rows, said, memory = json.loads(told.read_text()) if told.exists() else ({}, {}, 0)
    return rows, said, memory


if __name__ == "__main__":
    sys.exit(main())

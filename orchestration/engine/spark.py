"""Parts made by Spark: it decides which machine makes which, and has one made again whose machine died.

Spark is an extra (`pip install casebook[spark]`). What its workers run is `exchange.make_at`, so each has this package,
and the data root where the coordinator has it, or a store between them. The coordinator speaks to Spark in a process of
its own, this module run as a program: where Spark is gone its client asks on and on, and once more at the end of its
process, which is killed.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from orchestration import process
from orchestration.build.dbt import BuildError
from orchestration.engine.exchange import NEXT, make_at
from orchestration.engine.parts import Outcome
from orchestration.settings import REPOSITORY, Settings, environment_of_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# of a Spark that is started here or whose master is asked directly: no page, no log but for what ends it
OWN = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "FATAL"}
LOOK = 2  # seconds between two looks at what is made


class Client:
    """The process that speaks to Spark."""

    def __init__(self, settings: Settings, child: "subprocess.Popen[str]", log: IO[str]) -> None:
        self._settings, self._child, self._log = settings, child, log

    def work(self, places: Sequence[str], made: Callable[[], int]) -> list[Outcome]:
        """Have parts made that were handed over.

        Args:
            places: Where each is to be found.
            made: Tells how many are made by now.

        Raises:
            BuildError: Spark cannot be reached, has no machine left, or could not make a part on any of them.
        """
        assert self._child.stdin
        assert self._child.stdout
        try:
            self._child.stdin.write(json.dumps(list(places)) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        self._wait(len(places), made)
        answer = json.loads(self._child.stdout.readline() or "null")
        if answer is None:
            raise self._ended()
        if "error" in answer:
            raise BuildError(f"Spark at {self._settings.spark_remote} failed ({answer['error']}): {NEXT}")
        return [Outcome(**outcome) for outcome in answer["outcomes"]]

    def _wait(self, parts: int, made: Callable[[], int]) -> None:
        """Wait until it answers, or for so long no part has been made: a Spark without machines waits for ever."""
        before, since = 0, time.monotonic()
        while not select.select([self._child.stdout], [], [], LOOK)[0]:
            now = made()
            if now > before:
                before, since = now, time.monotonic()
            elif time.monotonic() - since > self._settings.spark_seconds:
                raise BuildError(
                    f"Spark at {self._settings.spark_remote} has made {before} of {parts} parts, and none for "
                    f"{self._settings.spark_seconds} s: can it be reached, and has it any machine left? {NEXT}"
                )

    def _ended(self) -> BuildError:
        self._log.seek(0)
        last = self._log.read().strip().rsplit("\n", 1)[-1] or "it said nothing"
        return BuildError(f"Spark at {self._settings.spark_remote} ended ({last[:200]}): {NEXT}")


@contextmanager
def client(settings: Settings) -> Iterator[Client]:
    """A client, killed at the end of the build with all it started.

    Args:
        settings: Where Spark is: `sc://host:15002` (Spark Connect), `spark://host:7077` (its own master) or `local[2]`;
            and how long to wait for it.

    Raises:
        BuildError: Spark is not installed.
    """
    if find_spec("pyspark") is None:
        raise BuildError("CASEBOOK_ENGINE says spark, which is not installed: pip install 'casebook[spark]'")
    command = [sys.executable, "-m", "orchestration.engine.spark", settings.spark_remote]
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=environment_of_spark(),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield Client(settings, child, log)
        finally:
            child.kill()
            child.wait()


def main(remote: str) -> None:
    """Read lists of where parts are written down, a line each, and answer with what became of them."""
    process.tune()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what Java prints is no answer
    session = None
    for line in sys.stdin:
        try:
            session = session or _session(remote)
            answer: dict[str, Any] = {"outcomes": _made(session, json.loads(line))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {_short(str(error))}"}
        print(json.dumps(answer), file=answers, flush=True)


def _short(error: str) -> str:
    """Both ends of what may be a page of Java or of Python: one says what it is, the other what it came from."""
    words = " ".join(error.split())
    return words if len(words) < 300 else f"{words[:120]} … {words[-170:]}"


def _session(remote: str) -> "SparkSession":
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("casebook")
    if remote.startswith("sc://"):
        return builder.remote(remote).getOrCreate()
    return builder.master(remote).config(map=OWN).getOrCreate()


def _made(session: "SparkSession", parts: Sequence[str]) -> list[dict[str, Any]]:
    rows = session.createDataFrame([(part,) for part in parts], "part string")
    # a task a part
    made = rows.repartition(len(parts)).mapInArrow(make_all, "outcome string").collect()
    return [json.loads(row.outcome) for row in made]


def make_all(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does with the parts it is handed."""
    for batch in batches:
        outcomes = [json.dumps(asdict(make_at(part))) for part in batch.column(0).to_pylist()]
        yield pa.RecordBatch.from_pydict({"outcome": outcomes})


if __name__ == "__main__":
    main(sys.argv[1])

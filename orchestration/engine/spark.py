"""Parts made by Spark: it decides which machine makes which, and has one made again whose machine died.

Spark is an extra (`pip install casebook[spark]`), and is imported by nothing else. What its workers run is `parts.make`,
so each has this package installed and the data root where the coordinator has it.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from orchestration.build.dbt import BuildError
from orchestration.engine.parts import Outcome, Part, from_text, make

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# of a Spark that is started here or whose master is asked directly: no page, no log but for what ends it
OWN = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "FATAL"}
NEXT = "nothing was released, and the next night makes what is missing"


@contextmanager
def session(remote: str) -> Iterator["SparkSession"]:
    """A session of Spark, ended with the build.

    Args:
        remote: Where it is: `sc://host:15002` (Spark Connect), `spark://host:7077` (its own master), or `local[2]`.

    Raises:
        BuildError: Spark is not installed, or cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BuildError("CASEBOOK_ENGINE says spark, which is not installed: pip install 'casebook[spark]'") from None
    builder = SparkSession.builder.appName("casebook")
    if remote.startswith("sc://"):
        builder = builder.remote(remote)
    else:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # its workers are this Python, not the one in the path
        builder = builder.master(remote).config(map=OWN)
    with _told(remote):
        found = builder.getOrCreate()
    try:
        yield found
    finally:
        found.stop()


def send(session: "SparkSession", remote: str, parts: Sequence[Part]) -> list[Outcome]:
    """Have parts made.

    Raises:
        BuildError: Spark cannot be reached any more, or a part could not be made on any machine.
    """
    if not parts:
        return []
    with _told(remote):
        rows = session.createDataFrame([(part.as_text(),) for part in parts], "part string")
        # a task a part: the largest of them decide how long it takes
        made = rows.repartition(len(parts)).mapInArrow(_make_all, "outcome string").collect()
    return [Outcome(**json.loads(row.outcome)) for row in made]


def _make_all(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does with the parts it is handed."""
    for batch in batches:
        outcomes = [json.dumps(asdict(make(from_text(part)))) for part in batch.column(0).to_pylist()]
        yield pa.RecordBatch.from_pydict({"outcome": outcomes})


@contextmanager
def _told(remote: str) -> Iterator[None]:
    """Say in a sentence that Spark failed: what it says itself is a page of Java."""
    try:
        yield
    except BuildError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:300]
        raise BuildError(f"Spark at {remote} failed ({type(error).__name__}: {said}): {NEXT}") from None



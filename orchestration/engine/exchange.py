"""How parts get to the machines that make them, and what was made comes back.

Machines that share the coordinator's disk read and write there. To others everything goes by way of a store: what parts
read, in the folder of the run, and from there what they made. Nothing of it stays there when the build has ended.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from orchestration.build import made_files
from orchestration.build.dbt import BuildError
from orchestration.engine.parts import INPUTS, Outcome, Part, from_json, make, to_json
from orchestration.settings import Settings
from orchestration.stores import Store, StoreError

NEXT = "nothing was released, and the next night makes what is missing"
# on the store, a folder for each run; in it those of what parts are, and of what was made of them
RUNS, WRITTEN, MADE = "parts", "written", "made"
# has parts made that were handed over: where each is to be found, and how many of them are made by now
Work = Callable[[Sequence[str], Callable[[], int]], list[Outcome]]


class SharedDisk:
    """Machines that find the data root where the coordinator has it."""

    def hand_over(self, parts: Sequence[Part]) -> list[str]:
        """Write parts down beside what they read; the path of each."""
        places = []
        for part in parts:
            written = Path(part.target).parent / INPUTS / f"{part.name}.json"
            written.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written.write_text(to_json(part))
            places.append(str(written))
        return places

    def made(self, parts: Sequence[Part]) -> int:
        """How many of some parts are made by now."""
        return sum(Path(part.target).exists() for part in parts)

    def fetch(self, outcomes: Sequence[Outcome]) -> None:
        """What was made lies where it belongs."""


class ByStore:
    """Machines that share a store with the coordinator and nothing else."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        self._root, self._folder = settings.root, made_files.folder(settings) / run_id
        self._url = f"{settings.parts_store.rstrip('/')}/{RUNS}/{run_id}"
        self._store = Store.at(self._url)
        self._sent: set[str] = set()

    def hand_over(self, parts: Sequence[Part]) -> list[str]:
        """Put parts and what they read on the store, each file once a build; the URL of each part."""
        read = {file for part in parts for each in part.inputs for file in each.files}
        with self._store.reached():
            self._store.put(self._root, sorted(map(self._within, read - self._sent)))
            self._sent |= read
            written = {f"{WRITTEN}/{part.name}.json": to_json(self._moved(part)) for part in parts}
            for file, text in written.items():
                self._store.write(file, text)
        return [f"{self._url}/{file}" for file in written]

    def made(self, parts: Sequence[Part]) -> int:
        """Of how many parts something is made by now."""
        with self._store.reached():
            found = {file.split("/")[0] for file in self._store.within(MADE).sizes()}
        return sum(part.name in found for part in parts)

    def fetch(self, outcomes: Sequence[Outcome]) -> None:
        """Bring what was made to where it belongs; of an attempt that died nothing."""
        files = [file for outcome in outcomes for file in outcome.files]
        with self._store.reached():
            self._store.within(MADE).get(self._folder, files)
        for file in files:
            (self._folder / file).chmod(0o600)

    def clear(self) -> None:
        """Remove what the run has put there."""
        with self._store.reached():
            self._store.clear()

    def _within(self, file: str) -> str:
        return str(Path(file).relative_to(self._root))

    def _moved(self, part: Part) -> Part:
        """A part that reads from the store what lies in the data root."""
        inputs = [
            replace(each, files=[self._store.url_of(self._within(file)) for file in each.files]) for each in part.inputs
        ]
        return replace(part, inputs=inputs)


Exchange = SharedDisk | ByStore


@contextmanager
def opened(settings: Settings, run_id: str, unfinished: Sequence[str]) -> Iterator[Exchange]:
    """The way between a coordinator and the machines that make parts, for the time of a build.

    Args:
        settings: Whether there is a store between them.
        run_id: The run, after which its folder there is called.
        unfinished: Runs that may have left something there.

    Raises:
        BuildError: The store cannot be used.
    """
    if not settings.parts_store:
        yield SharedDisk()
        return
    try:
        for run in unfinished:
            ByStore(settings, run).clear()
        by_store = ByStore(settings, run_id)
        try:
            yield by_store
        finally:
            with suppress(StoreError):  # the next run tries again
                by_store.clear()
    except StoreError as error:
        raise BuildError(f"CASEBOOK_PARTS_STORE: {error}: {NEXT}") from None


def make_all(exchange: Exchange, parts: Sequence[Part], work: Work) -> list[Outcome]:
    """Have parts made, and what was made brought to where it belongs."""
    if not parts:
        return []
    outcomes = work(exchange.hand_over(parts), lambda: exchange.made(parts))
    exchange.fetch(outcomes)
    return outcomes


def make_at(place: str) -> Outcome:
    """Make a part that was handed over: what one of the machines does.

    Args:
        place: Where it is written down, a path or the URL of a place on a store.

    Raises:
        StoreError: The store cannot be used.
    """
    if "://" not in place:
        return make(from_json(Path(place).read_text()))
    run, _, written = place.rpartition(f"/{WRITTEN}/")
    store = Store.at(run, is_remembered=True)
    with store.reached(), tempfile.TemporaryDirectory() as folder:
        store.sizes()  # asked once: each file would be asked for again whenever DuckDB opens it
        part = from_json(store.read(f"{WRITTEN}/{written}"))
        attempt = Path(folder) / part.name / uuid4().hex
        outcome = make(replace(part, target=str(attempt)), store.files)
        files = [str(path.relative_to(folder)) for path in sorted(attempt.rglob("*.parquet"))]
        store.within(MADE).put(Path(folder), files)
    return replace(outcome, target=part.target, files=files)

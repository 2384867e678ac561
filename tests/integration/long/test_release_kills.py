"""A run that is killed while it publishes: readers have one release whole, and no finding is of another."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from orchestration.pipeline.partitions import RANGE_END, RANGE_START
from orchestration.settings import REPOSITORY
from tests.integration.house import BUSINESS_DATE, House, as_csv, deaths

# publishes the draft of a run, and is killed where it is about to give a file its name for the nth time
PUBLISH = """
import os, signal, sys
from datetime import UTC, date, datetime
from orchestration.publish import holds, release
from orchestration.settings import read_settings

settings, run_id, day, left = read_settings(), sys.argv[1], date.fromisoformat(sys.argv[2]), int(sys.argv[3])

def count(event, arguments):
    global left
    if event == "os.rename":
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
stamp = f"{day}-{run_id[:8]}"
release.cut(settings, stamp, day, holds.noted(settings.draft), datetime.now(UTC))
release.publish(settings, stamp, run_id, day, datetime.now(UTC))
"""


def published(house: House, run_id: str, renames: int) -> int:
    """The exit status of a process that publishes the draft and may give so many files their names."""
    environment = os.environ | {"CASEBOOK_DATA": str(house.root), "DAGSTER_HOME": str(house.root / "dagster")}
    command = [sys.executable, "-c", PUBLISH, run_id, BUSINESS_DATE, str(renames)]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode


def release_of(house: House) -> str:
    return house.place.current.resolve().name


@pytest.fixture(scope="module")
def judged(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, str]:
    """A house with the draft of a run that was built, judged and not published, and the run; only to be copied."""
    house = empty_house.copy(tmp_path_factory.mktemp("judged"))
    house.drop("2025-01/deaths__synthetic.csv", as_csv(deaths("2025-01", 3)))
    with house.entered():
        from orchestration.definitions import build_definitions

        made = build_definitions().resolve_asset_graph().materializable_asset_keys
        job = build_definitions().resolve_job_def("nightly")
        done = job.execute_in_process(
            instance=dg.DagsterInstance.ephemeral(),
            asset_selection=[key for key in made if key.path[-1] not in ("release_current", "fct_findings")],
            tags={RANGE_START: "2025-01", RANGE_END: "2025-01"},
            run_config={"resources": {"run_context": {"config": {"business_date": BUSINESS_DATE}}}},
        )
    assert done.success
    return house, done.run_id


def test_what_was_judged_and_not_published_is_neither_logged_nor_told(
    judged: tuple[House, str], tmp_path: Path
) -> None:
    house, run_id = judged[0].copy(tmp_path / "house"), judged[1]
    assert house.place.draft.with_name("evaluation.parquet").exists()
    assert run_id not in {path.stem for path in house.place.evaluations.iterdir()}
    assert not list(house.place.outbox.glob("*.json"))
    assert house.figure("deaths", "2025-01") in (None, 0)
    run = house.months(date(2025, 1, 1))
    assert run_id not in {path.stem for path in house.place.evaluations.iterdir()}
    assert run.run_id in {path.stem for path in house.place.evaluations.iterdir()}


def test_killed_at_each_step_it_leaves_one_release_whole_and_no_finding_of_another(
    judged: tuple[House, str], tmp_path: Path
) -> None:
    house, run_id = judged
    before, states, killed = release_of(house), [], []
    while True:
        copy = house.copy(tmp_path / str(len(states)))
        status = published(copy, run_id, len(states))
        is_new = release_of(copy) != before
        is_logged = run_id in {path.stem for path in copy.place.evaluations.iterdir()}
        is_kept = not copy.place.draft.exists()
        assert copy.figure("deaths", "2025-01") == (3 if is_new else None)
        assert not is_logged or is_new, "findings of a release that nobody has"
        assert not is_kept or is_logged, "the next run would be compared with what was never judged"
        states.append((is_new, is_logged, is_kept))
        if status == 0:
            break
        assert status == -signal.SIGKILL
        killed.append(copy)
    assert set(states) == {(False,) * 3, (True, False, False), (True, True, False), (True, True, True)}
    # the night after the kill that came last before the warehouse was exchanged: everything comes again
    copy = killed[max(i for i, state in enumerate(states[:-1]) if state == (True, True, False))]
    copy.night()
    assert copy.figure("deaths", "2025-01") == 3
    assert copy.json("status")[0]["counted"] == 3
    assert not [path for path in copy.place.published.iterdir() if path.name.startswith(".")]

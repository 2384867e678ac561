"""Nobody thinks about it: what the daemon starts by itself, runs that meet, and runs that die.

These tests wait for other processes, as a person would: they look again and again until something has happened.
"""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb

from orchestration.pipeline.partitions import RANGE_END, RANGE_START
from orchestration.settings import REPOSITORY, read_settings
from tests.integration.house import BUSINESS_DATE, ON_THAT_DAY, House, as_csv, deaths, until

RANGE = RANGE_START, RANGE_END
SCHEDULE = "dagster/schedule_name"


@contextmanager
def started(house: House, *words: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own group, which is gone with everything it started when the test is done with it."""
    log = (house.root / "log.txt").open("a")
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=REPOSITORY, env=house.environment(**ON_THAT_DAY, **more), text=True,
        stdout=log, stderr=log, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell starts it in the background
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        print((house.root / "log.txt").read_text()[-10_000:])  # seen where the test fails


def daemon(house: House, cron: str) -> "AbstractContextManager[subprocess.Popen[str]]":
    runs(house)  # as a host's service does before it starts: two that make the tables of a new home at once fail
    return started(house, "dagster._daemon", "run", "-m", "orchestration.definitions", CASEBOOK_CRON=cron)


def once_in(minutes: int) -> str:
    """A schedule of one night, when the daemon is up: a slow machine is not done with one before the next begins."""
    at = datetime.now(ZoneInfo(read_settings().time_zone)) + timedelta(minutes=minutes)
    return f"{at.minute} {at.hour} {at.day} {at.month} *"


def runs(house: House) -> list[dg.DagsterRun]:
    with house.entered():
        from orchestration.pipeline.instance import instance

        with instance() as dagster:
            return dagster.get_runs()


def asked_by(house: House, tag: str) -> list[dg.DagsterRun]:
    return [run for run in runs(house) if tag in run.tags]


def is_building(house: House, run_number: int) -> bool:
    """Whether so many runs have come to where they build."""
    with house.entered():
        from orchestration.pipeline.instance import instance

        with instance() as dagster:
            logs = [dagster.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START) for run in dagster.get_runs()]
    return sum("models" in {entry.step_key for entry in log} for log in logs) == run_number


def has_ended(some: list[dg.DagsterRun], first: str | None = None, count: int = 1) -> bool:
    assert not [run.run_id for run in some if run.status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)]
    found = [run for run in some if first in (None, run.tags.get(RANGE_START))]
    return len(found) >= count and all(run.is_finished for run in found)


def backfill_from_the_page(house: House, *months: str) -> None:
    """What the page's button does: all assets, some months."""
    with house.entered():
        from orchestration.definitions import build_definitions

        keys = sorted(build_definitions().resolve_asset_graph().materializable_asset_keys)
    asked = {"assetSelection": [{"path": list(key.path)} for key in keys], "partitionNames": months}
    query = "mutation($asked: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $asked) { __typename } }"
    command = [str(Path(sys.executable).with_name("dagster-graphql")), "-m", "orchestration.definitions", "-t", query]
    done = subprocess.run(
        [*command, "-v", json.dumps({"asked": asked})],
        cwd=REPOSITORY, env=house.environment(**ON_THAT_DAY), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "LaunchBackfillSuccess" in done.stdout, done.stdout + done.stderr


def test_the_daemon_sees_a_file_backfills_what_the_page_asks_for_and_ticks(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    house.drop("2023-05/deaths__synthetic.csv", as_csv(deaths("2023-05", 2)))
    current = house.place.published / "current" / "casebook.duckdb"
    with duckdb.connect(current, read_only=True) as reader:
        with daemon(house, cron=once_in(minutes=4)):
            until(lambda: has_ended(asked_by(house, "dagster/sensor_name"), "2023-05"), "the sensor's run")
            assert house.figure("deaths", "2023-05") == 2

            backfill_from_the_page(house, "2023-05", "2024-12", "2025-01")
            until(lambda: has_ended(asked_by(house, "dagster/backfill"), count=3), "the backfill's runs")
            until(lambda: has_ended(asked_by(house, SCHEDULE)) and has_ended(runs(house)), "the schedule's run")
        ranges = sorted(tuple(run.tags.get(tag, "") for tag in RANGE) for run in asked_by(house, "dagster/backfill"))
        assert ranges == [("", ""), ("2023-05", "2023-05"), ("2024-12", "2025-01")]

        assert reader.execute("select count(*) from marts.fct_deaths").fetchall() == [(0,)]
    assert house.rows("select count(*) from marts.fct_deaths") == [(2,)]


def _backfill(house: House, month: str) -> None:
    """A child process: what `casebook backfill` does, once everything is imported."""
    with house.entered():
        from rich.console import Console

        from orchestration.cli.nightly import work

        screen = Console(file=(house.root / f"log-{month}.txt").open("w"))
        months, day = [date.fromisoformat(f"{month}-01")], date.fromisoformat(BUSINESS_DATE)
        raise SystemExit(work(screen, lambda *_: months, day, quiet=False, verbose=False, as_json=False))


def test_runs_at_once_all_succeed(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    months = ["2024-01", "2024-02"]
    for month in months:
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(deaths(month, 2)))
    forked = multiprocessing.get_context("fork")
    children = [forked.Process(target=_backfill, args=(house, month)) for month in months]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    assert house.rows("select month, count(*) from marts.fct_deaths group by month order by month") == [
        (date.fromisoformat(f"{month}-01"), 2) for month in months
    ]


def test_a_run_that_is_stopped_leaves_everything_as_it_was_and_the_next_one_works(
    new_house: Callable[[str], House],
) -> None:
    """One is asked to end, the one after it is killed, and the one after that comes to its end."""
    house = new_house("house")
    house.drop("2024-11/deaths__synthetic.csv", as_csv(deaths("2024-11", 3)))
    released = house.place.published / "current" / "casebook.duckdb"
    kept = [house.place.warehouse, house.place.warehouse.with_name("warehouse_state.json"), released]
    before = [path.read_bytes() for path in kept]
    for number, blow in enumerate((signal.SIGTERM, signal.SIGKILL), 1):
        with started(house, "orchestration.cli", "backfill", "2024-11") as process:
            until(lambda number=number: is_building(house, number), "the run to build")
            os.killpg(process.pid, blow)
            process.wait()
        if blow == signal.SIGTERM:
            assert process.returncode == 1
            told = (house.root / "log.txt").read_text()
            assert "stopped: somebody interrupted it; nothing it did was kept: ask for it again\n" in told
            assert "Traceback" not in told
        assert [path.read_bytes() for path in kept] == before
        stopped, *_ = runs(house)  # the latest
        # who is killed cannot say so
        assert (stopped.status == dg.DagsterRunStatus.STARTED) == (blow == signal.SIGKILL)

    stopped = {run.run_id for run in runs(house)}
    done = house.cli("backfill", "2024-11", "--date", BUSINESS_DATE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert house.figure("deaths", "2024-11") == 3
    ended = [run.status for run in runs(house) if run.run_id in stopped]
    assert len(ended) == 2
    assert set(ended) <= {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}

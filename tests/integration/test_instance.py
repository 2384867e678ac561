"""Dagster's instance: what its log holds, where it is stored, what is forgotten, and which run is dead."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

from orchestration.build import run_lock
from orchestration.pipeline import instance as made
from orchestration.pipeline.event_log import EventLog
from orchestration.pipeline.running import dead_runs, end_dead_runs
from orchestration.settings import Settings, read_settings
from tests.integration.house import House

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2025-01", fmt="%Y-%m")
SERVER = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
PROGRAMS = Path(shutil.which("initdb") or (SERVER[-1] if SERVER else "")).parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new DAGSTER_HOME."""
    monkeypatch.setenv("CASEBOOK_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.delenv(made.POSTGRES, raising=False)
    return tmp_path / "dagster"


@dg.asset(partitions_def=MONTHS, backfill_policy=dg.BackfillPolicy.single_run())
def facts() -> None:
    """Made by month."""


@dg.asset(deps=[facts], backfill_policy=dg.BackfillPolicy.single_run())
def figures() -> None:
    """Made as a whole."""


def run(instance: dg.DagsterInstance, first: str, last: str, assets: tuple[dg.AssetsDefinition, ...] = (facts,)) -> str:
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    return dg.materialize(assets, instance=instance, tags=tags).run_id


# the log in SQLite


def test_dagster_asks_our_log_for_its_connection(home: Path) -> None:
    """The one thing of Dagster's we override without a promise: where it is renamed, ours is silently not asked."""
    with made.instance() as instance:
        log = instance.event_log_storage
        assert isinstance(log, EventLog)
        asked: list[object] = []
        sa.event.listen(log._engine, "begin", asked.append)
        run_id = run(instance, "2025-01", "2025-01")
        assert len(asked) > 10
        connection = log._engine.connect()
        assert connection.execute(sa.text("pragma synchronous")).scalar() == 1
        connection.close()
        assert instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    assert (home / "events" / "event_log.db").exists()


def test_the_log_holds_what_dagsters_own_does(home: Path, tmp_path: Path) -> None:
    with made.instance() as instance:
        run_id = run(instance, "2025-01", "2025-02", (facts, figures))
        events = instance.all_logs(run_id)
    stock, ours = ConsolidatedSqliteEventLogStorage(str(tmp_path / "stock")), EventLog(str(tmp_path / "ours"))
    for log in (stock, ours):
        for event in events:
            log.store_event(event)
        log.dispose()
    assert events and tables(tmp_path / "stock") == tables(tmp_path / "ours")


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row that describes an event, in the order of its writing."""
    rows = {}
    with sqlite3.connect(folder / "event_log.db") as connection:
        for table in ("event_logs", "asset_keys", "asset_event_tags", "asset_check_executions"):
            columns = [column for _, column, *_ in connection.execute(f"pragma table_info({table})")]
            kept = ", ".join(f'"{column}"' for column in columns if column != "create_timestamp")
            rows[table] = connection.execute(f"select {kept} from {table} order by id").fetchall()
    return rows


def test_dagsters_page_hears_of_events_while_the_file_is_open(home: Path) -> None:
    heard = threading.Event()
    with made.instance() as writing, made.instance() as watching:
        run_id = run(writing, "2025-01", "2025-01")
        watching.watch_event_logs(run_id, None, lambda *_: heard.set())
        writing.report_engine_event("said after the page began to listen", run_id=run_id, job_name="nightly")
        assert heard.wait(timeout=30)


# what is forgotten


def test_an_old_run_goes_and_no_month_with_it(home: Path) -> None:
    with made.instance() as instance:
        superseded = run(instance, "2025-01", "2025-02", (facts, figures))
        january = run(instance, "2025-01", "2025-01")
        rest = run(instance, "2025-02", "2025-02", (facts, figures))
        soon = datetime.now(UTC) + timedelta(minutes=1)
        assert made.forget_runs(instance, soon - timedelta(days=1)) == 0
        assert made.forget_runs(instance, soon) == 1
        assert set(instance.get_run_ids()) == {january, rest}
        assert instance.get_materialized_partitions(facts.key) == {"2025-01", "2025-02"}
        assert instance.get_latest_materialization_event(figures.key).run_id == rest
        assert not instance.all_logs(superseded)
    assert not list((home / "storage").iterdir())


# which run is dead


def test_a_run_is_dead_when_nobody_holds_its_lock(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_lock, "SECOND_LOOK", 0)
    settings = read_settings()
    with made.instance() as instance:
        job = dg.Definitions([facts]).resolve_implicit_global_asset_job_def()
        started = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        with run_lock.run_lock(settings, started.run_id, print):
            assert dead_runs(instance, settings) == []
        assert [run.run_id for run in dead_runs(instance, settings)] == [started.run_id]
        end_dead_runs(instance, settings)
        assert instance.get_run_by_id(started.run_id).status is dg.DagsterRunStatus.FAILURE
        assert dead_runs(instance, settings) == []


# its settings


def test_what_a_host_wants_otherwise_wins_and_is_not_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made.configure(home)
    assert InstanceRef.from_dir(str(home)).event_storage_data.class_name == "EventLog"
    (home / "own.yaml").write_text("run_coordinator: {config: {dequeue_interval_seconds: 7}}")
    monkeypatch.setenv("CASEBOOK_KEEP_RUNS_DAYS", "30")
    made.configure(home)
    written = yaml.safe_load((home / "dagster.yaml").read_text())
    queue = written["run_coordinator"]["config"]
    assert (queue["max_concurrent_runs"], queue["dequeue_interval_seconds"]) == (1, 7)
    assert written["retention"]["schedule"]["purge_after_days"] == 30


# its storage in PostgreSQL


@pytest.fixture
def postgres() -> Iterator[str]:
    """The URL of a new PostgreSQL server, which listens in its own folder only."""
    is_root = os.geteuid() == 0
    if not (PROGRAMS / "initdb").exists():
        pytest.skip("no PostgreSQL server is installed here (Debian's package: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="casebook-postgres-"))
    if is_root:
        shutil.chown(folder, "postgres")  # the server refuses to run as root

    def do(*words: str) -> None:
        subprocess.run(words, check=True, cwd=folder, user="postgres" if is_root else None, stdout=subprocess.DEVNULL)

    do(str(PROGRAMS / "initdb"), "-D", "data", "-U", "casebook", "-E", "UTF8", "--auth", "trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses=''"
    do(str(PROGRAMS / "pg_ctl"), "-D", "data", "-o", options, "-l", "log", "-w", "start")
    yield f"postgresql://casebook:synthetic-password@/postgres?host={folder}"
    do(str(PROGRAMS / "pg_ctl"), "-D", "data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_one_variable_puts_dagsters_log_into_postgresql(
    postgres: str, new_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    house = new_house()
    monkeypatch.setenv(made.POSTGRES, postgres)
    house.months(date(2025, 1, 1), date(2025, 2, 1), is_kept=True)
    assert capfd.readouterr().err == ""
    with house.entered(), made.instance() as instance:
        (only,) = instance.get_runs()
        assert only.status is dg.DagsterRunStatus.SUCCESS
        assert instance.get_materialized_partitions(dg.AssetKey("received_deaths")) == {"2025-01", "2025-02"}
        assert made.forget_runs(instance, datetime.now(UTC) + timedelta(minutes=1)) == 0
    assert not list((house.root / "dagster").rglob("*.db"))
    files = [path for path in (house.root / "dagster").rglob("*") if path.is_file()]
    assert not [path for path in files if b"synthetic-password" in path.read_bytes()]


@pytest.fixture
def hosts(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Settings]:
    """Two hosts that see none of each other's files, with one PostgreSQL."""
    monkeypatch.setenv(made.POSTGRES, postgres)
    monkeypatch.setattr(run_lock, "SECOND_LOOK", 0)
    return Settings(tmp_path / "one"), Settings(tmp_path / "another")


def test_a_run_of_another_host_is_waited_for(hosts: tuple[Settings, Settings]) -> None:
    one, another = hosts
    said: list[str] = []
    waits, worked = threading.Event(), threading.Event()

    def log(sentence: str) -> None:
        said.append(sentence)
        waits.set()

    def work() -> None:
        with run_lock.run_lock(another, "second", log):
            worked.set()

    with run_lock.run_lock(one, "first", said.append) as require:
        second = threading.Thread(target=work)
        second.start()
        assert waits.wait(30)
        assert not worked.is_set()
        require()
    second.join(30)
    assert worked.is_set()
    assert said == ["a run of another host is working: this one waits for its turn"]


def test_a_run_of_another_host_is_not_taken_for_dead(hosts: tuple[Settings, Settings]) -> None:
    one, another = hosts
    with run_lock.run_lock(one, "first", print):
        assert run_lock.is_alive(another, "first")
        assert not run_lock.has_died(another, "first")
        assert not run_lock.is_alive(another, "second")
    assert run_lock.has_died(another, "first")


def test_a_run_that_keeps_nobody_waiting_any_more_does_not_publish(
    hosts: tuple[Settings, Settings], postgres: str
) -> None:
    one, another = hosts
    with (
        run_lock.run_lock(one, "first", print) as require,
        sa.create_engine(postgres, poolclass=sa.NullPool).connect() as administrator,
    ):
        administrator.execute(
            sa.text("select pg_terminate_backend(pid) from pg_stat_activity where pid != pg_backend_pid()")
        )
        assert run_lock.has_died(another, "first")
        with pytest.raises(run_lock.TurnLostError, match="nothing was published"):
            require()

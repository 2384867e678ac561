"""The one Dagster instance: what the command line starts is seen on Dagster's page, and the other way round.

Its settings, `dagster.yaml` in DAGSTER_HOME, are written from ours; what a host wants otherwise goes into `own.yaml`
beside it, and wins. `python -m orchestration.instance` writes them without starting anything, for a service manager.
"""

import fcntl
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._utils.merger import deep_merge_dicts

from orchestration import turns
from orchestration.settings import POSTGRES, dagster_home, settings

HEAD = f"""\
# Made anew at every start from Casebook's settings ({POSTGRES} and CASEBOOK_KEEP_RUNS_DAYS steer it).
# What this host wants otherwise goes into own.yaml beside this file, in the same form.
"""


class Launcher(DefaultRunLauncher):
    """Dagster's own launcher, which also tells whether a run that says it is working still has a process.

    Every run holds a lock while it works, or waits for its turn, and the system frees the lock of a process that ended
    in whatever way. When nobody holds it, a run that has not ended never will: Dagster's monitor marks it as failed,
    which frees its place in the queue. This holds for runs of the command line, and after a power cut, too.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Asked by Dagster's monitor."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Tell whether a run may still be working; if not, the monitor looks once more whether it has ended."""
        if turns.has_died(settings(), run.run_id):
            return CheckRunHealthResult(WorkerStatus.FAILED, "its process has gone")
        return CheckRunHealthResult(WorkerStatus.RUNNING)


def instance() -> dg.DagsterInstance:
    """The instance beneath DAGSTER_HOME, with its settings as they are now.

    One process at a time opens it: a new one has its tables made, which Dagster does not do twice at once.
    """
    home = dagster_home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "opening").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        configure(home)
        return dg.DagsterInstance.get()


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete what old runs left behind: their log in Dagster, and what their steps printed.

    A run stays while something it made is still the latest: with its log Dagster would forget that the month was made.

    Args:
        instance: Dagster's instance.
        before: Runs asked for since then stay, and what was printed since then.

    Returns:
        How many runs were deleted.
    """
    kept = _makers_of_the_latest(instance)
    old = instance.get_run_ids(dg.RunsFilter(statuses=FINISHED_STATUSES, created_before=before))
    forgotten = [run_id for run_id in old if run_id not in kept]
    for run_id in forgotten:
        instance.delete_run(run_id)
    for printed in Path(instance.storage_directory()).glob("*/compute_logs"):
        if printed.stat().st_mtime < before.timestamp():
            shutil.rmtree(printed.parent)
    return len(forgotten)


def _makers_of_the_latest(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made an asset, or a month of one, last."""
    log, records = instance.event_log_storage, instance.get_asset_records()
    latest = [record.asset_entry.last_materialization_storage_id for record in records]
    for record in records:
        months = log.get_latest_storage_id_by_partition(
            record.asset_entry.asset_key, dg.DagsterEventType.ASSET_MATERIALIZATION
        )
        latest += months.values()
    numbers = [number for number in latest if number is not None]
    made = log.get_asset_event_summary_records(dg.DagsterEventType.ASSET_MATERIALIZATION, storage_ids=numbers)
    return {event.run_id for event in made if event.run_id}


def configure(home: Path) -> None:
    """Write Dagster's settings where they have changed.

    Args:
        home: DAGSTER_HOME; made where it is new.
    """
    home.mkdir(parents=True, exist_ok=True)
    own = home / "own.yaml"
    chosen = deep_merge_dicts(_configuration(home), yaml.safe_load(own.read_text()) or {} if own.exists() else {})
    written = HEAD + yaml.safe_dump(chosen, sort_keys=False)
    place = home / "dagster.yaml"
    if not place.exists() or place.read_text() != written:
        place.with_suffix(".tmp").write_text(written)
        place.with_suffix(".tmp").replace(place)


def _configuration(home: Path) -> dict[str, Any]:
    days = settings().keep_runs_days
    return {
        "nux": {"enabled": False},
        "telemetry": {"enabled": False},
        # one writer: a second run waits in the queue, and then goes on
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                "max_concurrent_runs": 1,
                "dequeue_interval_seconds": 2,
                # while the code service is away, what waits goes on waiting: up to ten minutes
                "max_user_code_failure_retries": 40,
                "user_code_failure_retry_delay": 15,
            },
        },
        "run_launcher": {"module": "orchestration.instance", "class": "Launcher", "config": {}},
        "run_monitoring": {"enabled": True, "poll_interval_seconds": 15, "start_timeout_seconds": 180},
        # a run whose process died is asked for once more; one that failed would fail again
        "run_retries": {"enabled": True, "max_retries": 1, "retry_on_asset_or_op_failure": False},
        "retention": {
            "schedule": {"purge_after_days": days},
            "sensor": {"purge_after_days": {"skipped": 7, "success": days, "failure": days}},
        },
        **_storage(home),
    }


def _storage(home: Path) -> dict[str, Any]:
    """PostgreSQL, whose password stays in the environment; or SQLite beneath DAGSTER_HOME."""
    if settings().is_dagster_in_postgres:
        return {"storage": {"postgres": {"postgres_url": {"env": POSTGRES}}}}
    log = {"base_dir": str(home / "history" / "runs")}
    return {"event_log_storage": {"module": "orchestration.event_log", "class": "EventLog", "config": log}}


if __name__ == "__main__":
    instance().dispose()

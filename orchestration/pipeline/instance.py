"""The one Dagster instance: what the command line starts is seen on Dagster's page, and the other way round.

Its settings, `dagster.yaml` in DAGSTER_HOME, are written from ours; what a host wants otherwise goes into `own.yaml`
beside it, and wins. `python -m orchestration.pipeline.instance` writes them and starts nothing, for a service manager.
"""

import fcntl
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from sqlalchemy.exc import SQLAlchemyError

from orchestration import files
from orchestration.settings import POSTGRES, SettingError, dagster_home, read_settings

FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
UNFINISHED = dg.RunsFilter(statuses=[status for status in dg.DagsterRunStatus if status not in FINISHED])
PAGE = 1000
HEAD = f"""\
# Made anew at every start from Casebook's settings ({POSTGRES} and CASEBOOK_KEEP_RUNS_DAYS steer it).
# What this host wants otherwise goes into own.yaml beside this file, in the same form.
"""


def instance() -> dg.DagsterInstance:
    """The instance beneath DAGSTER_HOME, with its settings as they are now.

    One process at a time opens it: a new one has its tables made, which Dagster does not do twice at once.

    Raises:
        SettingError: Its log of runs is damaged, or PostgreSQL cannot be reached.
    """
    home, settings = dagster_home(), read_settings()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "opening").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        configure(home)
        try:
            return dg.DagsterInstance.get()
        except SQLAlchemyError as error:
            mend = (
                f"is {POSTGRES} right, and does it run?"
                if settings.is_dagster_in_postgres
                else (f"move {home / 'history'} away, and the next run begins another one")
            )
            raise SettingError(f"Dagster's log of runs cannot be opened ({type(error).__name__}): {mend}") from error


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
    old = instance.get_run_ids(dg.RunsFilter(statuses=FINISHED, created_before=before))
    forgotten = [run_id for run_id in old if run_id not in kept]
    for run_id in forgotten:
        instance.delete_run(run_id)
    for printed in Path(instance.storage_directory()).glob("*/compute_logs"):
        if printed.stat().st_mtime < before.timestamp():
            shutil.rmtree(printed.parent)
    # the event log as it was until November 2026, a file a run
    for log in (dagster_home() / "history" / "runs").glob("*.db*"):
        if log.stat().st_mtime < before.timestamp():
            log.unlink()
    return len(forgotten)


def _makers_of_the_latest(instance: dg.DagsterInstance) -> set[str]:
    """The runs that made an asset, or a month of one, last."""
    makers: set[str] = set()
    for key in instance.get_asset_keys():
        wanted: set[str | None] = {*instance.get_materialized_partitions(key)} or {None}
        cursor, has_more = None, True
        while wanted and has_more:  # from the newest on
            found = instance.fetch_materializations(key, limit=min(len(wanted), PAGE), cursor=cursor)
            for record in found.records:
                if record.partition_key in wanted:
                    wanted.remove(record.partition_key)
                    makers.add(record.run_id)
            cursor, has_more = found.cursor, found.has_more
    return makers


def configure(home: Path) -> None:
    """Write Dagster's settings where they have changed.

    Args:
        home: DAGSTER_HOME; made where it is new.
    """
    home.mkdir(parents=True, exist_ok=True)
    own = home / "own.yaml"
    chosen = _merged(_configuration(home), (yaml.safe_load(own.read_text()) or {}) if own.exists() else {})
    written = HEAD + yaml.safe_dump(chosen, sort_keys=False)
    path = home / "dagster.yaml"
    if not path.exists() or path.read_text() != written:
        files.write(path, written)


def _merged(settings: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those that a host wants otherwise, at any depth."""
    deeper = {
        name: _merged(settings[name], value)
        for name, value in own.items()
        if isinstance(value, Mapping) and isinstance(settings.get(name), Mapping)
    }
    return {**settings, **own, **deeper}


def _configuration(home: Path) -> dict[str, Any]:
    days = read_settings().keep_runs_days
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
    if read_settings().is_dagster_in_postgres:
        return {"storage": {"postgres": {"postgres_url": {"env": POSTGRES}}}}
    log = {"base_dir": str(home / "events")}
    return {"event_log_storage": {"module": "orchestration.pipeline.event_log", "class": "EventLog", "config": log}}


if __name__ == "__main__":
    instance().dispose()

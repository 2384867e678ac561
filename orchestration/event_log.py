"""Dagster's event log in SQLite, for runs over many months: a month is an event or two for each of its assets.

Dagster's own opens a file, waits for the disk and closes it two or three times an event. This one keeps the files open
while they are in use and writes what Dagster hands over as a batch in one transaction. What stands in the log
afterwards is the same, but for plans that Dagster never fulfils; `tests/integration/test_instance.py` compares the two.
"""

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
)
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData, serialize_value
from sqlalchemy.engine import Connection, Engine

FILES_OPEN = 8
EVALUATED = {DagsterEventType.ASSET_CHECK_EVALUATION}
CHECKS = AssetCheckExecutionsTable.c
OF_A_CHECK = (
    CHECKS.asset_key == sa.bindparam("of_asset"),
    CHECKS.check_name == sa.bindparam("of_check"),
    CHECKS.run_id == sa.bindparam("of_run"),
)
# an evaluation goes where it was planned
TOLD = (
    AssetCheckExecutionsTable.update()
    .where(*OF_A_CHECK, CHECKS.partition.is_not_distinct_from(sa.bindparam("of_partition")))
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                "execution_status", "evaluation_event", "evaluation_event_timestamp", "evaluation_event_storage_id",
                "materialization_event_storage_id",
            )
        }
    )
)  # fmt: skip
# planned for each month of the run, where the check is told once for all
UNFULFILLED = AssetCheckExecutionsTable.delete().where(
    *OF_A_CHECK,
    CHECKS.partition.is_not(None),
    CHECKS.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value,
)
NUMBERED = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)


class EventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log, one file a run and one index of all, with files kept open and batches at once."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "EventLog":
        """Made by Dagster, from what dagster.yaml says."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        """The open file of a run, or of the index; the one that was not asked for longest makes room for a new one."""
        if shard not in self._engines:
            engine = sa.create_engine(
                self.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            )
            sa.event.listen(engine, "connect", _outlive_the_process)
            self._initdb(engine)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        if len(self._engines) > FILES_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def store_event(self, event: EventLogEntry) -> None:
        """Store one event."""
        super().store_event(event)
        self._tell_watchers(event.run_id)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store what Dagster held back until it was complete, all of one run, as `store_event` does with each."""
        run_id = events[0].run_id
        rows = [self._event_to_row(event) for event in events]
        with self.run_connection(run_id) as connection:
            connection.execute(SqlEventLogStorageTable.insert(), rows)
        with self.index_connection() as connection:
            numbers: Sequence[int] = connection.execute(NUMBERED, rows).scalars().all()
            numbered = list(zip(events, numbers, strict=True))
            of_assets = [pair for pair in numbered if pair[0].dagster_event_type in ASSET_EVENTS]
            self._store_asset_event_tags(connection, [pair[0] for pair in of_assets], [pair[1] for pair in of_assets])
            # an asset remembers only its last event
            for event, number in {pair[0].get_dagster_event().asset_key: pair for pair in of_assets}.values():
                self._store_asset_event(connection, event, number)
            evaluated = [self._told(*pair) for pair in numbered if pair[0].dagster_event_type in EVALUATED]
            is_told = bool(evaluated) and connection.execute(TOLD, evaluated).rowcount == len(evaluated)
        # one by one what is planned, and evaluations of which one was not
        for event, number in numbered:
            if event.dagster_event_type in ASSET_CHECK_EVENTS - (EVALUATED if is_told else set()):
                self.store_asset_check_event(event, number)
        self._tell_watchers(run_id)

    def _told(self, event: EventLogEntry, number: int) -> dict[str, Any]:
        """What a check said, under the names that `TOLD` gives it."""
        said = cast(AssetCheckEvaluation, event.get_dagster_event().event_specific_data)
        status = AssetCheckExecutionRecordStatus.SUCCEEDED if said.passed else AssetCheckExecutionRecordStatus.FAILED
        target = said.target_materialization_data
        return {
            "of_asset": said.asset_key.to_string(),
            "of_check": said.check_name,
            "of_run": event.run_id,
            "of_partition": said.partition,
            "execution_status": status.value,
            "evaluation_event": serialize_value(event),
            "evaluation_event_timestamp": self._event_insert_timestamp(event),
            "evaluation_event_storage_id": number,
            "materialization_event_storage_id": target.storage_id if target else None,
        }

    def _store_asset_check_evaluation_planned(self, event: EventLogEntry, event_id: int | None) -> None:
        """Note that a check is to be evaluated: a row a month, alike but for it, where Dagster makes each anew."""
        planned = cast(AssetCheckEvaluationPlanned, event.get_dagster_event().event_specific_data)
        months: list[str | None] = [None]
        if planned.partitions_subset:
            months = [*planned.partitions_subset.get_partition_keys()]
        row = {
            "asset_key": planned.asset_key.to_string(),
            "check_name": planned.check_name,
            "run_id": event.run_id,
            "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
            "evaluation_event": serialize_value(event),
            "evaluation_event_timestamp": self._event_insert_timestamp(event),
            "evaluation_event_storage_id": event_id,
        }
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.insert(), [{**row, "partition": month} for month in months])

    def _update_asset_check_evaluation(self, event: EventLogEntry, event_id: int | None) -> None:
        """Note what a check said; where it says it once for all months, forget that it was planned for each of them."""
        said = cast(AssetCheckEvaluation, event.get_dagster_event().event_specific_data)
        if said.partition is None:  # Dagster plans by the run's months, and the check's history would show them skipped
            of_all = {"of_asset": said.asset_key.to_string(), "of_check": said.check_name, "of_run": event.run_id}
            with self.index_connection() as connection:
                connection.execute(UNFULFILLED, of_all)
        super()._update_asset_check_evaluation(event, event_id)

    @cached_property
    def supports_asset_checks(self) -> bool:
        """Whether the log was made by a Dagster that knows checks; asked once, not at every event."""
        return super().supports_asset_checks

    def _tell_watchers(self, run_id: str) -> None:
        """Dagster's page waits for the run's file to change; while that is open, SQLite writes to another."""
        os.utime(self.path_for_shard(run_id))

    def delete_events(self, run_id: str) -> None:
        """Forget what a run logged, and its file."""
        super().delete_events(run_id)
        self._close()
        for path in Path(self._base_dir).glob(f"{run_id}.db*"):
            path.unlink()

    def wipe(self) -> None:
        """Forget everything."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close the files."""
        self._close()
        super().dispose()

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _outlive_the_process(connection: sqlite3.Connection, _: Any) -> None:
    """A commit is safe once the system has it: a killed run loses nothing, a power cut may lose the last events."""
    connection.execute("pragma synchronous = normal")

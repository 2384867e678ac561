"""Dagster's own event log in one SQLite file, with nothing changed but that the connection stays open.

Dagster's opens the file, and waits for the disk, several times an event: a night of 600 events takes minutes on a slow
disk. This is the one place that overrides what Dagster does not promise to keep (`_connect`);
`tests/integration/test_instance.py` fails where Dagster no longer asks for it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

WAIT = 60  # seconds, for another process that writes


class EventLog(ConsolidatedSqliteEventLogStorage):
    """Dagster's consolidated SQLite event log."""

    @cached_property
    def _engine(self) -> sa.Engine:
        engine = sa.create_engine(self._conn_string, connect_args={"timeout": WAIT})
        sa.event.listen(engine, "connect", _outlive_the_process)
        return engine

    @cached_property
    def _tables(self) -> set[str]:
        return set()

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table; looked up once: Dagster asks at every event, and opens the file for each answer."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            yield connection

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Store one event, and touch the file: Dagster's page waits for it to change, and SQLite writes beside it."""
        super().store_event(event)
        os.utime(self.get_db_path())

    def dispose(self) -> None:
        """Close the file."""
        super().dispose()
        self._engine.dispose()


def _outlive_the_process(connection: sqlite3.Connection, _: Any) -> None:
    """A commit is safe once the system has it: a killed run loses nothing, a power cut may lose the last events."""
    connection.execute("pragma synchronous = normal")

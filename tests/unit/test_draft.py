"""The draft between the hands that work on it."""

from pathlib import Path

import duckdb

from orchestration.build import draft
from orchestration.settings import Settings


def test_a_connection_nobody_can_reach_keeps_no_reader_out(tmp_path: Path) -> None:
    """DuckDB refuses a reader while the process has the file open for writing; here nobody could close it."""
    settings = Settings(tmp_path)
    draft.restrict_folder(settings)
    unreachable: list[object] = [duckdb.connect(settings.draft)]
    unreachable.append(unreachable)
    del unreachable
    draft.wait_until_closed(settings)
    assert draft.query(settings.draft, "select 1 as one")["one"].to_pylist() == [1]


def test_no_draft_and_no_database_are_not_waited_for(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    draft.wait_until_closed(settings)
    draft.restrict_folder(settings)
    settings.draft.write_text("no database")
    draft.wait_until_closed(settings)
    assert settings.draft.read_text() == "no database"

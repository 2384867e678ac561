"""The draft between the hands that work on it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import files
from orchestration.build import draft, previous_release
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


@pytest.mark.parametrize(
    ("one", "another", "months"),
    [
        (None, date(2026, 11, 28), []),
        (date(2025, 2, 1), date(2025, 2, 28), []),
        (date(2025, 2, 28), date(2025, 3, 1), ["2025-03"]),
        (date(2025, 2, 1), date(2026, 11, 28), ["2025-03", "2026-11"]),
        (date(2026, 11, 28), date(2025, 2, 1), ["2025-03", "2026-11"]),
    ],
)
def test_months_that_began_between_two_runs_are_worked_on(one: date | None, another: date, months: list[str]) -> None:
    """Until a month has begun its rows are undated, and undated rows are worked on by every run."""
    changed = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1), date(2026, 11, 1), date(2026, 12, 1)]
    assert [f"{month:%Y-%m}" for month in draft._begun_between(changed, one, another)] == months


@pytest.mark.parametrize("content", [b"", b"whole", bytes(3_000_000)])
def test_a_copy_is_the_same_and_replaces_what_was_there(content: bytes, tmp_path: Path) -> None:
    source, target = tmp_path / "one", tmp_path / "other"
    source.write_bytes(content)
    target.write_bytes(b"something longer than what is copied in its place")
    files.copy(source, target)
    assert target.read_bytes() == content


def test_massacres_are_those_of_the_release_and_none_where_there_is_none(tmp_path: Path) -> None:
    release, select = tmp_path / "release.duckdb", "from received.released_massacres"
    with duckdb.connect() as connection:
        connection.execute("create schema received")
        previous_release.snapshot_released_massacres(connection, release)
        assert connection.execute(select).fetchall() == []
        with duckdb.connect(release) as made:
            made.execute("create schema marts; create table marts.fct_massacres as select 'I' as incident_id, "
                         "date '2023-03-01' as month, 5 as deaths")  # fmt: skip
        # a run that goes on from a draft reads them anew
        for _ in range(2):
            previous_release.snapshot_released_massacres(connection, release)
            assert connection.execute(select).fetchall() == [("I", date(2023, 3, 1))]
        release.write_bytes(b"no database")
        previous_release.snapshot_released_massacres(connection, release)
        assert connection.execute(select).fetchall() == []

"""Which months a backfill of several runs is for: remembered by the runs that take in, read by the one that builds."""

import json
from collections.abc import Collection
from datetime import date
from pathlib import Path

from orchestration import files
from orchestration.settings import Settings


def remember(settings: Settings, backfill: str, months: Collection[date]) -> None:
    """Add months to those of a backfill; the caller holds the run lock.

    Args:
        settings: Where the data root is.
        backfill: Dagster's id of the backfill.
        months: First days of the months.
    """
    known = {*remembered(settings, backfill), *months}
    files.write(_file(settings, backfill), json.dumps(sorted(map(str, known))))


def remembered(settings: Settings, backfill: str | None) -> list[date]:
    """The months of a backfill, as first days; none where it has remembered none."""
    path = _file(settings, backfill or "none")
    return list(map(date.fromisoformat, json.loads(path.read_text()))) if path.exists() else []


def forget(settings: Settings, backfill: str | None) -> None:
    """Forget a backfill that has been published."""
    _file(settings, backfill or "none").unlink(missing_ok=True)


def _file(settings: Settings, backfill: str) -> Path:
    return settings.warehouse.parent / "backfills" / f"{backfill}.json"

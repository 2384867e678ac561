"""dbt in this process: parse once, build many times. What the models mean is SQL's business, in dbt_project."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.settings import DBT_PROJECT, Settings


class BuildError(Exception):
    """dbt could not do its work; the message holds what it said of each model and test."""


def manifest(settings: Settings) -> Mapping[str, Any]:
    """What dbt knows of the project, parsed anew where a file of it is newer than the last parse."""
    path = settings.dbt / "manifest.json"
    parts = [DBT_PROJECT / part for part in ("models", "macros", "seeds", "tests", "dbt_project.yml", "profiles.yml")]
    files = [file for part in parts for file in ([part] if part.is_file() else part.rglob("*.*"))]
    if not path.exists() or path.stat().st_mtime < max(file.stat().st_mtime for file in files):
        _parsed(settings)
    return json.loads(path.read_text())


def build(settings: Settings, selected: Sequence[str], on_node: Callable[[str], None] = lambda node: None) -> list[Any]:
    """Build the selected models with their tests in the warehouse, in order of what needs what.

    Args:
        settings: Where the warehouse lies; it must have been prepared.
        selected: Names of seeds, models and tests; empty for all.
        on_node: Told the name of each seed and model as it is done.

    Returns:
        dbt's run results, one a node.

    Raises:
        BuildError: A model could not be built, or a test did not hold.
    """
    result = _invoke(
        settings,
        ["build", *(["--select", *selected] if selected else [])],
        manifest=_parsed(settings),
        callbacks=[lambda event: _tell(event, on_node)],
    )
    if result.result is None:
        raise BuildError(str(result.exception))
    failed = [node for node in result.result.results if node.status in ("error", "fail", "runtime error")]
    if failed:
        said = "\n".join(f"{node.node.name}: {_first_line(node.message)}" for node in failed)
        raise BuildError(f"dbt stopped at {len(failed)} of {len(result.result.results)}:\n{said}")
    return list(result.result.results)


@cache
def _parsed(settings: Settings) -> Any:
    result = _invoke(settings, ["parse"])
    if not result.success:
        raise BuildError(str(result.exception))
    return result.result


def _invoke(settings: Settings, command: list[str], **runner: Any) -> Any:
    # imported here: it takes seconds, and reading commands do without
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    places = {
        "--project-dir": DBT_PROJECT,
        "--profiles-dir": DBT_PROJECT,
        "--target-path": settings.dbt,
        "--log-path": settings.dbt,
    }
    flags = [str(word) for place in places.items() for word in place]
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return dbtRunner(**runner).invoke([*command, *flags, "--log-level", "none", "--log-level-file", "info"])
    finally:
        # in-process dbt holds the file until it is told to let go
        DuckDBConnectionManager.close_all_connections()


def _tell(event: Any, on_node: Callable[[str], None]) -> None:
    if event.info.name in ("LogModelResult", "LogSeedResult"):
        on_node(event.data.node_info.node_name)


def _first_line(message: str | None) -> str:
    return (message or "no message").strip().splitlines()[0]

"""dbt in this process: parse once, build many times. What the models mean is SQL's business, in dbt_project."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from orchestration import warehouse
from orchestration.settings import DBT_PROJECT, Settings, settings


class BuildError(Exception):
    """dbt could not do its work; the message holds what it said of each model."""


class TestFailedError(BuildError):
    """A dbt test did not hold: the data break a rule about keys, codes or the shape of a row."""


def manifest() -> Mapping[str, Any]:
    """What dbt knows of the project, parsed anew where a file of it is newer than the last parse."""
    path = settings().dbt / "manifest.json"
    parts = [DBT_PROJECT / part for part in ("models", "macros", "seeds", "tests", "dbt_project.yml", "profiles.yml")]
    files = [file for part in parts for file in ([part] if part.is_file() else part.rglob("*.*"))]
    if not path.exists() or path.stat().st_mtime < max(file.stat().st_mtime for file in files):
        _parsed()
    return json.loads(path.read_text())


def build(place: Settings, selected: Sequence[str], on_node: Callable[[str], None] = lambda node: None) -> list[Any]:
    """Build the selected models with their tests in the warehouse, in order of what needs what.

    Args:
        place: Where the warehouse lies; it must have been prepared.
        selected: dbt selectors of seeds, models and tests; empty for all.
        on_node: Told the name of each seed and model as it is done.

    Returns:
        dbt's run results, one a node; a test that failed is among them, and what needs it was not built.

    Raises:
        BuildError: A model could not be built.
    """
    # code lists change with the code, not with the night: loaded once, and again when a file of them differs
    is_loaded = warehouse.loaded_codes(place) == codes_fingerprint()
    left_out = ["resource_type:unit_test", *(["resource_type:seed"] if is_loaded else [])]
    command = ["build", "--exclude", *left_out, *(["--select", *selected, "resource_type:seed"] if selected else [])]
    result = _invoke(place, command, manifest=_parsed(), callbacks=[lambda event: _tell(event, on_node)])
    if result.result is None:
        raise BuildError(str(result.exception))
    broken = [node for node in result.result.results if node.status in ("error", "runtime error")]
    if broken:
        raise BuildError(_told(broken))
    return list(result.result.results)


def codes_fingerprint() -> str:
    """One text that changes when a code list does."""
    seeds = sorted((DBT_PROJECT / "seeds").glob("*.csv"))
    return hashlib.sha256(b"".join(seed.name.encode() + seed.read_bytes() for seed in seeds)).hexdigest()


def require_tests(results: Sequence[Any]) -> None:
    """Raise TestFailedError if a test among dbt's results did not hold."""
    failed = [node for node in results if node.status == "fail"]
    if failed:
        raise TestFailedError(_told(failed))


@cache
def _parsed() -> Any:
    result = _invoke(settings(), ["parse"])
    if not result.success:
        raise BuildError(str(result.exception))
    return result.result


def _invoke(place: Settings, command: list[str], **runner: Any) -> Any:
    # imported here: it takes seconds, and reading commands do without
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    places = {
        "--project-dir": DBT_PROJECT,
        "--profiles-dir": DBT_PROJECT,
        "--target-path": place.dbt,
        "--log-path": place.dbt,
    }
    flags = [str(word) for pair in places.items() for word in pair]
    warehouse.close_folder(place)
    os.environ["CASEBOOK_WAREHOUSE"] = str(place.warehouse)  # dbt's profile reads it
    try:
        return dbtRunner(**runner).invoke([*command, *flags, "--log-level", "none", "--log-level-file", "info"])
    finally:
        # in-process dbt holds the file until it is told to let go
        DuckDBConnectionManager.close_all_connections()


def _told(nodes: Sequence[Any]) -> str:
    return "; ".join(f"{node.node.name}: {_sentence(node.message)}" for node in nodes)


def _tell(event: Any, on_node: Callable[[str], None]) -> None:
    if event.info.name in ("LogModelResult", "LogSeedResult"):
        on_node(event.data.node_info.node_name)


def _sentence(message: str | None) -> str:
    return " ".join((message or "no message").split())[:500]

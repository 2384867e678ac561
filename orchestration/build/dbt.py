"""dbt in this process: parse once, build many times. What the models mean is SQL's business, in dbt_project."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.build import draft
from orchestration.settings import DBT_PROJECT, ENGINES, Settings, read_settings

# what the facts are made with
MEANING = ("seeds", "models", "macros", "functions.sql", "slips.sql", "codes.sql", "dbt_project.yml")
# dbt's parse, and, of our own, what it was a parse of
MANIFEST, PARSED = "manifest.json", "parsed"
PARSE = ["parse"]


class BuildError(Exception):
    """dbt could not do its work; the message holds what it said of each model."""


class TestFailedError(BuildError):
    """A dbt test did not hold: the data break a rule about keys, codes or the shape of a row."""


def manifest() -> Mapping[str, Any]:
    """What dbt knows of the project, parsed anew where it has changed since the last parse."""
    settings = read_settings()
    if not is_parsed(settings):
        _parsed.cache_clear()  # what this process parsed before lies in another data root
        _parsed()
    with _parsing(settings):
        return json.loads((settings.dbt / MANIFEST).read_text())


def is_parsed(settings: Settings) -> bool:
    """Whether dbt's last parse was of the project as it is now, by the dbt that is installed now."""
    stamp = settings.dbt / PARSED
    return _is_whole(settings.dbt / MANIFEST) and stamp.exists() and stamp.read_text() == _parsable()


def _is_whole(document: Path) -> bool:
    """Whether a JSON document is there to its end."""
    return document.exists() and document.read_bytes().endswith(b"}")


def complaint() -> str | None:
    """What dbt has against the project, parsed in a folder that is removed again; None where it has nothing."""
    with tempfile.TemporaryDirectory() as folder:
        result = _invoke(Settings(Path(folder)), PARSE)
    return None if result.success else _sentence(str(result.exception))


def document(page: Path) -> None:
    """Write dbt's own documentation of the project as one page: models, columns, lineage and SQL, and no row of data.

    Args:
        page: Where to.

    Raises:
        BuildError: dbt cannot document the project.
    """
    with tempfile.TemporaryDirectory() as folder:
        of_its_own = Settings(Path(folder))
        parsed = _invoke(of_its_own, PARSE)
        if not parsed.success:
            raise BuildError(_sentence(str(parsed.exception)))
        command = ["docs", "generate", "--static", "--no-compile", "--empty-catalog"]
        result = _invoke(of_its_own, command, manifest=parsed.result)
        if not result.success:
            raise BuildError(_sentence(str(result.exception)))
        shutil.copyfile(of_its_own.dbt / "static_index.html", page)


def build(
    settings: Settings,
    on_node: Callable[[str], None] = lambda node: None,
    select: Sequence[str] = (),
    nodes: Sequence[str] = (),
) -> list[Any]:
    """Build the models with their tests in the draft, in order of what needs what.

    Args:
        settings: Where the draft lies; it must have been prepared.
        on_node: Told the name of each seed and model as it is done.
        select: Only these, as dbt selects, and without tests; everything that a run needs where not given.
        nodes: Only these, by name, tests as well.

    Returns:
        dbt's run results, one a node; a test that failed is among them, and what needs it was not built.

    Raises:
        BuildError: A model could not be built.
    """
    # code lists change with the code, not with the night: what depends on no sheet is built once, in an empty draft
    of_sheets = [] if draft.is_new(settings) else ["source:received+"]
    chosen = ["--select", *of_sheets] if of_sheets else []
    if select:
        chosen = ["resource_type:test", "--select", *(",".join([each, *of_sheets]) for each in select)]
    if nodes:
        chosen = ["--indirect-selection", "empty", "--select", *nodes]
    command = ["build", "--no-write-json", "--exclude", "resource_type:unit_test", *chosen]
    result = _invoke(settings, command, manifest=_parsed(), callbacks=[lambda event: _report(event, on_node)])
    if result.result is None:
        raise BuildError(repr(result.exception))
    broken = [node for node in result.result.results if node.status in ("error", "runtime error")]
    if broken:
        raise BuildError(_messages_of(broken))
    return list(result.result.results)


def compiled(settings: Settings, models: Sequence[str]) -> list[Any]:
    """Compile models and build none.

    Args:
        settings: Where the draft lies.
        models: Their names.

    Returns:
        dbt's results, one a model, each with its node and the SQL it was compiled to.

    Raises:
        BuildError: One cannot be compiled.
    """
    command = ["compile", "--no-write-json", "--indirect-selection", "empty", "--select", *models]
    result = _invoke(settings, command, manifest=_parsed())
    if not result.success:
        raise BuildError(repr(result.exception) if result.result is None else _messages_of(result.result.results))
    return list(result.result.results)


def fingerprint() -> str:
    """One text that changes when a code list or a model does, or where tables lie: what is of another is built anew."""
    engine = read_settings(must_exist=False).engine
    return _hash_of(MEANING) + ("" if engine == ENGINES[0] else " in files")


def project_fingerprint() -> str:
    """The same, whoever makes the tables."""
    return _hash_of(MEANING)


def models_fingerprint() -> str:
    """One text that changes when a model does, whatever the code lists are."""
    return _hash_of([part for part in MEANING if part != "seeds"])


def require_tests(results: Sequence[Any]) -> None:
    """Raise TestFailedError if a test among dbt's results did not hold."""
    failed = [node for node in results if node.status == "fail"]
    if failed:
        raise TestFailedError(_messages_of(failed))


def _parsable() -> str:
    """One text that changes when dbt would read the project otherwise: the project does, or dbt itself."""
    return " ".join([version("dbt-core"), version("dbt-duckdb"), _hash_of([*MEANING, "tests", "profiles.yml"])])


def _hash_of(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(DBT_PROJECT / part for part in parts)):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _files(parts: Iterable[Path]) -> Iterator[Path]:
    for part in parts:
        yield from [part] if part.is_file() else part.rglob("*.*")


@contextmanager
def _parsing(settings: Settings) -> Iterator[None]:
    """One process at a time writes the manifest, or reads it: dbt writes it piece by piece."""
    settings.dbt.mkdir(parents=True, exist_ok=True)
    with (settings.dbt / "parsing").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@cache
def _parsed() -> Any:
    """The project as dbt parses it, once a process; dbt itself takes what has not changed from its last parse."""
    settings = read_settings()
    with _parsing(settings):
        (settings.dbt / PARSED).unlink(missing_ok=True)
        project = _parsable()  # before: a file that changes meanwhile is parsed again
        result = _invoke(settings, PARSE)
        if not result.success:
            raise BuildError(repr(result.exception))
        (settings.dbt / PARSED).write_text(project)
        return result.result


def _invoke(settings: Settings, command: list[str], **runner: Any) -> Any:
    # imported here: it takes seconds, and reading commands do without
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    paths = {
        "--project-dir": DBT_PROJECT,
        "--profiles-dir": DBT_PROJECT,
        "--target-path": settings.dbt,
        "--log-path": settings.dbt,
    }
    flags = [str(word) for pair in paths.items() for word in pair]
    draft.restrict_folder(settings)
    # dbt's profile reads these; a parse opens no database, and dbt goes on from one of another data root that it finds
    # in a copy of it, where both call the database the same
    warehouse = settings.draft.name if command == PARSE else settings.draft
    os.environ |= {"CASEBOOK_WAREHOUSE": str(warehouse), "CASEBOOK_MEMORY": str(settings.memory)}
    try:
        result = dbtRunner(**runner).invoke([*command, *flags, "--log-level", "none"])
    finally:
        # in-process dbt holds the file until it is told to let go
        DuckDBConnectionManager.close_all_connections()
    if result.exception and not isinstance(result.exception, Exception):
        raise result.exception  # somebody asked us to stop, which dbt takes for a fault of its own
    draft.wait_until_closed(settings)
    return result


def _messages_of(nodes: Sequence[Any]) -> str:
    return "; ".join(f"{node.node.name}: {_sentence(node.message)}" for node in nodes)


def _report(event: Any, on_node: Callable[[str], None]) -> None:
    if event.info.name in ("LogModelResult", "LogSeedResult"):
        on_node(event.data.node_info.node_name)


def _sentence(message: str | None) -> str:
    return " ".join((message or "no message").split())[:500]

"""Whether this machine has what a night needs: Python and its packages, a day and an hour, a folder and room in it."""

import fcntl
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata, util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from orchestration.cli.doctor.diagnosis import LOOK_AT_STORE, Diagnosis, hint, ok, wrong
from orchestration.settings import REPOSITORY, SettingError, Settings

PYTHONS = ((3, 11), (3, 12), (3, 13))
SLOW_TO_IMPORT = ("orchestration", "dagster", "dagster_dbt", "dbt", "great_expectations")
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==(\S+?)(?:\s*;\s*(.+?))?\s*\\?$", re.MULTILINE)
COPIES = 3  # of the warehouse while a run works: itself, the draft and the release


def python(_: Settings) -> Diagnosis:
    """The version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] in PYTHONS:
        return ok(version)
    expected = ", ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    return wrong(f"{version}; expected one of {expected}", "install one, remove .venv and run `make nightly`")


def bytecode(_: Settings) -> Diagnosis:
    """Whether modules start compiled: it saves seconds at every start."""
    loaders = [getattr(util.find_spec(name), "loader", None) for name in SLOW_TO_IMPORT]
    paths = [loader.path for loader in loaders if isinstance(loader, SourceFileLoader)]
    if all(Path(util.cache_from_source(path)).exists() for path in paths):
        return ok("compiled")
    keeps = "; PYTHONDONTWRITEBYTECODE keeps Python from it" if sys.dont_write_bytecode else ""
    return hint(f"not compiled, every start takes seconds longer{keeps}", "remove .venv/ready and run `make nightly`")


def packages(_: Settings) -> Diagnosis:
    """Whether what is installed is what is locked."""
    needed = locked((REPOSITORY / "requirements.lock").read_text())
    installed = {name: _installed(name) for name in needed}
    other = [f"{name} {installed[name] or 'missing'} (locked {needed[name]})" for name in needed
             if installed[name] != needed[name]]  # fmt: skip
    if not other:
        return ok(f"{len(needed)}, all as locked")
    mend = "install what is locked: remove .venv/ready and run `make nightly`"
    return (hint if all(installed.values()) else wrong)(", ".join(other), mend)


def locked(lock: str) -> dict[str, str]:
    """The version of each package that a lock file wants on this system and this Python: the others carry a marker."""
    from packaging.markers import Marker

    return {name: version for name, version, marker in LOCKED.findall(lock) if not marker or Marker(marker).evaluate()}


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def day(settings: Settings) -> Diagnosis:
    """The time zone, when the night begins, and which day runs are for."""
    import dagster as dg

    try:
        zone, cron = ZoneInfo(settings.time_zone), settings.cron
        fixed, _ = settings.business_date, settings.keep_runs_days
    except SettingError as error:
        return wrong(str(error), "set it as docs/host.md says, or unset it")
    try:
        dg.ScheduleDefinition(job_name="nightly", cron_schedule=cron)
    except dg.DagsterInvalidDefinitionError:
        return wrong(f"{cron} is no cron schedule", "set CASEBOOK_CRON, such as 0 2 * * *")
    if fixed:
        return hint(f"every run is for {fixed}, whatever day it is", "unset CASEBOOK_BUSINESS_DATE to go by the clock")
    return ok(f"it is {datetime.now(zone):%Y-%m-%d %H:%M} in {settings.time_zone}; the night begins at {cron}")


def engine(settings: Settings) -> Diagnosis:
    """Whether what makes the tables is there: pyspark, a Java, and the Spark that the settings name."""
    try:
        name, remote, _, store = settings.engine, settings.spark_remote, settings.spark_seconds, settings.parts_store
    except SettingError as error:
        return wrong(str(error), "set it as docs/scale.md says, or unset it")
    if name != "duckdb" and store:
        from orchestration.engine.exchange import RUNS
        from orchestration.stores import Store, StoreError

        try:
            with (place := Store.at(store).within(RUNS)).reached():
                place.sizes()
        except StoreError as error:
            return wrong(f"CASEBOOK_PARTS_STORE: {error}", LOOK_AT_STORE)
    if name != "spark":
        return ok({"duckdb": "dbt makes every table", "parts": "tables made by month are made in parts"}[name])
    if util.find_spec("pyspark") is None:
        return wrong("CASEBOOK_ENGINE says spark, which is not installed", "run `make spark`, or unset CASEBOOK_ENGINE")
    is_own = remote.startswith("local")
    if not remote.startswith("sc://") and not shutil.which("java"):
        return wrong(f"Spark at {remote} needs a Java on this machine", "install one, from 17 on")
    if not is_own and not _answers(remote):
        return wrong(f"Spark at {remote} does not answer", "start it, or unset CASEBOOK_ENGINE for a night without it")
    return ok(f"Spark {'of this machine, ' if is_own else 'at '}{remote}")


def _answers(remote: str) -> bool:
    address = urlsplit(remote)
    try:
        socket.create_connection((address.hostname or "", address.port or 15002), timeout=3).close()
    except OSError:
        return False
    return True


def root(settings: Settings) -> Diagnosis:
    """Whether the data root can hold a run: it can be written, locks and renames work there."""
    if not settings.root.exists():
        above = next(folder for folder in settings.root.parents if folder.exists())
        if os.access(above, os.W_OK):
            return hint(f"{settings.root} is not there yet", "run `casebook init`, which makes it")
        return wrong(
            f"{settings.root} is not there, and {above} cannot be written", "set CASEBOOK_DATA, or make the folder"
        )
    try:
        with tempfile.TemporaryDirectory(dir=settings.root, prefix=".doctor-") as folder:
            faults = list(_faults(Path(folder)))
    except OSError as error:
        return wrong(
            f"{settings.root} cannot be written ({error.strerror})", "give its owner the right, or set CASEBOOK_DATA"
        )
    if faults:
        return wrong(f"{settings.root}: {', '.join(faults)}", "put the data root on a disk of this machine")
    return ok(f"{settings.root} can be written; locks and renames work")


def _faults(folder: Path) -> Iterator[str]:
    """What a file system cannot do that a run relies on."""
    first, second = folder / "first", folder / "second"
    with first.open("w") as held, first.open("w") as asked:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(asked, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield "locks do not keep a second run out"
        except BlockingIOError:
            pass
        except OSError:
            yield "files cannot be locked"
    try:
        second.symlink_to("first")
        first.replace(second)
    except OSError:
        yield "links or renames do not work"


def disk(settings: Settings) -> Diagnosis:
    """Whether a run has room."""
    above = next(folder for folder in (settings.root, *settings.root.parents) if folder.exists())
    free, size = shutil.disk_usage(above).free, settings.warehouse.stat().st_size if settings.warehouse.exists() else 0
    sentence = f"{_bytes(free)} free; a run needs about {_bytes(COPIES * size)}"
    return ok(sentence) if free > COPIES * size else wrong(sentence, f"make room on the disk of {settings.root}")


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"

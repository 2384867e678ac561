"""`casebook doctor`: a machine that is well, one where nothing has run yet, and the ways one is broken."""

import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import pytest
from packaging.specifiers import SpecifierSet

from orchestration.settings import REPOSITORY
from tests.integration.house import House

URL = "postgresql+psycopg2://casebook:secret@127.0.0.1:9/casebook"


def found(house: House, *subjects: str, **environment: str) -> dict[str, tuple[str, str]]:
    """What the doctor says: subject, then its answer and its sentence with what to do."""
    with house.entered(), pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        from orchestration.cli.doctor import examine

        told = {each.subject: each for each in examine(house.place, subjects)}
    assert all(each.mend for each in told.values() if each.answer != "ok")
    return {subject: (each.answer, f"{each.sentence} {each.mend}") for subject, each in told.items()}


def lying(root: Path) -> dict[str, tuple[int, int]]:
    """Every file beneath a root as it lies there."""
    files = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def test_a_house_after_its_night_is_well_and_stays_as_it_is(sample_copy: House) -> None:
    house, before = sample_copy, lying(sample_copy.root)
    done = house.cli("doctor")
    assert done.returncode == 0, done.stdout
    assert lying(house.root) == before
    lines = {line[7:26].strip(): line[:5].strip() for line in done.stdout.splitlines()}
    assert set(lines.values()) == {"ok", "hint"}
    well = (
        "Python",
        "data root",
        "disk",
        "restricted folders",
        "warehouse",
        "sheets",
        "rules",
        "layouts",
        "Dagster",
        "runs",
    )
    assert {lines[subject] for subject in well} == {"ok"}
    (first, *_) = house.json("doctor")
    assert list(first) == ["subject", "answer", "sentence", "mend"]


@pytest.mark.parametrize("exists", [True, False], ids=["empty", "missing"])
def test_before_the_first_night_it_says_what_is_not_there_yet(tmp_path: Path, exists: bool) -> None:
    house = House(tmp_path / "data")
    if exists:
        house.root.mkdir()
    done = house.cli("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "wrong" not in {line[:5] for line in done.stdout.splitlines()}
    assert done.stdout.count("is not there yet") >= 5
    assert list(tmp_path.rglob("*")) == ([house.root] if exists else [])


def open_to_others(house: House) -> None:
    (house.root / "lake").chmod(0o755)


def unreadable_warehouse(house: House) -> None:
    house.place.warehouse.write_bytes(b"this is no database" * 1000)


def torn_state(house: House) -> None:
    path = house.place.warehouse.with_name("warehouse_state.json")
    path.write_text(path.read_text()[:40])


def torn_manifest(house: House) -> None:
    path = house.place.dbt / "manifest.json"
    path.write_text(path.read_text()[:-100])


def dangling_current(house: House) -> None:
    current = house.place.current
    current.unlink()
    current.symlink_to("2025-02-01-deadbeef")


def torn_release(house: House) -> None:
    (house.place.published / "current" / "casebook.duckdb").write_bytes(b"torn")


def full_disk(house: House) -> None:
    os.truncate(house.place.warehouse, 10**12)


def broken_layout(house: House) -> None:
    (house.root / "layouts").mkdir(exist_ok=True)
    (house.root / "layouts" / "ours.yml").write_text("name: ours\nkind: rumours\n")


def torn_instance(house: House) -> None:
    (house.root / "dagster" / "dagster.yaml").write_text("run_launcher: {module: [")


def killed_run(house: House) -> None:
    from orchestration.pipeline.instance import instance

    with instance() as dagster:
        dagster.add_run(dg.DagsterRun("nightly", "0ddba11", status=dg.DagsterRunStatus.STARTED))


def dead_daemon(house: House) -> None:
    from dagster._daemon.types import DaemonHeartbeat

    from orchestration.pipeline.instance import instance

    with instance() as dagster:
        dagster.add_daemon_heartbeat(DaemonHeartbeat(time.time() - 86400, "SENSOR", "somewhere"))


def switched_off(house: House) -> None:
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
    from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData

    from orchestration.pipeline.instance import instance

    place = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("casebook"), "__repository__")
    night = place.get_instigator_origin("every_night")
    cron = ScheduleInstigatorData("0 2 * * *")
    with instance() as dagster:
        dagster.add_instigator_state(InstigatorState(night, InstigatorType.SCHEDULE, InstigatorStatus.STOPPED, cron))


BROKEN: dict[str, tuple[Callable[[House], None], str, str]] = {
    "permissions": (open_to_others, "restricted folders", "chmod 700"),
    "warehouse": (unreadable_warehouse, "warehouse", "every month is rebuilt"),
    "state": (torn_state, "months", "warehouse_state.json is torn"),
    "manifest": (torn_manifest, "dbt", "manifest.json is torn"),
    "dangling": (dangling_current, "release", "leads nowhere"),
    "release": (torn_release, "release", "cannot be read"),
    "disk": (full_disk, "disk", "make room"),
    "layout": (broken_layout, "layouts", "layout ours.yml: the key identified_by, columns, dates is missing"),
    "instance": (torn_instance, "Dagster", "does not open"),
    "run": (killed_run, "runs", "0ddba11"),
    "daemon": (dead_daemon, "daemon", "not alive"),
    "schedule": (switched_off, "schedule and sensor", "switched off: every_night"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_told_with_how_to_mend_it(sample_copy: House, name: str) -> None:
    breaks, subject, told = BROKEN[name]
    with sample_copy.entered():
        breaks(sample_copy)
    answer, sentence = found(sample_copy, subject)[subject]
    assert answer == "wrong", sentence
    assert told in sentence


@pytest.mark.parametrize(
    ("subject", "environment", "told"),
    [
        ("day", {"CASEBOOK_CRON": "every night"}, "every night is no cron schedule"),
        ("day", {"CASEBOOK_TIME_ZONE": "Asia/Aleppo"}, "Asia/Aleppo is no time zone"),
        ("day", {"CASEBOOK_BUSINESS_DATE": "yesterday"}, "YYYY-MM-DD"),
        ("sheets", {"CASEBOOK_RAW": "/nowhere/at/all"}, "it is not there"),
        ("sheets", {"CASEBOOK_RAW": "gopher://sheets"}, "a folder or a URL such as s3://bucket/raw was expected"),
        ("replica", {"CASEBOOK_REPLICA": "gopher://kept"}, "a URL such as s3://bucket/casebook was expected"),
        ("Dagster", {"CASEBOOK_DAGSTER_POSTGRES": URL}, "does not open"),
    ],
)
def test_a_wrong_setting_is_told(sample_house: House, subject: str, environment: dict[str, str], told: str) -> None:
    answer, sentence = found(sample_house, subject, **environment)[subject]
    assert answer == "wrong", sentence
    assert told in sentence
    assert "secret" not in sentence


def test_a_replica_that_lags_behind_is_told(sample_copy: House, tmp_path: Path) -> None:
    url = {"CASEBOOK_REPLICA": str(tmp_path / "store")}
    assert found(sample_copy, "replica")["replica"] == ("ok", "none: CASEBOOK_REPLICA names no store ")
    current = sample_copy.place.current.resolve().name
    assert found(sample_copy, "replica", **url)["replica"] == (
        "hint",
        f"no release, not {current} run `casebook nightly`",
    )
    (tmp_path / "store" / "published").mkdir(parents=True)
    (tmp_path / "store" / "published" / "current").write_text(current)
    assert found(sample_copy, "replica", **url)["replica"] == ("ok", f"{current} ")


def test_a_broken_package_keeps_no_check_from_being_begun() -> None:
    libraries = "{'dagster', 'dbt', 'duckdb', 'fsspec', 'pandas', 'pyarrow'}"
    asked = f"import sys, orchestration.cli.doctor; print({libraries} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", asked], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_it_knows_the_pythons_that_can_be_installed() -> None:
    from orchestration.cli.doctor.machine import PYTHONS

    wanted = SpecifierSet(tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["requires-python"])
    assert {(3, minor) for minor in range(30) if wanted.contains(f"3.{minor}.1")} == set(PYTHONS)
    tried = re.findall(
        r"python(3)\.(\d+)(?= )", re.search("for python in (.*)", (REPOSITORY / "Makefile").read_text())[0]
    )
    assert {(int(major), int(minor)) for major, minor in tried} == set(PYTHONS)


def test_it_reads_of_the_lock_what_this_system_and_this_python_need() -> None:
    from orchestration.cli.doctor.machine import locked

    hashed = "package=={}{} \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n    # via casebook\n"
    lock = "".join(
        hashed.replace("package", name).format(version, marker)
        for name, version, marker in (
            ("plain", "1.0", ""),
            ("elsewhere", "2.0", " ; sys_platform == 'win32'"),
            ("twice", "3.0", " ; python_full_version < '3.9'"),
            ("twice", "3.1", " ; python_full_version >= '3.9'"),
        )
    )
    assert locked(lock) == {"plain": "1.0", "twice": "3.1"}


def test_a_root_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    answer, sentence = found(House(tmp_path / "data"), "data root")["data root"]
    assert (answer, "cannot be written" in sentence) == ("wrong", True)


def test_sheets_that_came_since_are_told(sample_copy: House) -> None:
    # in a copied root every file is another one than that which was taken in
    assert "12 files came, changed or went" in found(sample_copy, "months")["months"][1]
    sample_copy.drop("2025-01/deaths__synthetic_more.csv", "case_id\nSYN-1\n")
    answer, sentence = found(sample_copy, "months")["months"]
    assert (answer, "13 files came, changed or went" in sentence) == ("hint", True)


def test_at_the_terminal_something_wrong_ends_with_1_and_no_traceback(sample_copy: House) -> None:
    for breaks in (open_to_others, unreadable_warehouse, torn_state, dangling_current, torn_instance):
        breaks(sample_copy)
    done = sample_copy.cli_process("doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert sum(line.startswith("wrong") for line in done.stdout.splitlines()) >= 5
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("said", "answer", "sentence"),
    [
        ({}, "ok", "dbt makes every table "),
        ({"CASEBOOK_ENGINE": "parts"}, "ok", "tables made by month are made in parts "),
        (
            {"CASEBOOK_ENGINE": "parts", "CASEBOOK_PARTS_STORE": "storage://bucket/casebook"}, "wrong",
            "CASEBOOK_PARTS_STORE: storage://bucket/casebook cannot be read; a URL such as s3://bucket/casebook was "
            "expected see that the store runs and this machine's variables (AWS_…) are right",
        ),
        (
            {"CASEBOOK_ENGINE": "parts", "CASEBOOK_PARTS_STORE": "bucket"}, "wrong",
            "CASEBOOK_PARTS_STORE: bucket is no URL of a place on a store, such as s3://bucket/casebook "
            "set it as docs/scale.md says, or unset it",
        ),
        (
            {"CASEBOOK_ENGINE": "sparks"}, "wrong",
            "CASEBOOK_ENGINE: sparks is no choice between duckdb, parts, spark "
            "set it as docs/scale.md says, or unset it",
        ),
        pytest.param(
            {"CASEBOOK_ENGINE": "spark"}, "wrong",
            "CASEBOOK_ENGINE says spark, which is not installed run `make spark`, or unset CASEBOOK_ENGINE",
            marks=pytest.mark.skipif(find_spec("pyspark") is not None, reason="pyspark is there"),
        ),
        pytest.param(
            {"CASEBOOK_ENGINE": "spark", "CASEBOOK_SPARK_REMOTE": "sc://127.0.0.1:9"}, "wrong",
            "Spark at sc://127.0.0.1:9 does not answer start it, or unset CASEBOOK_ENGINE for a night without it",
            marks=pytest.mark.skipif(find_spec("pyspark") is None, reason="wants pyspark: make spark"),
        ),
    ],
)  # fmt: skip
def test_who_makes_the_tables_is_told(said: dict[str, str], answer: str, sentence: str, tmp_path: Path) -> None:
    assert found(House(tmp_path), "engine", **said)["engine"] == (answer, sentence)

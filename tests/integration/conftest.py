"""Houses, made once and shared: tests that only read share one, a test that changes something has a copy; a store."""

import fcntl
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from orchestration.build import dbt
from tests.integration.house import BUSINESS_DATE, KEY, SAMPLE_SHEETS, SECRET, House

# modules of scenarios, whose assertions are to say what they found as those of a test do
for module in ("form_exports", "later_sheets", "numbering", "taught_words"):
    pytest.register_assert_rewrite(f"tests.integration.{module}")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[House], object]) -> tuple[House, object]:
    """A copy of a house that whichever process of the tests needs it first makes for all, and what its making gave."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    house, told = House(base / name), base / f"{name}.json"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(house.root, ignore_errors=True)
            house.root.mkdir()
            told.write_text(json.dumps(make(house)))
        return house.copy(factory.mktemp(name)), json.loads(told.read_text())


@pytest.fixture(scope="session")
def parsed_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house in which dbt has parsed the project, which takes as long as a small night; only to be copied."""

    def make(house: House) -> None:
        with house.entered():
            dbt.manifest()

    return made_once(tmp_path_factory, "parsed", make)[0]


@pytest.fixture(scope="session")
def empty_house(parsed_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house after a night without a sheet; only to be copied."""

    def make(house: House) -> None:
        parsed_house.copy(house.root)
        (house.root / "raw").mkdir()
        house.night()

    return made_once(tmp_path_factory, "empty", make)[0]


@pytest.fixture(scope="session")
def sample_night(
    parsed_house: House, tmp_path_factory: pytest.TempPathFactory
) -> "tuple[House, subprocess.CompletedProcess[str]]":
    """A house after `casebook nightly` on the sample months, and what the command said."""

    def make(house: House) -> dict[str, object]:
        parsed_house.copy(house.root)
        shutil.copytree(SAMPLE_SHEETS, house.root / "raw")
        for given in ("expected_months.csv", "documents.csv"):
            shutil.copy(SAMPLE_SHEETS.with_name(given), house.root)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("CASEBOOK_PAGES")  # with all that a night writes
            return vars(house.cli_process("nightly", "--date", BUSINESS_DATE))

    house, said = made_once(tmp_path_factory, "sample", make)
    return house, subprocess.CompletedProcess(**said)


@pytest.fixture(scope="session")
def sample_house(sample_night: "tuple[House, subprocess.CompletedProcess[str]]") -> House:
    """The house of the sample months; only to be read or copied."""
    house, done = sample_night
    assert done.returncode == 0, done.stdout + done.stderr
    return house


@pytest.fixture
def sample_copy(sample_house: House, tmp_path: Path) -> House:
    """The house of the sample months, to change."""
    return sample_house.copy(tmp_path / "house")


@pytest.fixture
def new_house(empty_house: House, tmp_path: Path) -> Callable[[str], House]:
    """Makes houses without sheets, by name."""
    return lambda name="house": empty_house.copy(tmp_path / name)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server on this machine that speaks S3."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def environment(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The variables by which the libraries of AWS find a store; every test begins with an empty one."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    requests.post(f"{endpoint}/moto-api/reset", timeout=60)
    S3FileSystem.clear_instance_cache()
    yield monkeypatch
    S3FileSystem.clear_instance_cache()

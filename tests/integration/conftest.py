"""Houses, made once and shared: tests that only read share one, a test that changes something works in a copy."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.house import BUSINESS_DATE, SAMPLE_SHEETS, House

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
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house after a night without a sheet; only to be copied."""

    def make(house: House) -> None:
        (house.root / "raw").mkdir()
        house.night()

    return made_once(tmp_path_factory, "empty", make)[0]


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> "tuple[House, subprocess.CompletedProcess[str]]":
    """A house after `casebook nightly` on the sample months, and what the command said."""

    def make(house: House) -> dict[str, object]:
        shutil.copytree(SAMPLE_SHEETS, house.root / "raw")
        shutil.copy(SAMPLE_SHEETS.with_name("expected_months.csv"), house.root)
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

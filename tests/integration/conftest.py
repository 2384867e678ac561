"""Houses, made once and shared: tests that only read share one, a test that changes something works in a copy."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.house import BUSINESS_DATE, SAMPLE_SHEETS, House


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house after a night without a sheet; only to be copied."""
    house = House(tmp_path_factory.mktemp("empty"))
    (house.root / "raw").mkdir()
    house.night()
    return house


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> "tuple[House, subprocess.CompletedProcess[str]]":
    """A house after `casebook nightly` on the sample months, and what the command said."""
    house = House(tmp_path_factory.mktemp("sample"))
    shutil.copytree(SAMPLE_SHEETS, house.root / "raw")
    shutil.copy(SAMPLE_SHEETS.with_name("expected_months.csv"), house.root)
    return house, house.cli("nightly", "--date", BUSINESS_DATE)


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

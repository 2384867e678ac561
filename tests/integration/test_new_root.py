"""A data root that is not there is asked for and not made; `casebook init` makes one, which has nothing to publish."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration import intake
from orchestration.pipeline.instance import instance
from orchestration.pipeline.sensors import every_night
from orchestration.settings import SettingError
from tests.integration.house import BUSINESS_DATE, House, as_csv, deaths

COMMANDS = [
    "nightly", "backfill 2024-01", "ui", "sample", "status", "findings", "figures --period 2024", "quarantine",
    "explain SYN-1", "data-docs", "acknowledge 1f0c --by somebody --why something",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_root_that_is_not_there_is_asked_for_and_not_made(tmp_path: Path, command: str) -> None:
    house = House(tmp_path / "mistyped")
    try:
        done = house.cli(*command.split())
        assert (done.returncode, done.stdout) == (1, "")
        told = done.stderr.removeprefix("casebook: ").strip()
    except SettingError as error:
        told = str(error)
    assert told == f"there is no data root at {house.root}: `casebook init` makes one, or CASEBOOK_DATA names another"
    assert list(tmp_path.iterdir()) == []


def test_it_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = House(tmp_path / "mistyped").cli_process("nightly")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("casebook: there is no data root at ")
    assert done.stderr.count("\n") == 1


def test_init_makes_a_root_in_which_a_night_has_nothing_to_publish(tmp_path: Path) -> None:
    house = House(tmp_path / "made" / "data")
    for _ in range(2):  # what is there stays as it is
        (told,) = house.json("init")
        assert told == {"root": str(house.root), "raw": f"{house.root}/raw"}
    assert (house.root / "raw").stat().st_mode & 0o777 == 0o700
    assert "any/" in (house.root / "raw" / "README.txt").read_text()
    assert intake.listing(house.root / "raw") == []

    done = house.cli("nightly", "--date", BUSINESS_DATE)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"no sheet lies in {house.root}/raw, and none ever did: there is nothing to publish" in done.stdout
    assert not house.place.published.exists()
    assert not house.place.warehouse.exists()


def test_init_says_where_there_can_be_no_root(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = House(tmp_path).cli("init", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert done.stderr == f"casebook: there can be no data root at {tmp_path}/file/data (Not a directory)\n"


def test_the_daemons_night_has_nothing_to_publish_there_either(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    house.json("init")
    with house.entered(), instance() as dagster:
        night = every_night(house.place)
        context = dg.build_schedule_context(dagster, datetime(2025, 2, 1, tzinfo=UTC))
        assert isinstance(night(context), dg.SkipReason)
        house.drop("2025-01/deaths__synthetic.csv", as_csv(deaths("2025-01", 1)))
        assert isinstance(night(context), dg.RunRequest)

"""dbt's own unit tests, run by dbt on the house of the sample months."""

import os
import subprocess
import sys
from pathlib import Path

from orchestration.settings import DBT_PROJECT
from tests.integration.house import House


def test_unit_tests_of_the_models_pass(sample_house: House, tmp_path: Path) -> None:
    house = sample_house.copy(tmp_path / "house")
    command = [
        Path(sys.executable).with_name("dbt"), "test", "--select", "test_type:unit", "--project-dir", DBT_PROJECT,
        "--profiles-dir", DBT_PROJECT, "--target-path", house.place.dbt, "--log-path", house.place.dbt,
    ]  # fmt: skip
    environment = os.environ | {
        "CASEBOOK_WAREHOUSE": str(house.place.warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "Nothing to do" not in done.stdout
    assert "PASS=" in done.stdout
    assert "PASS=0" not in done.stdout

"""A data root on a store that speaks S3, over real HTTP on this machine: a host is lost, and another one goes on.

Whether there is a replica is a setting of the process, whose assets Dagster loads once: nights are processes here.
"""

import shutil
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.house import KEY, SAMPLE_SHEETS, SECRET, House

URL = "s3://kept/house"


@pytest.fixture
def bucket(environment: pytest.MonkeyPatch) -> Any:
    """An empty bucket, which the settings name."""
    environment.setenv("CASEBOOK_REPLICA", URL)
    return boto3.resource("s3").create_bucket(Bucket="kept")


def current(bucket: Any) -> str:
    return bucket.Object("house/published/current").get()["Body"].read().decode()


def first_seen(house: House) -> dict[str, str]:
    """Since when each finding is known that is still open."""
    return {each["finding_id"]: each["first_seen"] for each in house.json("findings", "--json", "--open")}


def test_another_host_goes_on_from_the_replica(bucket: Any, sample_house: House, tmp_path: Path) -> None:
    lost, other = House(tmp_path / "lost"), House(tmp_path / "other")
    lost.root.mkdir()
    shutil.copytree(SAMPLE_SHEETS, lost.root / "raw")
    first = lost.cli_process("nightly", "--date", "2025-02-01")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "copy" in first.stdout
    assert SECRET not in first.stdout + first.stderr
    assert current(bucket) == lost.place.current.resolve().name
    known = first_seen(lost)

    restored = other.cli("restore")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert other.figure("deaths", "2025-01") == sample_house.figure("deaths", "2025-01")

    next_night = other.cli_process("nightly", "--date", "2025-02-02")
    assert next_night.returncode == 0, next_night.stdout + next_night.stderr
    assert other.facts(without=("row_key",)) == lost.facts(without=("row_key",))
    assert current(bucket) == other.place.current.resolve().name
    releases = other.json("release", "list", "--json")
    assert [row["business_date"] for row in releases] == ["2025-02-02", "2025-02-01"]
    assert releases[0]["figures"] == releases[0]["records"] == 0
    assert known and first_seen(other) | known == first_seen(other)

    back = other.cli("release", "rollback", "2025-02-01", "--by", "Lina", "--why", "a draft", "--date", "2025-02-02")
    assert back.returncode == 0, back.stdout + back.stderr
    assert current(bucket) == other.place.current.resolve().name

    refused = lost.cli_process("nightly", "--date", "2025-02-03")
    assert refused.returncode == 1
    assert "which is not of this data root" in refused.stdout + refused.stderr
    assert current(bucket) == other.place.current.resolve().name


def test_a_store_that_is_gone_takes_no_release(
    bucket: Any, environment: pytest.MonkeyPatch, sample_copy: House
) -> None:
    environment.setenv("AWS_ENDPOINT_URL", f"http://{KEY}:{SECRET}@127.0.0.1:1")
    done = sample_copy.cli_process("nightly", "--date", "2025-02-02")
    assert done.returncode == 1
    assert "s3://kept/house cannot be used" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    told = [path for path in sample_copy.root.rglob("*") if path.is_file()]
    assert [path for path in told if SECRET.encode() in path.read_bytes()] == []
    assert sample_copy.place.current.resolve().name.startswith("2025-02-02")

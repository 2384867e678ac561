"""Sheets on an S3-compatible store: the same way of the data as from a folder, over real HTTP on this machine."""

import traceback
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from s3fs import S3FileSystem

from orchestration.intake import Intake, RawError, listing, take_in
from tests.integration.house import BUSINESS_DATE, KEY, SAMPLE_SHEETS, SECRET, House

NOW, DAY = datetime(2025, 2, 1), date.fromisoformat(BUSINESS_DATE)
READ_BUCKETS = """{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::closed", "arn:aws:s3:::closed/*"]},
    {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/raw/any/*"}]}"""


@pytest.fixture
def bucket(environment: pytest.MonkeyPatch) -> Any:
    """A bucket with the three sample months beneath `raw/`."""
    bucket = boto3.resource("s3").create_bucket(Bucket="open")
    for path in sorted(SAMPLE_SHEETS.glob("*/*")):
        bucket.upload_file(str(path), f"raw/{path.relative_to(SAMPLE_SHEETS)}")
    return bucket


@pytest.fixture
def restricted(bucket: Any, endpoint: str, environment: pytest.MonkeyPatch) -> Iterator[None]:
    """From here on the server asks who is there, and lets nobody into the bucket `closed` or `raw/any/`."""
    iam = boto3.client("iam")
    iam.create_user(UserName="casebook")
    iam.put_user_policy(UserName="casebook", PolicyName="read", PolicyDocument=READ_BUCKETS)
    key = iam.create_access_key(UserName="casebook")["AccessKey"]
    boto3.client("s3").create_bucket(Bucket="closed")
    bucket.put_object(Key="raw/any/deaths.csv", Body=b"case_id\n")
    environment.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    environment.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    S3FileSystem.clear_instance_cache()
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=60)
    yield
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"inf", timeout=60)


def night(root: Path, processed: dict[str, list[str]] | None = None) -> Intake:
    return take_in(root, NOW, DAY, processed, "s3://open/raw")


def fetched(root: Path) -> dict[str, int]:
    """The inodes of the originals: a file that is fetched again gets another one."""
    return {path.name: path.stat().st_ino for path in (root / "lake" / "originals").iterdir()}


def test_three_sample_months_are_the_same_from_a_store_as_from_a_folder(
    bucket: Any, environment: pytest.MonkeyPatch, sample_house: House, new_house: Callable[[str], House]
) -> None:
    house = new_house("store")
    environment.setenv("CASEBOOK_RAW", "s3://open/raw")
    done = house.cli("nightly", "--date", BUSINESS_DATE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert house.facts() == sample_house.facts()
    assert house.statuses() == sample_house.statuses()
    told = [path for path in house.root.rglob("*") if path.is_file()]
    for secret in (KEY, SECRET):
        assert secret not in done.stdout + done.stderr
        assert [path for path in told if secret.encode() in path.read_bytes()] == []


def test_a_changed_and_a_removed_object_change_their_months(bucket: Any, tmp_path: Path) -> None:
    processed = night(tmp_path).state
    sheet = bucket.Object("raw/2023-07/deaths__synthetic.csv")
    lines = sheet.get()["Body"].read().splitlines(keepends=True)
    sheet.put(Body=b"".join(lines[:-1]))
    changed = night(tmp_path, processed)
    assert date(2023, 7, 1) in changed.changed_months and date(2025, 1, 1) not in changed.changed_months
    assert len(list((tmp_path / "lake" / "originals").iterdir())) == len(changed.sheets["sheet_hash"].unique()) + 1
    bucket.Object("raw/2025-01/synthetic_submissions.json").delete()
    removed = night(tmp_path, changed.state)
    assert removed.changed_months[-1] == date(2025, 1, 1) and date(2023, 7, 1) not in removed.changed_months
    assert "synthetic_submissions.json" not in removed.sheets["file_name"].to_pylist()


def test_an_object_that_lies_as_it_did_is_not_fetched_again(bucket: Any, tmp_path: Path) -> None:
    processed = night(tmp_path).state
    before, listed = fetched(tmp_path), listing("s3://open/raw")
    sheet = bucket.Object("raw/2023-07/deaths__synthetic.csv")
    sheet.put(Body=sheet.get()["Body"].read())
    assert listing("s3://open/raw") == listed and [each.path for each in listed] == sorted(
        str(path.relative_to(SAMPLE_SHEETS)) for path in SAMPLE_SHEETS.glob("*/*")
    )
    assert night(tmp_path, processed).changed_months == [] and fetched(tmp_path) == before


def test_what_is_no_sheet_is_not_listed(bucket: Any) -> None:
    listed = listing("s3://open/raw/")
    for key in (
        "raw/2023-07/",
        "raw/2023-07/.x",
        "raw/2023-07/readme.txt",
        "raw/__MACOSX/deaths.csv",
    ):
        bucket.put_object(Key=key, Body=b"x")
    assert listing("s3://open/raw/") == listed and listing("s3://open/elsewhere") == []
    bucket.put_object(Key="raw/2023-07/Homs office/deaths.csv", Body=b"x")
    [deep] = {each.path for each in listing("s3://open/raw/")} - {each.path for each in listed}
    assert deep == "2023-07/Homs office/deaths.csv"


@pytest.mark.parametrize(
    ("raw", "variable", "value", "why"),
    [
        ("s3://nobody/raw", "", "", "it is not there"),
        ("s3://closed/raw", "", "", "no access is granted"),
        ("s3://open/raw", "AWS_SECRET_ACCESS_KEY", SECRET, "no access is granted"),
        ("s3://open/raw", "AWS_ENDPOINT_URL", f"http://{KEY}:{SECRET}@127.0.0.1:1", "HTTPClientError"),
        (f"s3://{KEY}:{SECRET}@open/raw", "", "", "ParamValidationError"),
    ],
)
def test_a_store_nobody_can_list_stops_the_night_and_removes_nothing(
    restricted: None, environment: pytest.MonkeyPatch, tmp_path: Path, raw: str, variable: str, value: str, why: str
) -> None:
    processed = night(tmp_path).state
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if variable:
        environment.setenv(variable, value)
        S3FileSystem.clear_instance_cache()
    with pytest.raises(RawError) as stopped:
        take_in(tmp_path, NOW, DAY, processed, raw)
    told = "".join(traceback.format_exception(stopped.value))
    assert KEY not in told and SECRET not in told
    place = f"s3://{raw.rpartition('@')[2].removeprefix('s3://')}"
    assert str(stopped.value) == (
        f"{place} cannot be listed ({why}); nothing was taken in, and nothing counts as removed."
    )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_object_that_cannot_be_read_is_set_aside_and_the_others_go_on(restricted: None, tmp_path: Path) -> None:
    sheets = night(tmp_path).sheets
    printed = sorted(path.name for path in (SAMPLE_SHEETS / "any").iterdir())
    assert [line for line in sheets["set_aside"].to_pylist() if line] == [
        f"raw/any/{name}: it cannot be opened; a readable file was expected." for name in ["deaths.csv", *printed]
    ]
    assert sum(sheets["received_rows"].to_pylist()) > 0


def test_a_night_says_in_one_line_that_the_store_is_out_of_reach(
    environment: pytest.MonkeyPatch, new_house: Callable[[str], House]
) -> None:
    house = new_house("unreachable")
    environment.setenv("CASEBOOK_RAW", "s3://open/raw")
    environment.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    done = house.cli_process("nightly", "--date", BUSINESS_DATE)
    assert done.returncode == 1
    assert "s3://open/raw cannot be listed (EndpointConnectionError)" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr and SECRET not in done.stdout + done.stderr

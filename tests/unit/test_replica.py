"""The copy of a data root on a store, here a folder: what is copied when, what comes back, and who may write."""

import json
import os
from pathlib import Path

import pytest

from orchestration.publish import replica
from orchestration.publish.replica import Copied
from orchestration.settings import Settings
from orchestration.stores import StoreError

SHEET = "0" * 64


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store without anything on it."""
    monkeypatch.setenv("CASEBOOK_REPLICA", (tmp_path / "store").as_uri())
    return tmp_path / "store"


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def publish(root: Path, release: str) -> None:
    write(root, {f"published/{release}/casebook.duckdb": release})
    (root / "published" / "current").unlink(missing_ok=True)
    (root / "published" / "current").symlink_to(release)


def kept(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data root with a release."""
    root = tmp_path / "root"
    write(
        root,
        {
            "raw/2025-01/deaths.csv": "case_id",
            "layouts/own.yml": "x",
            "spellings.csv": "x",
            f"lake/originals/{SHEET}": "case_id",
            "lake/manifest/places.json": json.dumps({"2025-01/deaths.csv": ["fingerprint", SHEET]}),
            "lake/received/deaths/a.parquet": "x",
            "lake/staging/b.parquet": "x",
            "evaluations/a.parquet": "x",
            "evaluations/.b.parquet.1.tmp": "x",
            "warehouse/casebook.duckdb": "x",
            "dagster/dagster.yaml": "x",
        },
    )
    publish(root, "2025-02-01-a")
    return Settings(root)


COPIED = {
    "layouts/own.yml",
    "spellings.csv",
    f"lake/originals/{SHEET}",
    "lake/manifest/places.json",
    "lake/received/deaths/a.parquet",
    "evaluations/a.parquet",
    "published/2025-02-01-a/casebook.duckdb",
}


def test_without_a_store_nothing_is_copied(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASEBOOK_REPLICA", raising=False)
    assert replica.push(settings) == Copied(0, 0)
    assert not (settings.root / replica.NOTES).exists()


def test_what_the_house_makes_again_stays_here(settings: Settings, store: Path) -> None:
    assert replica.push(settings).files == len(COPIED)
    assert kept(store) == COPIED | {"published/current"}
    assert (store / "published" / "current").read_text() == "2025-02-01-a" == replica.current(settings)


def test_a_second_push_copies_what_has_changed(settings: Settings, store: Path) -> None:
    replica.push(settings)
    assert replica.push(settings) == Copied(0, 0)
    # the same size, written anew
    write(settings.root, {"spellings.csv": "y", "evaluations/c.parquet": "xyz"})
    os.utime(settings.root / "spellings.csv", ns=(1, 1))
    (store / "layouts" / "own.yml").unlink()
    assert replica.push(settings) == Copied(3, 5)
    assert (store / "spellings.csv").read_text() == "y"
    assert (store / "layouts" / "own.yml").exists()


def test_releases_and_rows_that_went_go_from_the_store_and_nothing_else(settings: Settings, store: Path) -> None:
    replica.push(settings)
    publish(settings.root, "2025-02-02-b")
    for gone in COPIED - {"published/2025-02-02-b/casebook.duckdb", "lake/manifest/places.json"}:
        (settings.root / gone).unlink()
    replica.push(settings)
    assert COPIED - kept(store) == {"lake/received/deaths/a.parquet", "published/2025-02-01-a/casebook.duckdb"}
    assert (store / "published" / "current").read_text() == "2025-02-02-b"


def test_readers_keep_their_release_until_the_next_is_whole(settings: Settings, store: Path) -> None:
    replica.push(settings)
    publish(settings.root, "2025-02-02-b")
    write(store, {"published/2025-02-02-b/casebook.duckdb/in-the-way": ""})
    with pytest.raises(StoreError, match=r"cannot be used \(IsADirectoryError\)") as raised:
        replica.push(settings)
    # what the library says may hold a password, and a log shows what led to an error unless it is told not to
    assert raised.value.__cause__ is None and raised.value.__suppress_context__
    assert replica.current(settings) == "2025-02-01-a"
    assert (store / "published" / "2025-02-01-a" / "casebook.duckdb").exists()


def test_a_data_root_comes_back(settings: Settings, store: Path, tmp_path: Path) -> None:
    replica.push(settings)
    other = Settings(tmp_path / "other")
    assert replica.restore(other).files == len(COPIED)
    assert kept(other.root) == COPIED | {"raw/2025-01/deaths.csv", replica.NOTES}
    assert other.current.resolve().name == "2025-02-01-a"
    assert other.release.read_text() == "2025-02-01-a"
    assert (other.root / "lake").stat().st_mode & 0o777 == 0o700
    assert replica.push(other) == Copied(0, 0)


def test_sheets_that_lie_elsewhere_are_not_laid_out(
    settings: Settings, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica.push(settings)
    monkeypatch.setenv("CASEBOOK_RAW", "s3://bucket/raw")
    replica.restore(Settings(tmp_path / "other"))
    assert not (tmp_path / "other" / "raw").exists()


def test_the_oldest_release_is_the_first_to_be_forgotten_afterwards(
    settings: Settings, store: Path, tmp_path: Path
) -> None:
    publish(settings.root, "2025-03-01-a")
    publish(settings.root, "2025-02-01-b")  # one that was given back
    replica.push(settings)
    replica.restore(Settings(tmp_path / "other"))
    folders = [path for path in (tmp_path / "other" / "published").iterdir() if not path.is_symlink()]
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime_ns)
    assert [path.name for path in by_age] == ["2025-02-01-a", "2025-03-01-a", "2025-02-01-b"]


def test_a_data_root_in_use_is_not_written_over(settings: Settings, store: Path) -> None:
    replica.push(settings)
    with pytest.raises(StoreError, match="has sheets or releases already: an empty data root was expected"):
        replica.restore(settings)


def test_a_store_without_a_replica_is_told(store: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="store holds no replica"):
        replica.restore(Settings(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_a_host_that_was_replaced_writes_no_more(settings: Settings, store: Path, tmp_path: Path) -> None:
    replica.push(settings)
    other = Settings(tmp_path / "other")
    replica.restore(other)
    publish(other.root, "2025-02-02-b")
    replica.push(other)
    publish(settings.root, "2025-02-02-c")
    with pytest.raises(StoreError, match="holds the release 2025-02-02-b, which is not of this data root"):
        replica.push(settings)
    assert replica.current(settings) == "2025-02-02-b"
    assert not (store / "published" / "2025-02-02-c").exists()


def test_a_push_that_was_killed_at_its_end_goes_on(settings: Settings, store: Path) -> None:
    replica.push(settings)
    publish(settings.root, "2025-02-02-b")
    notes = json.loads((settings.root / replica.NOTES).read_text())
    replica.push(settings)
    # as if it had died before it noted that it was done
    (settings.root / replica.NOTES).write_text(json.dumps(notes | {"next": "2025-02-02-b"}))
    publish(settings.root, "2025-02-03-c")
    replica.push(settings)
    assert replica.current(settings) == "2025-02-03-c"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nowhere://bucket", "nowhere://bucket cannot be read; a URL such as s3://bucket/casebook was expected"),
        ("nowhere://me:secret@bucket", "nowhere://bucket cannot be read"),
    ],
)
def test_what_is_no_store_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, why: str) -> None:
    monkeypatch.setenv("CASEBOOK_REPLICA", url)
    with pytest.raises(StoreError, match=why):
        replica.push(settings)

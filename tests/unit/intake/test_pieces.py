"""Large files: read and stored piece by piece, they give what they would give as a whole."""

import errno
import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import RawError, delimited, parts, take_in
from tests.unit.intake.conftest import stored
from tests.unit.intake.test_round_trip import TABLES, as_csv


@pytest.fixture
def small(monkeypatch):
    """Pieces of some rows, each written as soon as it is read."""
    monkeypatch.setattr(delimited, "PIECE", 300)
    monkeypatch.setattr(parts, "GATHERED", 1)


def rows_of(house, count: int) -> list[list[str]]:
    """Rows of three months in turns; their notes empty at first, then each another."""
    months = ("05", "06", "07")
    return [
        [f"SYN-{i}", f"2023-{months[i % 3]}-01", *house.row[2:5], f"note {i}" * (i > count / 2)] for i in range(count)
    ]


def test_rows_of_many_pieces_keep_their_order(house, small):
    house.drop("deaths.csv", house.csv(*rows_of(house, 60)), "any")
    files = [pq.ParquetFile(path) for _, path in house.night().files["deaths"]]
    assert all(file.num_row_groups > 5 for file in files)
    for month, file in enumerate(files):
        read = file.read().to_pylist()
        assert [row["row_number"] for row in read] == list(range(2 + month, 62, 3))
        assert [row["case_id"] for row in read] == [f"SYN-{i}" for i in range(month, 60, 3)]
        assert [row["notes"] for row in read] == [f"note {i}" if i > 30 else None for i in range(month, 60, 3)]


def test_the_same_file_is_stored_as_the_same_bytes(house, small):
    house.drop("deaths.csv", house.csv(*rows_of(house, 60)), "any")
    first = house.night()
    for path in (house.root / "lake/manifest").iterdir():
        path.write_text("{}")
    assert house.night().state == first.state


def test_every_record_is_counted(house, small):
    rows = rows_of(house, 30)
    house.drop("deaths.csv", house.csv(*rows, ["", "", "", "", "", ""], ["short"], *rows), "any")
    intake = house.night()
    [manifest] = [json.loads(path.read_text()) for path in (house.root / "lake/manifest").glob("?" * 64 + ".json")]
    assert (manifest["sheets"][0]["records"], intake.sheets["received_rows"].to_pylist()) == (63, [61])
    assert [row["row_number"] for row in house.rows(intake) if row["unread"]] == [33]


def test_a_stray_quote_far_down_is_a_letter(house, small):
    rows = rows_of(house, 30)
    house.drop("deaths.csv", house.csv(*rows, [*rows[0][:5], '5" and \'a "quote'], *rows), "any")
    assert [row["notes"] for row in house.rows()][30] == '5" and \'a "quote'
    assert [row["row_number"] for row in house.rows()] == list(range(2, 63))


@pytest.mark.parametrize("below", [[], ['"']])
def test_nothing_is_left_of_a_file_that_is_damaged_at_its_end(house, small, below):
    first, *rows = rows_of(house, 31)
    closing = [[*first[:5], cell] for cell in below]
    house.drop("deaths.csv", house.csv(*rows, [*first[:5], '"never closed'], first, *closing), "any")
    [reason] = house.set_aside()
    assert "deaths.csv: row 32 " in reason and "quote" in reason
    assert {path.name for path in (house.root / "lake/received").rglob("*") if path.is_file()} == {"empty.parquet"}


def test_a_disk_that_is_full_is_no_fault_of_the_file(house, small, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parts._Part, "write", full)
    house.drop("deaths.csv", house.csv())
    with pytest.raises(RawError, match="nothing can be kept in .*No space left on device.*nothing was taken in"):
        house.night()


@settings(max_examples=15)
@given(rows=TABLES, piece=st.integers(1, 400), gathered=st.integers(1, 2000))
def test_pieces_of_any_size_give_the_same_rows(rows, piece, gathered):
    def read(folder: Path) -> list[dict]:
        intake = take_in(folder, datetime(2023, 9, 3, tzinfo=UTC), date(2023, 9, 3))
        assert intake.sheets["set_aside"].to_pylist() == [None]
        return stored(folder, intake)

    with TemporaryDirectory() as whole, TemporaryDirectory() as cut, pytest.MonkeyPatch.context() as patch:
        for folder in (Path(whole), Path(cut)):
            (folder / "raw" / "any").mkdir(parents=True)
            as_csv(folder / "raw" / "any" / "deaths.csv", rows)
        expected = read(Path(whole))
        patch.setattr(delimited, "PIECE", piece)
        patch.setattr(parts, "GATHERED", gathered)
        assert read(Path(cut)) == expected

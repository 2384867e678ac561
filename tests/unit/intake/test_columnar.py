"""Parquet: columns of any type, as text."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def test_typed_columns_become_text(house):
    columns = {
        "case_id": pa.array([1, 2]),
        "documented_on": pa.array([date(2023, 7, 5)] * 2),
        "party": ["sdf"] * 2,
        "killed_governorate": pa.array(["Aleppo"] * 2).dictionary_encode(),
        "age": [34.0, None],
        "roles": [["media", "aid"], []],
        "death_date": pa.array([datetime(2023, 7, 4)] * 2),
        "injured_on": pa.array([datetime(2023, 7, 4, 1, tzinfo=UTC)] * 2),
        "torture": [True, None],
        "weapon": [0.5, 1e300],
    }
    path = house.drop("deaths.parquet", b"")
    pq.write_table(pa.table(columns), path)
    first, second = house.rows()
    assert [first[name] for name in columns] == [
        "1",
        "2023-07-05",
        "sdf",
        "Aleppo",
        "34",
        "media;aid",
        "2023-07-04",
        "2023-07-04 01:00:00Z",
        "yes",
        "0.5",
    ]
    assert (second["age"], second["roles"], second["torture"], second["row_number"]) == (None, None, None, 2)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        (None, "2023-07-04 21:00:00"),
        # world time says so, since it may be the beginning of a day in Syria
        ("UTC", "2023-07-04 21:00:00Z"),
        ("Asia/Damascus", "2023-07-05"),
        ("+03:00", "2023-07-05"),
        ("-02:30", "2023-07-04 18:30:00"),
    ],
)
def test_a_moment_is_as_the_clocks_of_its_zone_show_it(house, zone: str | None, written: str):
    moment = pa.array([datetime(2023, 7, 4, 21)], pa.timestamp("us", tz=zone))
    path = house.drop("deaths.parquet", b"")
    columns = dict(zip(house.headings, ([cell] for cell in house.row), strict=True)) | {"death_date": moment}
    pq.write_table(pa.table(columns), path)
    assert [row["death_date"] for row in house.rows()] == [written]


def test_structures_become_columns_and_numbers_text(house):
    path = house.drop("deaths.parquet", b"")
    columns = {
        **dict(zip(house.headings[1:], ([cell] for cell in house.row[1:]), strict=True)),
        "case_id": pa.array([Decimal("7.00")]),
        "victim": [{"sex": "f", "more": {"age": Decimal("1.50")}}],
        "kin": [[{"name": "x"}]],
        "roles": [{"medical": True, "media": False}],
        "half": pa.array([0.5], pa.float16()),
        "one": [{"same": "a"}],
        "two": [{"same": "b"}],
    }
    pq.write_table(pa.table(columns), path)
    intake = house.night()
    (row,) = house.rows(intake)
    assert (row["case_id"], row["sex"], row["age"], row["roles"]) == ("7", "f", "1.50", "medical")
    assert row["unknown_columns"] == '{"kin":"[{\\"name\\":\\"x\\"}]","half":"0.5","one/same":"a","two/same":"b"}'
    (note,) = intake.sheets["notes"].to_pylist()
    assert note.startswith("columns hold lists of records (kin): they are not read")

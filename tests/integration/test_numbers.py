"""Sheets that lie there and number alike: versions of one list, or two lists, whichever came first."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.integration.house import House, as_csv, deaths

MONTH, EARLIER = "2025-05", "2025-04"


def numbered(prefix: str, count: int, month: str = MONTH, **cells: str) -> list[dict[str, str]]:
    """Rows without a revision, which no sheet of these tests gives."""
    rows = enumerate(deaths(month, count, revision="", **cells), 1)
    return [row | {"case_id": f"{prefix}{number}"} for number, row in rows]


def homs(prefix: str = "", month: str = MONTH, incident: str = "1") -> list[dict[str, str]]:
    of_office = {"killed_governorate": "Homs", "sex": "male", "age": "21", "death_date": f"{month}-03"}
    return numbered(prefix, 5, month, incident_id=incident, **of_office)


def aleppo(prefix: str = "", month: str = MONTH, incident: str = "1") -> list[dict[str, str]]:
    of_office = {"killed_governorate": "Aleppo", "sex": "female", "age": "52", "death_date": f"{month}-09"}
    return numbered(prefix, 5, month, incident_id=incident, **of_office)


# a list as it was in its second version: one age is another, and its last line is gone
JUNE = numbered("ls-", 4)
LATER = [JUNE[0] | {"age": "41"}, *JUNE[1:3]]


def drop_versions(house: House) -> None:
    """The later one has the name that comes first, and both come in one night."""
    house.drop("any/deaths__b_2025-06-10.csv", as_csv(JUNE))
    house.drop("any/deaths__a_2025-06-20.csv", as_csv(LATER))


def became(house: House) -> dict[tuple[str, str], str]:
    """By file and number, what became of each row."""
    sql = """
        select sheets.file_name, records.record_id, coalesce(records.refused_for, records.state)
        from intermediate.int_records as records
        inner join (select distinct sheet_hash, file_name from received.received_sheets) as sheets using (sheet_hash)
    """
    return {(file, number): state for file, number, state in house.rows(sql)}


@pytest.fixture(scope="module")
def first_night(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of one office and of a list in two versions, and in the month before of two offices; only to be copied.

    Those two number their dead each in a way of its own, and an incident each by a 7.
    """
    house = empty_house.copy(tmp_path_factory.mktemp("numbers"))
    house.drop(f"{MONTH}/deaths__homs.csv", as_csv(homs()))
    drop_versions(house)
    house.drop(f"{EARLIER}/deaths__one.csv", as_csv(homs("h", EARLIER, incident="7")))
    house.drop(f"{EARLIER}/deaths__another.csv", as_csv(aleppo("a", EARLIER, incident="7")))
    assert house.cli("nightly", "--date", "2025-07-01").returncode == 0
    return house


def test_two_offices_that_number_alike_on_two_nights_and_told_apart_on_the_third(
    first_night: House, new_house: Callable[..., House], tmp_path: Path
) -> None:
    house = first_night.copy(tmp_path / "house")
    states = became(house)
    assert [states["deaths__b_2025-06-10.csv", f"ls-{number}"] for number in (1, 4)] == ["superseded", "current"]
    assert states["deaths__a_2025-06-20.csv", "ls-1"] == "current"
    assert house.rows("select age from marts.fct_deaths where case_id = 'ls-1'") == [(41,)]
    assert (house.figure("deaths", MONTH), house.figure("massacres", MONTH)) == (9, 1)

    house.drop(f"{MONTH}/deaths__aleppo.csv", as_csv(aleppo()))
    done = house.cli("nightly", "--date", "2025-07-02")
    assert done.returncode == 3, done.stdout
    two_nights = became(house)
    of_offices = {
        state for (file, _), state in two_nights.items() if file in ("deaths__homs.csv", "deaths__aleppo.csv")
    }
    assert of_offices == {"lists"}
    assert house.figure("deaths", MONTH) == 9  # the month is held, and readers keep what they have
    [told] = [row for row in house.told("findings", "--open") if row["rule_id"] == "I07.lists"]
    assert re.search("in sources.csv: file [0-9a-f]{8},{name}", told["message"])
    assert "5 records are of different people" in told["message"]

    # the same in one night
    other = new_house("one-night")
    for path in (house.root / "raw").rglob("*.csv"):
        other.drop(str(path.relative_to(house.root / "raw")), path.read_bytes())
    other.night("2025-07-02")
    assert became(other) == two_nights

    # one line, and both count: every record by its office's number, and each incident with its own dead
    (house.root / "sources.csv").write_text("files,word\n*/deaths__aleppo*,{name}\n")
    done = house.cli("nightly", "--date", "2025-07-03")
    assert done.returncode == 0, done.stdout
    assert (house.figure("deaths", MONTH), house.figure("massacres", MONTH)) == (14, 2)
    told_apart = "select count(*) from marts.fct_deaths where case_id like 'aleppo-%' and incident_id = 'aleppo-1'"
    assert house.rows(told_apart) == [(5,)]
    assert house.rows("select count(*) from marts.fct_deaths where case_id = '1'") == [(1,)]
    assert "I07.lists" not in {row["rule_id"] for row in house.told("findings", "--open")}
    with house.entered():
        from orchestration.pipeline.planning import months_of_night

        next_night = months_of_night(house.place, date(2025, 7, 4))
    assert next_night == [date(2025, month, 1) for month in (5, 6, 7)]  # nothing is made anew any more


def test_one_number_of_incidents_of_two_offices_makes_no_massacre(first_night: House) -> None:
    house = first_night
    assert (house.figure("deaths", EARLIER), house.figure("massacres", EARLIER)) == (10, 0)
    [told] = [row for row in house.told("findings", "--open") if row["rule_id"] == "I40.scattered"]
    where = "incident 7, its dead in 2 governorates and 6 days apart, in file [0-9a-f]{8}, file [0-9a-f]{8} "
    assert re.match(where, told["message"])
    assert f"in {EARLIER}/deaths__" in house.cli("findings").stdout  # the officer reads what they are called

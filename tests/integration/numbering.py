"""Sheets that lie there and number alike: versions of one list, or two lists, whichever came first."""

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.publish import holds
from tests.integration.house import House, as_csv, deaths
from tests.integration.shared_nights import Night, nights, planned

MONTH, EARLIER = "2024-02", "2024-01"


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


OF_HOMS, OF_ALEPPO = "deaths__homs.csv", "deaths__aleppo.csv"
EARLIER_LIST, LATER_LIST = "deaths__b_2024-03-10.csv", "deaths__a_2024-03-20.csv"
FILES = (OF_HOMS, OF_ALEPPO, EARLIER_LIST, LATER_LIST)
# a list as it was in its second version: one age is another, and its last line is gone
JUNE = numbered("ls-", 4)
LATER = [JUNE[0] | {"age": "41"}, *JUNE[1:3]]


def drop_versions(house: House) -> None:
    """The later one has the name that comes first, and both come in one night."""
    house.drop(f"any/{EARLIER_LIST}", as_csv(JUNE))
    house.drop(f"any/{LATER_LIST}", as_csv(LATER))


def became(house: House) -> dict[tuple[str, str], str]:
    """By file and number, what became of each row of the month's lists."""
    sql = """
        select sheets.file_name, records.record_id, coalesce(records.refused_for, records.state)
        from intermediate.int_records as records
        inner join (select distinct sheet_hash, file_name from received.received_sheets) as sheets using (sheet_hash)
    """
    return {(file, number): state for file, number, state in house.rows(sql) if file in FILES}


def is_held(house: House) -> bool:
    return date.fromisoformat(f"{MONTH}-01") in {row["month"] for row in holds.noted(house.place.release).months}


def in_one_night(house: House) -> dict[tuple[str, str], str]:
    """What becomes of the same files where they come in one night."""
    with TemporaryDirectory() as folder:
        other = House(Path(folder))
        for path in [path for path in (house.root / "raw").rglob("*.csv") if path.name in FILES]:
            other.drop(str(path.relative_to(house.root / "raw")), path.read_bytes())
        other.night()
        return became(other)


def two_offices_that_number_alike_on_two_nights_and_told_apart_later(house: House) -> Night:
    house.drop(f"{MONTH}/{OF_HOMS}", as_csv(homs()))
    drop_versions(house)
    yield
    states = became(house)
    assert [states[EARLIER_LIST, f"ls-{number}"] for number in (1, 4)] == ["superseded", "current"]
    assert states[LATER_LIST, "ls-1"] == "current"
    assert house.rows("select age from marts.fct_deaths where case_id = 'ls-1'") == [(41,)]
    assert (house.figure("deaths", MONTH), house.figure("massacres", MONTH)) == (9, 1)
    assert not is_held(house)

    house.drop(f"{MONTH}/{OF_ALEPPO}", as_csv(aleppo()))
    yield
    assert is_held(house)
    two_nights = became(house)
    assert {state for (file, _), state in two_nights.items() if file in (OF_HOMS, OF_ALEPPO)} == {"lists"}
    assert house.figure("deaths", MONTH) == 9  # the month is held, and readers keep what they have
    [told] = [row for row in house.json("findings", "--open") if row["rule_id"] == "I07.lists"]
    assert re.search("in sources.csv: file [0-9a-f]{8},{name}", told["message"])
    assert "5 records of different people" in told["message"]
    assert in_one_night(house) == two_nights

    yield from nights(4)  # of others; a source makes every sheet be read again
    # one line, and both count: every record by its office's number, and each incident with its own dead
    (house.root / "sources.csv").write_text("files,word\n*/deaths__aleppo*,{name}\n")
    yield
    assert not is_held(house)
    assert (house.figure("deaths", MONTH), house.figure("massacres", MONTH)) == (14, 2)
    told_apart = "select count(*) from marts.fct_deaths where case_id like 'aleppo-%' and incident_id = 'aleppo-1'"
    assert house.rows(told_apart) == [(5,)]
    assert house.rows("select count(*) from marts.fct_deaths where case_id = '1'") == [(1,)]
    assert "I07.lists" not in {row["rule_id"] for row in house.json("findings", "--open")}
    assert date.fromisoformat(f"{MONTH}-01") not in planned(house)  # nothing is made anew any more


def one_number_of_incidents_of_two_offices_makes_no_massacre(house: House) -> Night:
    """Two that number their dead each in a way of its own, and an incident each by a 7."""
    house.drop(f"{EARLIER}/deaths__one.csv", as_csv(homs("h", EARLIER, incident="7")))
    house.drop(f"{EARLIER}/deaths__another.csv", as_csv(aleppo("a", EARLIER, incident="7")))
    yield
    assert (house.figure("deaths", EARLIER), house.figure("massacres", EARLIER)) == (10, 0)
    [told] = [row for row in house.json("findings", "--open") if row["rule_id"] == "I40.scattered"]
    where = "Incident 7, its dead in 2 governorates and 6 days apart, in file [0-9a-f]{8}, file [0-9a-f]{8}, "
    assert re.match(where, told["message"])
    assert f"in {EARLIER}/deaths__" in house.cli("findings").stdout  # the officer reads what they are called


SCENARIOS = (
    two_offices_that_number_alike_on_two_nights_and_told_apart_later,
    one_number_of_incidents_of_two_offices_makes_no_massacre,
)

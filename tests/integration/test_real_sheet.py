"""The public sheet of 18,386 cases goes through its layout, without code of its own. It is not in the repository."""

import csv
import shutil
from collections import Counter

import pytest

from orchestration.settings import REPOSITORY
from tests.integration.house import House

# as the sheet spells them most often
GOVERNORATES = {
    "Aleppo": "SY02", "Damascus": "SY01", "Damascus Suburbs": "SY03", "Daraa": "SY12", "Deir Ezzor": "SY09",
    "Hama": "SY05", "Hasakeh": "SY08", "Homs": "SY04", "Idlib": "SY07", "Lattakia": "SY06", "Quneitra": "SY14",
    "Raqqa": "SY11", "Tartous": "SY10",
}  # fmt: skip
SHEET = REPOSITORY.parent / "shared" / "real" / "vdc_cases_2011_2013.csv"

pytestmark = pytest.mark.skipif(not SHEET.exists(), reason="the real sheet is not here")


@pytest.fixture(scope="module")
def house(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    made = empty_house.copy(tmp_path_factory.mktemp("real"))
    (made.root / "raw" / "any").mkdir()
    shutil.copy(SHEET, made.root / "raw" / "any")
    made.night("2014-01-31")
    return made


@pytest.fixture(scope="module")
def status(house: House) -> dict:
    return house.statuses()


def test_every_row_is_accounted_for(status: dict) -> None:
    totals = Counter()
    for row in status.values():
        totals.update(row)
    assert totals["received"] == 18386
    assert totals["accepted"] + totals["quarantined"] == 18386
    assert totals["counted"] + totals["excluded"] == totals["accepted"]
    assert totals["superseded"] == totals["withdrawn"] == 0
    assert {kind for _, kind in status} == {"deaths"}


def test_august_2012(house: House, status: dict) -> None:
    assert status["2012-08", "deaths"] == {
        "received": 1012, "accepted": 1012, "quarantined": 0, "counted": 868, "excluded": 144, "superseded": 0,
        "withdrawn": 0,
    }  # fmt: skip
    figures = {category: house.figure("deaths", "2012-08", category) for category in ("total", "children", "women")}
    assert figures == {"total": 868, "children": 94, "women": 86}
    reasons = house.rows(
        "select exclusion_reason, count(*) from marts.fct_deaths "
        "where month = '2012-08-01' and not is_counted group by all"
    )
    assert reasons == [("combatant", 144)]


def test_only_rows_without_a_date_are_in_quarantine(house: House) -> None:
    dated = {row["uid"]: row["Date of death"] for row in csv.DictReader(SHEET.read_text("utf-8-sig").splitlines())}
    undated = sum(day in ("", "0000-00-00") for day in dated.values())
    problems = [row["rule_id"] for row in house.json("quarantine")]
    assert problems.count("I06") == undated
    assert len(set(dated)) == 18386


def test_every_governorate_written_is_the_one_that_counts(house: House) -> None:
    """What stands before the colon of the place of death is the governorate of the fact, for every row that has one."""
    assert [row for row in house.json("quarantine") if row["rule_id"] == "I05"] == []
    spoken = house.rows(
        "select trim(split_part(written.killed_place, ':', 1)) as spoken, deaths.governorate, count(*) "
        "from received.received_deaths as written join marts.fct_deaths as deaths using (case_id) "
        "where contains(written.killed_place, ':') group by all"
    )
    wrong = [(name, code, rows) for name, code, rows in spoken if GOVERNORATES.get(name, code) != code]
    assert wrong == []
    assert sum(rows for name, _, rows in spoken if name in GOVERNORATES) > 2000


def test_every_rule_that_can_be_judged_passes_but_for_months_that_were_unusual(house: House) -> None:
    """From 2011 to 2013 the numbers rose from month to month: that is worth a look (I72), and nothing else is."""
    with house.entered():
        from orchestration.judge.verdicts import judge_warehouse

        verdicts = judge_warehouse(house.place.warehouse)
    assert [verdict.rule.id for verdict in verdicts if verdict.answer == "failed"] == ["I72"]

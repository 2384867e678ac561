"""How far the figures of a month are settled: provisional, final, revised, whatever is built from nothing (I70)."""

import shutil
from collections.abc import Callable
from datetime import date

import pyarrow.parquet as pq
import pytest

from tests.integration.house import House, as_csv, deaths

MONTH, EARLIER = "2025-01", "2024-12"


@pytest.fixture
def house(new_house: Callable[[str], House]) -> House:
    house = new_house()
    house.drop(f"{MONTH}/deaths.csv", as_csv(deaths(MONTH)))
    return house


def standing(house: House, month: str = MONTH) -> tuple[str, date | None]:
    where = f"where strftime(month, '%Y-%m') = '{month}'"
    [told] = house.rows(f"select standing, revised_on from marts.dim_months {where}")
    return told


def editions(house: House) -> int:
    return len(list(house.place.editions.glob("*.parquet")))


def test_a_month_is_provisional_then_final_then_revised_for_good(house: House) -> None:
    house.drop(f"{EARLIER}/deaths.csv", as_csv(deaths(EARLIER)))
    house.night("2025-02-01")
    assert standing(house) == ("provisional", None)
    # only time has passed
    house.night("2025-03-17")
    assert standing(house) == ("final", None)
    assert editions(house) == 1
    # a sheet that is late for one month, and figures of another that are withdrawn
    house.drop(f"{MONTH}/deaths__late.csv", as_csv(deaths(MONTH, 1, case_id="SYN-T-late", name_en="Invented Late")))
    withdrawn = house.drop(
        f"{EARLIER}/deaths__withdrawn.csv", as_csv(deaths(EARLIER, revision="2", status="withdrawn"))
    )
    house.night("2025-03-20")
    assert standing(house) == ("revised", date(2025, 3, 20))
    assert standing(house, EARLIER) == ("revised", date(2025, 3, 20))
    assert editions(house) == 2
    # their return is a revision too; where nothing more came, the last one stays the last. An upgrade builds everything
    # from nothing: what was published is not forgotten with it, and is no edition again
    withdrawn.unlink()
    shutil.rmtree(house.place.warehouse.parent)
    run = house.night("2025-03-21")
    assert standing(house) == ("revised", date(2025, 3, 20))
    assert standing(house, EARLIER) == ("revised", date(2025, 3, 21))
    assert editions(house) == 3
    edition = pq.read_table(house.place.editions / f"{run.run_id}.parquet")
    assert {month.isoformat()[:7] for month in edition["month"].to_pylist()} == {EARLIER}
    said = "changed after they were final, last on"
    assert f"revised  {EARLIER}, {MONTH}: {said} 2025-03-21" in house.cli("status").stdout
    assert f"revised  {MONTH}: {said} 2025-03-20" in house.cli("figures", "--period", MONTH).stdout

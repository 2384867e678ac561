"""What the sensor asks for: months whose files have changed and lie still, once."""

from collections.abc import Callable
from datetime import date

import dagster as dg
import pytest

from orchestration.pipeline.partitions import MONTHS
from tests.integration.house import BUSINESS_DATE, House, as_csv, deaths

Look = tuple[House, Callable[[], list[str] | str]]


@pytest.fixture
def look(new_house: Callable[[str], House]) -> Look:
    """A house, and a look of its sensor: the months it asks for, or why it asks for none."""
    house = new_house("house")
    cursor = [None]

    def looks() -> list[str] | str:
        with house.entered(), pytest.MonkeyPatch.context() as patch:
            patch.setenv("CASEBOOK_BUSINESS_DATE", BUSINESS_DATE)
            from orchestration.definitions import build_definitions
            from orchestration.pipeline.instance import instance
            from orchestration.pipeline.sensors import new_sheets

            with instance() as dagster:
                context = dg.build_sensor_context(dagster, cursor=cursor[0], definitions=build_definitions())
                told = new_sheets.evaluate_tick(context)
        cursor[0] = told.cursor
        return [request.tags[MONTHS] for request in told.run_requests or []] or told.skip_message

    return house, looks


def test_a_file_is_asked_for_once_it_lies_still_and_only_once(
    look: Look,
) -> None:
    house, looks = look
    nothing, moving = "nothing in raw/ has changed", "raw/ has changed"
    assert looks().startswith(moving)
    assert looks().startswith(nothing)
    house.drop("2024-11/deaths__synthetic.csv", as_csv(deaths("2024-11", 1)))
    assert looks().startswith(moving)
    house.drop("2024-11/deaths__synthetic.csv", as_csv(deaths("2024-11", 3)))
    assert looks().startswith(moving)
    assert looks() == ["2024-11"]
    assert looks().startswith(nothing)
    # what is set aside asks for no month, and is told at the look that finds it lie still, and at each one after
    house.drop("2024-11/photos.xyz", b"PK")
    assert looks().startswith(moving)
    aside = "set aside  raw/2024-11/photos.xyz: the ending .xyz is unknown"
    assert looks() == ["2024-11"]  # no run has worked on it yet
    assert [(said.startswith(nothing), aside in said) for said in (looks(), looks())] == [(True, True)] * 2
    assert all("photos.xyz" in house.cli(command).stdout for command in ("doctor", "status"))


def test_files_in_any_changed_and_removed_ones_and_taught_words_are_asked_for(
    look: Look,
) -> None:
    house, looks = look
    spring = [date(2024, month, 1) for month in range(3, 9)]
    sheet = as_csv([*deaths("2024-03", 1), *deaths("2024-07", 1)])
    house.drop("any/deaths__synthetic.csv", sheet)
    house.drop("any/deaths__stays.csv", as_csv(deaths("2024-05", 1)))
    goes = house.drop("any/deaths__goes.csv", as_csv([*deaths("2024-04", 1), *deaths("2024-08", 1)]))
    every = "2024-03,2024-04,2024-05,2024-07,2024-08"
    looks()
    assert looks() == [every]
    house.months(*spring)
    assert looks().startswith("nothing in raw/ has changed")
    taught = house.root / "spellings.csv"
    taught.write_text("list,spelling,code\nparties,Gunfire of unidentified source,unidentified\n")
    looks()
    assert looks() == [every]  # the word stands in each
    taught.unlink()
    house.drop("any/deaths__synthetic.csv", as_csv([*deaths("2024-03", 1), *deaths("2024-07", 2)]))
    looks()
    assert looks() == ["2024-03,2024-07"]  # the sheet of both has changed
    house.drop("any/deaths__synthetic.csv", sheet)  # it is what it was
    looks()
    assert looks().startswith("nothing in raw/ has changed")
    goes.unlink()
    looks()
    assert looks() == ["2024-04,2024-08"]

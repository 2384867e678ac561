"""What later sheets, lists, exports and taught words do: scenarios that share seven nights of one house.

Each lies in months of its own. What happens in them stands in the modules named here, one function a scenario.
"""

from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.integration import form_exports, later_sheets, numbering, taught_words
from tests.integration.house import House
from tests.integration.shared_nights import Outcomes, Scenario, name_of, played

if TYPE_CHECKING:
    from orchestration.pipeline.running import Run

# in each interval those of taught words come first: they tell exactly which months the next night works on
SCENARIOS = (*taught_words.SCENARIOS, *later_sheets.SCENARIOS, *form_exports.SCENARIOS, *numbering.SCENARIOS)
# what the third run and the fifth are asked for; the others work on what a night does
ASKED_FOR = {3: [date(2023, 5, 1)], 5: [date(2023, 6, 1), date(2025, 1, 1)]}


@pytest.fixture(scope="module")
def outcomes(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    numbers = count(1)

    def night(house: House) -> "Run":
        months = ASKED_FOR.get(next(numbers))
        return house.months(*months) if months else house.night()

    return played(empty_house.copy(tmp_path_factory.mktemp("shared")), SCENARIOS, night)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_a_scenario(outcomes: Outcomes, scenario: Scenario) -> None:
    if error := outcomes[scenario]:
        raise error

"""What later sheets, lists, exports and taught words do: scenarios that share seven nights of one house.

Each lies in months of its own. What happens in them stands in the modules named here, one function a scenario.
"""

from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import duckdb
import pytest

from orchestration.dimensions import DIMENSIONS
from tests.integration import form_exports, later_sheets, numbering, taught_words
from tests.integration.house import House
from tests.integration.shared_nights import Outcomes, Scenario, name_of, played

if TYPE_CHECKING:
    from orchestration.pipeline.running import Run

# in each interval those of taught words come first: they tell exactly which months the next night works on
SCENARIOS = (*taught_words.SCENARIOS, *later_sheets.SCENARIOS, *form_exports.SCENARIOS, *numbering.SCENARIOS)
# what the third run and the fifth are asked for; the others work on what a night does
ASKED_FOR = {3: [date(2023, 5, 1)], 5: [date(2023, 6, 1), date(2025, 1, 1)]}


# by how much the figures of published months changed in a release, where that is not what its records say
UNTOLD = """
    with breakdowns as (
        select measure, basis, coalesce(string_split(dimensions, ';'), []) as dimensions
        from read_csv('dbt_project/seeds/breakdowns.csv')
    ), changes as (
        select changes.*, unnest(if(list_contains(dimensions, 'role'), string_split(roles, ';'), [null])) as role,
            dimensions, unnest(if(category is null, ['total'], [category, 'total'])) as told
        from history.record_changes as changes inner join breakdowns using (measure, basis)
    ), told as (
        select number, measure, basis, month, dimensions, told as category, value as n,
            {members}
        from changes where role is not null or not list_contains(dimensions, 'role')
    ), figures as (
        select number, measure, basis, period_start as month, category, sign * value as n,
            list_filter([{names}], name -> name is not null) as dimensions, {dimensions}
        from history.figures
        -- a stock is told by no record of its month
        semi join (from read_csv('dbt_project/seeds/measures.csv') where not is_stock) using (measure)
        where period_kind = 'month' and (measure, basis, period_start, number) not in (
            select (measure, basis, period_start, min(number)) from history.figures
            where period_kind = 'month' group by measure, basis, period_start
        )
    )
    select number, measure, basis, month, {dimensions}, category, sum(n) as n
    from (
        select * exclude (dimensions), list_sort(dimensions) as dimensions from figures
        union all by name
        select * exclude (dimensions) replace (-n as n), list_sort(dimensions) as dimensions from told
    )
    group by all having sum(n) != 0
"""


@pytest.fixture(scope="module")
def shared(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house whose nights the scenarios share."""
    return empty_house.copy(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def outcomes(shared: House) -> Outcomes:
    numbers = count(1)

    def night(house: House) -> "Run":
        months = ASKED_FOR.get(next(numbers))
        return house.months(*months) if months else house.night()

    return played(shared, SCENARIOS, night)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_a_scenario(outcomes: Outcomes, scenario: Scenario) -> None:
    if error := outcomes[scenario]:
        raise error


def test_in_every_night_the_records_that_changed_add_up_to_the_figures_that_did(
    shared: House, outcomes: Outcomes
) -> None:
    assert outcomes
    sql = UNTOLD.format(
        members=", ".join(f"if(list_contains(dimensions, '{name}'), {name}, null) as {name}" for name in DIMENSIONS),
        names=", ".join(f"if({name} is not null, '{name}', null)" for name in DIMENSIONS),
        dimensions=", ".join(DIMENSIONS),
    )
    with duckdb.connect(shared.place.release, read_only=True) as connection:
        changed = connection.execute("select count(*), count(distinct reason) from history.record_changes").fetchall()
        assert changed[0][0] > 30 and changed[0][1] > 3
        assert connection.execute(sql).fetchall() == []

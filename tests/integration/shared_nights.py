"""Scenarios that share the nights of one house, where their months, records and files do not disturb each other.

A scenario is a generator: it drops its sheets, and yields where it waits for the night, whose run it is given back.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date
from typing import Any

from tests.integration.house import BUSINESS_DATE, House

Night = Generator[None, Any, None]
Scenario = Callable[[House], Night]
Outcomes = Mapping[Scenario, Exception | None]


def played(house: House, scenarios: Sequence[Scenario], night: Callable[[House], object] = House.night) -> Outcomes:
    """Play scenarios in one house, all of them up to their next night, until each is at its end.

    Args:
        house: Where; its nights are those that the longest scenario asks for.
        scenarios: What happens between the nights.
        night: What is done where they wait, and what each of them is given back.

    Returns:
        What went wrong in each; None where it came to its end.
    """
    waiting = {scenario: scenario(house) for scenario in scenarios}
    outcomes: dict[Scenario, Exception | None] = dict.fromkeys(scenarios)
    run = None
    while True:
        for scenario, steps in list(waiting.items()):
            try:
                steps.send(run)
            except StopIteration:
                del waiting[scenario]
            except Exception as error:  # the others go on
                outcomes[scenario] = error
                del waiting[scenario]
        if not waiting:
            return outcomes
        run = night(house)


def nights(count: int) -> Night:
    """So many nights pass in which a scenario does nothing."""
    for _ in range(count):
        yield


def planned(house: House) -> set[date]:
    """The months of the next night, without working on them."""
    with house.entered():
        from orchestration.pipeline.planning import months_of_night

        return set(months_of_night(house.place, date.fromisoformat(BUSINESS_DATE)))


def name_of(scenario: Scenario) -> str:
    """What pytest calls the test of a scenario."""
    return scenario.__name__

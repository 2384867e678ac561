"""What is missing or wrong on this machine, and how to mend it. Looks only: nothing is changed.

One small function a subject. Dagster, dbt and DuckDB are imported by the check that asks them, so that one that is
broken is told as a finding and keeps no other from being looked at.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from orchestration.doctor import automation, house, machine
from orchestration.doctor.finding import HINT, OK, WRONG, Finding, first_line, wrong
from orchestration.settings import Settings

__all__ = ["HINT", "OK", "WRONG", "Finding", "examine"]

CHECKS: dict[str, Callable[[Settings], Finding]] = {
    "Python": machine.python,
    "bytecode": machine.bytecode,
    "packages": machine.packages,
    "day": machine.day,
    "data root": machine.root,
    "disk": machine.disk,
    "restricted folders": house.restricted,
    "warehouse": house.warehouse,
    "sheets": house.sheets,
    "months": house.months,
    "dbt": house.dbt,
    "rules": house.rules,
    "layouts": house.layouts,
    "Dagster": automation.dagster,
    "daemon": automation.daemon,
    "schedule and sensor": automation.automation,
    "runs": automation.dead_runs,
    "release": house.release,
}


def examine(place: Settings, subjects: Collection[str] = ()) -> Iterator[Finding]:
    """Look at everything, or some subjects, and tell each as soon as it is known; a check that fails is a finding too.

    Args:
        place: The data root to look at, with the environment as it is.
        subjects: Only these; all where none is given.
    """
    for subject, check in CHECKS.items():
        if subjects and subject not in subjects:
            continue
        try:
            found = check(place)
        except Exception as error:  # whatever is broken: that is what a doctor is asked for
            found = wrong(first_line(error), "mend what else is wrong here first, then look again")
        yield replace(found, subject=subject)

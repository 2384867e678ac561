"""What is missing or wrong on this machine, and how to mend it. Looks only: nothing is changed.

One small function a subject. Dagster, dbt and DuckDB are imported by the check that asks them, so that one that is
broken is reported as a finding and keeps no other from being looked at.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from orchestration.cli.doctor import automation, house, machine
from orchestration.cli.doctor.diagnosis import HINT, OK, WRONG, Diagnosis, first_line, wrong
from orchestration.settings import Settings

__all__ = ["HINT", "OK", "WRONG", "Diagnosis", "examine"]

CHECKS: dict[str, Callable[[Settings], Diagnosis]] = {
    "Python": machine.python,
    "bytecode": machine.bytecode,
    "packages": machine.packages,
    "day": machine.day,
    "engine": machine.engine,
    "data root": machine.root,
    "disk": machine.disk,
    "restricted folders": house.restricted,
    "warehouse": house.warehouse,
    "sheets": house.sheets,
    "set aside": house.aside,
    "months": house.months,
    "logs": house.logs,
    "dbt": house.dbt,
    "rules": house.rules,
    "layouts": house.layouts,
    "Dagster": automation.dagster,
    "daemon": automation.daemon,
    "schedule and sensor": automation.automation,
    "runs": automation.dead_runs,
    "alerts": house.alerts,
    "release": house.release,
    "replica": house.replica,
    "held": house.held,
}


def examine(settings: Settings, subjects: Collection[str] = ()) -> Iterator[Diagnosis]:
    """Look at everything, or some subjects, and tell each as soon as it is known; a check that fails is a finding too.

    Args:
        settings: The data root to look at, with the environment as it is.
        subjects: Only these; all where none is given.
    """
    for subject, check in CHECKS.items():
        if subjects and subject not in subjects:
            continue
        try:
            found = check(settings)
        except Exception as error:  # whatever is broken: that is what a doctor is asked for
            found = wrong(first_line(error), "mend what else is wrong here first, then look again")
        yield replace(found, subject=subject)

"""Every process of the tests works as one of a night does, but for what nobody reads here.

That is the log file of dbt, and reports and site, which take as long as a small night: the night of the sample months
writes them.

With `--durations` the report ends with what the dearest files took of the processor, which other workers beside do not
change as they change what a clock says.
"""

import os
from collections import Counter
from collections.abc import Generator

import pytest
from hypothesis import settings

from orchestration import process

process.tune()
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
os.environ.setdefault("CASEBOOK_PAGES", "none")
# no example fails because other tests kept the machine busy
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

PROCESSOR = "processor seconds"
_spent = {"before": sum(os.times()[:4])}
_of_file: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What this process, and those it started that have ended, took of the processor since the last report."""
    report = yield
    now = sum(os.times()[:4])
    report.user_properties.append((PROCESSOR, now - _spent["before"]))
    _spent["before"] = now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _of_file[report.nodeid.split("::")[0]] += dict(report.user_properties).get(PROCESSOR, 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if shown := terminalreporter.config.getoption("durations"):
        terminalreporter.section(f"{PROCESSOR}, {sum(_of_file.values()):.0f} in all: the dearest files")
        for file, seconds in _of_file.most_common(shown):
            terminalreporter.write_line(f"{seconds:7.1f}  {file}")

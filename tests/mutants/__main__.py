"""`make mutants`: every mutant of the lists, or a sample of them, in a copy of the repository; 1 where one survives."""

import argparse
import importlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from orchestration.settings import REPOSITORY
from tests.mutants import Mutant, read_mutants, rounds, sample

# what is made, and what is of this machine
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", "lake", "warehouse", "dagster", "published", "evaluations", "outbox"
)

# what takes long to import, and is the same for every mutant
LIBRARIES = ("apprise", "dagster", "great_expectations", "hypothesis", "pandas", "typer")
# what pytest prints, and which tests it says fail
SAID, FAILED = "said.txt", "failed.txt"
# pytest warns of plugins that are imported before it begins, and pyproject.toml makes errors of warnings
QUIETLY = ("-n", "0", "-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> int:
    """Print what became of each mutant; 1 where one survived that should not have."""
    asked = _asked()
    mutants = sample([each for each in read_mutants(REPOSITORY) if not each.equivalent], asked.sample, asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(REPOSITORY, Path(folder) / "copy", ignore=LEFT_OUT))
        survivors = _survivors(copy, [each for each in mutants if not each.is_sql], _failing_by_pytest)
        of_sql = [each for each in mutants if each.is_sql]
        if of_sql:
            survivors += _survivors(copy, of_sql, _dbt(copy, Path(folder) / "data"))
    print(f"{len(mutants)} mutants, {len(survivors)} survived")
    return 1 if survivors else 0


def _survivors(copy: Path, mutants: Sequence[Mutant], failing: Callable[[Path, list[str]], list[str]]) -> list[Mutant]:
    """Those that no test noticed, made in the copy and taken back.

    Raises:
        RuntimeError: Tests cannot be run, or fail where nothing was changed: then a failure tells nothing of a mutant.
    """
    survivors, noticing = [], []
    for together in rounds(mutants):
        good = {copy / mutant.file: (copy / mutant.file).read_text("utf-8") for mutant in together}
        for mutant in together:
            path = copy / mutant.file
            path.write_text(mutant.applied(good[path]), "utf-8")
        failed = failing(copy, list(dict.fromkeys(test for mutant in together for test in mutant.tests.split())))
        for path, text in good.items():
            path.write_text(text, "utf-8")
        noticing += failed
        for mutant in together:
            is_noticed = bool(failed) if len(together) == 1 else not {*mutant.tests.split()}.isdisjoint(failed)
            survivors += [] if is_noticed else [mutant]
            print(f"{'killed' if is_noticed else 'survived':<8}  {mutant.file}  {_shown(mutant)}", flush=True)
    if noticing and (always := failing(copy, list(dict.fromkeys(noticing)))):
        raise RuntimeError(f"fails without any change: {' '.join(always)}")
    return survivors


def _failing_by_pytest(copy: Path, tests: list[str]) -> list[str]:
    """The first test that fails in the copy: in a fork of this process, which need not import the libraries again."""
    for library in LIBRARIES:
        importlib.import_module(library)
    child = multiprocessing.get_context("fork").Process(target=_pytest, args=(copy, tests))
    child.start()
    child.join()
    if child.exitcode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run {' '.join(tests)}:\n{(copy / SAID).read_text()}")
    return (copy / FAILED).read_text().splitlines()


def _pytest(copy: Path, tests: list[str]) -> None:
    """What the fork does: forget the package of the checkout, and run the tests on that of the copy."""
    for name in [name for name in sys.modules if name.split(".")[0] in ("orchestration", "tests")]:
        del sys.modules[name]
    os.chdir(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(REPOSITORY)))]
    sys.dont_write_bytecode = True  # bytecode is told apart by size and second only
    said = os.open(copy / SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    try:
        with (copy / FAILED).open("w") as failed:
            status = pytest.main([*QUIETLY, *tests], plugins=[_Failed(failed)])
        os._exit(status)
    except BaseException:  # else the process ends with the status of tests that failed
        traceback.print_exc()
        os._exit(pytest.ExitCode.INTERNAL_ERROR)


class _Failed:
    """Writes down which tests failed."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print(report.nodeid, file=self.file)


def _dbt(copy: Path, root: Path) -> Callable[[Path, list[str]], list[str]]:
    """What names the unit tests of dbt that fail, run in one process beside the tables of a night without sheets."""
    from dbt.cli.main import dbtRunner

    from tests.integration.house import House

    house = House(root)
    (root / "raw").mkdir(parents=True)
    house.built()
    os.environ["CASEBOOK_WAREHOUSE"] = str(house.place.warehouse)
    project = ["--project-dir", str(copy / "dbt_project"), "--profiles-dir", str(copy / "dbt_project")]
    target = ["--target-path", str(root / "dbt"), "--log-path", str(root / "dbt"), "--log-level", "none"]

    def failing(_: Path, tests: list[str]) -> list[str]:
        done = dbtRunner().invoke(["test", "--select", *tests, *project, *target])
        if not done.result or not done.result.results:
            raise RuntimeError(
                f"dbt could not run the unit test {' '.join(tests)}: {done.exception or 'there is none'}"
            )
        return [result.node.name for result in done.result.results if result.status not in ("pass", "success")]

    return failing


def _shown(mutant: Mutant) -> str:
    lines = zip(mutant.old.splitlines() or [""], mutant.new.splitlines() or [""], strict=False)
    old, new = next(((old, new) for old, new in lines if old != new), (mutant.old, mutant.new))
    return f"{' '.join(old.split())} → {' '.join(new.split()) or 'nothing'}"


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="so many of them, drawn")
    parser.add_argument("--seed", type=int, default=1, help="which are drawn")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

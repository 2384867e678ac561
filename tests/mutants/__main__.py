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

import pytest

from orchestration.settings import REPOSITORY
from tests.mutants import Mutant, read_mutants, sample

# what is made, and what is of this machine
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", "lake", "warehouse", "dagster", "published", "evaluations", "outbox"
)

# what takes long to import, and is the same for every mutant
LIBRARIES = ("apprise", "dagster", "great_expectations", "hypothesis", "pandas", "typer")
SAID = "said.txt"
# pytest warns of plugins that are imported before it begins, and pyproject.toml makes errors of warnings
QUIETLY = ("-n", "0", "-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> int:
    """Print what became of each mutant; 1 where one survived that should not have."""
    asked = _asked()
    mutants = sample([each for each in read_mutants(REPOSITORY) if not each.equivalent], asked.sample, asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(REPOSITORY, Path(folder) / "copy", ignore=LEFT_OUT))
        survivors = _survivors(copy, [each for each in mutants if not each.is_sql], _is_noticed_by_pytest)
        of_sql = [each for each in mutants if each.is_sql]
        if of_sql:
            survivors += _survivors(copy, of_sql, _dbt(copy, Path(folder) / "data"))
    print(f"{len(mutants)} mutants, {len(survivors)} survived")
    return 1 if survivors else 0


def _survivors(copy: Path, mutants: Sequence[Mutant], is_noticed: Callable[[Path, str], bool]) -> list[Mutant]:
    """Those that no test noticed, each made in the copy and taken back.

    Raises:
        RuntimeError: Tests cannot be run, or fail where nothing was changed: then a failure tells nothing of a mutant.
    """
    survivors = []
    passing: set[str] = set()
    for mutant in mutants:
        if mutant.tests not in passing and is_noticed(copy, mutant.tests):
            raise RuntimeError(f"{mutant.tests} fails without any change")
        passing.add(mutant.tests)
        path = copy / mutant.file
        good = path.read_text("utf-8")
        path.write_text(mutant.applied(good), "utf-8")
        if not is_noticed(copy, mutant.tests):
            survivors.append(mutant)
        path.write_text(good, "utf-8")
        print(f"{'survived' if mutant in survivors else 'killed':<8}  {mutant.file}  {_shown(mutant)}", flush=True)
    return survivors


def _is_noticed_by_pytest(copy: Path, tests: str) -> bool:
    """Whether pytest fails in the copy: in a fork of this process, which need not import the libraries again."""
    for library in LIBRARIES:
        importlib.import_module(library)
    child = multiprocessing.get_context("fork").Process(target=_pytest, args=(copy, tests))
    child.start()
    child.join()
    if child.exitcode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run {tests}:\n{(copy / SAID).read_text()}")
    return child.exitcode == pytest.ExitCode.TESTS_FAILED


def _pytest(copy: Path, tests: str) -> None:
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
        os._exit(pytest.main([*QUIETLY, *tests.split()]))
    except BaseException:  # else the process ends with the status of tests that failed
        traceback.print_exc()
        os._exit(pytest.ExitCode.INTERNAL_ERROR)


def _dbt(copy: Path, root: Path) -> Callable[[Path, str], bool]:
    """Whether dbt's unit tests fail, in one process, beside the tables of a night without sheets."""
    from dbt.cli.main import dbtRunner

    from tests.integration.house import House

    house = House(root)
    (root / "raw").mkdir(parents=True)
    house.built()
    os.environ["CASEBOOK_WAREHOUSE"] = str(house.place.warehouse)
    project = ["--project-dir", str(copy / "dbt_project"), "--profiles-dir", str(copy / "dbt_project")]
    target = ["--target-path", str(root / "dbt"), "--log-path", str(root / "dbt"), "--log-level", "none"]

    def is_noticed(_: Path, tests: str) -> bool:
        done = dbtRunner().invoke(["test", "--select", *tests.split(), *project, *target])
        if not done.result or not done.result.results:
            raise RuntimeError(f"dbt could not run the unit test {tests}: {done.exception or 'there is none'}")
        return not done.success

    return is_noticed


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

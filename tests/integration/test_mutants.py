"""Whether a small change is noticed: tests that fail for another reason, or cannot be run, tell nothing of it."""

import shutil
from pathlib import Path

import pytest

from orchestration.settings import REPOSITORY
from tests.mutants import Mutant
from tests.mutants.__main__ import _failing_by_pytest, _survivors

TESTS = "tests/test_sum.py"
NOTICED = Mutant("orchestration/sum.py", "one + other", "one - other", TESTS)
EQUIVALENT = Mutant("orchestration/sum.py", "one + other", "other + one", TESTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository of one function and one test of it, with the settings of ours."""
    for path, text in {
        "orchestration/sum.py": "def added(one, other):\n    return one + other\n",
        TESTS: "from orchestration.sum import added\n\n\ndef test_added():\n    assert added(1, 2) == 3\n",
    }.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def test_what_a_test_notices_is_killed_and_what_changes_nothing_survives(copy: Path) -> None:
    assert _survivors(copy, [NOTICED, EQUIVALENT], _failing_by_pytest) == [EQUIVALENT]
    assert "one + other" in (copy / "orchestration/sum.py").read_text()


@pytest.mark.parametrize(
    ("test", "said"),
    [("assert False", "fails without any change"), ("assert (", "could not run"), (None, "could not run")],
)
def test_tests_that_do_not_pass_by_themselves_tell_nothing(copy: Path, test: str | None, said: str) -> None:
    if test is None:
        (copy / TESTS).unlink()
    else:
        (copy / TESTS).write_text(f"def test_added():\n    {test}\n")
    with pytest.raises(RuntimeError, match=said):
        _survivors(copy, [NOTICED], _failing_by_pytest)

"""The lists of mutants cannot rot: what each changes stands exactly once where it is made, and changes it."""

import pytest

from orchestration.settings import REPOSITORY
from tests.mutants import Mutant, read_mutants, rounds, sample


def test_every_mutant_changes_what_stands_once() -> None:
    mutants = read_mutants(REPOSITORY)  # raises where a text of the package or of a declaration is not there
    texts = {mutant.file: (REPOSITORY / mutant.file).read_text("utf-8") for mutant in mutants}
    assert [mutant for mutant in mutants if texts[mutant.file].count(mutant.old) != 1] == []
    assert [mutant for mutant in mutants if mutant.old == mutant.new] == []
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in mutants}) == len(mutants) > 150


def test_every_mutant_has_tests_there_are() -> None:
    properties = (REPOSITORY / "dbt_project").rglob("*.yml")
    dbt = "\n".join(path.read_text("utf-8") for path in properties)
    for mutant in read_mutants(REPOSITORY):
        for name in mutant.tests.split():
            assert f"- name: {name}\n" in dbt if mutant.is_sql else (REPOSITORY / name.split("::")[0]).exists(), name


def test_a_sample_is_drawn_and_the_same_for_the_same_seed() -> None:
    mutants = [Mutant("a", str(number), "b", "c") for number in range(50)]
    assert len(set(sample(mutants, 10, 1))) == 10
    assert sample(mutants, 10, 1) == sample(mutants, 10, 1) != sample(mutants, 10, 2)
    assert sample(mutants, None, 1) == mutants


def test_mutants_of_several_models_are_made_at_once_and_all_others_alone() -> None:
    files = ("models/a", "models/b", "models/a", "macros/c", "models/c", "macros/c")
    mutants = [Mutant(f"dbt_project/{file}.sql", str(number), "", "") for number, file in enumerate(files)]
    mutants += [Mutant("orchestration/models/a.py", "6", "", "")]
    assert [[mutant.old for mutant in together] for together in rounds(mutants)] == [
        ["0", "1", "4"], ["2"], ["3"], ["5"], ["6"],
    ]  # fmt: skip


def test_a_text_that_does_not_stand_once_is_no_mutant() -> None:
    with pytest.raises(ValueError, match="stands 2 times"):
        Mutant("a", "x", "y", "c").applied("x x")

"""`make mutants`: small changes of what decides, made in a copy, and whether a fast test notices.

Mutants are data: `sql.yml` (a model or macro, and the unit tests of dbt that must fail), `python.yml` (a text that
stands once in the package, and the files of tests) and `rules.yml` (a rule, and what is changed in its declaration).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
RULES_TESTS = "tests/unit/test_rules.py"


@dataclass(frozen=True)
class Mutant:
    """One small change.

    Attributes:
        file: Where it is made, from the root of the repository.
        old: A text that stands exactly once there.
        new: What stands there instead.
        tests: What must fail: files of tests, or unit tests of dbt.
        equivalent: Why nothing can fail, where the change changes nothing.
    """

    file: str
    old: str
    new: str
    tests: str
    equivalent: str = ""

    @property
    def is_sql(self) -> bool:
        """Whether dbt's unit tests must notice it."""
        return self.file.startswith("dbt_project/")

    @property
    def is_of_model(self) -> bool:
        """Whether it is of one model of dbt's, whose unit tests are given all that it reads."""
        return self.file.startswith("dbt_project/models/")

    def applied(self, text: str) -> str:
        """A text with the change made.

        Raises:
            ValueError: The old text does not stand there exactly once.
        """
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file}: stands {text.count(self.old)} times, once was expected: {self.old}")
        return text.replace(self.old, self.new)


def read_mutants(root: Path) -> list[Mutant]:
    """Every mutant of the lists, with the file it is made in.

    Raises:
        LookupError: No file, or more than one, holds what a mutant changes.
    """
    sql = [Mutant(**entry) for entry in _entries("sql")]
    package = sorted(path for path in (root / "orchestration").rglob("*.*") if path.suffix in (".py", ".sql"))
    modules = {path: path.read_text("utf-8") for path in package}
    python = [Mutant(_only(root, modules, entry["old"]), **entry) for entry in _entries("python")]
    return [*sql, *python, *_of_rules(root)]


def sample(mutants: Sequence[Mutant], count: int | None, seed: int) -> list[Mutant]:
    """So many of them, drawn; all where no count is given."""
    return list(mutants) if count is None else random.Random(seed).sample(mutants, min(count, len(mutants)))


def rounds(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """Mutants that can be made at once: of a model each, whose tests no other model changes; any other one alone."""
    made: list[list[Mutant]] = []
    for mutant in mutants:
        fitting = (
            each for each in made
            if mutant.is_of_model and all(other.is_of_model and other.file != mutant.file for other in each)
        )  # fmt: skip
        beside = next(fitting, None)
        if beside is None:
            made.append([mutant])
        else:
            beside.append(mutant)
    return made


def _of_rules(root: Path) -> Iterator[Mutant]:
    files = {path: path.read_text("utf-8") for path in sorted((root / "expectations").glob("*.yml"))}
    for entry in _entries("rules"):
        head = f"- id: {entry['rule']}\n"
        file = _only(root, files, head)
        declaration = head + (root / file).read_text("utf-8").split(head)[1].split("\n- id: ")[0]
        changed = Mutant(file, entry["old"], entry["new"], RULES_TESTS).applied(declaration)
        yield Mutant(file, declaration, changed, RULES_TESTS)


def _entries(name: str) -> list[dict[str, str]]:
    return yaml.load((HERE / f"{name}.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)


def _only(root: Path, texts: dict[Path, str], old: str) -> str:
    holding = [path for path, text in texts.items() if text.count(old) == 1]
    if len(holding) != 1:
        raise LookupError(f"stands in {len(holding)} files, one was expected: {old}")
    return str(holding[0].relative_to(root))

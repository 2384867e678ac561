"""How well figures are read out of reports: what was proposed beside what a person read, figure by figure.

`reports/` holds invented reports in the shapes of real ones, each beside what a person reads in it. Real reports and
their figures are compared alike where they lie beside the project.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.printed.context import Figure
from orchestration.printed.pages import sentences
from orchestration.printed.reader import Reader
from orchestration.printed.vocabulary import Vocabulary

REPORTS = Path(__file__).with_name("reports")
COMPARED = ("period_start", "period_end", "measure", "party", "category", "value", "unit", "hedge")
# some are told as deaths of a cause, which is the same as deaths by a part of the other parties
SAME = {("deaths_gunfire_unidentified", "other"): ("deaths", "other/gunfire_unidentified")}

Key = tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What was read of one report.

    Attributes:
        name: Its name.
        right: Figures that were read as a person reads them.
        missed: Figures that a person reads in it, and that were not proposed.
        invented: Figures that were proposed, and that nobody else reads in it, with their sentences.
    """

    name: str
    right: frozenset[Key]
    missed: frozenset[Key]
    invented: dict[Key, str]


def ratios(results: list[Result]) -> tuple[float, float]:
    """Precision and recall of some reports together."""
    right = sum(len(result.right) for result in results)
    invented = sum(len(result.invented) for result in results)
    missed = sum(len(result.missed) for result in results)
    return right / max(right + invented, 1), right / max(right + missed, 1)


def compared(file: Path, vocabulary: Vocabulary, expected: set[Key], published: date | None = None) -> Result:
    """Read a report, and compare."""
    reader = Reader(vocabulary, sentences(file), published).read()
    proposed = {_key(vocabulary, **_cells(figure)): figure.sentence.text for figure in reader.figures}
    found = frozenset(proposed)
    invented = {key: proposed[key] for key in sorted(found - expected)}
    return Result(file.name, found & expected, frozenset(expected - found), invented)


def expected_of(path: Path, vocabulary: Vocabulary, document: str | None = None) -> set[Key]:
    """The figures of a sheet, or of one document in it."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if document is None or row["document"] == document]
    return {_key(vocabulary, **{name: row[name] for name in COMPARED}) for row in rows}


def invented_reports(vocabulary: Vocabulary) -> Iterator[Result]:
    """What is read of the reports that stand here."""
    for path in sorted(REPORTS.glob("*.csv")):
        (report,) = (file for file in REPORTS.glob(f"{path.stem}.*") if file.suffix != ".csv")
        yield compared(report, vocabulary, expected_of(path, vocabulary))


def _cells(figure: Figure) -> dict[str, str]:
    return {
        "period_start": str(figure.period.first),
        "period_end": str(figure.period.last),
        "value": str(figure.value),
        **{name: getattr(figure, name) for name in ("measure", "party", "category", "unit", "hedge")},
    }


def _key(vocabulary: Vocabulary, **cells: str) -> Key:
    """What is compared of a figure; a governorate is the same by any of its spellings."""
    kind, _, name = cells["category"].partition(":")
    if kind == "gov":
        (mark,) = vocabulary.marks([name])[0]
        cells["category"] = f"gov:{mark.code('governorate')}"
    measure, party = SAME.get((cells["measure"], cells["party"]), (cells["measure"], cells["party"]))
    cells |= {"measure": measure, "party": party, "value": f"{float(cells['value']):g}"}
    return tuple(cells[name] for name in COMPARED)

"""`make reading`: precision and recall of what is read out of reports, with each figure missed and each invented."""

import sys
from collections.abc import Iterator
from datetime import date

from orchestration.printed.vocabulary import Vocabulary
from orchestration.settings import REPOSITORY
from tests.reading import Result, compared, expected_of, invented_reports, ratios

SHARED = REPOSITORY.parent / "shared"
# the day of a report that does not say it
PUBLISHED = {"003": date(2025, 3, 10)}
# what is asked of all real reports together
PRECISION, RECALL = 0.99, 0.95


def main() -> int:
    """Print what was read; 1 where it is worse than what is asked."""
    vocabulary = Vocabulary(REPOSITORY / "data")
    print("Invented reports")
    invented = _told(invented_reports(vocabulary))
    print("Printed reports")
    if not SHARED.is_dir():
        print(f"  none: {SHARED} is not there")
        return 0 if invented == (1, 1) else 1
    precision, recall = _told(_printed(vocabulary))
    return 0 if invented == (1, 1) and precision >= PRECISION and recall >= RECALL else 1


def _printed(vocabulary: Vocabulary) -> Iterator[Result]:
    for file in sorted((SHARED / "documents").glob("*.txt")):
        name = file.name[:3]
        yield compared(file, vocabulary, _figures_of(vocabulary, name), PUBLISHED.get(name))


def _figures_of(vocabulary: Vocabulary, document: str) -> set[tuple[str, ...]]:
    return expected_of(SHARED / "stated_figures.csv", vocabulary, document)


def _told(results: Iterator[Result]) -> tuple[float, float]:
    listed = []
    for result in results:
        listed.append(result)
        precision, recall = ratios([result])
        print(f"  {result.name}  {len(result.right)} right  precision {precision:.3f}  recall {recall:.3f}")
        for key in sorted(result.missed):
            print(f"    missed    {' '.join(key)}")
        for key, sentence in result.invented.items():
            print(f"    invented  {' '.join(key)}  {sentence[:120]}")
    precision, recall = ratios(listed)
    print(f"  in all  precision {precision:.3f}  recall {recall:.3f}")
    return precision, recall


if __name__ == "__main__":
    sys.exit(main())

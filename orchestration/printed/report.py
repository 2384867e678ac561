"""A report read: rows of a sheet of stated figures, each with its sentence, and what was not understood."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.printed.context import Figure
from orchestration.printed.pages import Sentence, sentences
from orchestration.printed.reader import Reader
from orchestration.printed.vocabulary import Vocabulary

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What was read of a report.

    Attributes:
        published: Its day; None where it does not say one.
        first: The first day of what it is of; None where it is of no month.
        last: The last day of that.
        figures: A row each, in the columns of a sheet of stated figures, with page and sentence.
        not_understood: A row each: number, why, page, sentence.
    """

    published: date | None
    first: date | None
    last: date | None
    figures: list[Row]
    not_understood: list[Row]


def read_report(file: Path, root: Path, published: date | None = None, document: str = "", outlet: str = "") -> Report:
    """Read a report: text, HTML, or a PDF that has text. Nothing is written, and nothing of the data root is changed.

    Args:
        file: The report.
        root: The data root, whose own parties and taught words are known too.
        published: The day of the report, where it does not say it.
        document: By what the sheet calls the report; where not given, its name.
        outlet: Who printed it, where that is not who claims its figures.

    Raises:
        ReportError: It is no text, or there is none in it.
        OSError: It cannot be read.
    """
    return read_sentences(sentences(file), Vocabulary(root), published, document or file.stem, outlet)


def read_sentences(
    listed: list[Sentence], vocabulary: Vocabulary, published: date | None, document: str, outlet: str = ""
) -> Report:
    """The same of sentences."""
    reader = Reader(vocabulary, listed, published)
    reader.read()
    main = reader.context.calendar.main
    return Report(
        reader.published,
        main.first if main else None,
        main.last if main else None,
        list(_rows(reader, document, outlet)),
        list(_rest(reader)),
    )


def _rows(reader: Reader, document: str, outlet: str) -> Iterator[Row]:
    """The rows of the figures. A sheet tells them by where they stand: of two alike, the second stands at (2)."""
    stood: Counter[tuple[object, ...]] = Counter()
    for figure in reader.figures:
        place = (figure.location, *figure.of, figure.party, figure.category, figure.unit, figure.claimant)
        stood[place] += 1
        row = _row(figure, document, outlet, reader.published)
        yield row if stood[place] == 1 else row | {"location": f"{figure.location} ({stood[place]})"}


def _row(figure: Figure, document: str, outlet: str, published: date | None) -> Row:
    return {
        "document": document,
        "location": figure.location,
        "period_start": figure.period.first,
        "period_end": figure.period.last,
        "measure": figure.measure,
        "party": figure.party,
        "category": figure.category,
        "value": int(figure.value) if figure.value == int(figure.value) else figure.value,
        "unit": figure.unit,
        "hedge": figure.hedge,
        "claimant": figure.claimant or None,
        "outlet": outlet or None,
        "scope": None,
        "published_on": published,
        "page": figure.sentence.page,
        "sentence": figure.sentence.text,
    }


def _rest(reader: Reader) -> Iterator[Row]:
    for each in reader.not_understood:
        yield {"number": each.number, "why": each.reason, "page": each.sentence.page, "sentence": each.sentence.text}

"""Reports on a period, as PDF and HTML, in English and Arabic: of one release, and read back before they are kept."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from orchestration import files
from orchestration.language import LANGUAGES
from orchestration.publish import release
from orchestration.publish.periods import parse_period
from orchestration.publish.release import ReadBackError
from orchestration.report import content, figures
from orchestration.report.document import Document
from orchestration.report.figures import Figures
from orchestration.report.rendering import as_html, as_pdf, is_still, read_back
from orchestration.settings import Settings

__all__ = ["LANGUAGES", "ReadBackError", "Written", "reports_in", "write", "write_of_run"]

# of a run over many months so many, the last, have their reports written with it: each takes a second of work
MOST = 12
OF_RUN = """
    select strftime(month, '%Y-%m') as month, standing = 'held' as is_held
    from marts.dim_months semi join received.run using (month) order by month desc
"""


def write(settings: Settings, period: str, language: str, folder: Path, is_draft: bool = False) -> list[Path]:
    """Write the report on a period.

    Args:
        settings: Where the release lies.
        period: A month, a half, a year, or a year up to a month, as `casebook figures` takes it.
        language: `en` or `ar`.
        folder: Where to.
        is_draft: Whether it is marked as a draft; one of a month that is held is, anyway.

    Returns:
        The HTML file and the PDF.

    Raises:
        FileNotFoundError: Nothing has been released yet.
        LookupError: The release has no figures of the period.
        ReadBackError: What was made says otherwise than the release; no file is written.
        ValueError: The period cannot be read.
    """
    about = release.required(settings)
    with figures.opened(release.file_of(settings, about)) as found:
        document = content.write(found, period, language, about, is_draft)
        places = _places(folder, period, document)
        _write(places, document, found)
    return places


def _places(folder: Path, period: str, document: Document) -> list[Path]:
    """Where a report is written: as page, and as PDF."""
    name = f"{period.replace('/', '_')}-{document.language}{'-draft' if document.draft else ''}"
    return [folder / f"{name}.html", folder / f"{name}.pdf"]


def reports_in(folder: Path, language: str) -> dict[str, list[Path]]:
    """The reports of a language that lie in a folder, drafts aside: PDF and page of each, by period, latest first."""
    found: dict[str, list[Path]] = {}
    for printed in folder.glob(f"*-{language}.pdf"):
        period = printed.stem.removesuffix(f"-{language}").replace("_", "/")
        with suppress(ValueError):  # somebody's own file
            parse_period(period)
            found[period] = [path for path in (printed, printed.with_suffix(".html")) if path.exists()]
    return dict(sorted(found.items(), key=lambda each: parse_period(each[0])[1:], reverse=True))


def _write(places: Sequence[Path], document: Document, found: Figures) -> None:
    pdf = as_pdf(document)
    html = as_html(document, pdf)
    if problems := read_back(html, pdf, found):
        raise ReadBackError("; ".join(problems))
    page, printed = places
    files.write(printed, pdf)
    files.write(page, html)


def _is_written(places: Sequence[Path], document: Document) -> bool:
    """Whether there is nothing to write but the name of the release: night after night a month is what it was."""
    page, printed = places
    return page.exists() and printed.exists() and is_still(document, page.read_text("utf-8"), printed.read_bytes())


@dataclass
class Written:
    """What became of the reports on the months of a run.

    Attributes:
        files: Those that were written.
        unchanged: Those that said already what they would say now, and stayed.
        held: Months that are held: their reports stay as they were.
        left_out: Earlier months of a run over many.
        problems: What a report would have said otherwise than the release, a sentence each; it was not written.
    """

    files: list[Path] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def write_of_run(settings: Settings) -> Written:
    """Write the reports on the months of the run that cut the release, in every language, into `reports/`.

    One that would say nothing new but the name of the release stays, and goes on naming the one it was written of.

    Args:
        settings: Where the release lies.

    Raises:
        OSError: The folder cannot be written.
    """
    about = release.required(settings)
    with figures.opened(release.file_of(settings, about)) as found:
        months = found.rows(OF_RUN)
        written = Written(held=[row["month"] for row in months if row["is_held"]])
        due = [row["month"] for row in months if not row["is_held"] and found.number("deaths", row["month"])]
        written.left_out = due[MOST:]
        for month, language in product(due[:MOST], LANGUAGES):
            document = content.write(found, month, language, about, is_draft=False)
            places = _places(settings.reports, month, document)
            if _is_written(places, document):
                written.unchanged += places
                continue
            try:
                _write(places, document, found)
            except ReadBackError as error:
                written.problems.append(f"{month}, {language}: {error}")
            else:
                written.files += places
    return written

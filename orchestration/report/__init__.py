"""Reports on a period, as PDF and HTML, in English and Arabic: of one release, and read back before they are kept."""

from dataclasses import dataclass, field
from pathlib import Path

from orchestration import files
from orchestration.language import LANGUAGES
from orchestration.publish import release
from orchestration.publish.release import ReadBackError
from orchestration.report import content, figures
from orchestration.report.rendering import as_html, as_pdf, read_back
from orchestration.settings import Settings

__all__ = ["LANGUAGES", "ReadBackError", "Written", "write", "write_of_run"]

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
    with figures.opened(settings.release) as found:
        document = content.write(found, period, language, about, is_draft)
        html, pdf = as_html(document), as_pdf(document)
        if problems := read_back(html, pdf, found):
            raise ReadBackError("; ".join(problems))
    name = f"{period.replace('/', '_')}-{language}{'-draft' if document.draft else ''}"
    page, printed = folder / f"{name}.html", folder / f"{name}.pdf"
    files.write(page, html)
    files.write(printed, pdf)
    return [page, printed]


@dataclass
class Written:
    """What became of the reports on the months of a run.

    Attributes:
        files: Those that were written.
        held: Months that are held: their reports stay as they were.
        left_out: Earlier months of a run over many.
        problems: What a report would have said otherwise than the release, a sentence each; it was not written.
    """

    files: list[Path] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def write_of_run(settings: Settings) -> Written:
    """Write the reports on the months of the run that cut the release, in every language, into `reports/`.

    Args:
        settings: Where the release lies.

    Raises:
        OSError: The folder cannot be written.
    """
    with figures.opened(settings.release) as found:
        months = found.rows(OF_RUN)
        written = Written(held=[row["month"] for row in months if row["is_held"]])
        due = [row["month"] for row in months if not row["is_held"] and found.number("deaths", row["month"])]
    written.left_out = due[MOST:]
    for month in due[:MOST]:
        for language in LANGUAGES:
            try:
                written.files += write(settings, month, language, settings.reports)
            except ReadBackError as error:
                written.problems.append(f"{month}, {language}: {error}")
    return written

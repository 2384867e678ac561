"""Reports on a period, as PDF and HTML, in English and Arabic: of one release, and read back before they are kept."""

from pathlib import Path

from orchestration import files
from orchestration.language import LANGUAGES
from orchestration.publish import release
from orchestration.report import content, figures
from orchestration.report.rendering import as_html, as_pdf, read_back
from orchestration.settings import Settings

__all__ = ["LANGUAGES", "ReadBackError", "write"]


class ReadBackError(Exception):
    """A finished report says otherwise than the release; the message names each number."""


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
    about = release.about(settings)
    if about is None:
        raise FileNotFoundError("nothing has been released yet: start with `casebook nightly`")
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

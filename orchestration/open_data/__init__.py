"""Open data of the current release: tables for whoever loads files without asking, of one release and read back.

What is open is said in this room: figures by `open_breakdowns.csv`, columns by `tables.sql`. Nothing is counted here,
and nothing of one person leaves the release: no record of one, no number of a record, nothing that tells one.
"""

from pathlib import Path

from orchestration import files
from orchestration.open_data import package, tables
from orchestration.open_data.package import DESCRIPTOR, WORKBOOK, TermsError
from orchestration.open_data.reading_back import problems_of
from orchestration.open_data.tables import EarlierReleaseError, opened
from orchestration.publish import release
from orchestration.publish.release import ReadBackError
from orchestration.settings import Settings

__all__ = [
    "DESCRIPTOR", "WORKBOOK", "EarlierReleaseError", "ReadBackError", "TermsError", "opened", "problems_of", "write",
]  # fmt: skip


def write(settings: Settings, folder: Path | None = None) -> Path:
    """Write the open data of the current release, read them back, and put them in the place of those before.

    Args:
        settings: Where the release lies.
        folder: Where to; `open/` in the data root where None.

    Returns:
        The folder.

    Raises:
        EarlierReleaseError: The release was made by a version that did not have all of it.
        FileNotFoundError: Nothing has been released yet.
        OSError: The folder cannot be written.
        PlaceError: The folder holds something else.
        ReadBackError: What was written does not agree with itself; those before stay.
        TermsError: `open_data.yml` cannot be understood.
    """
    release.required(settings)
    place = folder or settings.open_data
    terms = package.terms_of(settings)
    with files.new_folder(place, package.DESCRIPTOR) as beside:
        about = release.required(settings)  # by now, since another may have been writing until now
        with tables.made(settings, about) as connection:
            package.write(connection, beside, about, terms)
        if problems := problems_of(beside):
            raise ReadBackError("; ".join(problems))
    return place

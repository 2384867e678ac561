"""Open data of the current release: tables for whoever loads files without asking, of one release and read back.

What is open is said in this room: figures by `open_breakdowns.csv`, columns by `tables.sql`. Nothing is counted here,
and nothing of one person leaves the release: no record of one, no number of a record, no cell that is small.
"""

import shutil
from pathlib import Path

from orchestration import files
from orchestration.open_data import package, tables
from orchestration.open_data.package import TermsError
from orchestration.open_data.reading_back import problems_of
from orchestration.open_data.tables import EarlierReleaseError
from orchestration.publish import release
from orchestration.settings import Settings

__all__ = ["EarlierReleaseError", "ReadBackError", "TermsError", "problems_of", "write"]

CURRENT = "current"


class ReadBackError(Exception):
    """What was written does not agree with itself; the message says what."""


def write(settings: Settings, folder: Path) -> Path:
    """Write the open data of the current release, read them back, and make them the ones that people find.

    Args:
        settings: Where the release lies.
        folder: Where to: a folder of the release's name, and `current`, which leads to it. In the data root the ones of
            earlier releases go.

    Returns:
        The folder of the release.

    Raises:
        EarlierReleaseError: The release was made by a version that did not have all of it.
        FileNotFoundError: Nothing has been released yet.
        OSError: The folder cannot be written.
        ReadBackError: What was written does not agree with itself; nothing is switched in.
        TermsError: `open_data.yml` cannot be understood.
    """
    about = release.about(settings)
    if about is None:
        raise FileNotFoundError("nothing has been released yet: start with `casebook nightly`")
    terms = package.terms_of(settings)
    place, unfinished = folder / about["release"], folder / f".{about['release']}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with tables.made(settings, about) as connection:
        package.write(connection, unfinished, about, terms)
    if problems := problems_of(unfinished):
        raise ReadBackError("; ".join(problems))
    shutil.rmtree(place, ignore_errors=True)
    unfinished.rename(place)
    files.switch(folder / CURRENT, place.name)
    if folder == settings.open_data:
        for other in folder.iterdir():
            if other.is_dir() and not other.is_symlink() and other != place:
                shutil.rmtree(other)
    return place

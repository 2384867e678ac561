"""The public site: the current release as a folder of pages with charts, in two languages, that need no server."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files, open_data
from orchestration.language import LANGUAGES
from orchestration.publish import release
from orchestration.publish.release import ReadBackError
from orchestration.report.figures import Figures
from orchestration.settings import Settings
from orchestration.site import beside, data, pages

__all__ = ["write"]

# says of a folder that it is a site, and of which release
MARK = "site.json"
HERE = Path(__file__).parent


def write(settings: Settings, folder: Path | None = None) -> Path:
    """Write the site of the current release, and put it in the place of the one before.

    Args:
        settings: Where the release lies.
        folder: Where to; `site/` in the data root where None.

    Returns:
        The first page.

    Raises:
        FileNotFoundError: Nothing has been released yet.
        EarlierReleaseError: The release was made by a version that did not have all of it.
        LookupError: The release has no month of deaths to show.
        ReadBackError: What was written says otherwise than the release.
        PlaceError: The folder holds something else.
        OSError: The folder cannot be written.
    """
    release.required(settings)
    place = folder or settings.site
    try:
        with files.new_folder(place, MARK) as new:
            _fill(settings, place, new)
    except duckdb.BinderException:
        raise open_data.EarlierReleaseError from None
    return place / pages.PAGES[LANGUAGES[0]]


def _fill(settings: Settings, place: Path, folder: Path) -> None:
    """Write all of the site of a place into an empty folder, and read it back."""
    about = release.required(settings)
    with open_data.opened(release.file_of(settings, about), settings.memory) as connection:
        found = Figures(connection)
        _write(folder, found, about, {each: beside.found(settings, place, each, about) for each in LANGUAGES})
        if problems := data.otherwise(folder, found):
            raise ReadBackError("; ".join(problems))


def _write(folder: Path, found: Figures, about: Mapping[str, Any], linked: Mapping[str, beside.Beside]) -> None:
    measures = data.write(found, folder / "data")
    downloads = data.write_downloads(found, folder)
    for language in LANGUAGES:
        page = pages.page(found, language, about, measures, downloads, linked[language])
        (folder / pages.PAGES[language]).write_text(page, "utf-8")
    (folder / "site.css").write_text(pages.style(), "utf-8")
    shutil.copyfile(HERE / "site.js", folder / "site.js")
    (folder / MARK).write_text(json.dumps({name: about[name] for name in ("release", "business_date")}, default=str))

"""The public site: the current release as a folder of pages with charts, in two languages, that need no server."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration import files
from orchestration.language import LANGUAGES
from orchestration.publish import release
from orchestration.report import ReadBackError, figures
from orchestration.report.figures import Figures
from orchestration.settings import Settings
from orchestration.site import data, pages

__all__ = ["SiteError", "write"]

# says of a folder that it is a site, and of which release
MARK = "site.json"
HERE = Path(__file__).parent


class SiteError(Exception):
    """The site cannot be written there, or of this release; the message says why in one sentence."""


def write(settings: Settings, folder: Path | None = None) -> Path:
    """Write the site of the current release, and put it in the place of the one before in one step.

    Args:
        settings: Where the release lies.
        folder: Where to; `site/` in the data root where None.

    Returns:
        The first page.

    Raises:
        FileNotFoundError: Nothing has been released yet.
        LookupError: The release has no month of deaths to show.
        ReadBackError: What was written says otherwise than the release.
        SiteError: The release is of an earlier version, or the folder holds something else.
        OSError: The folder cannot be written.
    """
    about, place = release.about(settings), folder or settings.site
    if about is None:
        raise FileNotFoundError("nothing has been released yet: start with `casebook nightly`")
    if place.exists() and not (place / MARK).exists() and (place.is_file() or any(place.iterdir())):
        raise SiteError(f"{place} holds something else than a site: name a folder that is empty, or not there yet")
    try:
        with files.new_folder(place) as beside, figures.opened(settings.release) as found:
            _fill(beside, found, about)
            if problems := data.otherwise(beside, found):
                raise ReadBackError("; ".join(problems))
    except duckdb.BinderException:
        raise SiteError(
            "the release was cut by an earlier version: the next `casebook nightly` cuts one anew"
        ) from None
    return place / pages.PAGES[LANGUAGES[0]]


def _fill(folder: Path, found: Figures, about: Mapping[str, Any]) -> None:
    measures = data.write(found, folder / "data")
    downloads = data.write_downloads(found, folder)
    for language in LANGUAGES:
        (folder / pages.PAGES[language]).write_text(pages.page(found, language, about, measures, downloads), "utf-8")
    (folder / "site.css").write_text(pages.style(), "utf-8")
    shutil.copyfile(HERE / "site.js", folder / "site.js")
    (folder / MARK).write_text(json.dumps({name: about[name] for name in ("release", "business_date")}, default=str))

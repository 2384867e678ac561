"""What lies beside the site, on disk as on a host, and its pages link to: reports, and open data of its release."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import open_data, report
from orchestration.settings import Settings

# of open data, what says of the rest where it is
SHOWN = (open_data.WORKBOOK, open_data.DESCRIPTOR, "README.txt", "CITATION.txt", "LICENCE.txt")


@dataclass(frozen=True)
class Beside:
    """Addresses relative to the pages.

    Attributes:
        reports: By period, latest first, of the language of a page.
        data: Files of open data.
    """

    reports: Mapping[str, list[str]]
    data: list[str]


def found(settings: Settings, place: Path, language: str, about: Mapping[str, Any]) -> Beside:
    """What there is beside a site.

    Args:
        settings: How the folders are called.
        place: The folder of the site.
        language: `en` or `ar`.
        about: What the release says of itself.
    """
    reports, data = (place.parent / each.name for each in (settings.reports, settings.open_data))
    described = data / open_data.DESCRIPTOR
    is_of_it = described.exists() and json.loads(described.read_text("utf-8")).get("version") == about["release"]
    return Beside(
        {
            period: [f"../{reports.name}/{path.name}" for path in paths]
            for period, paths in report.reports_in(reports, language).items()
        },
        [f"../{data.name}/{name}" for name in SHOWN if is_of_it],
    )

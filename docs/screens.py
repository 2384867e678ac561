"""Takes the pictures of site.md: the site of the data root in a browser, in each language and width: `make screens`."""

from pathlib import Path

from orchestration.report.document import LANGUAGES
from orchestration.settings import read_settings
from orchestration.site.pages import PAGES
from tests import browser

DOCS = Path(__file__).parent
# so wide, and so high that each shows headline, filters and charts; the pictures are half as wide as a desk's screen
SIZES = {1440: (1900, 0.6), 390: (1700, 1)}


def main() -> None:
    """Takes the pictures."""
    with browser.opened() as page:
        for language in LANGUAGES:
            for width, (height, scale) in SIZES.items():
                page.looks(width)
                page.open(f"file://{read_settings().site}/{PAGES[language]}")
                picture = page.picture(width, height, scale)
                (DOCS / f"site-{language}-{width}.webp").write_bytes(picture)


if __name__ == "__main__":
    main()

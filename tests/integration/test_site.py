"""The site of the sample in a real browser: what is on the screen is what the release has, and nothing leaves the page.

Where no browser is installed these are skipped: what the scripts hold is shown by `tests/unit/test_site.py`.
"""

import random
from collections.abc import Iterator
from itertools import compress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from orchestration.dimensions import DIMENSIONS
from orchestration.language import LANGUAGES
from orchestration.open_data import opened
from orchestration.publish.periods import SPELLED
from orchestration.report import rendering
from orchestration.report.document import wording
from orchestration.report.figures import Figures
from orchestration.site.data import MEMBERS
from orchestration.site.pages import HEADLINE, PAGES
from tests import browser
from tests.browser import Page
from tests.integration.house import House

pytestmark = pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium is installed")

FILTERS, SEED = 30, 1
NAMES = ", ".join(f"if({name} is not null, '{name}', null)" for name in sorted(DIMENSIONS))
# every measure, period, category and set of members of which the release has a figure, as the address of a page says it
VIEWS = f"""
    select distinct measure, period, category, [{MEMBERS}] as members
    from (select *, {SPELLED} as period from marts.fct_figures where basis = 'documented')
    order by all
"""


# a year of one party and category, and a place by means that no breakdown has
CHOSEN = {
    390: {"measure": "deaths", "period": "2024", "category": "children", "party": "sdf"},
    1440: {"measure": "deaths", "period": "2025-01", "governorate": "SY02", "mechanism": "gunfire"},
}
# which breakdowns are open by category too
BY_CATEGORY = f"""
    select distinct measure, list_filter([{NAMES}], lambda name: name is not null) as names
    from marts.fct_figures where basis = 'documented' and category != 'total'
"""


@pytest.fixture(scope="module")
def figures(sample_house: House) -> Iterator[Figures]:
    with opened(sample_house.place.release, sample_house.place.memory) as found:
        yield Figures(found)


@pytest.fixture(scope="module")
def site(sample_house: House) -> Path:
    """The site that the night of the sample wrote."""
    return sample_house.place.site


def test_the_reports_that_the_night_wrote_are_linked(site: Path) -> None:
    for language in LANGUAGES:
        page = BeautifulSoup((site / PAGES[language]).read_text("utf-8"), "html.parser")
        linked = [str(link["href"]) for link in page.select("a[href^='../']")]
        assert f"../reports/2025-01-{language}.pdf" in linked
        assert all((site / each).exists() for each in linked)


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Page]:
    """A tab of the browser, which must not have asked for anything else, nor complained, when all is done."""
    with browser.opened() as tab:
        yield tab
        assert tab.complaints == []
        assert tab.requests and all(each.startswith(f"file://{site}/") for each in tab.requests)


def show(page: Page, site: Path, language: str = "en", **filters: str) -> BeautifulSoup:
    """What stands on the screen of a page when some filters are chosen."""
    part = f"#{urlencode(filters)}" if filters else ""
    page.open(f"file://{site}/{PAGES[language]}{part}")
    return BeautifulSoup(page.run("document.documentElement.outerHTML"), "html.parser")


def addresses(figures: Figures, measure: str, period: str, category: str, members: dict[str, str]) -> set[str]:
    """The figures that a view must show: the one that is asked for, and those of each breakdown within it."""
    asked = [members, *({**members, name: code} for name in DIMENSIONS if name not in members
             for code in figures.members(measure, period, name, **members))]  # fmt: skip
    by_category = {(row["measure"], *row["names"]) for row in figures.rows(BY_CATEGORY)}
    is_open = [category == "total" or (measure, *sorted(each)) in by_category for each in asked]
    found = [figures.number(measure, period, category, **each) for each in compress(asked, is_open)]
    return {each.address for each in found if each}


def test_what_is_on_the_screen_is_what_the_release_has(page: Page, site: Path, figures: Figures) -> None:
    views = figures.rows(VIEWS)
    for view in random.Random(SEED).sample(views, FILTERS):
        measure, period, category = view["measure"], view["period"], view["category"]
        members = dict(each.split("=") for each in view["members"] if each)
        screen = show(page, site, measure=measure, period=period, category=category, **members)
        assert rendering.otherwise(screen, figures) == [], view
        told = {each["data-figure"] for each in screen.select("#charts data")}
        assert addresses(figures, measure, period, category, members) <= told, view
        # and nothing beside it but its months, and those of what is always shown
        others = {each.split(" ")[1] for each in told} - {measure, *HEADLINE}
        assert others == set(), view
        # what is not open by category is not told as 0
        assert {each.split(" ")[3] for each in told if "governorate=" in each} <= {"total"}, view
        chosen = figures.number(measure, period, category, **members)
        assert chosen and screen.select_one("#chosen data")["value"] == str(chosen.value), view


@pytest.mark.parametrize(
    "filters",
    [
        # no breakdown by both; a member that the period does not have; a measure that has no such categories
        {"measure": "deaths", "period": "2025-01", "governorate": "SY02", "mechanism": "gunfire"},
        {"measure": "deaths", "period": "2025-01", "party": "russia"},
        {"measure": "massacres", "period": "2025-01", "category": "children"},
    ],
)
def test_a_filter_without_a_figure_says_so(page: Page, site: Path, figures: Figures, filters: dict[str, str]) -> None:
    screen = show(page, site, **filters)
    assert screen.select_one("#chosen").get_text().endswith(": –")
    assert wording()["en"]["site"]["none"] in screen.select_one("#charts").get_text()
    assert rendering.otherwise(screen, figures) == []


def test_charts_over_time_show_the_years_that_are_asked_for(page: Page, site: Path) -> None:
    screen = show(page, site, **{"from": "2024", "to": "2024"})
    assert {each["data-figure"].split(" ")[2] for each in screen.select("article.wide data")} == {"2024-12"}
    screen = show(page, site, **{"from": "2024"})
    assert {each["data-figure"].split(" ")[2] for each in screen.select("article.wide data")} == {"2024-12", "2025-01"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_it(page: Page, site: Path, language: str, is_dark: bool, width: int) -> None:
    page.looks(width, is_dark)
    for filters in [{}] if is_dark else [{}, CHOSEN[width]]:
        show(page, site, language, **filters)
        assert page.violations() == [], filters
        assert page.run("document.documentElement.scrollWidth") == width, filters  # nothing lies beyond the edge


def test_it_is_used_by_keys_alone(page: Page, site: Path) -> None:
    page.looks(1440)
    show(page, site)
    page.press("Tab", 9)
    assert page.run("document.activeElement.className") == "skip"
    page.press("Enter", 13)
    assert page.run("document.activeElement.id") == "figures"
    page.press("Tab", 9)
    assert page.run("document.activeElement.name") == "measure"
    page.press("ArrowDown", 40)
    page.settle()
    assert page.run("document.getElementById('chosen').textContent").startswith("Chosen: Deaths due to torture, ")
    assert page.run("document.activeElement.name") == "measure"  # where the next key goes


def test_a_table_is_downloaded_as_it_stands(page: Page, site: Path, figures: Figures, tmp_path: Path) -> None:
    show(page, site, measure="deaths", period="2025-01")
    page.download(tmp_path, "article:has(svg) .download")
    (file,) = tmp_path.glob("*.csv")
    head, *lines = (line.split(",") for line in file.read_text().splitlines())
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert {"governorate", "category", "value", "version", "standing", "release"} <= set(head)
    for row in rows:
        members = {name: row[name] for name in DIMENSIONS if row.get(name)}
        found = figures.number(row["measure"], row["period"], row["category"], **members)
        assert found and row["value"] == str(found.value)


def test_on_paper_every_table_is_open(page: Page, site: Path) -> None:
    page.looks(1440, media="print")
    show(page, site)
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("[...document.querySelectorAll('details')].every((each) => each.open)")
    assert page.run("getComputedStyle(document.getElementById('filters')).display") == "none"
    page.looks(1440)

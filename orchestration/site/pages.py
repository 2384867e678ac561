"""The pages of the site, one a language: what stands in them, and what their script is given."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.dimensions import DIMENSIONS
from orchestration.language import LANGUAGES
from orchestration.publish.periods import SPELLED
from orchestration.publish.queries import CATEGORIES, CHANGED
from orchestration.report import charts, content
from orchestration.report.document import Writer
from orchestration.report.figures import Figures
from orchestration.report.rendering import templates
from orchestration.site import data
from orchestration.site.beside import Beside

HERE = Path(__file__).parent
PAGES = {"en": "index.html", "ar": "ar.html"}
# what the last month is shown by, and what is always shown beside a measure
HEADLINE = ("deaths", "torture_deaths", "massacres", "facility_attacks")
# so many lines of the ledger stand on the page; all of them in its file
REVISED = 50
LATEST = """
    select strftime(max(period_start), '%Y-%m') as month from marts.fct_figures
    where measure = 'deaths' and basis = 'documented' and period_kind = 'month'
"""
PERIODS = f"""
    select {SPELLED} as period, period_kind as kind, any_value(figures.standing) as standing,
        coalesce(max(months.final_on), period_end) as final_on
    from marts.fct_figures as figures
    left join marts.dim_months as months on months.month between period_start and period_end
    where basis = 'documented'
    group by period_kind, period_start, period_end
    order by period_end desc, period
"""
PARTIES = """
    select scheme, bucket as code, bucket_name as en, bucket_name_ar as ar from marts.dim_parties
    group by scheme, bucket, bucket_name, bucket_name_ar, bucket_sort order by scheme, bucket_sort
"""
LEDGER = """
    select release, strftime(month, '%Y-%m') as month, measure, dimension, "from", "to", reason
    from history.revisions inner join history.releases using (number)
    where basis = 'documented'
    order by number desc, month desc, measure, dimension nulls first, reason, "from", "to"
"""


def latest(figures: Figures) -> str:
    """The last month that has deaths; LookupError where there is none."""
    month = figures.rows(LATEST)[0]["month"]
    if month is None:
        raise LookupError("the release has no month of deaths yet")
    return month


def page(
    figures: Figures,
    language: str,
    about: Mapping[str, Any],
    measures: Mapping[str, Sequence[str]],
    downloads: Mapping[str, int],
    linked: Beside,
) -> str:
    """The page of a language.

    Args:
        figures: Of the release.
        language: `en` or `ar`.
        about: What the release says of itself: `release`, `business_date`.
        measures: The kinds of periods there are scripts for, by measure.
        downloads: The bytes of each file that is given away, by its name.
        linked: What lies beside the site.
    """
    month = latest(figures)
    writer = Writer(figures, month, language)
    words, document = writer.words["site"], writer.document
    deaths = figures.number("deaths", month)
    assert deaths  # it is the last month that has them
    content.opening(writer, deaths, about)
    headline = list(document.blocks)
    document.blocks.clear()
    if revised := figures.rows(LEDGER)[:REVISED]:
        content.revisions(writer, words["revised"], revised, ["release"])
    else:
        writer.say("none_found")
    day = writer.day(date.fromisoformat(str(about["business_date"])))
    (other,) = (each for each in LANGUAGES if each != language)
    return templates(HERE).get_template("page.html.j2").render(
        language=language,
        other={"language": other, "page": PAGES[other]},
        words=words,
        method=writer.words["method"],
        contents=writer.words["contents"],
        month=writer.name_of(month),
        headline=headline,
        ledger=document.blocks,
        source=words["source"].format(release=about["release"], day=day),
        downloads=downloads,
        reports={writer.name_of(period): addresses for period, addresses in linked.reports.items()},
        open_data=linked.data,
        first=data.NAME.format(measure=HEADLINE[0], period_kind="month"),
        charts=charts,
        page_data=json.dumps(_page_data(writer, about, measures), ensure_ascii=False).replace("<", "\\u003c"),
    )  # fmt: skip


def _page_data(writer: Writer, about: Mapping[str, Any], measures: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the script of a page is given: names and words in its language, periods, and what may be asked for."""
    figures, language = writer.figures, writer.language
    parties: dict[str, list[tuple[str, str]]] = {}
    for row in figures.rows(PARTIES):
        parties.setdefault(row["scheme"], []).append((row["code"], row[language]))
    periods = {
        row["period"]: {
            "kind": row["kind"],
            "name": writer.name_of(row["period"]),
            "state": row["standing"],
            "standing": writer.standing(row["standing"], row["final_on"]),
        }
        for row in figures.rows(PERIODS)
    }
    names = {name: of for name, of in writer.names.items() if name != "party"}
    return {
        "release": about["release"],
        "latest": writer.period,
        "headline": [measure for measure in HEADLINE if measure in measures],
        "measures": {measure: measures[measure] for measure in names["measure"] if measure in measures},
        "dimensions": DIMENSIONS,
        "categories": CATEGORIES,
        "periods": periods,
        "parties": {scheme: [*listed, (CHANGED, writer.words["list_changed"])] for scheme, listed in parties.items()},
        "names": names,
        "governorates": {row["iso"]: row["governorate"] for row in figures.rows("from marts.dim_governorates")},
        "columns": writer.words["columns"],
        "and": writer.words["and"],
        "words": writer.words["site"],
    }


def style() -> str:
    """The style sheet, in the colours of the charts."""
    colours = {"dark": charts.BLUE, "pale": charts.PALE, "none": charts.NONE}
    return templates(HERE).get_template("site.css.j2").render(**colours)

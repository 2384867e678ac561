"""What a report says, section by section."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from orchestration.publish.periods import parse_period
from orchestration.report import charts
from orchestration.report.document import Document, Run, Writer
from orchestration.report.figures import OTHER, Figure, Figures, months_before

# what is written from left to right stays so within Arabic
ISOLATED = "\u2066{}\u2069"
CATEGORIES = ("total", "children", "women", "men", "unknown")
# the roles that are printed, in this order
ROLES = ("medical", "media", "civil_defense")
# so many months stand beside the one that is reported of
MONTHS = 12
# how the least settled month of a period stands
STANDING = """
    select standing, final_on from marts.dim_months where month between ? and ?
    order by standing != 'held', standing != 'provisional', final_on desc
"""
COVERED = """
    select max(months_present) as present, max(months_expected) as expected from marts.fct_figures
    where measure = 'deaths' and basis = 'documented' and period_kind = ? and period_start = ?
        and period_end = last_day(?::date)
"""
REVISED = """
    select strftime(month, '%Y-%m') as month, measure, dimension, "from", "to", reason
    from history.revisions inner join history.releases using (number)
    where release = ? and month between ? and ? and basis = 'documented' order by all
"""
FINDINGS = """
    select message, message_ar from marts.fct_findings
    where status in ('new', 'open', 'reopened', 'acknowledged')
        and period_start >= ? and period_end <= last_day(?::date)
        and measure in ('deaths', 'torture_deaths', 'massacres', 'massacre_deaths', 'facility_attacks')
    order by severity, rule_id, finding_id
"""


def write(figures: Figures, period: str, language: str, about: Mapping[str, Any], is_draft: bool) -> Document:
    """A report on a period.

    Args:
        figures: Of the release.
        period: A month, a half, a year, or a year up to a month, as `casebook figures` takes it.
        language: `en` or `ar`.
        about: What the release says of itself: `release`, `business_date`.
        is_draft: Whether it is asked for as a draft; a month that is held, or not final, is one anyway.

    Raises:
        LookupError: The release has no figures of the period.
    """
    writer = Writer(figures, period, language)
    deaths = figures.number("deaths", period)
    if deaths is None:
        raise LookupError(f"the release has no deaths of {period}")
    opening(writer, deaths, about, is_draft)
    _deaths(writer)
    _before(writer)
    _torture(writer)
    _roles(writer)
    _events(writer)
    _year(writer)
    _revised(writer, about["release"])
    _findings(writer)
    writer.heading("method")
    for sentence in writer.words["method"]:
        writer.paragraph(Run(sentence))
    return writer.document


def opening(writer: Writer, deaths: Figure, about: Mapping[str, Any], is_draft: bool = False) -> None:
    """Write the headline figures, what they cover, and how settled they are.

    Args:
        writer: Of the period.
        deaths: Its total.
        about: What the release says of itself: `release`, `business_date`.
        is_draft: As `write` takes it.
    """
    figures, period = writer.figures, writer.period
    _, start, last = parse_period(period)
    months = figures.rows(STANDING, [start, last])
    standing, final_on = (months[0]["standing"], months[0]["final_on"]) if months else ("provisional", last)
    if is_draft or standing == "held":
        writer.document.draft = writer.words["draft"]
        writer.say("held_note" if standing == "held" else "draft_note")
    women, children = (figures.number("deaths", period, each) for each in ("women", "children"))
    assert women and children  # they come with the total
    words = {
        "period": Run(writer.name_of(period)),
        "deaths": writer.counted("deaths", deaths),
        "children": writer.counted("children", children),
        "women": writer.counted("women", women),
    }
    lead = writer.filled("lead", words)
    for measure in ("torture_deaths", "massacres", "facility_attacks"):
        if figure := figures.number(measure, period):
            lead += [Run(" "), writer.counted(measure, figure), Run(writer.words["stop"])]
    writer.paragraph(*lead)
    _covers(writer)
    status = writer.standing(standing, final_on)
    day = writer.day(date.fromisoformat(str(about["business_date"])))
    writer.say("about", standing=status)
    writer.say("source", release=ISOLATED.format(about["release"]), day=day)
    writer.document.blocks[-1]["is_source"] = True


def _covers(writer: Writer, period: str = "") -> None:
    """Of how many of its months a longer period has sheets, where these are not all."""
    kind, start, last = parse_period(period or writer.period)
    [covered] = writer.figures.rows(COVERED, [kind, start, last])
    if covered["present"] and covered["present"] < covered["expected"]:
        writer.say("covers", **covered)


def _deaths(writer: Writer) -> None:
    writer.heading("party")
    rows = [*writer.lines("deaths", "party", CATEGORIES), writer.total_line("deaths", CATEGORIES)]
    writer.table(writer.caption("deaths"), ["party", *CATEGORIES], rows)
    if others := writer.lines("deaths", "sub_party", CATEGORIES[:3], party=OTHER):
        writer.heading("other")
        rows = [*others, writer.total_line("deaths", CATEGORIES[:3], party=OTHER)]
        writer.table(writer.caption("deaths"), ["party", *CATEGORIES[:3]], rows)
    _places(writer)


def _places(writer: Writer) -> None:
    """Deaths by governorate: a map, and its table."""
    figures, period = writer.figures, writer.period
    values = {
        row["iso"]: figures.number("deaths", period, governorate=row["governorate"])
        for row in figures.rows("select governorate, iso from marts.dim_governorates")
    }
    known = {iso: int(figure.value) for iso, figure in values.items() if figure}
    writer.heading("place")
    writer.picture("map", charts.map_of(known), writer.words["map"])
    rows = [
        [
            Run(writer.called("governorate", code)),
            writer.cell(figures.number("deaths", period, governorate=code)),
            writer.cell(figures.share("deaths", period, governorate=code)),
        ]
        for code in figures.members("deaths", period, "governorate")
    ]
    writer.table(writer.caption("deaths"), ["governorate", "total", "share"], rows)


def _before(writer: Writer) -> None:
    """The months of the period, or those before the month, of which there are figures."""
    totals = {month: writer.figures.number("deaths", month) for month in months_before(writer.period, MONTHS)}
    bars = {month: int(figure.value) for month, figure in totals.items() if figure}
    if len(bars) < 2:
        return
    writer.heading("before")
    _compared(writer)
    writer.picture("months", charts.bars_of(bars, writer.language), writer.words["chart_months"])
    rows = [[Run(writer.name_of(month)), *writer.cells("deaths", CATEGORIES[:3], month)] for month in bars]
    writer.table(writer.words["chart_months"], ["month", *CATEGORIES[:3]], rows)


def _compared(writer: Writer) -> None:
    """The month beside the one before, in words; nothing of a longer period."""
    if parse_period(writer.period)[0] != "month":
        return
    before, _ = months_before(writer.period, 2)
    words = {"month": Run(writer.name_of(before))}
    for key, category in (("deaths", "total"), ("children", "children"), ("women", "women")):
        change = writer.figures.change("deaths", writer.period, category)
        if change is None:
            return
        words[key] = writer.counted(f"{change.address.split()[0]}_{key}", change)
    writer.paragraph(*writer.filled("compared", words))


def _torture(writer: Writer) -> None:
    total = writer.figures.number("torture_deaths", writer.period)
    if total is None:
        return
    writer.heading("torture")
    writer.paragraph(writer.counted("torture_deaths", total), Run(writer.words["stop"]))
    if total.value:
        rows = _without_zeros(writer.lines("torture_deaths", "party", CATEGORIES[:3]))
        rows.append(writer.total_line("torture_deaths", CATEGORIES[:3]))
        writer.table(writer.caption("torture_deaths"), ["party", *CATEGORIES[:3]], rows)


def _roles(writer: Writer) -> None:
    """The dead among medical, media and Civil Defense personnel, by party."""
    writer.heading("roles")
    rows = []
    for role in ROLES:
        name, total = Run(writer.names["role"][role]), writer.total_line("deaths", ["total"], role=role)
        if total[1].value:
            of_role = _without_zeros(writer.lines("deaths", "party", ["total"], role=role))
            rows += [[name, *line] for line in [*of_role, total]]
    if rows:
        writer.table(writer.caption("deaths"), ["role", "party", "total"], rows)
    else:
        writer.say("none_of_role", period=writer.name_of(writer.period))


def _events(writer: Writer) -> None:
    """Massacres, attacks on facilities, detentions."""
    stop = Run(writer.words["stop"])
    if massacres := writer.figures.number("massacres", writer.period):
        writer.heading("massacres")
        dead = writer.figures.number("massacre_deaths", writer.period) if massacres.value else None
        of_dead = [Run(" "), writer.counted("massacre_deaths", dead), stop] if dead else []
        writer.paragraph(writer.counted("massacres", massacres), stop, *of_dead)
        _listed(writer, "massacres", massacres, ["party"])
    if attacks := writer.figures.number("facility_attacks", writer.period):
        writer.heading("attacks")
        writer.paragraph(writer.counted("facility_attacks", attacks), stop)
        _listed(writer, "facility_attacks", attacks, ["facility_type", "party"])
    if rows := _measures(writer, ["detained", "released"], writer.period):
        writer.heading("detentions")
        writer.table(writer.words["contents"]["detentions"], ["measure", "total"], rows)


def _listed(writer: Writer, measure: str, total: Figure, dimensions: Sequence[str]) -> None:
    """A table a dimension, of the members that have any; none where nothing is counted."""
    for dimension in dimensions if total.value else ():
        rows = _without_zeros(writer.lines(measure, dimension, ["total"]))
        writer.table(writer.caption(measure), [dimension, "total"], [*rows, writer.total_line(measure, ["total"])])


def _year(writer: Writer) -> None:
    """The year up to the month."""
    kind, start, _ = parse_period(writer.period)
    if kind == "month" and start.month > 1:
        period = f"{start:%Y}-01/{start:%Y-%m}"
        writer.heading("year")
        _covers(writer, period)
        rows = _measures(writer, list(writer.names["measure"]), period)
        writer.table(writer.name_of(period), ["measure", "total"], rows)


def _measures(writer: Writer, measures: Sequence[str], period: str) -> list[list[Run]]:
    """A line a measure that there is a figure of."""
    figures = {measure: writer.figures.number(measure, period) for measure in measures}
    return [
        [Run(writer.names["measure"][measure]), writer.cell(figure)] for measure, figure in figures.items() if figure
    ]


def _revised(writer: Writer, release: str) -> None:
    _, start, last = parse_period(writer.period)
    writer.heading("revised")
    if rows := writer.figures.rows(REVISED, [release, start, last]):
        revisions(writer, writer.words["contents"]["revised"], rows)
    else:
        writer.say("none_revised")


def revisions(writer: Writer, caption: str, rows: Sequence[Mapping[str, Any]], first: Sequence[str] = ()) -> None:
    """Write lines of the ledger of revisions as a table.

    Args:
        writer: Of any period.
        caption: What the table says.
        rows: `month`, `measure`, `dimension`, `from`, `to` and `reason`, as `history.revisions` has them.
        first: Columns of them that stand before these.
    """
    lines = []
    for row in rows:
        measure = writer.names["measure"].get(row["measure"], row["measure"])
        of = f"{measure}{writer.words['and']}{writer.words['columns'].get(row['dimension'], row['dimension'])}"
        change = [
            row["month"],
            of if row["dimension"] else measure,
            row["from"] or "–",
            row["to"] or "–",
            row["reason"],
        ]
        lines.append([Run(text) for text in [*(str(row[name]) for name in first), *change]])
    writer.table(caption, [*first, "month", "figure", "from", "to", "reason"], lines)


def _findings(writer: Writer) -> None:
    _, start, last = parse_period(writer.period)
    writer.heading("findings")
    found = writer.figures.rows(FINDINGS, [start, last])
    for row in found:
        text = row["message"] if writer.language == "en" else row["message_ar"]
        writer.document.blocks.append({"kind": "finding", "text": text})
    if not found:
        writer.say("none_found")


def _without_zeros(rows: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """The lines of a list in which anything is counted."""
    return [list(row) for row in rows if row[1].value]

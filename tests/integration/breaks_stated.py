"""Broken truths of printed figures (see `breaks`): the documents of the sample, with one number changed."""

from tests.integration.breaks import A_CASE, Break

# what is found in the sample: a word nobody knows, and what its documents themselves say wrong: rule, document, period,
# subject, category, expected, observed
CONTRADICTIONS = [
    ("I05.word", "", "2025-02-01", "parties: unknown word 7c4af8", "total", 0, 2),
    ("I74", "004", "2023-07-01", "deaths, party other, in count", "women", 3, 2),
    ("I75", "002", "2024-01-01", "deaths by party", "children", 242, 243),
    ("I76", "004", "2023-07-01", "deaths, governorate SY02: share", "total", 38.2, 37.5),
    ("I76", "004", "2023-07-01", "deaths, party other, sub-party bombing_unidentified: share", "total", 29, 24),
    ("I76.approx", "004", "2023-01-01", "torture_deaths, month 2023-03: share", "total", 30, 31),
    ("I77", "004", "2023-01-01", "days from publication to the end of the period", "total", 0, 30),
    ("I78", "004", "2023-07-01", "figures of 2023-06 in III", "total", 0, 4),
    ("I82", "003", "2025-03-06", "deaths, by SOHR, in count", "total", 1068, 1069),
]
CHANGE = "update marts.fct_stated_figures set"
DAYS = "days from publication to the end of the period"


def printed(value: float, where: str, about: float = 0) -> str:
    """SQL that prints another number."""
    return f"{CHANGE} value = {value}, low = {value - about}, high = {value + about} where {where}; "


def again(where: str, **changed: str) -> str:
    """SQL that prints a number once more, with something changed."""
    replaced = {"figure_id": "figure_id || '|again'", "row_number": "999"} | changed
    return (
        "insert into marts.fct_stated_figures "
        f"select * replace ({', '.join(f'{sql} as {column}' for column, sql in replaced.items())}) "
        f"from marts.fct_stated_figures where {where}; "
    )


def of(document: str, measure: str, category: str = "total", unit: str = "count", **members: str) -> str:
    """The place of a number of January 2025 or July 2023, told by what it is of."""
    dimensions = ("role", "cause_group", "party", "sub_party", "governorate", "part_month", "at_place")
    told = " and ".join(f"{name} = '{members[name]}'" if name in members else f"{name} is null" for name in dimensions)
    kind = members.get("period_kind", "month")
    return (
        f"document = '{document}' and measure = '{measure}' and category = '{category}' and unit = '{unit}' and {told} "
        f"and period_kind = '{kind}' and period_start != '2023-06-01'"
    )


def told(document: str, value: int, first: str, last: str, kind: str = "month") -> str:
    """SQL that prints the dead of days of 2025 in another document of ours."""
    return again(
        of("001", "deaths"), document=f"'{document}'", published_on="cast(null as date)", period_kind=f"'{kind}'",
        period_start=f"date '2025-{first}'", period_end=f"date '2025-{last}'", value=f"{value}", low=f"{value}",
        high=f"{value}", figure_id=f"'{document}|{first}|{last}'",
    )  # fmt: skip


JANUARY, FEBRUARY = ("01-01", "01-31"), ("02-01", "02-28")
TWO_MONTHS = ("01-01", "02-28", "year_to_date")
BY_ITS_MONTHS = "deaths, by its months"
TWO_MASSACRES = of("001", "massacres", party="other")
TORTURED_BY_ASSAD = of("004", "torture_deaths", unit="percent", party="assad_regime", period_kind="year_to_date")

STATED = {
    "more massacres than their dead allow": Break(
        "I45.stated", printed(3, of("004", "massacres", party="other")),
        "2023-07-01", "massacres, party other among massacre_deaths", frozenset({"I79"}),
    ),
    "more released than detained": Break(
        # the place is in no gazetteer: only a key of it is known outside the restricted zone
        "I49.stated", printed(8, "document = '000' and measure = 'released' and at_place = 'unknown_58aba3'"),
        "2025-01-30", "released, party other, sub-party general_security, place unknown_58aba3 among detained",
    ),
    "more of a printed role than dead": Break(
        "I55.stated", printed(56, of("004", "deaths", role="civil_defense")),
        "2023-07-01", "deaths, role civil_defense among deaths", frozenset({"I79"}),
    ),
    "more in a printed governorate than in all": Break(
        "I56.stated",
        printed(13, of("004", "deaths", party="other", sub_party="gunfire_unidentified", governorate="SY12")),
        "2023-07-01", "deaths, party other, sub-party gunfire_unidentified by governorate",
        # what is printed otherwise changes what I76 says that a wrong share would fit
        frozenset({"I76", "I79"}),
    ),
    "a second that is printed as the first": Break(
        "I57", printed(2, of("001", "deaths", unit="rank", governorate="SY02")),
        "2025-01-01", "deaths, governorate SY02: rank",
    ),
    "a year to date that fell": Break(
        "I62.stated", printed(500, "document = '004' and period_end = '2023-08-31' and measure = 'deaths'"),
        "2023-01-01", "deaths, since 004",
    ),
    "printed months above their year": Break(
        "I63.stated", printed(40, "period_start = '2023-06-01' and measure = 'torture_deaths'"),
        "2023-01-01", "torture_deaths, months printed",
    ),
    "a period above its months in one document": Break(
        "I63.claimant",
        told("later", 236, *JANUARY) + told("later", 10, *FEBRUARY) + told("later", 250, *TWO_MONTHS),
        "2025-01-01", BY_ITS_MONTHS,
    ),
    "a period above the months of other documents": Break(
        "I63.late", told("february", 10, *FEBRUARY) + told("later", 250, *TWO_MONTHS), "2025-01-01", BY_ITS_MONTHS,
    ),
    "not all in December": Break(
        "I65",
        again(
            "document = '002' and role = 'media' and party is null and unit = 'count'",
            period_start="date '2024-12-01'", period_kind="'month'", value="2", low="2", high="2",
        ),
        "2024-01-01", "deaths, role media, month 2024-12: share", frozenset({"I79"}),
    ),
    "two numbers for one thing": Break(
        "I74", again(of("001", "deaths"), value="237", low="237", high="237"), "2025-01-01", "deaths, in count",
    ),
    "another number in a translation": Break(
        "I74.claimant", again(of("001", "deaths"), document="'translation'", value="237", low="237", high="237"),
        "2025-01-01", "deaths, first printed in 001", frozenset({"I79"}),
    ),
    "a column that lost the other parties": Break(
        "I75.likely", f"delete from marts.fct_stated_figures where {of('001', 'deaths', 'women', party='other')}",
        "2025-01-01", "deaths by party",
    ),
    "printed parts above their total": Break(
        "I75", printed(22, of("001", "deaths", party="sdf")), "2025-01-01", "deaths by party", frozenset({"I79"}),
    ),
    "a share no number has": Break(
        "I76", printed(41, TORTURED_BY_ASSAD, about=1), "2023-01-01", "torture_deaths, party assad_regime: share",
    ),
    "a share that is only near": Break(
        "I76.approx", printed(40, TORTURED_BY_ASSAD, about=1),
        "2023-01-01", "torture_deaths, party assad_regime: share",
    ),
    "published before its end": Break(
        "I77", f"{CHANGE} published_on = '2025-01-30' where document = '001'", "2025-01-01", DAYS,
    ),
    "the month before under the new month": Break(
        "I78",
        printed(503, of("001", "deaths"))
        + printed(96, of("001", "deaths", "children"))
        + printed(49, of("001", "deaths", "women")),
        "2025-01-01", "deaths, as in 002", frozenset({"I75", "I76", "I79"}),
    ),
    "another number than ours": Break("I79", printed(2, of("001", "torture_deaths")), "2025-01-01", "torture_deaths"),
    "a word nobody knows": Break(
        "I81", f"{CHANGE} party = 'unknown_1a2b3c', is_known = false where {TWO_MASSACRES}",
        "2025-01-01", "parties: unknown word 1a2b3c",
    ),
    "over two and exactly two": Break(
        "I82", again(TWO_MASSACRES, low="3", high="'infinity'"), "2025-01-01", "massacres, party other, in count",
    ),
    "copied with another number": Break(
        "I83", again(TWO_MASSACRES, document="'copy'", outlet="'Archyde'", value="3", low="3", high="3"),
        "2025-01-01", "massacres, party other, first printed in 001", frozenset({"I79"}),
    ),
    "a claim among our cases": Break(
        "I84",
        "update marts.fct_deaths set row_key = (select min(row_key) from marts.fct_stated_figures "
        f"where document = '003') where case_id = {A_CASE}",
        "2025-03-01", "claims of other monitors among our cases", frozenset({"I22", "I69"}),
    ),
    "a claimant nobody graded": Break(
        "I85", f"{CHANGE} claimant = 'a monitor' where document = '003'",
        "2025-03-01", "claims without a grade of claimant and outlet",
        frozenset({"I82"}),  # said before, of the claimant under its name
    ),
}  # fmt: skip

"""Equalities that other breaks break one way only, broken the other way (see `breaks`)."""

from tests.integration.breaks import BY_SEX, YEAR_TO_JANUARY, Break, cell
from tests.integration.breaks_series import A_TOTAL, FIFTY_A_MONTH, TOLD_BY_TOTALS_ALONE
from tests.integration.breaks_stated import (
    BY_ITS_MONTHS,
    FEBRUARY,
    TORTURED_BY_ASSAD,
    TWO_MASSACRES,
    TWO_MONTHS,
    again,
    of,
    printed,
    told,
)

OCCURRED_IN_JANUARY = "basis = 'occurred' and period_kind = 'month' and period_start = '2025-01-01'"

OTHER_WAY = {
    "a row counted twice": Break(
        "I01",
        "update marts.fct_received_rows set counted = counted + 1 where kind = 'deaths' and month = '2025-01-01'",
        "2025-01-01", "deaths: counted, excluded, superseded and withdrawn",
    ),
    "a massacre more for a party": Break(
        "I44", cell("massacres", 1, party="other", sub_party="bombing_unidentified"),
        "2025-01-01", "massacres by sub_party, party other",
    ),
    "an attack more on a type of facility": Break(
        "I47", cell("facility_attacks", 1, facility_type="market"), "2025-01-01", "facility_attacks by facility_type",
    ),
    "a combatant among the counted cases": Break(
        "I50",
        "update marts.fct_deaths set is_counted = true where case_id = (select min(case_id) from marts.fct_deaths "
        "where month = '2025-01-01' and exclusion_reason = 'combatant')",
        "2025-01-01", "toll and counted cases", frozenset({"I19", "I20", "I22", "I66"}),
    ),
    "one more for a sub-party": Break(
        "I52", cell("deaths", 1, party="other", sub_party="gunfire_unidentified"),
        "2025-01-01", "deaths by sub_party, party other",
    ),
    "a massacre in a governorate too many": Break(
        "I53", cell("massacres", 1, governorate="SY02"), "2025-01-01", "massacres by governorate",
    ),
    "one who comes from two governorates": Break(
        "I53", cell("deaths", 1, origin_governorate="SY02"), "2025-01-01", "deaths by origin_governorate",
    ),
    "a man too many": Break(
        "I54", cell("deaths", 1, "men", role="medical") + cell("deaths", 1, "men", role="medical", party="other"),
        "2025-01-01", "deaths by category, role medical", frozenset({"I56"}),
    ),
    "a first that is printed as the second": Break(
        "I57", printed(1, of("001", "deaths", unit="rank", governorate="SY05")),
        "2025-01-01", "deaths, governorate SY05: rank",
    ),
    "one more in a cause group": Break(
        "I59", cell("deaths", 1, cause_group="gunfire") + cell("deaths", 1, cause_group="gunfire", party="other"),
        "2025-01-01", "deaths by cause_group",
    ),
    "one more in a breakdown that keeps the unknown": Break(
        "I60", cell("deaths", 1, mechanism="gunfire"), "2025-01-01", "deaths by mechanism",
    ),
    "a year to date above its months": Break(
        "I61",
        cell("deaths", 1, BY_SEX, YEAR_TO_JANUARY, role="medical")
        + cell("deaths", 1, BY_SEX, YEAR_TO_JANUARY, role="medical", party="other"),
        "2025-01-01", "deaths up to 2025-01-31, role medical",
    ),
    "more in December than in the year": Break(
        "I65",
        again(
            "document = '002' and role = 'media' and party is null and unit = 'count'",
            period_start="date '2024-12-01'", period_kind="'month'", value="9", low="9", high="9",
        ),
        "2024-01-01", "deaths, role media, month 2024-12: share", frozenset({"I63.stated", "I79"}),
    ),
    "a period below its months": Break(
        "I63.claimant", told("february", 10, *FEBRUARY) + told("later", 240, *TWO_MONTHS), "2025-01-01", BY_ITS_MONTHS,
    ),
    "one fewer in a translation": Break(
        "I74.claimant", again(of("001", "deaths"), document="'translation'", value="235", low="235", high="235"),
        "2025-01-01", "deaths, first printed in 001", frozenset({"I79"}),
    ),
    "a month of death that counts one too few": Break(
        "I66", cell("deaths", -1, where=OCCURRED_IN_JANUARY), "2025-01-01", "deaths by month of death",
        frozenset({"I51", "I53", "I61", "I54", "I59", "I60", "I62.versions", "I69"}),
    ),
    "a record that explains no total": Break(
        "I69", f"update received.released_cells set value = value + 1 where {A_TOTAL}",
        "2025-01-01", "massacres: the last release, and what rows changed since", frozenset({"I62.versions"}),
    ),
    "deaths that are documented sooner than they ever were": Break(
        "I71",
        f"{FIFTY_A_MONTH} update marts.fct_deaths set death_date = death_date - 100 "
        "where month between '2024-05-01' and '2024-10-01'",
        "2024-12-01", "days from death to documentation, median", TOLD_BY_TOTALS_ALONE | {"I72"},
    ),
    "a month far above those before it": Break(
        "I72", FIFTY_A_MONTH, "2024-12-01", "deaths of the month", TOLD_BY_TOTALS_ALONE,
    ),
    "a second number for one thing, and a smaller one": Break(
        "I74", again(of("001", "deaths"), value="235", low="235", high="235"), "2025-01-01", "deaths, in count",
    ),
    "printed parts below their total": Break(
        "I75", printed(20, of("001", "deaths", party="sdf")), "2025-01-01", "deaths by party", frozenset({"I79"}),
    ),
    "a share that is too small": Break(
        "I76", printed(37, TORTURED_BY_ASSAD, about=1), "2023-01-01", "torture_deaths, party assad_regime: share",
    ),
    "a share that is only near, and too small": Break(
        "I76.approx", printed(38, TORTURED_BY_ASSAD, about=1),
        "2023-01-01", "torture_deaths, party assad_regime: share",
    ),
    "a smaller number than ours": Break(
        "I79", printed(0, of("001", "torture_deaths")), "2025-01-01", "torture_deaths",
    ),
    "copied with a smaller number": Break(
        "I83", again(TWO_MASSACRES, document="'copy'", outlet="'Archyde'", value="1", low="1", high="1"),
        "2025-01-01", "massacres, party other, first printed in 001", frozenset({"I79"}),
    ),
}  # fmt: skip

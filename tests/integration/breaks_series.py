"""Broken truths of months beside months: series, halves, the last release, and what is given (see `breaks`)."""

from orchestration.dimensions import TOTAL
from tests.integration.breaks import A_CASE, BY_SEX, YEAR_2024, Break, cell

# the sample months are of three schemes: half a year of 2024 before December gives it a history of its own
HISTORY = "from generate_series(date '2024-05-01', date '2024-10-01', interval 1 month) as months (month)"
# fifty people a month, told by their total alone: the breakdowns and sums of these months are not there
FIFTY_A_MONTH = f"""
    insert into marts.fct_deaths
    select deaths.* replace (
        months.month::date as month, deaths.case_id || months.month as case_id,
        deaths.row_key || months.month as row_key, months.month::date + 9 as documented_on,
        months.month::date + 6 as death_date, null as incident_id
    )
    {HISTORY}
    cross join (
        from marts.fct_deaths where month = '2024-12-01' and is_counted and not is_torture_death
            and (sex, age, governorate, mechanism) is not null and age is not null
        order by case_id limit 50
    ) as deaths;
    insert into marts.fct_figures
    select figures.* replace (
        months.month::date as period_start, last_day(months.month) as period_end, 50 as value
    )
    {HISTORY}
    cross join (
        from marts.fct_figures
        where measure = 'deaths' and basis = 'documented' and period_kind = 'month' and period_start = '2024-12-01'
            and {TOTAL} and category = 'total'
    ) as figures;
"""
TOLD_BY_TOTALS_ALONE = frozenset({"I51", "I53", "I59", "I60", "I61", "I63", "I64", "I66", "I67"})
A_TOTAL = (
    "measure = 'massacres' and month = '2025-01-01' and basis = 'documented' and category = 'total' "
    "and trim(coordinates, '|') = ''"
)
HALF_OF_2024 = "basis = 'documented' and period_kind = 'half_year' and period_start = '2024-07-01'"

SERIES = {
    "a column that went unread": Break(
        "I10", f"{FIFTY_A_MONTH} update marts.fct_deaths set sex = null where month = '2024-12-01'",
        "2024-12-01", "deaths of unknown sex", TOLD_BY_TOTALS_ALONE | {"I16", "I72"},
    ),
    "a mass grave that was opened": Break(
        "I71",
        f"{FIFTY_A_MONTH} update marts.fct_deaths set death_date = death_date - 1100 where month = '2024-12-01'",
        "2024-12-01", "deaths of more than 12 months before they were documented",
        TOLD_BY_TOTALS_ALONE | {"I24", "I42", "I72"},
    ),
    "a month unlike those before it": Break(
        "I72",
        "insert into marts.fct_figures "
        "(measure, basis, period_kind, period_start, period_end, months_present, months_expected, scheme, category, "
        "value) select 'released', 'documented', 'month', month::date, last_day(month), 1, 1, 'snhr_2024', 'total', "
        f"900 {HISTORY}",
        "2024-12-01", "released of the month", TOLD_BY_TOTALS_ALONE | {"I69"},
    ),
    "a month told under another scheme": Break(
        "I73",
        "update marts.fct_figures set scheme = 'snhr_2024' where measure = 'massacres' and period_kind = 'month' "
        "and period_start = '2025-01-01'",
        "2025-01-01", "massacres: figures under another list, or over a change of it",
    ),
    "a year to date that falls": Break(
        "I62",
        "insert into marts.fct_figures select * replace (date '2024-11-30' as period_end, value + 1 as value) "
        "from marts.fct_figures where measure = 'massacres' and period_kind = 'year_to_date' and "
        "period_start = '2024-01-01' and coalesce(party, governorate) is null",
        "2024-01-01", "massacres: cells below the month before", frozenset({"I44", "I45", "I53", "I61"}),
    ),
    "a year to date below that of the last release": Break(
        "I62.versions",
        f"update received.released_cells set value = value + 1 where {A_TOTAL}",
        "2025-01-01", "massacres: fallen since the last release", frozenset({"I69"}),
    ),
    "a half year that is not its months": Break(
        "I64",
        "".join(
            cell("deaths", 1, BY_SEX, where, role="media") + cell("deaths", 1, BY_SEX, where, role="media", party="sdf")
            for where in (HALF_OF_2024, YEAR_2024)
        ),
        "2024-07-01", "deaths: cells that are not their six months", frozenset({"I63"}),
    ),
    "a year that is not its halves": Break(
        "I64",
        cell("deaths", 1, BY_SEX, YEAR_2024, role="media")
        + cell("deaths", 1, BY_SEX, YEAR_2024, role="media", party="sdf"),
        "2024-01-01", "deaths: cells that are not their two halves", frozenset({"I63"}),
    ),
    "a month of death that counts somebody else": Break(
        "I66",
        "update marts.fct_deaths set death_date = null where case_id = (select min(case_id) from marts.fct_deaths "
        "where is_counted and month = '2025-01-01' and death_date >= '2025-01-01')",
        "2025-01-01", "deaths by month of death",
    ),
    "a total that no record explains": Break(
        "I69",
        f"update received.released_cells set value = value - 1 where {A_TOTAL}",
        "2025-01-01", "massacres: the last release, and what rows changed since",
    ),
    "a governorate lost": Break(
        "I94", "delete from codes.governorates where governorate = 'SY14'", "2025-02-01", "governorates",
    ),
    "a p-code nobody knows": Break(
        "I94", f"update marts.fct_deaths set pcode = 'SY9999' where case_id = {A_CASE}",
        "2025-01-01", "deaths: p-codes that are in no gazetteer",
    ),
    "a code list written while the run is at work": Break(
        "I100", "update received.received_given_files set sha256 = 'another' where file_name = 'schemes.csv'",
        "2025-02-01", "schemes.csv",
    ),
}  # fmt: skip

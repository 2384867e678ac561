"""Each month stands on its own: what a rule that blocks finds in one keeps that month back, and no other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb

from orchestration.publish import holds
from tests.integration.house import House, as_csv, deaths

EARLY = {"documented_on": "2027-01-03", "death_date": "2027-01-02"}
UNKNOWN = {"party": "Nobody we know"}


def standings(house: House) -> dict[str, str]:
    return {str(row["month"])[:7]: row["standing"] for row in released(house, "from marts.dim_months")}


def released(house: House, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(house.place.release, read_only=True) as connection:
        return connection.execute(sql).to_arrow_table().to_pylist()


def total(house: House, period: str) -> int | None:
    return house.figure("deaths", period)


def numbered(rows: list[dict[str, str]], prefix: str) -> list[dict[str, str]]:
    return [row | {"case_id": f"{prefix}-{number}"} for number, row in enumerate(rows)]


def test_a_month_is_held_mended_and_published_and_its_sums_with_it(new_house: Callable[..., House]) -> None:
    house = new_house()
    good, unknown = deaths("2026-12", 5), numbered(deaths("2026-12", 10, **UNKNOWN), "SYN-U")
    house.drop("2026-11/deaths__synthetic.csv", as_csv(deaths("2026-11", 3)))
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *unknown]))

    # the first night of all: what was never good has no figures, and the other month has
    done = house.cli("nightly", "--date", "2027-01-02")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "2026-12 is held since 2027-01-02 by I05" in done.stdout
    assert (total(house, "2026-11"), total(house, "2026-12")) == (3, None)
    assert (total(house, "2026-01/2026-11"), total(house, "2026-01/2026-12")) == (3, None)
    assert (total(house, "2026-H2"), total(house, "2026")) == (None, None)
    assert standings(house) == {"2026-11": "provisional", "2026-12": "held"}
    assert house.cli("figures", "--period", "2026-12").stderr == (
        "casebook: there are no figures for 2026-12: 2026-12 is held since 2027-01-02 by I05, and none were released"
        " before\n"
    )
    assert house.cli("status").stdout.startswith("release of 2027-01-02: 2026-12 is held since 2027-01-02 by I05\n")
    assert len(house.told("quarantine")) == 10
    assert house.cli("explain", unknown[0]["case_id"]).returncode == 0
    assert not released(house, "from marts.fct_deaths where month = date '2026-12-01'")

    # mended: published with everything it is part of, and its finding is healed
    house.drop("2026-12/deaths__synthetic.csv", as_csv(good))
    assert house.cli("nightly", "--date", "2027-01-03").returncode == 0
    assert (total(house, "2026-12"), total(house, "2026-01/2026-12"), total(house, "2026")) == (5, 8, 8)
    assert standings(house) == {"2026-11": "provisional", "2026-12": "provisional"}
    assert {row["status"] for row in house.told("findings") if row["rule_id"] == "I05"} == {"resolved"}

    # broken again: it keeps its last good figures, while the other month goes on, and a case that moved ties the two
    moved = deaths("2026-11", 1, documented_on="2026-12-20", revision="2", revised_on="2027-01-04")
    house.drop("2026-11/deaths__more.csv", as_csv(numbered(deaths("2026-11", 2), "SYN-M")))
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *numbered(deaths("2026-12", 1), "SYN-N"), *unknown]))
    house.drop("2027-01/deaths__synthetic.csv", as_csv(deaths("2027-01", 4, **EARLY)))
    done = house.cli("nightly", "--date", "2027-01-04")
    assert done.returncode == 3, done.stdout
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2027-01")) == (5, 5, 4), done.stdout
    assert (total(house, "2026-01/2026-11"), total(house, "2026"), total(house, "2027-01/2027-01")) == (5, 8, 4)
    assert {row["figures_from"] for row in released(house, "from marts.fct_figures where period_kind = 'year'")} == {
        row["figures_from"] for row in released(house, "from marts.dim_months where standing = 'held'")
    }
    house.drop("2026-12/deaths__moved.csv", as_csv(moved))
    assert house.cli("nightly", "--date", "2027-01-05").returncode == 3
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2027-01")) == (5, 5, 4)
    told = {row["month"]: row for row in holds.noted(house.place.release).months}
    assert told[date(2026, 11, 1)]["caused_by"] == date(2026, 12, 1)
    assert {month: row["since"] for month, row in told.items()} == {
        date(2026, 11, 1): date(2027, 1, 5),
        date(2026, 12, 1): date(2027, 1, 4),
    }

    # both go out together, and nobody is counted twice or vanishes
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *numbered(deaths("2026-12", 1), "SYN-N")]))
    assert house.cli("nightly", "--date", "2027-01-06").returncode == 0
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2026")) == (4, 7, 11)

"""Each month stands on its own: what a rule that blocks finds in one keeps that month back, and no other."""

import re
import shutil
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publish import holds, release
from tests.integration.house import House, as_csv, deaths
from tests.integration.shared_nights import Night, Outcomes, Scenario, name_of, played

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


def a_month_is_held_mended_and_published_and_its_sums_with_it(house: House) -> Night:
    """The months of the winter, and the year 2026."""
    good, unknown = deaths("2026-12", 5), numbered(deaths("2026-12", 10, **UNKNOWN), "SYN-U")
    house.drop("2026-11/deaths__synthetic.csv", as_csv(deaths("2026-11", 3)))
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *unknown]))

    # the first night of all: what was never good has no figures, and the other month has
    done = yield
    assert done.returncode == 3, done.stdout + done.stderr
    assert "2026-12 is held since 2027-01-02 by I05" in done.stdout
    # its cause is told in its place, and not by the word itself
    (line,) = [line for line in done.stdout.splitlines() if "finding (blocks)" in line]
    assert line.startswith("  finding (blocks)  I05.word  A word that the list of parties does not know (")
    assert "10 rows waiting for it; " in line and line.endswith("; holds December 2026")
    assert UNKNOWN["party"] not in done.stdout
    assert (total(house, "2026-11"), total(house, "2026-12")) == (3, None)
    assert (total(house, "2026-01/2026-11"), total(house, "2026-01/2026-12")) == (3, None)
    assert (total(house, "2026-H2"), total(house, "2026")) == (None, None)
    assert standings(house) == {"2026-11": "provisional", "2026-12": "held"}
    assert house.cli("figures", "--period", "2026-12").stderr == (
        "casebook: there are no figures for 2026-12: 2026-12 is held since 2027-01-02 by I05, and none were released"
        " before\n"
    )
    morning = house.cli("status").stdout.splitlines()[0]
    assert re.fullmatch(
        r"last run \d{4}-\d\d-\d\d \d\d:\d\d; release of 2027-01-02: 2026-12 is held since 2027-01-02 by I05; new rows "
        r"refused: 10 in 2026-12/deaths__synthetic.csv; findings: \d+ new, 0 healed, \d+ open .*",
        morning,
    ), morning
    assert len(house.json("quarantine")) == 10
    assert house.cli("explain", unknown[0]["case_id"]).returncode == 0
    assert not released(house, "from marts.fct_deaths where month = date '2026-12-01'")

    # mended: published with everything it is part of, and its finding is healed
    house.drop("2026-12/deaths__synthetic.csv", as_csv(good))
    assert (yield).returncode == 0
    assert (total(house, "2026-12"), total(house, "2026-01/2026-12"), total(house, "2026")) == (5, 8, 8)
    assert (standings(house)["2026-11"], standings(house)["2026-12"]) == ("provisional", "provisional")
    assert {row["status"] for row in house.json("findings") if row["rule_id"] == "I05"} == {"resolved"}

    # broken again: it keeps its last good figures, while the others go on, of which January is that of the other test
    house.drop("2026-11/deaths__more.csv", as_csv(numbered(deaths("2026-11", 2), "SYN-M")))
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *numbered(deaths("2026-12", 1), "SYN-N"), *unknown]))
    done = yield
    assert done.returncode == 3, done.stdout
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2027-01")) == (5, 5, 4), done.stdout
    assert (total(house, "2026-01/2026-11"), total(house, "2026"), total(house, "2027-01/2027-01")) == (5, 8, 4)
    of_year = "from marts.fct_figures where period_kind = 'year' and period_start = date '2026-01-01'"
    assert {row["figures_from"] for row in released(house, of_year)} == {
        row["figures_from"] for row in released(house, "from marts.dim_months where month = date '2026-12-01'")
    }

    # a case that moved ties two months
    moved = deaths("2026-11", 1, documented_on="2026-12-20", revision="2", revised_on="2027-01-04")
    house.drop("2026-12/deaths__moved.csv", as_csv(moved))
    assert (yield).returncode == 3
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2027-01")) == (5, 5, 4)
    told = {row["month"]: row for row in holds.noted(house.place.release).months}
    assert told[date(2026, 11, 1)]["caused_by"] == date(2026, 12, 1)
    assert {month: row["since"] for month, row in told.items() if month.year == 2026} == {
        date(2026, 11, 1): date(2027, 1, 5),
        date(2026, 12, 1): date(2027, 1, 4),
    }

    # both go out together, and nobody is counted twice or vanishes
    house.drop("2026-12/deaths__synthetic.csv", as_csv([*good, *numbered(deaths("2026-12", 1), "SYN-N")]))
    assert (yield).returncode == 0
    assert (total(house, "2026-11"), total(house, "2026-12"), total(house, "2026")) == (4, 7, 11)


def what_was_published_vanishes_by_a_persons_word_only(house: House) -> Night:
    """A month of the year 2025, and one that is not final."""
    yield
    settled, others, recent = deaths("2025-06", 5), deaths("2025-12", 7), deaths("2027-01", 6, **EARLY)
    house.drop("2025-06/deaths__synthetic.csv", as_csv(settled))
    house.drop("2025-12/deaths__synthetic.csv", as_csv(others[1:]))
    house.drop("2027-01/deaths__synthetic.csv", as_csv(recent))
    assert (yield).returncode == 0

    # a share that is not mounted: nothing is done, and nothing changes
    current = house.place.current.resolve()
    (house.root / "raw").rename(house.root / "elsewhere")
    (house.root / "raw").mkdir()
    done = house.cli("nightly", "--date", "2027-01-04")
    assert done.returncode == 1
    assert "it is empty, and 5 sheets lay there before. Is the share mounted?" in done.stderr
    assert house.place.current.resolve() == current
    (house.root / "raw").rmdir()
    (house.root / "elsewhere").rename(house.root / "raw")

    # two rows taken out of each: the final month keeps them and its year, the other lets them go and tells of it
    house.drop("2025-06/deaths__synthetic.csv", as_csv(settled[2:]))
    house.drop("2025-12/deaths__synthetic.csv", as_csv(others))
    house.drop("2027-01/deaths__synthetic.csv", as_csv(recent[2:]))
    for _ in range(2):
        done = yield
        assert done.returncode == 3, done.stdout
        assert "2025-06 is held since 2027-01-04 by I08.kept" in done.stdout
        assert [total(house, period) for period in ("2025-06", "2025-12", "2025", "2027-01")] == [5, 7, 11, 4]
    found = {row["rule_id"]: row for row in house.json("findings", "--open")}
    assert found["I08.kept"]["record_ids"] == [row["case_id"] for row in settled[:2]]
    assert re.search(r"vanish from file [0-9a-f]{8}|replaced file [0-9a-f]{8}", found["I08.kept"]["message"])
    assert "I08.taken" not in found  # told once: readers have the month without them

    # a person lets them go; with the next night nothing is missing any more
    said = ("--finding", found["I08.kept"]["finding_id"], "--by", "Lina", "--why", "doubles of two other cases")
    assert house.cli("release", "allow", "2025-12", *said).returncode == 1
    assert house.cli("release", "allow", "2025-06", "2025-05", *said).returncode == 1
    allowed = house.cli("release", "allow", "2025-05", "2025-12", *said)
    assert allowed.stdout.count("is released with the next night") == 1, allowed.stderr
    assert (yield).returncode == 0
    assert (total(house, "2025-06"), total(house, "2025")) == (3, 10)
    [marked] = released(house, "from marts.dim_months where released_in_spite_of is not null")
    assert (marked["month"], marked["released_in_spite_of"], marked["standing"]) == (
        date(2025, 6, 1), ["I08.kept"], "revised"
    )  # fmt: skip

    # rows that got lost within: the build is unsound, nothing is published, and what it found is told
    current = house.place.current.resolve()
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute("delete from marts.fct_deaths where month = date '2025-06-01'")
    done = yield
    assert done.returncode == 3
    assert "everything is held by I01" in done.stderr
    assert house.place.current.resolve() == current
    assert (
        "; release of 2027-01-06; the run of 2027-01-07 is not published: everything is held by I01"
        in house.cli("status").stdout.splitlines()[0]
    )
    assert {row["rule_id"] for row in house.json("findings", "--open")} >= {"I01"}
    assert total(house, "2025-06") == 3
    shutil.rmtree(house.place.warehouse.parent)  # rebuilt, and sound again
    assert (yield).returncode == 0
    assert (total(house, "2025-06"), house.place.held.exists()) == (3, False)


SCENARIOS = (
    a_month_is_held_mended_and_published_and_its_sums_with_it,
    what_was_published_vanishes_by_a_persons_word_only,
)


@pytest.fixture(scope="module")
def outcomes(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What became of both in the nights from the second of January 2027 on."""
    days = (date(2027, 1, day) for day in count(2))
    house = empty_house.copy(tmp_path_factory.mktemp("held"))
    return played(house, SCENARIOS, lambda house: house.cli("nightly", "--date", next(days).isoformat()))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_months_that_are_held(outcomes: Outcomes, scenario: Scenario) -> None:
    if error := outcomes[scenario]:
        raise error


def test_the_first_night_of_all_may_be_held_as_a_whole(tmp_path: Path) -> None:
    """Nothing was ever released: every command that reads says so in a sentence, and shows what the draft received."""
    house = House(tmp_path / "fresh")
    (house.root / "raw").mkdir(parents=True)
    house.drop("2026-12/deaths__synthetic.csv", as_csv(deaths("2026-12", 10, **UNKNOWN)))
    house.drop("2026-12/unknown.csv", "one,two\n1,2\n")
    (house.root / "expected_months.csv").write_text("kind,from,to,due_day\ndeaths,someday,,1\n")
    done = house.cli("nightly", "--date", "2027-01-02")
    assert done.returncode == 3, done.stdout + done.stderr
    assert not house.place.release.exists()
    begins = "nothing published yet: draft of 2027-01-02, everything is held by I09"
    for words in (["status"], ["quarantine", "--notes"], ["explain", "SYN-T-2026-12-1"]):
        said = house.cli(*words)
        assert (said.returncode, begins in said.stdout.splitlines()[0]) == (0, True), said.stderr
    assert "set aside  raw/2026-12/unknown.csv" in house.cli("quarantine").stdout
    assert "set aside  raw/2026-12/unknown.csv" in house.cli("status").stdout
    assert len(house.json("quarantine")) == 10
    said = house.cli("figures", "--period", "2026-12")
    assert (said.returncode, said.stderr.startswith(f"casebook: {begins}")) == (1, True)


def test_a_year_without_all_of_its_months_is_marked_or_held(
    sample_copy: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, of_years = sample_copy, "from marts.fct_figures where period_kind in ('year', 'half_year')"
    assert {row["months_present"] < row["months_expected"] for row in released(house, of_years)} == {True}
    house.place.draft.parent.mkdir(exist_ok=True)
    shutil.copy(house.place.warehouse, house.place.draft)  # what the night cut its release of
    monkeypatch.setenv("CASEBOOK_INCOMPLETE_YEARS", "held")
    release.cut(house.place, "again", date(2025, 2, 1), holds.noted(house.place.draft), datetime.now(UTC))
    release.switch(house.place, "again")
    assert released(house, of_years) == []
    assert total(house, "2024-12") == 503
    assert house.cli("figures", "--period", "2024").stderr == (
        "casebook: there are no figures for 2024: 1 of its 12 months have figures, and "
        "CASEBOOK_INCOMPLETE_YEARS holds such a sum\n"
    )

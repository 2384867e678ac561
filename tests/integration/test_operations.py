"""What a run does to months nobody asked for, what the same sheets give again, and whether the nights keep coming."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from tests.integration.house import BUSINESS_DATE, House, as_csv, deaths

SCATTERED = "incident SYN-I-1, its dead in 2 governorates and 0 days apart, in file 0554e1b7, file dff19cea"
NOVEMBER, JANUARY = date(2024, 11, 1), date(2025, 1, 1)
Said = tuple[str | None, str, float, float]


@pytest.fixture(scope="module")
def released(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a massacre of December whose first dead were documented in October; only to be copied.

    One death lies in a sheet already, and is not documented before the third of February.
    """
    house = empty_house.copy(tmp_path_factory.mktemp("released"))
    for month, count in {"2024-10": 2, "2024-12": 3, "2025-01": 2}.items():
        incident = "" if month == "2025-01" else "SYN-I-1"
        sheet = deaths(month, count, death_date="2024-10-01", incident_id=incident)
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(sheet))
    later = deaths("2025-02", 1, documented_on="2025-02-03", death_date="2025-02-01")
    house.drop("2025-02/deaths__synthetic.csv", as_csv(later))
    house.night()
    assert house.figure("massacres", "2024-12") == 1
    assert house.figure("deaths", "2025-02") == 0
    return house


@pytest.fixture
def house(released: House, tmp_path: Path) -> House:
    return released.copy(tmp_path / "house")


def answers(house: House, run_id: str) -> dict[str, str]:
    """What a run answered, by rule."""
    with house.entered():
        from orchestration.publish import queries

        return {row["rule_id"]: row["verdict"] for row in queries.verdicts(house.place, run_id)}


def failures(house: House, run_id: str) -> dict[str, set[Said]]:
    """What a run said of the rules that failed: month or day, subject, expected and observed, by rule."""
    with house.entered():
        from orchestration.publish import queries

        told: dict[str, set[Said]] = {}
        for row in queries.verdicts(house.place, run_id):
            if row["verdict"] == "failed" and row["period_kind"]:
                start = row["period_start"] and str(row["period_start"])
                said = (start, row["subject"], row["expected"], row["observed"])
                told.setdefault(row["rule_id"], set()).add(said)
        return told


def subjects(house: House, run_id: str) -> dict[str, set[tuple[str | None, str]]]:
    """The months and subjects of the rules that failed."""
    return {rule: {said[:2] for said in told} for rule, told in failures(house, run_id).items()}


def work(house: House, *months: date) -> int:
    """The exit status of `casebook backfill` over some months."""
    with house.entered():
        from orchestration.cli import nightly

        day = date.fromisoformat(BUSINESS_DATE)
        return nightly.work(
            Console(file=io.StringIO()), lambda *_: months, day, quiet=False, verbose=False, as_json=False
        )


def latest_run(house: House) -> str:
    return max(house.place.evaluations.iterdir(), key=lambda path: path.stat().st_mtime).stem


def first_received(house: House, moment: str) -> None:
    """Let every sheet have been received at another moment: the manifest is what knows."""
    for path in (house.root / "lake" / "manifest").iterdir():
        document = json.loads(path.read_text())
        if "received_at" in document:
            path.write_text(json.dumps(document | {"received_at": moment}))


class TestAMonthNotAskedFor:
    def test_a_fact_somebody_changed_holds_the_release_back(self, house: House) -> None:
        releases = set(house.place.published.iterdir())
        with duckdb.connect(house.place.warehouse) as connection:
            connection.execute("update marts.fct_deaths set governorate = 'SY04' where case_id = 'SYN-T-2024-10-1'")
        assert work(house, JANUARY) == 3
        changed = (
            "deaths: changed cells", "deaths: changed cells, by month of death",
            "massacre_deaths: changed cells, by incident",
        )  # fmt: skip
        assert subjects(house, latest_run(house)) == {
            "I67": {("2024-10-01", subject) for subject in changed},
            # a governorate changed in the facts alone is no longer the one its case was killed in
            "I22": {("2024-10-01", "governorates whose toll is not those killed there")},
            # and its incident, of which no sheet of incidents tells, lies in two
            "I40.scattered": {("2024-10-01", SCATTERED)},
        }
        assert set(house.place.published.iterdir()) == releases

    def test_what_sheets_rightly_change_in_other_months_is_no_matter(self, house: House) -> None:
        """Dead of November make the massacre of December one of November; one of October is moved there."""
        dead = deaths("2024-11", 3, death_date="2024-10-01", incident_id="SYN-I-1")
        moved = deaths("2024-10", 1, death_date="2024-10-01", incident_id="SYN-I-1", documented_on="2024-11-20")
        house.drop("2024-11/deaths__synthetic.csv", as_csv(dead))
        house.drop("2024-11/deaths__synthetic_moved.csv", as_csv([row | {"revision": "2"} for row in moved]))
        run = house.months(NOVEMBER)
        answered = answers(house, run.run_id)
        assert (answered["I67"], answered["I68"]) == ("passed", "not judged")
        assert failures(house, run.run_id) == {}
        assert [house.figure("massacres", month) for month in ("2024-11", "2024-12")] == [1, 0]
        assert [house.figure("deaths", month) for month in ("2024-10", "2024-11")] == [1, 4]


def test_the_same_sheets_give_the_same_figures_or_nobody_reads_them(house: House) -> None:
    # a row counts from its day of documentation on, without any sheet being changed
    run = house.night("2025-02-03")
    assert answers(house, run.run_id)["I68"] == "not judged"
    assert house.figure("deaths", "2025-02") == 1
    run = house.night("2025-02-04")
    answered = answers(house, run.run_id)
    assert answered["I68"] == "passed"
    assert answered["I09"] == "not judged"  # nobody says which sheets are expected

    # somebody changes what the last run made of them
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute(
            "update marts.fct_figures set value = value + 1 where measure = 'deaths' and basis = 'documented' "
            "and period_kind = 'month' and period_start = '2025-01-01' and party is null and governorate = 'SY02'"
        )
    releases = set(house.place.published.iterdir())
    run = house.months(JANUARY, day="2025-02-04")
    assert failures(house, run.run_id) == {"I68": {("2025-01-01", "deaths: changed cells", 0, 5)}}
    assert set(house.place.published.iterdir()) == releases


def test_months_that_are_expected_and_months_that_are_not(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    house.drop("2024-09/deaths__synthetic.csv", as_csv(deaths("2024-09", 1)))
    refused = deaths("2024-11", 1, party="nobody we know")
    house.drop("2024-11/deaths__synthetic.csv", as_csv(refused))
    house.drop("2024-09/detentions__synthetic.csv", "detention_id,documented_on,detained_on,governorate,party\n")
    months = house.root / "expected_months.csv"
    months.write_text("kind,from,to,due_day\ndeaths,2024-11,,10\n")
    missing = ("2024-12-01", "sheets of the month", 1, 0)
    run = house.night()
    found = failures(house, run.run_id)
    assert [waiting for *_, waiting in found.pop("I05.word")] == [1]  # the row of nobody we know
    assert found == {"I09": {missing, ("2024-09-01", "sheets of the month", 0, 1)}}
    assert house.rows(
        "select cast(period_start as varchar), reason from reconciliation.recon_operations "
        "where rule_id = 'I09' and not is_judged"
    ) == [("2025-01-01", "due on 2025-02-10")]

    # a sheet that says by its heading alone that there was nothing is a sheet
    house.drop("2024-12/deaths__synthetic.csv", as_csv(deaths("2024-12", 1)).splitlines()[0] + "\n")
    months.write_text("kind,from,to,due_day\ndeaths,2024-09,2024-09,\ndeaths,2024-11,2024-12,\n")
    run = house.months(NOVEMBER)
    assert (answers(house, run.run_id)["I09"], set(failures(house, run.run_id))) == ("passed", {"I05.word"})


def test_a_month_nobody_expects_is_held_and_sheets_that_stop_coming_are_told(house: House) -> None:
    (house.root / "raw" / "2025-02" / "deaths__synthetic.csv").unlink()
    months = house.root / "expected_months.csv"
    # a sheet of a month nobody expects is held back, and no other
    months.write_text("kind,from,to,due_day\ndeaths,2024-10,2024-10,\ndeaths,2024-12,2025-01,\ntorture,2025-01,,28\n")
    house.drop("2024-11/deaths__synthetic.csv", as_csv(deaths("2024-11", 1)))
    run = house.night("2025-02-03")
    assert set(failures(house, run.run_id)) == {"I09"}
    assert (house.figure("deaths", "2024-11"), house.figure("deaths", "2024-12")) == (None, 3)

    months.write_text("kind,from,to,due_day\ndeaths,2024-10,2025-01,\ntorture,2025-01,,28\n")
    first_received(house, "2025-01-20T12:00:00")
    run = house.night("2025-02-04")
    stale = ("2025-02-04", "time since a sheet was last received", 3, 15)
    assert failures(house, run.run_id) == {"I96": {stale}}
    assert house.figure("deaths", "2024-11") == 1  # an alert holds nothing back

    # where no sheet is expected of this month or the last, nobody waits for one
    months.write_text("kind,from,to,due_day\ndeaths,2024-10,2025-01,\n")
    run = house.night("2025-03-01")
    assert failures(house, run.run_id) == {}

"""What a run does to months nobody asked for, what the same sheets give again, and whether the nights keep coming."""

import io
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.judge.rules import declared_rules
from tests.integration.house import House, as_csv, deaths
from tests.integration.shared_nights import Night, Outcomes, Scenario, name_of, played

SCATTERED = "incident SYN-I-1, its dead in 2 governorates and 0 days apart, in file 0554e1b7, file dff19cea"
JANUARY = date(2025, 1, 1)
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


def work(house: House, *months: date, day: str) -> int:
    """The exit status of `casebook backfill` over some months."""
    with house.entered():
        from orchestration.cli import nightly

        on = date.fromisoformat(day)
        return nightly.work(
            Console(file=io.StringIO()), lambda *_: months, on, quiet=False, verbose=False, as_json=False
        )


def latest_run(house: House) -> str:
    return max(house.place.evaluations.iterdir(), key=lambda path: path.stat().st_mtime).stem


def first_received(house: House, moment: str) -> None:
    """Let every sheet have been received at another moment: the manifest is what knows."""
    with house.entered():
        from orchestration.pipeline.planning import changed_months

        changed_months(house.place, date.fromisoformat(moment[:10]))  # takes in what lies there
    for path in (house.root / "lake" / "manifest").iterdir():
        document = json.loads(path.read_text())
        if "received_at" in document:
            path.write_text(json.dumps(document | {"received_at": moment}))


def test_the_same_sheets_give_the_same_figures_or_nobody_reads_them(house: House) -> None:
    # a row counts from its day of documentation on, without any sheet being changed
    run = house.night("2025-02-03")
    assert answers(house, run.run_id)["I68"] == "not judged"
    assert house.figure("deaths", "2025-02") == 1
    run = house.night("2025-02-04")
    answered = answers(house, run.run_id)
    assert answered["I68"] == "passed"
    assert answered["I09"] == "not judged"  # nobody says which sheets are expected

    # what the last run made of them was another: a figure of a month that is asked for, as it is compared, and a fact
    # of one that is not
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute(
            "update reconciliation.recon_figures set value = value + 1 "
            "where measure = 'deaths' and basis = 'documented' and period_kind = 'month' "
            "and period_start = '2025-01-01' and party is null and governorate = 'SY02'"
        )
        connection.execute("update marts.fct_deaths set governorate = 'SY04' where case_id = 'SYN-T-2024-10-1'")
    releases = set(house.place.published.iterdir())
    assert work(house, JANUARY, day="2025-02-04") == 3
    changed = (
        "deaths: changed cells", "deaths: changed cells, by month of death",
        "massacre_deaths: changed cells, by incident", "unverified_deaths: changed cells",
    )  # fmt: skip
    found = failures(house, latest_run(house))
    assert found.pop("I68") == {("2025-01-01", "deaths: changed cells", 0, 5)}
    assert {rule: {said[:2] for said in told} for rule, told in found.items()} == {
        "I67": {("2024-10-01", subject) for subject in changed},
        # a governorate changed in the facts alone is no longer the one its case was killed in
        "I22": {("2024-10-01", "governorates whose toll is not those killed there")},
        # and its incident, of which no sheet of incidents tells, lies in two
        "I40.scattered": {("2024-10-01", SCATTERED)},
    }
    # either holds the release back by itself
    assert {rule.holds for rule in declared_rules() if rule.id in ("I67", "I68")} == {"everything"}
    assert set(house.place.published.iterdir()) == releases


DEATHS_WITHOUT_JUNE = "deaths,2024-10,2025-01,\n"
DEATHS = f"deaths,2024-06,2024-06,\n{DEATHS_WITHOUT_JUNE}"
DETENTIONS_WITHOUT_JULY = "detentions,2024-08,2024-09,10\ndetentions,2025-01,,10\n"
DETENTIONS = f"detentions,2024-07,2024-07,\n{DETENTIONS_WITHOUT_JULY}"
TORTURE = "torture,2025-01,,28\n"


def expect(house: House, *lines: str) -> None:
    (house.root / "expected_months.csv").write_text("".join(["kind,from,to,due_day\n", *lines]))


def months_that_are_expected_and_months_that_are_not(house: House) -> Night:
    """Detentions: a sheet in July that nobody expects, one in August whose row is refused, and none in September."""
    row = {"documented_on": "2024-07-10", "detained_on": "2024-07-09", "governorate": "Aleppo", "party": "ISIS"}
    july = [row | {"detention_id": "SYN-D-7"}]
    august = [row | {"detention_id": "SYN-D-8", "documented_on": "2024-08-10", "party": "nobody we know"}]
    house.drop("2024-07/detentions__synthetic.csv", as_csv(july))
    house.drop("2024-08/detentions__synthetic.csv", as_csv(august))
    house.drop("2024-07/incidents__synthetic.csv", "incident_id,documented_on,date_from,governorate\n")
    expect(house, DEATHS_WITHOUT_JUNE, DETENTIONS_WITHOUT_JULY, TORTURE)
    run = yield
    found = failures(house, run.run_id)
    assert [waiting for *_, waiting in found.pop("I05.word")] == [1]  # the row of nobody we know
    missing = ("2024-09-01", "sheets of the month", 1, 0)
    # and the deaths of June
    assert found == {"I09": {missing, *((f"2024-{month}-01", "sheets of the month", 0, 1) for month in ("06", "07"))}}
    assert house.rows(
        "select cast(period_start as varchar), reason from reconciliation.recon_operations "
        "where rule_id = 'I09' and not is_judged order by all"
    ) == [("2025-01-01", "due on 2025-02-10"), ("2025-01-01", "due on 2025-02-28")]

    # a sheet that says by its heading alone that there was nothing is a sheet
    house.drop("2024-09/detentions__synthetic.csv", as_csv(july).splitlines()[0] + "\n")
    run = yield
    assert answers(house, run.run_id)["I09"] == "passed"


def what_sheets_rightly_change_in_other_months_is_no_matter(house: House) -> Night:
    """Dead of November leave the massacre of December where it was published; one of October is moved."""
    dead = deaths("2024-11", 3, death_date="2024-10-01", incident_id="SYN-I-1")
    moved = deaths("2024-10", 1, death_date="2024-10-01", incident_id="SYN-I-1", documented_on="2024-11-20")
    house.drop("2024-11/deaths__synthetic.csv", as_csv(dead))
    house.drop("2024-11/deaths__synthetic_moved.csv", as_csv([row | {"revision": "2"} for row in moved]))
    run = yield
    assert not {date(2024, 10, 1), date(2024, 12, 1)} & set(run.months)
    answered = answers(house, run.run_id)
    assert (answered["I67"], answered["I68"]) == ("passed", "not judged")
    assert [house.figure("massacres", month) for month in ("2024-11", "2024-12")] == [0, 1]
    assert [house.figure("massacre_deaths", month) for month in ("2024-11", "2024-12")] == [0, 8]
    assert [house.figure("deaths", month) for month in ("2024-10", "2024-11")] == [1, 4]


def a_month_nobody_expects_is_held_and_sheets_that_stop_coming_are_told(house: House) -> Night:
    """Deaths of June: a sheet of a month nobody expects is held back, and no other."""
    house.drop("2024-06/deaths__synthetic.csv", as_csv(deaths("2024-06", 1)))
    yield
    assert (house.figure("deaths", "2024-06"), house.figure("deaths", "2024-12")) == (None, 3)

    (house.root / "raw" / "2025-02" / "deaths__synthetic.csv").unlink()
    expect(house, DEATHS, DETENTIONS, TORTURE)
    first_received(house, "2025-01-20T12:00:00")
    run = yield
    found = failures(house, run.run_id)
    assert set(found) == {"I96", "I05.word"}  # the word that waits in August
    assert found["I96"] == {("2025-02-04", "time since a sheet was last received", 3, 15)}
    assert house.figure("deaths", "2024-06") == 1  # an alert holds nothing back

    # where no sheet is expected of this month or the last, nobody waits for one
    expect(house, DEATHS)
    run = yield
    assert set(failures(house, run.run_id)) == {"I05.word"}


SCENARIOS = (
    months_that_are_expected_and_months_that_are_not,
    what_sheets_rightly_change_in_other_months_is_no_matter,
    a_month_nobody_expects_is_held_and_sheets_that_stop_coming_are_told,
)


@pytest.fixture(scope="module")
def outcomes(released: House, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What became of them in a run over the months of their sheets, and in two nights."""
    works = iter(
        (
            lambda house: house.months(*(date(2024, month, 1) for month in (6, 7, 8, 11))),
            lambda house: house.night("2025-02-04"),
            lambda house: house.night("2025-03-01"),
        )
    )
    return played(released.copy(tmp_path_factory.mktemp("expected")), SCENARIOS, lambda house: next(works)(house))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_what_sheets_come_and_what_they_change(outcomes: Outcomes, scenario: Scenario) -> None:
    if error := outcomes[scenario]:
        raise error

"""`casebook explain`: what became of a record. What it says of figures must be what the figures are made of."""

from collections import Counter
from typing import Any

import duckdb
import pytest

from orchestration.dimensions import DIMENSIONS
from tests.integration.house import House, as_csv, deaths

SHOOTING = "Gunfire of unidentified source"


def explained(house: House, record_id: str) -> list[dict[str, Any]]:
    with house.entered():
        from orchestration.explain.record import explain

        return explain(house.place, record_id)


def of(house: House, sql: str) -> str:
    """A record of the sample that is what a test is about."""
    return house.rows(f"select min(record_id) from ({sql})")[0][0]


def added(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """What a record adds, by the place of the figure."""
    keys = ("measure", "basis", "month", "scheme", *DIMENSIONS, "category")
    return Counter({tuple(row[key] for key in keys): row["value"] for row in rows})


def test_a_counted_death_adds_one_to_its_month_and_codes(sample_house: House) -> None:
    case = of(
        sample_house, "select case_id as record_id from marts.fct_deaths where is_counted and month = '2025-01-01'"
    )
    (told,) = explained(sample_house, case)
    assert (told["kind"], told["became"]["state"], told["became"]["month"]) == ("deaths", "counted", "2025-01")
    assert told["became"]["documented_on"].startswith("2025-01")
    assert [row["state"] for row in told["rows"]] == ["current"]
    carries = told["carries"]
    assert {"party", "governorate", "category", "mechanism", "cause_group"} <= carries.keys()
    documented = [row for row in told["counts_in"] if (row["measure"], row["basis"]) == ("deaths", "documented")]
    assert {row["value"] for row in documented} == {1}
    assert {row["month"] for row in documented} == {"2025-01"}
    assert {row["category"] for row in documented} == {"total", carries["category"]}
    assert {row["governorate"] for row in documented} == {None, carries["governorate"]}


def test_an_excluded_death_tells_its_reason_and_adds_to_nothing(sample_house: House) -> None:
    case = of(sample_house, "select case_id as record_id from marts.fct_deaths where exclusion_reason = 'combatant'")
    (told,) = explained(sample_house, case)
    assert (told["became"]["state"], told["became"]["exclusion_reason"]) == ("excluded", "combatant")
    assert "civilians" in told["became"]["because"]
    assert told["counts_in"] == []


def test_a_quarantined_row_tells_its_rule_and_column(sample_house: House) -> None:
    case = of(sample_house, "select record_id from intermediate.int_records where refused_for = 'folder'")
    (told,) = explained(sample_house, case)
    assert told["became"]["state"] == "quarantined"
    ((row,), (problem,)) = told["rows"], told["rows"][0]["problems"]
    assert (row["state"], row["folder"], row["row_number"]) == ("quarantined", "2023-07", 42)
    assert (problem["rule_id"], problem["column"]) == ("I06", "documented_on")
    assert "is not in 2023-07, the month of its folder" in problem["sentence"]
    assert (told["carries"], told["counts_in"]) == ({}, [])


def test_rows_are_told_in_the_order_in_which_they_supersede_each_other(sample_house: House) -> None:
    states = "select record_id from intermediate.int_records where state = '{}' and kind = 'deaths'"
    revised = of(sample_house, f"{states.format('superseded')} intersect {states.format('current')}")
    (told,) = explained(sample_house, revised)
    assert [row["state"] for row in told["rows"]] == ["superseded", "current"]
    assert [row["revision"] for row in told["rows"]] == [1, 2]
    assert told["became"]["state"] == "counted"

    (told,) = explained(sample_house, of(sample_house, states.format("withdrawn")))
    assert [row["state"] for row in told["rows"]] == ["superseded", "withdrawn"]
    assert (told["became"]["state"], told["became"]["month"], told["counts_in"]) == ("withdrawn", "2024-12", [])


def test_the_other_kinds(sample_house: House) -> None:
    for kind, measure in {
        "facility_attacks": "facility_attacks",
        "detentions": "detained",
        "torture": "torture_events",
    }.items():
        record = of(sample_house, f"select record_id from intermediate.int_records where kind = '{kind}'")
        (told,) = explained(sample_house, record)
        assert (told["kind"], told["became"]["state"]) == (kind, "counted")
        assert measure in {row["measure"] for row in told["counts_in"]}
    incident = of(sample_house, "select incident_id as record_id from marts.fct_massacres")
    (told,) = explained(sample_house, incident)
    assert told["links"]["massacre"]["deaths"] >= 5
    of_incident = {"massacres", "massacre_deaths", "wounded_min", "wounded_max"}
    assert {row["measure"] for row in told["counts_in"]} == of_incident


def test_at_the_terminal(sample_house: House) -> None:
    done = sample_house.cli("explain", "SYN-2023-07-0022")
    assert done.returncode == 0
    assert "every row of it is quarantined" in done.stdout
    assert "2023-07/deaths__synthetic.csv  row 42  revision 1  quarantined" in done.stdout
    (told,) = sample_house.json("explain", "SYN-2024-12-0208")
    assert list(told) == ["kind", "record_id", "became", "carries", "links", "statements", "rows", "counts_in"]
    assert set(told["rows"][0]) == {
        "month", "folder", "file_name", "tab", "row_number", "revision", "documented_on", "merged_into", "state",
        "problems",
    }  # fmt: skip
    shown = sample_house.cli("explain", "SYN-2024-12-0208").stdout
    assert "revision 1  superseded" in shown
    assert "…" not in shown


def test_of_a_build_before_an_upgrade_it_is_said_when_it_is_known_where_a_record_counts(sample_copy: House) -> None:
    case = of(sample_copy, "select case_id as record_id from marts.fct_deaths where is_counted")
    with duckdb.connect(sample_copy.place.warehouse) as connection:
        connection.execute("alter table intermediate.int_unlisted_incidents rename to int_called_otherwise_once")
    (found,) = explained(sample_copy, case)
    assert (found["became"]["state"], found["counts_in"]) == ("counted", None)


def test_an_unknown_number_is_one_sentence_with_the_nearest(sample_house: House) -> None:
    done = sample_house.cli("explain", "syn-2024 12-0208")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "casebook: no sheet has brought a record syn-2024 12-0208; did you mean SYN-2024-12-0208?\n"
    done = sample_house.cli("explain", "nothing like it")
    assert (done.returncode, done.stderr) == (1, "casebook: no sheet has brought a record nothing like it\n")


def test_before_the_first_night_and_without_a_right(tmp_path: Any) -> None:
    done = House(tmp_path).cli("explain", "SYN-1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "casebook nightly" in done.stderr
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "casebook.duckdb").write_bytes(b"this is no database" * 1000)
    done = House(tmp_path).cli("explain", "SYN-1")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def small_house(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two months with a massacre over both of them, one anonymous dead, a merged case, and one number in two kinds."""
    house = empty_house.copy(tmp_path_factory.mktemp("explain"))
    incident = {
        "incident_id": "SYN-I-1", "documented_on": "2024-12-10", "date_from": "2024-11-09", "governorate": "Aleppo",
        "party": SHOOTING, "mechanism": "gunfire", "revision": "1",
    }  # fmt: skip
    killed = {"incident_id": "SYN-I-1", "death_date": "2024-11-09"}
    first = deaths("2024-11", 3, **killed)
    second = deaths("2024-12", 5, **killed)
    second[2] |= {"archive": "anonymous", "name_en": ""}
    second[3] |= {
        "incident_id": "",
        "torture": "death due to torture",
        "roles": "media worker; medical worker",
        "age": "9",
    }
    second[4] |= {"status": "merged", "merged_into": "SYN-T-2024-12-4", "incident_id": ""}
    detention = {
        "detention_id": "SYN-T-2024-12-1", "documented_on": "2024-12-10", "detained_on": "2024-12-01", "persons": "4",
        "children": "1", "governorate": "Aleppo", "party": "ISIS", "revision": "1", "case_id": "SYN-T-2024-12-1",
    }  # fmt: skip
    house.drop("2024-11/deaths__synthetic.csv", as_csv(first))
    house.drop("2024-12/deaths__synthetic.csv", as_csv(second))
    house.drop("2024-12/incidents__synthetic.csv", as_csv([incident]))
    house.drop("2024-12/detentions__synthetic.csv", as_csv([detention]))
    house.built()
    return house


def test_what_all_records_add_is_what_the_figures_are(small_house: House) -> None:
    assert small_house.rows("select count(*) from marts.fct_massacres where month = '2024-12-01'") == [(1,)]
    told: Counter[tuple[Any, ...]] = Counter()
    for (record,) in small_house.rows("select distinct record_id from intermediate.int_records"):
        for each in explained(small_house, record):
            # the dead of a massacre are told by their cases and by their incident
            rows = [
                row for row in each["counts_in"] if (row["measure"], each["kind"]) != ("massacre_deaths", "incidents")
            ]
            told += added(rows)
    names = ", ".join(DIMENSIONS)
    figures = small_house.rows(
        f"select measure, basis, strftime(period_start, '%Y-%m'), scheme, {names}, category, value "
        "from marts.fct_figures where period_kind = 'month' and value > 0"
    )
    assert told == Counter({tuple(place): value for *place, value in figures})
    counted = {"deaths", "torture_deaths", "unverified_deaths", "massacres", "massacre_deaths", "detained"}
    assert counted == {row[0] for row in figures}


def test_an_anonymous_dead_is_excluded_and_still_one_of_the_massacre(small_house: House) -> None:
    (told,) = explained(small_house, "SYN-T-2024-12-3")
    assert (told["became"]["state"], told["became"]["exclusion_reason"]) == ("excluded", "anonymous_archive")
    assert told["links"] == {
        "incident_id": "SYN-I-1", "massacre": {"month": "2024-12", "deaths": 6, "massacre_threshold": 5}
    }  # fmt: skip
    assert {row["measure"] for row in told["counts_in"]} == {"massacre_deaths"}


def test_a_merged_case_tells_what_it_was_merged_into(small_house: House) -> None:
    (told,) = explained(small_house, "SYN-T-2024-12-5")
    assert (told["became"]["state"], told["became"]["exclusion_reason"]) == ("excluded", "duplicate")
    assert told["became"]["merged_into"] == "SYN-T-2024-12-4"
    assert "merged_into SYN-T-2024-12-4" in small_house.cli("explain", "SYN-T-2024-12-5").stdout


def test_a_number_in_two_kinds_tells_both(small_house: House) -> None:
    told = explained(small_house, "SYN-T-2024-12-1")
    assert [each["kind"] for each in told] == ["deaths", "detentions"]
    assert told[1]["links"] == {"case_id": "SYN-T-2024-12-1"}
    assert {(row["category"], row["value"]) for row in told[1]["counts_in"]} >= {("total", 4), ("children", 1)}

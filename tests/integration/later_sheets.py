"""What a later sheet, or a sheet taken away, does to the months before it: exactly what it says, and nothing else."""

from datetime import date

import duckdb

from tests.integration.house import House, as_csv, deaths
from tests.integration.shared_nights import Night, nights


def a_revision_changes_the_month_of_its_record_and_no_other(house: House) -> Night:
    months = ("2024-10", "2024-11", "2024-12")
    for month, count in zip(months, (4, 3, 2), strict=True):
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(deaths(month, count)))
    yield
    first = {month: house.facts(month, without=()) for month in months}
    assert house.figure("deaths", "2024-10", governorate="SY02") == 4

    # a revision that comes in a later folder: another governorate
    revised = deaths("2024-10", 1, killed_governorate="Homs", revision="2", revised_on="2024-12-15")
    second = house.drop("2024-12/deaths__synthetic_second.csv", as_csv(revised))
    yield
    assert house.figure("deaths", "2024-10") == 4
    assert house.figure("deaths", "2024-10", governorate="SY02") == 3
    assert house.figure("deaths", "2024-10", governorate="SY04") == 1
    assert house.statuses()["2024-10", "deaths"]["superseded"] == 1
    assert {month: house.facts(month, without=()) for month in first if month != "2024-10"} == {
        month: first[month] for month in first if month != "2024-10"
    }

    yield from nights(3)  # of others
    # one that says the case was documented in another month: it leaves a month this night has no other business with
    moved = [row | {"documented_on": "2024-11-20", "revision": "3"} for row in revised]
    third = house.drop("2024-12/deaths__synthetic_third.csv", as_csv(moved))
    run = yield
    assert date(2024, 10, 1) not in run.months
    assert [house.figure("deaths", month) for month in first] == [3, 4, 2]
    assert house.figure("deaths", "2024-11", governorate="SY04") == 1
    assert house.facts("2024-12", without=()) == first["2024-12"]

    # and as if they had never come, once their files are taken away
    second.unlink()
    third.unlink()
    yield
    assert {month: house.facts(month, without=()) for month in first} == first
    assert [problem for problem in house.problems() if problem[0] in months] == []


def rows_that_contradict_their_folder_or_each_other_wait_for_their_sender(house: House) -> Night:
    misplaced = deaths("2024-07", 1)
    twice = deaths("2024-08", 2) + deaths("2024-08", 1, age="31")
    house.drop("2024-08/deaths__synthetic.csv", as_csv(misplaced))
    house.drop("2024-08/deaths__synthetic_twice.csv", as_csv(twice))
    yield
    of_august = [problem for problem in house.problems() if problem[0] == "2024-08"]
    assert of_august == [
        ("2024-08", "deaths__synthetic.csv", 2, "documented_on", "I06"),
        ("2024-08", "deaths__synthetic_twice.csv", 2, "revision", "I07"),
        ("2024-08", "deaths__synthetic_twice.csv", 4, "revision", "I07"),
    ]
    assert house.figure("deaths", "2024-08") == 1
    # the month of the date takes the case; the folder's takes the one of the two that its sender stands by
    house.drop("2024-07/deaths__synthetic.csv", as_csv(misplaced + deaths("2024-07", 3)[1:]))
    house.drop("2024-08/deaths__synthetic_twice.csv", as_csv(twice[:2]))
    yield
    assert (house.figure("deaths", "2024-07"), house.figure("deaths", "2024-08")) == (3, 2)


def an_incident_knows_its_dead_whenever_they_are_documented(house: House) -> Night:
    """What a closed month says must not depend on whether it was worked on again since."""
    incident = {
        "incident_id": "SYN-I-1", "documented_on": "2024-05-05", "date_from": "2024-05-04", "governorate": "Aleppo",
        "party": "Gunfire of unidentified source", "mechanism": "gunfire", "revision": "1",
    }  # fmt: skip
    house.drop("2024-05/incidents__synthetic.csv", as_csv([incident]))
    yield
    assert house.rows("select cases from marts.fct_incidents where incident_id = 'SYN-I-1'") == [(0,)]
    dead = deaths("2024-06", 2, incident_id="SYN-I-1", death_date="2024-05-04")
    house.drop("2024-06/deaths__synthetic.csv", as_csv(dead))
    run = yield
    assert date(2024, 6, 1) in run.months and date(2024, 5, 1) not in run.months
    assert house.rows("select cases from marts.fct_incidents where incident_id = 'SYN-I-1'") == [(2,)]


LIST = """
name: invented_list
kind: deaths
identified_by: [serial, killed_governorate]
whole_list: yes
dates: iso
columns: {serial: case_id}
"""


def version(*serials: int) -> str:
    rows = [row | {"case_id": f"SYN-L-{number}"} for number, row in enumerate(deaths("2024-03", 25))]
    return as_csv([{"serial": rows[number].pop("case_id")} | rows[number] for number in serials])


def who_is_not_on_the_newest_whole_list_is_withdrawn(house: House) -> Night:
    """A few of one in twenty; where more are missing a person has to say so."""
    (house.root / "layouts").mkdir()
    (house.root / "layouts" / "list.yml").write_text(LIST)
    house.drop("any/list_2024-12-01.csv", version(*range(20)))
    house.drop("any/list_2024-12-08.csv", version(*range(1, 21)))
    # whoever is on another sheet stays, whatever the list says
    house.drop("2024-03/deaths__office.csv", as_csv(deaths("2024-03", 2)))
    yield
    assert house.figure("deaths", "2024-03") == 22
    assert house.statuses()["2024-03", "deaths"] == {
        "received": 42, "accepted": 42, "quarantined": 0, "counted": 22, "excluded": 0, "superseded": 19,
        "withdrawn": 1,
    }  # fmt: skip

    house.drop("any/list_2024-12-15.csv", version(*range(1, 15)))
    yield
    assert house.figure("deaths", "2024-03") == 22
    held = [row["record_ids"] for row in house.json("findings", "--open") if row["rule_id"] == "I08.kept"]
    assert [f"SYN-L-{number}" for number in range(15, 21)] in held
    assert "any/list_2024-12-08.csv" in house.cli("findings", "--open").stdout
    with duckdb.connect(house.place.release, read_only=True) as release:
        told = release.execute("select subject from marts.fct_findings where rule_id = 'I08.kept'").fetchall()
    assert told and not [subject for (subject,) in told if "list_" in subject]  # which may be somebody's name


def a_list_whose_older_version_was_never_published_holds_its_month(house: House) -> Night:
    """Two versions lie there on the first night of their month, and half of the older one is missing from the newer."""
    (house.root / "layouts").mkdir(exist_ok=True)
    (house.root / "layouts" / "other.yml").write_text(LIST.replace("serial", "number").replace("invented", "other"))
    rows = [row | {"number": f"SYN-O-{number}"} for number, row in enumerate(deaths("2022-03", 10))]
    of_list = [{name: cell for name, cell in row.items() if name != "case_id"} for row in rows]
    older = house.drop("any/other_2024-12-01.csv", as_csv(of_list))
    house.drop("any/other_2024-12-08.csv", as_csv(of_list[5:]))
    yield
    assert house.figure("deaths", "2022-03") is None
    (held,) = [
        row
        for row in house.json("findings", "--open")
        if (row["rule_id"], str(row["period_start"])[:7]) == ("I08.kept", "2022-03")
    ]
    assert held["record_ids"] == [f"SYN-O-{number}" for number in range(5)]
    assert "records that a newer version of their list leaves out, of file" in held["subject"]
    older.unlink()
    yield
    assert house.figure("deaths", "2022-03") == 5


def a_massacre_keeps_its_month_when_one_of_its_dead_is_identified(house: House) -> Night:
    dead = deaths("2022-06", 5, death_date="2022-05-09", incident_id="SYN-I-6")
    nameless = dead[4] | {"name_en": "", "archive": "anonymous"}
    house.drop("2022-06/deaths__synthetic.csv", as_csv([*dead[:4], nameless]))
    yield
    assert [house.figure(measure, "2022-06") for measure in ("massacres", "massacre_deaths", "deaths")] == [1, 5, 4]
    identified = dead[4] | {"archive": "named", "documented_on": "2022-09-10", "revision": "2"}
    house.drop("any/deaths__identified.csv", as_csv([identified]))
    yield
    assert [house.figure("massacres", month) for month in ("2022-06", "2022-09")] == [1, 0]
    assert [house.figure("deaths", month) for month in ("2022-06", "2022-09")] == [4, 1]
    yield from nights(3)  # of others
    # five more, who were documented in May, and whose sheet comes now
    house.drop("2022-05/deaths__synthetic.csv", as_csv(deaths("2022-05", 5, incident_id="SYN-I-6")))
    yield
    assert [house.figure("massacres", month) for month in ("2022-05", "2022-06")] == [0, 1]
    assert house.figure("massacre_deaths", "2022-06") == 10


def who_was_disappeared_is_released_in_the_month_of_the_release(house: House) -> Night:
    """A later sheet says so: the month of the detention keeps its figures, and is worked on for its facts alone."""
    months = ("2022-10", "2022-12")
    row = {
        "detention_id": "SYN-D-10", "documented_on": "2022-10-10", "detained_on": "2022-10-09", "persons": "3",
        "governorate": "Aleppo", "party": "ISIS", "outcome": "disappeared", "released_on": "", "revision": "1",
    }  # fmt: skip
    other = row | {"detention_id": "SYN-D-12", "documented_on": "2022-12-10", "outcome": "held"}
    for month, each in zip(months, (row, other), strict=True):
        house.drop(f"{month}/detentions__synthetic.csv", as_csv([each]))
    yield

    def told(measure: str) -> list[int | None]:
        return [house.figure(measure, month) for month in months]

    assert [told(name) for name in ("disappeared", "still_disappeared", "released")] == [[3, 0], [3, 3], [0, 0]]
    let_go = row | {"outcome": "released", "released_on": "2022-12-20", "revision": "2"}
    house.drop("any/detentions__released.csv", as_csv([let_go]))
    yield
    assert [told(name) for name in ("disappeared", "still_disappeared", "released")] == [[3, 0], [3, 0], [0, 3]]
    assert told("disappeared_found") == [0, 3]
    assert told("detained") == [3, 3]


def a_statement_of_ours_moves_a_record_of_another_month(house: House) -> Night:
    """From the night it is received; the month of the record is made anew, though nobody asks for it."""
    case, other = deaths("2021-03", 2, party="SDF")
    house.drop("2021-03/deaths__synthetic.csv", as_csv([case, other]))
    yield

    def by_party() -> list[int | None]:
        return [house.figure("deaths", "2021-03", party=party) for party in ("sdf", "isis", "other")]

    assert by_party() == [2, 0, 0]
    ours = {
        "attribution_id": "SYN-A-1", "about_kind": "case", "about_id": case["case_id"], "documented_on": "2021-05-12",
        "stated_on": "2021-05-10", "stated_by": "ours", "stance": "claim", "party": "ISIS", "basis": "witness",
    }  # fmt: skip
    denial = ours | {"attribution_id": "SYN-A-2", "stated_by": "accused", "stance": "denial"}
    stated = house.drop("2021-05/attributions__synthetic.csv", as_csv([ours, denial]))
    run = yield
    assert date(2021, 3, 1) not in run.months
    assert by_party() == [1, 1, 0]
    moved = [row for row in house.json("revisions") if (row["month"], row["figure"]) == ("2021-03", "deaths by party")]
    assert [(row["from"], row["to"], row["n"], row["reason"]) for row in moved] == [("sdf", "isis", 1, "reattributed")]
    (told,) = house.json("attributions", case["case_id"])
    assert (told["parties"], told["since"], len(told["statements"])) == (["isis"], "2021-05-10", 2)
    (before,) = house.json("attributions", case["case_id"], "--as-of", "2021-05-09")
    assert (before["parties"], before["since"], before["statements"]) == (["sdf"], None, [])
    assert "said    2021-05-10  ours  claim  isis" in house.cli("explain", case["case_id"]).stdout

    yield from nights(1)  # of others
    # another one of that day names another party: neither wins by its name
    tied = house.drop(
        "any/attributions__tied.csv", as_csv([ours | {"attribution_id": "SYN-A-3", "party": "Coalition"}])
    )
    yield
    assert by_party() == [1, 0, 1]
    candidates = f"select party, candidates from marts.fct_deaths where case_id = '{case['case_id']}'"
    assert house.rows(candidates) == [("pending_two_party", "coalition;isis")]
    assert "I37.tied" in {row["rule_id"] for row in house.json("findings", "--open")}
    (told,) = house.json("attributions", case["case_id"])
    assert told["parties"] == ["coalition", "isis"]
    yield from nights(1)  # of others
    tied.unlink()
    stated.unlink()
    yield
    assert by_party() == [2, 0, 0]


SCENARIOS = (
    a_statement_of_ours_moves_a_record_of_another_month,
    who_was_disappeared_is_released_in_the_month_of_the_release,
    a_massacre_keeps_its_month_when_one_of_its_dead_is_identified,
    a_revision_changes_the_month_of_its_record_and_no_other,
    rows_that_contradict_their_folder_or_each_other_wait_for_their_sender,
    an_incident_knows_its_dead_whenever_they_are_documented,
    who_is_not_on_the_newest_whole_list_is_withdrawn,
    a_list_whose_older_version_was_never_published_holds_its_month,
)

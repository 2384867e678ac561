"""Words that people teach: rows that wait for one are counted after the next night, which works on their months."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.integration.house import BUSINESS_DATE, House, as_csv, deaths

if TYPE_CHECKING:
    from orchestration.pipeline.running import Run

WORD, BY = "Banner of an Invented Hill", ("--by", "Lina")
MAY, JUNE, JULY = (date(2023, month, 1) for month in (5, 6, 7))
ALWAYS = {date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)}


def accepted(house: House) -> dict[str | None, tuple[int, int]]:
    """How many deaths were accepted and quarantined, by month."""
    return {month: (row["accepted"], row["quarantined"]) for (month, _), row in house.statuses().items()}


def taught_rule(house: House, run: "Run") -> list[Mapping[str, object]]:
    with house.entered():
        from orchestration.publish import queries

        return [row for row in queries.verdicts(house.place, run.run_id) if row["rule_id"] == "I05.taught"]


def planned(house: House) -> set[date]:
    """The months of the next night, without working on them."""
    with house.entered():
        from orchestration.pipeline.planning import months_of_night

        return set(months_of_night(house.place, date.fromisoformat(BUSINESS_DATE)))


def test_a_word_is_taught_for_some_days_then_for_others_and_taken_back(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    house.drop("2023-05/deaths__a.csv", as_csv(deaths("2023-05", 2)))
    # who died before July is the matter of the first line, whenever it was documented
    house.drop("2023-06/deaths__a.csv", as_csv(deaths("2023-06", 2, party=WORD) + deaths("2023-06", 3)[2:]))
    late = deaths("2023-07", 1, party=WORD.lower(), death_date="2023-06-30")
    house.drop("2023-07/deaths__a.csv", as_csv(late + deaths("2023-07", 3, party=WORD)[1:]))
    house.night()
    (word,) = house.told("quarantine", "--words")
    assert (word["list"], word["word"], word["rows"], word["months"]) == ("parties", WORD, 5, ["2023-06", "2023-07"])
    refused = house.cli("learn", "parties", WORD, "other_identifyed", *BY)
    assert (refused.returncode, "the nearest: other_identified" in refused.stderr) == (1, True)

    (told,) = house.told("learn", "parties", WORD, "other_identified", *BY, "--until", "2023-06-30")
    assert (told["rows"], told["alone"], told["months"]) == (3, 3, ["2023-06", "2023-07"])
    run = house.night()
    assert set(run.months) == {JUNE, JULY} | ALWAYS
    assert [accepted(house)[month] for month in ("2023-05", "2023-06", "2023-07")] == [(2, 0), (3, 0), (1, 2)]
    assert house.figure("deaths", "2023-07", party="other") == 1
    assert [row["verdict"] for row in taught_rule(house, run)] == ["passed"]

    # a file that cannot be read changes nothing, whoever asks for a run; a line that is not clear is told
    (house.root / "spellings.csv").rename(house.root / "kept.csv")
    (house.root / "spellings.csv").write_text("no heading\n")
    run = house.months(JUNE)
    assert accepted(house)["2023-06"] == (3, 0)
    assert [row["verdict"] for row in taught_rule(house, run)] == ["failed", "failed"]
    (house.root / "kept.csv").rename(house.root / "spellings.csv")

    # the days after the bound, asked for with another month: a word is read the same in all of them
    assert house.cli("learn", "parties", WORD, "hts", *BY, "--from", "2023-07-01").returncode == 0
    house.months(MAY)
    assert accepted(house)["2023-07"] == (3, 0)
    assert planned(house) == ALWAYS

    (house.root / "spellings.csv").unlink()
    run = house.night()
    assert set(run.months) == {JUNE, JULY} | ALWAYS
    assert [accepted(house)[month] for month in ("2023-05", "2023-06", "2023-07")] == [(2, 0), (1, 2), (0, 3)]


def test_a_party_of_the_data_roots_own_is_counted_in_its_line(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    named, taught, known = deaths("2025-01", 3)
    rows = [named | {"party": WORD}, taught | {"party": "Hill Flag"}, known]
    house.drop("2025-01/deaths__a.csv", as_csv(rows))
    house.night()
    assert accepted(house)["2025-01"] == (1, 2)

    # its name is a spelling at once; without a line a scheme has it in other; a line that is not clear is told
    lines = [
        "party,name_en,name_ar,kind,lines",
        f"hill,{WORD},تل مخترع,non_state,snhr_2025=sdf",
        "Hill 2,A,B,non_state,",
    ]
    (house.root / "own_parties.csv").write_text("\n".join(lines), "utf-8")
    run = house.night()
    assert accepted(house)["2025-01"] == (2, 1)
    assert house.figure("deaths", "2025-01", party="sdf") == 1
    assert {row["verdict"] for row in taught_rule(house, run)} == {"passed", "failed"}

    assert house.cli("learn", "parties", "Hill Flag", "hill", *BY).returncode == 0
    house.night()
    assert accepted(house)["2025-01"] == (3, 0)
    assert house.figure("deaths", "2025-01", party="sdf") == 2

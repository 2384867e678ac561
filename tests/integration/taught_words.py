"""Words that people teach: rows that wait for one are counted after the next night, which works on their months."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from tests.integration.house import House, as_csv, deaths
from tests.integration.shared_nights import Night, planned

if TYPE_CHECKING:
    from orchestration.pipeline.running import Run

WORD, PARTY, BY = "Banner of an Invented Valley", "Guard of an Invented Hill", ("--by", "Lina")
MAY, JUNE, JULY = (date(2023, month, 1) for month in (5, 6, 7))
ALWAYS = {date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)}


def accepted(house: House) -> dict[str | None, tuple[int, int]]:
    """How many deaths were accepted and quarantined, by month."""
    return {month: (row["accepted"], row["quarantined"]) for (month, _), row in house.statuses().items()}


def taught_rule(house: House, run: "Run") -> list[Mapping[str, object]]:
    with house.entered():
        from orchestration.publish import queries

        return [row for row in queries.verdicts(house.place, run.run_id) if row["rule_id"] == "I05.taught"]


def months_of_2023(run: "Run") -> set[date]:
    """Of the months of a run those of these scenarios: others have dropped sheets of their own."""
    return {month for month in run.months if month.year == 2023 and month < date(2023, 8, 1)}


def unclear(house: House, run: "Run", file: str) -> list[Mapping[str, object]]:
    """What the rule says of one of the files, where it fails."""
    return [row for row in taught_rule(house, run) if row["period_kind"] and str(row["subject"]).startswith(file)]


def a_word_is_taught_for_some_days_then_for_others_and_taken_back(house: House) -> Night:
    """The months of 2023."""
    house.drop("2023-05/deaths__a.csv", as_csv(deaths("2023-05", 2)))
    # who died before July is the matter of the first line, whenever it was documented
    house.drop("2023-06/deaths__a.csv", as_csv(deaths("2023-06", 2, party=WORD) + deaths("2023-06", 3)[2:]))
    late = deaths("2023-07", 1, party=WORD.lower(), death_date="2023-06-30")
    house.drop("2023-07/deaths__a.csv", as_csv(late + deaths("2023-07", 3, party=WORD)[1:]))
    yield
    (word,) = [row for row in house.json("quarantine", "--words") if row["word"] == WORD]
    assert (word["list"], word["rows"], word["months"]) == ("parties", 5, ["2023-06", "2023-07"])
    refused = house.cli("learn", "parties", WORD, "other_identifyed", *BY)
    assert (refused.returncode, "the nearest: other_identified" in refused.stderr) == (1, True)

    (told,) = house.json("learn", "parties", WORD, "other_identified", *BY, "--until", "2023-06-30")
    assert (told["rows"], told["alone"], told["months"]) == (3, 3, ["2023-06", "2023-07"])
    assert planned(house) == {JUNE, JULY} | ALWAYS
    run = yield
    assert months_of_2023(run) == {JUNE, JULY}
    assert [accepted(house)[month] for month in ("2023-05", "2023-06", "2023-07")] == [(2, 0), (3, 0), (1, 2)]
    assert house.figure("deaths", "2023-07", party="other") == 1
    assert [row["verdict"] for row in taught_rule(house, run)] == ["passed"]

    # the days after the bound, asked for with another month: a word is read the same in all of them
    assert house.cli("learn", "parties", WORD, "hts", *BY, "--from", "2023-07-01").returncode == 0
    run = yield
    assert run.months == [MAY]
    assert accepted(house)["2023-07"] == (3, 0)
    assert planned(house) == ALWAYS
    yield

    # a file that cannot be read changes nothing, whoever asks for a run; a line that is not clear is told
    path = house.root / "spellings.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("no heading\n")
    run = yield
    assert JUNE in run.months
    assert [accepted(house)[month] for month in ("2023-06", "2023-07")] == [(3, 0), (3, 0)]
    assert [row["verdict"] for row in unclear(house, run, "spellings.csv")] == ["failed"]

    path.write_text("".join(line for line in lines if WORD not in line), "utf-8")
    assert planned(house) == {JUNE, JULY} | ALWAYS
    run = yield
    assert months_of_2023(run) == {JUNE, JULY}
    assert [accepted(house)[month] for month in ("2023-05", "2023-06", "2023-07")] == [(2, 0), (1, 2), (0, 3)]


def a_party_nobody_knew_is_added_counted_in_its_line_and_taken_out_again(house: House) -> Night:
    """January 2025; it is added when the word has been taught twice."""
    named, called, known = deaths("2025-01", 3)
    rows = [named | {"party": PARTY}, called | {"party": "Hill Flag"}, known]
    house.drop("2025-01/deaths__a.csv", as_csv(rows))
    for _ in range(3):
        yield
        assert accepted(house)["2025-01"] == (1, 2)

    party = ("add-party", "hill", "--name-en", PARTY, "--name-ar", "تل مخترع", "--kind", "non_state", *BY)
    for words, sentence in {
        ("--name-en", "S.D.F."): "--name-en: means sdf already",
        ("--line", "snhr_2025=sfd"): "--line: has no line of a scheme, scheme=line; the nearest: snhr_2025=sdf",
        ("--kind", "militia"): "--kind: is no kind of party (expected one of group, non_state, residual, state,",
        ("--parent", "sdff"): "--parent: is no party of the code lists; the nearest: sdf",
        ("--from", "1/2/2024"): "--from: is no date (expected YYYY-MM-DD)",
        ("--by", " "): "--by wants a word",
    }.items():
        refused = house.cli(*party, *words)
        assert (refused.returncode, f"casebook: {sentence}" in refused.stderr) == (1, True), refused.stderr
    assert not (house.root / "own_parties.csv").exists()
    assert "parties has no code hill" in house.cli("learn", "parties", "Hill Flag", "hill", *BY).stderr

    (told,) = house.json(*party, "--line", "snhr_2025=sdf", "--note", "Invented")
    # where the scheme was split, its line goes on
    others, later = ("2011", "2015", "2023", "2024"), ("2025", "2025_02", "2025_03", "2025_04", "2025_09")
    assert told["printed_lines"] == [
        *(f"snhr_{name}=other" for name in others),
        *(f"snhr_{name}=sdf" for name in later),
    ]
    assert (told["rows"], told["alone"], told["months"]) == (1, 1, ["2025-01"])
    assert "CODE: row 2 has this code or name too" in house.cli(*party).stderr
    # a word that means it is taught at once, before any night knows the code
    (told,) = house.json("learn", "parties", "Hill Flag", "hill", *BY)
    assert (told["rows"], told["is_written"]) == (1, True)
    exported = house.cli("learn", "--export").stdout.splitlines()
    assert exported[:2] == ["# dbt_project/seeds/parties.csv", f"hill,{PARTY},تل مخترع,non_state,2011-03-01,,,Invented"]
    assert exported[3:5] == ["hill,other,2011-03-01,2024-12-31,Invented", "hill,sdf,2025-01-01,,Invented"]
    of_aliases = [line for line in exported[5:] if WORD not in line]
    assert of_aliases == ["# dbt_project/seeds/party_aliases.csv", "Hill Flag,hill,,,"]

    assert MAY in planned(house)
    run = yield
    assert (accepted(house)["2025-01"], house.figure("deaths", "2025-01", party="sdf")) == ((3, 0), 2)
    assert {row["verdict"] for row in taught_rule(house, run)} == {"passed"}
    assert planned(house) == ALWAYS

    # a file that cannot be read changes nothing, and a line that is not clear adds nothing: both are told
    path = house.root / "own_parties.csv"
    text = path.read_text("utf-8")
    path.write_bytes(b"PK\x03\x04 no text")
    assert planned(house) == ALWAYS
    refused = house.cli(*party)
    assert (refused.returncode, "own_parties.csv: " in refused.stderr) == (1, True)
    run = yield
    assert (accepted(house)["2025-01"], house.figure("deaths", "2025-01", party="sdf")) == ((3, 0), 2)
    assert {row["verdict"] for row in unclear(house, run, "own_parties.csv")} == {"failed"}
    path.unlink()
    path.mkdir()  # to whoever reads it, like a file that is locked
    assert planned(house) == {JUNE, JULY} | ALWAYS  # those of the word that was taken back
    yield
    assert accepted(house)["2025-01"] == (3, 0)
    path.rmdir()
    path.write_text(text.replace(",Invented", ',"Invented, as all"'), "utf-8")  # a note decides nothing
    assert planned(house) == ALWAYS

    # nobody names it any more: its line is taken out, and the word that means it
    house.drop("2025-01/deaths__a.csv", as_csv([row | {"party": known["party"]} for row in rows]))
    path.unlink()
    (house.root / "spellings.csv").unlink()
    run = yield
    assert (accepted(house)["2025-01"], house.figure("deaths", "2025-01", party="sdf")) == ((3, 0), 0)
    assert {row["verdict"] for row in taught_rule(house, run)} == {"not judged"}
    assert house.rows("select count(*) from marts.dim_parties where party = 'hill'") == [(0,)]


SCENARIOS = (
    a_word_is_taught_for_some_days_then_for_others_and_taken_back,
    a_party_nobody_knew_is_added_counted_in_its_line_and_taken_out_again,
)

"""A year in which the list of parties changes four times: months are told as printed, sums by what they can add."""

from collections.abc import Callable

from tests.integration.house import House, as_csv, deaths

# a line of no other list, of each list of 2025; and what stands in all of them
PRINTED = {
    "2025-01": {"SDF": "sdf", "General Security": "other"},
    "2025-02": {"SDF": "sdf", "General Security": "general_security"},
    "2025-03": {"فلول النظام": "former_regime_groups", "Syrian army": "coast_operation_forces"},
    "2025-04": {"SDF": "sdf", "Syrian government": "transitional_government", "الاحتلال الإسرائيلي": "israel"},
    "2025-09": {"الحكومة السورية": "transitional_government", "Hezbollah": "hezbollah", "Turkish forces": "other"},
}


def test_a_year_of_five_lists(new_house: Callable[[str], House]) -> None:
    house = new_house("lists")
    rows = [
        row | {"case_id": f"{month}-{party}"}
        for month, parties in PRINTED.items()
        for party in parties
        for row in deaths(month, 1, party=party)
    ]
    house.drop("any/deaths__lists.csv", as_csv(rows))
    run = house.night("2026-01-10")
    assert not run.is_rule
    told = {
        month: {line: house.figure("deaths", month, party=line) for line in parties.values()}
        for month, parties in PRINTED.items()
    }
    assert told == {month: dict.fromkeys(parties.values(), 1) for month, parties in PRINTED.items()}
    # a line that is printed and has nobody is at 0; one that is not printed is no figure
    assert house.figure("deaths", "2025-04", party="hezbollah") == 0
    assert house.figure("deaths", "2025-01", party="hezbollah") is None
    # April to December have one list under two names; over the year only what never changed adds up
    half, year = (
        {row["party"]: row["value"] for row in house.json("figures", "--period", period, "--by", "party")
         if (row["measure"], row["category"]) == ("deaths", "total")}
        for period in ("2025-H2", "2025")
    )  # fmt: skip
    assert (half["transitional_government"], half["hezbollah"], half["other"]) == (1, 1, 1)
    assert year == {"sdf": 3, "coalition": 0, "sna": 0, "list_changed": len(rows) - 3}
    assert {
        row["verdict"] for row in verdicts(house, run.run_id) if row["rule_id"] in ("I62", "I63", "I64", "I73")
    } == {"passed"}


def verdicts(house: House, run_id: str) -> list[dict[str, object]]:
    """What the rules of a run came to."""
    with house.entered():
        from orchestration.publish import queries

        return [dict(row) for row in queries.verdicts(house.place, run_id)]

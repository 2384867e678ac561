"""What withdrawals, and the same sheets once more, do to the sample months: exactly what they say, and nothing else."""

import shutil
from datetime import date

from tests.integration.house import House, as_csv

KEYS = {"deaths": "case_id", "incidents": "incident_id", "detentions": "detention_id"}
REQUIRED = {
    "deaths": ("killed_governorate", "party"),
    "incidents": ("date_from", "governorate"),
    "detentions": ("detained_on", "governorate", "party"),
}


def withdrawals(house: House, kind: str, month: str) -> str:
    """A sheet that withdraws every record of a kind and month, with no more than it must say."""
    records = house.rows(f"select {KEYS[kind]} from marts.fct_{kind} where month = date '{month}-01' order by all")
    empty = dict.fromkeys(REQUIRED[kind], "")
    return as_csv(
        [
            {KEYS[kind]: record, "documented_on": "", **empty, "status": "withdrawn", "revision": "7"}
            for (record,) in records
        ]
    )


def test_a_month_emptied_by_withdrawals_becomes_empty(sample_copy: House) -> None:
    house = sample_copy
    others = {month: house.facts(month, without=()) for month in ("2024-12", "2025-01")}
    before = house.statuses()
    for kind in KEYS:
        house.drop(f"2025-02/{kind}__synthetic_withdrawals.csv", withdrawals(house, kind, "2023-07"))
    house.night()
    facts = house.facts("2023-07")
    figures = facts.pop("fct_figures")
    assert facts.pop("fct_stated_figures")  # what was printed of the month stays printed
    assert len([row for row in facts.pop("fct_received_rows") if row[1] in KEYS]) == len(KEYS)
    assert facts == dict.fromkeys(facts, [])
    assert figures
    assert {row[-1] for row in figures} == {0}
    for kind in KEYS:
        was, now = before["2023-07", kind], house.statuses()["2023-07", kind]
        withdrawn = was["counted"] + was["excluded"]
        assert now == {
            "received": was["received"] + withdrawn, "accepted": was["accepted"] + withdrawn,
            "quarantined": was["quarantined"], "counted": 0, "excluded": 0, "superseded": withdrawn,
            "withdrawn": withdrawn,
        }  # fmt: skip
    assert {month: house.facts(month, without=()) for month in others} == others


def test_the_same_again_changes_nothing(sample_copy: House) -> None:
    """The same bytes under another name, the same months again, and a closed month again: not a byte differs."""
    house = sample_copy
    facts, status = house.facts(without=()), house.statuses()
    source = house.root / "raw" / "2025-01" / "synthetic_submissions.json"
    shutil.copy(source, source.with_name("synthetic_submissions_again.json"))
    house.months(date(2023, 7, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1))
    assert house.facts(without=()) == facts
    assert house.statuses() == status

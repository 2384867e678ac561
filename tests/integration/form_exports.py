"""Form tools' exports: is each victim of one submission, and has a submission the victims it declares (I03)?"""

import io
import json

import xlsxwriter

from tests.integration.house import House, deaths
from tests.integration.shared_nights import Night


def incident(month: str, number: int, **cells: object) -> dict[str, object]:
    row = {
        "incident_id": f"SYN-I-{month}-{number}", "_id": 70 + number, "_index": number,
        "documented_on": f"{month}-10", "date_from": f"{month}-09", "governorate": "Aleppo",
        "party": "Gunfire of unidentified source", "mechanism": "gunfire",
    }  # fmt: skip
    return row | cells


def export(**tabs: list[dict[str, object]]) -> bytes:
    """A workbook as a form tool writes it: the submissions in one tab, those of a repeat group in another."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in tabs.items():
            tab = book.add_worksheet(name)
            heading = list(dict.fromkeys(heading for row in rows for heading in row))
            for place, cells in enumerate([heading, *([row.get(each, "") for each in heading] for row in rows)]):
                tab.write_row(place, 0, cells)
    return stream.getvalue()


def told(house: House, month: str, severity: str = "Q") -> list[tuple[str, int, str]]:
    rows = house.json("quarantine", "--notes", "--month", month)
    return [
        (row["tab"], row["row_number"], row["sentence"])
        for row in rows
        if (row["rule_id"], row["severity"]) == ("I03", severity)
    ]


def a_workbook(house: House) -> Night:
    month = "2023-10"
    links = [
        {"_submission__id": 71}, {"_parent_table_name": "incidents", "_parent_index": 1, "_submission__id": 71},
        {"_submission__id": 79}, {"_parent_table_name": "incidents", "_parent_index": 2, "_submission__id": 71},
    ]  # fmt: skip
    victims = [row | link for row, link in zip(deaths(month, 4), links, strict=True)]
    mains = [
        incident(month, 1, number_of_victims=3),
        incident(month, 2, number_of_victims=1),
        incident(month, 3, number_of_victims=0),
    ]
    house.drop(f"{month}/form.xlsx", export(incidents=mains, deaths=victims))
    yield
    # refused is what is of none or of two, and what a submission lacks is told beside it
    assert told(house, month) == [
        ("deaths", 4, "the submission 79, which the row is of, is not in the main tab of its workbook"),
        ("deaths", 5, "the row is of 2 submissions of the main tab: expected one"),
    ]
    assert told(house, month, "A") == []
    assert house.statuses()[month, "deaths"]["counted"] == 2
    assert house.statuses()[month, "deaths"]["quarantined"] == 2
    assert house.figure("deaths", month) == 2


def victims_that_are_missing(house: House) -> Night:
    month = "2023-09"
    victims = [row | {"_submission__id": 71} for row in deaths(month, 2)]
    mains = [incident(month, 1, number_of_victims=3), incident(month, 2, number_of_victims=1), incident(month, 3)]
    house.drop(f"{month}/form.xlsx", export(incidents=mains, deaths=victims))
    wrapped = [
        {"_id": 7, "number_of_victims": 2, "deaths": [row | {"case_id": f"J-{row['case_id']}"} for row in each]}
        for each in (deaths(month, 2), deaths(month, 1, case_id="other"))
    ]
    house.drop(f"{month}/export.json", json.dumps(wrapped))
    yield
    assert told(house, month, "A") == [
        ("deaths", 3, "the submission 2 declares 2 as its number of victims, and has 1"),
        ("incidents", 2, "the submission 71 declares 3 as its number of victims, and has 2"),
        ("incidents", 3, "the submission 72 declares 1 as its number of victims, and has 0"),
    ]
    assert told(house, month) == []
    assert house.figure("deaths", month) == 5
    [finding] = [row for row in house.json("findings") if row["rule_id"] == "I03.declared"]
    assert finding["message"].startswith("Submissions with another number of victims than they declare, ")
    assert (finding["severity"], finding["observed"]) == ("A", 3)


def more_than_a_few_of_no_submission_hold_the_month_back(house: House) -> Night:
    month = "2023-08"
    victims = [row | {"_submission__id": 79} for row in deaths(month, 4)]
    house.drop(f"{month}/form.xlsx", export(incidents=[incident(month, 1)], deaths=victims))
    yield
    [finding] = [row for row in house.json("findings") if row["rule_id"] == "I03"]
    assert finding["message"] == (
        "Rows of deaths refused: victims without their submission, August 2023: 4 rows; "
        "a month is held back above 3 rows"
    )


SCENARIOS = (a_workbook, victims_that_are_missing, more_than_a_few_of_no_submission_hold_the_month_back)

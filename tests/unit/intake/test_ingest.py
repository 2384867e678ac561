"""The lake: what is current, what changed, what is read again, and where rows are stored."""

import json
import os
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest
import xlsxwriter
import yaml

from orchestration.intake import RawError, duckdb_session, let_go, listing, mapping, take_in, unprocessed
from orchestration.intake.contract import RECEIVED

JULY, AUGUST = date(2023, 7, 1), date(2023, 8, 1)


def dated(house, written: str) -> str:
    return house.csv([house.row[0], written, *house.row[2:]])


def test_rows_are_stored_under_the_contract(house):
    house.drop("deaths.csv", house.csv())
    [(month, path)] = house.night().files["deaths"]
    deaths = yaml.load(RECEIVED.read_text("utf-8"), Loader=yaml.CSafeLoader)["sources"][0]["tables"][0]
    contract = pq.read_schema(house.root / "lake/received/deaths/empty.parquet")
    assert contract.names == [column["name"] for column in deaths["columns"]]
    assert set(pq.read_schema(path)) < set(contract)  # without the columns that nothing stands in
    assert {name for name, cell in house.rows()[0].items() if cell is not None} <= set(pq.read_schema(path).names)
    assert month == JULY and path.parent.name == "2023-07"
    assert (house.root / "lake").stat().st_mode & 0o777 == 0o700
    assert (house.root / "lake/originals" / path.stem).read_text("utf-8") == house.csv()


def test_the_same_bytes_again_change_nothing(house):
    house.drop("deaths.csv", house.csv())
    first = house.night()
    house.settle(first)
    house.drop("deaths__copy.csv", house.csv())
    [(_, path)] = first.files["deaths"]
    written = path.stat().st_mtime_ns
    second = house.night(at=datetime(2023, 10, 1, tzinfo=UTC))
    assert first.changed_months == [JULY] and second.changed_months == []
    assert second.sheets.slice(0, 1).equals(first.sheets) and path.stat().st_mtime_ns == written
    [_, note] = second.sheets["notes"].to_pylist()
    assert note.startswith("raw/2023-07/deaths__copy.csv: it has the same bytes as raw/2023-07/deaths.csv")
    assert house.rows(second)[0]["received_at"] == datetime(2023, 9, 3)


def test_of_files_with_the_same_bytes_the_one_that_can_be_read_is_read(house):
    house.drop("a.pdf", house.csv())
    house.drop("deaths.csv", house.csv())
    intake = house.night()
    assert len(house.rows(intake)) == 1 and house.set_aside(intake) == []
    assert intake.sheets["notes"].to_pylist()[1].startswith("raw/2023-07/a.pdf: it has the same bytes")
    (house.root / "raw/2023-07/deaths.csv").unlink()
    assert "it is a PDF" in house.set_aside()[0]


def test_changes_stay_until_processed(house):
    house.drop("deaths.csv", house.csv())
    assert house.night().changed_months == house.night().changed_months == [JULY]


def test_what_waits_is_told_without_reading_a_sheet(house):
    def told():
        return unprocessed(house.root, house.processed, house.root / "raw")

    path = house.drop("deaths.csv", house.csv())
    assert told() == (["2023-07/deaths.csv"], [])
    house.drop("deaths__copy.csv", house.csv())
    taken = house.night()
    assert told() == ([], ["2023-07"])
    house.settle(taken)
    listed = sorted(house.root.rglob("*"))
    assert told() == ([], [])
    path.unlink()
    house.drop("deaths__copy.csv", dated(house, "2023-08-02"))
    assert told() == (["2023-07/deaths.csv", "2023-07/deaths__copy.csv"], [])
    assert sorted(house.root.rglob("*")) == [each for each in listed if each != path]


def test_removed_and_replaced_files_change_their_months(house):
    path = house.drop("deaths.csv", house.csv())
    house.settle(house.night())
    house.drop("deaths.csv", dated(house, "2023-08-02"))
    replaced = house.night()
    assert replaced.changed_months == [JULY, AUGUST] and len(house.rows(replaced)) == 1
    house.settle(replaced)
    path.unlink()
    let_go(house.root, house.root / "raw")  # the last one: a person says that it is gone
    removed = house.night()
    assert removed.changed_months == [AUGUST] and removed.files["deaths"] == [] and removed.sheets.num_rows == 0
    assert len(list((house.root / "lake/originals").iterdir())) == 2


def test_rows_lie_under_their_date_then_their_folder(house):
    house.drop("deaths.csv", dated(house, "07/05/2023"))
    house.drop("deaths__serial.csv", dated(house, "45112"))
    house.drop("deaths__future.csv", dated(house, "2024-01-01"))
    house.drop("deaths__old.csv", dated(house, "2010-01-01"), "any")
    intake = house.night()
    assert [month for month, _ in intake.files["deaths"]] == [date(2023, 5, 1), JULY, JULY, None]
    assert intake.undated_changed


def test_a_future_row_moves_when_its_month_comes(house):
    house.drop("deaths.csv", dated(house, "2023-10-01"), "any")
    house.settle(house.night())
    assert [month for month, _ in house.night(date(2023, 10, 2)).files["deaths"]] == [date(2023, 10, 1)]
    assert [month for month, _ in house.night(date(2023, 9, 2)).files["deaths"]] == [None]


def test_stated_figures_lie_under_the_end_of_their_period(house):
    headings = "document,period_start,period_end,measure,party,category,value,unit,hedge"
    house.drop("stated_figures.csv", f"{headings}\n004,2023-01-01,2023-07-31,deaths,ALL,total,1,count,exact\n", "any")
    assert [month for month, _ in house.night().files["stated_figures"]] == [JULY]


def test_what_is_no_sheet_is_ignored(house):
    for name in (".hidden.csv", "~$deaths.xlsx", "deaths.csv.tmp", "README.txt", "page.md", "Thumbs.db", "a.xlsx.part"):
        house.drop(name, "x")
    house.drop("deaths.csv", house.csv(), "__MACOSX")
    (house.root / "raw/2023-07/folder").mkdir()
    assert house.night().sheets.num_rows == 0


def test_what_cannot_be_used_is_set_aside_with_its_reason(house):
    house.drop("deaths.pdf", "a page")
    house.drop("people.csv", house.csv([*house.row[:4], "x", "y"], headings=[*house.headings[:3], "x", "y", "z"]))
    house.drop("deaths__missing.csv", house.csv(headings=["case_id", "documented_on", "x", "y", "z", "notes"]))
    house.drop("deaths__twice.csv", house.csv(headings=[*house.headings[:5], "Case ID"]))
    house.drop("deaths__same.csv", house.csv(headings=["case no", *house.headings[1:5], "case number"]))
    house.drop("deaths.parquet", "x")
    house.drop("deaths.csv", house.csv())
    intake = house.night()
    reasons = " ".join(house.set_aside(intake))
    assert len(house.set_aside(intake)) == 6 and len(house.rows(intake)) == 1
    for words in (
        "it is a PDF",
        "of no known kind (nearest by its headings: deaths, which also has party)",
        "required heading killed_governorate, party",
        "stands there twice",
        "two headings mean case_id",
        "damaged",
    ):
        assert words in reasons


def test_unknown_columns_travel_with_the_row(house):
    house.drop(
        "deaths.csv", house.csv([*house.row, "x", ""], [*house.row, "", " "], headings=[*house.headings, "Team", ""])
    )
    assert [row["unknown_columns"] and json.loads(row["unknown_columns"]) for row in house.rows()] == [
        {"Team": "x"},
        None,
    ]


def test_unknown_headings_that_are_alike_or_blank_are_told_apart_by_their_number(house):
    headings = [*house.headings, "remark", "", "remark"]
    house.drop("deaths.csv", house.csv([*house.row, "a", "b", "c"], headings=headings))
    [row] = house.rows()
    assert json.loads(row["unknown_columns"]) == {"remark, column 7": "a", "column 8": "b", "remark, column 9": "c"}


def test_columns_that_nothing_stands_in_are_none_however_many(house):
    house.drop("deaths.csv", house.csv([*house.row, *[""] * 3000], headings=[*house.headings, *[""] * 3000]))
    house.drop("deaths__b.csv", house.csv([*house.row, *["x"] * 3000], headings=[*house.headings, *[""] * 3000]))
    assert [row["unknown_columns"] for row in house.rows()] == [None]
    assert house.set_aside() == [
        "raw/2023-07/deaths__b.csv: it has 3,006 headings, more than 2,000; one heading a question was expected."
    ]


def test_a_sheet_whose_heading_is_not_found_says_where_it_was_looked_for(house):
    house.drop("deaths.csv", "a title\n" * 25 + house.csv())
    assert house.set_aside() == [
        "raw/2023-07/deaths.csv: none of its first 20 rows has a heading of deaths; a row with case_id, documented_on, "
        "killed_governorate, party was expected."
    ]


def test_a_torn_manifest_or_a_stray_file_is_no_harm(house):
    house.drop("deaths.csv", house.csv())
    [(_, path)] = house.night().files["deaths"]
    (path.parent / ".stray.tmp").write_bytes(b"PAR1")
    (house.root / "lake/manifest" / f"{path.stem}.json").write_text("{")
    path.unlink()
    assert len(house.rows()) == 1


def originals(house) -> dict[str, int]:
    """The inodes of the originals: a file that is fetched again gets another one."""
    return {path.name: path.stat().st_ino for path in (house.root / "lake/originals").iterdir()}


def test_a_file_that_lies_as_it_did_is_not_fetched_again(house):
    house.drop("deaths.csv", house.csv())
    house.night()
    before = originals(house)
    assert house.night().sheets.num_rows == 1 and originals(house) == before
    next((house.root / "lake/originals").iterdir()).unlink()
    assert len(house.rows()) == 1 and originals(house).keys() == before.keys()


def test_a_change_is_seen_though_size_and_time_of_writing_are_the_same(house):
    path = house.drop("deaths.csv", dated(house, "2023-07-05"))
    known = path.stat()
    house.night()
    [listed] = listing(house.root / "raw")
    house.drop("deaths.csv", dated(house, "2023-08-05"))
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (known.st_size, known.st_mtime_ns)
    assert [each.path for each in listing(house.root / "raw")] == [listed.path] == ["2023-07/deaths.csv"]
    assert listing(house.root / "raw") != [listed]
    assert [month for month, _ in house.night().files["deaths"]] == [AUGUST]


def test_a_folder_that_is_not_there_stops_the_night(house):
    with pytest.raises(RawError, match=r"elsewhere cannot be listed \(it is not there\); nothing was taken in"):
        take_in(house.root, datetime(2023, 9, 3), date(2023, 9, 3), None, house.root / "elsewhere")


def test_a_part_that_the_disk_lost_is_made_anew(house):
    house.drop("deaths.csv", house.csv())
    [(_, path)] = house.night().files["deaths"]
    path.write_bytes(path.read_bytes()[:100])
    assert len(house.rows()) == 1


def test_rows_of_many_months_keep_their_order(house):
    months = ["2023-07-05", "2023-05-01", "2023-07-01", "", "2023-05-09"]
    house.drop("deaths.csv", house.csv(*([f"SYN-{i}", day, *house.row[2:]] for i, day in enumerate(months))), "any")
    stored = [pq.read_table(path)["case_id"].to_pylist() for _, path in house.night().files["deaths"]]
    assert stored == [["SYN-1", "SYN-4"], ["SYN-0", "SYN-2"], ["SYN-3"]]


def kind_of(house, name: str, headings: list[str], tab: str = "") -> tuple[str | None, str]:
    with duckdb_session.shared() as con:
        kind, kind_from = mapping.load(con, house.root)[0].kind_of(headings, tab, name)
    return kind and kind.name, kind_from


@pytest.mark.parametrize(
    ("name", "tab", "kind", "kind_from"),
    [
        ("deaths__homs", "", "deaths", "name"),
        ("Death", "", "deaths", "name"),
        ("victims november", "", "deaths", "headings"),
        ("deaths_new", "", "deaths", "headings"),
        ("incidents of november", "", "deaths", "headings"),
        ("incidents", "", "incidents", "name"),
        ("x", "Deaths", "deaths", "tab"),
        ("incidents", "deaths", "deaths", "tab"),
    ],
)
def test_a_kind_is_said_by_tab_or_name_and_else_by_headings(house, name, tab, kind, kind_from):
    assert kind_of(house, name, house.headings, tab) == (kind, kind_from)


def test_headings_that_fit_no_kind_or_several_leave_it_to_the_words_of_the_name(house):
    incidents = ["incident_id", "documented_on", "date_from", "governorate"]
    both = list(dict.fromkeys([*house.headings, *incidents, "documented_on"]))
    assert kind_of(house, "november", both) == (None, "")
    assert kind_of(house, "Incidents - final (2)", both) == ("incidents", "name")
    assert kind_of(house, "deaths and incidents", both) == (None, "")
    assert kind_of(house, "attacks on facility (facility attacks)", ["x"]) == ("facility_attacks", "name")
    assert kind_of(house, "people", ["x"]) == (None, "")


def test_headings_of_which_another_kind_knows_more_do_not_say_the_kind(house):
    acts = ["occurred_from", "victims", "method", "children", "women"]
    # two of the headings only deaths know: a name and the notes both kinds do
    assert kind_of(house, "november", [*house.headings, "age", *acts[:2]]) == ("deaths", "headings")
    assert kind_of(house, "november", [*house.headings[:4], *acts]) == (None, "")
    assert kind_of(house, "acts of torture", [*house.headings[:4], *acts]) == ("torture", "name")


@pytest.mark.parametrize("name", ["x.csv", "deaths.csv", "stated_figures__x.csv"])
@pytest.mark.parametrize(
    "headings",
    [
        ["month", "case_id", "documented_on", "governorate", "party", "scheme", "row_key"],
        ["measure", "period_kind", "scheme", "category", "value"],
        ["month", "governorate", "scheme", "deaths"],
        ["month", "kind", "received", "accepted", "quarantined"],
        ["row_key", "received_month", "case_id", "documented_on", "killed_governorate", "party"],
        ["month", "standing", "final_on"],
    ],
)
def test_a_table_of_ours_is_known_whatever_it_is_called(house, name, headings):
    house.drop(name, house.csv(["1"] * len(headings), headings=headings))
    [reason] = house.set_aside()
    assert "Casebook made this table" in reason


def test_a_table_of_ours_is_known_on_any_tab_and_read_by_a_layout_for_it(house):
    ours = ["month", "scheme", *house.headings]
    with xlsxwriter.Workbook(house.drop("deaths.xlsx", b"")) as book:
        for tab, headings in (("Cases", house.headings), ("Deaths", ours)):
            sheet = book.add_worksheet(tab)
            sheet.write_row(0, 0, headings)
            sheet.write_row(1, 0, house.row + [""] * (len(headings) - len(house.row)))
    [reason] = house.set_aside()
    assert "tab Deaths: Casebook made this table" in reason and len(house.rows()) == 1
    house.layout("name: own\nkind: deaths\nidentified_by: [scheme, month]\ndates: iso\ncolumns: {case_id: case_id}\n")
    assert house.set_aside() == []


@pytest.mark.parametrize(
    ("beside", "is_one"),
    [
        (["attack_id", "attacked_on", "facility_type", "place"], False),
        (["incident_id", "date_from", "governorate"], False),
        (["رقم الحادثة", "تاريخ التوثيق", "date_from", "المحافظة"], False),
        # what belongs to the case: its incident, more of it, a legend
        (["incident_id", "date_from", "place"], True),
        (["sex", "age", "notes"], True),
        (["Colour", "Meaning"], True),
    ],
)
def test_two_tables_side_by_side_are_told(house, beside, is_one):
    headings = [*house.headings[:4], "", *beside]
    for name, read in (("list.csv", headings), ("deaths.csv", [*beside, "", *house.headings[:4]])):
        house.drop(name, house.csv([*"x" * len(read)], headings=read))
    reasons = house.set_aside()
    assert len(reasons) == (0 if is_one else 2)
    assert all("two tables stand side by side" in reason for reason in reasons)


def test_a_title_between_the_rows_is_told_and_one_below_them_is_not(house):
    row, blank = house.row, [""] * (len(house.row) - 1)
    house.drop("deaths.csv", house.csv(row, ["Injured", *blank], ["SYN-2", *row[1:]], ["Total 2", *blank]))
    [notes] = house.night().sheets["notes"].to_pylist()
    assert notes == "titles stand between the rows (row 3): what is below them was read as of the same table"


def test_rows_of_the_dead_that_say_under_an_unknown_heading_that_somebody_lives_are_told(house):
    headings = [*house.headings, "Condition"]
    said = ["killed", " Injured", "مفقود", "was injured on the way"]
    house.drop(
        "deaths.csv", house.csv(*([f"SYN-{i}", *house.row[1:], word] for i, word in enumerate(said)), headings=headings)
    )
    intake = house.night()
    assert intake.sheets["notes"].to_pylist() == [
        "rows say under a heading nobody knows that somebody was wounded or detained, is missing or lives (row 3, 4): "
        "they were read as deaths; a layout can say which rows it is for"
    ]
    assert len(house.rows(intake)) == 4
    # somebody has looked at it
    columns = "columns: {party: party}\nignore: [Condition]"
    house.layout(f"name: own\nkind: deaths\nidentified_by: [Condition]\ndates: iso\n{columns}\n")
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("heading", "cells", "rows"),
    [
        ("violation", ["killing", "Detention", "arrested"], "3, 4"),
        ("Outcome", ["died", "Discharged", "تخرج"], "3, 4"),
        ("Patient status", ["dead on arrival", "Stable", "died"], "3"),
        ("Type of case", ["killed", "kidnapped", "injury"], "3, 4"),
        ("casualty_type", ["death", "seriously wounded", "Injury"], "3, 4"),
        ("نوع الحالة", ["قتل", "اعتقال", "خطف"], "3, 4"),
        ("المصير", ["متوفى", "معتقل", "جرح"], "3, 4"),
        ("died", ["yes", "no", "FALSE"], "3, 4"),
        ("isDead", ["1", "0", "yes"], "3"),
        ("متوفى", ["نعم", "لا", ""], "3"),
        ("survived", ["no", "yes", "1"], "3, 4"),
        # who was detained may have died of it, and who was wounded before
        ("Arrested by", ["detained", "arrested", "injury"], None),
        ("Detained", ["yes", "no", "yes"], None),
        ("Injured before", ["yes", "no", "yes"], None),
        ("Died in hospital", ["yes", "no", "yes"], None),
    ],
)
def test_rows_that_say_what_else_became_of_somebody_are_told(house, heading, cells, rows):
    written = [[f"SYN-{i}", *house.row[1:], cell] for i, cell in enumerate(cells)]
    house.drop("deaths.csv", house.csv(*written, headings=[*house.headings, heading]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert (f"is missing or lives (row {rows})" in note) if rows else note is None


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("Three members of a synthetic family", True),
        ("Synthetic Person and his wife", True),
        ("Synthetic Person + 4", True),
        ("شخص مصطنع وأولاده", True),
        ("شخص مصطنع و4 آخرين", True),
        ("7 family members", True),
        ("Synthetic family (5)", True),
        ("Family of Synthetic", True),
        ("Unidentified (3 persons)", True),
        ("mother and 2 kids", True),
        ("One Synthetic and Two Synthetic", True),
        ("One Synthetic; Two Synthetic", True),
        ("Three brothers", True),
        ("عائلة مصطنعة", True),
        ("ثلاثة أطفال", True),
        ("٣ اطفال", True),
        ("أربعة أشخاص مجهولين", True),
        ("Unknown child", False),
        ("Body no. 3", False),
        ("Ferdinand Synthetic", False),
        ("Familyan Synthetic", False),
        ("شخص من عائلة مصطنعة", False),
        ("طفل مجهول", False),
        ("Andrew Synthetic Hisham", False),
        ("Synthetic Person 2", False),
        ("شخص مصطنع", False),
    ],
)
def test_names_of_several_people_are_told_by_their_rows_alone(house, name, is_told):
    house.drop("deaths.csv", house.csv([*house.row[:4], name, "x"]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert ("of several people (row 2)" in note and name not in note) if is_told else note is None


def test_names_of_several_people_are_told_among_many(house):
    names = ["Synthetic Person"] * 3_000
    names[1], names[2_000] = "عائلة مصطنعة", "Synthetic family"
    house.drop("deaths.csv", house.csv(*([f"SYN-{i}", *house.row[1:4], name, "x"] for i, name in enumerate(names))))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert "of several people (row 3, 2002)" in note


@pytest.mark.parametrize(
    ("governorates", "told"),
    [
        (["Homs", "", "", "Hama", "", ""], "2, 5"),
        (["Homs", "", "Hama", "", "Idlib", "", "Raqqa", ""], "2, 4, 6, 8"),
        (["Homs", "", "Hama", "", "Idlib", "", "Raqqa", "", "Aleppo"], None),
        (["Homs", "", "", "Homs", "", ""], None),
        (["Homs", "", "", "Hama", ""], None),
        (["", "Homs", "", "Hama", "", ""], None),
        (["Homs", "", "", "", "", ""], None),
    ],
)
def test_a_governorate_that_stands_once_for_several_rows_is_told(house, governorates, told):
    rows = [[f"SYN-{i}", house.row[1], name, *house.row[3:]] for i, name in enumerate(governorates)]
    house.drop("deaths.csv", house.csv(*rows))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert (f"once for several rows (row {told})" in note) if told else note is None


def test_of_a_kind_that_is_not_the_dead_nobody_is_looked_for_who_lives_or_stands_for_several(house):
    headings = ["event_id", "documented_on", "governorate", "party", "Condition", "Killed"]
    house.drop("torture.csv", house.csv(["SYN-1", "2023-07-05", "Homs", "sdf", "Injured", "5"], headings=headings))
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("headings", "rows"),
    [
        (["Men", "Women", "Children"], "2, 3, 5"),
        (["Number of men", "females killed", "Boys"], "2, 3, 5"),
        (["رجال", "عدد النساء", "الأطفال"], "2, 3, 5"),
        (["Men", "Women in the house", "Rooms"], None),
    ],
)
def test_rows_of_the_dead_that_count_men_women_and_children_are_told(house, headings, rows):
    counts = [["3", "2", "1"], ["1", "1", "0"], ["1", "0", ""], ["", "", "2.0"], ["x", "1", ""]]
    lines = [[f"SYN-{number}", *house.row[1:], *cells] for number, cells in enumerate(counts)]
    house.drop("deaths.csv", house.csv(*lines, headings=[*house.headings, *headings]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert (f"they stand for several dead (row {rows})" in note) if rows else note is None


@pytest.mark.parametrize(
    ("heading", "cells", "rows"),
    [
        ("Killed", ["1", "5", "12.0"], "3, 4"),
        ("العدد", ["3", "", "1"], "2"),
        ("killed_count", ["1", "5", "1"], "3"),
        ("victimsCount", ["1", "5", "1"], "3"),
        ("Number of people", ["1", "5", "1"], "3"),
        ("total", ["1", "5", "1"], "3"),
        ("عدد الأشخاص", ["1", "5", "1"], "3"),
        ("Total rooms", ["3", "4", "5"], None),
        ("Number of people in the house", ["3", "4", "5"], None),
        ("Adults killed", ["yes", "2013", "45000"], None),
        ("Age when killed", ["3", "4", "5"], None),
        ("Siblings killed before", ["3", "4", "5"], None),
        ("Rooms", ["3", "4", "5"], None),
        ("victim_2_age", ["5", "", "none"], "2"),
        ("Victims[2]/sex", ["f", "no", "-"], "2"),
        ("Second victim", ["yes", "0", "n/a"], "2"),
        ("الضحية الثانية", ["نعم", "لا", ""], "2"),
        ("اسم الضحية 2", ["x", "", ""], "2"),
        ("Victim 1 age", ["5", "6", "7"], None),
        ("Victim 20", ["5", "6", "7"], None),
        # of how many men alone a row is may as well be said of others
        ("Men", ["5", "6", "7"], None),
    ],
)
def test_rows_of_the_dead_that_say_under_an_unknown_heading_that_they_are_several_are_told(house, heading, cells, rows):
    lines = [[f"SYN-{number}", *house.row[1:], cell] for number, cell in enumerate(cells)]
    house.drop("deaths.csv", house.csv(*lines, headings=[*house.headings, heading]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert (f"they stand for several dead (row {rows})" in note) if rows else note is None


@pytest.mark.parametrize(
    ("kind", "heading", "is_told"),
    [
        ("detentions", "Number of people", True),
        ("torture", "total", True),
        ("torture", "عدد الأشخاص", True),
        ("facility_attacks", "schools_count", True),
        ("facility_attacks", "count", True),
        # known to the kind, and of what else they are many
        ("detentions", "Men", True),
        ("detentions", "رجال", True),
        ("detentions", "persons", False),
        ("torture", "victims", False),
        ("facility_attacks", "Number of rooms", False),
        ("detentions", "Days", False),
        ("incidents", "count", False),
    ],
)
def test_rows_of_many_people_or_facilities_are_told(house, kind, heading, is_told):
    with duckdb_session.shared() as con:
        required = mapping.load(con, house.root)[0].contract.kinds[kind].required
    house.drop(f"{kind}.csv", house.csv(*([*["x" for _ in required], n] for n in "13"), headings=[*required, heading]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert ("of many people or facilities (row 3)" in note) if is_told else note is None


@pytest.mark.parametrize(
    "heading",
    [
        # one merged over two columns, whose own names stand below
        [["case_id", "documented_on", "killed_governorate", "party", "Victim", ""], ["", "", "", "", "sex", "age"]],
        # most of them below, where others are merged downward
        [["Case", "", "", "party", "sex", "age"], ["case_id", "documented_on", "killed_governorate", "", "", ""]],
        # in two languages
        [
            ["case_id", "documented_on", "killed_governorate", "party", "sex", "age"],
            ["رقم الحالة", "تاريخ التوثيق", "محافظة القتل", "الجهة المسؤولة", "الجنس", "العمر"],
        ],
        # names, and below them what people read
        [
            ["case_id", "documented_on", "killed_governorate", "party", "sex", "age"],
            ["Case ID", "Date documented", "Where?", "Party", "Is it a man?", "Age"],
        ],
        [["Case ID رقم الحالة", "documented_on", "Governorate / محافظة القتل", "party", "Sex - الجنس", "Age (العمر)"]],
    ],
)
def test_a_heading_may_stand_in_two_rows_or_two_languages(house, heading):
    house.drop(
        "deaths.csv", house.csv(*heading[1:], ["SYN-1", "2023-07-05", "Homs", "sdf", "f", "30"], headings=heading[0])
    )
    (row,) = house.rows()
    named = ("case_id", "documented_on", "killed_governorate", "party", "sex", "age")
    assert [row[name] for name in named] == ["SYN-1", "2023-07-05", "Homs", "sdf", "f", "30"]


def test_a_heading_that_says_two_things_in_two_languages_is_not_known(house):
    house.drop("deaths.csv", house.csv([*house.row, "x"], headings=[*house.headings, "Eye colour / العمر"]))
    assert [row.get("age") for row in house.rows()] == [None]
    assert "Eye colour" in house.rows()[0]["unknown_columns"]


@pytest.mark.parametrize(
    ("heading", "cells", "rows"),
    [
        ("Deleted", ["TRUE", "FALSE", ""], "2"),
        ("Duplicate?", ["no", "Yes", "x"], "3, 4"),
        ("Include", ["No", "yes", ""], "2"),
        ("Civilian", ["yes", "FALSE", "no"], "3, 4"),
        ("مقاتل", ["نعم", "لا", ""], "2"),
        ("Type of victim", ["Fighter", "Civilian", "مكرر"], "2, 4"),
        ("is_deleted", ["0", "1", "true"], "3, 4"),
        ("isActive", ["true", "FALSE", "0"], "3, 4"),
        ("archived", ["no", "yes", ""], "3"),
        ("deleted_at", ["", "2023-07-06 10:00", "0"], "3"),
        ("duplicate_of", ["null", "SYN-0", "-"], "3"),
        ("Deleted by accident", ["no", "", "no"], ""),
        ("Created at", ["2023-07-06", "2023-07-06", "2023-07-06"], ""),
        ("notes", ["a duplicate may be", "Duplicate of 7", "مكررة"], "3, 4"),
        ("notes", ["counts", "no", "yes"], ""),
        ("notes", ["Same person as SYN-3", "already counted in 2022", "wrong entry"], "2, 3, 4"),
        ("notes", ["error; delete", "Cancelled", "test"], "2, 3, 4"),
        ("notes", ["يحذف", "نفس الحالة رقم 7", "سبق تسجيله"], "2, 3, 4"),
        ("notes", ["Found alive.", "he survived", "not dead - see 7"], "2, 3, 4"),
        ("notes", ["تبين أنه حي", "ما زال على قيد الحياة", "he was a fighter"], "2, 3, 4"),
        # what is said of others, or of before
        ("notes", ["his brother survived", "still alive when found", "was found alive and died in hospital"], ""),
        ("notes", ["the test was negative", "same village", "he was a soldier until 2012"], ""),
        ("notes", ["حي الوعر", "كان مقاتلاً سابقاً ثم مدنياً", "نجا أخوه"], ""),
        ("Married", ["yes", "no", "TRUE"], ""),
    ],
)
def test_rows_that_say_where_it_is_not_read_that_they_do_not_count_are_told(house, heading, cells, rows):
    written = [[f"SYN-{i}", *house.row[1:5], cell] for i, cell in enumerate(cells)]
    house.drop("deaths.csv", house.csv(*written, headings=[*house.headings[:5], heading]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert f"that they do not count (row {rows})" in note if rows else note is None


def test_of_whom_did_not_die_of_torture_a_note_may_say_that_he_lives(house):
    headings = ["event_id", "documented_on", "governorate", "party", "notes"]
    house.drop("torture.csv", house.csv(["SYN-1", "2023-07-05", "Homs", "sdf", "he survived"], headings=headings))
    assert house.night().sheets["notes"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("cells", "is_told"),
    [([("", "sdf"), ("", "sdf")], True), ([("Homs", ""), ("Hama", "")], True), ([("", ""), ("", "")], True),
     ([("Homs", ""), ("Hama", "unknown")], False), ([("", "")], False)],
)  # fmt: skip
def test_a_governorate_or_party_that_no_row_says_is_told(house, cells, is_told):
    written = [[f"SYN-{i}", "2023-07-05", *pair, "x", "y"] for i, pair in enumerate(cells)]
    house.drop("deaths.csv", house.csv(*written))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert ("(row 2 and below): it counts as not known" in (note or "")) == is_told


def test_rows_that_nobody_filled_in_are_left_out_and_told(house):
    prepared = [[str(number), "", "", "", "", "", "", "FALSE"] for number in range(2, 9)]
    others = [["9", "", "", "", "", "", "x", "FALSE"], ["10", "", "", "sdf", "", "", "", "FALSE"]]
    others += [["ten", *[""] * 6, "0"]]
    rows = [["1", *house.row, "TRUE"], *prepared, *others]
    house.drop("deaths.csv", house.csv(*rows, headings=["No.", *house.headings, "torture"]))
    intake = house.night()
    assert [row["row_number"] for row in house.rows(intake)] == [2, 10, 11, 12]
    (note,) = intake.sheets["reading_notes"].to_pylist()
    assert "a box that is not ticked (row 3, 4, 5, 6, 7 and 2 more): they were left out" in note


def test_what_a_layout_reads_is_left_out_by_the_layout_alone(house):
    house.layout(
        "name: own\nkind: deaths\nidentified_by: [party]\ndates: iso\ncolumns: {party: party}\nignore: ['No.']\n"
    )
    rows = [["1", *house.row], ["2", *[""] * len(house.row)]]
    house.drop("deaths.csv", house.csv(*rows, headings=["No.", *house.headings]))
    assert [row["row_number"] for row in house.rows()] == [2, 3]


@pytest.mark.parametrize("heading", ["age unit", "Age_units", "Unit of age", "وحدة العمر"])
def test_an_age_has_the_unit_that_stands_in_a_column_of_its_own(house, heading):
    ages = [("20", "days"), ("7", "سنة"), ("30", ""), ("", "months"), ("5", "2")]
    rows = [[f"SYN-{i}", *house.row[1:4], *each] for i, each in enumerate(ages)]
    house.drop("deaths.csv", house.csv(*rows, headings=[*house.headings[:4], "age", heading]))
    assert [row["age"] for row in house.rows()] == ["20 days", "7 سنة", "30", None, "5 2"]


LAYOUT_OF_AGES = "name: own\nkind: deaths\nidentified_by: [age]\ndates: iso\ncolumns: {age: age}\n"


@pytest.mark.parametrize(
    ("units", "layout"),
    [
        # of something else
        (["unit"], None),
        # which of the two, nobody can tell
        (["age unit", "unit of age"], None),
        # a layout says itself what it takes
        (["age unit"], LAYOUT_OF_AGES),
    ],
)
def test_what_is_not_the_unit_of_the_age_is_none_of_it(house, units, layout):
    if layout:
        house.layout(layout)
    house.drop(
        "deaths.csv",
        house.csv([*house.row[:4], "30", *(["days"] * len(units))], headings=[*house.headings[:4], "age", *units]),
    )
    assert [row["age"] for row in house.rows()] == ["30"]


@pytest.mark.parametrize(
    ("written", "read", "told"),
    [
        (["Homs", "ditto", "Hama", " كذلك "], ["Homs", "Homs", "Hama", "Hama"], "3, 5"),
        (["Homs", "do.", "do.", "same"], ["Homs"] * 4, "3, 4, 5"),
        # nothing stands above it, or the rows have lost their order
        (["Homs", "", "ditto", "Hama"], ["Homs", None, "ditto", "Hama"], None),
        (["ditto", "Homs", "ditto", "Hama"], ["ditto", "Homs", "ditto", "Hama"], None),
    ],
)
def test_a_mark_for_the_cell_above_is_read_as_that_cell_and_told(house, written, read, told):
    rows = [[f"SYN-{i}", house.row[1], name, *house.row[3:5], "ditto"] for i, name in enumerate(written)]
    house.drop("deaths.csv", house.csv(*rows))
    intake = house.night()
    assert [row["killed_governorate"] for row in house.rows(intake)] == read
    assert {row["notes"] for row in house.rows(intake)} == {"ditto"}
    (note,) = intake.sheets["reading_notes"].to_pylist()
    assert f"what stands above it (row {told}): they were read so" in note if told else note is None


def test_a_mark_below_a_row_that_is_left_out_is_not_read(house):
    rows = [house.row, house.headings, ["SYN-2", *house.row[1:3], "ditto", *house.row[4:]]]
    house.drop("deaths.csv", house.csv(*rows))
    assert [row["party"] for row in house.rows()] == ["sdf", "ditto"]


def test_a_mark_far_below_in_a_long_list_is_read_where_others_are_above(house):
    parties = ["sdf"] * 2_500
    parties[1], parties[2_400] = "ditto", "same"
    rows = [[f"SYN-{i}", *house.row[1:3], party, *house.row[4:]] for i, party in enumerate(parties)]
    house.drop("deaths.csv", house.csv(*rows))
    assert {row["party"] for row in house.rows()} == {"sdf"}


def test_what_a_mark_means_a_layout_says_itself(house):
    columns = "{By: {column: party, values: {ditto: unidentified}}}"
    house.layout(f"name: own\nkind: deaths\nidentified_by: [By]\ndates: iso\ncolumns: {columns}\n")
    headings = [*house.headings[:3], "By", *house.headings[4:]]
    rows = [house.row, ["SYN-2", *house.row[1:3], "ditto", *house.row[4:]]]
    house.drop("deaths.csv", house.csv(*rows, headings=headings))
    assert [row["party"] for row in house.rows()] == ["sdf", "unidentified"]


@pytest.mark.parametrize(
    ("ages", "rows"), [(["99", "30", "99", "99.0"], "2, 4, 5"), (["99", "30", "99"], None), (["97", "96", "95"], None)]
)
def test_ages_by_which_a_program_may_say_that_they_are_not_known_are_told(house, ages, rows):
    written = [[f"SYN-{i}", *house.row[1:], age] for i, age in enumerate(ages)]
    house.drop("deaths.csv", house.csv(*written, headings=[*house.headings, "age"]))
    (note,) = house.night().sheets["notes"].to_pylist()
    assert f"98 or 99 years old (row {rows})" in note if rows else note is None
    # somebody has looked at it
    house.layout(LAYOUT_OF_AGES)
    assert house.night().sheets["notes"].to_pylist() == [None]

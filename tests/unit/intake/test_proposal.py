"""A layout proposed for a sheet that nobody knows. All people are synthetic."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import pytest
import yaml

from orchestration.intake import SheetError, contract, duckdb_session, layouts, mapping, proposal, store
from orchestration.intake.files import Dropped, FileReader

HEADINGS = ["Ref", "Full name", "Died on day", "Entered", "Where", "By whom", "How", "Years", "Story"]
ROWS = [
    ["A-1", "Synthetic Personone", "13/02/2014", "14/02/2014", "Aleppo", "SDF", "Shooting", "34", "synthetic text one"],
    ["A-2", "Synthetic Persontwo", "03/02/2014", "05/02/2014", "Idleb", "Sons of the Moon", "Sniping", "7", "text two"],
    ["A-3", "Synthetic Personthree", "04/02/2014", "05/02/2014", "Homs", "ISIS", "Shooting", "52", "text three"],
    ["A-4", "Synthetic Personfour", "04/02/2014", "05/02/2014", "Homs", "Syrian Democratic Force", "Sniping", "7", ""],
]  # fmt: skip


def sheet(rows: list[list[str]], headings: list[str] = HEADINGS) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([headings, *rows])
    return written.getvalue().encode()


def proposed(root: Path, content: bytes, kind: str = "", name: str = "list.csv") -> list[dict[str, Any]]:
    """What a worker answers, in this process."""
    with duckdb_session.shared() as con, store.turn(root):
        mapper, _ = mapping.load(con, root)
        sheet_hash = store.keep_original(root, lambda kept: kept.write_bytes(content) and None)
        reader = FileReader(root, mapper, date(2025, 1, 1))
        return proposal.propose(reader, Dropped(PurePosixPath(name), sheet_hash), "theirs", kind)["proposals"]


def proposed_text(root: Path, rows: list[list[str]], headings: list[str] = HEADINGS, kind: str = "") -> str:
    (only,) = proposed(root, sheet(rows, headings), kind)
    return only["text"]


def columns(text: str) -> dict[str, str]:
    """The column each heading fills."""
    given = yaml.load(text, Loader=yaml.BaseLoader)["columns"]
    return {heading: each if isinstance(each, str) else each["column"] for heading, each in given.items()}


def parsed(text: str) -> layouts.Layout:
    with duckdb_session.shared() as con:
        return layouts.parse(con, contract.load(con), text)


def test_english_headings_that_nobody_knows_are_told_by_what_stands_below_them(tmp_path):
    text = proposed_text(tmp_path, ROWS)
    assert columns(text) == {
        "Ref": "case_id",
        "Died on day": "death_date",
        "Entered": "documented_on",
        "Where": "killed_governorate",
        "By whom": "party",
        "How": "mechanism",
        "Years": "age",
        "Full name": "name_en",
    }
    assert "  Where: killed_governorate  # a guess, by what stands there; all 3 words are known\n" in text
    assert "  Full name: name_en  # a guess, by the words of the heading\n" in text
    assert "# ignore:\n#   - Story\n" in text
    assert parsed(text).kind == "deaths"


def test_a_layout_is_what_editors_know_too(tmp_path):
    text = proposed_text(tmp_path, ROWS)
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = json.loads(Path(first.partition("=")[2]).read_text("utf-8"))
    jsonschema.validate(yaml.load(text, Loader=yaml.BaseLoader), schema)


def test_arabic_headings(tmp_path):
    headings = ["رقم الملف", "اسم الشهيد", "تاريخ الاستشهاد", "تاريخ توثيق الحالة", "المحافظة", "العمر", "الجنس"]
    headings.append("الجهة المسؤولة عن القتل")
    rows = [
        ["SYN-1", "شخص مصطنع أول", "13/02/2014", "14/02/2014", "حلب", "34", "ذكر", "قوات النظام السوري"],
        ["SYN-2", "شخص مصطنع ثان", "03/02/2014", "05/02/2014", "إدلب", "7", "أنثى", "تنظيم داعش"],
    ]
    text = proposed_text(tmp_path, rows, headings)
    wanted = ["case_id", "name_ar", "death_date", "documented_on", "killed_governorate", "age", "sex", "party"]
    assert columns(text) == dict(zip(headings, wanted, strict=True))
    assert "  العمر: age\n" in text, "a heading that is known is no guess"
    assert "مصطنع" not in text
    assert parsed(text).dates == "dmy"


@pytest.mark.parametrize(
    ("days", "style", "why"),
    [
        (["13/02/2014", "03/02/2014"], "dmy", "1 of 2 can be read in no other way"),
        (["02/13/2014", "02/03/2014"], "mdy", "1 of 2 can be read in no other way"),
        (["02/03/2014", "04/03/2014"], "dmy", "UNCLEAR: all 2 can be read day first (dmy) or month first (mdy)"),
        (["13/02/2014", "02/13/2014"], "dmy", "UNCLEAR: 1 can only be day first, 1 only month first"),
        (["2014-02-13", "2014-02-03"], "iso", "none is written otherwise"),
        (["١٣/٠٢/٢٠١٤", "٠٣/٠٢/٢٠١٤"], "dmy", "1 of 2 can be read in no other way"),
    ],
)
def test_the_way_dates_are_written_is_told_by_days_above_12(tmp_path, days, style, why):
    rows = [[f"SYN-{i}", day, "Homs", "SDF"] for i, day in enumerate(days)]
    text = proposed_text(tmp_path, rows, ["Ref", "Day", "Where", "Who"], "deaths")
    assert f"dates: {style}  # {why}\n" in text
    assert parsed(text).dates == style


def test_of_codes_what_is_known_is_told_and_what_is_near_proposed(tmp_path):
    text = proposed_text(tmp_path, ROWS)
    assert "    # known: ISIS, SDF\n" in text
    assert "    #   Syrian Democratic Force: sdf  # 1 row; near Syrian Democratic Forces\n" in text
    assert "    #   Sons of the Moon: …  # 1 row; nothing is near\n" in text
    # the marks taken away, it is the layout a person wants
    begun, marked = text.split("    # values:\n")
    lines = marked.splitlines()
    taken = [line.replace("    # ", "    ", 1) for line in lines if line.startswith("    #   ")]
    rest = [line for line in lines if not line.startswith("    #   ")]
    complete = parsed("\n".join([begun + "    values:", *taken, *rest]))
    (rule,) = complete.rules["bywhom"]
    assert ("syriandemocraticforce", "sdf") in rule.values


def test_a_word_that_people_taught_is_known(tmp_path):
    (tmp_path / "spellings.csv").write_text("list,spelling,code\nparties,Sons of the Moon,aof\n", "utf-8")
    text = proposed_text(tmp_path, ROWS)
    assert "    # known: ISIS, SDF, Sons of the Moon\n" in text


def test_what_is_missing_is_said_first_and_where_it_must_be_written(tmp_path):
    rows = [[*row[:5], *row[6:]] for row in ROWS]
    headings = [heading for heading in HEADINGS if heading != "By whom"]
    (only,) = proposed(tmp_path, sheet(rows, headings))
    assert only["missing"] == ["party"]
    assert only["text"].splitlines()[1].startswith("# STILL TO BE FILLED IN: party;")
    line = "  # …: party  # required: write its heading for …, and take the first mark # away\n"
    assert line in only["text"]
    assert "party" in {
        rule.column for rules in parsed(only["text"].replace(line, "  Story: party\n")).rules.values() for rule in rules
    }


def test_a_column_that_counts_the_rows_is_a_number_to_think_about_a_total_below_it_or_not(tmp_path):
    line = (
        "  Ref: case_id  # a guess, by what stands there; "
        "it may only count the rows: right where a record keeps its number in later lists\n"
    )
    counted = [[str(number), *row[1:]] for number, row in enumerate(ROWS, 1)]
    total = ["Total", *[""] * (len(HEADINGS) - 1)]
    for rows in (counted, [*counted, total]):
        assert line in proposed_text(tmp_path, rows)
    # it has letters too, comes twice, or has more beside it than the line of a total
    for rows in (ROWS, [*counted, counted[0]], [*counted, total, [*total[:-1], "again"]]):
        assert line not in proposed_text(tmp_path, rows)


def test_the_kind_is_the_likeliest_or_the_one_that_is_asked_for(tmp_path):
    headings = ["Ref", "Full name", "Arrest day", "Entered on", "Where", "Who took them", "How many", "Their fate"]
    rows = [
        ["A1", "Synthetic One", "02/13/2019", "02/14/2019", "Aleppo", "SDF", "1", "Released"],
        ["A2", "Synthetic Two", "02/03/2019", "02/04/2019", "Homs", "SDF", "2", "Forcibly disappeared"],
    ]
    text = proposed_text(tmp_path, rows, headings)
    assert "kind: detentions  # the likeliest; --kind says another\n" in text
    assert columns(text)["Their fate"] == "outcome"
    assert "kind: torture\n" in proposed_text(tmp_path, rows, headings, "torture")
    with pytest.raises(SheetError, match="the kind deths is not one of deaths, incidents"):
        proposed_text(tmp_path, rows, headings, "deths")


def test_a_heading_that_means_a_column_is_not_believed_against_its_words(tmp_path):
    rows = [[*row, status] for row, status in zip(ROWS, ["Civilian", "Combatant"] * 2, strict=True)]
    text = proposed_text(tmp_path, rows, [*HEADINGS, "Status"])
    assert columns(text)["Status"] == "civilian_status"


def test_the_proposal_reads_the_very_sheet_it_was_made_from(house):
    text = proposed_text(house.root, ROWS)
    house.layout(text)
    house.drop("list.csv", sheet(ROWS), "any")
    rows = house.rows(house.night(date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC)))
    assert [row["case_id"] for row in rows] == ["A-1", "A-2", "A-3", "A-4"]
    assert rows[0]["death_date"] == "13/02/2014" and rows[0]["date_style"] == "dmy"
    assert {row["received_month"] for row in rows} == {date(2014, 2, 1)}
    assert json.loads(rows[0]["unknown_columns"]) == {"Story": "synthetic text one"}
    again = proposed(house.root, sheet(ROWS))[0]["text"]
    assert "# Such a sheet is read already, by the layout theirs.\n" in again


AWKWARD = [
    "a: b",
    "#c",
    "- d",
    "two\nlines",
    'q"q',
    "{e}",
    "no",
    "7",
    "with, comma",
    " spaces ",
    "*f",
    "\u200fg\u2028h",
]


def test_any_heading_is_written_so_that_yaml_reads_it_back(tmp_path):
    row = ["SYN-1", "2014-02-13", "Homs", "SDF", *["x"] * len(AWKWARD)]
    text = proposed_text(tmp_path, [row], ["Ref", "Day", "Where", "Who", *AWKWARD], "deaths")
    assert parsed(text).kind == "deaths"
    ignore = "\n".join(line.replace("# ", "", 1) for line in text.partition("# ignore:")[2].splitlines())
    assert set(yaml.load(ignore, Loader=yaml.BaseLoader)) == {*AWKWARD}


class TestPrivacy:
    """Nothing of a sheet is quoted but headings, and words of columns that take codes."""

    def test_no_name_text_number_or_date_is_told(self, tmp_path):
        text = proposed_text(tmp_path, ROWS)
        for row in ROWS:
            for cell in [row[0], row[1], row[2], row[3], *row[8:]]:
                assert not cell or cell not in text

    def test_names_below_a_heading_of_codes_are_not_told(self, tmp_path):
        rows = [[*row[:5], f"Synthetic Commander {letter}", *row[6:]] for row, letter in zip(ROWS, "abcd", strict=True)]
        for heading in ("Party responsible", "Responsible parties"):
            headings = [heading if each == "By whom" else each for each in HEADINGS]
            text = proposed_text(tmp_path, rows, headings)
            assert "Commander" not in text

    def test_rare_words_of_a_column_of_many_are_not_told(self, tmp_path):
        letters = "abcdefghijklmnopqrstuvwxyz"
        rare = [f"Synthetic {one}{two}" for one in letters for two in letters]
        words = ["Doctor"] * 700 + ["Baker"] * 300 + rare
        rows = [[f"SYN-{i}", "2014-02-13", "Homs", "SDF", word] for i, word in enumerate(words)]
        text = proposed_text(tmp_path, rows, ["Ref", "Day", "Where", "Who", "Role"])
        assert "    # known: Doctor\n" in text and "#   Baker: …  # 300 rows" in text
        assert "Synthetic" not in text and f"Not shown here: {len(rare)} rarer words" in text

    @pytest.mark.parametrize(
        "rows",
        [
            [["1", "Synthetic Person", "2012-05-03", "Homs"], ["2", "Synthetic Other", "2012-05-04", "Homs"]],
            [["Synthetic Person", "Homs", "text"], ["Synthetic Other", "Homs", "more"]],
            [["Synthetic Person", "Homs", "male"], ["Synthetic Other", "Aleppo", "female"]],
        ],
    )
    def test_a_record_is_no_heading(self, tmp_path, rows):
        with pytest.raises(SheetError) as error:
            proposed_text(tmp_path, rows[1:], rows[0])
        assert str(error.value).startswith("its first row looks like a record and no heading")


def test_a_title_above_the_heading_is_no_heading(tmp_path):
    text = proposed_text(tmp_path, [HEADINGS, *ROWS], ["A list of synthetic people", *[""] * 8])
    assert columns(text)["Ref"] == "case_id"


def test_submissions_without_lists_inside_are_a_table(tmp_path):
    submissions = [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]
    (of_json,) = proposed(tmp_path, json.dumps(submissions).encode(), name="list.json")
    assert of_json["text"] == proposed_text(tmp_path, ROWS)


def test_what_cannot_be_proposed_for_is_a_sentence(tmp_path):
    with pytest.raises(SheetError, match="its submissions have lists inside"):
        proposed(tmp_path, b'[{"Ref": "1", "victims": [{"Age": 3}]}]', name="list.json")
    with pytest.raises(SheetError, match="the file is empty"):
        proposed(tmp_path, b"")
    with pytest.raises(SheetError, match="nothing in it is like a sheet of"):
        proposed_text(tmp_path, [["left", "right"], ["left", "right"]], ["One", "Another"])

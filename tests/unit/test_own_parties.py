"""Parties of the data root's own: what is remembered of them, what adding one would do, what the seeds would say."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.build import own_parties as remembered
from orchestration.intake import duckdb_session
from orchestration.intake.given import add_party, add_spelling
from orchestration.publish import own_parties, words
from orchestration.publish.words import Lesson
from orchestration.settings import Settings

HILL = {
    "party": "hill", "name_en": "Invented Hill", "name_ar": "تل مخترع", "kind": "non_state", "from": "", "until": "",
    "parent_party": "", "lines": "one=sdf", "who": "Lina", "when": "2025-02-01", "note": "a note",
}  # fmt: skip
# stands in for what dbt compiles, whose own test is in its yml
MODEL = """
    select row_number, known(party) as party, name_en, name_ar, kind, date '2011-03-01' as valid_from,
        null::date as valid_to, null as parent_party, ['one=sdf', 'two=other', 'three=sdf'] as lines, note,
        case when kind = 'wrong' then 'own_parties.csv, row ' || row_number || ', kind: is no kind of party' end
            as problem
    from "casebook"."received"."received_parties"
"""
WAREHOUSE = """
    create schema restricted;
    create schema codes;
    create table codes.schemes as from (values
        ('one', date '2023-01-01', date '2023-12-31'), ('two', date '2024-01-01', null),
        ('three', date '2022-01-01', date '2022-12-31')
    ) as schemes (scheme, valid_from, valid_to);
    create table restricted.stg_known_spellings as from (values
        ('parties', 'sdf', 'SDF', 'sdf', 'party_aliases', date '0001-01-01', date '9999-12-31')
    ) as known (code_list, folded, spelling, code, aliases, valid_from, valid_to);
    copy (
        select 'deaths' as kind, row_key, 'one' as sheet_hash, 'party' as column_name, 'Q' as severity,
            'parties' as code_list, word, fold(word) as folded, date '2023-06-01' as month, date '2023-06-02' as day
        from (values ('a', 'invented hill'), ('b', 'تل مخترع'), ('c', 'Hill Flag')) as words (row_key, word)
    ) to '{folder}/unknown_words.parquet';
    copy (from (values
        ('deaths', 'a', 'party', 'Q'), ('deaths', 'b', 'party', 'Q'), ('deaths', 'b', 'age', 'Q')
    ) as problems (kind, row_key, column_name, severity)) to '{folder}/problems.parquet';
"""


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    settings.warehouse.parent.mkdir()
    model = settings.dbt / remembered.MODEL
    model.parent.mkdir(parents=True)
    model.write_text(MODEL, "utf-8")
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute(duckdb_session.FUNCTIONS.read_text("utf-8"))
        connection.execute(WAREHOUSE.format(folder=settings.warehouse.parent))
    return settings


def test_who_and_why_decide_nothing_and_a_file_that_cannot_be_read_keeps_its_lines(house: Settings) -> None:
    assert remembered.lines(remembered.in_force(house.root, [])) == []
    path = add_party(house.root, HILL)
    before = remembered.lines(remembered.in_force(house.root, []))
    assert [line[:4] for line in before] == [["hill", "Invented Hill", "تل مخترع", "non_state"]]
    path.write_text(path.read_text("utf-8").replace("a note", "another").replace("Lina", "Sami"), "utf-8")
    assert remembered.lines(remembered.in_force(house.root, [])) == before
    path.write_text("no heading\n")
    broken = remembered.in_force(house.root, before)
    assert [bool(reason) for reason in broken["unread"].to_pylist()] == [True, False]
    assert remembered.lines(broken) == before
    path.unlink()
    assert remembered.lines(remembered.in_force(house.root, before)) == []


def test_what_adding_a_party_would_do(house: Settings) -> None:
    found = own_parties.look_up(house, HILL)
    assert found == {
        "printed_lines": ["one=sdf", "two=other", "three=sdf"],
        "rows": 2,
        "alone": 1,
        "months": ["2023-06"],
    }
    assert not (house.root / "own_parties.csv").exists()


def test_what_is_not_clear_or_means_something_else_is_not_added(house: Settings) -> None:
    with pytest.raises(ValueError, match="^kind: is no kind of party$"):
        own_parties.look_up(house, HILL | {"kind": "wrong"})
    add_spelling(house.root, {"list": "parties", "spelling": "INVENTED hill", "code": "sdf"})
    with pytest.raises(ValueError, match=r"spellings.csv, row 2, says that one of its names means sdf: mend that line"):
        own_parties.look_up(house, HILL)
    (house.root / "own_parties.csv").write_text("no heading\n")
    with pytest.raises(ValueError, match=r"own_parties.csv: its first line is no heading"):
        own_parties.look_up(house, HILL)


def test_words_can_mean_it_before_the_next_night_where_its_line_is_clear(house: Settings) -> None:
    lesson = Lesson("parties", "Hill Flag", "hill", None, None)
    add_party(house.root, HILL | {"kind": "wrong"})
    with pytest.raises(LookupError, match="parties has no code hill; the nearest: sdf"):
        words.look_up(house, lesson)
    (house.root / "own_parties.csv").unlink()
    add_party(house.root, HILL)
    assert words.look_up(house, lesson) | {"months": []} == {
        "means": None, "is_known": False, "rows": 1, "alone": 1, "months": [],
    }  # fmt: skip
    assert words.look_up(house, Lesson("parties", "تل مخترع", "hill", None, None))["is_known"]


def test_clear_lines_are_given_in_the_shape_of_the_seeds(house: Settings) -> None:
    assert own_parties.for_seeds(house) == []
    for line in (HILL, HILL | {"party": "x", "kind": "wrong"}, HILL | {"party": "dale"}):
        add_party(house.root, line)
    add_spelling(house.root, {"list": "parties", "spelling": "Hill Flag", "code": "hill"})
    told = own_parties.for_seeds(house)
    assert [tuple(row.values())[:3] for row in told[:2]] == [
        ("parties", "hill", "Invented Hill"), ("parties", "dale", "Invented Hill"),
    ]  # fmt: skip
    assert [tuple(row.values()) for row in told[2:]] == [
        ("party_schemes", party, bucket, *days, "a note")
        for party in ("hill", "dale")
        for bucket, days in (("sdf", (date(2022, 1, 1), date(2023, 12, 31))), ("other", (date(2024, 1, 1), None)))
    ]
    assert [(row["seed"], row["code"]) for row in words.for_seeds(house)] == [("party_aliases", "hill")]


def test_before_a_night_of_this_version_it_says_what_to_do(house: Settings) -> None:
    (house.dbt / remembered.MODEL).unlink()
    with pytest.raises(FileNotFoundError, match="no night of this version has worked yet: start with"):
        own_parties.look_up(house, HILL)
    with pytest.raises(FileNotFoundError, match="no run has worked"):
        own_parties.look_up(Settings(house.root / "elsewhere"), HILL)

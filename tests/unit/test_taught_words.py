"""Words that people teach: the months they stand in, and what teaching one would do, over a few rows."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.build import taught_words
from orchestration.intake import duckdb_session
from orchestration.intake.given import add_spelling
from orchestration.publish import words
from orchestration.publish.words import Lesson
from orchestration.settings import Settings

JUNE, JULY = date(2023, 6, 1), date(2023, 7, 1)
WORD = "Invented Banner"
TAUGHT = ["parties", WORD, "sdf", None, None]
WAREHOUSE = """
    create schema restricted;
    create table restricted.stg_written_cells as from (values
        (date '2023-06-01', 'parties', false, 'invented-banner'),
        (date '2023-07-01', 'parties', true, 'sdf; Invented Banner'),
        (null, 'parties', false, 'Invented Banner'),
        (date '2023-08-01', 'parties', false, 'Invented Banner of others'),
        (date '2023-09-01', 'roles', false, 'Invented Banner')
    ) as cells (received_month, code_list, is_list, written);
    create table restricted.stg_known_spellings as
    select *, if(code_list = 'parties', 'party_aliases', 'code_aliases') as aliases,
        date '0001-01-01' as valid_from, date '9999-12-31' as valid_to from (values
        ('parties', 'sdf', 'SDF', 'sdf'), ('parties', 'russianforces', 'Russian forces', 'russia'),
        ('parties', 'russia', 'Russia', 'russia'), ('roles', 'medic', 'Medic', 'medical'), ('sex', 'f', 'f', 'f')
    ) as known (code_list, folded, spelling, code)
    union all
    select 'parties', 'army', 'Army', * from (values
        ('assad_army', 'party_aliases', date '0001-01-01', date '2024-12-08'),
        ('new_army', 'party_aliases', date '2024-12-09', date '9999-12-31')
    );
    copy (
        select *, date_trunc('month', least(day, date '2023-07-31'))::date as month, fold(word) as folded,
            null::varchar as nearest_spelling, null::varchar as nearest_code
        from (values
            ('deaths', 'a', 'one', 'party', 'Q', 'parties', 'Invented Banner', date '2023-06-30'),
            ('deaths', 'b', 'one', 'party', 'Q', 'parties', 'invented banner', date '2023-07-01'),
            ('deaths', 'c', 'two', 'party', 'Q', 'parties', 'Invented Banner', date '9999-12-31'),
            ('deaths', 'c', 'two', 'roles', 'Q', 'roles', 'Medyc', date '9999-12-31'),
            ('stated_figures', 's', 'two', 'party', 'W', 'parties', 'Invented Banner', date '2023-07-31')
        ) as words (kind, row_key, sheet_hash, column_name, severity, code_list, word, day)
    ) to '{folder}/unknown_words.parquet';
    copy (from (values
        ('deaths', 'a', 'party', 'Q'), ('deaths', 'a', 'age', 'W'), ('deaths', 'b', 'party', 'Q'),
        ('deaths', 'b', 'age', 'Q'), ('deaths', 'c', 'party', 'Q'), ('deaths', 'c', 'roles', 'Q')
    ) as problems (kind, row_key, column_name, severity)) to '{folder}/problems.parquet';
"""


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    settings.warehouse.parent.mkdir()
    with duckdb.connect(settings.warehouse) as connection:
        connection.execute(duckdb_session.FUNCTIONS.read_text("utf-8"))
        connection.execute(WAREHOUSE.format(folder=settings.warehouse.parent))
    return settings


def lesson(code: str = "sdf", word: str = WORD, first: date | None = None, last: date | None = None) -> Lesson:
    return Lesson("parties", word, code, first, last)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([], [TAUGHT]),
        ([TAUGHT], []),
        ([TAUGHT], [[" Parties ", "INVENTED BANNER", "isis", None, None]]),
        ([TAUGHT], [["parties", WORD, "sdf", "2023-01-01", None]]),
        # a line that stands twice is no longer clear
        ([TAUGHT], [TAUGHT, TAUGHT]),
        ([TAUGHT, ["parties", "a", "sdf", None, None]], [["parties", "a", "sdf", None, None]]),
    ],
)
def test_a_word_that_was_taught_or_taken_back_changes_the_months_it_stands_in(
    house: Settings, before: Sequence[Sequence[str]], now: Sequence[Sequence[str]]
) -> None:
    assert taught_words.months(house.warehouse, before, now) == [JUNE, JULY]


def test_a_word_stands_in_a_cell_that_names_several_parties(house: Settings) -> None:
    with duckdb.connect(house.warehouse) as connection:
        connection.execute("update restricted.stg_written_cells set written = 'SDF and ' || written where not is_list")
        connection.execute("delete from restricted.stg_written_cells where is_list")
    assert taught_words.months(house.warehouse, [], [TAUGHT]) == [JUNE]


def test_words_that_are_as_before_and_words_that_stand_nowhere_change_nothing(house: Settings) -> None:
    assert taught_words.months(house.warehouse, [TAUGHT], [TAUGHT]) == []
    assert taught_words.months(house.warehouse, [], [["parties", "nowhere", "sdf", None, None]]) == []


def test_lines_are_remembered_without_who_and_why_and_hold_where_the_file_cannot_be_read(house: Settings) -> None:
    add_spelling(house.root, {"list": "parties", "spelling": WORD, "code": "sdf", "who": "Lina"})
    remembered = taught_words.lines(taught_words.in_force(house.root, []))
    assert [[cell or None for cell in line] for line in remembered] == [TAUGHT]
    (house.root / "spellings.csv").write_text("nothing of the kind\n")
    broken = taught_words.in_force(house.root, remembered)
    assert [bool(reason) for reason in broken["unread"].to_pylist()] == [True, False]
    assert taught_words.lines(broken) == remembered
    (house.root / "spellings.csv").unlink()
    assert taught_words.lines(taught_words.in_force(house.root, remembered)) == []


def test_what_teaching_a_word_would_do(house: Settings) -> None:
    found = words.look_up(house, lesson())
    assert found == {"means": None, "is_known": False, "rows": 3, "alone": 1, "months": ["2023-06", "2023-07"]}
    assert words.look_up(house, lesson(last=date(2023, 6, 30)))["months"] == ["2023-06"]
    assert words.look_up(house, lesson(first=date(2023, 7, 1)))["rows"] == 2
    assert words.look_up(house, lesson("russia", "RUSSIAN forces"))["is_known"]
    # what the lists know of a word holds on its days
    assert words.look_up(house, lesson("new_army", "Army", first=date(2024, 12, 9)))["is_known"]
    assert not words.look_up(house, lesson("new_army", "Army", first=date(2024, 12, 8)))["is_known"]
    assert words.look_up(house, lesson("sdf", "Russian forces")) == {
        "means": "russia", "is_known": False, "rows": 0, "alone": 0, "months": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Lesson("role", WORD, "medical", None, None), "there is no list role; the nearest: roles"),
        (lesson("rusia"), "parties has no code rusia; the nearest: russia"),
        (lesson("medical"), "parties has no code medical"),
        (lesson(word="unknown"), "cannot be taught"),
        (lesson(first=date(2023, 7, 2), last=date(2023, 7, 1)), "--from 2023-07-02 is after --until 2023-07-01"),
    ],
)
def test_what_cannot_be_taught(house: Settings, asked: Lesson, sentence: str) -> None:
    with pytest.raises((LookupError, ValueError), match=sentence):
        words.look_up(house, asked)


def test_a_line_speaks_for_its_days_alone(house: Settings) -> None:
    add_spelling(house.root, {"list": "parties", "spelling": WORD, "code": "sdf", "until": "2023-06-30"})
    assert words.look_up(house, lesson(last=date(2023, 6, 30)))["is_known"]
    assert not words.look_up(house, lesson(first=date(2023, 7, 1)))["is_known"]
    for code, first in [("sdf", None), ("russia", date(2023, 6, 30))]:
        with pytest.raises(ValueError, match="row 2, says that it means sdf on some of these days"):
            words.look_up(house, lesson(code, first=first))


def test_words_that_no_list_knows_come_by_how_many_rows_wait(house: Settings) -> None:
    told = [(row["list"], row["word"], row["rows"], row["months"], row["sheets"]) for row in words.unknown(house)]
    assert told == [("parties", WORD, 3, ["2023-06", "2023-07"], 2), ("roles", "Medyc", 1, ["2023-07"], 1)]
    assert [row["rows"] for row in words.unknown(house, "2023-07")] == [2, 1]
    assert [row["rows"] for row in words.unknown(house, None, ("Q", "W"))] == [4, 1]


def test_what_was_taught_is_given_for_the_seeds(house: Settings) -> None:
    for line in (
        {"list": "sex", "spelling": "fem.", "code": "f"},
        {"list": "parties", "spelling": WORD, "code": "sdf", "note": "a note"},
        {"list": "parties", "spelling": "b", "code": "sdf", "from": "2024-01-01"},
        {"list": "parties", "spelling": "c", "code": "no such code"},
        {"list": "sex", "spelling": "girl", "code": "f", "until": "2024-01-01"},
    ):
        add_spelling(house.root, line)
    told = [(row["seed"], row["spelling"], row["code"], row["is_sayable"]) for row in words.for_seeds(house)]
    # of all lists only that of parties has days
    assert told == [
        ("code_aliases", "fem.", "f", True),
        ("code_aliases", "girl", "f", False),
        ("party_aliases", WORD, "sdf", True),
        ("party_aliases", "b", "sdf", True),
    ]


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    for ask in (words.unknown, words.for_seeds, lambda settings: words.look_up(settings, lesson())):
        with pytest.raises(FileNotFoundError, match="casebook nightly"):
            ask(Settings(tmp_path))

"""What may be dropped: every format and encoding gives the same facts, and a bad file does not stop the good ones."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from rich.console import Console

from tests.integration.house import BUSINESS_DATE, PROVENANCE, SAMPLE_SHEETS, House, as_csv, deaths

JULY = SAMPLE_SHEETS / "2023-07"
DATES = ("documented_on", "death_date", "injured_on")
NUMBERS = ("age", "revision")
WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
RECORD, INCIDENT = ("case_id", "رقم الحالة"), ("incident_id", "رقم الحادثة")
# the same people under other numbers would be told as candidates for duplicates (I26)
NAME = ("name_en", "name_ar", "الاسم")
Rows = list[dict[str, str]]


def plain(rows: Rows) -> bytes:
    return as_csv(rows).encode()


def semicolons(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def typed(row: dict[str, str]) -> dict[str, object]:
    """A row as a program holds it: days as days, whole numbers as numbers, nothing as nothing."""
    kinds = dict.fromkeys(DATES, date.fromisoformat) | dict.fromkeys(NUMBERS, int)
    return {name: kinds.get(name, str)(value) if value else None for name, value in row.items()}


def workbook(rows: Rows) -> bytes:
    """A workbook with a title above its heading, and date cells."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        tab = book.add_worksheet("deaths")
        tab.merge_range(0, 0, 0, len(rows[0]) - 1, "Synthetic people")
        tab.write_row(1, 0, list(rows[0]))
        for number, row in enumerate(rows, 2):
            tab.write_row(number, 0, list(typed(row).values()))
    return stream.getvalue()


def objects(rows: Rows) -> bytes:
    told = [{name: value for name, value in typed(row).items() if value is not None} for row in rows]
    return json.dumps(told, ensure_ascii=False, default=str).encode()


def lines(rows: Rows) -> bytes:
    return b"\n".join(objects([row])[1:-1] for row in rows)


def parquet(rows: Rows) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([typed(row) for row in rows]), sink)
    return sink.getvalue().to_pybytes()


def arabic(encoding: str) -> Callable[[Rows], bytes]:
    return lambda rows: as_csv(rows).encode(encoding)


FORMATS = {"csv": plain, "tsv": semicolons, "xlsx": workbook, "json": objects, "jsonl": lines, "parquet": parquet}
# Windows-1256 has no Arabic-Indic digits: the sheet is written with western ones in all three
ENCODINGS = {"utf8": arabic("utf-8"), "windows": arabic("cp1256"), "utf16": arabic("utf-16")}


def dropped(house: House, writers: dict[str, Callable[[Rows], bytes]], sheet: str, digits: dict[int, int]) -> None:
    """Drop a sheet of the sample once in every form, the records of each under numbers and names of their own."""
    rows = list(csv.DictReader(io.StringIO((JULY / sheet).read_text("utf-8").translate(digits))))
    for form, write in writers.items():
        keyed = [
            {
                name: f"{form}:{value}" if name in RECORD + INCIDENT + NAME and value else value
                for name, value in row.items()
            }
            for row in rows
        ]
        ending = form if form in FORMATS else "csv"
        house.drop(f"2023-07/deaths__synthetic_{form}.{ending}", write(keyed))


# how many were detained, as people write it, and what is understood
DETAINED = {
    "SYN-1": ("at least 31", "", (31, "at_least")), "SYN-2": ("٢٠ فأكثر", "at least", (20, "at_least")),
    "SYN-3": ("~1,200", "", (1200, "approx")), "SYN-4": (">20", "", (20, "over")),
    "SYN-5": ("5", "about", (5, "approx")),
    "SYN-6": ("12-15", "", "persons 12-15 is a range: one number was expected"),
    "SYN-7": ("20+", "exact", "persons_hedge exact does not fit persons 20+"),
    "SYN-8": ("20 bodies", "", "persons 20 bodies is not a whole number"),
}  # fmt: skip
# how many of four were released, and what is understood
RELEASED = {"SYN-R1": ("3", 3), "SYN-R2": ("yes", 4), "SYN-R3": ("لا", 0), "SYN-R4": ("", 0)}
# shares as they are printed, with their unit, and what is understood
SHARES = {
    "Doc 1": ("12%", "percent", (12, 0, None)), "Doc 2": ("at least 12.5 %", "percent", (12.5, 1, "at_least")),
    "Doc 3": ("12%", "count", "value 12% is a share, but unit says count"),
}  # fmt: skip
GOOD = "deaths__synthetic_good.csv"


def january() -> dict[str, str | bytes]:
    """A sheet of January 2025 that can be used, and some files that cannot."""
    good = deaths("2025-01", 3)
    lines = as_csv(deaths("2025-01", 40, notes="synthetic")).splitlines(keepends=True)
    lines[5] = lines[5].replace(",synthetic", ',"synthetic')
    return {
        GOOD: as_csv(good),
        "deaths__damaged.xlsx": workbook(good)[:-400],
        "deaths__no_workbook.xlsx": b"this is no workbook",
        "rumours__team.csv": "who,what\nsomebody,something\n",
        "deaths__no_party.csv": as_csv([{k: v for k, v in row.items() if k != "party"} for row in good]),
        "deaths__unclosed.csv": "".join(lines),
        "deaths__picture.png": b"\x89PNG",
    }


def by_form(house: House, table: str, key: str, where: str = "true", without: tuple[str, ...] = PROVENANCE) -> dict:
    """The rows of a table by the form they came in, without the form's name."""
    names = [name for name in house.columns(table) if name not in without]
    own = "regexp_replace({0}, '^[a-z0-9]+:', '') as {0}"
    kept = ", ".join(own.format(name) if name in ("case_id", "incident_id") else name for name in names)
    forms: dict[str, list] = {}
    for form, *row in house.rows(f"select split_part({key}, ':', 1), {kept} from {table} where {where} order by all"):
        forms.setdefault(form, []).append(row)
    return forms


@pytest.fixture(scope="module")
def night(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, int, str]:
    """A house after a night, its exit status, and what a person saw; only to be read or copied.

    It got two sheets of July 2023, one in every format and one in every encoding, and good and bad files of January.
    """
    house = empty_house.copy(tmp_path_factory.mktemp("forms"))
    dropped(house, FORMATS, "deaths__synthetic.csv", {})
    dropped(house, ENCODINGS, "deaths__synthetic_arabic.csv", WESTERN)
    for name, content in january().items():
        house.drop(f"2025-01/{name}", content)
    detained = {"documented_on": "2025-01-20", "detained_on": "2025-01-19", "governorate": "Homs", "party": "unknown"}
    rows = [
        {"detention_id": number, "persons": persons, "persons_hedge": hedge, **detained}
        for number, (persons, hedge, _) in DETAINED.items()
    ]
    house.drop("2025-01/detentions__hedged.csv", as_csv(rows))
    rows = [
        {"detention_id": number, "persons": "4", "released": said, **detained} for number, (said, _) in RELEASED.items()
    ]
    house.drop("2025-01/detentions__released.csv", as_csv(rows))
    printed = {"period_start": "2025-01-01", "period_end": "2025-01-31", "measure": "deaths", "party": "SDF"}
    rows = [
        {"document": document, **printed, "category": "total", "value": value, "unit": unit, "hedge": ""}
        for document, (value, unit, _) in SHARES.items()
    ]
    house.drop("2025-01/stated_figures__shares.csv", as_csv(rows))
    told = io.StringIO()
    with house.entered():
        from orchestration.cli.nightly import work
        from orchestration.pipeline.planning import months_of_night

        screen = Console(file=told, width=400, soft_wrap=True)
        day = date.fromisoformat(BUSINESS_DATE)
        status = work(screen, months_of_night, day, False, False, False)
    return house, status, told.getvalue()


@pytest.fixture(scope="module")
def every_form(night: tuple[House, int, str]) -> House:
    return night[0]


@pytest.mark.parametrize("forms", [FORMATS, ENCODINGS], ids=["formats", "encodings"])
class TestEveryForm:
    def test_gives_the_same_facts(self, every_form: House, forms: dict) -> None:
        first, *others = [by_form(every_form, "marts.fct_deaths", "case_id")[form] for form in forms]
        assert len(first) > 15
        assert all(other == first for other in others)

    def test_gives_the_same_massacres(self, every_form: House, forms: dict) -> None:
        told = by_form(every_form, "marts.fct_massacres", "incident_id")
        first, *others = [told.get(form, []) for form in forms]
        assert all(other == first for other in others)

    def test_gives_the_same_problems(self, every_form: House, forms: dict) -> None:
        problems = [
            (file, column, rule) for _, file, _, column, rule in every_form.problems() if "__synthetic_" in file
        ]
        told = {
            form: [problem[1:] for problem in problems if problem[0].split("__synthetic_")[1].split(".")[0] == form]
            for form in forms
        }
        first, *others = told.values()
        assert all(other == first for other in others)


def test_figures_of_every_form_are_so_many_times_one(every_form: House) -> None:
    counted = {form: len([1 for row in rows if True in row]) for form, rows in by_form(
        every_form, "marts.fct_deaths", "case_id", "is_counted and month = '2023-07-01'").items()}  # fmt: skip
    assert every_form.figure("deaths", "2023-07") == sum(counted.values())
    values = every_form.rows(
        "select value from marts.fct_figures where measure = 'deaths' and sub_party = 'landmine_unidentified' and "
        "period_kind = 'month' and period_start = '2023-07-01' and "
        "basis = 'documented' and category = 'total' and governorate is null"
    )
    assert all(value % len(FORMATS) == 0 for (value,) in values)
    assert set(every_form.set_aside()) == set(january()) - {GOOD}


def test_a_number_says_itself_how_it_is_meant(every_form: House) -> None:
    of_file = "detention_id not like 'SYN-R%'"
    counted = every_form.rows(f"select detention_id, persons, persons_hedge from marts.fct_detentions where {of_file}")
    sentences = every_form.rows("select record_id, sentence from restricted.int_problems where kind = 'detentions'")
    assert {number: said for number, (*_, said) in DETAINED.items()} == (
        {number: (persons, hedge) for number, persons, hedge in counted} | dict(sentences)
    )


def test_who_was_released_may_be_all_or_nobody(every_form: House) -> None:
    released = every_form.rows(
        "select detention_id, released from marts.fct_detentions where detention_id like 'SYN-R%'"
    )
    assert dict(released) == {number: persons for number, (_, persons) in RELEASED.items()}


def test_a_share_may_say_that_it_is_one(every_form: House) -> None:
    counted = every_form.rows("select document, value, decimals, hedge from marts.fct_stated_figures")
    sentences = every_form.rows("select sentence from restricted.int_problems where kind = 'stated_figures'")
    assert {document: tuple(said) for document, *said in counted} == {
        document: said for document, (*_, said) in SHARES.items() if isinstance(said, tuple)
    }
    assert sentences == [(SHARES["Doc 3"][-1],)]


def open_to_readers(house: House) -> list[str]:
    """All rows of the release and of the log of findings, and all messages, as text: files may pack what they hold."""
    with duckdb.connect(house.place.release, read_only=True) as release:
        tables = release.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        rows = [
            row for (table,) in tables for row in release.execute(f"select t::varchar from {table} as t").fetchall()
        ]
        log = [f"{house.place.evaluations}/*.parquet"]
        rows += release.execute("select t::varchar from read_parquet(?, union_by_name = true) as t", log).fetchall()
    messages = [path.read_text("utf-8") for path in house.place.outbox.glob("*.json")]
    assert messages and any("I04.file" in text for (text,) in rows)
    return [*(text for (text,) in rows), *messages]


def test_a_file_that_cannot_be_used_does_not_stop_the_others(night: tuple[House, int, str], tmp_path: Path) -> None:
    house, status, told = night
    bad = set(january()) - {GOOD}
    assert status == 0, told
    assert house.figure("deaths", "2025-01") == 3
    aside = house.set_aside()
    assert set(aside) == bad
    assert all(f"raw/2025-01/{name}" in sentence and sentence.endswith(".") for name, sentence in aside.items())
    assert "party" in aside["deaths__no_party.csv"]
    assert "quote" in aside["deaths__unclosed.csv"]
    for shown in (told, house.cli("status").stdout, house.cli("quarantine").stdout):
        assert {name for name in bad if name in shown} == bad

    # each is a finding of its own, which the officer is told by name and readers by a key; it is healed when it is gone
    open_findings = house.json("findings", "--open")
    assert [row["rule_id"] for row in open_findings].count("I04.file") == len(bad)
    assert {name for name in bad if name in house.cli("findings").stdout} == bad
    assert not [text for text in open_to_readers(house) for name in bad if name in text]
    house = house.copy(tmp_path / "house")
    (house.root / "raw/2025-01/deaths__picture.png").unlink()
    house.night()
    states = [row["status"] for row in house.json("findings") if row["rule_id"] == "I04.file"]
    assert sorted(states) == [*["open"] * (len(bad) - 1), "resolved"]

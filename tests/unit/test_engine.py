"""How a build is cut into stretches and parts, and what makes a part: any engine runs the same SQL over some months."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from orchestration.build import made_files
from orchestration.build.dbt import BuildError
from orchestration.cli import compare
from orchestration.engine import exchange, hops, spark
from orchestration.engine.build import ROWS, Source, batches
from orchestration.engine.comparison import Compared, Night, differences
from orchestration.engine.parts import Input, Outcome, Part, make
from orchestration.settings import SettingError, Settings
from orchestration.stores import StoreError

JANUARY, FEBRUARY, MARCH = (date(2025, month, 1) for month in (1, 2, 3))
COLUMNS = [("month", "date"), ("party", "code"), ("persons", "integer")]


def node(name: str, materialized: str = "table", strategy: str | None = None, kind: str = "model") -> dict[str, Any]:
    config = {"materialized": materialized, "incremental_strategy": strategy}
    return {"name": name, "resource_type": kind, "config": config}


# received → stg (by month) → records → fct (by month) → int (a view) → figures; a test of fct; and a code list
MANIFEST: dict[str, Any] = {
    "sources": {"received": node("received", kind="source") | {"source_name": "received"}},
    "nodes": {
        "codes": node("codes", "seed", kind="seed"),
        "stg": node("stg", "incremental", "months"),
        "records": node("records"),
        "fct": node("fct", "incremental", "months"),
        "int": node("int", "view"),
        "figures": node("figures"),
        "unique_fct": node("unique_fct", "test", kind="test"),
    },
    "parent_map": {
        "received": [],
        "codes": [],
        "stg": ["received", "codes"],
        "records": ["stg"],
        "fct": ["records", "stg"],
        "int": ["fct", "codes"],
        "figures": ["int"],
        "unique_fct": ["fct"],
    },
    "child_map": {
        "received": ["stg"],
        "codes": ["stg", "int"],
        "stg": ["records", "fct"],
        "records": ["fct"],
        "fct": ["int", "unique_fct"],
        "int": ["figures"],
        "figures": [],
        "unique_fct": [],
    },
}


class TestStretches:
    def test_what_an_engine_makes_parts_what_dbt_does(self) -> None:
        assert hops.stretches(MANIFEST, is_new=True) == [
            hops.Stretch(["codes"], ["stg"]),
            hops.Stretch(["records"], ["fct"]),
            hops.Stretch(["figures", "int", "unique_fct"], []),
        ]

    def test_code_lists_are_made_with_the_draft_alone(self) -> None:
        assert hops.stretches(MANIFEST, is_new=False)[0] == hops.Stretch([], ["stg"])

    def test_a_model_reads_what_its_views_read(self) -> None:
        """And a view is told after all that it is made of."""
        assert [each["name"] for each in hops.read_by(MANIFEST, "figures")] == ["codes", "fct", "int"]


class TestBatches:
    @pytest.mark.parametrize(
        ("rows", "expected"),
        [
            ([], []),
            ([(JANUARY, 0)], []),  # there is nothing to make it of
            ([(JANUARY, 1), (FEBRUARY, 0), (None, 1)], [[JANUARY, None]]),
            ([(JANUARY, ROWS - 1), (FEBRUARY, 1)], [[JANUARY, FEBRUARY]]),
            ([(JANUARY, ROWS), (FEBRUARY, 1)], [[JANUARY], [FEBRUARY]]),
            ([(JANUARY, 2 * ROWS), (FEBRUARY, 1), (MARCH, 1)], [[JANUARY], [FEBRUARY, MARCH]]),
        ],
    )
    def test_they_hold_no_more_than_so_many_rows(
        self, rows: list[tuple[date | None, int]], expected: list[list[date | None]]
    ) -> None:
        assert batches(rows, ROWS) == expected

    @given(st.lists(st.integers(0, 2 * ROWS), max_size=30))
    def test_every_month_with_rows_is_in_one_and_no_two_could_be_one(self, rows: list[int]) -> None:
        months = [(date(2011 + number // 12, number % 12 + 1, 1), count) for number, count in enumerate(rows)]
        found, counts = batches(months, ROWS), dict(months)
        assert [month for batch in found for month in batch] == [month for month, count in months if count]
        assert all(len(batch) == 1 or sum(counts[month] for month in batch) <= ROWS for batch in found)
        pairs = zip(found, found[1:], strict=False)
        assert all(sum(counts[month] for month in batch) + counts[after[0]] > ROWS for batch, after in pairs)


@pytest.mark.parametrize(
    ("column", "files", "months"),
    [
        ("month", ["empty", "january"], ["2025-01-01"]),
        ("received_month", ["empty", "february"], ["2025-02-01", None]),  # where a revision of the month was received
        ("party", ["empty"], []),  # of no month: whole, in whatever file
    ],
)
def test_a_part_reads_what_is_of_its_months(column: str, files: list[str], months: list[str | None]) -> None:
    listed = [(None, "empty"), (JANUARY, "january"), (FEBRUARY, "february")]
    source = Source("marts.fct", [(column, "date")], listed if months else listed[:1])
    read_by_part = source.of([JANUARY], [FEBRUARY, None])
    assert (list(read_by_part.files), list(read_by_part.months)) == (files, months)
    assert read_by_part.month_column == (column if months else None)


@pytest.fixture
def written(tmp_path: Path) -> str:
    """Three months of a table, and a row of none."""
    rows = "(date '2025-01-01', 'sdf', 1), ('2025-02-01', 'isis', 2), ('2025-03-01', 'sdf', 3), (null, 'isis', 4)"
    path = str(tmp_path / "received.parquet")
    duckdb.execute(f"copy (from (values {rows}) as t (month, party, persons)) to '{path}'")
    return path


def part(written: str, folder: Path, months: list[str | None], **more: Any) -> Part:
    said: dict[str, Any] = {
        "model": "fct",
        "sql": 'select month, party, sum(persons) as persons from "casebook"."marts"."seen" group by all',
        "columns": [("month", "date", ""), ("party", "code", "not null"), ("persons", "int", "check (persons < 4)")],
        "month_column": "month",
        "inputs": [Input("received.given", COLUMNS, [written], "month", months)],
        "views": ['CREATE VIEW marts.seen AS SELECT * FROM "casebook"."received"."given"'],
        "codes": ["isis", "sdf"],
        "target": str(folder / "run" / "fct-0"),
        "memory": 256,
    }
    return Part(**said | more)


def made(target: str) -> list[tuple[Any, ...]]:
    rows = f"select month::varchar, party, persons from '{target}/rows/*/*.parquet' order by all"
    return duckdb.execute(rows).fetchall()


class TestAPart:
    def test_is_made_of_its_months_alone_a_file_for_each(self, written: str, tmp_path: Path) -> None:
        outcome = make(part(written, tmp_path, ["2025-01-01", "2025-03-01"]))
        assert outcome.error is None
        assert made(outcome.target) == [("2025-01-01", "sdf", 1), ("2025-03-01", "sdf", 3)]
        assert {path.stat().st_mode & 0o777 for path in Path(outcome.target).rglob("*.parquet")} == {0o600}
        assert sorted(path.name for path in Path(outcome.target, "rows").iterdir()) == [
            "month=2025-01-01", "month=2025-03-01",
        ]  # fmt: skip

    def test_the_rows_without_a_month_are_one(self, written: str, tmp_path: Path) -> None:
        columns = [("month", "date", ""), ("party", "code", ""), ("persons", "integer", "")]
        assert made(make(part(written, tmp_path, [None], columns=columns)).target) == [(None, "isis", 4)]

    def test_what_a_contract_asks_is_asked(self, written: str, tmp_path: Path) -> None:
        outcome = make(part(written, tmp_path, ["2025-01-01", None]))
        assert outcome.error is not None
        assert "CHECK constraint failed" in outcome.error
        assert list(tmp_path.glob("run/*")) == []  # nothing of it is left

    def test_of_two_attempts_the_first_stays(self, written: str, tmp_path: Path) -> None:
        first = make(part(written, tmp_path, ["2025-01-01"]))
        again = make(part(written, tmp_path, ["2025-02-01"]))
        assert (again.target, again.error) == (first.target, None)
        assert made(first.target) == [("2025-01-01", "sdf", 1)]
        assert [path.name for path in tmp_path.glob("run/*")] == ["fct-0"]

    @pytest.mark.parametrize("months", [["2024-01-01"], []])
    def test_it_is_there_without_a_row_where_its_months_have_none(
        self, months: list[str | None], written: str, tmp_path: Path
    ) -> None:
        outcome = make(part(written, tmp_path, months))
        assert outcome.error is None
        assert list(Path(outcome.target).rglob("*.parquet")) == []


class TestExchange:
    """How parts get to other machines: over a disk that both share, or by way of a store, here a folder."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(tmp_path)

    @pytest.fixture
    def store(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        store = tmp_path / "a store"
        monkeypatch.setenv("CASEBOOK_PARTS_STORE", f"file://{store}/")
        return store

    def sent(self, settings: Settings, written: str) -> list[Part]:
        """Two parts of a run, the second without a row."""
        months: list[list[str | None]] = [["2025-01-01", "2025-03-01"], ["2024-01-01"]]
        folder = made_files.folder(settings) / "run"
        return [
            part(written, settings.root, each, target=str(folder / f"fct-{number}"))
            for number, each in enumerate(months)
        ]

    def test_over_a_shared_disk(self, written: str, settings: Settings) -> None:
        parts = self.sent(settings, written)
        with exchange.opened(settings, "run", []) as way:
            first, second = way.hand_over(parts)
            assert way.made(parts) == 0
            outcomes = [exchange.make_at(first)]
            assert way.made(parts) == 1
            outcomes += [exchange.make_at(second)]
            way.fetch(outcomes)
        assert [outcome.target for outcome in outcomes] == [each.target for each in parts]
        assert made(parts[0].target) == [("2025-01-01", "sdf", 1), ("2025-03-01", "sdf", 3)]

    def test_by_way_of_a_store_on_which_nothing_stays(self, written: str, settings: Settings, store: Path) -> None:
        parts = self.sent(settings, written)
        with exchange.opened(settings, "run", []) as way:
            first, second = way.hand_over(parts)
            assert first == f"file://{store}/parts/run/written/fct-0.json"
            assert [str(path.relative_to(store)) for path in store.rglob("*.parquet")] == ["parts/run/received.parquet"]
            Path(written).unlink()  # the other machine has it from the store
            outcomes = [exchange.make_at(first), exchange.make_at(second)]
            # of a part without a row nothing is there to be seen
            assert way.made(parts) == 1
            died = store / "parts/run/made/fct-0/died/rows/month=2025-01-01/data_0.parquet"
            died.parent.mkdir(parents=True)
            died.write_text("half")
            assert not Path(parts[0].target).exists()
            way.fetch(outcomes)
            # what one part read is there for the next, and not sent again
            assert way.hand_over(parts) == [first, second]
        assert [(outcome.target, outcome.error) for outcome in outcomes] == [(each.target, None) for each in parts]
        fetched = [path for each in parts for path in Path(each.target).rglob("*.parquet")]
        assert sorted(path.parent.name for path in fetched) == ["month=2025-01-01", "month=2025-03-01"]
        assert {path.stat().st_mode & 0o777 for path in fetched} == {0o600}
        assert duckdb.execute(f"select sum(persons) from '{parts[0].target}/**/*.parquet'").fetchall() == [(4,)]
        assert [path for path in store.rglob("*") if path.is_file()] == []

    def test_what_is_wrong_with_a_part_is_told_by_way_of_a_store_too(
        self, written: str, settings: Settings, store: Path
    ) -> None:
        wrong = part(written, settings.root, [], sql="select nothing from received.given")
        with exchange.opened(settings, "run", []) as way:
            (outcome,) = exchange.make_all(way, [wrong], lambda places, _: [exchange.make_at(each) for each in places])
        assert outcome == Outcome(wrong.target, outcome.seconds, make(wrong).error, [])

    def test_no_part_is_handed_to_nobody(self, settings: Settings) -> None:
        assert exchange.make_all(exchange.SharedDisk(), [], lambda places, _: pytest.fail("asked")) == []

    def test_what_runs_have_left_that_did_not_finish_goes(self, settings: Settings, store: Path) -> None:
        for run in ("killed", "other"):
            (store / "parts" / run / "written").mkdir(parents=True)
        with exchange.opened(settings, "run", ["killed", "never begun"]):
            assert [path.name for path in (store / "parts").iterdir()] == ["other"]

    def test_a_store_that_cannot_be_used_is_told_in_a_sentence(
        self, written: str, settings: Settings, store: Path
    ) -> None:
        store.write_text("no folder")
        said = f"CASEBOOK_PARTS_STORE: file://{store}/parts/run cannot be used (NotADirectoryError): {exchange.NEXT}"
        with pytest.raises(BuildError) as told, exchange.opened(settings, "run", []) as way:
            way.hand_over(self.sent(settings, written))
        assert str(told.value) == said

    def test_a_file_that_is_gone_from_the_store_is_told_by_who_makes_the_part(
        self, written: str, settings: Settings, store: Path
    ) -> None:
        with exchange.opened(settings, "run", []) as way:
            place, _ = way.hand_over(self.sent(settings, written))
            (store / "parts/run/received.parquet").unlink()
            with pytest.raises(StoreError, match=r"parts/run cannot be used \(OSError\)$"):
                exchange.make_at(place)


class TestMadeFiles:
    """What a draft knows of the files that an engine made."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        settings = Settings(tmp_path)
        settings.draft.parent.mkdir(parents=True)
        return settings

    def put(self, settings: Settings, months: list[date | None], rows: dict[date | None, int]) -> None:
        """Make months of a table anew."""
        with duckdb.connect(settings.draft) as draft:
            made_files.lay_out(draft, settings, {})
            files = []
            for month, persons in rows.items():
                path = made_files.folder(settings) / f"run-{persons}" / f"{month}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                day = f"date '{month}'" if month else "null::date"
                draft.execute(f"copy (select {day} as month, {persons} as persons) to '{path}'")
                files.append((month, path))
            made_files.replace(draft, settings, "marts.fct", [("month", "date"), ("persons", "integer")], months, files)

    def seen(self, settings: Settings) -> list[int]:
        with duckdb.connect(settings.draft, read_only=True) as draft:
            return [persons for (persons,) in draft.execute("select persons from marts.fct order by all").fetchall()]

    def test_months_are_replaced_and_emptied_ones_are_empty(self, settings: Settings) -> None:
        self.put(settings, [JANUARY, FEBRUARY, None], {JANUARY: 1, FEBRUARY: 2, None: 3})
        assert self.seen(settings) == [1, 2, 3]
        self.put(settings, [FEBRUARY, MARCH], {MARCH: 4})
        assert self.seen(settings) == [1, 3, 4]
        self.put(settings, [JANUARY, MARCH, None], {})
        assert self.seen(settings) == []

    def test_what_nothing_refers_to_goes_and_the_rest_stays(self, settings: Settings) -> None:
        self.put(settings, [JANUARY, FEBRUARY], {JANUARY: 1, FEBRUARY: 2})
        settings.held.parent.mkdir()
        settings.held.write_bytes(settings.draft.read_bytes())
        self.put(settings, [JANUARY], {JANUARY: 3})
        settings.warehouse.write_bytes(settings.draft.read_bytes())
        self.put(settings, [JANUARY], {JANUARY: 4})
        self.put(settings, [JANUARY], {JANUARY: 5})
        made_files.clean(settings)
        left = sorted(path.name for path in made_files.folder(settings).iterdir())
        # of the draft that is held, of both February, of the warehouse, of the draft
        assert left == ["run-1", "run-2", "run-3", "run-5"]

    def test_a_file_that_is_gone_is_missed(self, settings: Settings) -> None:
        assert made_files.are_there(settings, settings.draft)  # no draft misses none
        self.put(settings, [JANUARY], {JANUARY: 1})
        assert made_files.are_there(settings, settings.draft)
        next(made_files.folder(settings).rglob("*.parquet")).unlink()
        assert not made_files.are_there(settings, settings.draft)

    def test_a_data_root_that_moved_is_read_where_it_is(self, settings: Settings, tmp_path: Path) -> None:
        self.put(settings, [JANUARY], {JANUARY: 1})
        moved = Settings(tmp_path.with_name(f"{tmp_path.name} moved"))
        settings.root.rename(moved.root)
        with duckdb.connect(moved.draft) as draft:
            made_files.lay_out(draft, moved, {})
        assert self.seen(moved) == [1]


class TestWhatDiffers:
    @pytest.fixture
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as both:
            for name in ("one", "other"):
                both.execute(f"attach ':memory:' as {name}; create schema {name}.marts")
                both.execute(f"create table {name}.marts.fct (month date, persons integer)")
            both.execute("insert into one.marts.fct values ('2025-01-01', 1), ('2025-01-01', 1), (null, 2)")
            yield both

    @pytest.mark.parametrize(
        ("rows", "lost", "new"),
        [
            ("(null, 2), ('2025-01-01', 1), ('2025-01-01', 1)", 0, 0),  # in whatever order
            ("('2025-01-01', 1), (null, 2)", 1, 0),  # a row that was there twice
            ("('2025-01-01', 1), ('2025-01-01', 1), (null, 2), (null, null)", 0, 1),
            ("('2025-01-01', 1), ('2025-01-01', 2), (null, 2)", 1, 1),
            ("('2025-01-01', 1), ('2025-01-01', 1), ('2025-01-01', 2)", 1, 1),  # null is a value
        ],
    )
    def test_each_row_of_one_is_looked_for_in_the_other(
        self, rows: str, lost: int, new: int, connection: duckdb.DuckDBPyConnection
    ) -> None:
        connection.execute(f"insert into other.marts.fct values {rows}")
        assert differences(connection, "marts.fct") == Compared("marts.fct", 3, lost, new)

    @pytest.mark.parametrize(("lost", "new"), [(1, 0), (0, 2)])
    def test_it_is_told_with_its_numbers(self, lost: int, new: int) -> None:
        same, other = Compared("marts.fct_deaths", 1200, 0, 0), Compared("marts.fct_torture", 3, lost, new)
        night = Night("all months", {"duckdb": 1.04, "parts": 2.5}, [same, other])
        assert compare.different(night) == [other]
        assert list(compare.lines(night)) == [
            "all months       2 tables, 1203 rows: 1 of them differ   (duckdb 1.0 s, parts 2.5 s)",
            f"  marts.fct_torture: {lost} of 3 rows lost, {new} new",
        ]
        well = Night("all months", {"duckdb": 1.0}, [same])
        assert compare.different(well) == []
        assert list(compare.lines(well)) == ["all months       1 table, 1200 rows: the same   (duckdb 1.0 s)"]

    def test_an_engine_there_is_not_is_told(self) -> None:
        done = CliRunner().invoke(compare.app, ["--engine", "duckdb"])
        assert (done.exit_code, done.stderr) == (1, "casebook: --engine duckdb is none: expected parts or spark\n")


class TestSettings:
    @pytest.mark.parametrize("engine", ["duckdb", "parts", "spark"])
    def test_an_engine_is_named(self, engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("CASEBOOK_ENGINE", engine)
        assert Settings(tmp_path).engine == engine

    @pytest.mark.parametrize(
        ("name", "written", "expected"),
        [
            ("CASEBOOK_ENGINE", "Spark", "CASEBOOK_ENGINE: Spark is no choice between duckdb, parts, spark"),
            (
                "CASEBOOK_SPARK_REMOTE", "spark.example.org:7077",
                "CASEBOOK_SPARK_REMOTE: spark.example.org:7077 is no address of Spark, such as sc://host:15002",
            ),
            (
                "CASEBOOK_PARTS_STORE", "bucket/casebook",
                "CASEBOOK_PARTS_STORE: bucket/casebook is no URL of a place on a store, such as s3://bucket/casebook",
            ),
        ],
    )  # fmt: skip
    def test_what_is_none_is_told(
        self, name: str, written: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv(name, written)
        with pytest.raises(SettingError, match=expected):
            _ = Settings(tmp_path).engine, Settings(tmp_path).spark_remote, Settings(tmp_path).parts_store

    @pytest.mark.parametrize(
        "remote", ["sc://h:15002", "spark://h:7077", "local[2]", "local[*]", "local-cluster[2,1,9]"]
    )
    def test_the_forms_of_an_address(self, remote: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("CASEBOOK_SPARK_REMOTE", remote)
        assert Settings(tmp_path).spark_remote == remote


def test_spark_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [])
    monkeypatch.delitem(sys.modules, "pyspark", raising=False)
    said = r"not installed: pip install 'casebook\[spark\]'"
    with pytest.raises(BuildError, match=said), spark.client(Settings(tmp_path)):
        pass

"""Tables made in parts: the same to the cell as those dbt makes, night after night, and on a real Spark."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from s3fs import S3FileSystem

from orchestration import alerts
from orchestration.build import dbt, made_files
from orchestration.cli.compare import write_spoiled
from orchestration.engine import comparison, exchange, hops, spark
from orchestration.engine.parts import Input, Part, make
from orchestration.publish import editions
from orchestration.settings import Settings
from tests.integration.house import SAMPLE_SHEETS, House, as_csv, deaths

has_spark = find_spec("pyspark") is not None and shutil.which("java") is not None
# `make compare` has one month by itself as well, a million cases, and Spark
NIGHTS = comparison.NIGHTS[:2]
needs_spark = pytest.mark.skipif(not has_spark, reason="wants pyspark and a Java: make spark")


# of cases of another month, whose party changes; too many to be the smallest sheet, which is taken away one night
STATEMENTS = [
    {
        "attribution_id": f"SYN-A-{number}", "about_kind": "case", "about_id": f"SYN-2024-12-{number:04}",
        "documented_on": "2025-01-20", "stated_on": "2025-01-15", "stated_by": "ours", "stance": "claim",
        "party": "ISIS",
    }
    for number in range(1, 61)
]  # fmt: skip


@pytest.fixture(scope="module")
def nights(
    empty_house: House, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[comparison.Night], Path, set[str]]:
    """The sample, and invented cases with faults, built by DuckDB alone and in parts; where; and what in parts."""
    made, folder = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("compared")
    write_spoiled(made, 4000)
    House(made).drop("2025-01/attributions__synthetic.csv", as_csv(STATEMENTS))
    new = Settings(folder)
    tables = {"outbox": alerts.outbox_status(new, datetime.now(UTC)), "editions": editions.read(new)}
    with empty_house.copy(tmp_path_factory.mktemp("engine") / "house").entered():
        compared = list(
            comparison.compare(new, [SAMPLE_SHEETS, made / "raw"], "parts", folder, tables, NIGHTS, rows=3000)
        )
        in_parts = {node["name"] for node in dbt.manifest()["nodes"].values() if hops.is_made_by_month(node)}
    return compared, folder, in_parts


def test_every_table_is_the_same_after_every_night(nights: tuple[list[comparison.Night], Path, set[str]]) -> None:
    found, folder, in_parts = nights
    for model in ("stg_deaths", "fct_deaths"):
        assert len(list(made_files.folder(Settings(folder / "parts")).glob(f"all-months/{model}-*"))) > 1
    assert [night.name for night in found] == ["all months", "a sheet less"]
    assert [table for night in found for table in night.tables if table.lost or table.new] == []
    assert len(in_parts) == 12
    for night in found:
        rows = {table.table.split(".")[1]: table.rows for table in night.tables}
        assert [name for name in in_parts if not rows[name]] == []


def test_what_is_spoiled_is_complained_of(nights: tuple[list[comparison.Night], Path, set[str]]) -> None:
    _, folder, _ = nights
    place = Settings(folder / "duckdb")
    told = "select distinct rule_id, column_name from restricted.int_problems where kind = 'deaths'"
    with duckdb.connect(place.warehouse, read_only=True) as warehouse:
        complaints = set(warehouse.execute(told).fetchall())
    compiled = place.dbt / "compiled" / "casebook" / "models" / "staging" / "stg_deaths.sql"
    declared = set(re.findall(r"'rule_id': '(\w+)',\s+'column_name': '(\w+)'", compiled.read_text()))
    assert len(declared) > 50
    assert declared - complaints == set()


def test_an_engine_may_take_over_from_another(
    new_house: Callable[[str], House], environment: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What dbt built is built anew in files; one that is gone is made again, by way of a store; then dbt again."""
    house = new_house("house")
    for month in ("2024-12", "2025-01"):
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(deaths(month, 3)))
    monkeypatch.setenv("CASEBOOK_ENGINE", "parts")
    house.night(is_kept=True)
    assert row_count(house, "fct_deaths") == 6
    assert house.figure("deaths", "2025-01") == 3
    figures = house.json("figures", "--period", "2025-01")
    parts = made_files.folder(house.place)
    files = {path: path.read_bytes() for path in parts.rglob("*.parquet")}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)  # they quote cells

    done = house.cli("check", str(house.root / "raw" / "2025-01" / "deaths__synthetic.csv"), "--month", "2025-01")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "3 rows, 0 of them refused")

    lost = next(path for path in files if "fct_deaths" in str(path))
    lost.unlink()
    store = S3FileSystem(use_listings_cache=False)
    store.mkdir("archive")
    # of a run that was killed: what it put on the store, and where it was at work
    store.pipe_file("archive/casebook/parts/killed/written/fct_deaths-0.json", b"{}")
    (parts / "killed" / "inputs").mkdir(parents=True)
    environment.setenv("CASEBOOK_PARTS_STORE", "s3://archive/casebook")
    house.drop("2025-01/deaths__more.csv", as_csv([{**deaths("2025-01", 1)[0], "case_id": "SYN-more"}]))
    house.night()
    assert (house.figure("deaths", "2024-12"), house.figure("deaths", "2025-01")) == (3, 4)
    stands_on = {parts / file for (file,) in house.rows(f"select file from {made_files.FILES}")}
    assert stands_on
    assert not stands_on & files.keys()  # every month was made anew
    assert all(path.stat().st_mode & 0o077 == 0 for path in stands_on)
    assert store.find("archive") == []

    (house.root / "raw" / "2025-01" / "deaths__more.csv").unlink()
    monkeypatch.setenv("CASEBOOK_ENGINE", "duckdb")
    house.night()
    # each change since was one of its own
    changed = {"figures_from": "", "version": 0}
    assert [row | changed for row in house.json("figures", "--period", "2025-01")] == [row | changed for row in figures]


def row_count(house: House, model: str) -> object:
    """How many rows Dagster's page says that a model has."""
    with house.entered():
        from orchestration.pipeline.instance import instance

        with instance() as dagster:
            event = dagster.get_latest_materialization_event(dg.AssetKey(model))
    assert event
    assert event.asset_materialization
    return event.asset_materialization.metadata["dagster/row_count"].value


class TestSpark:
    """A Spark of this machine's own. A cluster with a worker that is killed is tried by hand (docs/scale.md)."""

    @pytest.fixture
    def parts(self, tmp_path: Path) -> list[Part]:
        """One that can be made, and one whose SQL is wrong."""
        given = tmp_path / "given.parquet"
        duckdb.execute(f"copy (select date '2025-01-01' as month, 'sdf' as party, 'محمد' as name) to '{given}'")
        columns = [("month", "date"), ("party", "code"), ("name", "varchar")]
        typed = [(name, kind, "") for name, kind in columns]
        sql = "select month, party, fold(name) as name from received.given"
        given_to = [Input("received.given", columns, [str(given)])]
        return [
            Part(name, said, typed, "month", given_to, [], ["sdf"], str(tmp_path / name), 256)
            for name, said in (("right", sql), ("wrong", "select nothing from received.given"))
        ]

    @needs_spark
    def test_parts_are_made_and_what_is_wrong_with_one_is_told(
        self, parts: list[Part], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CASEBOOK_SPARK_REMOTE", "local[2]")
        with spark.client(Settings(tmp_path)) as client:
            outcomes = {
                Path(outcome.target).name: outcome
                for outcome in exchange.make_all(exchange.SharedDisk(), parts, client.work)
            }
        assert outcomes["right"].error is None
        assert outcomes["wrong"].error == make(parts[1]).error
        made = duckdb.execute(f"select party, name from '{tmp_path}/right/rows/*/*.parquet'").fetchall()
        assert made == [("sdf", "محمد")]

    @needs_spark
    @pytest.mark.parametrize("remote", ["sc://127.0.0.1:9", "spark://127.0.0.1:9"])
    def test_one_that_cannot_be_reached_is_told_in_a_sentence(
        self, remote: str, parts: list[Part], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CASEBOOK_SPARK_REMOTE", remote)
        monkeypatch.setenv("CASEBOOK_SPARK_SECONDS", "1")
        with spark.client(Settings(tmp_path)) as client, pytest.raises(dbt.BuildError) as told:
            exchange.make_all(exchange.SharedDisk(), parts, client.work)
        assert str(told.value) == (
            f"Spark at {remote} has made 0 of 2 parts, and none for 1 s: "
            f"can it be reached, and has it any machine left? {exchange.NEXT}"
        )

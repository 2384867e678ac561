"""What the page says of an asset is what dbt's properties, groups and tests say, and what the last build noted."""

import json
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import duckdb
import pytest

from orchestration.build import columns as recorded_columns
from orchestration.build import made_files
from orchestration.judge.rules import declared_rules
from orchestration.pipeline.translator import Translator, team
from orchestration.settings import Settings

SHEET = "source.casebook.received.received_deaths"
CODES = "seed.casebook.parties"
STAGED = "model.casebook.stg_deaths"
FACT = "model.casebook.fct_deaths"
NOTED = {
    "stg_deaths": {
        "party": {"type": "VARCHAR", "origins": [["received_deaths", "party"], ["spellings_of_old", "code"]]},
        "age": {"type": "INTEGER", "origins": [["received_deaths", "age"]]},
        "row_key": {"type": "VARCHAR", "origins": [["received_deaths", name] for name in "abcdefgh"]},
    }
}


def column(description: str | None = None, **meta: object) -> dict:
    return {"description": description, "data_type": "varchar", "config": {"meta": meta}}


def node(unique_id: str, group: str | None, schema: str, columns: dict, **properties: object) -> dict:
    kind, *_, name = unique_id.split(".")
    config = {"meta": {}, "group": group, "materialized": "table"} | properties.pop("config", {})
    path = f"models/{schema}/{name}.sql"
    told = {"patch_path": f"casebook://models/{schema}/{name}.yml", "original_file_path": path, "depends_on": {}}
    return {
        "unique_id": unique_id, "resource_type": kind, "name": name, "schema": schema, "source_name": "received",
        "description": f"One row of {name}.", "columns": columns, "config": config, "meta": config["meta"],
        "checksum": {}, **told, **properties,
    }  # fmt: skip


def check(name: str, of: str, of_column: str, **arguments: object) -> dict:
    metadata = {"name": name, "kwargs": {"column_name": of_column, **arguments}}
    properties = {"resource_type": "test", "name": name, "unique_id": f"test.{of}.{of_column}.{name}"}
    return properties | {"column_name": of_column, "attached_node": of, "test_metadata": metadata}


def group(name: str, owner: str) -> dict:
    told = {"name": name, "description": f"What is {name}.", "owner": {"name": owner}}
    return told | {"config": {"meta": {"docs": f"docs/{name}.md"}}}


def house() -> dict:
    sheet = {"kind": "deaths", "dagster": {"asset_key": ["received_deaths"]}}
    sheet_columns = {"name_en": column("Name.", restricted=True), "age": column("Age at death.")}
    sheet_columns["party"] = column("Party.", required=True, code_list="parties")
    nodes = [
        node(CODES, "codes", "codes", {"party": column("Code.")}, config={"column_types": {"party": "varchar"}}),
        node(STAGED, "staging", "restricted", {"problems": column("What is wrong.")}, depends_on={"nodes": [SHEET]},
             config={"month_column": "received_month"}),
        node(FACT, "facts", "marts", {"party": column("Party held responsible.")}, depends_on={"nodes": [STAGED]}),
        check("not_null", FACT, "party"),
        check("unique", FACT, "party"),
        check("relationships", FACT, "party", to="ref('parties')", field="party"),
    ]  # fmt: skip
    groups = [group("received", "documentation"), group("codes", "documentation")]
    groups += [group("staging", "data engineering"), group("facts", "data engineering")]
    return {
        "metadata": {"adapter_type": "duckdb"},
        "sources": {SHEET: node(SHEET, None, "received", sheet_columns, config={"meta": sheet})},
        "nodes": {each["unique_id"]: each for each in nodes},
        "groups": {each["name"]: each for each in groups},
        "docs": {"row_key": {"name": "row_key", "block_contents": "Key of the row."}},
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "columns.json").write_text(json.dumps({"project": "one", "models": NOTED}))
    return Settings(tmp_path)


def spec(unique_id: str, settings: Settings) -> dg.AssetSpec:
    manifest = house()
    return Translator(manifest, settings).get_asset_spec(manifest, unique_id, None)


def columns(unique_id: str, settings: Settings) -> dict[str, dg.TableColumn]:
    return {each.name: each for each in spec(unique_id, settings).metadata["dagster/column_schema"].columns}


@pytest.mark.parametrize(
    ("unique_id", "name", "owner", "tags"),
    [
        (SHEET, "received", "team:documentation", {"restricted", "monthly"}),
        (CODES, "codes", "team:documentation", {"open", "whole"}),
        (STAGED, "staging", "team:data-engineering", {"restricted", "monthly"}),
        (FACT, "facts", "team:data-engineering", {"open", "whole", "published"}),
    ],
)
def test_an_asset_has_its_group_owner_and_tags(
    unique_id: str, name: str, owner: str, tags: set[str], settings: Settings
) -> None:
    told = spec(unique_id, settings)
    assert (told.group_name, list(told.owners)) == (name, [owner])
    assert {tag for tag in told.tags if not tag.startswith("dagster/")} == tags
    assert told.description == f"One row of {told.key.path[-1]}."
    assert told.metadata["group"] == f"{name}: What is {name}."


def test_rules_and_assets_name_their_owners_alike() -> None:
    groups = {"team:documentation", "team:data-engineering"}
    assert {team(rule.owner) for rule in declared_rules()} <= groups


def test_a_view_is_not_published(settings: Settings) -> None:
    manifest = house()
    manifest["nodes"][FACT]["config"]["materialized"] = "view"
    assert "published" not in Translator(manifest, settings).get_asset_spec(manifest, FACT, None).tags


def test_a_column_of_a_sheet_says_what_the_contract_asks(settings: Settings) -> None:
    told = columns(SHEET, settings)
    assert told["party"].constraints.other == ["one of parties", "required"]
    assert told["name_en"].tags == {"restricted": ""}
    assert not told["party"].tags


def test_a_column_of_a_fact_says_what_the_tests_hold(settings: Settings) -> None:
    constraints = columns(FACT, settings)["party"].constraints
    assert (constraints.nullable, constraints.unique) == (False, True)
    assert constraints.other == ["one of parties"]


def test_and_what_the_contract_holds(settings: Settings) -> None:
    manifest = house()
    held = [{"type": "not_null"}, {"type": "check", "expression": "party in ('sdf')"}]
    manifest["nodes"][FACT]["columns"]["party"]["constraints"] = held
    manifest["nodes"] = {key: each for key, each in manifest["nodes"].items() if each["resource_type"] != "test"}
    shown = Translator(manifest, settings).get_asset_spec(manifest, FACT, None).metadata["dagster/column_schema"]
    [party] = shown.columns
    assert (party.constraints.nullable, party.constraints.other) == (False, ["party in ('sdf')"])


def test_a_column_is_typed_and_described_as_noted_and_as_where_it_comes_from(settings: Settings) -> None:
    told = columns(STAGED, settings)
    assert list(told) == ["party", "age", "row_key", "problems"]
    assert told["age"].type == "integer"
    assert told["age"].description == "Age at death. *From [received_deaths](/assets/received_deaths) age.*"
    assert told["row_key"].description.startswith("Key of the row. *From ")
    assert told["row_key"].description.endswith("a, b, c, d, e, f and 2 more.*")
    assert told["problems"].description == "What is wrong."


def test_an_origin_that_is_no_asset_any_more_is_left_out(settings: Settings) -> None:
    lineage = spec(STAGED, settings).metadata["dagster/column_lineage"].deps_by_column
    assert lineage["party"] == [dg.TableColumnDep(dg.AssetKey("received_deaths"), "party")]
    assert "problems" not in lineage


def test_before_the_first_night_the_page_says_what_the_properties_say(tmp_path: Path) -> None:
    assert list(columns(STAGED, Settings(tmp_path))) == ["problems"]


def test_files_and_docs_are_linked(settings: Settings) -> None:
    links = spec(FACT, settings).metadata["dagster/code_references"].code_references
    models = "dbt_project/models/marts/fct_deaths"
    assert [link.label for link in links] == [f"{models}.sql", f"{models}.yml", "docs/facts.md"]


def model(sql: str) -> SimpleNamespace:
    return SimpleNamespace(name="counted", schema="marts", compiled_code=sql)


@pytest.fixture
def built(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    settings.dbt.mkdir()
    settings.draft.parent.mkdir(parents=True)
    with duckdb.connect(settings.draft) as connection:
        connection.execute("create schema marts; create schema restricted")
        connection.execute("create table restricted.staged as select 'a' as kind, 1::bigint as age")
        connection.execute("create table marts.counted as select 'a' as kind, 1::bigint as older")
        connection.execute("create view marts.seen as from marts.counted")
    return settings


def test_tables_are_counted_and_views_are_not_but_those_over_files(built: Settings) -> None:
    file = made_files.folder(built) / "run" / "rows.parquet"
    file.parent.mkdir(parents=True)
    with duckdb.connect(built.draft) as draft:
        made_files.lay_out(draft, built, {})
        draft.execute(f"copy (select unnest(range(3)) as number) to '{file}'")
        made_files.replace(draft, built, "marts.fct", [("number", "bigint")], [None], [(None, file)])
    counts = recorded_columns.row_counts(built)
    assert {name: counts[name] for name in counts if not name.startswith(("made_", "received_"))} == {
        "staged": 1, "counted": 1, "fct": 3,
    }  # fmt: skip


def test_columns_are_followed_to_what_they_are_made_of(built: Settings) -> None:
    sql = 'with aged as (select *, age + 1 as older from "restricted"."staged") select kind, older from aged'
    recorded_columns.record(built, "one", [model(sql)])
    assert recorded_columns.recorded(built)["counted"] == {
        "kind": {"type": "VARCHAR", "origins": [["staged", "kind"]]},
        "older": {"type": "BIGINT", "origins": [["staged", "age"]]},
    }


@pytest.mark.parametrize(
    "sql", ["select 'a' as kind", "select from where (", "select 1 as kind union all by name select 2 as older"]
)
def test_a_column_nobody_can_follow_keeps_its_type(built: Settings, sql: str) -> None:
    recorded_columns.record(built, "one", [model(sql)])
    assert recorded_columns.recorded(built)["counted"]["older"] == {"type": "BIGINT", "origins": []}


def test_columns_are_followed_once_a_change_of_the_project(built: Settings) -> None:
    recorded_columns.record(built, "one", [model("select kind, age as older from restricted.staged")])
    recorded_columns.record(built, "one", [])
    assert "counted" in recorded_columns.recorded(built)
    recorded_columns.record(built, "two", [])
    assert recorded_columns.recorded(built) == {}

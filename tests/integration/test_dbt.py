"""dbt by itself: its unit tests, run on the house of the sample months, and when it parses the project anew."""

import json
import os
import shutil
from pathlib import Path

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.build import dbt
from orchestration.settings import DBT_PROJECT
from tests.integration.house import House


def test_unit_tests_of_the_models_pass(sample_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = sample_house.copy(tmp_path / "house")
    house.place.warehouse.rename(house.place.draft)
    # as the parse of the night calls it: dbt goes on from it
    monkeypatch.chdir(house.place.draft.parent)
    monkeypatch.setenv("CASEBOOK_WAREHOUSE", house.place.draft.name)
    command = [
        "test", "--select", "test_type:unit", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT,
        "--target-path", house.place.dbt, "--log-path", house.place.dbt, "--log-level", "none",
    ]  # fmt: skip
    done = dbtRunner().invoke(list(map(str, command)))
    DuckDBConnectionManager.close_all_connections()
    assert done.exception is None
    assert len(done.result.results) > 10
    assert [f"{each.node.name}: {each.message}" for each in done.result.results if each.status != "pass"] == []


def test_a_project_that_changed_is_parsed_anew_however_old_its_files_say_they_are(
    sample_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shutil.copytree(DBT_PROJECT, tmp_path / "dbt_project")
    monkeypatch.setattr(dbt, "DBT_PROJECT", project)
    assert dbt.is_parsed(sample_house.place)
    model = next(project.glob("models/marts/*.sql"))
    model.write_text(model.read_text() + "\n-- otherwise")
    os.utime(model, (0, 0))
    assert not dbt.is_parsed(sample_house.place)


def test_a_parse_that_was_copied_with_its_root_is_gone_on_from(sample_copy: House) -> None:
    (sample_copy.place.dbt / dbt.PARSED).unlink()
    with sample_copy.entered():
        dbt.manifest()
    told = json.loads((sample_copy.place.dbt / "perf_info.json").read_text())
    assert (told["is_partial_parse_enabled"], told["parsed_path_count"]) == (True, 0)


def test_what_a_contract_asks_of_a_column_is_held_by_its_table(sample_house: House) -> None:
    with sample_house.entered():
        models = [node for node in dbt.manifest()["nodes"].values() if node["resource_type"] == "model"]
    asked = {
        (model["name"], name, each["type"])
        for model in models
        for name, column in model["columns"].items()
        for each in column["constraints"]
    }
    of_tables = "select table_name, unnest(constraint_column_names), constraint_type from duckdb_constraints()"
    held = {(table, column, kind.lower().replace(" ", "_")) for table, column, kind in sample_house.rows(of_tables)}
    assert ("fct_figures", "value", "not_null") in asked
    assert ("fct_figures", "period_kind", "check") in asked
    assert asked <= held

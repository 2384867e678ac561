"""dbt by itself: its unit tests, run on the house of the sample months, and what it keeps of its parse."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.build import dbt
from orchestration.settings import DBT_PROJECT
from tests.integration.house import House


def test_unit_tests_of_the_models_pass(sample_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = sample_house.copy(tmp_path / "house")
    monkeypatch.setenv("CASEBOOK_WAREHOUSE", str(house.place.warehouse))
    command = [
        "test", "--select", "test_type:unit", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT,
        "--target-path", house.place.dbt, "--log-path", house.place.dbt, "--log-level", "none",
    ]  # fmt: skip
    done = dbtRunner().invoke(list(map(str, command)))
    DuckDBConnectionManager.close_all_connections()
    assert done.exception is None
    assert len(done.result.results) > 10
    assert [f"{each.node.name}: {each.message}" for each in done.result.results if each.status != "pass"] == []


def test_what_dbt_kept_of_its_parse_is_what_it_would_parse_anew(sample_house: House) -> None:
    with sample_house.entered():
        assert dbt.is_parsed(sample_house.place)
        kept = dbt._parsed.__wrapped__()
        anew = dbt._invoke(sample_house.place, ["parse", "--no-partial-parse", "--no-write-json"]).result
    assert nodes(kept) == nodes(anew)
    assert {name: sorted(made) for name, made in kept.child_map.items()} == {
        name: sorted(made) for name, made in anew.child_map.items()
    }


def nodes(manifest: Any) -> dict[str, dict[str, Any]]:
    """Every node, without the moment it was parsed at; dbt names what a node stands on in no order."""
    told = {name: node.to_dict() for name, node in manifest.nodes.items()}
    return {
        name: node | {
            "created_at": None,
            "sources": sorted(node.get("sources", [])),
            "depends_on": sorted(node["depends_on"].get("nodes", [])),
        }
        for name, node in told.items()
    }  # fmt: skip


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

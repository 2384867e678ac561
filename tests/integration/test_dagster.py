"""Dagster's side of a night: what is materialised, what the checks say, and what a failed one means for the run."""

import io
import re
from collections.abc import Iterator
from datetime import date

import dagster as dg
import duckdb
import pytest
from rich.console import Console

from orchestration.rules import declared_rules
from tests.integration.house import BUSINESS_DATE, House

MONTHLY = ("received_deaths", "fct_deaths", "fct_facility_attacks", "fct_torture", "fct_detentions")
WHOLE = (
    "fct_figures",
    "fct_incidents",
    "fct_massacres",
    "fct_received_rows",
    "recon_residuals",
    "dim_parties",
    "received_run",
)


@pytest.fixture(scope="module")
def entered(sample_house: House) -> Iterator[None]:
    with sample_house.entered():
        yield


@pytest.fixture(scope="module")
def graph(entered: None) -> dg.Definitions:
    from orchestration.definitions import defs

    return defs


@pytest.fixture(scope="module")
def instance(entered: None) -> Iterator[dg.DagsterInstance]:
    from orchestration.instance import instance

    with instance() as dagster:
        yield dagster


def latest_run(dagster: dg.DagsterInstance) -> dg.DagsterRun:
    return dagster.get_runs(limit=1)[0]


def evaluations(dagster: dg.DagsterInstance, run_id: str) -> dict[str, dg.AssetCheckEvaluation]:
    """What the checks of the declared rules said in a run, by the name of the check."""
    names = {rule.id.replace(".", "_") for rule in declared_rules()}
    events = dagster.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    told = [event.dagster_event.asset_check_evaluation_data for event in events]
    return {each.check_name: each for each in told if each.check_name in names}


def test_every_declared_rule_is_a_check_of_the_job(graph: dg.Definitions) -> None:
    selected = graph.resolve_job_def("nightly").asset_layer.asset_graph.asset_check_keys
    keys = {(key.asset_key.path[-1], key.name) for key in selected}
    assert {(rule.asset, rule.id.replace(".", "_")) for rule in declared_rules()} <= keys


def test_a_check_is_described_as_its_rule_is(graph: dg.Definitions) -> None:
    specs = {
        spec.name: spec
        for checks in graph.asset_checks
        for spec in getattr(checks, "check_specs", [])
    }  # fmt: skip
    for rule in declared_rules():
        spec = specs[rule.id.replace(".", "_")]
        assert spec.description == rule.sentence
        assert spec.blocking is rule.is_blocking
        assert spec.metadata["severity"] == rule.severity
        assert spec.metadata["run-book"] == f"docs/rules.md#{rule.runbook}"


def test_a_range_run_makes_each_month_of_the_facts_and_the_others_once(instance: dg.DagsterInstance) -> None:
    run = latest_run(instance)
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    made = [event.dagster_event.step_materialization_data.materialization for event in events]
    partitions = {
        name: sorted(str(one.partition) for one in made if one.asset_key.path[-1] == name) for name in MONTHLY
    }
    assert partitions == dict.fromkeys(MONTHLY, ["2024-12", "2025-01", "2025-02"])
    once = {name: [one.partition for one in made if one.asset_key.path[-1] == name] for name in WHOLE}
    assert once == dict.fromkeys(WHOLE, [None])


def test_every_month_with_sheets_is_materialised(instance: dg.DagsterInstance) -> None:
    assert {"2023-07", "2024-12", "2025-01"} <= instance.get_materialized_partitions(dg.AssetKey("fct_deaths"))


def test_a_check_says_its_sentence_its_verdict_and_how_much_it_judged(instance: dg.DagsterInstance) -> None:
    told = evaluations(instance, latest_run(instance).run_id)
    for rule in declared_rules():
        evaluation = told[rule.id.replace(".", "_")]
        assert evaluation.passed
        assert evaluation.description == rule.sentence
        assert evaluation.metadata["verdict"].value == "passed"
        assert evaluation.metadata["judged"].value > 0
        assert evaluation.metadata["failed"].value == 0
        assert evaluation.metadata["run-book"].value == f"docs/rules.md#{rule.runbook}"


def work(house: House) -> tuple[int, str]:
    """`casebook nightly` without its start: the exit status, and what a person sees."""
    told = io.StringIO()
    with house.entered():
        from orchestration import face

        screen = Console(file=told, width=200)
        day = date.fromisoformat(BUSINESS_DATE)
        return face.work(screen, day, quiet=False, verbose=False, as_json=False), told.getvalue()


def test_a_rule_that_blocks_ends_the_night_with_three(sample_copy: House) -> None:
    """Somebody turns a counted victim into an anonymous one, in a month the night does not work on."""
    house = sample_copy
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute(
            "update marts.fct_deaths set archive = 'anonymous' where case_id = (select min(case_id) "
            "from marts.fct_deaths where month = '2023-07-01' and is_counted and incident_id is null)"
        )
    status, told = work(house)
    with house.entered():
        from orchestration.instance import instance

        with instance() as dagster:
            evaluation = evaluations(dagster, latest_run(dagster).run_id)["I18"]
    assert status == 3, told
    assert re.search(r"I18 \(B\) .*2023-07.*anonymous victims in the toll", told)
    assert re.search(r"\b1 failed", told)
    assert (evaluation.passed, evaluation.blocking, evaluation.severity) == (False, True, dg.AssetCheckSeverity.ERROR)
    assert evaluation.metadata["verdict"].value == "failed"
    assert "2023-07-01" in evaluation.metadata["failing"].value
    assert "anonymous victims in the toll" in evaluation.metadata["failing"].value


def test_a_dbt_test_that_fails_ends_the_night_with_three_and_says_which(
    sample_copy: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody counts an excluded case of a month the night does not work on: the shape of the facts is broken."""
    house = sample_copy
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute(
            "update marts.fct_deaths set is_counted = true where case_id = (select min(case_id) "
            "from marts.fct_deaths where month = '2023-07-01' and not is_counted)"
        )
    status, told = work(house)
    assert status == 3, told
    assert "I20_an_excluded_case_is_not_counted" in capsys.readouterr().err

"""Dagster's side of a night: what is materialised, what the checks say, and what a failed one means for the run."""

import io
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from rich.console import Console

from orchestration.judge.rules import declared_rules
from orchestration.months import between, key_of
from orchestration.pipeline.partitions import MONTHS, RANGE_END, RANGE_START
from orchestration.settings import Settings
from tests.integration.breaks_stated import CONTRADICTIONS
from tests.integration.house import BUSINESS_DATE, House

SAID_OF_DOCUMENTS = {rule for rule, *_ in CONTRADICTIONS}


@pytest.fixture(scope="module")
def entered(sample_house: House) -> Iterator[None]:
    with sample_house.entered():
        yield


@pytest.fixture(scope="module")
def graph(entered: None) -> dg.Definitions:
    from orchestration.definitions import build_definitions

    return build_definitions()


@pytest.fixture(scope="module")
def instance(entered: None) -> Iterator[dg.DagsterInstance]:
    from orchestration.pipeline.instance import instance

    with instance() as dagster:
        yield dagster


def latest_run(dagster: dg.DagsterInstance) -> dg.DagsterRun:
    return dagster.get_runs(limit=1)[0]


def evaluations(dagster: dg.DagsterInstance, run_id: str, *more: str) -> dict[str, dg.AssetCheckEvaluation]:
    """What the checks of the declared rules, and further ones, said in a run, by the name of the check."""
    names = {rule.check_name for rule in declared_rules()} | set(more)
    events = dagster.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    told = [event.dagster_event.asset_check_evaluation_data for event in events]
    return {each.check_name: each for each in told if each.check_name in names}


def test_every_declared_rule_is_a_check_of_the_job(graph: dg.Definitions) -> None:
    selected = graph.resolve_job_def("nightly").asset_layer.asset_graph.asset_check_keys
    keys = {(key.asset_key.path[-1], key.name) for key in selected}
    assert {(rule.asset, rule.check_name) for rule in declared_rules()} | {("fct_figures", "held_months")} <= keys


def test_a_check_is_described_as_its_rule_is(graph: dg.Definitions) -> None:
    specs = {
        spec.name: spec
        for checks in graph.asset_checks
        for spec in getattr(checks, "check_specs", [])
    }  # fmt: skip
    for rule in declared_rules():
        spec = specs[rule.check_name]
        assert spec.description.startswith(rule.sentence)
        assert rule.what_to_do in spec.description
        assert not spec.blocking  # it holds its month back: the other months go on
        assert spec.metadata["severity"].startswith(f"{rule.severity} (")
        assert spec.metadata["run-book"].url.endswith(f"/rules.html#{rule.runbook}")


def test_a_range_run_makes_sheets_for_each_of_its_months_and_the_rest_once(
    graph: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    assets, run = graph.resolve_asset_graph(), latest_run(instance)
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    made = [event.dagster_event.step_materialization_data.materialization for event in events]
    keys = assets.materializable_asset_keys
    partitions = {key: sorted(one.partition or "" for one in made if one.asset_key == key) for key in keys}
    # Dagster's range is from the first to the last; the tag says which of them were built
    months = [key_of(month) for month in between(date(2023, 6, 1), date(2025, 2, 1))]
    assert run.tags[MONTHS] == "2023-06,2023-07,2023-08,2023-09,2024-12,2025-01,2025-02"
    assert partitions == {key: months if assets.get(key).partitions_def else [""] for key in keys}
    assert sum(each == months for each in partitions.values()) == 7


def test_each_month_of_sheets_tells_its_own_rows(instance: dg.DagsterInstance, sample_house: House) -> None:
    events = instance.all_logs(latest_run(instance).run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    made = [event.asset_materialization for event in events if event.asset_materialization]
    told = {
        one.partition: one.metadata["dagster/row_count"].value
        for one in made
        if one.asset_key == dg.AssetKey("received_deaths") and "dagster/row_count" in one.metadata
    }
    received = "select received_month, count(*) from restricted.stg_deaths group by all"
    empty = dict.fromkeys(latest_run(instance).tags[MONTHS].split(","), 0)
    # and nothing of a month in Dagster's range that the run was not asked for
    assert told == empty | {key_of(month): rows for month, rows in sample_house.rows(received)}


def test_every_asset_a_run_makes_can_be_backfilled_in_one_run(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    nodes = [assets.get(key) for key in assets.materializable_asset_keys]
    assert {node.backfill_policy for node in nodes} == {dg.BackfillPolicy.single_run()}
    assert len({node.partitions_def for node in nodes}) == 2


def test_every_month_with_sheets_is_materialised(instance: dg.DagsterInstance) -> None:
    assert {"2023-07", "2024-12", "2025-01"} <= instance.get_materialized_partitions(dg.AssetKey("received_deaths"))


def test_a_check_says_its_sentence_its_verdict_and_how_much_it_judged(instance: dg.DagsterInstance) -> None:
    told = evaluations(instance, latest_run(instance).run_id)
    for rule in declared_rules():
        evaluation = told[rule.check_name]
        assert evaluation.passed == (rule.id not in SAID_OF_DOCUMENTS)
        judged = evaluation.metadata["judged"].value
        failed = evaluation.metadata["failed"].value if "failed" in evaluation.metadata else 0
        said = "failed" if failed else "passed" if judged else "not judged"
        assert evaluation.metadata["verdict"].value == said
        assert failed == sum(rule.id == said_of for said_of, *_ in CONTRADICTIONS)
        # what failed and what to do are text in the check itself: nothing is behind a link
        found = [value.text for name, value in evaluation.metadata.items() if name.startswith("finding ")]
        assert len(found) == failed and all(isinstance(value, str) for value in found)
        assert (evaluation.description or "").startswith(found[0].split(" (open since")[0]) if found else True
        assert ("what to do" in evaluation.metadata) == ("run-book" in evaluation.metadata) == bool(failed)


def test_a_rule_is_two_events_that_it_is_planned_and_what_it_said(
    graph: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    run = latest_run(instance)
    outputs = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT)
    of_rules = [event.dagster_event.step_output_data.output_name for event in outputs if event.step_key == "rules"]
    assert of_rules == ["fct_figures_held_months"]  # which the release waits for
    planned = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED)
    assert len([event for event in planned if event.step_key == "rules"]) == len(declared_rules()) + 1
    # and Dagster's page shows what was said last as said of what was made last
    key = dg.AssetCheckKey(dg.AssetKey("fct_deaths"), "I15_age_at_death")
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert (record.run_id, record.status.value) == (run.run_id, "SUCCEEDED")


def test_a_run_says_its_months_its_day_and_how_many_findings_there_are(instance: dg.DagsterInstance) -> None:
    tags = latest_run(instance).tags
    count = len(CONTRADICTIONS)
    assert (tags["casebook/business_date"], tags["casebook/findings"]) == (BUSINESS_DATE, f"{count} open, {count} new")


def test_the_release_shows_its_headline_figures(instance: dg.DagsterInstance) -> None:
    event = instance.get_latest_materialization_event(dg.AssetKey("release_current"))
    told = {name: value.value for name, value in event.asset_materialization.metadata.items()}
    assert (told["deaths 2025-01"], told["massacres 2025-01"]) == ("236: 32 children, 18 women", 2)


def test_every_asset_explains_itself(graph: dg.Definitions) -> None:
    assets = graph.resolve_asset_graph()
    for node in [assets.get(key) for key in assets.get_all_asset_keys()]:
        name = node.key.path[-1]
        assert node.group_name != "default", name
        assert node.owners, name
        assert node.kinds, name
        assert node.description.startswith("One "), name
        assert {"restricted", "open"} & node.tags.keys(), name
        assert node.metadata["dagster/code_references"].code_references, name


def test_groups_stand_from_left_to_right(graph: dg.Definitions) -> None:
    order = ["received", "codes", "staging", "intermediate", "facts", "figures", "reconciliation"]
    order += ["dimensions", "release"]
    assets = graph.resolve_asset_graph()
    place = {key: order.index(assets.get(key).group_name) for key in assets.get_all_asset_keys()}
    back = [(need, key) for key in place for need in assets.get(key).parent_keys if place[need] > place[key]]
    assert back == []


def test_what_holds_names_or_written_cells_is_tagged_restricted(graph: dg.Definitions, sample_house: House) -> None:
    assets = graph.resolve_asset_graph()
    tagged = {key.path[-1] for key in assets.get_all_asset_keys() if "restricted" in assets.get(key).tags}
    kept = sample_house.rows("select table_name from duckdb_tables() where schema_name = 'restricted'")
    sheets = sample_house.rows(
        "select view_name from duckdb_views() where schema_name = 'received' and sql like '%read_parquet%'"
    )
    assert tagged == {name for (name,) in kept + sheets}


def test_what_a_release_holds_is_tagged_published(graph: dg.Definitions, sample_house: House) -> None:
    assets = graph.resolve_asset_graph()
    tagged = {key.path[-1] for key in assets.get_all_asset_keys() if "published" in assets.get(key).tags}
    release = sample_house.place.published / "current" / "casebook.duckdb"
    with duckdb.connect(release, read_only=True) as connection:
        sql = "select table_name from duckdb_tables() where schema_name not in ('received', 'history')"
        copied = {name for (name,) in connection.execute(sql).fetchall()}
    # where records count is a view of the draft, which a release holds as a table
    assert tagged == {"release_current"} | copied - {"fct_counted_records"}


def test_the_columns_of_every_model_are_shown_and_described(entered: None, sample_house: House) -> None:
    from orchestration.build import dbt
    from orchestration.pipeline.translator import Translator

    manifest = dbt.manifest()
    shown = Translator(manifest, sample_house.place)
    held: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in sample_house.rows(
        "select schema_name || '.' || table_name, column_name, if(data_type like 'ENUM%', 'CODE', upper(data_type)) "
        "from duckdb_columns() order by column_index"
    ):
        held.setdefault(table, []).append((column, kind))
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "model":
            metadata = shown.get_asset_spec(manifest, unique_id, None).metadata
            columns = metadata["dagster/column_schema"].columns
            table = f"{node['schema']}.{node['name']}"
            assert [(each.name, each.type.upper()) for each in columns] == held[table]
            assert [each.name for each in columns if not each.description] == [], node["name"]


def test_a_column_is_followed_to_what_it_is_made_of(entered: None, sample_house: House) -> None:
    from orchestration.build import dbt
    from orchestration.pipeline.translator import Translator

    shown = Translator(dbt.manifest(), sample_house.place).get_asset_spec(
        dbt.manifest(), "model.casebook.int_deaths", None
    )
    made_of = shown.metadata["dagster/column_lineage"].deps_by_column["category"]
    assert made_of == [dg.TableColumnDep(dg.AssetKey("stg_deaths"), name) for name in ("age", "age_class", "sex")]


def test_a_model_tells_how_many_rows_it_holds(instance: dg.DagsterInstance, sample_house: House) -> None:
    for name in ("fct_deaths", "fct_figures"):
        told = instance.get_latest_materialization_event(dg.AssetKey(name)).asset_materialization.metadata
        assert told["dagster/row_count"].value == sample_house.rows(f"select count(*) from marts.{name}")[0][0]
    view = instance.get_latest_materialization_event(dg.AssetKey("int_deaths")).asset_materialization.metadata
    assert "dagster/row_count" not in view


def work(house: House) -> tuple[int, str]:
    """`casebook nightly` without its start: the exit status, and what a person sees."""
    told = io.StringIO()
    with house.entered():
        from orchestration.cli import nightly
        from orchestration.pipeline.planning import months_of_night

        screen, day = Console(file=told, width=200), date.fromisoformat(BUSINESS_DATE)
        status = nightly.work(screen, months_of_night, day, False, False, False)
    return status, told.getvalue()


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
        from orchestration.pipeline.instance import instance

        with instance() as dagster:
            evaluation = evaluations(dagster, latest_run(dagster).run_id)["I18_no_anonymous_in_the_toll"]
            held = evaluations(dagster, latest_run(dagster).run_id, "held_months")["held_months"]
    assert status == 3, told
    assert re.search(r"finding \(blocks\) +I18 +Anonymous victims in the toll, July 2023: 1 case", told)
    assert f"{len(SAID_OF_DOCUMENTS) + 1} failed" in told
    assert (evaluation.passed, evaluation.blocking, evaluation.severity) == (False, False, dg.AssetCheckSeverity.ERROR)
    assert not held.passed
    assert held.metadata["held"].value == "2023-07 is held since 2025-02-01 by I18"
    assert evaluation.metadata["verdict"].value == "failed"
    assert evaluation.metadata["finding 1"].value.startswith("Anonymous victims in the toll, July 2023: 1 case (open ")


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


def test_the_last_five_releases_are_kept(entered: None, tmp_path: Path) -> None:
    from orchestration.publish import release

    published = Settings(tmp_path).published
    for number in range(1, 8):
        (published / f"2025-02-0{number}").mkdir(parents=True)
        os.utime(published / f"2025-02-0{number}", (number, number))
    (published / "current").symlink_to("2025-02-07")
    release.forget(Settings(tmp_path))
    assert sorted(path.name for path in published.iterdir()) == [*(f"2025-02-0{day}" for day in range(3, 8)), "current"]


def test_a_run_of_some_of_the_assets_changes_nothing_and_says_so(sample_copy: House) -> None:
    house = sample_copy
    kept = (house.place.warehouse, house.place.published / "current" / "casebook.duckdb")
    before = [path.read_bytes() for path in kept]
    with house.entered():
        from orchestration.definitions import build_definitions

        job = build_definitions().resolve_job_def("nightly")
        chosen = [
            job.get_subset(asset_selection={dg.AssetKey("stg_deaths"), dg.AssetKey("release_current")}),
            job.get_subset(asset_check_selection={dg.AssetCheckKey(dg.AssetKey("fct_deaths"), "I15_age_at_death")}),
        ]
        months = {RANGE_START: "2025-01", RANGE_END: "2025-01"}
        done = [
            each.execute_in_process(instance=dg.DagsterInstance.ephemeral(), tags=months, raise_on_error=False)
            for each in chosen
        ]
    assert not any(each.success for each in done)
    failed = [event for each in done for event in each.all_events if event.is_step_failure]
    assert [event.step_key for event in failed] == ["models", "release_current", "rules"]
    assert all("choose all assets" in str(event.step_failure_data.error) for event in failed)
    assert [path.read_bytes() for path in kept] == before

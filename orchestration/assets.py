"""The way of the data as Dagster assets: sheets received, then every dbt model. No meaning and no reading here."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pyarrow.parquet as pq
import yaml
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration import intake, transform, warehouse
from orchestration.partitions import MONTHS, TIME_ZONE, month_of
from orchestration.settings import DBT_PROJECT, Settings, settings

MANIFEST = transform.manifest()
SOURCES = yaml.safe_load((DBT_PROJECT / "models" / "staging" / "received.yml").read_text())["sources"][0]["tables"]
KINDS = [table["config"]["meta"]["kind"] for table in SOURCES if "kind" in table["config"]["meta"]]


class Night(dg.ConfigurableResource):
    """The day a run is for, and the data root it works in. Nothing else in a run knows what day it is."""

    business_date: str = ""
    root: str = ""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Night"]:
        """One run at a time in a data root: a second waits for its turn and then goes on."""
        with warehouse.turn(self.settings(), context.log.info if context.log else print):
            yield self

    def day(self) -> date:
        """The business date; where none was given, today in Syria."""
        return (
            date.fromisoformat(self.business_date) if self.business_date else datetime.now(ZoneInfo(TIME_ZONE)).date()
        )

    def settings(self) -> Settings:
        """Where the run works; where no root was given, as the environment says."""
        return Settings(Path(self.root)) if self.root else settings()


class Translator(DagsterDbtTranslator):
    """Where a dbt model stands on the lineage page: its room is its group, and a fact kept by month is partitioned."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A model's own name; a source says its key itself."""
        is_source = dbt_resource_props["resource_type"] == "source"
        return super().get_asset_key(dbt_resource_props) if is_source else dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder of a model."""
        return dbt_resource_props["fqn"][1]

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A check where a test is one of the numbered rules; the others are keys, and stop the run by themselves."""
        is_rule = re.match(r"I\d\d", manifest["nodes"][unique_id]["name"])
        return super().get_asset_check_spec(asset_spec, manifest, unique_id, project) if is_rule else None

    def get_partitions_def(self, dbt_resource_props: Mapping[str, Any]) -> dg.PartitionsDefinition | None:
        """Monthly for the facts; staging keeps months too, but nobody asks for them apart from their facts."""
        is_fact_by_month = dbt_resource_props["config"].get("month_column") == "month"
        return MONTHS if is_fact_by_month else None


def _code_list(seed: Mapping[str, Any]) -> dg.AssetSpec:
    return dg.AssetSpec(seed["name"], description=seed["description"], group_name="codes", kinds={"dbt", "csv"})


# code lists change with the code, not with the night: dbt loads them, but no run makes them
code_lists = [_code_list(node) for node in MANIFEST["nodes"].values() if node["resource_type"] == "seed"]


def _received_spec(table: Mapping[str, Any]) -> dg.AssetSpec:
    return dg.AssetSpec(
        table["config"]["meta"]["dagster"]["asset_key"],
        description=table["description"],
        group_name="received",
        kinds={"python", "parquet"},
        partitions_def=MONTHS if "kind" in table["config"]["meta"] else None,
    )


@dg.multi_asset(
    specs=[_received_spec(table) for table in SOURCES],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def received(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Take in what lies in raw/ and lay out the run's months for dbt."""
    place, business_date, months = night.settings(), night.day(), months_of(context)
    context.log.info("what lies in raw/")
    now = datetime.fromtimestamp(context.instance.get_run_stats(context.run_id).launch_time or 0)
    taken = intake.take_in(place.root, now, business_date)
    aside = [line for line in taken.sheets["set_aside"].to_pylist() if line]
    for line in aside:
        context.log.warning(f"set aside: {line}")
    files = {
        kind: [place.root / "lake" / "received" / kind / "empty.parquet"]
        + [path for month, path in taken.files[kind] if month is None or month in months]
        for kind in KINDS
    }
    warehouse.prepare(place, files, taken, months, business_date)
    rows = {f"received_{kind}": sum(pq.read_metadata(path).num_rows for path in paths) for kind, paths in files.items()}
    rows |= {"received_sheets": len(taken.sheets), "received_parts": len(taken.parts), "received_run": len(months) + 1}
    told = {
        "received_sheets": {"set_aside": dg.MarkdownMetadataValue("\n".join(f"- {line}" for line in aside) or "none")}
    }
    for key in sorted(context.selected_asset_keys):
        name = key.path[-1]
        yield dg.MaterializeResult(key, metadata={"dagster/row_count": rows[name], **told.get(name, {})})


@dbt_assets(
    manifest=MANIFEST,
    exclude="resource_type:seed",
    dagster_dbt_translator=Translator(),
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def models(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build the models of the run's months, with their tests, in one dbt invocation."""
    selected = [key.path[-1] for key in context.selected_asset_keys] if context.is_subset else []
    checks = {key.name: key for key in context.selected_asset_check_keys}
    place = night.settings()
    results = transform.build(place, selected, on_node=context.log.info)
    for result in results:
        if result.node.resource_type == "test":
            key = checks.get(result.node.name)
            if key:
                yield dg.AssetCheckResult(passed=result.status == "pass", asset_key=key.asset_key, check_name=key.name)
        elif result.node.resource_type == "model" and result.status == "success":
            seconds = {"seconds": round(result.execution_time, 3)}
            yield dg.MaterializeResult(dg.AssetKey(result.node.name), metadata=seconds)
    transform.require_tests(results)
    if not context.is_subset:
        warehouse.settle(place, months_of(context), transform.codes_fingerprint())


def months_of(context: dg.AssetExecutionContext) -> set[date]:
    """The months a run works on, as first days."""
    return (
        {month_of(key) for key in context.partition_keys}
        if context.has_partition_key_range or context.has_partition_key
        else set()
    )

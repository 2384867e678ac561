"""The way of the data as Dagster assets: sheets received, then every dbt model. No meaning and no reading here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
from dagster_dbt import dbt_assets
from pydantic import PrivateAttr

from orchestration import intake, tables, transform, turns, warehouse
from orchestration.lineage import Translator
from orchestration.partitions import month_of
from orchestration.settings import Settings, settings

MANIFEST = transform.manifest()
KINDS = {"seed": "csv", "model": "duckdb"}
TRANSLATOR = Translator(MANIFEST, settings())


class Night(dg.ConfigurableResource):
    """The day a run is for, and the data root it works in. Nothing else in a run knows what day it is."""

    business_date: str = ""
    root: str = ""
    _noted: int | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Night"]:
        """One run at a time in a data root: a second waits for its turn and then goes on."""
        place = self.settings()
        tell = context.log.info if context.log else print
        with turns.heard() as self._noted, turns.turn(place, context.run_id or "", tell):
            warehouse.begin(place, transform.fingerprint())
            yield self

    def go_on(self) -> None:
        """Make sure that nobody has asked the run to stop; raises KeyboardInterrupt where somebody has."""
        turns.require_unasked(self._noted)

    def day(self) -> date:
        """The business date; where none was given, that of the settings."""
        return date.fromisoformat(self.business_date) if self.business_date else self.settings().today()

    def settings(self) -> Settings:
        """Where the run works; where no root was given, as the environment says."""
        return Settings(Path(self.root)) if self.root else settings()


@dg.multi_asset(
    specs=[TRANSLATOR.spec(source, kinds={"python", "parquet"}) for source in MANIFEST["sources"]],
    can_subset=True,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def received(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Take in what lies in raw/ and lay out the run's months for dbt."""
    place, business_date = night.settings(), night.day()
    context.log.info("what lies in raw/")
    stats = context.instance.get_run_stats(context.run_id)
    now = datetime.fromtimestamp(stats.launch_time or stats.start_time or 0)  # the command line launches nothing
    settled = warehouse.settled(place, transform.fingerprint())
    try:
        taken = intake.take_in(place.root, now, business_date, settled, place.raw)
    except intake.RawError as error:  # a store that cannot be reached now may be in half a minute
        raise dg.RetryRequested(max_retries=2, seconds_to_wait=30) from error
    aside = [line for line in taken.sheets["set_aside"].to_pylist() if line]
    for line in aside:
        context.log.warning(f"set aside: {line}")
    files = warehouse.prepare(place, taken, months_of(context), business_date, context.run_id)
    rows = tables.row_counts(place)
    rows |= {
        f"received_{kind}": sum(pq.read_metadata(path).num_rows for path in paths) for kind, paths in files.items()
    }
    told = {
        "received_sheets": {"set_aside": dg.MarkdownMetadataValue("\n".join(f"- {line}" for line in aside) or "none")}
    }
    for key in sorted(context.selected_asset_keys):
        name = key.path[-1]
        yield dg.MaterializeResult(key, metadata={"dagster/row_count": rows.get(name), **told.get(name, {})})


@dbt_assets(
    manifest=MANIFEST,
    select="source:received+",
    dagster_dbt_translator=TRANSLATOR,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def models(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build the models of the run's months, with their tests, in one dbt invocation."""
    checks = {key.name: key for key in context.selected_asset_check_keys}
    place = night.settings()
    warehouse.require_draft_of(place, context.run_id)
    night.go_on()
    results = transform.build(place, on_node=context.log.info)
    rows = tables.row_counts(place)
    for result in results:
        if result.node.resource_type == "test":
            key = checks.get(result.node.name)
            if key:
                yield dg.AssetCheckResult(passed=result.status == "pass", asset_key=key.asset_key, check_name=key.name)
        elif dg.AssetKey(result.node.name) in context.selected_asset_keys and result.status == "success":
            told = {"seconds": round(result.execution_time, 3), "dagster/row_count": rows.get(result.node.name)}
            yield dg.MaterializeResult(dg.AssetKey(result.node.name), metadata=told)
    transform.require_tests(results)
    warehouse.tell_problems(place)
    nodes = [result.node for result in results if result.node.resource_type == "model"]
    tables.record(place, transform.fingerprint(), nodes)


# code lists, and what is made of them alone, change with the code and not with the night: no run is asked for them
code_lists = [
    TRANSLATOR.spec(unique_id, partitions_def=None, kinds={"dbt", KINDS[node["resource_type"]]})
    for unique_id, node in MANIFEST["nodes"].items()
    if node["resource_type"] in KINDS and dg.AssetKey(node["name"]) not in models.keys
]


def months_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> set[date]:
    """The months a run works on, as first days."""
    return (
        {month_of(key) for key in context.partition_keys}
        if context.has_partition_key_range or context.has_partition_key
        else set()
    )

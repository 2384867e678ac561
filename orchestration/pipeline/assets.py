"""The way of the data as Dagster assets: sheets received, what a build reads, and every dbt model.

No meaning and no reading of sheets here. Three steps, and the judging and the release after them:

* `received` takes in what is in raw/, by month;
* `inputs` lays out the draft a build works in, for the months of the run;
* `models` is one dbt invocation.

A backfill from Dagster's page is two runs, since sheets have months and the rest has none: the first takes in and
remembers the months, of any number of stretches; the second makes them all, judges them and publishes them at once.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
from dagster_dbt import dbt_assets

from orchestration import alerts, intake
from orchestration.build import backfills, columns, dbt, draft
from orchestration.engine.build import build
from orchestration.pipeline.partitions import PAGE_BACKFILL, months_in
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator
from orchestration.publish import editions, release

KINDS = {"seed": "csv", "model": "duckdb"}
SINGLE_RUN = dg.BackfillPolicy.single_run()


def received_sheets(
    manifest: Mapping[str, Any], translator: Translator, months: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """The received rows of each kind of sheet, by month."""
    sheets = [source for source, node in manifest["sources"].items() if translator.is_sheet(node)]

    @dg.multi_asset(
        specs=[translator.spec(source, kinds={"python", "parquet"}, partitions_def=months) for source in sheets],
        can_subset=True,
        backfill_policy=SINGLE_RUN,
    )
    def received(context: dg.AssetExecutionContext, run_context: RunContext) -> Iterator[dg.MaterializeResult]:
        """Take in what is in raw/, and remember the months where another run of the backfill will make them."""
        context.log.info("what is in raw/")
        taken = _take_in(context, run_context)
        asked = months_in(context.run.tags)
        if PAGE_BACKFILL in context.run.tags:
            backfills.remember(run_context.settings(), context.run.tags[PAGE_BACKFILL], asked)
        for key in sorted(context.selected_asset_keys):
            rows = Counter[date | None]()
            for month, path in taken.files[key.path[-1].removeprefix("received_")]:
                rows[month] += pq.read_metadata(path).num_rows
            for month in asked:
                context.add_asset_metadata({"dagster/row_count": rows[month]}, key, f"{month:%Y-%m}")
            yield dg.MaterializeResult(key)

    return received


def build_inputs(manifest: Mapping[str, Any], translator: Translator) -> dg.AssetsDefinition:
    """What a build reads beside the received rows: the list of sheets, the last release, what is expected."""
    sources = {source: node for source, node in manifest["sources"].items() if not translator.is_sheet(node)}
    sheets = [translator.get_asset_key(node) for node in manifest["sources"].values() if translator.is_sheet(node)]

    @dg.multi_asset(
        specs=[translator.spec(source, kinds={"python", "duckdb"}, deps=sheets) for source in sources],
        can_subset=True,
        backfill_policy=SINGLE_RUN,
    )
    def inputs(context: dg.AssetExecutionContext, run_context: RunContext) -> Iterator[dg.MaterializeResult]:
        """Lay out the draft for the months the run is asked for, and those its backfill remembers."""
        _require_no_earlier_day(run_context)
        taken = _take_in(context, run_context)
        settings, tags = run_context.settings(), context.run.tags
        months = {*months_in(tags), *backfills.remembered(settings, tags.get(PAGE_BACKFILL))}
        tables = {
            "outbox": alerts.outbox_status(settings, datetime.now(UTC)),
            "editions": editions.read(settings),
        }
        started_on = run_context.started_at(context.run, context.instance).date()
        draft.lay_out(settings, draft.Run(context.run.run_id, run_context.day(), started_on, months), taken, tables)
        rows = columns.row_counts(settings)
        set_aside = [sentence for sentence in taken.sheets["set_aside"].to_pylist() if sentence]
        for sentence in set_aside:
            context.log.warning(f"set aside: {sentence}")
        listed = dg.MarkdownMetadataValue("\n".join(f"- {sentence}" for sentence in set_aside) or "none")
        more = {"received_sheets": {"set_aside": listed}}
        for key in sorted(context.selected_asset_keys):
            name = key.path[-1]
            yield dg.MaterializeResult(key, metadata={**_counted(rows, name), **more.get(name, {})})

    return inputs


def dbt_models(manifest: Mapping[str, Any], translator: Translator) -> dg.AssetsDefinition:
    """Every model that depends on a sheet."""

    @dbt_assets(
        manifest=manifest,
        select="source:received+",
        dagster_dbt_translator=translator,
        backfill_policy=SINGLE_RUN,
    )
    def models(
        context: dg.AssetExecutionContext, run_context: RunContext
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Build the models of the run's months, with their tests, in one dbt invocation."""
        checks = {key.name: key for key in context.selected_asset_check_keys}
        settings = run_context.settings()
        draft.require_draft_of(settings, context.run.run_id)
        run_context.raise_if_interrupted()
        results = build(settings, context.run.run_id, on_node=context.log.info)
        rows = columns.row_counts(settings)
        for result in results:
            name, key = result.node.name, dg.AssetKey(result.node.name)
            if result.node.resource_type == "test":
                if name in checks:
                    passed = result.status == "pass"
                    yield dg.AssetCheckResult(passed=passed, asset_key=checks[name].asset_key, check_name=name)
            elif key in context.selected_asset_keys and result.status == "success":
                seconds = round(result.execution_time, 3)
                yield dg.MaterializeResult(key, metadata={"seconds": seconds, **_counted(rows, name)})
        dbt.require_tests(results)
        draft.write_problems(settings)
        nodes = [result.node for result in results if result.node.resource_type == "model"]
        columns.record(settings, dbt.fingerprint(), nodes)

    return models


def code_lists(
    manifest: Mapping[str, Any], translator: Translator, built: Collection[dg.AssetKey]
) -> list[dg.AssetSpec]:
    """Code lists, and what is made of them alone: they change with the code, and no run is asked for them.

    Args:
        manifest: What dbt knows of the project.
        translator: How they are shown.
        built: The models that a run makes.
    """
    return [
        translator.spec(unique_id, kinds={"dbt", KINDS[node["resource_type"]]})
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in KINDS and dg.AssetKey(node["name"]) not in built
    ]


def _counted(rows: Mapping[str, int], name: str) -> dict[str, int]:
    """How many rows an asset holds, as Dagster's page shows it; nothing of a view."""
    return {"dagster/row_count": rows[name]} if name in rows else {}


def _require_no_earlier_day(run_context: RunContext) -> None:
    """A clock set back, or a slip of the keys, would take back what has been counted since."""
    last = release.about(run_context.settings())
    if last and str(run_context.day()) < last["business_date"] and not run_context.is_earlier_day:
        raise dg.Failure(
            f"the run is for {run_context.day()}, before the last release ({last['business_date']}): nothing was done; "
            "`casebook nightly --earlier-day` asks for it on purpose"
        )


def _take_in(context: dg.AssetExecutionContext, run_context: RunContext) -> intake.Intake:
    try:
        return run_context.received(context.run, context.instance)
    except intake.RawError as error:  # a store that cannot be reached now may be in half a minute
        raise dg.RetryRequested(max_retries=2, seconds_to_wait=30) from error

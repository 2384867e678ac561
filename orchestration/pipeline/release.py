"""The release as a Dagster asset, and the findings in it. What goes into a release is said in `publish.release`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration import alerts, findings
from orchestration.build import backfills, dbt, draft
from orchestration.pipeline.checks import news_of
from orchestration.pipeline.partitions import PAGE_BACKFILL
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator, references
from orchestration.publish import editions, release

# a night a day, and four hours for it to end: an older release is told as overdue on Dagster's page (I96)
FRESH = timedelta(hours=28)
# what a run makes last of all that is copied
LAST = ("fct_figures", "fct_received_rows", "recon_residuals")
OPEN = {"open": "", "whole": "", "published": ""}


def release_specs(translator: Translator, code_lists: Sequence[dg.AssetSpec]) -> list[dg.AssetSpec]:
    """What Dagster shows of the release, and of the findings in it."""
    return [
        dg.AssetSpec(
            "release_current",
            **translator.of_group("release"),
            deps=[*LAST, *(spec.key for spec in code_lists if "published" in spec.tags)],
            kinds={"duckdb"},
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=FRESH),
            description=(
                "One file everybody may read: facts, figures and residuals as the last run left them whose "
                "blocking rules passed. Notebooks, reports and the command line read it at `published/current`."
            ),
            tags=OPEN,
            metadata=references(["orchestration/publish/release.py", "docs/read-the-figures.md"]),
        ),
        dg.AssetSpec(
            "fct_findings",
            **translator.of_group("release"),
            deps=["recon_residuals"],
            kinds={"duckdb"},
            description="One row a finding: what a rule found where, since when, and how it stands.",
            tags=OPEN,
            metadata=references(["orchestration/findings/state.sql", "docs/alerts.md"])
            | {"dagster/column_schema": dg.TableSchema([dg.TableColumn(*each) for each in findings.TYPED])},
        ),
    ]


def release_assets(translator: Translator, code_lists: Sequence[dg.AssetSpec]) -> dg.AssetsDefinition:
    """The release that readers read, and the findings in it."""

    @dg.multi_asset(
        specs=release_specs(translator, code_lists),
        can_subset=True,  # so that a run of some of the assets comes to say what it lacks
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def release_current(context: dg.AssetExecutionContext, run_context: RunContext) -> Iterator[dg.MaterializeResult]:
        """Cut a release from the audited draft, make it the current one, and tell what was found in it."""
        settings, run = run_context.settings(), context.run
        draft.require_draft_of(settings, run.run_id)
        news = news_of(run_context, run, is_blocked=False)
        stamp = f"{run_context.day()}-{run.run_id[:8]}"
        path = release.cut(settings, stamp)
        run_context.raise_if_interrupted()

        def publish() -> None:
            release.switch(settings, stamp)
            findings.promote(settings, run.run_id)
            editions.record(settings, run.run_id, run_context.day(), datetime.now(UTC))

        draft.keep(settings, dbt.fingerprint(), publish)
        backfills.forget(settings, run.tags.get(PAGE_BACKFILL))
        release.forget(settings)
        alerts.tell_of_run(settings, news, context.log)
        metadata: dict[str, dict[str, Any]] = {
            "release_current": {"path": str(path.relative_to(settings.root)), "bytes": path.stat().st_size},
            "fct_findings": {"dagster/row_count": len(findings.findings(settings))},
        }
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(key, metadata=metadata[key.path[-1]])

    return release_current

"""The release as a Dagster asset, and the findings in it. What goes into a release is said in `publish.release`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg

from orchestration import alerts, findings
from orchestration.build import backfills, draft
from orchestration.pipeline.checks import news_of
from orchestration.pipeline.partitions import PAGE_BACKFILL
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator, references
from orchestration.publish import holds, queries, release, replica
from orchestration.settings import Settings
from orchestration.stores import StoreError

# a night a day, and four hours for it to end: an older release is shown as overdue on Dagster's page (I96)
FRESH = timedelta(hours=28)
# what a run makes last of all that is copied
LAST = ("fct_figures", "fct_received_rows", "recon_residuals")
# on the failure of a run in which everything is held
HELD = "held"
# so many totals that a backfill changes are shown one by one
SHOWN = 40
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
        """Cut a release from the audited draft, make it the current one, and tell what was found in it.

        What was judged belongs to the release that is made of the build: it is logged and reported with it. Where the
        build as a whole is unsound there is none, and it is logged and reported that everything is held.
        """
        settings = run_context.settings()
        draft.require_draft_of(settings, context.run.run_id)
        held = holds.noted(settings.draft)
        if held.everything:
            _hold_everything(context, run_context, held)
        path = _publish(context, run_context, held)
        metadata: dict[str, dict[str, Any]] = {
            "release_current": {
                **_headline(settings),
                "path": str(path.relative_to(settings.root)),
                "bytes": path.stat().st_size,
                "held": "; ".join(holds.sentences(held)) or "nothing",
                # of figures that had been published; `casebook revisions` says which and why
                "revisions": len(queries.revisions(settings, release=path.parent.name)),
            },
            "fct_findings": {"dagster/row_count": len(findings.findings(settings))},
        }
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(key, metadata=metadata[key.path[-1]])

    return release_current


def replica_asset(translator: Translator) -> dg.AssetsDefinition:
    """The copy of the data root on a store, for a host whose settings name one."""

    @dg.asset(
        **translator.of_group("release"),
        deps=["release_current"],
        kinds={"s3"},
        backfill_policy=dg.BackfillPolicy.single_run(),
        description=(
            "What another host needs to go on, and the releases for who reads them there: lake, logs and releases on "
            "the store that CASEBOOK_REPLICA names, `published/current` written last."
        ),
        tags={"restricted": "", "whole": ""},
        metadata=references(["orchestration/publish/replica.py", "docs/restore.md"]),
    )
    def replica_current(run_context: RunContext) -> dg.MaterializeResult:
        """Copy what has changed since the last release."""
        try:
            copied = replica.push(run_context.settings())
        except StoreError as error:
            raise dg.Failure(f"{error}; the release is published here, and the next night copies it") from None
        return dg.MaterializeResult(metadata={"files": copied.files, "bytes": copied.bytes})

    return replica_current


def _hold_everything(context: dg.AssetExecutionContext, run_context: RunContext, held: holds.Holds) -> NoReturn:
    """Keep the draft to be looked at, log and tell what was found in it, and stop with a sentence."""
    settings, news = run_context.settings(), news_of(run_context, context.run, held)
    draft.set_aside(settings)
    findings.promote(settings, context.run.run_id)
    alerts.tell_of_run(settings, news, context.log)
    raise dg.Failure(f"{holds.sentences(held)[0]}; readers keep the last release", metadata={HELD: True})


def _show_changes(context: dg.AssetExecutionContext, settings: Settings, news: alerts.RunNews) -> None:
    """Say what a backfill changes of published totals, before it is published."""
    changed = alerts.changed_totals(settings, news.first_month or date.min, news.last_month or date.max)
    for row in changed[:SHOWN]:
        before, after = ("none" if row[name] is None else row[name] for name in ("before", "after"))
        context.log.info(f"{row['month']}  {row['measure']}  {before} → {after}")
    if len(changed) > SHOWN:
        context.log.info(f"and {len(changed) - SHOWN} more monthly totals")
    if not changed:
        context.log.info("no monthly total changes")


def _headline(settings: Settings) -> dict[str, Any]:
    """The figures of the newest month that readers have, as a report opens with them."""
    released = [row for row in queries.months_of_report(settings) if row["deaths_total"] is not None]
    if not released:
        return {}
    row = max(released, key=lambda each: str(each["month"]))
    month = row["month"]
    deaths = f"{row['deaths_total']}: {row['deaths_children']} children, {row['deaths_women']} women"
    others = {"deaths due to torture": "torture_deaths", "massacres": "massacres", "attacks": "facility_attacks"}
    found = {f"{name} {month}": row[f"{measure}_total"] for name, measure in others.items()}
    return {f"deaths {month}": deaths} | {name: value for name, value in found.items() if value is not None}


def _publish(context: dg.AssetExecutionContext, run_context: RunContext, held: holds.Holds) -> Path:
    """Cut a release, make it the current one, and tell what was found; returns its DuckDB file."""
    settings, day = run_context.settings(), run_context.day()
    news = news_of(run_context, context.run, held)
    if news.is_backfill:
        _show_changes(context, settings, news)
    stamp = f"{day}-{context.run.run_id[:8]}"
    now = datetime.now(UTC)
    path = release.cut(settings, stamp, day, held, now)
    run_context.raise_if_interrupted()
    run_context.require_turn()
    release.publish(settings, stamp, context.run.run_id, day, now)
    backfills.forget(settings, context.run.tags.get(PAGE_BACKFILL))
    alerts.tell_of_run(settings, news, context.log)
    return path

"""The code location: what exists. No logic."""

from functools import cache

import dagster as dg

from orchestration.build import dbt
from orchestration.pipeline import assets, publications, sensors
from orchestration.pipeline.checks import rule_checks
from orchestration.pipeline.partitions import monthly
from orchestration.pipeline.progress import progress_logger
from orchestration.pipeline.release import release_assets, replica_asset
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator
from orchestration.settings import read_settings


@cache
def build_definitions() -> dg.Definitions:
    """Everything Dagster is to know, of the project as it is when this is first called in a process."""
    settings, manifest = read_settings(), dbt.manifest()
    translator = Translator(manifest, settings)
    models = assets.dbt_models(manifest, translator)
    code_lists = assets.code_lists(manifest, translator, models.keys)
    nightly = dg.define_asset_job(
        "nightly",
        dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description=(
            "Read, build, judge and publish some months. A run that dies is asked for once more, from its start."
        ),
        tags={"dagster/retry_strategy": "ALL_STEPS"},
    )
    return dg.Definitions(
        assets=[
            assets.received_sheets(manifest, translator, monthly(settings.time_zone)),
            assets.build_inputs(manifest, translator),
            models,
            release_assets(translator, code_lists),
            *code_lists,
            publications.reports_asset(translator, "reports" in settings.pages),
            publications.site_asset(translator, "site" in settings.pages),
            *([publications.open_data_asset(translator)] if settings.open_data_terms.exists() else []),
            *([replica_asset(translator)] if settings.replica else []),
        ],
        asset_checks=[rule_checks(manifest)],
        jobs=[nightly],
        schedules=[sensors.every_night(settings)],
        sensors=[sensors.new_sheets, sensors.waiting_alerts, sensors.dead_runs],
        executor=dg.in_process_executor,
        resources={"run_context": RunContext()},
        loggers={"console": dg.colored_console_logger, "progress": progress_logger},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads."""
    return build_definitions()

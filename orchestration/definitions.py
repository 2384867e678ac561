"""The code location: what exists. No logic."""

import dagster as dg

from orchestration.assets import Night, code_lists, models, received
from orchestration.automation import dead_runs, every_night, new_sheets, waiting_alerts
from orchestration.checks import rules
from orchestration.progress import progress_logger
from orchestration.release import release_current

nightly = dg.define_asset_job(
    "nightly",
    dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Read, build, judge and publish some months. A run that dies is asked for once more, from its start.",
    tags={"dagster/retry_strategy": "ALL_STEPS"},
)

defs = dg.Definitions(
    assets=[received, models, release_current, *code_lists],
    asset_checks=[rules],
    jobs=[nightly],
    schedules=[every_night],
    sensors=[new_sheets, waiting_alerts, dead_runs],
    executor=dg.in_process_executor,
    resources={"night": Night()},
    loggers={"console": dg.colored_console_logger, "progress": progress_logger},
)

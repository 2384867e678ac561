"""The code location: what exists. No logic."""

import dagster as dg

from orchestration.assets import Night, models, received

nightly = dg.define_asset_job("nightly", dg.AssetSelection.all(), executor_def=dg.in_process_executor)

defs = dg.Definitions(
    assets=[received, models],
    jobs=[nightly],
    executor=dg.in_process_executor,
    resources={"night": Night()},
)

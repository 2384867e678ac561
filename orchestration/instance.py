"""The one Dagster instance: what the command line starts is seen on Dagster's page, and the other way round."""

import dagster as dg

from orchestration.settings import dagster_home

CONFIGURATION = """\
# Dagster's own settings for this data root; written once, yours to change.
nux:
  enabled: false
telemetry:
  enabled: false
concurrency:
  pools:
    granularity: op
    default_limit: 1
"""


def instance() -> dg.DagsterInstance:
    """The instance beneath DAGSTER_HOME, made ready where it is new."""
    home = dagster_home()
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "dagster.yaml"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION)
    return dg.DagsterInstance.get()

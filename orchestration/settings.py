"""Where things lie. The only reader of the environment; nothing else belongs here."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DBT_PROJECT = REPOSITORY / "dbt_project"
EXPECTATIONS = REPOSITORY / "expectations"


@dataclass(frozen=True)
class Settings:
    """The places a run works in, all beneath the data root."""

    root: Path

    @property
    def warehouse(self) -> Path:
        """The DuckDB file only the pipeline writes; its folder is part of the restricted zone."""
        return self.root / "warehouse" / "casebook.duckdb"

    @property
    def published(self) -> Path:
        """The releases, one folder each, and `current`, the one that readers read."""
        return self.root / "published"

    @property
    def dbt(self) -> Path:
        """What dbt leaves behind: its manifest, run results and log."""
        return self.root / "dbt"

    @property
    def evaluations(self) -> Path:
        """The append-only log of what the rules said, one Parquet file a run."""
        return self.root / "evaluations"


def dagster_home() -> Path:
    """Where Dagster's instance lies."""
    settings()
    return Path(os.environ["DAGSTER_HOME"])


def settings() -> Settings:
    """Read the environment: CASEBOOK_DATA (default `data/` in the checkout) and DAGSTER_HOME (default beneath it).

    DAGSTER_HOME and the switches that keep Dagster, dbt and Great Expectations from telling anybody about a run are
    written back, since these libraries read the environment themselves.
    """
    root = Path(os.environ.get("CASEBOOK_DATA") or REPOSITORY / "data").resolve()
    chosen = Settings(root)
    os.environ.setdefault("DAGSTER_HOME", str(root / "dagster"))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    return chosen

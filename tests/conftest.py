"""Every process of the tests works as one of a night does, but for the log file of dbt, which nobody reads here."""

import os

from orchestration import process

process.tune()
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")

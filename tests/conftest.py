"""Every process of the tests works as one that works on a night does, but for dbt's log file, which nobody reads here."""

import os

from orchestration import process

process.tune()
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")

"""Every process of the tests works as one of a night does, but for what nobody reads here.

That is the log file of dbt, and reports and site, which take as long as a small night: the night of the sample months
writes them.
"""

import os

from orchestration import process

process.tune()
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
os.environ.setdefault("CASEBOOK_PAGES", "none")

"""From dropped files to received rows: reads any sheet into text with its provenance, and interprets nothing.

Imports no Dagster and reads no environment; what a cell means is said in SQL.
"""

from orchestration.intake.sheet import SheetError
from orchestration.intake.taking import Intake, remember, take_in

__all__ = ["Intake", "SheetError", "remember", "take_in"]

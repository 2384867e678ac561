"""From dropped files to received rows: reads any sheet into text with its provenance, and interprets nothing.

Imports no Dagster and reads no environment; what a cell means is said in SQL.
"""

from orchestration.intake.expected import expected_months
from orchestration.intake.raw import Lying, RawError, listing
from orchestration.intake.sheet import SheetError
from orchestration.intake.taking import Intake, remember, take_in, unsettled

__all__ = [
    "Intake",
    "Lying",
    "RawError",
    "SheetError",
    "expected_months",
    "listing",
    "remember",
    "take_in",
    "unsettled",
]

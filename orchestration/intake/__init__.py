"""From dropped files to received rows: reads any sheet into text with its provenance, and interprets nothing.

Imports no Dagster and reads no environment; what a cell means is said in SQL.
"""

from orchestration.intake.beside import Beside, beside, lay_beside
from orchestration.intake.bounds import Limits
from orchestration.intake.given import expected_months, own_parties, sources, spellings
from orchestration.intake.ingest import Intake, let_go, remember, take_in
from orchestration.intake.mapping import KNOWN_BY
from orchestration.intake.pending import lay_waiting, sheets_set_aside, unprocessed
from orchestration.intake.raw import RawError, RawFile, listing
from orchestration.intake.sheet import SheetError

__all__ = [
    "KNOWN_BY",
    "Beside",
    "Intake",
    "Limits",
    "RawFile",
    "RawError",
    "SheetError",
    "beside",
    "expected_months",
    "lay_beside",
    "lay_waiting",
    "let_go",
    "listing",
    "remember",
    "own_parties",
    "sources",
    "spellings",
    "take_in",
    "sheets_set_aside",
    "unprocessed",
]

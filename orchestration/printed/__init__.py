"""Figures read out of reports by rules, proposed as rows of a sheet of stated figures; a person looks through them.

Nothing that is read here goes anywhere by itself. What a figure means for ours is said in SQL.
"""

from orchestration.printed.pages import ReportError
from orchestration.printed.report import Report, read_report

__all__ = ["Report", "ReportError", "read_report"]

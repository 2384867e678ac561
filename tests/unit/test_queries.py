"""The periods a person asks for, and rows as JSON; what SQL has counted is the integration tests' business."""

import json
from datetime import date
from pathlib import Path

import pytest

from orchestration.publish import export, queries
from orchestration.publish.periods import parse_period
from orchestration.settings import Settings


@pytest.mark.parametrize(
    ("written", "kind", "first", "last"),
    [
        ("2025-01", "month", date(2025, 1, 1), date(2025, 1, 1)),
        ("2024-12", "month", date(2024, 12, 1), date(2024, 12, 1)),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 1)),
        ("2024-H1", "half_year", date(2024, 1, 1), date(2024, 6, 1)),
        ("2024-H2", "half_year", date(2024, 7, 1), date(2024, 12, 1)),
        ("2024-01/2024-07", "year_to_date", date(2024, 1, 1), date(2024, 7, 1)),
        ("2024-01/2024-01", "year_to_date", date(2024, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_period(written: str, kind: str, first: date, last: date) -> None:
    assert parse_period(written) == (kind, first, last)


@pytest.mark.parametrize(
    "written",
    ["", "january", "2025-1", "2025-13", "2025-00", "0000", "2025-H3", "2025-h1", "24", "2025-01-01",
     "2024-02/2024-07", "2024-01/2025-07", "2024-01/2024-13", "2025-01 ", "2024-01/"],
)  # fmt: skip
def test_no_period(written: str) -> None:
    with pytest.raises(ValueError, match=r"is no period: expected 2025-01, 2025, 2025-H1 or 2025-01/2025-07"):
        parse_period(written)


def test_rows_as_json_keep_numbers_and_arabic_and_write_days_as_iso() -> None:
    told = queries.as_json([{"month": date(2025, 1, 1), "value": 3, "name": "حلب", "nothing": None}])
    assert json.loads(told) == [{"month": "2025-01-01", "value": 3, "name": "حلب", "nothing": None}]
    assert "حلب" in told


def test_a_reading_before_the_first_night_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="casebook nightly"):
        queries.status(Settings(tmp_path))


def test_a_run_that_judged_nothing_has_no_verdicts(tmp_path: Path) -> None:
    assert queries.verdicts(Settings(tmp_path), "none") == []


def test_rows_as_csv_end_their_lines_and_quote_as_the_standard_has_it() -> None:
    rows = [
        {"month": date(2025, 1, 1), "name": 'حلب, "Aleppo"', "value": 3},
        {"month": None, "name": "=1+1", "value": 0},
    ]
    assert export.as_csv(rows) == 'month,name,value\r\n2025-01-01,"حلب, ""Aleppo""",3\r\n,=1+1,0\r\n'


def test_the_same_rows_are_the_same_workbook() -> None:
    rows, about = [{"party": "=1+1", "value": 3}], {"business date": date(2025, 2, 1)}
    assert export.as_xlsx(rows, about) == export.as_xlsx(rows, about)

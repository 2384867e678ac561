"""What the environment says is understood, or one sentence says which variable was not, and what was expected."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.settings import DBT_PROJECT, SettingError, Settings

NAMES = {
    "cron": "CASEBOOK_CRON",
    "time_zone": "CASEBOOK_TIME_ZONE",
    "keep_runs_days": "CASEBOOK_KEEP_RUNS_DAYS",
    "file_seconds": "CASEBOOK_FILE_SECONDS",
    "file_memory": "CASEBOOK_FILE_MEMORY",
    "memory": "CASEBOOK_MEMORY",
    "business_date": "CASEBOOK_BUSINESS_DATE",
    "holds_incomplete_years": "CASEBOOK_INCOMPLETE_YEARS",
    "pages": "CASEBOOK_PAGES",
}


@pytest.mark.parametrize(
    ("setting", "written", "understood"),
    [
        ("cron", "", "0 2 * * *"),
        ("cron", "*/15 1-5,7 * jan MON", "*/15 1-5,7 * jan MON"),
        ("cron", "@daily", "@daily"),
        ("time_zone", "", "Asia/Damascus"),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("memory", "", 3072),
        ("memory", "512", 512),
        ("keep_runs_days", "", 90),
        ("keep_runs_days", "1", 1),
        ("business_date", "", None),
        ("holds_incomplete_years", "", False),
        ("holds_incomplete_years", "marked", False),
        ("holds_incomplete_years", "held", True),
        ("business_date", "2025-02-01", date(2025, 2, 1)),
        ("pages", "", {"reports", "site"}),
        ("pages", "site", {"site"}),
        ("pages", "none", set()),
    ],
)
def test_what_is_written_is_understood(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, written: str, understood: object
) -> None:
    monkeypatch.setenv(NAMES[setting], written)
    assert getattr(Settings(tmp_path), setting) == understood


@pytest.mark.parametrize(
    ("setting", "written", "expected"),
    [
        ("cron", "every night", "cron schedule, such as 0 2 * * *"),
        ("cron", "0 2 * *", "cron schedule, such as 0 2 * * *"),
        ("time_zone", "Asia/Aleppo", "time zone, such as Asia/Damascus"),
        ("time_zone", "../etc/passwd", "time zone, such as Asia/Damascus"),
        ("memory", "511", "number of MiB from 512 on, such as 3072"),
        ("memory", "4GB", "number of MiB from 512 on, such as 3072"),
        ("keep_runs_days", "0", "number of days, such as 90"),
        ("keep_runs_days", "a year", "number of days, such as 90"),
        ("business_date", "yesterday", "date written YYYY-MM-DD"),
        ("holds_incomplete_years", "yes", "choice between marked and held"),
        ("pages", "site,none", "list of reports, site, separated by commas, or none"),
        ("business_date", "2025-02-30", "date written YYYY-MM-DD"),
    ],
)
def test_what_is_not_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, written: str, expected: str
) -> None:
    monkeypatch.setenv(NAMES[setting], written)
    with pytest.raises(SettingError) as raised:
        getattr(Settings(tmp_path), setting)
    assert str(raised.value) == f"{NAMES[setting]}: {written} is no {expected}"


def test_dbt_by_hand_takes_the_same_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASEBOOK_MEMORY", raising=False)
    memory = Settings(tmp_path).memory
    assert f"env_var('CASEBOOK_MEMORY', '{memory}')" in (DBT_PROJECT / "profiles.yml").read_text()

"""Reports on the sample, through the command: each period in both languages, read back from the finished files."""

from pathlib import Path

import pytest

from orchestration.dimensions import DIMENSIONS
from tests.integration.house import House


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("period", ["2023-07", "2024-12", "2025-01", "2024", "2023-01/2023-07"])
def test_a_period_of_the_sample_is_written_and_read_back(
    sample_house: House, tmp_path: Path, period: str, language: str
) -> None:
    done = sample_house.cli("report", period, "--lang", language, "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    html, pdf = (Path(line) for line in done.stdout.split())
    assert html.name == f"{period.replace('/', '_')}-{language}.html"
    total = sample_house.json("figures", "--period", period, "--json")
    [deaths] = [
        row["value"]
        for row in total
        if row["measure"] == "deaths" and row["category"] == "total" and not any(row[name] for name in DIMENSIONS)
    ]
    assert f'data-figure="number deaths {period} total">' in html.read_text()
    assert f"{deaths:,}" in html.read_text()
    assert pdf.read_bytes().startswith(b"%PDF")


def test_what_cannot_be_written_is_one_sentence(sample_house: House, tmp_path: Path) -> None:
    for period, told in (
        ("2019-01", "no sheet of that period has been received"),
        ("January", "is no period: expected 2025-01, 2025, 2025-H1 or 2025-01/2025-07"),
    ):
        done = sample_house.cli("report", period, "--out", str(tmp_path))
        assert done.returncode == 1
        assert told in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    done = sample_house.cli("report", "2025-01", "--out", str(tmp_path / "file" / "reports"))
    assert done.returncode == 1
    assert f"{tmp_path}/file/reports cannot be written (Not a directory)" in done.stderr + done.stdout

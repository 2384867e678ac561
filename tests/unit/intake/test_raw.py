"""A file that is gone is no withdrawal: where most are, nobody can tell what lies there."""

from pathlib import Path

import pytest

from orchestration.intake import RawError, let_go
from orchestration.intake.raw import Raw


def sheets(root: Path, count: int) -> Path:
    """A place with so many sheets, and no other."""
    folder = root / "raw" / "2025-01"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for number in range(count):
        (folder / f"deaths-{number}.csv").write_text(f"case_id\n{number}\n")
    return root / "raw"


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [(1, 1, False), (2, 1, False), (4, 2, False), (4, 1, True), (3, 1, True), (1, 0, True), (0, 0, False)],
)
def test_a_place_that_holds_less_than_half_of_what_it_held_is_not_believed(
    tmp_path: Path, before: int, now: int, is_told: bool
) -> None:
    assert len(Raw.at(sheets(tmp_path, before)).kept(tmp_path)) == before
    raw = sheets(tmp_path, now)
    if is_told:
        lack = (
            f"{now} sheets lie there, and {before} did before" if now else f"it is empty, and {before} sheets lay there"
        )
        for _ in range(2):  # nothing was noted: the next night is told the same
            with pytest.raises(RawError, match=lack):
                Raw.at(raw).kept(tmp_path)
        let_go(tmp_path, raw)
    assert len(Raw.at(raw).kept(tmp_path)) == now

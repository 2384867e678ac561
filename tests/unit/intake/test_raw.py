"""A file that is gone is no withdrawal: where most are, nobody can tell what lies there."""

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from orchestration.intake import RawError, let_go
from orchestration.intake.files import Dropped
from orchestration.intake.raw import Raw
from orchestration.intake.store import manifest


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


def told(raw: Path) -> dict[str, str]:
    """By path, why what lies there is not read; empty for a file."""
    return {file.path: file.reason for file in Raw.at(raw).listing()}


def test_any_folder_is_read_as_deep_as_people_file(tmp_path: Path) -> None:
    for place in ("deaths.csv", "November 2026/deaths.csv", "2026-11/Homs office/deaths.CSV", "a.csv/part-0.csv"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x")
    for left in (".DS_Store", "Thumbs.db", "2026-11/desktop.ini", "2026-11/x.crdownload", "~$deaths.xlsx", "README.md"):
        (tmp_path / left).write_text("x")
    assert told(tmp_path) == {
        "2026-11/Homs office/deaths.CSV": "",
        "November 2026/deaths.csv": "",
        "a.csv/part-0.csv": "",
        "deaths.csv": "",
    }


@pytest.mark.parametrize(
    ("folder", "month"),
    [
        ("2026-11/Homs office", "2026-11"),
        ("2026-13", None),
        ("2026/11", None),
        ("2026-10/2026-11", "2026-11"),
        ("", None),
    ],
)
def test_a_folder_called_like_a_month_says_the_month_of_what_is_in_it(folder: str, month: str | None) -> None:
    where = Dropped(PurePosixPath(folder, "deaths.csv"), "").where
    assert (where["folder_month"] and f"{where['folder_month']:%Y-%m}", where["folder"]) == (month, folder or None)


def test_what_is_no_file_is_told_and_no_link_is_followed_out_of_the_place(tmp_path: Path) -> None:
    raw, folder = tmp_path / "raw", tmp_path / "raw" / "2025-01"
    (folder / "deaths__a.csv").mkdir(parents=True)
    os.mkfifo(folder / "deaths__b.csv")
    (tmp_path / "outside.csv").write_text("x")
    (folder / "real.csv").write_text("x")
    links = {
        "c": "/nowhere",
        "d": "deaths__d.csv",
        "e": "../../outside.csv",
        "f": "../2025-01",
        "g": "real.csv",
        "h": "/dev/zero",
    }
    for name, to in links.items():
        (folder / f"deaths__{name}.csv").symlink_to(to)
    reasons = [reason.split(";")[0] for reason in told(raw).values()]
    assert reasons == [
        "it is an empty folder",
        "it is no file that can be read",
        "it is a link to what is not there",
        "it is a link to what is not there",
        "it is a link that leads out of raw/",
        "it is a link to a folder",
        "",
        "it is a link that leads out of raw/",
        "",
    ]


def test_a_place_that_is_a_link_itself_is_followed(tmp_path: Path) -> None:
    (tmp_path / "raw").symlink_to(sheets(tmp_path / "share", 1))
    (tmp_path / "raw" / "2025-01" / "again.csv").symlink_to("deaths-0.csv")
    assert set(told(tmp_path / "raw").values()) == {""}


def test_a_name_that_is_no_utf8_is_read_as_windows_wrote_it(tmp_path: Path) -> None:
    raw = sheets(tmp_path, 1)
    name = "ضحايا.csv"
    Path(os.fsdecode(os.fsencode(raw) + b"/2025-01/" + name.encode("cp1256"))).write_text("x")
    (raw / "2025-01" / "two\nlines\u202e.csv").write_text("y")
    kept = {place for place, sheet_hash, reason in Raw.at(raw).kept(tmp_path) if sheet_hash and not reason}
    assert kept == {"2025-01/deaths-0.csv", f"2025-01/{name}", r"2025-01/two\nlines\u202e.csv"}


def test_what_nobody_can_look_at_is_told_and_taken_to_be_as_it_was(tmp_path: Path) -> None:
    raw = sheets(tmp_path, 2)
    assert len(Raw.at(raw).kept(tmp_path)) == 2
    # a path longer than the system takes: whoever runs this, root too, cannot look into it
    letters = "2025-01-" + "x" * 240
    above = os.open(raw, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(letters, dir_fd=above)
        above = os.open(letters, os.O_RDONLY, dir_fd=above)
    [deep] = [path for path, reason in told(raw).items() if reason]
    places = json.loads(manifest(tmp_path, "places").read_text())
    places[f"{deep}/deaths.csv"] = ["as it was", places["2025-01/deaths-0.csv"][1]]
    manifest(tmp_path, "places").write_text(json.dumps(places))
    kept = Raw.at(raw).kept(tmp_path)
    assert sorted((reason.split(";")[0], bool(sheet_hash)) for _, sheet_hash, reason in kept) == [
        ("", True),
        ("", True),
        ("", True),
        ("it cannot be looked at (OSError)", False),
    ]
    assert json.loads(manifest(tmp_path, "places").read_text()) == places

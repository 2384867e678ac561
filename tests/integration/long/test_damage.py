"""What a disk damages in the data root is made anew by the next night, or left out and told."""

import json
from pathlib import Path

import pytest

from tests.integration.house import House, as_csv, deaths

MIDDLE = b"\xde\xad" * 600
BLOCK = 1 << 18


def overwrite(path: Path) -> None:
    """Change some bytes in each block of a file, as many as there were: a block of a database may hold nothing."""
    content = bytearray(path.read_bytes())
    for begin in range(0, len(content), BLOCK):
        at = begin + min(BLOCK, len(content) - begin) // 2
        content[at : at + len(MIDDLE)] = MIDDLE[: len(content) - at]
    size = path.stat().st_size
    path.write_bytes(content)
    assert path.stat().st_size == size


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def newest(log: Path) -> Path:
    return max(log.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def released(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of three deaths; only to be copied."""
    house = empty_house.copy(tmp_path_factory.mktemp("released"))
    house.drop("2025-01/deaths__synthetic.csv", as_csv(deaths("2025-01", 3)))
    house.night()
    return house


@pytest.fixture
def house(released: House, tmp_path: Path) -> House:
    return released.copy(tmp_path / "house")


def answers(house: House) -> dict[str, tuple[str, str]]:
    """What doctor, whose status says that something is wrong, says of each subject."""
    said = json.loads(house.cli("doctor", "--json").stdout)
    return {row["subject"]: (row["answer"], row["sentence"]) for row in said}


def test_the_night_after_the_damage_makes_anew_what_can_be_made(house: House) -> None:
    lake = house.root / "lake"
    overwrite(house.place.warehouse)
    [part] = (lake / "received" / "deaths" / "2025-01").glob("*.parquet")
    overwrite(part)
    (lake / "manifest" / "places.json").write_text("[]")
    (house.root / "outbox" / "heartbeat").write_text("no day")
    (house.root / "dbt" / "manifest.json").write_text('{"nodes": {')
    evaluation, edition = (newest(house.root / log) for log in ("evaluations", "editions"))
    cut(evaluation)
    overwrite(edition)
    before = answers(house)
    assert before["warehouse"][0] == "wrong"
    listed = f"evaluations/{evaluation.name}, editions/{edition.name}"
    assert before["logs"] == ("wrong", f"cannot be read, and is left out: {listed}")
    assert house.cli("findings").returncode == 0  # what can be read is
    asked = house.cli_process("status")
    assert asked.returncode == 1 and "casebook doctor" in asked.stderr and "Traceback" not in asked.stderr

    house.night()
    after = answers(house)
    assert house.figure("deaths", "2025-01") == 3
    assert after["warehouse"][0] == "ok" and after["logs"] == before["logs"]

    # logs that somebody has taken away are no damage; a torn note of what the warehouse stands on is as good as none
    for path in (evaluation, edition):
        path.unlink()
    house.place.warehouse.with_name("warehouse_state.json").write_text('{"project": ')
    house.night()
    assert house.figure("deaths", "2025-01") == 3
    assert answers(house)["logs"][0] == "ok"


def test_a_damaged_log_of_dagster_is_told_in_a_sentence(house: House) -> None:
    log = house.root / "dagster" / "history" / "runs.db"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"\0damaged" * 2000)
    ended = house.cli_process("nightly", "--date", "2025-02-01")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert "Dagster's log of runs cannot be opened" in ended.stderr and "history" in ended.stderr


def test_a_release_that_cannot_be_read_keeps_no_night_from_the_next_and_its_history_is_that_of_the_log(
    house: House,
) -> None:
    known = [row["release"] for row in house.json("release", "list")]
    printed = house.cli("figures", "--period", "2025-01", "--json").stdout
    overwrite(house.place.release.resolve())
    house.drop("2025-01/deaths__later.csv", as_csv(deaths("2025-01", 1, case_id="SYN-T-later")))
    house.night("2025-02-03")
    assert house.figure("deaths", "2025-01") == 4
    assert [row["release"] for row in house.json("release", "list")][1:] == known
    assert house.cli("figures", "--period", "2025-01", "--as-of", "2025-02-02", "--json").stdout == printed

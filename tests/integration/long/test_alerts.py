"""A figure that breaks is told once, whatever nights follow; one line says that it has healed."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from orchestration.alerts import deliver
from tests.integration.house import House, as_csv, deaths
from tests.servers import Webhook, webhook_server

JANUARY = date(2025, 1, 1)
BREAK = "update marts.fct_deaths set governorate = '{governorate}' where case_id = 'SYN-T-2024-11-1'"


@pytest.fixture(scope="module")
def server() -> Iterator[Webhook]:
    with webhook_server() as hook:
        yield hook


@pytest.fixture
def webhook(server: Webhook) -> Webhook:
    """The channel, which has been sent nothing yet."""
    server.answer = 200
    server.taken.clear()
    return server


@pytest.fixture(scope="module")
def released(empty_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of two months in which nothing is wrong; only to be copied."""
    house = empty_house.copy(tmp_path_factory.mktemp("released"))
    for month in ("2024-11", "2025-01"):
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(deaths(month, 3)))
    house.night()
    assert list(house.place.outbox.glob("*.json")) == []
    return house


def with_channel(released: House, root: Path, webhook: Webhook) -> House:
    house = released.copy(root)
    house.place.channels.write_text(yaml.safe_dump([{"url": webhook.url, "severities": ["B", "Q", "A"]}]))
    return house


def change(house: House, governorate: str) -> None:
    """Somebody changes a fact of a month that no run is asked for."""
    with duckdb.connect(house.place.warehouse) as connection:
        connection.execute(BREAK.format(governorate=governorate))


@pytest.fixture(scope="module")
def broken(
    released: House, server: Webhook, tmp_path_factory: pytest.TempPathFactory
) -> "tuple[House, subprocess.CompletedProcess[str]]":
    """A house after a run that found such a change while the channel was out of order, and what the run said."""
    house = with_channel(released, tmp_path_factory.mktemp("broken"), server)
    change(house, "SY04")
    server.answer = 500
    return house, house.cli("nightly", "--date", "2025-02-01")


def test_what_breaks_or_dies_is_told_once_and_its_healing_in_a_line(
    released: House, broken: "tuple[House, subprocess.CompletedProcess[str]]", tmp_path: Path, webhook: Webhook
) -> None:
    house = broken[0].copy(tmp_path / "house")
    assert set(house.place.editions.iterdir()) == {  # what is held back is no edition
        house.place.editions / path.name for path in released.place.editions.iterdir()
    }
    deliver(house.place, datetime.now(UTC) + timedelta(hours=1))
    (told,) = webhook.taken
    assert told["title"].startswith("I67 ")
    assert "November 2024" in told["title"]
    assert "readers keep the release of 1 February 2025" in told["message"]
    run = max(house.place.evaluations.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert run.stem in told["message"]

    # a run that dies is told as well
    kept = house.place.warehouse.rename(house.root / "kept")
    (house.place.warehouse / "in the way").mkdir(parents=True)  # a warehouse that is damaged heals by itself
    done = house.cli("backfill", "2025-01", "--date", "2025-02-01")
    assert done.returncode == 1
    assert [taken["title"] for taken in webhook.taken[1:]] == ["I96 A run did not come to its end"]
    shutil.rmtree(house.place.warehouse)
    kept.rename(house.place.warehouse)

    # the next finds the same change, and comes to its end
    house.months(JANUARY)
    assert [taken["title"] for taken in webhook.taken[2:]] == ["Healed: I96 A run did not come to its end"]

    change(house, "SY02")
    house.months(JANUARY)
    assert len(webhook.taken) == 4
    assert webhook.taken[3]["title"].startswith("Healed: I67 ")

    with duckdb.connect(house.place.published / "current" / "casebook.duckdb", read_only=True) as release:
        published = release.execute("select distinct rule_id, status from marts.fct_findings").fetchall()
    assert ("I67", "resolved") in published


def test_the_command_line_shows_findings_and_takes_acknowledgements(
    broken: "tuple[House, subprocess.CompletedProcess[str]]", tmp_path: Path, webhook: Webhook
) -> None:
    house, told = broken[0].copy(tmp_path / "house"), broken[1]
    webhook.answer = 500
    assert told.returncode == 3
    assert "finding (blocks)  I67  Civilian deaths: figures that changed, November 2024: " in told.stdout
    (first, *_) = house.json("findings", "--open")
    assert (first["rule_id"], first["status"], first["first_seen"]) == ("I67", "open", "2025-02-01")

    (said,) = house.json("acknowledge", first["finding_id"][:6], "--by", "somebody", "--why", "it is being mended")
    assert said == house.json("findings", "--open")[0]
    assert said["status"] == "acknowledged"
    assert house.cli("acknowledge", "nothing", "--by", "a", "--why", "b").returncode == 1

    with house.entered():
        from orchestration.definitions import build_definitions
        from orchestration.pipeline.instance import instance
        from orchestration.pipeline.sensors import waiting_alerts

        with instance() as dagster:
            looked = waiting_alerts.evaluate_tick(dg.build_sensor_context(dagster, definitions=build_definitions()))
    assert looked.skip_message.startswith("1 alerts wait to be sent: message ")

    status = house.cli("status").stdout
    assert "not delivered to json: " in status
    assert "open (casebook findings --open)" in status


def test_a_backfill_is_told_as_one(released: House, tmp_path: Path, webhook: Webhook) -> None:
    house = with_channel(released, tmp_path / "house", webhook)
    for month, count in {"2024-11": 4, "2025-01": 5}.items():
        house.drop(f"{month}/deaths__synthetic.csv", as_csv(deaths(month, count)))
    done = house.cli("backfill", "2024-11", "--also", "2025-01", "--date", "2025-02-01")
    assert done.returncode == 0, done.stdout + done.stderr
    (told,) = webhook.taken
    assert told["title"] == "Backfill of November 2024 – January 2025"
    assert {"November 2024  3 → 4", "January 2025  3 → 5"} <= set(told["message"].splitlines())

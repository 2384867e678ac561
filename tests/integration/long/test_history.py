"""What was known when, over real nights: dry runs, days gone by, figures walked to cells, and a release given back."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from orchestration.settings import REPOSITORY
from tests.integration.house import House, as_csv, deaths

MONTH = "2025-01"
# cuts a release of the warehouse, at a moment that is given
CUT = """
import sys
from datetime import UTC, date, datetime
from orchestration.publish import holds, release
from orchestration.settings import read_settings

settings = read_settings()
now = datetime(2025, 2, 1, 3, tzinfo=UTC)
release.cut(settings, "2025-02-01-again", date(2025, 2, 1), holds.noted(settings.draft), now)
"""
TABLES = "select schema_name || '.' || table_name from duckdb_tables() order by all"


def published(house: House) -> str:
    """What `casebook figures --json` prints of the month."""
    return house.cli("figures", "--period", MONTH, "--json").stdout


def as_of(house: House, day: str) -> str:
    return house.cli("figures", "--period", MONTH, "--as-of", day, "--json").stdout


def ledger(house: House, release: str) -> list[tuple[str, str, str, int, str, str]]:
    (told,) = house.json("release", "show", release)
    return [
        (row["figure"], row["from"], row["to"], row["n"], row["change"], row["reason"])
        for row in told["revisions"]
        if "month of death" not in row["figure"]
    ]


def test_what_is_shown_before_and_known_after(new_house: Callable[[str], House]) -> None:
    house = new_house("house")
    begun = house.place.current.resolve()
    house.drop(f"{MONTH}/deaths__synthetic.csv", as_csv(deaths(MONTH, 3)))

    # a dry run shows what it would publish, and publishes nothing
    done = house.cli("backfill", MONTH, "--date", "2025-02-02", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines() if line.startswith("2025-01  deaths")] == [
        ["2025-01", "deaths", "–", "3"]
    ]
    assert "nothing is published" in done.stdout
    assert house.place.current.resolve() == begun
    assert house.figure("deaths", MONTH) is None
    assert {path.stem for path in house.place.evaluations.glob("*.parquet")} == {
        house.rows("from received.run_state")[0][0]
    }

    house.night("2025-02-02")
    first = published(house)
    assert ledger(house, "2025-02-02") == []

    # another party, a case withdrawn, and a new one
    later = deaths(MONTH, 2, revision="2", revised_on="2025-02-03")
    later[0]["party"], later[1]["status"] = "SDF", "withdrawn"
    new = deaths(MONTH, 1, case_id="SYN-T-new")
    house.drop(f"{MONTH}/deaths__later.csv", as_csv([*later, *new]))
    run = house.night("2025-02-03", is_kept=True)
    second = published(house)
    assert ledger(house, "2025-02-03") == [
        ("deaths", "3", "3", 1, "added", "new"),
        ("deaths", "3", "3", -1, "removed", "withdrawn"),
        ("deaths by party", "other", "sdf", 1, "moved", "reattributed"),
        # nobody has verified any of them, and none names a source
        ("unverified_deaths", "3", "3", 1, "added", "new"),
        ("unverified_deaths", "3", "3", -1, "removed", "withdrawn"),
        ("unverified_deaths by party", "other", "sdf", 1, "moved", "reattributed"),
    ]
    assert (as_of(house, "2025-02-02"), as_of(house, "2025-02-03"), as_of(house, "2030-01-01")) == (
        first,
        second,
        second,
    )
    assert json.loads(second) != json.loads(first)
    assert run.run_id in {path.stem for path in house.place.evaluations.glob("*.parquet")}

    # the figure of each day leads to the cells it stood on then
    (walked,) = house.json("explain", "deaths", MONTH, "--as-of", "2025-02-02")
    assert (walked["value"], walked["version"], len(walked["records"])) == (3, 1, 3)
    assert {row["file_name"] for each in walked["records"] for row in each["rows"]} == {"deaths__synthetic.csv"}
    (walked,) = house.json("explain", "deaths", MONTH, "party=sdf")
    ((record,),) = [each["rows"] for each in walked["records"]]
    assert (record["file_name"], record["row_number"], record["cells"]["party"]) == ("deaths__later.csv", 2, "SDF")
    assert "name_en" not in record["cells"]
    assert house.cli("explain", "deaths", MONTH, "party=russia").returncode == 1

    # a release given back is one of its own, is told, and holds until the next night
    message = set(house.place.outbox.glob("*.json"))
    rolled = house.cli(
        "release", "rollback", "2025-02-02", "--by", "Lina", "--why", "too early", "--date", "2025-02-04"
    )
    assert rolled.returncode == 0, rolled.stderr
    without = ("figures_from", "version")
    assert [{k: v for k, v in row.items() if k not in without} for row in json.loads(published(house))] == [
        {k: v for k, v in row.items() if k not in without} for row in json.loads(first)
    ]
    assert as_of(house, "2025-02-03") == second
    assert {reason for *_, reason in ledger(house, "2025-02-04")} == {"rolled back"}
    (path,) = set(house.place.outbox.glob("*.json")) - message
    assert json.loads(path.read_text())["rollback"] == {"day": "2025-02-02", "who": "Lina", "why": "too early"}
    again = house.cli("release", "rollback", "2025-02-04", "--by", "Lina", "--why", "x")
    assert (again.returncode, "is what readers have" in again.stderr) == (1, True)

    house.night("2025-02-05")
    assert [row["value"] for row in json.loads(published(house))] == [row["value"] for row in json.loads(second)]
    assert [row["restores"] is not None for row in house.json("release", "list")][:2] == [False, True]
    # the log beside the evaluations has a folder for each
    assert {path.name for path in house.place.history.iterdir()} == {
        row["release"] for row in house.json("release", "list")
    }


def test_two_days_are_compared_figure_by_figure(sample_house: House) -> None:
    day = str(date(2025, 2, 1))
    assert house_says(sample_house, "release", "diff", day, day).startswith("2025-02-01-")
    assert sample_house.json("release", "diff", day, day) == []
    assert sample_house.json("revisions") == []
    (told,) = sample_house.json("release", "show", day)
    assert (told["is_current"], told["is_kept"], told["sheets"]) == (True, True, 12)
    unknown = sample_house.cli("release", "show", "2031")
    assert unknown.stderr == "casebook: no releases are called 2031: `casebook release list` lists them\n"
    early = sample_house.cli("figures", "--period", MONTH, "--as-of", "2025-01-31")
    assert early.stderr == (
        "casebook: nothing that is known was published by 2025-01-31: the first release known is that of 2025-02-01\n"
    )


def house_says(house: House, *words: str) -> str:
    done = house.cli(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_machines_make_the_same_release(sample_copy: House, tmp_path: Path) -> None:
    shutil.copytree(sample_copy.place.warehouse.parent, sample_copy.place.draft.parent, dirs_exist_ok=True)
    made = []
    for zone, language, threads in (("UTC", "C.UTF-8", "1"), ("Pacific/Auckland", "ar_SY.UTF-8", "2")):
        house = sample_copy.copy(tmp_path / zone)
        machine = {"TZ": zone, "LANG": language, "LC_ALL": language, "OMP_NUM_THREADS": threads}
        environment = os.environ | machine | {"CASEBOOK_DATA": str(house.root)}
        subprocess.run([sys.executable, "-c", CUT], cwd=REPOSITORY, env=environment, check=True)
        path = house.place.published / "2025-02-01-again" / "casebook.duckdb"
        with duckdb.connect(path, read_only=True) as connection:
            tables = [name for (name,) in connection.execute(TABLES).fetchall()]
            made.append({name: connection.execute(f"from {name}").fetchall() for name in tables})
    assert len(made[0]) > 20
    for name, rows in made[0].items():
        assert made[1][name] == rows, name

"""A house to work in: a data root with its own warehouse and Dagster home, the ways a night is run in it, and sheets.

A night runs through the real Dagster, dbt, DuckDB and Great Expectations. Fixtures that make houses are in `conftest`.
"""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster
import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.build import dbt, draft
from orchestration.settings import REPOSITORY, Settings

if TYPE_CHECKING:
    from orchestration.pipeline.running import Run

SAMPLE_SHEETS = REPOSITORY / "data" / "raw"
BUSINESS_DATE = "2025-02-01"
# for a process that is to take that day for today
ON_THAT_DAY = {"CASEBOOK_BUSINESS_DATE": BUSINESS_DATE}
SAMPLE_MONTHS = ("2023-07", "2024-12", "2025-01")
# who asks a store on this machine
KEY, SECRET = "AKIACASEBOOKSECRETID1", "never-to-be-told-anywhere"
# seconds that anything in another process may take, on whatever machine
PATIENCE = 900
# what two nights may differ in: when, and from which file, a row was received
PROVENANCE = ("row_key", "received_at", "sheet_hash", "file_name", "tab", "row_number")


# a process that has imported what every process of a night does, and nothing else, and is forked for each
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    ["orchestration.cli.app", "orchestration.definitions", "dbt.cli.main", "great_expectations"]
)


def _typed(words: Sequence[str], variables: Mapping[str, str], printed: Sequence[str]) -> None:
    """In a process of its own: what `casebook` does with these words, in this environment, printing into two files."""
    os.environ.clear()
    os.environ |= variables
    os.chdir(REPOSITORY)
    for number, path in enumerate(printed, 1):
        os.dup2(os.open(path, os.O_WRONLY), number)
    sys.argv = ["casebook", *words]
    from orchestration.cli.app import main

    main()


@dataclass(frozen=True)
class House:
    """One data root."""

    root: Path

    @property
    def place(self) -> Settings:
        return Settings(self.root)

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of a process that works in this root."""
        own = {"CASEBOOK_DATA": str(self.root), "DAGSTER_HOME": str(self.root / "dagster")}
        return {**os.environ, **own, **more}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The environment of this root, for what reads it in this process."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CASEBOOK_DATA", str(self.root))
            patch.setenv("DAGSTER_HOME", str(self.root / "dagster"))
            yield

    def drop(self, place: str, content: str | bytes) -> Path:
        """Drop a file at `raw/<place>`."""
        path = self.root / "raw" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def night(self, day: str = BUSINESS_DATE, is_kept: bool = False) -> "Run":
        """What `casebook nightly --date` does, in this process; the run must have done its work, or be held."""
        with self.entered():
            from orchestration.pipeline.planning import months_of_night

            return self.months(*months_of_night(self.place, date.fromisoformat(day)), day=day, is_kept=is_kept)

    def months(self, *months: date, day: str = BUSINESS_DATE, is_kept: bool = False) -> "Run":
        """A run over these months, whether or not their sheets changed.

        Dagster keeps its log of it in its home only where asked: writing it takes half the time of a small night.
        """
        with self.entered():
            from orchestration.definitions import build_definitions
            from orchestration.pipeline.instance import instance
            from orchestration.pipeline.running import run_months

            with instance() if is_kept else dagster.DagsterInstance.ephemeral() as home:
                job = build_definitions().resolve_job_def("nightly")
                # many tests are of days before that of the empty house
                run = run_months(job, home, months, date.fromisoformat(day), is_earlier_day=True)
        assert run
        assert run.is_rule or not run.error, run.error
        return run

    def built(self, day: str = BUSINESS_DATE, months: Collection[date] = ()) -> None:
        """The warehouse as a night makes it, by intake and dbt alone, where nothing is judged, published or logged.

        That takes half of a night, for what is about rows and not about runs. Made anew are these months, or all.
        """
        today, now = date.fromisoformat(day), datetime(2025, 2, 1, tzinfo=UTC)
        with self.entered():
            from orchestration import alerts, intake
            from orchestration.publish import editions

            draft.begin(self.place, dbt.fingerprint())
            taken = intake.take_in(self.root, now.replace(tzinfo=None), today)
            tables = {"outbox": alerts.outbox_status(self.place, now), "editions": editions.read(self.place)}
            came = {month for parts in taken.files.values() for month, _ in parts if month}
            draft.lay_out(self.place, draft.Run("built", today, today, set(months) or came), taken, tables)
            dbt.require_tests(dbt.build(self.place))
            draft.write_problems(self.place)
        self.place.draft.replace(self.place.warehouse)

    def cli(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`casebook`, as a person types it, in this process: starting one costs more than most commands do."""
        from orchestration.cli.app import app
        from orchestration.cli.terminal import out

        with self.entered(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(out(), "file", None)  # that is, wherever standard output goes now
            done = CliRunner().invoke(app, words)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    def cli_process(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """The same as a process of its own, where that is what a test is about."""
        variables = self.environment()
        with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as errors:
            child = FORKED.Process(target=_typed, args=(words, variables, (out.name, errors.name)))
            child.start()
            child.join()
            assert child.exitcode is not None
            return subprocess.CompletedProcess(words, child.exitcode, out.read(), errors.read())

    def json(self, *words: str) -> list[dict[str, Any]]:
        """The rows a reading command prints as JSON."""
        done = self.cli(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.place.warehouse, read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def columns(self, table: str) -> list[str]:
        return [name for name, *_ in self.rows(f"describe {table}")]

    def facts(self, month: str | None = None, without: Sequence[str] = PROVENANCE) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every fact, of one month or of all, in one order; without the columns named."""
        tables = [name for (name,) in self.rows("select table_name from duckdb_tables() where schema_name = 'marts'")]
        told = {}
        for table in sorted(name for name in tables if name.startswith("fct_")):
            names = self.columns(f"marts.{table}")
            kept = ", ".join(name for name in names if name not in without)
            dated = "period_start" if table == "fct_figures" else "month"
            where = f"{dated} = date '{month}-01' {_monthly(table)}" if month else "true"
            told[table] = self.rows(f"select {kept} from marts.{table} where {where} order by all")
        return told

    def statuses(self) -> dict[tuple[str | None, str], dict[str, Any]]:
        """`casebook status`, by month and kind."""
        return {(row.pop("month"), row.pop("kind")): row for row in self.json("status")}

    def figure(self, measure: str, month: str, category: str = "total", **members: str) -> int | None:
        """One monthly figure; None where there is none."""
        with self.entered():
            from orchestration.dimensions import DIMENSIONS
            from orchestration.publish import queries

            found = [
                row["value"]
                for row in queries.figures(self.place, month)
                if (row["measure"], row["category"]) == (measure, category)
                and {name: row[name] for name in DIMENSIONS if row[name] is not None} == members
            ]
        assert len(found) <= 1
        return found[0] if found else None

    def problems(self) -> list[tuple[str | None, str, int, str, str]]:
        """`casebook quarantine`: month, file, row, column, rule."""
        return sorted(
            (row["month"], row["file_name"], row["row_number"], row["column"], row["rule_id"])
            for row in self.json("quarantine")
        )

    def set_aside(self) -> dict[str, str]:
        """What is not read, by file name and tab, with the sentence."""
        with self.entered():
            from orchestration import intake

            said = intake.sheets_set_aside(self.place.root, self.place.raw)
            return {sentence.split(":")[0].rpartition("/")[2]: sentence for sentence in said}

    def copy(self, root: Path) -> "House":
        shutil.copytree(self.root, root, dirs_exist_ok=True, symlinks=True)
        return House(root)


def _monthly(table: str) -> str:
    return "and period_kind = 'month'" if table == "fct_figures" else ""


def deaths(month: str, count: int = 3, **cells: str) -> list[dict[str, str]]:
    """Rows of a sheet of deaths: synthetic men shot by nobody known, with the cells given instead."""
    row = {
        "documented_on": f"{month}-10",
        "death_date": f"{month}-09",
        "name_en": "Synthetic al-Iftiradi",
        "sex": "male",
        "age": "30",
        "civilian_status": "civilian",
        "killed_governorate": "Aleppo",
        "party": "Gunfire of unidentified source",
        "mechanism": "gunfire",
        "revision": "1",
        "status": "active",
    }
    return [{"case_id": f"SYN-T-{month}-{number}"} | row | cells for number in range(1, count + 1)]


def as_csv(rows: Sequence[dict[str, str]]) -> str:
    """Rows as a comma-separated sheet."""
    heading = list(dict.fromkeys(name for row in rows for name in row))
    lines = [heading, *([row.get(name, "") for name in heading] for row in rows)]
    return "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) + "\n" for line in lines)


def until(happened: Callable[[], object], what: str) -> None:
    """Look until something has happened in another process."""
    given_up = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < given_up, f"waited {PATIENCE} s for {what}"
        time.sleep(2)  # looking takes the processor from what is waited for

"""Where things lie. The only reader of the environment; nothing else belongs here."""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

REPOSITORY = Path(__file__).resolve().parent.parent
DBT_PROJECT = REPOSITORY / "dbt_project"
EXPECTATIONS = REPOSITORY / "expectations"
POSTGRES = "CASEBOOK_DAGSTER_POSTGRES"
# this machine, to itself
LOOPBACK = "127.0.0.1"
# five fields or a name such as @daily; whether 25 is an hour is for Dagster to say
CRON = re.compile(r"@[a-z]+|[\w*/,?#-]+( +[\w*/,?#-]+){4}")
# the first is the one where nothing is said
ENGINES = ("duckdb", "parts", "spark")
# what can be written of a release for people
PAGES = ("reports", "site")
SPARK = re.compile(r"(sc|spark)://[^\s]+|local(-cluster)?\[[\d,*]+\]")

Value = TypeVar("Value")


class SettingError(ValueError):
    """What the environment says cannot be understood, or is not there; the message names it and what was expected."""


@dataclass(frozen=True)
class Settings:
    """The places a run works in, all beneath the data root but perhaps the sheets themselves."""

    root: Path

    @property
    def raw(self) -> str:
        """Where the sheets lie, a folder or a URL: CASEBOOK_RAW (default `raw/`); a store's library reads AWS_*."""
        return os.environ.get("CASEBOOK_RAW") or str(self.root / "raw")

    @property
    def replica(self) -> str:
        """Where the data root is copied to after each release, the URL of a place on a store: CASEBOOK_REPLICA."""
        return os.environ.get("CASEBOOK_REPLICA") or ""

    @property
    def warehouse(self) -> Path:
        """The DuckDB file only the pipeline writes; its folder is part of the restricted zone."""
        return self.root / "warehouse" / "casebook.duckdb"

    @property
    def draft(self) -> Path:
        """The copy of the warehouse a run works in; of the same name, which DuckDB's views hold."""
        return self.root / "warehouse" / "draft" / "casebook.duckdb"

    @property
    def held(self) -> Path:
        """The draft of the last run, where everything in it is held: people look at it until the next release."""
        return self.root / "warehouse" / "held" / "casebook.duckdb"

    @property
    def published(self) -> Path:
        """The releases, one folder each, and `current`, the one that readers read."""
        return self.root / "published"

    @property
    def current(self) -> Path:
        """The link to the release that readers read."""
        return self.published / "current"

    @property
    def release(self) -> Path:
        """The DuckDB file of that release."""
        return self.current / "casebook.duckdb"

    @property
    def reports(self) -> Path:
        """The reports that runs and people wrote, for whoever may read releases."""
        return self.root / "reports"

    @property
    def site(self) -> Path:
        """The public site of the current release, to be opened from disk or copied to any host."""
        return self.root / "site"

    @property
    def open_data(self) -> Path:
        """The open data of the current release, for anybody."""
        return self.root / "open"

    @property
    def open_data_terms(self) -> Path:
        """Who publishes open data, and under which licence; where it is there, every release has them."""
        return self.root / "open_data.yml"

    @property
    def dbt(self) -> Path:
        """What dbt leaves behind: its manifest, run results and log."""
        return self.root / "dbt"

    @property
    def evaluations(self) -> Path:
        """The append-only log of what the rules said, one Parquet file a run."""
        return self.root / "evaluations"

    @property
    def editions(self) -> Path:
        """The append-only log of what was published of each month, one Parquet file a run that changed something."""
        return self.root / "editions"

    @property
    def history(self) -> Path:
        """The append-only log of what each release changed, one folder a release."""
        return self.root / "history"

    @property
    def acknowledgements(self) -> Path:
        """Who has seen which finding, one file each time."""
        return self.root / "acknowledgements"

    @property
    def permissions(self) -> Path:
        """Which months people let out in spite of a finding, one file each time."""
        return self.root / "permissions"

    @property
    def accepted_exceptions(self) -> Path:
        """The findings that are accepted as they are, and until when."""
        return self.root / "accepted_exceptions.csv"

    @property
    def outbox(self) -> Path:
        """The alerts, one file each, with what became of them."""
        return self.root / "outbox"

    @property
    def great_expectations(self) -> Path:
        """The file data context that `casebook data-docs` makes: suites, a checkpoint, its results and their site."""
        return self.root / "great_expectations"

    @property
    def channels(self) -> Path:
        """Where alerts go."""
        return self.root / "channels.yml"

    @property
    def dagster_url(self) -> str:
        """Where people find Dagster's page: CASEBOOK_DAGSTER_URL."""
        return (os.environ.get("CASEBOOK_DAGSTER_URL") or f"http://{LOOPBACK}:3000").rstrip("/")

    @property
    def docs_url(self) -> str:
        """Where people find `docs/`, if not on their own machine: CASEBOOK_DOCS_URL; empty where nothing is said."""
        return (os.environ.get("CASEBOOK_DOCS_URL") or "").rstrip("/")

    def link_to(self, page: str) -> str:
        """Where people read a page of the documentation, `docs/rules.md#i51`; its path where nobody serves it.

        `casebook ui` serves the pages on the port after Dagster's, to this machine.
        """
        if self.docs_url:
            return f"{self.docs_url}/{page}"
        address = urlsplit(self.dagster_url)
        if address.hostname != LOOPBACK or not address.port:
            return page
        path, _, anchor = page.removeprefix("docs/").partition("#")
        return f"http://{LOOPBACK}:{address.port + 1}/{path.removesuffix('.md')}.html#{anchor}"

    @property
    def cron(self) -> str:
        """When the night begins, in the settings' time zone: CASEBOOK_CRON."""
        return _read("CASEBOOK_CRON", "0 2 * * *", _cron, "cron schedule, such as 0 2 * * *")

    @property
    def time_zone(self) -> str:
        """Where a day begins and ends: CASEBOOK_TIME_ZONE."""
        return _read("CASEBOOK_TIME_ZONE", "Asia/Damascus", ZoneInfo, "time zone, such as Asia/Damascus").key

    @property
    def business_date(self) -> date | None:
        """The day every run is for, where it is not the day it is run on: CASEBOOK_BUSINESS_DATE, YYYY-MM-DD."""
        return _read("CASEBOOK_BUSINESS_DATE", "", _date, "date written YYYY-MM-DD")

    @property
    def is_dagster_in_postgres(self) -> bool:
        """Whether Dagster's own log lies in PostgreSQL, at CASEBOOK_DAGSTER_POSTGRES, and not in SQLite files."""
        return bool(os.environ.get(POSTGRES))

    @property
    def dagster_postgres(self) -> str:
        """The URL of that PostgreSQL, with its password; empty where there is none."""
        return os.environ.get(POSTGRES) or ""

    @property
    def keep_runs_days(self) -> int:
        """How long runs and what they logged are kept: CASEBOOK_KEEP_RUNS_DAYS."""
        return _read("CASEBOOK_KEEP_RUNS_DAYS", "90", _positive, "number of days, such as 90")

    @property
    def file_seconds(self) -> int:
        """How long reading one file may take, for every 256 MiB begun: CASEBOOK_FILE_SECONDS."""
        return _read("CASEBOOK_FILE_SECONDS", "60", _positive, "number of seconds, such as 60")

    @property
    def file_memory(self) -> int:
        """How much memory reading one file may take, in MiB: CASEBOOK_FILE_MEMORY."""
        return _read("CASEBOOK_FILE_MEMORY", "1024", _mebibytes, "number of MiB from 512 on, such as 1024")

    @property
    def memory(self) -> int:
        """How much memory building and publishing may each take, in MiB; the rest lies on disk: CASEBOOK_MEMORY."""
        return _read("CASEBOOK_MEMORY", "3072", _mebibytes, "number of MiB from 512 on, such as 3072")

    @property
    def holds_incomplete_years(self) -> bool:
        """Whether a year or half-year without all of its months is held, not only marked: CASEBOOK_INCOMPLETE_YEARS."""
        return (
            _read("CASEBOOK_INCOMPLETE_YEARS", "marked", _one_of("marked", "held"), "choice between marked and held")
            == "held"
        )

    @property
    def pages(self) -> frozenset[str]:
        """What a run writes after its release, of `reports` and `site`, or `none` of them: CASEBOOK_PAGES."""
        expected = f"list of {', '.join(PAGES)}, separated by commas, or none"
        return _read("CASEBOOK_PAGES", ",".join(PAGES), _some_of(*PAGES), expected)

    @property
    def engine(self) -> str:
        """What makes the tables that are made by month, `duckdb`, `parts` or `spark`: CASEBOOK_ENGINE."""
        return _read("CASEBOOK_ENGINE", ENGINES[0], _one_of(*ENGINES), f"choice between {', '.join(ENGINES)}")

    @property
    def spark_remote(self) -> str:
        """Which Spark, `sc://host:15002`, `spark://host:7077` or one of its own, `local[2]`: CASEBOOK_SPARK_REMOTE."""
        return _read("CASEBOOK_SPARK_REMOTE", "local[*]", _spark, "address of Spark, such as sc://host:15002")

    @property
    def spark_seconds(self) -> int:
        """How long Spark may go without making a part before the run is given up: CASEBOOK_SPARK_SECONDS."""
        return _read("CASEBOOK_SPARK_SECONDS", "900", _positive, "number of seconds, such as 900")

    @property
    def parts_store(self) -> str:
        """By way of what store parts are made on machines that do not share the data root: CASEBOOK_PARTS_STORE."""
        return _read("CASEBOOK_PARTS_STORE", "", _url, "URL of a place on a store, such as s3://bucket/casebook")

    def today(self) -> date:
        """The business date of a run that is asked for now; nothing else in the house reads the clock for a day."""
        return self.business_date or datetime.now(ZoneInfo(self.time_zone)).date()


def _read(name: str, default: str, understand: Callable[[str], Value], expected: str) -> Value:
    """What a variable says, understood; a SettingError where it says something else than what was expected."""
    written = os.environ.get(name) or default
    try:
        return understand(written)
    except (ValueError, LookupError, OSError):  # a time zone that is not there is a KeyError or a file not found
        raise SettingError(f"{name}: {written} is no {expected}") from None


def _cron(written: str) -> str:
    if CRON.fullmatch(written.strip()):
        return written
    raise ValueError


def _date(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def _positive(written: str) -> int:
    if (number := int(written)) > 0:
        return number
    raise ValueError


def _mebibytes(written: str) -> int:
    if (number := int(written)) >= 512:  # libraries alone take a third of it
        return number
    raise ValueError


def _one_of(*choices: str) -> Callable[[str], str]:
    return lambda written: choices[choices.index(written)]


def _some_of(*choices: str) -> Callable[[str], frozenset[str]]:
    of_one = _one_of(*choices)
    return lambda written: frozenset() if written == "none" else frozenset(map(of_one, written.split(",")))


def _spark(written: str) -> str:
    if SPARK.fullmatch(written):
        return written
    raise ValueError


def _url(written: str) -> str:
    if not written or "://" in written:
        return written
    raise ValueError


def environment_of_spark() -> dict[str, str]:
    """The environment of the process that speaks to Spark: workers run this Python, or what PYSPARK_PYTHON names."""
    return {"PYSPARK_PYTHON": sys.executable, **os.environ}


def with_secrets(text: str) -> str:
    """A text with what the environment holds for each ${NAME} in it.

    Raises:
        KeyError: The environment holds nothing of that name.
    """
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ[found[1]], text)


def dagster_home() -> Path:
    """Where Dagster's instance lies."""
    read_settings(must_exist=False)
    return Path(os.environ["DAGSTER_HOME"])


def read_settings(must_exist: bool = True) -> Settings:
    """Read the environment: CASEBOOK_DATA (default `data/` in the checkout) and DAGSTER_HOME (default beneath it).

    DAGSTER_HOME and the switches that keep Dagster, dbt and Great Expectations from telling anybody about a run are
    written back, since these libraries read the environment themselves.

    Args:
        must_exist: Whether the data root has to be there: a mistyped one would be made, and an empty release in it.

    Raises:
        SettingError: It has to be there and is not.
    """
    root = Path(os.environ.get("CASEBOOK_DATA") or REPOSITORY / "data").resolve()
    if must_exist and not root.is_dir():
        raise SettingError(
            f"there is no data root at {root}: `casebook init` makes one, or CASEBOOK_DATA names another"
        )
    settings = Settings(root)
    os.environ.setdefault("DAGSTER_HOME", str(root / "dagster"))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    return settings

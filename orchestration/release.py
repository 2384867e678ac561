"""From an audited build to what everybody reads: a copy without restricted content, switched in at once.

Readers open `published/current` and are never in a run's way, nor a run in theirs: a copy that is open stays as it is
until it is closed. What goes into the copy is said here; what it means is SQL's business.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration import editions, findings, transform, warehouse
from orchestration.assets import TRANSLATOR, Night, code_lists
from orchestration.lineage import is_released, references
from orchestration.partitions import MONTHS
from orchestration.settings import Settings

KEPT = 5
# a night a day, and four hours for it to end: an older release is told as overdue on Dagster's page (I96)
FRESH = timedelta(hours=28)
# what a run makes last of all that is copied
LAST = ("fct_figures", "fct_received_rows", "recon_residuals")
# a release is written in one go, not saved again and again while it grows
AT_ONCE: dict[str, Any] = {"checkpoint_threshold": "1TB"}
# codes become text: a type of two hundred words is nothing to hand to a reader, and pandas makes a category of it
TABLES = """
    select
        schema_name,
        table_name,
        string_agg(
            if(data_type like 'ENUM%', column_name || '::varchar as ' || column_name, column_name), ', '
            order by column_index
        ) as columns
    from duckdb_columns()
    semi join duckdb_tables() using (database_name, schema_name, table_name)
    where database_name = 'warehouse'
    group by all
    order by all
"""
# sheets and problems are told without what stood in the cells
WITHOUT_CELLS = {
    "received_sheets": "from warehouse.received.received_sheets",
    "problems": "select * exclude (row_key, written, sentence) from warehouse.restricted.int_problems",
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            "release_current",
            **TRANSLATOR.of_group("release"),
            partitions_def=MONTHS,
            deps=[*LAST, *(spec.key for spec in code_lists if "published" in spec.tags)],
            kinds={"duckdb"},
            freshness_policy=dg.FreshnessPolicy.time_window(fail_window=FRESH),
            description=(
                "One file everybody may read: facts, figures and residuals as the last run left them whose blocking "
                "rules passed. Notebooks, reports and the command line read it at `published/current`."
            ),
            tags={"open": "", "whole": "", "published": ""},
            metadata=references(["orchestration/release.py", "docs/read-the-figures.md"]),
        ),
        dg.AssetSpec(
            "fct_findings",
            **TRANSLATOR.of_group("release"),
            partitions_def=MONTHS,
            deps=["recon_residuals"],
            kinds={"duckdb"},
            description="One row a finding: what a rule found where, since when, and how it stands.",
            tags={"open": "", "whole": "", "published": ""},
            metadata=references(["orchestration/findings/state.sql", "docs/alerts.md"])
            | {"dagster/column_schema": dg.TableSchema([dg.TableColumn(*each) for each in findings.TYPED])},
        ),
    ],
    can_subset=True,  # so that a run of some of the assets comes to say what it lacks
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def release_current(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Cut a release from the audited draft, make it the current one, and the draft the warehouse."""
    place = night.settings()
    warehouse.require_draft_of(place, context.run_id)
    stamp = f"{night.day()}-{context.run_id[:8]}"
    path = cut(place, stamp)
    night.go_on()
    warehouse.keep(place, transform.fingerprint(), switch=lambda: _switch(place.published / "current", stamp))
    editions.note(place, context.run_id, night.day(), datetime.now(UTC))
    _forget(place.published)
    told: dict[str, dict[str, Any]] = {
        "release_current": {"path": str(path.relative_to(place.root)), "bytes": path.stat().st_size},
        "fct_findings": {"dagster/row_count": len(findings.findings(place))},
    }
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(key, metadata=told[key.path[-1]])


def cut(settings: Settings, stamp: str) -> Path:
    """Copy what may be read from the draft to `published/<stamp>/`.

    Args:
        settings: Where the draft lies; nobody may be writing it.
        stamp: The name of the release.

    Returns:
        The DuckDB file of the release.
    """
    folder = settings.published / stamp
    draft = settings.published / f".{stamp}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    with duckdb.connect(draft / "casebook.duckdb", config=AT_ONCE) as connection:
        connection.execute(f"attach '{settings.draft}' as warehouse (read_only)")
        listed = connection.execute(TABLES).fetchall()
        for schema, table, columns in (each for each in listed if is_released(*each[:2])):
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as select {columns} from warehouse.{schema}.{table}")
        findings.publish(settings, connection)
        connection.execute("create schema received")
        for table, select in WITHOUT_CELLS.items():
            connection.execute(f"create table received.{table} as {select}")
    _settle_on_disk(draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return folder / "casebook.duckdb"


def _settle_on_disk(folder: Path) -> None:
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _switch(link: Path, stamp: str) -> None:
    """Point a link elsewhere in one step: a reader finds the old release or the new one, never none."""
    draft = link.with_name(f".{link.name}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(stamp)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)  # a data root copied with its links followed
    draft.replace(link)


def _forget(published: Path) -> None:
    """Remove all but the last few releases; who has one open keeps it until it is closed."""
    releases = [path for path in published.iterdir() if path.is_dir() and not path.is_symlink()]
    for old in sorted(releases, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)

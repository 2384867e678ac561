"""A backfill is told as one: when its last run was judged, with every month whose deaths it changed."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import dagster as dg
import duckdb
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from orchestration.alerts.messages import Told
from orchestration.settings import Settings

OF_DAGSTER, OF_COMMAND_LINE = "dagster/backfill", "casebook/backfill"
MORE, LAST = "more to come", "the last"
# a run over more months than these is told as a backfill, whatever asked for it
MANY_MONTHS = 12
HELD = "held"
DEATHS = """
    select period_start, value from {database}.marts.fct_figures
    where
        measure = 'deaths' and basis = 'documented' and period_kind = 'month' and category = 'total'
        and coalesce(party, governorate, cause_group, role, facility_type, mechanism) is null
        and period_start between $first and $last
"""
NOTHING = "select null::date as period_start, null::integer as value where $first > $last"
CHANGED = """
    select strftime(period_start, '%Y-%m') as month, released.value as before, made.value as after
    from ({made}) as made full join ({released}) as released using (period_start)
    where made.value is distinct from released.value
    order by month
"""

Month = dict[str, Any]


def is_backfill(run: dg.DagsterRun, months: int) -> bool:
    """Whether a run over so many months is told as a backfill."""
    return bool({OF_DAGSTER, OF_COMMAND_LINE} & set(run.tags)) or months > MANY_MONTHS


def is_more_to_come(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether other runs of the same backfill wait to be worked on."""
    if OF_DAGSTER not in run.tags:
        return run.tags.get(OF_COMMAND_LINE) == MORE
    same = dg.RunsFilter(tags={OF_DAGSTER: run.tags[OF_DAGSTER]}, statuses=NOT_FINISHED_STATUSES)
    return any(other.run_id != run.run_id for other in instance.get_runs(same))


def changed_deaths(settings: Settings, first: date, last: date) -> list[Month]:
    """The months of a run whose deaths are not those of the last release: `month`, `before`, `after`."""
    current = settings.published / "current" / "casebook.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(settings.draft)}' as made (read_only)")
        if current.exists():
            connection.execute(f"attach '{_quoted(current)}' as released (read_only)")
        released = DEATHS.format(database="released") if current.exists() else NOTHING
        sql = CHANGED.format(made=DEATHS.format(database="made"), released=released)
        return connection.execute(sql, {"first": first, "last": last}).to_arrow_table().to_pylist()


def hold(settings: Settings, told: Told) -> None:
    """Keep what a run would tell of its months until the last run of its backfill tells them all."""
    settings.outbox.mkdir(parents=True, exist_ok=True)
    path = settings.outbox / HELD
    path.with_suffix(".tmp").write_text(json.dumps([*held(settings), told.span]))
    path.with_suffix(".tmp").replace(path)


def held(settings: Settings) -> list[dict[str, Any]]:
    """What was kept so far: `first_month`, `last_month` and `months` of each run."""
    path = settings.outbox / HELD
    return json.loads(path.read_text()) if path.exists() else []


def together(settings: Settings, told: Told) -> Told:
    """What is told of the last run of a backfill: the months of all."""
    spans = [*held(settings), told.span]
    return replace(
        told,
        first_month=date.fromisoformat(min(span["first_month"] for span in spans)),
        last_month=date.fromisoformat(max(span["last_month"] for span in spans)),
        months=sorted((month for span in spans for month in span["months"]), key=lambda month: month["month"]),
    )


def let_go(settings: Settings) -> None:
    """Forget them: they were told."""
    (settings.outbox / HELD).unlink(missing_ok=True)


def _quoted(path: Any) -> str:
    return str(path).replace("'", "''")

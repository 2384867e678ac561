"""Whether Dagster works: its instance, its daemon, the schedule and the sensor, and runs that were killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.cli.doctor.diagnosis import NIGHTLY, Diagnosis, first_line, hint, not_yet, ok, wrong
from orchestration.settings import POSTGRES, Settings, dagster_home

START = "start it: `casebook ui`, or the service that runs dagster-daemon"


def dagster(settings: Settings) -> Diagnosis:
    """Whether Dagster's instance opens."""
    if not (dagster_home() / "dagster.yaml").exists():
        return not_yet(f"{dagster_home()}/dagster.yaml")
    try:
        where = "PostgreSQL" if _is_in_postgres() else str(dagster_home())
        with _instance(settings) as instance:
            runs = instance.get_runs_count()
    except Exception as error:  # whatever YAML, Dagster and its storage raise
        mend = f"look whether {POSTGRES} is right and PostgreSQL runs; own.yaml in {dagster_home()} is yours to mend"
        return wrong(f"the instance does not open: {first_line(error)}", mend)
    if settings.is_dagster_in_postgres and where != "PostgreSQL":
        return hint(f"{POSTGRES} is set, but the instance still lies in {where}", f"{NIGHTLY}, which changes over")
    return ok(f"{runs} runs in {where}")


def daemon(settings: Settings) -> Diagnosis:
    """Whether Dagster's daemon is alive, without which nothing starts by itself."""
    with _instance(settings) as instance:
        beats = instance.get_daemon_statuses() if instance else {}
        last = max((each.last_heartbeat.timestamp for each in beats.values() if each.last_heartbeat), default=None)
        if last is None:
            return hint("no daemon has run here: nothing starts by itself", START)
        sentence = f"its last sign of life was at {_moment(settings, last)}"
        return (
            ok(sentence)
            if all(each.healthy for each in beats.values() if each.required)
            else wrong(f"the daemon is not alive: {sentence}", START)
        )


def automation(settings: Settings) -> Diagnosis:
    """Whether the schedule and the sensor are switched on, and when they last looked."""
    with _instance(settings) as instance:
        states = list(instance.all_instigator_state()) if instance else []
        if not states:
            return hint("the schedule and the sensor have never looked", START)
        stopped = [state.name for state in states if state.status.value == "STOPPED"]
        if stopped:
            return wrong(f"switched off: {', '.join(sorted(stopped))}", "switch it on on Dagster's page, Automation")
        ticks = [
            (each.name, instance.get_ticks(each.instigator_origin_id, each.selector_id, limit=1)) for each in states
        ]
    failed = [f"{name} failed: {first_line(last[0].error)}" for name, last in ticks if last and last[0].error]
    if failed:
        return wrong("; ".join(failed), "look at its last tick on Dagster's page, Automation")
    looked = [
        f"last looked at {_moment(settings, last[0].timestamp)}" if last else "has not looked yet" for _, last in ticks
    ]
    looks = sorted(f"{name} {when}" for (name, _), when in zip(ticks, looked, strict=True))
    return ok("; ".join(looks))


def dead_runs(settings: Settings) -> Diagnosis:
    """Runs somebody killed, which still count as working."""
    from orchestration.pipeline import running

    with _instance(settings) as instance:
        dead = running.dead_runs(instance, settings) if instance else []
    if dead:
        ids = ", ".join(run.run_id[:8] for run in dead)
        return wrong(f"killed, and still held as working: {ids}", f"{NIGHTLY}, which marks them and makes their months")
    return ok("none was killed half way")


@contextmanager
def _instance(settings: Settings) -> Iterator[Any]:
    """Dagster's instance as its settings lie there, which are not written anew; None before the first night."""
    if not (dagster_home() / "dagster.yaml").exists():
        yield None
        return
    from dagster import DagsterInstance
    from sqlalchemy import create_engine

    if settings.is_dagster_in_postgres:  # asked once, where Dagster would ask for half a minute
        create_engine(settings.dagster_postgres, connect_args={"connect_timeout": 5}).connect().close()

    with DagsterInstance.from_config(str(dagster_home())) as instance:
        yield instance


def _is_in_postgres() -> bool:
    import yaml

    chosen = yaml.safe_load((dagster_home() / "dagster.yaml").read_text()) or {}
    return "postgres" in chosen.get("storage", {})


def _moment(settings: Settings, timestamp: float) -> str:
    return f"{datetime.fromtimestamp(timestamp, ZoneInfo(settings.time_zone)):%Y-%m-%d %H:%M}"

"""What every step of a run shares: its day, its data root, its turn there, and what it has taken in.

No step reads a clock or the environment for any of these.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from orchestration import intake, process
from orchestration.build import dbt, draft
from orchestration.build.run_lock import capture_interrupts, raise_if_interrupted, run_lock
from orchestration.settings import Settings, read_settings


class RunContext(dg.ConfigurableResource):
    """The day a run is for, and the data root it works in. Nothing else in a run knows what day it is."""

    business_date: str = ""
    root: str = ""
    # whether the day may be before that of the last release
    is_earlier_day: bool = False
    _captured: int | None = PrivateAttr(None)
    _require_turn: Callable[[], None] | None = PrivateAttr(None)
    _received: intake.Intake | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunContext"]:
        """One run at a time in a data root: a second waits for its turn and then goes on."""
        process.tune()
        log = context.log.info if context.log else print
        turn = run_lock(self.settings(), context.run.run_id if context.run else "", log)
        with capture_interrupts() as self._captured, turn as self._require_turn:
            self._received = None
            draft.begin(self.settings(), dbt.fingerprint())
            yield self

    def raise_if_interrupted(self) -> None:
        """Raise KeyboardInterrupt where somebody has asked the run to stop."""
        raise_if_interrupted(self._captured)

    def require_turn(self) -> None:
        """Raise TurnLostError where a run of another host may be working."""
        if self._require_turn:
            self._require_turn()

    def day(self) -> date:
        """The business date; where none was given, that of the settings."""
        return date.fromisoformat(self.business_date) if self.business_date else self.settings().today()

    def settings(self) -> Settings:
        """Where the run works; where no root was given, as the environment says."""
        return Settings(Path(self.root)) if self.root else read_settings()

    def received(self, run: dg.DagsterRun, instance: dg.DagsterInstance) -> intake.Intake:
        """What is in raw/, taken in by the first step that asks.

        Raises:
            RawError: The place where sheets are dropped cannot be read.
        """
        if self._received is None:
            settings, now = self.settings(), self.started_at(run, instance)
            processed = draft.processed_fingerprints(settings, dbt.fingerprint())
            self._received = intake.take_in(
                settings.root, now, self.day(), processed, settings.raw, intake.Limits.of(settings)
            )
        return self._received

    def started_at(self, run: dg.DagsterRun, instance: dg.DagsterInstance) -> datetime:
        """When a run was started, by Dagster's log of it; the same for each of its steps."""
        stats = instance.get_run_stats(run.run_id)
        # the command line launches nothing
        return datetime.fromtimestamp(stats.launch_time or stats.start_time or 0)

"""One sheet, read, coded and judged in a data root of its own, which nobody keeps, beside the sheets it touches."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from orchestration import intake
from orchestration.build import dbt, draft
from orchestration.files import copy_given
from orchestration.settings import Settings

# what decides how a sheet is read and what its words mean, in the data root
GIVEN = (*draft.GIVEN, "layouts")
# what is shown of rows, and all that it is made of
MODELS = ("+int_problems", "+int_unknown_words", "+fct_received_rows", "+int_shared_numbers")


@dataclass(frozen=True)
class Trial:
    """What became of a sheet.

    Attributes:
        place: The data root it was tried in, which is gone when the trial is over.
        sheets: One row a sheet of the file, under the columns of the source table `received_sheets`.
        sheet_hash: The hash of its bytes.
        beside: The sheets that lie in raw/ and have to do with it.
        unseen: How many files of raw/ that no night has read were not looked at.
    """

    place: Settings
    sheets: pa.Table
    sheet_hash: str
    beside: list[intake.Beside]
    unseen: int

    @property
    def is_read(self) -> bool:
        """Whether any of its sheets is read."""
        return self.sheets["kind"].null_count < self.sheets.num_rows


@contextmanager
def of_file(settings: Settings, file: Path, month: str | None) -> Iterator[Trial]:
    """Try a sheet as if it were dropped beside those that lie there and have numbers in common with it.

    Nothing of the data root changes.

    Args:
        settings: The data root by whose layouts and words it is read.
        file: The sheet.
        month: The month of its folder, `YYYY-MM`; None for a folder of no month.

    Raises:
        OSError: The file cannot be read.
        intake.RawError: It is left out by its name.
        dbt.BuildError: Its rows cannot be coded.
    """
    with TemporaryDirectory() as folder:
        trial, limits, day = Settings(Path(folder, "trial")), intake.Limits.of(settings), settings.today()
        place = f"{month or 'any'}/{file.name}"
        dropped = trial.root / "raw" / place
        dropped.parent.mkdir(parents=True)
        shutil.copyfile(file, dropped)
        copy_given(settings.root, GIVEN, trial.root)
        taken = intake.take_in(trial.root, datetime.now(), day, None, None, limits)
        sheets = taken.sheets.filter(pc.equal(taken.sheets["file_name"], file.name))
        if not sheets.num_rows:
            raise intake.RawError(f"{file.name} is left out by its name (docs/drop-a-sheet.md): give it another one")
        sheet_hash = sheets["sheet_hash"][0].as_py()
        beside, unseen = _beside(settings, taken, place, sheet_hash, Path(folder, "waiting"))
        others = [other for _, other in beside]
        tried = Trial(trial, sheets, sheet_hash, others, unseen)
        if tried.is_read:
            for root, other in beside:
                if not other.is_same and not other.is_replaced:
                    intake.lay_beside(root, other, trial.root)
            if others:
                taken = intake.take_in(trial.root, datetime.now(), day, None, None, limits)
            _build(settings, trial, taken, day)
        yield tried


def _beside(
    settings: Settings, tried: intake.Intake, place: str, sheet_hash: str, waiting: Path
) -> tuple[list[tuple[Path, intake.Beside]], int]:
    """The sheets that have to do with one, each with the data root it was taken in into, and how many nobody looked at.

    What came since the last intake is taken in into a data root of its own.
    """
    moved, unseen = set[str](), 0
    with suppress(intake.RawError):  # nobody can tell what lies there now: what lay there is known
        moved, unseen = intake.lay_waiting(settings.root, settings.raw, waiting)
    found = intake.beside(settings.root, tried, place, sheet_hash)
    known = [(settings.root, other) for other in found if other.place not in moved]
    if not waiting.exists():
        return known, unseen
    copy_given(settings.root, GIVEN, waiting)
    intake.take_in(waiting, datetime.now(), settings.today(), None, None, intake.Limits.of(settings))
    return known + [(waiting, other) for other in intake.beside(waiting, tried, place, sheet_hash)], unseen


def _build(settings: Settings, trial: Settings, taken: intake.Intake, day: date) -> None:
    """Code and judge what was taken in, by the words of a data root."""
    draft.begin(trial, dbt.fingerprint(), settings)
    months = {month for parts in taken.files.values() for month, _ in parts if month}
    draft.lay_out(trial, draft.Run("trial", day, day, months), taken, {})
    dbt.build(trial, select=MODELS)
    draft.write_problems(trial)
    trial.draft.replace(trial.warehouse)

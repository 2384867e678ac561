"""One sheet by itself: read, coded and judged row by row in a data root of its own, which nobody keeps."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from orchestration import intake
from orchestration.build import dbt, draft
from orchestration.files import copy_given
from orchestration.settings import Settings

# what decides how a sheet is read and what its words mean, in the data root
GIVEN = (*draft.GIVEN, "layouts")
# what is told of rows, and all that it is made of
MODELS = ("+int_problems", "+int_unknown_words", "+fct_received_rows")


@dataclass(frozen=True)
class Trial:
    """What became of a sheet.

    Attributes:
        place: The data root it was tried in, which is gone when the trial is over.
        sheets: One row a sheet of the file, under the columns of the source table `received_sheets`.
    """

    place: Settings
    sheets: pa.Table

    @property
    def is_read(self) -> bool:
        """Whether any of its sheets is read."""
        return self.sheets["kind"].null_count < self.sheets.num_rows


@contextmanager
def of_file(settings: Settings, file: Path, month: str | None) -> Iterator[Trial]:
    """Try a sheet as if it were dropped alone. Nothing of the data root changes.

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
        trial, day = Settings(Path(folder)), settings.today()
        dropped = trial.root / "raw" / (month or "any") / file.name
        dropped.parent.mkdir(parents=True)
        shutil.copyfile(file, dropped)
        copy_given(settings.root, GIVEN, trial.root)
        taken = intake.take_in(trial.root, datetime.now(), day, None, None, intake.Limits.of(settings))
        if not any(name == file.name for name in taken.sheets["file_name"].to_pylist()):
            raise intake.RawError(f"{file.name} is left out by its name (docs/drop-a-sheet.md): give it another one")
        tried = Trial(trial, taken.sheets)
        if tried.is_read:
            draft.begin(trial, dbt.fingerprint(), settings)
            months = {month for parts in taken.files.values() for month, _ in parts if month}
            draft.lay_out(trial, draft.Run("trial", day, day, months), taken, {})
            dbt.build(trial, select=MODELS)
            draft.write_problems(trial)
            trial.draft.replace(trial.warehouse)
        yield tried

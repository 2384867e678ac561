"""A data root to drop sheets into, and one night's intake of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.intake import Intake, remember, take_in

HEADINGS = ["case_id", "documented_on", "killed_governorate", "party", "name_ar", "notes"]
ROW = ["SYN-1", "2023-07-05", "Aleppo", "sdf", "شخص مصطنع", "synthetic"]


def stored(root: Path, intake: Intake, kind: str = "deaths") -> list[dict]:
    """The received rows as whoever reads them sees them: a column that a file does not have is empty."""
    paths = [root / "lake" / "received" / kind / "empty.parquet", *(path for _, path in intake.files[kind])]
    return pa.concat_tables([pq.ParquetFile(path).read() for path in paths], promote_options="default").to_pylist()


class House:
    """A data root with helpers to drop files and to read back what was received."""

    headings = HEADINGS
    row = ROW

    def __init__(self, root: Path) -> None:
        self.root = root
        self.processed: dict[str, list[str]] = {}

    def drop(self, name: str, content: str | bytes, folder: str = "2023-07") -> Path:
        path = self.root / "raw" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def csv(self, *rows: list[str], headings: list[str] = HEADINGS, delimiter: str = ",") -> str:
        """Plain CSV of cells that need no quotes; one good row where none is given."""
        return "".join(delimiter.join(row) + "\n" for row in [headings, *(rows or [ROW])])

    def layout(self, text: str, name: str = "own.yml") -> None:
        (self.root / "layouts").mkdir(exist_ok=True)
        (self.root / "layouts" / name).write_text(text, "utf-8")

    def night(self, business_date: date = date(2023, 9, 3), at: datetime = datetime(2023, 9, 3, tzinfo=UTC)) -> Intake:
        return take_in(self.root, at, business_date, self.processed)

    def settle(self, intake: Intake) -> None:
        """As if a run had worked on every month the intake changed."""
        self.processed = remember(self.processed, intake.state, intake.changed_months)

    def rows(self, intake: Intake | None = None, kind: str = "deaths") -> list[dict]:
        rows = stored(self.root, intake or self.night(), kind)
        return sorted(rows, key=lambda row: (row["tab"], row["row_number"]))

    def set_aside(self, intake: Intake | None = None) -> list[str]:
        return [reason for reason in (intake or self.night()).sheets["set_aside"].to_pylist() if reason]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)

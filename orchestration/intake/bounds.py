"""How much one file may ask for: time, memory, headings, nesting, size once unpacked; and the sentence of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pyarrow as pa

from orchestration.intake.sheet import SheetError
from orchestration.settings import Settings

MEBIBYTE = 1 << 20
# what a form of many questions has, ten times over; and the columns of a spreadsheet, the last of which may be empty
HEADINGS = 2_000
COLUMNS = 16_384
HEADING_LETTERS = 1_000
NESTING = 64
# a larger file may take as much longer
TIMED_SIZE = 256 * MEBIBYTE
# text in columns packs ten to thirty times; what packs better than that is made to fill a machine
UNPACKED_SIZE = 512 * MEBIBYTE
UNPACKED_TIMES = 100


@dataclass(frozen=True)
class Limits:
    """What reading one file may take.

    Attributes:
        seconds: How long it may take, for every 256 MiB begun.
        memory: How much memory it may take, in MiB.
    """

    seconds: float = 60
    memory: int = 1024

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings of a data root allow."""
        return cls(settings.file_seconds, settings.file_memory)

    def seconds_of(self, size: int) -> float:
        """How long a file of so many bytes may take."""
        return self.seconds * (1 + size // TIMED_SIZE)


def require_headings(headings: Sequence[str]) -> None:
    """Raise SheetError where a sheet has more headings, or a longer one, than people write."""
    require_heading_count(sum(bool(heading.strip()) for heading in headings))
    if len(headings) > COLUMNS:
        raise SheetError(f"it has {len(headings):,} columns, more than the {COLUMNS:,} of a spreadsheet")
    if any(len(heading) > HEADING_LETTERS for heading in headings):
        raise SheetError(f"one of its headings is longer than {HEADING_LETTERS:,} letters; a heading line was expected")


def require_columns(headings: Sequence[str], rows: pa.Table) -> None:
    """Raise SheetError where rows have more columns with something in them than people write; empty ones are none.

    Args:
        headings: The headings of the columns.
        rows: The rows, as in `Piece.rows`.
    """
    if len(headings) > HEADINGS:
        is_empty = (rows.column(f"c{i}").null_count == rows.num_rows for i in range(len(headings)))
        require_heading_count(sum(not empty for empty in is_empty))


def require_heading_count(count: int) -> None:
    """Raise SheetError where a sheet has more headings than people write."""
    if count > HEADINGS:
        raise SheetError(f"it has {count:,} headings, more than {HEADINGS:,}; one heading a question was expected")


def require_size(unpacked: int, packed: int) -> None:
    """Raise SheetError where a packed file unpacks to far more than honest sheets do.

    Args:
        unpacked: Bytes it unpacks to, as far as is known.
        packed: Its own.
    """
    if unpacked > UNPACKED_SIZE and unpacked > packed * UNPACKED_TIMES:
        size = f"{unpacked // MEBIBYTE:,} MiB, more than {UNPACKED_TIMES} times its size"
        raise SheetError(f"it unpacks to {size}; a smaller file was expected, such as one in parts")


def require_nesting(depth: int) -> None:
    """Raise SheetError where lists and groups lie deeper inside each other than forms nest them."""
    if depth > NESTING:
        raise SheetError(f"it is nested deeper than {NESTING} levels; submissions of a form were expected")


def too_slow(seconds: float) -> str:
    """What is said of a file that took longer than it may."""
    return f"reading it takes longer than {seconds:g} seconds; a smaller file was expected, such as one in parts"


def too_large(memory: int) -> str:
    """What is said of a file that took more memory than it may."""
    return f"reading it takes more than {memory:,} MiB of memory; a smaller file was expected, such as one in parts"
